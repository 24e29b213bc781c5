"""An indicator as its file in `catalogue/indicators` describes it.

One file says what is counted (`source`), which questions a computation must settle (`options`, each with a
default and the reason for it), for which kinds of target it serves, and by which words a policy asks for it.
`parse_indicator` turns the file's mapping into checked values; nothing here reads files.

Sources:

    register  {type: register, register, count}, or `counts: {level: …, increment: …, per_year: …}`
    ratio     {type: ratio, numerator: {register, count}, denominator: {register, count}}
    series    {type: series, register, count, period: year | quarter | month | any}; for a rate with a base also
              numerator_field and denominator_field; `preliminary: {field, op, value}` marks figures not final; where
              figures are `cumulative` the latest is what was added since the plan began, else years are summed
    growth    {type: growth, register, count, of: level | yearly_rate}: average yearly growth, in percent
    share     {type: share, numerator: {register, count}, denominator: {register, count}}: two series' figures
              of one period

A ratio and a share are multiplied by `scale`, 100 by default. A ratio with `year_field` is of one year: of the records
whose field is the year of the day asked. `count` is the name of a count in the file of
the register. An option's value may carry `filters`, which are added to what is counted (to the numerator
alone under `numerator_filters`), and `source`, whose keys take the place of the indicator's (one
that names a type replaces the whole). An option with `sets` decides a choice of the target (tolerance, holds,
equals) instead.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, get_args

from pinzhi.rules.indicators.target import Kind
from pinzhi.rules.indicators.units import alike
from pinzhi.rules.statistics.proportions import METHODS

SourceType = Literal["register", "ratio", "series", "growth", "share"]
Direction = Literal["up", "down", "near"]
StandsOn = Literal["counted", "reported"]
Sets = Literal["tolerance", "holds", "equals"]

KINDS: tuple[Kind, ...] = get_args(Kind)
_ALLOWED_SOURCE: dict[str, set[str]] = {
    "register": {"type", "register", "count", "counts"},
    "ratio": {"type", "numerator", "denominator", "scale", "year_field"},
    "series": {
        "type",
        "register",
        "count",
        "numerator_field",
        "denominator_field",
        "preliminary",
        "period",
        "cumulative",
    },
    "growth": {"type", "register", "count", "of", "preliminary"},
    "share": {"type", "numerator", "denominator", "scale", "preliminary"},
}
_NEEDED: dict[str, set[str]] = {
    "register": {"register"},
    "ratio": {"numerator", "denominator"},
    "series": {"register", "count"},
    "growth": {"register", "count", "of"},
    "share": {"numerator", "denominator"},
}
_KEYS = {
    "indicator",
    "number",
    "title",
    "unit",
    "direction",
    "precision",
    "why",
    "watch",
    "words",
    "kinds",
    "source",
    "options",
    "interval",
    "stands_on",
    "stands_on_note",
    "rests_on",
    "any_unit",
    "author",
    "checked_by",
    "review_on",
    "method_version",
}
_NEEDED_KEYS = ("indicator", "number", "unit", "kinds", "source", "words", "stands_on", "author", "review_on")
_SIDES = ("numerator", "denominator")
_OPTION_KEYS = {"name", "title", "values", "default", "why", "sets", "type", "unit", "field"}
_VALUE_KEYS = {"value", "zh", "en", "filters", "numerator_filters", "denominator_filters", "source", "words"}


class IndicatorError(ValueError):
    """An indicator file that cannot be used; `problems` names every place and what is wrong there."""

    def __init__(self, name: str, problems: list[str]) -> None:
        super().__init__(f"{name}: " + "; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class OptionValue:
    value: Any
    title: Mapping[str, str]
    filters: tuple[Mapping[str, Any], ...] = ()
    numerator_filters: tuple[Mapping[str, Any], ...] = ()
    denominator_filters: tuple[Mapping[str, Any], ...] = ()
    source: Mapping[str, Any] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    """Words of a target sentence that ask for this value (国家监督抽查 asks for the national level)."""


@dataclass(frozen=True, slots=True)
class Option:
    name: str
    title: Mapping[str, str]
    why: Mapping[str, str]
    values: tuple[OptionValue, ...]
    default: Any
    """`None`: nobody but the official can say, and until then the target cannot be judged."""
    type: Literal["choice", "number", "text"] = "choice"
    sets: Sets | None = None
    unit: str = ""
    field: str = ""
    """`text`: the field that must equal what was chosen; nothing chosen, nothing filtered."""

    def value(self, chosen: Any) -> OptionValue:
        """The chosen value; raises `IndicatorError` naming what may be chosen."""
        for value in self.values:
            if value.value == chosen:
                return value
        known = ", ".join(str(v.value) for v in self.values)
        raise IndicatorError(self.name, [f"{chosen!r} is none of: {known}"])


@dataclass(frozen=True, slots=True)
class IndicatorDefinition:
    name: str
    number: int
    title: Mapping[str, str]
    unit: str
    direction: Direction
    precision: int
    why: Mapping[str, str]
    watch: Mapping[str, str]
    words: tuple[str, ...]
    kinds: tuple[Kind, ...]
    source: Mapping[str, Any]
    options: tuple[Option, ...]
    interval: str | None
    stands_on: StandsOn
    stands_on_note: Mapping[str, str]
    """What it stands on until its own records are kept here; empty where it is counted."""
    rests_on: tuple[str, ...]
    """Keys of the law that the value depends on."""
    author: str
    checked_by: str | None
    review_on: dt.date
    method_version: int
    any_unit: bool = False
    """It takes the unit of the target that it stands for."""

    def option(self, name: str) -> Option:
        for option in self.options:
            if option.name == name:
                return option
        raise IndicatorError(self.name, [f"no option {name!r}"])

    @property
    def accepted_units(self) -> tuple[str, ...]:
        """Units in which a target of this indicator may be printed."""
        return alike(self.unit)

    def defaults(self) -> dict[str, Any]:
        """The choices that hold where nobody chose otherwise."""
        return {option.name: option.default for option in self.options}

    def choices_for(self, sentence: str) -> dict[str, Any]:
        """Choices that the words of a sentence ask for, over the defaults. To be put before the official."""
        chosen, plain = self.defaults(), _plain(sentence)
        for option in self.options:
            said = [
                (len(word), v.value) for v in option.values for w in v.words if (word := _plain(w)) in plain
            ]
            if said:
                chosen[option.name] = max(said, key=lambda pair: pair[0])[1]
        return chosen

    def registers(self) -> frozenset[str]:
        """All registers that any choice reads."""
        sources = [self.source, *(v.source for o in self.options for v in o.values)]
        found = {str(s["register"]) for s in sources if "register" in s}
        found |= {str(s[side]["register"]) for s in sources for side in _SIDES if side in s}
        return frozenset(found)


def _plain(text: str) -> str:
    """Half-width and without white space: the form in which words are looked for."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def parse_indicator(data: Mapping[str, Any]) -> IndicatorDefinition:
    """Checked definition of one file. Raises `IndicatorError` with every problem found."""
    problems: list[str] = []
    name = str(data.get("indicator") or "(no name)")

    def wrong(text: str) -> None:
        problems.append(text)

    def both(place: str, value: Any) -> Mapping[str, str]:
        if not isinstance(value, Mapping) or not value.get("zh") or not value.get("en"):
            wrong(f"{place}: needs zh and en")
            return {"zh": "", "en": ""}
        return {"zh": str(value["zh"]), "en": str(value["en"])}

    for key in sorted(set(data) - _KEYS):
        wrong(f"unknown: {key}")
    for key in _NEEDED_KEYS:
        if data.get(key) is None:
            wrong(f"{key} is missing")
    kinds = tuple(data.get("kinds") or ())
    for kind in kinds:
        if kind not in KINDS:
            wrong(f"kinds: {kind!r} is none of {', '.join(KINDS)}")
    source = data.get("source") if isinstance(data.get("source"), Mapping) else {}
    assert isinstance(source, Mapping)
    problems += _source_problems(source, kinds)
    if data.get("direction", "up") not in get_args(Direction):
        wrong(f"direction: {data.get('direction')!r} is none of {', '.join(get_args(Direction))}")
    if data.get("stands_on") not in get_args(StandsOn):
        wrong(f"stands_on: {data.get('stands_on')!r} is none of {', '.join(get_args(StandsOn))}")
    interval = data.get("interval")
    if interval is not None and interval not in METHODS:
        wrong(f"interval: {interval!r} is none of {', '.join(METHODS)}")
    words = tuple(str(w) for w in data.get("words") or ())
    if not words:
        wrong("words: at least one, or no target finds it")
    review_on = dt.date.min
    try:
        review_on = dt.date.fromisoformat(str(data.get("review_on")))
    except ValueError:
        wrong(f"review_on: {data.get('review_on')!r} is not a day")
    reported = data.get("stands_on") == "reported"
    options = tuple(_option(o, source, wrong, both) for o in data.get("options") or ())
    parsed = IndicatorDefinition(
        name=name,
        number=int(data.get("number") or 0),
        title=both("title", data.get("title")),
        unit=str(data.get("unit") or ""),
        direction=data.get("direction", "up"),
        precision=int(data.get("precision") or 0),
        why=both("why", data.get("why")),
        watch=both("watch", data.get("watch")),
        words=words,
        kinds=kinds,
        source=source,
        options=options,
        interval=interval,
        stands_on=data.get("stands_on", "counted"),
        stands_on_note=both("stands_on_note", data.get("stands_on_note")) if reported else {},
        rests_on=tuple(data.get("rests_on") or ()),
        author=str(data.get("author") or ""),
        checked_by=data.get("checked_by"),
        review_on=review_on,
        method_version=int(data.get("method_version") or 1),
        any_unit=data.get("any_unit") is True,
    )
    if problems:
        raise IndicatorError(name, problems)
    return parsed


