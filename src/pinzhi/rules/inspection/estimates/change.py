"""Whether a rate has changed: two periods with a test, several with a trend.

Estimates of different years from different samples are independent; of two groups in one sample they are not, there
`Estimates.contrast` counts the covariance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, fsum, inf, sqrt
from statistics import NormalDist

from pinzhi.rules.inspection.errors import InputError
from pinzhi.rules.inspection.estimates.intervals import estimate, t_cdf
from pinzhi.rules.statistics.proportions import Interval


@dataclass(frozen=True, slots=True)
class Point:
    """An estimate with its standard error and degrees of freedom (infinite where they are not counted)."""

    value: float
    error: float
    degrees: float = inf


@dataclass(frozen=True, slots=True)
class Difference:
    """Second less first, with the test of no change."""

    difference: float
    error: float
    degrees: float
    statistic: float
    p_value: float
    interval: Interval

    def distinguishable(self, level: float = 0.05) -> bool:
        """Whether chance alone would hardly show so much."""
        return self.p_value < level


@dataclass(frozen=True, slots=True)
class Trend:
    """A straight line through estimates, each weighted by its precision."""

    per_year: float
    error: float
    statistic: float
    p_value: float
    interval: Interval


def difference(first: Point, second: Point, confidence: float = 0.95) -> Difference:
    """Two independent estimates compared by Welch's test (Satterthwaite's degrees of freedom).

    Raises `InputError` where neither has any error (nothing can be tested then).
    """
    error = sqrt(first.error**2 + second.error**2)
    if error == 0:
        raise InputError(
            "error",
            "两个估计都没有标准误（比例为 0 或 1，或全数检查），请用 exact_difference。",
            "Neither estimate has a standard error (shares of 0 or 1, or censuses); use exact_difference.",
        )
    parts = [p.error**4 / p.degrees for p in (first, second) if p.error and p.degrees != inf]
    degrees = error**4 / fsum(parts) if parts else inf
    return _tested(second.value - first.value, error, degrees, confidence)


def contrast(value: float, error: float, degrees: float, confidence: float = 0.95) -> Difference:
    """A difference within one sample, from `Estimates.contrast`, with its test."""
    if error == 0:
        raise InputError("error", "没有标准误，不能检验。", "There is no standard error to test with.")
    return _tested(value, error, degrees, confidence)


def exact_difference(hits: int, base: int, other_hits: int, other_base: int) -> float:
    """Fisher's exact two-sided p-value that two shares are the same, for small counts of equal probability.

    Raises `InputError` for counts that are no shares.
    """
    for h, b in ((hits, base), (other_hits, other_base)):
        if b <= 0 or not 0 <= h <= b:
            raise InputError("base", f"{h}/{b} 不是比例。", f"{h} of {b} is no share.")
    all_hits, everything = hits + other_hits, base + other_base
    ways = [
        comb(base, k) * comb(other_base, all_hits - k)
        for k in range(max(0, all_hits - other_base), min(base, all_hits) + 1)
    ]
    seen = comb(base, hits) * comb(other_base, other_hits)
    # Whole numbers: what is as unlikely as the table seen counts, without a tolerance.
    return sum(w for w in ways if w <= seen) / comb(everything, all_hits)


def trend(points: Sequence[tuple[float, Point]], confidence: float = 0.95) -> Trend:
    """Change a year through independent yearly estimates, weighted least squares with known variances.

    `points` are (year, estimate). Raises `InputError` for fewer than two years or an estimate without an error.
    """
    if len({year for year, _ in points}) < 2:
        raise InputError("points", "至少需要两个年份。", "A trend needs two different years.")
    if any(p.error <= 0 for _, p in points):
        raise InputError(
            "points",
            "有的年份没有标准误，请用 trend_of_counts。",
            "A year has no standard error; use trend_of_counts.",
        )
    w = [1 / p.error**2 for _, p in points]
    x, y = [float(year) for year, _ in points], [p.value for _, p in points]
    size = fsum(w)
    mx = fsum(a * b for a, b in zip(w, x, strict=True)) / size
    my = fsum(a * b for a, b in zip(w, y, strict=True)) / size
    sxx = fsum(a * (b - mx) ** 2 for a, b in zip(w, x, strict=True))
    slope = fsum(a * (b - mx) * (c - my) for a, b, c in zip(w, x, y, strict=True)) / sxx
    found = _tested(slope, 1 / sqrt(sxx), inf, confidence)
    return Trend(slope, found.error, found.statistic, found.p_value, found.interval)


def trend_of_counts(rows: Sequence[tuple[float, int, int]]) -> tuple[float, float]:
    """Cochran and Armitage's test of a trend in shares: statistic (above 0: growing) and two-sided p-value.

    `rows` are (year, hits, base), drawn with equal probability. Raises `InputError` where nothing differs.
    """
    base = sum(b for _, _, b in rows)
    hits = sum(h for _, h, _ in rows)
    if any(b <= 0 or not 0 <= h <= b for _, h, b in rows) or len({year for year, _, _ in rows}) < 2:
        raise InputError(
            "rows", "至少需要两个年份的计数。", "A trend needs the counts of two different years."
        )
    if hits in (0, base):
        raise InputError(
            "rows", "各年比例都是 0 或都是 1，没有趋势可检验。", "All shares are 0 or 1: no trend."
        )
    p = hits / base
    centre = fsum(year * b for year, _, b in rows) / base
    over = fsum((year - centre) * (h - b * p) for year, h, b in rows)
    spread = p * (1 - p) * fsum(b * (year - centre) ** 2 for year, _, b in rows)
    z = over / sqrt(spread)
    return z, 2 * NormalDist().cdf(-abs(z))


def _tested(value: float, error: float, degrees: float, confidence: float) -> Difference:
    statistic = value / error
    if degrees == inf:
        p = 2 * NormalDist().cdf(-abs(statistic))
        half = NormalDist().inv_cdf(0.5 + confidence / 2) * error
        interval = Interval(value - half, value + half, confidence, "z")
    else:
        p = 2 * t_cdf(-abs(statistic), degrees)
        interval = estimate(value, error, degrees, confidence)
    return Difference(value, error, degrees, statistic, min(1.0, p), interval)
