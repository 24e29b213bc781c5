"""Intervals for a proportion and for the difference of two.

A rate counted from a sample (qualified batches of checked batches) is known only so well. Sources:
Wilson (1927); Clopper and Pearson (1934); for the difference Newcombe, Statistics in Medicine 17 (1998)
873-890, method 10.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

DEFAULT_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """Lower and upper bound, both as shares (0 to 1; a difference -1 to 1)."""

    low: float
    high: float
    confidence: float
    method: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Difference of two proportions, first minus second, as a share."""

    difference: float
    interval: Interval

    @property
    def distinguishable(self) -> bool:
        """Whether the interval leaves out "no difference"."""
        return self.interval.low > 0 or self.interval.high < 0


def wilson(hits: int, base: int, confidence: float = DEFAULT_CONFIDENCE) -> Interval:
    """Wilson's score interval for `hits` of `base`.

    Raises `ValueError` when the base is not positive, the hits lie outside it, or the confidence is not
    between 0 and 1.
    """
    _check(hits, base, confidence)
    z = _z(confidence)
    share, square = hits / base, z * z
    centre = share + square / (2 * base)
    spread = z * math.sqrt(share * (1 - share) / base + square / (4 * base * base))
    scale = 1 + square / base
    # The bounds are 0 and 1 exactly at the ends; rounding would leave 1e-17 there.
    low = 0.0 if hits == 0 else max(0.0, (centre - spread) / scale)
    high = 1.0 if hits == base else min(1.0, (centre + spread) / scale)
    return Interval(low, high, confidence, "wilson")


def clopper_pearson(hits: int, base: int, confidence: float = DEFAULT_CONFIDENCE) -> Interval:
    """The exact interval of Clopper and Pearson: never covers less than `confidence`. Raises as `wilson`."""
    _check(hits, base, confidence)
    tail = (1 - confidence) / 2
    low = 0.0 if hits == 0 else beta_quantile(tail, hits, base - hits + 1)
    high = 1.0 if hits == base else beta_quantile(1 - tail, hits + 1, base - hits)
    return Interval(low, high, confidence, "clopper_pearson")


def compare(
    hits: int, base: int, other_hits: int, other_base: int, confidence: float = DEFAULT_CONFIDENCE
) -> Comparison:
    """Difference of two independent proportions with Newcombe's interval. Raises as `wilson`."""
    one, two = wilson(hits, base, confidence), wilson(other_hits, other_base, confidence)
    p, q = hits / base, other_hits / other_base
    low = p - q - math.hypot(p - one.low, two.high - q)
    high = p - q + math.hypot(one.high - p, q - two.low)
    return Comparison(p - q, Interval(max(-1.0, low), min(1.0, high), confidence, "newcombe"))


METHODS = {"wilson": wilson, "clopper_pearson": clopper_pearson}


def beta_quantile(probability: float, a: float, b: float) -> float:
    """The x with I_x(a, b) = probability, by bisection down to neighbouring floating-point numbers."""
    low, high = 0.0, 1.0
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return middle
        if beta_cdf(middle, a, b) < probability:
            low = middle
        else:
            high = middle


def beta_cdf(x: float, a: float, b: float) -> float:
    """Regularised incomplete beta function I_x(a, b), for a, b > 0 and 0 <= x <= 1.

    For whole numbers it is a binomial tail: P(X >= k) of n draws at x is I_x(k, n - k + 1).
    Continued fraction of DLMF 8.17.22, evaluated after Lentz.
    """
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    # The fraction converges fast below the mean only; above it the symmetry is used.
    if x > (a + 1) / (a + b + 2):
        return 1.0 - beta_cdf(1.0 - x, b, a)
    log_front = a * math.log(x) + b * math.log1p(-x) - _log_beta(a, b) - math.log(a)
    return math.exp(log_front) * _fraction(x, a, b)


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def _fraction(x: float, a: float, b: float) -> float:
    tiny = 1e-300
    c, d = 1.0, 1.0 - (a + b) * x / (a + 1)
    d = 1.0 / (d if abs(d) > tiny else tiny)
    value = d
    # The number of terms needed grows with the square root of the larger parameter.
    for m in range(1, 200 + 20 * math.isqrt(int(max(a, b)) + 1)):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 + term * d
            d = 1.0 / (d if abs(d) > tiny else tiny)
            c = 1.0 + term / c
            c = c if abs(c) > tiny else tiny
            value *= c * d
        if abs(c * d - 1.0) < 1e-15:
            return value
    raise ArithmeticError(f"incomplete beta did not converge for x={x}, a={a}, b={b}")


def _z(confidence: float) -> float:
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def _check(hits: int, base: int, confidence: float) -> None:
    if base <= 0:
        raise ValueError(f"the base of a rate is at least 1, not {base}")
    if not 0 <= hits <= base:
        raise ValueError(f"{hits} of {base} is no proportion")
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence lies between 0 and 1, not {confidence}")
