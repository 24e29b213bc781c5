"""A pass rate: the raw share, and beside it the estimate for the population, each with its interval and its meaning.

Which level of check, which unit (batch, product, firm) and whether first tests only is chosen before: the rows given
here are what is counted. A unit whose probability of being drawn is not known makes the estimate impossible, and the
result says so; the raw share remains.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Any

from pinzhi.rules.inspection.errors import InputError
from pinzhi.rules.inspection.estimates import intervals, words
from pinzhi.rules.inspection.estimates.change import Difference, Point, Trend, difference
from pinzhi.rules.inspection.estimates.change import trend as fitted_trend
from pinzhi.rules.inspection.estimates.design import ADJUST, Design, describe
from pinzhi.rules.inspection.estimates.linear import design_effect, mean
from pinzhi.rules.law import LawAsOf
from pinzhi.rules.statistics.proportions import Interval, clopper_pearson, wilson


@dataclass(frozen=True, slots=True)
class Checked:
    """One unit that was checked."""

    passed: bool
    probability: float | None
    """Its probability of being drawn; None where it was not drawn at random."""
    stratum: Hashable = ""
    cluster: Hashable = None
    """The primary unit it was drawn in (a firm whose products were drawn second); None: it is one itself."""


@dataclass(frozen=True, slots=True)
class Weighted:
    """The estimate for the population sampled from."""

    value: float
    error: float
    interval: Interval | None
    """Korn and Graubard's; None where there are too few primary units."""
    degrees_of_freedom: int
    design_effect: float | None
    size: float
    """Estimated number of units in the population."""

    @property
    def point(self) -> Point:
        """For comparisons. A sample in which all passed has a standard error of 0 but is not certain: its interval
        then gives the error."""
        error = self.error
        if error == 0 and self.interval is not None:
            t = intervals.t_quantile(0.5 + self.interval.confidence / 2, self.degrees_of_freedom)
            error = (self.interval.high - self.interval.low) / t
        return Point(self.value, error, max(1, self.degrees_of_freedom))


@dataclass(frozen=True, slots=True)
class Rate:
    """A pass rate with all that has to be known to read it."""

    hits: int
    base: int
    exact: Interval | None
    """Clopper and Pearson's interval of the raw share."""
    score: Interval | None
    """Wilson's interval of the raw share."""
    weighted: Weighted | None
    """None where the population's rate cannot be estimated; `meaning` says why."""
    small: bool
    meaning: tuple[words.Text, ...]

    @property
    def share(self) -> float | None:
        """The raw share; None where nothing was checked."""
        return self.hits / self.base if self.base else None


def rate(
    checked: Sequence[Checked],
    *,
    strata_sizes: Mapping[Hashable, int] | None = None,
    unequal: bool = False,
    domain: Sequence[bool] | None = None,
    lonely: str = ADJUST,
    confidence: float = 0.95,
    small_count: int = 30,
) -> Rate:
    """The pass rate of what was checked, and of the population it was drawn from.

    `strata_sizes`: primary units of each stratum's frame (finite population correction; left out, the sample counts
    as drawn with replacement, which errs on the wide side). `unequal`: units of a stratum had different
    probabilities. `domain` marks the rows of a part that the draw did not fix (a trade, an online channel): give all
    rows of the draw and the mask, not the part alone, or the error comes out wrong.
    """
    drawn = None if _targeted(checked) else design_of(checked, strata_sizes, unequal, lonely)
    return _rate(checked, drawn, strata_sizes, unequal, lonely, domain, confidence, small_count)


def rates_by(
    checked: Sequence[Checked],
    groups: Sequence[Hashable],
    *,
    strata_sizes: Mapping[Hashable, int] | None = None,
    unequal: bool = False,
    lonely: str = ADJUST,
    confidence: float = 0.95,
    small_count: int = 30,
) -> dict[Hashable, Rate]:
    """The rate of each group (region, trade, channel) as a domain of one draw; the design is described once."""
    drawn = None if _targeted(checked) else design_of(checked, strata_sizes, unequal, lonely)
    return {
        name: _rate(
            checked,
            drawn,
            strata_sizes,
            unequal,
            lonely,
            [g == name for g in groups],
            confidence,
            small_count,
        )
        for name in dict.fromkeys(groups)
    }


def _targeted(checked: Sequence[Checked]) -> bool:
    return not checked or any(c.probability is None for c in checked)


def _rate(
    checked: Sequence[Checked],
    drawn: Design | None,
    strata_sizes: Mapping[Hashable, int] | None,
    unequal: bool,
    lonely: str,
    domain: Sequence[bool] | None,
    confidence: float,
    small_count: int,
) -> Rate:
    kept = [c for at, c in enumerate(checked) if domain is None or domain[at]]
    hits, base = sum(c.passed for c in kept), len(kept)
    if base == 0:
        return Rate(0, 0, None, None, None, True, (words.NOTHING,))
    exact, score = clopper_pearson(hits, base, confidence), wilson(hits, base, confidence)
    meaning = [words.raw(hits, base, exact)]
    if base < small_count:
        meaning.append(words.small(base, small_count))
    found = None
    if any(c.probability is None for c in kept):
        meaning.append(words.TARGETED)
    else:
        if drawn is None:
            # A part that was drawn at random beside units that were not: the draw is what has probabilities.
            random = [c.probability is not None for c in checked]
            domain = [d for d, r in zip(domain or random, random, strict=True) if r]
            checked = [c for c, r in zip(checked, random, strict=True) if r]
            drawn = design_of(checked, strata_sizes, unequal, lonely)
        found, said = _weighted(checked, drawn, domain, confidence)
        meaning += said
    return Rate(hits, base, exact, score, found, base < small_count, tuple(meaning))


