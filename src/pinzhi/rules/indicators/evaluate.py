"""From a definition, the choices made and a counter to a reading.

The counter is given a specification of what to count, in the form that `pinzhi.rules.proof.verify` documents,
and gives the number: so whoever holds a register's published entries can recount every reading. The counts of
the registers (states, filters, distinct) are given too; this module reads neither files nor a database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from pinzhi.rules.indicators.counted import count_of_register, ratio_of_counts
from pinzhi.rules.indicators.definition import (
    IndicatorDefinition,
    IndicatorError,
    OptionValue,
    merged_source,
)
from pinzhi.rules.indicators.frame import Counter, CountOf, Evaluated, Frame, Question, Spec, rounded, subtree
from pinzhi.rules.indicators.reading import Bounds, Reading
from pinzhi.rules.indicators.reported import end_of, reported_figure, share_of_series, yearly_growth
from pinzhi.rules.law import LawAsOf
from pinzhi.rules.statistics.proportions import DEFAULT_CONFIDENCE, METHODS

__all__ = [
    "CountOf",
    "Counter",
    "Evaluated",
    "Question",
    "Spec",
    "end_of",
    "evaluate",
    "over_the_plan",
    "subtree",
]

COUNTED = ("register", "ratio")
"""Sources that count records kept here; the others take over what somebody reported."""


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
    frame = Frame(definition, question, source, picks, counter, count_of)
    found = {
        "register": count_of_register,
        "ratio": ratio_of_counts,
        "series": reported_figure,
        "growth": yearly_growth,
        "share": share_of_series,
    }[frame.source["type"]](frame)
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
    low, high = (rounded(100 * Decimal(repr(bound)), 2) for bound in (found.low, found.high))
    return replace(reading, interval=Bounds(low, high, Decimal(repr(confidence)), found.method))
