"""Confidence intervals for a share estimated from a design, and the distributions that they need.

`beta` is Korn and Graubard's (Survey Methodology 24, 1998): Clopper and Pearson's exact interval at the effective
sample size. `logit`, `asin` and `mean` are Wald intervals on those scales; `likelihood` inverts Rao and Scott's scaled
likelihood-ratio test; `wilson` is the score interval at the effective sample size. All use Student's t with the
design's degrees of freedom, as R `survey` does.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

from pinzhi.rules.inspection.errors import InputError
from pinzhi.rules.inspection.estimates import profile
from pinzhi.rules.inspection.estimates.design import Design
from pinzhi.rules.inspection.estimates.linear import mean
from pinzhi.rules.statistics.proportions import Interval, beta_cdf, beta_quantile

BETA, LOGIT, ASIN, MEAN, LIKELIHOOD, WILSON = "beta", "logit", "asin", "mean", "likelihood", "wilson"
XLOGIT = "xlogit"
"""R's name for what `logit` is here."""


_NOTHING = 1e-15


def of_share(
    design: Design,
    outcomes: Sequence[bool | int | None],
    method: str = BETA,
    confidence: float = 0.95,
    *,
    skip_missing: bool = False,
) -> Interval:
    """The interval for the share of a design's (domain's) units that have an outcome. Raises `InputError`."""
    found = mean(design, {"share": outcomes}, skip_missing=skip_missing)
    p, rows = found.value, [i for i in design.rows if outcomes[i] is not None]
    inside = None
    if method == LIKELIHOOD and 0 < p < 1:
        inside = profile.information(
            [design.weights[i] for i in rows], [float(outcomes[i] or 0) for i in rows]
        )
    degrees = found.degrees_of_freedom
    return share(p, found.covariance[0][0], found.rows, degrees, method, confidence, inside)


def share(
    p: float,
    variance: float,
    rows: int,
    degrees: int,
    method: str = BETA,
    confidence: float = 0.95,
    information: float | None = None,
) -> Interval:
    """The interval for a share `p` with its design `variance`, from `rows` rows and `degrees` of freedom.

    A share of 0 or 1 has no design variance: `beta` and `wilson` then stand on the number of rows, the others would
    shrink to a point and are refused. `information` serves `likelihood` (`profile.information`). Raises `InputError`.
    """
    if not 0 < confidence < 1:
        raise InputError("confidence", "置信水平应当在 0 和 1 之间。", "A confidence lies between 0 and 1.")
    if not 0 <= p <= 1 or rows < 1:
        raise InputError("p", f"{p} 不是比例。", f"{p} is no share.")
    if degrees < 1:
        raise InputError(
            "degrees",
            "抽中的初级单位太少，没有自由度，不能给出区间。",
            "Too few primary units: there is no interval.",
        )
    tail = (1 - confidence) / 2
    t = t_quantile(1 - tail, degrees)
    flat = p in (0, 1)
    if not flat and variance <= _NOTHING * p * (1 - p):
        # The design leaves nothing to chance: a census, or shares that the strata fix.
        return Interval(p, p, confidence, method)
    if method in (BETA, WILSON):
        size = float(rows) if flat else p * (1 - p) / variance
        if not flat or rows > 1:
            size *= (t_quantile(1 - tail, max(rows - 1, 1)) / t) ** 2
        low, high = _exact(p, size, tail) if method == BETA else _score(p, size, tail)
    elif p in (0, 1):
        raise InputError(
            "method", "比例为 0 或 1 时请用 beta 方法。", "A share of 0 or 1 needs the method beta."
        )
    elif method == MEAN:
        half = t * math.sqrt(variance)
        low, high = p - half, p + half
    elif method in (LOGIT, XLOGIT):
        eta, half = math.log(p / (1 - p)), t * math.sqrt(variance) / (p * (1 - p))
        low, high = _expit(eta - half), _expit(eta + half)
    elif method == ASIN:
        angle, half = math.asin(math.sqrt(p)), t * math.sqrt(variance / (4 * p * (1 - p)))
        low, high = (math.sin(min(math.pi / 2, max(0.0, angle + s * half))) ** 2 for s in (-1, 1))
    elif method == LIKELIHOOD:
        low, high = _likelihood(p, variance, rows, t, information or rows * p * (1 - p))
    else:
        raise InputError("method", f"没有方法“{method}”。", f"There is no method '{method}'.")
    return Interval(low, high, confidence, method)


def estimate(value: float, error: float, degrees: float, confidence: float = 0.95) -> Interval:
    """Student's interval for a mean, total, ratio or difference."""
    if degrees < 1:
        raise InputError(
            "degrees", "没有自由度，不能给出区间。", "There are no degrees of freedom for an interval."
        )
    half = t_quantile(0.5 + confidence / 2, degrees) * error
    return Interval(value - half, value + half, confidence, "t")


def t_cdf(t: float, degrees: float) -> float:
    """Student's distribution function."""
    if math.isinf(t):
        return 1.0 if t > 0 else 0.0
    tail = 0.5 * beta_cdf(degrees / (degrees + t * t), degrees / 2, 0.5)
    return 1 - tail if t > 0 else tail


def t_quantile(probability: float, degrees: float) -> float:
    """Student's quantile; the normal one for infinite degrees of freedom."""
    if math.isinf(degrees):
        return NormalDist().inv_cdf(probability)
    if probability == 0.5:
        return 0.0
    if probability < 0.5:
        return -t_quantile(1 - probability, degrees)
    # The side of the beta quantile that is near 0 keeps its digits.
    y = beta_quantile(abs(2 * probability - 1), 0.5, degrees / 2)
    return math.sqrt(degrees * y / (1 - y))


def _exact(p: float, size: float, tail: float) -> tuple[float, float]:
    hits = p * size
    low = 0.0 if p == 0 else beta_quantile(tail, hits, size - hits + 1)
    high = 1.0 if p == 1 else beta_quantile(1 - tail, hits + 1, size - hits)
    return low, high


def _score(p: float, size: float, tail: float) -> tuple[float, float]:
    z = NormalDist().inv_cdf(1 - tail)
    centre, scale = p + z * z / (2 * size), 1 + z * z / size
    half = z * math.sqrt(p * (1 - p) / size + z * z / (4 * size * size))
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def _likelihood(p: float, variance: float, rows: int, t: float, information: float) -> tuple[float, float]:
    if rows < 2:
        raise InputError("rows", "一个单位没有似然区间。", "A single row has no likelihood interval.")
    error = math.sqrt(variance) / (p * (1 - p))
    cutoff = t * error * math.sqrt(information)
    tail = 2 * NormalDist().cdf(-cutoff)
    return profile.bounds(p, error, rows, cutoff, lambda q: t_quantile(q, rows - 1), tail)


def _expit(eta: float) -> float:
    return 1 / (1 + math.exp(-eta)) if eta > -700 else 0.0
