"""Binding a target to an indicator: what is put before the official first, and whether a binding is whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinzhi.apps.policy.indicators import get, indicators
from pinzhi.apps.policy.models import Measure, Target
from pinzhi.rules.indicators.definition import IndicatorDefinition
from pinzhi.rules.indicators.target import suggested_holds
from pinzhi.rules.policy.suggest import ENOUGH, IndicatorWords, suggest_indicators


def words() -> list[IndicatorWords]:
    """The catalogue's indicators as the suggestion takes them."""
    return [
        IndicatorWords(i.name, (i.title["zh"],), tuple(i.words), tuple(i.accepted_units), tuple(i.kinds))
        for i in indicators().values()
    ]


def suggestions(target: Target) -> list[tuple[IndicatorDefinition, float]]:
    """Indicators for a target, the likeliest first."""
    found = suggest_indicators(
        {
            "quote": target.quote,
            "indicator": target.name,
            "unit": target.unit,
            "kind": target.kind,
            "comparator": target.comparator,
        },
        words(),
    )
    return [(get(code), score) for code, score in found]


def nearest(target: Target, few: int = 2) -> list[IndicatorDefinition]:
    """The likeliest indicators of a target that is not bound; none for a bound one."""
    return [] if target.indicator else [definition for definition, _score in suggestions(target)[:few]]


def suggest(target: Target) -> None:
    """Fill in the likeliest indicator and the choices that the sentence's own words ask for.

    Where none is likely enough the target stays unbound; the nearest are shown to whoever reviews it.
    """
    found = suggestions(target)
    if found and found[0][1] >= ENOUGH:
        indicator = found[0][0]
        target.indicator = indicator.name
        target.choices = choices_for(indicator, target)
    target.holds = suggested_holds(target.quote, target.kind)  # type: ignore[arg-type]


def choices_for(indicator: IndicatorDefinition, target: Target) -> dict[str, Any]:
    """The indicator's choices, those that the sentence asks for over the defaults."""
    return dict(indicator.choices_for(target.quote + target.name))


def suggest_lead(target: Target, measures: Mapping[tuple[str, ...], Measure]) -> None:
    """The unit that leads the task in which the goal stands; a goal of the preamble has none yet."""
    path = tuple(target.at)
    while path:
        measure = measures.get(path)
        if measure is not None:
            duty = (
                measure.duties.filter(role="lead").first()
                or measure.duties.filter(role="responsible").first()
            )
            if duty is not None:
                target.lead_agency, target.lead_unit = duty.agency, duty.unit
                return
        path = path[:-1]


def missing(target: Target) -> list[tuple[str, str, str]]:
    """What a binding still lacks: field, in Chinese, in English."""
    lacking = []
    if not target.indicator:
        lacking.append(("indicator", "尚未绑定指标", "no indicator is bound"))
    if target.comparator == "~" and target.tolerance is None:
        lacking.append(("tolerance", "“左右”需要设定允许的偏差", "“about” needs a tolerance"))
    if not target.lead_agency:
        lacking.append(("lead_agency", "尚未指定牵头单位", "no lead unit is named"))
    return lacking
