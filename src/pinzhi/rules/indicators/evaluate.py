"""From a definition, the choices made and a counter to a reading.

The counter is given a specification of what to count, in the form that `pinzhi.rules.proof.verify` documents,
and gives the number: so whoever holds a register's published entries can recount every reading. The counts of
the registers (states, filters, distinct) are given too; this module reads neither files nor a database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from pinzhi.rules.indicators.definition import (
    IndicatorDefinition,
    IndicatorError,
    OptionValue,
    merged_source,
)
from pinzhi.rules.indicators.reading import Bounds, Reading
from pinzhi.rules.indicators.target import Kind, Plan
from pinzhi.rules.law import LawAsOf
from pinzhi.rules.statistics.change import DAYS_OF_A_YEAR, compound_growth, mean_growth
from pinzhi.rules.statistics.proportions import DEFAULT_CONFIDENCE, METHODS

Spec = dict[str, Any]
Counter = Callable[[Spec], Decimal | int | None]
"""Counts a specification; `None` where a series has no figure."""
CountOf = Callable[[str, str], Mapping[str, Any]]
"""A register's count by name: mode, states, filters, distinct, aggregate, value_field. Raises `KeyError`."""

COUNTED = ("register", "ratio")
"""Sources that count records kept here; the others take over what somebody reported."""

LOOK_BACK_YEARS = 6
"""How many years before the day asked a reported figure is looked for."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of an indicator."""

    kind: Kind
    day: dt.date
    plan: Plan
    region: str | None = None
    """Code of the region with its subtree; `None` for everything kept."""
    chosen: Mapping[str, Any] | None = None
    known_on: dt.date | None = None
    """Reported figures count when they were out by this day; the day asked when `None`."""
    average: bool = False
    """Per year: the average of the years so far (年均) instead of the year of `day`. Set it where the
    target's `reading_of_holds` is `average`."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    reading: Reading
    published: Mapping[str, Any]
    """The reading as `verify.py indicator` recounts it; empty where it is no count or rate of counts."""
    specs: tuple[Spec, ...]
    """What was counted, for the list of records behind the reading."""


@dataclass(frozen=True, slots=True)
class _Frame:
    definition: IndicatorDefinition
    question: Question
    source: Mapping[str, Any]
    picks: tuple[OptionValue, ...]
    counter: Counter
    count_of: CountOf

    def filters(self, side: str = "") -> list[Mapping[str, Any]]:
        added: list[Mapping[str, Any]] = []
        for pick in self.picks:
            added += pick.filters
            if side == "numerator":
                added += pick.numerator_filters
            if side == "denominator":
                added += pick.denominator_filters
        return added


def evaluate(
    definition: IndicatorDefinition,
    question: Question,
    *,
    counter: Counter,
    count_of: CountOf,
    law: LawAsOf | None = None,
    confidence: float = DEFAULT_CONFIDENCE,
) -> Evaluated:
    """The reading that answers `question`.

    Raises `IndicatorError` for a kind that the indicator does not serve, an unknown choice, or a count that
    its register does not have. A value that cannot be had is no error: the reading says what is missing.
    """
    if question.kind not in definition.kinds:
        raise IndicatorError(definition.name, [f"serves {', '.join(definition.kinds)}, not {question.kind}"])
    picks = _picks(definition, question.chosen or {})
    source = merged_source(definition.source, *(pick.source for pick in picks))
    frame = _Frame(definition, question, source, picks, counter, count_of)
    found = {"register": _register, "ratio": _ratio, "series": _series, "growth": _growth, "share": _share}[
        frame.source["type"]
    ](frame)
    provisional = found.reading.provisional or _rests_on_sand(definition, law)
    reading = replace(
        found.reading,
        method_version=definition.method_version,
        provisional=provisional,
        source="counted" if frame.source["type"] in COUNTED else "reported",
    )
    return replace(found, reading=_with_interval(definition, reading, confidence))


def over_the_plan(
    definition: IndicatorDefinition,
    question: Question,
    *,
    counter: Counter,
    count_of: CountOf,
    law: LawAsOf | None = None,
) -> list[Evaluated]:
    """Readings at the start of the plan (levels) and at the end of each year up to the day asked.

    What `attainment` needs as history; years without a value are left out. The day asked itself is not in it.
    """
    plan, day = question.plan, question.day
    days = [dt.date(year, 12, 31) for year in range(plan.start.year, day.year + 1)]
    if question.kind == "level":
        days.insert(0, plan.start)
    known_on = question.known_on or day
    found = [
        evaluate(
            definition,
            replace(question, day=d, known_on=known_on),
            counter=counter,
            count_of=count_of,
            law=law,
        )
        for d in days
        if d < day
    ]
    dated: dict[dt.date, Evaluated] = {}
    for one in found:
        if one.reading.value is not None and one.reading.as_of <= day:
            dated[one.reading.as_of] = one
    return [dated[d] for d in sorted(dated)]


def subtree(region: str) -> str:
    """The beginning that all codes inside a region share: 350000 is 35, 350100 is 3501 (GB/T 2260)."""
    if len(region) == 6 and region.isdigit():
        while region.endswith("00"):
            region = region[:-2]
    return region


def _picks(definition: IndicatorDefinition, chosen: Mapping[str, Any]) -> tuple[OptionValue, ...]:
    """What the choices add: those made, and the defaults of the others."""
    names = {o.name for o in definition.options}
    unknown = sorted(set(chosen) - names)
    if unknown:
        raise IndicatorError(definition.name, [f"no option {name!r}" for name in unknown])
    picks = []
    for option in definition.options:
        value = chosen.get(option.name, option.default)
        if option.sets is not None or value in (None, ""):
            continue
        if option.type == "choice":
            picks.append(option.value(value))
        elif option.type == "text":
            wanted = {"field": option.field, "op": "eq", "value": str(value)}
            picks.append(OptionValue(value, {"zh": str(value), "en": str(value)}, (wanted,)))
    return tuple(picks)


def _rests_on_sand(definition: IndicatorDefinition, law: LawAsOf | None) -> bool:
    if law is None:
        return False
    found = [law.find(key) for key in definition.rests_on]
    return any(value is None or value.provisional for value in found)


# ---- counts of a register


def _count(frame: _Frame, register: str, name: str, side: str = "") -> Spec:
    """The part of a specification that the register's own count decides."""
    try:
        count = frame.count_of(register, name)
    except KeyError:
        raise IndicatorError(frame.definition.name, [f"{register} has no count {name!r}"]) from None
    spec: Spec = {"register": register, "states": list(count["states"])}
    filters = [dict(f) for f in (*count.get("filters", ()), *frame.filters(side))]
    for test in filters:
        if test["op"] == "present" and test.get("value") is None:
            test["value"] = True
    if filters:
        spec["filters"] = filters
    if count.get("distinct") not in (None, "key"):
        spec["distinct"] = count["distinct"]
    if count.get("value_field"):
        spec["value_field"] = count["value_field"]
    if count.get("aggregate", "count") != "count":
        spec["aggregate"] = count["aggregate"]
    return spec


