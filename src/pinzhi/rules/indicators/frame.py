"""What is asked of an indicator, and how a count of a register becomes a specification."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from pinzhi.rules.indicators.definition import IndicatorDefinition, IndicatorError, OptionValue
from pinzhi.rules.indicators.reading import Reading
from pinzhi.rules.indicators.target import Kind, Plan

Spec = dict[str, Any]
Counter = Callable[[Spec], Decimal | int | None]
"""Counts a specification; `None` where a series has no figure."""
CountOf = Callable[[str, str], Mapping[str, Any]]
"""A register's count by name: mode, states, filters, distinct, aggregate, value_field. Raises `KeyError`."""


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
class Frame:
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


def count_spec(frame: Frame, register: str, name: str, side: str = "") -> Spec:
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


def rate(
    frame: Frame,
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
    value = rounded(scale * upper / lower, max(frame.definition.precision, 2))
    published = {
        "value": text_of(value),
        "scale": int(scale),
        "numerator": {"value": text_of(upper), "count": specs[0]},
        "denominator": {"value": text_of(lower), "count": specs[1]},
    }
    return Evaluated(Reading(value, day, upper, lower, period=period), published, tuple(specs))


def subtree(region: str) -> str:
    """The beginning that all codes inside a region share: 350000 is 35, 350100 is 3501 (GB/T 2260)."""
    if len(region) == 6 and region.isdigit():
        while region.endswith("00"):
            region = region[:-2]
    return region


def number_of(value: Decimal | int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def rounded(value: Decimal, digits: int) -> Decimal:
    with localcontext() as context:
        context.prec = 40
        return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def text_of(value: Decimal) -> str:
    return f"{value:f}" if value != value.to_integral_value() else f"{value.to_integral_value():f}"
