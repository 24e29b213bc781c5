"""Readings counted from the records of a register."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from pinzhi.rules.indicators.frame import (
    Evaluated,
    Frame,
    Spec,
    count_spec,
    number_of,
    rate,
    subtree,
    text_of,
)
from pinzhi.rules.indicators.reading import Reading
from pinzhi.rules.statistics.change import DAYS_OF_A_YEAR


def _dated(frame: Frame, spec: Spec, *, level_only: bool = False) -> Spec:
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


def count_of_register(frame: Frame) -> Evaluated:
    source, question = frame.source, frame.question
    name = source["count"] if "count" in source else source["counts"][question.kind]
    spec = _dated(frame, count_spec(frame, source["register"], name))
    if question.kind != "level" and question.day < question.plan.start:
        return Evaluated(Reading(None, question.day, missing="plan_not_started"), {}, (spec,))
    value = number_of(frame.counter(spec))
    if value is None:
        return Evaluated(Reading(None, question.day, missing="no_figure"), {}, (spec,))
    if question.kind == "per_year" and question.average:
        years = Decimal((question.day - question.plan.start).days + 1) / DAYS_OF_A_YEAR
        return Evaluated(Reading(value / years, question.day, numerator=value), {}, (spec,))
    return Evaluated(Reading(value, question.day), {"value": text_of(value), "count": spec}, (spec,))


def ratio_of_counts(frame: Frame) -> Evaluated:
    parts: list[Spec] = []
    day, year = frame.question.day, frame.source.get("year_field")
    for side in ("numerator", "denominator"):
        part = frame.source[side]
        spec = count_spec(frame, part["register"], part["count"], side)
        if year:
            spec["filters"] = [*spec.get("filters", ()), {"field": year, "op": "eq", "value": day.year}]
        parts.append(_dated(frame, spec, level_only=True))
    upper, lower = (number_of(frame.counter(spec)) for spec in parts)
    return rate(frame, day, upper, lower, parts, period=str(day.year) if year else None)