def _dated(frame: _Frame, spec: Spec, *, level_only: bool = False) -> Spec:
    """With mode, days and region: how many there are, or how many came in the period."""
    question = frame.question
    if question.region:
        spec["regions"] = [subtree(question.region)]
    if question.kind == "level" or level_only:
        return {**spec, "mode": "level", "date": question.day.isoformat()}
    begin = question.plan.start
    if question.kind == "per_year" and not question.average:
        begin = dt.date(question.day.year, 1, 1)
    return {**spec, "mode": "increment", "from": begin.isoformat(), "to": question.day.isoformat()}


def _register(frame: _Frame) -> Evaluated:
    source, question = frame.source, frame.question
    name = source["count"] if "count" in source else source["counts"][question.kind]
    spec = _dated(frame, _count(frame, source["register"], name))
    if question.kind != "level" and question.day < question.plan.start:
        return Evaluated(Reading(None, question.day, missing="plan_not_started"), {}, (spec,))
    value = _number(frame.counter(spec))
    if value is None:
        return Evaluated(Reading(None, question.day, missing="no_figure"), {}, (spec,))
    if question.kind == "per_year" and question.average:
        years = Decimal((question.day - question.plan.start).days + 1) / DAYS_OF_A_YEAR
        return Evaluated(Reading(value / years, question.day, numerator=value), {}, (spec,))
    return Evaluated(Reading(value, question.day), {"value": _text(value), "count": spec}, (spec,))


def _ratio(frame: _Frame) -> Evaluated:
    parts: list[Spec] = []
    for side in ("numerator", "denominator"):
        part = frame.source[side]
        parts.append(_dated(frame, _count(frame, part["register"], part["count"], side), level_only=True))
    upper, lower = (_number(frame.counter(spec)) for spec in parts)
    return _rate(frame, frame.question.day, upper, lower, parts)


def _rate(
    frame: _Frame,
    day: dt.date,
    upper: Decimal | None,
    lower: Decimal | None,
    specs: Sequence[Spec],
    period: str | None = None,
) -> Evaluated:
    if upper is None or lower is None:
        return Evaluated(Reading(None, day, missing="no_figure", period=period), {}, tuple(specs))
    if lower == 0:
        empty = Reading(None, day, upper, lower, missing="base_is_zero", period=period)
        return Evaluated(empty, {}, tuple(specs))
    scale = Decimal(str(frame.source.get("scale", 100)))
    value = _rounded(scale * upper / lower, max(frame.definition.precision, 2))
    published = {
        "value": _text(value),
        "scale": int(scale),
        "numerator": {"value": _text(upper), "count": specs[0]},
        "denominator": {"value": _text(lower), "count": specs[1]},
    }
    return Evaluated(Reading(value, day, upper, lower, period=period), published, tuple(specs))


