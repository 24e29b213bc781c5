"""Readings taken over from reported series: a figure, a sum of figures, growth, the share of two series."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from pinzhi.rules.indicators.frame import (
    Evaluated,
    Frame,
    Spec,
    count_spec,
    number_of,
    rate,
    rounded,
    text_of,
)
from pinzhi.rules.indicators.reading import Reading
from pinzhi.rules.statistics.change import compound_growth, mean_growth

LOOK_BACK_YEARS = 6
"""How many years before the day asked a reported figure is looked for."""


def _figure(
    frame: Frame, register: str, name: str, periods: Sequence[str], field: str | None = None, side: str = ""
) -> Spec:
    """One figure, or the sum of several periods, of one region: a province's figure is no sum of cities'."""
    spec = count_spec(frame, register, name, side)
    # A figure comes out after the period it speaks of: it is asked for as of the day of knowing.
    spec.update({"mode": "series", "date": (frame.question.known_on or frame.question.day).isoformat()})
    spec["aggregate"] = "latest" if len(periods) == 1 else "sum"
    spec["value_field"] = field or spec.get("value_field", "value")
    spec.pop("distinct", None)
    filters = list(spec.get("filters", ()))
    if len(periods) == 1:
        filters.append({"field": "period", "op": "eq", "value": periods[0]})
    else:
        filters.append({"field": "period", "op": "in", "value": list(periods)})
    if frame.question.region:
        filters.append({"field": "region", "op": "eq", "value": frame.question.region})
    return {**spec, "filters": filters}


def end_of(period: str) -> dt.date:
    """The last day of `2019`, `2019Q2` or `2019-03`."""
    year, rest = int(period[:4]), period[4:]
    month = 12 if not rest else 3 * int(rest[1]) if rest.startswith("Q") else int(rest[1:])
    return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


def _periods_before(frame: Frame, day: dt.date) -> list[str]:
    """Periods that end on or before the day, the latest first."""
    years = range(day.year, day.year - LOOK_BACK_YEARS - 1, -1)
    match frame.source.get("period", "year"):
        case "quarter":
            periods = [f"{year}Q{q}" for year in years for q in (4, 3, 2, 1)]
        case "month":
            periods = [f"{year}-{m:02}" for year in years for m in range(12, 0, -1)]
        case "any":  # of a year and its last quarter the year comes first
            periods = [p for year in years for p in (str(year), *(f"{year}Q{q}" for q in (4, 3, 2, 1)))]
        case _:
            periods = [str(year) for year in years]
    return [p for p in periods if end_of(p) <= day]


def reported_figure(frame: Frame) -> Evaluated:
    source, question = frame.source, frame.question
    register, name = source["register"], source["count"]
    latest = None
    for period in _periods_before(frame, question.day):
        latest = _figure(frame, register, name, [period])
        value = number_of(frame.counter(latest))
        if value is not None:
            break
    else:
        return Evaluated(Reading(None, question.day, missing="no_figure"), {}, (latest,) if latest else ())
    assert latest is not None
    provisional = _preliminary(frame, latest)
    if question.kind == "increment" and not source.get("cumulative"):
        years = [str(y) for y in range(question.plan.start.year, int(period[:4]) + 1)]
        if not years:
            return Evaluated(Reading(None, question.day, missing="no_figure"), {}, (latest,))
        spec = _figure(frame, register, name, years)
        spec["aggregate"] = "sum"
        value = number_of(frame.counter(spec)) or Decimal(0)
        reading = Reading(value, end_of(years[-1]), period=f"{years[0]}/{years[-1]}", provisional=provisional)
        return Evaluated(reading, {"value": text_of(value), "count": spec}, (spec,))
    base: list[Decimal | None] = []
    for field in (source.get("numerator_field"), source.get("denominator_field")):
        spec = _figure(frame, register, name, [period], field)
        base.append(number_of(frame.counter(spec)) if field else None)
    reading = Reading(value, end_of(period), base[0], base[1], period=period, provisional=provisional)
    return Evaluated(reading, {"value": text_of(value), "count": latest}, (latest,))


def _preliminary(frame: Frame, spec: Spec) -> bool:
    mark = frame.source.get("preliminary")
    if not mark:
        return False
    marked = {**spec, "filters": [*spec["filters"], dict(mark)]}
    return frame.counter(marked) is not None


def yearly_growth(frame: Frame) -> Evaluated:
    """Yearly growth in percent: the average over the plan's years up to the latest figure, or the last one.

    The average is what 年均 asks; where every year must hold, each year's own rate is.
    """
    source, question = frame.source, frame.question
    register, name = source["register"], source["count"]
    first = question.plan.start.year
    figures: dict[int, Decimal] = {}
    specs: list[Spec] = []
    last = question.day.year if end_of(str(question.day.year)) <= question.day else question.day.year - 1
    for year in range(first - 1 if source["of"] == "level" else first, last + 1):
        spec = _figure(frame, register, name, [str(year)])
        value = number_of(frame.counter(spec))
        if value is None:
            # Years after a gap cannot be joined to those before it.
            break
        figures[year] = value
        specs.append(spec)
    provisional = bool(specs) and any(_preliminary(frame, spec) for spec in specs)
    years = sorted(figures)
    if len(years) < (2 if source["of"] == "level" else 1):
        return Evaluated(Reading(None, question.day, missing="too_few_periods"), {}, tuple(specs))
    day, period = end_of(str(years[-1])), f"{years[0]}/{years[-1]}"
    if question.kind == "per_year" and not question.average:
        years = years[-2:] if source["of"] == "level" else years[-1:]
        period = str(years[-1])
    if source["of"] == "level":
        if figures[years[0]] <= 0 or figures[years[-1]] < 0:
            return Evaluated(Reading(None, day, missing="no_positive_base", period=period), {}, tuple(specs))
        rate = compound_growth(figures[years[0]], figures[years[-1]], years[-1] - years[0])
    else:
        rate = mean_growth([figures[y] / 100 for y in years])
    value = rounded(100 * rate, max(frame.definition.precision, 2))
    return Evaluated(Reading(value, day, period=period, provisional=provisional), {}, tuple(specs))


def share_of_series(frame: Frame) -> Evaluated:
    """Two series of the latest period that both have."""
    upper, lower = frame.source["numerator"], frame.source["denominator"]
    specs: list[Spec] = []
    for period in _periods_before(frame, frame.question.day):
        specs = [
            _figure(frame, part["register"], part["count"], [period], side=side)
            for part, side in ((upper, "numerator"), (lower, "denominator"))
        ]
        above, below = (number_of(frame.counter(spec)) for spec in specs)
        if above is not None and below is not None:
            found = rate(frame, end_of(period), above, below, specs, period)
            provisional = any(_preliminary(frame, spec) for spec in specs)
            return replace(found, reading=replace(found.reading, provisional=provisional))
    return Evaluated(Reading(None, frame.question.day, missing="no_figure"), {}, tuple(specs))
