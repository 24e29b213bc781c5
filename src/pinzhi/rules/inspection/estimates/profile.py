"""Interval of a share from a profile of the deviance, on the grid that R uses.

R `survey` inverts Rao and Scott's scaled likelihood-ratio test by profiling the deviance on the logit scale at steps
of a fifth of its largest value, drawing a cubic spline through the points and reading it off linearly. The same grid
is used here, so that numbers agree to the last digits; inverting exactly would move a bound by less than 0.0001.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

_MOST_STEPS = 10
_PRECISION = 1e-8


def bounds(
    p: float, error: float, rows: int, cutoff: float, quantile: Callable[[float], float], tail: float
) -> tuple[float, float]:
    """Bounds of the share `p`, whose logit has the standard error `error`.

    `cutoff` is where the signed root of the scaled deviance is read; `tail` the probability beyond it under the
    normal distribution; `quantile` Student's, with `rows` - 1 degrees of freedom.
    """
    eta = math.log(p / (1 - p))
    dispersion = rows / (rows - 1)
    largest = quantile(1 - tail / 8)
    points = [(eta, 0.0)]
    for sign in (-1.0, 1.0):
        z, step = 0.0, 1
        while step < _MOST_STEPS and abs(z) < largest:
            at = eta + sign * step * largest / 5 * error
            z = sign * math.sqrt(max(0.0, rows * _distance(p, at) / dispersion))
            points.append((at, z))
            step += 1
    points.sort()
    x, y = [a for a, _ in points], [z for _, z in points]
    fine = [x[0] + (x[-1] - x[0]) * i / (3 * len(x) - 1) for i in range(3 * len(x))]
    drawn = _spline(x, y)
    curve = [(drawn(a), a) for a in fine]
    low, high = (_read(curve, side * cutoff) for side in (-1, 1))
    return 1 / (1 + math.exp(-low)), 1 / (1 + math.exp(-high))


def information(weights: Sequence[float], outcomes: Sequence[float]) -> float:
    """The information about the logit that R's iteration leaves behind: that of its last step but one.

    Iteratively reweighted least squares for a constant, from the start and to the precision of R's `glm`; weights are
    brought to a mean of 1. The converged value, rows · p (1 - p), differs by less than 0.0001 of it.
    """
    scale = len(weights) / math.fsum(weights)
    w = [v * scale for v in weights]
    fitted = [(v * y + 0.5) / (v + 1) for v, y in zip(w, outcomes, strict=True)]
    before = _deviance(w, outcomes, fitted)
    while True:
        spread = [v * m * (1 - m) for v, m in zip(w, fitted, strict=True)]
        found = math.fsum(spread)
        steps = [
            s * math.log(m / (1 - m)) + v * (y - m)
            for s, m, v, y in zip(spread, fitted, w, outcomes, strict=True)
        ]
        mean = 1 / (1 + math.exp(-math.fsum(steps) / found))
        fitted = [mean] * len(w)
        after = _deviance(w, outcomes, fitted)
        if abs(after - before) / (abs(after) + 0.1) < _PRECISION:
            return found
        before = after


def _deviance(weights: Sequence[float], outcomes: Sequence[float], fitted: Sequence[float]) -> float:
    return -2 * math.fsum(
        w * (y * math.log(m) + (1 - y) * math.log1p(-m))
        for w, y, m in zip(weights, outcomes, fitted, strict=True)
    )


def _distance(p: float, eta: float) -> float:
    """Twice the Kullback-Leibler distance of the share at `eta` from `p`, stable where it is near 0 or 1."""
    log_q = -math.log1p(math.exp(-eta)) if eta > -700 else eta
    log_r = log_q - eta
    return 2 * (p * (math.log(p) - log_q) + (1 - p) * (math.log(1 - p) - log_r))


def _read(curve: Sequence[tuple[float, float]], at: float) -> float:
    for (y0, x0), (y1, x1) in pairwise(curve):
        if y0 <= at <= y1:
            return x0 + (x1 - x0) * (at - y0) / (y1 - y0)
    return -math.inf if at < curve[0][0] else math.inf


def _spline(x: Sequence[float], y: Sequence[float]) -> Callable[[float], float]:
    """Cubic spline whose ends follow the cubic through the four outermost points.

    Forsythe, Malcolm and Moler, Computer Methods for Mathematical Computations (1977), section 4.4.
    """
    n = len(x)
    gap = [b - a for a, b in pairwise(x)]
    slope = [(b - a) / h for (a, b), h in zip(pairwise(y), gap, strict=True)]
    second = [(b - a) / (x[i + 2] - x[i]) for i, (a, b) in enumerate(pairwise(slope))]
    third = [(b - a) / (x[i + 3] - x[i]) for i, (a, b) in enumerate(pairwise(second))]
    diagonal = [-gap[0], *(2 * (a + b) for a, b in pairwise(gap)), -gap[-1]]
    right = [gap[0] ** 2 * third[0], *(b - a for a, b in pairwise(slope)), -(gap[-1] ** 2) * third[-1]]
    for i in range(1, n):
        t = gap[i - 1] / diagonal[i - 1]
        diagonal[i] -= t * gap[i - 1]
        right[i] -= t * right[i - 1]
    c = [0.0] * n
    c[-1] = right[-1] / diagonal[-1]
    for i in range(n - 2, -1, -1):
        c[i] = (right[i] - gap[i] * c[i + 1]) / diagonal[i]

    def drawn(at: float) -> float:
        i = max(0, min(n - 2, sum(v <= at for v in x) - 1))
        d = at - x[i]
        first = slope[i] - gap[i] * (c[i + 1] + 2 * c[i])
        return y[i] + d * (first + d * (3 * c[i] + d * (c[i + 1] - c[i]) / gap[i]))

    return drawn
