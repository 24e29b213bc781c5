"""From a bound target to a reading: the rules of indicators over the counts of registers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from pinzhi.apps.policy import indicators
from pinzhi.apps.policy.models import Target, TargetReading
from pinzhi.kernel import clock, law
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers import counting
from pinzhi.rules.indicators import target as rules
from pinzhi.rules.indicators import units
from pinzhi.rules.indicators.attainment import Attainment, attainment, reading_day
from pinzhi.rules.indicators.definition import IndicatorDefinition, IndicatorError
from pinzhi.rules.indicators.evaluate import Evaluated, Question, evaluate, over_the_plan
from pinzhi.rules.indicators.reading import Reading
from pinzhi.rules.indicators.why import Why

#: The indicator and the register of figures that a unit reports where nothing is counted.
REPORTED, REPORTED_REGISTER = "i31_reported_by_unit", "p02_reported_figures"


def chosen_of(definition: IndicatorDefinition, target: Target) -> dict[str, Any]:
    """The target's choices as its indicator takes them; a reported figure is always the target's own."""
    chosen = {
        name: value for name, value in target.choices.items() if name in {o.name for o in definition.options}
    }
    return chosen | {"target": target.key} if definition.name == REPORTED else chosen


def plan_of(target: Target) -> rules.Plan:
    """The years in which the target's plan binds. Raises Refused where the document's plan is not set."""
    document = target.document
    if document.plan_from is None or document.plan_until is None:
        raise Refused(
            "no_plan_period",
            zh=f"文件“{document.title}”没有设定规划期起止日期。",
            en=f"The plan period of {document.code} is not set.",
            place="plan_until",
            remedy_zh="在文件页填写规划期。",
            remedy_en="Set it on the document's page.",
        )
    first = (document.issued_on or document.plan_from).year
    return rules.Plan(start=document.plan_from, end=document.plan_until, first_year=first)


def as_rule(target: Target) -> rules.Target:
    """The target as the rules take it."""
    based = target.base_value is not None and target.base_year is not None
    return rules.Target(
        comparator=target.comparator,  # type: ignore[arg-type]
        value=target.value,
        unit=target.unit,
        kind=target.kind,  # type: ignore[arg-type]
        value_max=target.value_max,
        by_year=target.by_year,
        tolerance=target.tolerance,
        equals=target.equals,  # type: ignore[arg-type]
        holds=target.holds or None,  # type: ignore[arg-type]
        base_value=target.base_value if based else None,
        base_year=target.base_year if based else None,
    )


def with_zones(spec: dict[str, Any]) -> dict[str, Any]:
    """The spec with each region as the code prefixes of its subtree, zones and moved counties included."""
    expanded = []
    for code in spec.get("regions") or ():
        whole = code.ljust(6, "0") if code.isdigit() else code
        prefixes = places.area(whole).prefixes if places.region(whole) else ()
        expanded += [prefix for prefix in prefixes if prefix] or [code]
    return {**spec, "regions": expanded} if expanded else spec


def _counter(spec: dict[str, Any]) -> Decimal | None:
    return counting.count(with_zones(spec)).value


def compute(target: Target, on: date | None = None, region: str | None = None) -> TargetReading:
    """An unsaved reading of a bound target on a day for a region (the target's own where none is given)."""
    on = on or clock.today()
    region = target.region if region is None else region
    rule, plan = as_rule(target), plan_of(target)
    definition = indicators.get(target.indicator)
    day = reading_day(rule, plan, on)
    question = Question(
        kind=rule.kind,
        day=day,
        plan=plan,
        region=None if region in ("", places.ROOT) else region,
        chosen=chosen_of(definition, target),
        known_on=on,
        average=rule.reading_of_holds == "average",
    )
    counter = _remembering(_counter)
    try:
        found = evaluate(
            definition, question, counter=counter, count_of=indicators.count_of, law=law.as_of(day)
        )
        history = over_the_plan(
            definition, question, counter=counter, count_of=indicators.count_of, law=law.as_of(day)
        )
    except IndicatorError as error:
        raise _not_served(definition, target.kind, error) from error
    scale = _scale(definition, target)
    found = replace(found, reading=_scaled(found.reading, scale))
    before = [_scaled(h.reading, scale) for h in history]
    judged = attainment(rule, found.reading, before, plan=plan, today=on)
    return _row(target, on, region, found, before, judged)


CANNOT_COUNT = ("indicator_error", "unit_mismatch", "no_plan_period")
"""Refusals of `compute` that say why a target cannot be judged; others stop the work."""


def compute_or_say(target: Target, on: date | None = None, region: str | None = None) -> TargetReading:
    """As `compute`; where the target cannot be counted, a reading without a value that says why."""
    try:
        return compute(target, on, region)
    except Refused as refused:
        if refused.code not in CANNOT_COUNT:
            raise
        why = Why(
            "cannot_count",
            f"{refused.zh}{refused.remedy_zh or ''}",
            " ".join(filter(None, (refused.en, refused.remedy_en))),
        )
        day, scope = on or clock.today(), target.region if region is None else region
        empty = Evaluated(Reading(None, day), {}, ())
        return _row(target, day, scope, empty, (), Attainment("cannot_tell", why))


def value_at(target: Target, on: date, region: str) -> Evaluated:
    """The value alone, in the target's unit, for a region on a day: no history, no judgement. Raises like `compute`."""
    rule, plan = as_rule(target), plan_of(target)
    definition = indicators.get(target.indicator)
    found = indicator_at(
        definition,
        target.kind,
        plan,
        reading_day(rule, plan, on),
        region,
        chosen_of(definition, target),
        known_on=on,
        average=rule.reading_of_holds == "average",
    )
    return replace(found, reading=_scaled(found.reading, _scale(definition, target)))


def indicator_at(
    definition: IndicatorDefinition,
    kind: str,
    plan: rules.Plan,
    day: date,
    region: str,
    choices: Mapping[str, Any],
    *,
    known_on: date | None = None,
    average: bool = False,
) -> Evaluated:
    """An indicator's value for a region on a day, in its own unit."""
    if definition.name == REPORTED and not choices.get("target"):
        raise _not_served(definition, kind, IndicatorError(definition.name, ["no target is named"]))
    question = Question(
        kind=kind,  # type: ignore[arg-type]
        day=day,
        plan=plan,
        region=None if region in ("", places.ROOT) else region,
        chosen={
            name: value for name, value in choices.items() if name in {o.name for o in definition.options}
        },
        known_on=known_on or day,
        average=average,
    )
    try:
        return evaluate(
            definition, question, counter=_counter, count_of=indicators.count_of, law=law.as_of(day)
        )
    except IndicatorError as error:
        raise _not_served(definition, kind, error) from error


KIND_WORDS = {"level": "达到水平", "increment": "规划期新增", "per_year": "每年"}


def _not_served(definition: IndicatorDefinition, kind: str, error: IndicatorError) -> Refused:
    title = definition.title
    if kind not in definition.kinds:
        asked, served = KIND_WORDS.get(kind, kind), "、".join(KIND_WORDS[one] for one in definition.kinds)
        zh = f"指标“{title['zh']}”不能按“{asked}”计（可按：{served}）。"
        en = f"{title['en']} cannot be counted as {kind} (but as {', '.join(definition.kinds)})."
    else:
        zh, en = f"指标“{title['zh']}”按所选口径无法计算。", f"{title['en']}: {'; '.join(error.problems)}."
    return Refused(
        "indicator_error",
        zh=zh,
        en=en,
        place=definition.name,
        remedy_zh="改选指标、口径或目标类型。",
        remedy_en="Choose another indicator, other options or another kind of target.",
    )


def _scale(definition: IndicatorDefinition, target: Target) -> Decimal:
    """By what the indicator's value is multiplied to stand in the target's unit (家 into 万家: 0.0001)."""
    if definition.any_unit:
        return Decimal(1)
    if target.unit in ("百分点", "个百分点") and definition.source["type"] != "growth":
        raise Refused(
            "unit_mismatch",
            zh=f"目标要求的是提高几个百分点，指标“{definition.title['zh']}”给出的是水平。",
            en=f"The target asks for a rise in points; {definition.title['en']} gives a level.",
            place="unit",
            remedy_zh="改写为达到的水平（基期值加上提高的百分点，单位“%”），或改由单位报送。",
            remedy_en="Write it as the level to reach (base value plus the points, in %), or have it reported.",
        )
    if target.unit == "倍":
        raise Refused(
            "unit_mismatch",
            zh=f"目标要求的是基期的若干倍（翻番），指标“{definition.title['zh']}”给出的是数量。",
            en=f"The target asks for a multiple of its base; {definition.title['en']} gives an amount.",
            place="unit",
            remedy_zh=f"改写为达到的数量（基期数乘以倍数，单位“{definition.unit}”），或改由单位报送。",
            remedy_en="Write it as the amount to reach (the base times the multiple), or have it reported.",
        )
    if target.unit in definition.accepted_units:
        return Decimal(1)
    try:
        return units.factor(definition.unit, target.unit)
    except units.UnitMismatchError:
        raise Refused(
            "unit_mismatch",
            zh=f"目标单位“{target.unit or '无'}”与指标“{definition.title['zh']}”的单位“{definition.unit}”不能换算。",
            en=f"The target's unit {target.unit or '(none)'} does not fit {definition.name} in {definition.unit}.",
            place="unit",
            remedy_zh="改正目标的单位，或改选指标。",
            remedy_en="Correct the target's unit, or choose another indicator.",
        ) from None


def _scaled(reading: Reading, scale: Decimal) -> Reading:
    if scale == 1 or reading.value is None:
        return reading
    interval = reading.interval and replace(
        reading.interval, low=reading.interval.low * scale, high=reading.interval.high * scale
    )
    return replace(reading, value=reading.value * scale, interval=interval)


def _remembering(counter: Any) -> Any:
    """The same count is asked for several times within one reading; ask the database once."""
    seen: dict[str, Decimal | None] = {}

    def count(spec: dict[str, Any]) -> Decimal | None:
        key = repr(sorted(spec.items(), key=lambda pair: pair[0]))
        if key not in seen:
            seen[key] = counter(spec)
        return seen[key]

    return count


def _row(
    target: Target, on: date, region: str, found: Evaluated, history: Iterable[Reading], judged: Attainment
) -> TargetReading:
    reading = found.reading
    return TargetReading(
        target=target,
        as_of=reading.as_of if reading.value is not None else on,
        asked_on=on,
        region=region,
        computed_at=clock.now(),
        value=_money(reading.value),
        numerator=_money(reading.numerator),
        denominator=_money(reading.denominator),
        low=_money(reading.interval.low) if reading.interval else None,
        high=_money(reading.interval.high) if reading.interval else None,
        source=reading.source,
        period=reading.period or "",
        provisional=judged.provisional or reading.provisional,
        method_version=reading.method_version,
        status=judged.status,
        why={"code": judged.why.code, "zh": judged.why.zh, "en": judged.why.en},
        gap=_money(judged.gap),
        expected=_money(judged.expected_now),
        pace=_money(judged.pace_per_year),
        needed=_money(judged.needed_per_year),
        certain=judged.certain,
        published=dict(found.published),
        specs=[dict(spec) for spec in found.specs],
        history=[
            {"as_of": h.as_of.isoformat(), "value": format(h.value, "f")}
            for h in history
            if h.value is not None
        ],
    )


def _money(value: Decimal | int | None) -> Decimal | None:
    return None if value is None else round(Decimal(value), 10)