def merged_source(source: Mapping[str, Any], *others: Mapping[str, Any]) -> dict[str, Any]:
    """The source with what chosen values put in its place; one that names its type replaces it whole."""
    merged = dict(source)
    for other in others:
        if "type" in other:
            merged = {}
        if "count" in other:
            merged.pop("counts", None)
        if "counts" in other:
            merged.pop("count", None)
        merged.update(other)
    return merged


def _source_problems(source: Mapping[str, Any], kinds: tuple[str, ...]) -> list[str]:
    kind = source.get("type")
    if kind not in _ALLOWED_SOURCE:
        return [f"source.type: {kind!r} is none of {', '.join(_ALLOWED_SOURCE)}"]
    problems = [f"source: unknown: {key}" for key in sorted(set(source) - _ALLOWED_SOURCE[kind])]
    problems += [f"source.{key} is missing" for key in sorted(_NEEDED[kind] - set(source))]
    if kind == "register":
        counts = source.get("counts", {})
        if ("count" in source) == bool(counts):
            problems.append("source: give either count or counts")
        problems += [f"source.counts: nothing for the kind {k}" for k in kinds if counts and k not in counts]
    if kind == "growth" and source.get("of") not in ("level", "yearly_rate"):
        problems.append("source.of: level or yearly_rate")
    for side in _SIDES:
        if side in source and not {"register", "count"} <= set(source[side] or {}):
            problems.append(f"source.{side}: needs register and count")
    return problems