# ---- reported series


def _figure(
    frame: _Frame, register: str, name: str, periods: Sequence[str], field: str | None = None, side: str = ""
) -> Spec:
    """One figure, or the sum of several periods, of one region: a province's figure is no sum of cities'."""
    spec = _count(frame, register, name, side)
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


def _periods_before(frame: _Frame, day: dt.date) -> list[str]:
    """Periods that end on or before the day, the latest first."""
    years = range(day.year, day.year - LOOK_BACK_YEARS - 1, -1)
    match frame.source.get("period", "year"):
        case "quarter":
            periods = [f"{year}Q{q}" for year in years for q in (4, 3, 2, 1)]
        case "month":
            periods = [f"{year}-{m:02}" for year in years for m in range(12, 0, -1)]
        case _:
            periods = [str(year) for year in years]
    return [p for p in periods if end_of(p) <= day]


def _series(frame: _Frame) -> Evaluated:
    source, question = frame.source, frame.question
    register, name = source["register"], source["count"]
    latest = None
    for period in _periods_before(frame, question.day):
        latest = _figure(frame, register, name, [period])
        value = _number(frame.counter(latest))
        if value is not None:
            break
    else:
        return Evaluated(Reading(None, question.day, missing="no_figure"), {}, (latest,) if latest else ())
    assert latest is not None
    provisional = _preliminary(frame, latest)
    if question.kind == "increment":
        years = [str(y) for y in range(question.plan.start.year, int(period[:4]) + 1)]
        if not years:
            return Evaluated(Reading(None, question.day, missing="no_figure"), {}, (latest,))
        spec = _figure(frame, register, name, years)
        spec["aggregate"] = "sum"
        value = _number(frame.counter(spec)) or Decimal(0)
        reading = Reading(value, end_of(years[-1]), period=f"{years[0]}/{years[-1]}", provisional=provisional)
        return Evaluated(reading, {"value": _text(value), "count": spec}, (spec,))
    base: list[Decimal | None] = []
    for field in (source.get("numerator_field"), source.get("denominator_field")):
        spec = _figure(frame, register, name, [period], field)
        base.append(_number(frame.counter(spec)) if field else None)
    reading = Reading(value, end_of(period), base[0], base[1], period=period, provisional=provisional)
    return Evaluated(reading, {"value": _text(value), "count": latest}, (latest,))


def _preliminary(frame: _Frame, spec: Spec) -> bool:
    mark = frame.source.get("preliminary")
    if not mark:
        return False
    marked = {**spec, "filters": [*spec["filters"], dict(mark)]}
    return frame.counter(marked) is not None


def _growth(frame: _Frame) -> Evaluated:
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
        value = _number(frame.counter(spec))
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
    value = _rounded(100 * rate, max(frame.definition.precision, 2))
    return Evaluated(Reading(value, day, period=period, provisional=provisional), {}, tuple(specs))


def _share(frame: _Frame) -> Evaluated:
    """Two series of the latest period that both have."""
    upper, lower = frame.source["numerator"], frame.source["denominator"]
    specs: list[Spec] = []
    for period in _periods_before(frame, frame.question.day):
        specs = [
            _figure(frame, part["register"], part["count"], [period], side=side)
            for part, side in ((upper, "numerator"), (lower, "denominator"))
        ]
        above, below = (_number(frame.counter(spec)) for spec in specs)
        if above is not None and below is not None:
            found = _rate(frame, end_of(period), above, below, specs, period)
            provisional = any(_preliminary(frame, spec) for spec in specs)
            return replace(found, reading=replace(found.reading, provisional=provisional))
    return Evaluated(Reading(None, frame.question.day, missing="no_figure"), {}, tuple(specs))


# ---- numbers


def _with_interval(definition: IndicatorDefinition, reading: Reading, confidence: float) -> Reading:
    """The interval of a rate whose numerator and denominator are whole counts."""
    upper, lower = reading.numerator, reading.denominator
    if (
        definition.interval is None
        or definition.unit != "%"
        or upper is None
        or lower is None
        or reading.value is None
    ):
        return reading
    if upper != upper.to_integral_value() or lower != lower.to_integral_value() or not 0 <= upper <= lower:
        return reading
    found = METHODS[definition.interval](int(upper), int(lower), confidence)
    low, high = (_rounded(100 * Decimal(repr(bound)), 2) for bound in (found.low, found.high))
    return replace(reading, interval=Bounds(low, high, Decimal(repr(confidence)), found.method))


def _number(value: Decimal | int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _rounded(value: Decimal, digits: int) -> Decimal:
    with localcontext() as context:
        context.prec = 40
        return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def _text(value: Decimal) -> str:
    return f"{value:f}" if value != value.to_integral_value() else f"{value.to_integral_value():f}"
