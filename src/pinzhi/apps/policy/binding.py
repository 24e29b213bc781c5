"""Binding a target to an indicator: what is put before the official first, and whether a binding is whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinzhi.apps.policy.indicators import get, indicators
from pinzhi.apps.policy.models import Measure, Target
from pinzhi.rules.indicators import units
from pinzhi.rules.indicators.definition import IndicatorDefinition
from pinzhi.rules.indicators.target import suggested_holds
from pinzhi.rules.policy.suggest import ENOUGH, IndicatorWords, suggest_indicators

Text = Mapping[str, str]


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


#: Units of what is not a thing an indicator of things counts: people, events, batches, acreage, classes of goods.
_APART = (
    frozenset({"人", "名", "人次"}),
    frozenset({"期", "场", "次", "场次", "起"}),
    frozenset({"批", "批次"}),
    frozenset({"类"}),
)
_RANKS = ("前", "位居", "位列", "排名", "第")


def fits(definition: IndicatorDefinition, target: Target) -> bool:
    """Whether the indicator can be held against the target at all: its kind, its unit, no place in a ranking.

    A sentence may speak of famous brands and ask for their rank, their turnover or a rise by some points: the words
    are the indicator's, the number is not.
    """
    if target.kind not in definition.kinds and not _held_each_year(definition, target):
        return False
    if target.unit in ("百分点", "个百分点"):
        return False
    if target.comparator in ("<=", "<") and target.unit in ("位", "名"):
        return not any(word in target.quote for word in _RANKS)
    thing = target.unit.lstrip("十百千万亿")
    if any((thing in apart) != (definition.unit in apart) for apart in _APART):
        return False
    if target.unit in definition.accepted_units:
        return True
    try:
        units.factor(definition.unit, target.unit)
    except units.UnitMismatchError:
        return False
    return True


def _held_each_year(definition: IndicatorDefinition, target: Target) -> bool:
    """每年保持在90%: a rate that must hold in every year is a level."""
    return target.kind == "per_year" and definition.kinds == ("level",) and target.unit in ("%", "％")


def nearest(target: Target, few: int = 2) -> list[IndicatorDefinition]:
    """The likeliest indicators of a target that is not bound; none for a bound one."""
    return [] if target.indicator else [definition for definition, _score in suggestions(target)[:few]]


def suggest(target: Target) -> None:
    """Fill in the likeliest indicator and the choices that the sentence's own words ask for.

    Where none is likely enough the target stays unbound; the nearest are shown to whoever reviews it.
    """
    found = suggestions(target)
    target.holds = suggested_holds(target.quote, target.kind)  # type: ignore[arg-type]
    if found and found[0][1] >= ENOUGH and fits(found[0][0], target):
        indicator = found[0][0]
        target.indicator = indicator.name
        target.choices = choices_for(indicator, target)
        if target.kind not in indicator.kinds:
            target.kind, target.holds = "level", "every_year"


def choices_for(indicator: IndicatorDefinition, target: Target) -> dict[str, Any]:
    """The indicator's choices, those that the sentence asks for over the defaults."""
    chosen = indicator.choices_for(target.quote + target.name)
    return {name: value for name, value in chosen.items() if value is not None}


HOLDS_WORDS = {
    "last_year": {"zh": "到期年达到即可", "en": "in the last year"},
    "every_year": {"zh": "规划期内每年都要达到", "en": "in every year of the plan"},
    "average": {"zh": "按规划期年平均", "en": "on the yearly average"},
}
EQUALS_WORDS = {
    "at_least": {"zh": "不少于", "en": "at least so many"},
    "exactly": {"zh": "恰好（区间为区间之内）", "en": "exactly so many, or within the range"},
}


def settled(target: Target) -> list[tuple[Text, Text, Text]]:
    """What was settled before the target could be counted: the question, the answer, and why that answer stands first."""
    definition = indicators().get(target.indicator)
    rows: list[tuple[Text, Text, Text]] = []
    for option in definition.options if definition else ():
        if option.sets or not option.values:
            continue
        chosen = target.choices.get(option.name, option.default)
        value = next((v.title for v in option.values if str(v.value) == str(chosen)), None)
        rows.append((option.title, value or {"zh": "未选定", "en": "not chosen"}, option.why))
    why = {option.sets: option.why for option in definition.options if option.sets} if definition else {}
    none: Text = {"zh": "", "en": ""}
    holds = target.holds or ("every_year" if target.kind == "per_year" else "last_year")
    if target.kind != "increment":
        title = {"zh": "“稳定在”“每年”“年均”的读法", "en": "Reading of “steady”, “each year”, “on average”"}
        rows.append((title, HOLDS_WORDS.get(holds, none), why.get("holds", none)))
    if target.comparator == "=":
        title = {"zh": "只写数字、区间的读法", "en": "Reading of a bare number or a range"}
        rows.append((title, EQUALS_WORDS.get(target.equals, none), why.get("equals", none)))
    if target.comparator == "~":
        title = {"zh": "“左右”允许的偏差", "en": "Tolerance of “about”"}
        said = "未设定" if target.tolerance is None else f"±{target.tolerance.normalize():f}{target.unit}"
        said_en = "not set" if target.tolerance is None else said
        rows.append((title, {"zh": said, "en": said_en}, why.get("tolerance", none)))
    if target.base_value is not None and target.base_year is not None:
        title = {"zh": "基期", "en": "Base"}
        said = f"{target.base_year}年 {target.base_value.normalize():f}{target.unit}"
        said_en = f"{target.base_value.normalize():f}{target.unit} in {target.base_year}"
        rows.append((title, {"zh": said, "en": said_en}, none))
    return rows


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