def _option(data: Any, source: Mapping[str, Any], wrong: Any, both: Any) -> Option:
    if not isinstance(data, Mapping) or not data.get("name"):
        wrong("options: each needs a name")
        return Option("", {}, {}, (), None)
    name = str(data["name"])
    place = f"options.{name}"
    for key in sorted(set(data) - _OPTION_KEYS):
        wrong(f"{place}: unknown: {key}")
    if data.get("sets") not in (None, *get_args(Sets)):
        wrong(f"{place}.sets: {data.get('sets')!r} is none of {', '.join(get_args(Sets))}")
    form = data.get("type", "choice")
    free = form in ("number", "text")
    if form not in ("choice", "number", "text"):
        wrong(f"{place}.type: {form!r} is none of choice, number, text")
    if (form == "text") != bool(data.get("field")):
        wrong(f"{place}: a text names the field that it filters")
    listed = data.get("values") or ()
    values = tuple(_value(v, f"{place}.{v.get('value')}", source, wrong, both) for v in listed)
    default = data.get("default")
    if not free and len(values) < 2 and not data.get("sets"):
        wrong(f"{place}: an option has at least two values")
    if not free and default is not None and default not in [v.value for v in values]:
        wrong(f"{place}.default: {default!r} is none of its values")
    if form == "number" and default is not None:
        default = Decimal(str(default))
    return Option(
        name,
        both(f"{place}.title", data.get("title")),
        both(f"{place}.why", data.get("why")),
        values,
        default,
        form if form in ("choice", "number", "text") else "choice",
        data.get("sets"),
        str(data.get("unit") or ""),
        str(data.get("field") or ""),
    )


def _value(
    data: Mapping[str, Any], place: str, source: Mapping[str, Any], wrong: Any, both: Any
) -> OptionValue:
    for key in sorted(set(data) - _VALUE_KEYS):
        wrong(f"{place}: unknown: {key}")
    filters: dict[str, tuple[Mapping[str, Any], ...]] = {}
    for side in ("filters", "numerator_filters", "denominator_filters"):
        filters[side] = tuple(data.get(side) or ())
        if any(not isinstance(f, Mapping) or not {"field", "op"} <= set(f) for f in filters[side]):
            wrong(f"{place}.{side}: each needs field and op")
    other = data.get("source") or {}
    for problem in _source_problems(merged_source(source, other), ()):
        wrong(f"{place}.{problem}")
    return OptionValue(
        data.get("value"),
        both(place, data),
        filters["filters"],
        filters["numerator_filters"],
        filters["denominator_filters"],
        other,
        tuple(data.get("words") or ()),
    )