def by_unit(
    rows: Iterable[tuple[Hashable, Checked]], probabilities: Mapping[Hashable, float] | None = None
) -> list[Checked]:
    """Batches brought together to products or firms: one passes when all of it passed.

    A firm's probability of being drawn is not that of its batches: give `probabilities` by key, or there is none.
    """
    groups: dict[Hashable, list[Checked]] = {}
    for key, row in rows:
        groups.setdefault(key, []).append(row)
    return [
        Checked(
            all(r.passed for r in group),
            probabilities.get(key) if probabilities else None,
            group[0].stratum,
            group[0].cluster,
        )
        for key, group in groups.items()
    ]


def compare(first: Rate, second: Rate, confidence: float = 0.95) -> tuple[Difference, words.Text]:
    """Two years' rates compared: by their estimates. Raises `InputError` where one has none or neither an error."""
    if first.weighted is None or second.weighted is None:
        raise InputError(
            "rate",
            "至少有一年没有总体估计，不能比较总体的合格率。",
            "One of the years has no estimate for its population: the populations cannot be compared.",
        )
    found = difference(first.weighted.point, second.weighted.point, confidence)
    return found, words.apart(first.weighted.value, second.weighted.value, found.p_value)


def trend(years: Sequence[tuple[int, Rate]], confidence: float = 0.95) -> tuple[Trend, words.Text]:
    """The change a year over several years' estimates. Raises `InputError` where a year has none."""
    points = []
    for year, found in years:
        if found.weighted is None:
            raise InputError(
                "rate", f"{year} 年没有总体估计。", f"The year {year} has no estimate for its population."
            )
        points.append((float(year), found.weighted.point))
    line = fitted_trend(points, confidence)
    return line, words.drift(line.per_year, line.error, line.p_value, len(points))


def conventions(law: LawAsOf) -> dict[str, Any]:
    """Confidence and the number below which a count is small, as of a day: keyword arguments of `rate`."""
    return {
        "confidence": float(law.get("inspection.confidence").number),
        "small_count": int(law.get("inspection.small_count").number),
    }


def design_of(
    checked: Sequence[Checked],
    strata_sizes: Mapping[Hashable, int] | None = None,
    unequal: bool = False,
    lonely: str = ADJUST,
) -> Design:
    """The design of rows with probabilities. Raises `InputError` for a stratum without a size."""
    if any(c.probability is not None and not 0 < c.probability <= 1 for c in checked):
        raise InputError(
            "probability", "抽中概率应当大于 0、不大于 1。", "A probability is above 0 and at most 1."
        )
    clustered = any(c.cluster is not None for c in checked)
    clusters = [[at if c.cluster is None else (c.stratum, c.cluster) for at, c in enumerate(checked)]]
    strata = [c.stratum for c in checked]
    population: list[list[float]] = []
    if strata_sizes is not None:
        missing = sorted({str(s) for s in strata if s not in strata_sizes})
        if missing:
            raise InputError(
                "strata_sizes",
                f"缺少层的总数：{'、'.join(missing)}。",
                f"No size for strata {', '.join(missing)}.",
            )
        if unequal and not clustered:
            population = [[c.probability or 1.0 for c in checked]]
        elif not unequal:
            population = [[float(strata_sizes[s]) for s in strata]]
    return describe(
        len(checked),
        clusters=clusters,
        strata=[strata],
        weights=[0.0 if c.probability is None else 1 / c.probability for c in checked],
        population=population,
        unequal=unequal,
        lonely=lonely,
    )


def _weighted(
    checked: Sequence[Checked], design: Design, domain: Sequence[bool] | None, confidence: float
) -> tuple[Weighted, list[words.Text]]:
    if domain is not None:
        design = design.where(domain)
    outcome = [int(c.passed) for c in checked]
    found = mean(design, {"passed": outcome})
    size = fsum(design.weights[i] for i in design.rows)
    degrees = found.degrees_of_freedom
    if all(checked[i].probability == 1 for i in design.rows):
        value = Weighted(found.value, 0.0, None, degrees, None, size)
        return value, [words.weighted(found.value, 0.0, None, size), words.CENSUS]
    interval = None
    if degrees >= 1:
        interval = intervals.share(
            found.value, found.covariance[0][0], found.rows, degrees, intervals.BETA, confidence
        )
    deff = design_effect(design, outcome, found=found) if found.rows > 1 and found.error > 0 else None
    said = [words.weighted(found.value, found.error, interval, size)]
    if interval is None:
        said.append(words.NO_INTERVAL)
    if deff is not None:
        said.append(words.effect(deff, found.rows))
    return Weighted(found.value, found.error, interval, degrees, deff, size), said
