"""Reading what an enterprise declares: a limit, a bare number, or words; what can only be a slip is refused.

A declaration names no kind of quantity: it is that of the limits which the product is under, and where there are none the
unit alone has to do. What is no limit at all (“绣花牢固，无跳线”) is kept as words: nobody compares it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from pinzhi.rules.standards.declarations.facts import Indicator
from pinzhi.rules.standards.declarations.plain import PLAIN
from pinzhi.rules.standards.limits.accepted import Accepted, Interval
from pinzhi.rules.standards.limits.errors import LimitError
from pinzhi.rules.standards.limits.model import Limit, LimitValue, accepted
from pinzhi.rules.standards.limits.reading import read_limit
from pinzhi.rules.standards.limits.vocabulary import QuantityKind, Vocabulary, plain


@dataclass(frozen=True, slots=True)
class Value:
    """A declared value that was read, with the kind of quantity in which it was read (None: by its unit alone).

    `taken_as`: what a bare number was taken as, because the limits of the product are all of one side.
    """

    kind: QuantityKind | None
    raw: str
    unit: str = ""
    value: LimitValue | None = None
    taken_as: str = ""
    quick: Interval | None = None
    """The set of results that it lets pass, where reading it gave that already; then `value` is made when it is asked for."""

    def limit_value(self, vocabulary: Vocabulary) -> LimitValue:
        """What is demanded, in the unit in which it was written."""
        if self.value is not None:
            return self.value
        assert self.kind is not None
        return read_limit(self.raw, self.kind, vocabulary, unit=self.unit)

    def passes(self, vocabulary: Vocabulary) -> Accepted | None:
        """The set of results that the value lets pass; None where it does not say enough."""
        if self.quick is not None:
            return self.quick
        return (
            accepted(self.limit_value(vocabulary), self.kind, vocabulary) if self.kind is not None else None
        )

    def as_limit(self, like: Limit, method: str, vocabulary: Vocabulary) -> Limit | None:
        """The declared value as a limit on the very products of another one; None where it is another quantity."""
        if self.kind is not like.kind:
            return None
        value = self.limit_value(vocabulary)
        return replace(like, edition="", value=value, method=method or like.method, clause="", source="")


@dataclass(frozen=True, slots=True)
class Words:
    """A value in words."""

    text: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A value that can only be a slip: the column that is wrong, and what would be right."""

    column: Literal["value", "unit"]
    code: str
    zh: str
    en: str
    right_zh: str = ""
    right_en: str = ""


Read = Value | Words | Unreadable

#: Slips that no sentence can be: they are refused whether a limit of the product is known or not.
_SLIPS = frozenset({"upside_down", "two_units", "decimal_comma", "nothing_passes", "no_such_grade"})
_BEGINS_LIKE_A_LIMIT = re.compile(r"\s*(?:[<>≤≥≦≧⩽⩾＜＞=±]|不大于|不小于|不高于|不低于|不超过|[-+]?\d)")
_ONLY_A_VALUE = re.compile(r"[\s\d.,，<>≤≥＜＞=±~～–—\-+%％()（）/]*")
_DIGIT = re.compile(r"[\d<>≤≥≦≧⩽⩾＜＞±]")
#: A requirement in words says something in Chinese, or in more than one word.
_SAYS = re.compile(r"[\d\u4e00-\u9fff<>≤≥]|[A-Za-z]{2,}\s+[A-Za-z]{2,}")
_NUMBER = re.compile(r"\s*[-+]?\d+(?:\.\d+)?\s*$")


def read_declared(indicator: Indicator, bounds: Sequence[Limit], vocabulary: Vocabulary) -> Read:
    """What a declared value says. `bounds`: the limits on this indicator that the product is under."""
    found = _read_declared(indicator, bounds, vocabulary)
    unit = indicator.unit.strip()
    if isinstance(found, Words) and not _SAYS.search(found.text) and vocabulary.units.knows(unit):
        measured = vocabulary.units.read(unit)
        if measured.dims or measured.made_of or unit in ("%", "‰", "ppm", "ppb"):
            return Unreadable(
                "value", "no_number", f"“{found.text}”没有数值，而单位是{unit}", f"{found.text} holds no number, and its unit is {unit}",
                "写数值，例如 ≤20；定性要求请删去单位", "give a number such as ≤20; of a requirement in words leave the unit out",
            )  # fmt: skip
    return found


def _read_declared(indicator: Indicator, bounds: Sequence[Limit], vocabulary: Vocabulary) -> Read:
    raw, unit = indicator.value, indicator.unit
    if bounds and all(bound.kind is bounds[0].kind for bound in bounds):
        quick = _plain_value(raw.strip(), unit.strip(), bounds[0].kind, vocabulary)
        if quick is not None:
            return quick
    kinds = _kinds(indicator, bounds, vocabulary)
    first: LimitError | None = None
    for name in kinds:
        kind = vocabulary.kinds[name]
        try:
            return Value(kind, raw, unit, read_limit(raw, kind, vocabulary, unit=unit))
        except LimitError as error:
            if error.code == "no_sign":
                taken = _sided(raw, unit, kind, bounds, vocabulary)
                if taken is not None:
                    return taken
            # What another kind of quantity can read is no slip.
            first = first or error
    if first is not None:
        if first.code in _SLIPS or first.code == "no_unit":
            return _unreadable(first)
        if first.code in ("wrong_unit", "unknown_unit"):
            return _by_unit(raw, unit, vocabulary, first)
        if first.code in ("unreadable", "no_sign") and _slip(raw):
            return _unreadable(first)
        return Words(raw.strip())
    return _by_unit(raw, unit, vocabulary, None)


def _plain_value(raw: str, unit: str, kind: QuantityKind, vocabulary: Vocabulary) -> Value | None:
    """What `read_limit` makes of a sign and a number, faster; None for everything else."""
    found = PLAIN.fullmatch(raw)
    if found is None or not unit or not kind.numeric or not vocabulary.units.knows(unit):
        return None
    known = vocabulary.units.read(unit)
    if known.offset or not kind.takes(known):
        return None
    sign, whole, rest = found[1], found[2], found[3] or ""
    factor = known.factor
    number = Fraction(int(whole + rest) * factor.numerator, 10 ** len(rest) * factor.denominator)
    if (kind.minimum is not None and number <= kind.minimum) or (
        kind.maximum is not None and number >= kind.maximum
    ):
        return None
    included = sign in "≤≥"
    if sign in "≤<":
        return Value(kind, raw, unit, quick=Interval(None, number, high_in=included))
    return Value(kind, raw, unit, quick=Interval(number, None, low_in=included))


def _kinds(indicator: Indicator, bounds: Sequence[Limit], vocabulary: Vocabulary) -> list[str]:
    """Kinds of quantity that are limited, the likeliest meant first: of that very name, by that method, so called."""
    kinds = list(dict.fromkeys(bound.kind.kind for bound in bounds))
    if len(kinds) < 2:
        return kinds
    name = plain(indicator.name)
    methods = vocabulary.method_classes(indicator.method) if indicator.method.strip() else frozenset()

    def likely(kind: str) -> tuple[bool, bool, bool]:
        same = [bound for bound in bounds if bound.kind.kind == kind]
        called = any(word in name for word in _CALLED.get(kind, ()))
        return (
            not any(plain(bound.analyte) == name for bound in same),
            not any(methods & vocabulary.method_classes(bound.method) for bound in same if bound.method),
            not called,
        )

    return sorted(kinds, key=likely)


#: Words of an indicator's name that say which kind of quantity it is.
_CALLED = {
    "mass_fraction": ("总", "含量", "total", "content"),
    "migration": ("迁移", "溶出", "可溶", "migrat", "solub"),
    "migration_in_food": ("迁移", "migrat"),
    "migration_per_area": ("单位面积", "扁平", "溶出"),
    "release_concentration": ("溶出", "析出", "浸出", "release"),
    "chamber_concentration": ("释放", "气候箱", "emission"),
    "desiccator_value": ("干燥器",),
    "perforator_value": ("穿孔",),
}


def _sided(
    raw: str, unit: str, kind: QuantityKind, bounds: Sequence[Limit], vocabulary: Vocabulary
) -> Value | None:
    """A bare number taken on the side on which all limits of the product lie; None where they are on both."""
    values = [
        bound.value
        for bound in bounds
        if bound.kind is kind and bound.value.form in ("interval", "not_detected")
    ]
    upper = all(v.low is None for v in values)
    lower = all(v.high is None and v.form == "interval" for v in values)
    text = raw.strip()
    sign = "≤" if values and upper else "≥" if values and lower else ""
    written = f"{sign}{text}" if sign else f"{_digits(text)}–{text}"
    try:
        value = read_limit(written, kind, vocabulary, unit=unit)
    except LimitError:
        return None
    shown = f"{sign}{text}" if sign else f"={text}"
    taken = shown if unit == "" or unit in text else f"{shown} {unit}"
    return Value(kind, text, unit, replace(value, raw=text), taken)


def _digits(text: str) -> str:
    found = re.match(r"\s*[-+]?[\d.,]+", text)
    return found.group().strip() if found else text


def _by_unit(raw: str, unit: str, vocabulary: Vocabulary, before: LimitError | None) -> Read:
    """Reading by the unit alone: any unit that the table knows; another one (件, 万次) is taken as a name."""
    if before is None and not _DIGIT.search(raw):
        return Words(raw.strip())
    kind = _kind_of(unit, vocabulary)
    if kind is None or _NUMBER.match(raw):
        return Words(raw.strip())
    if (quick := _plain_value(raw.strip(), unit.strip(), kind, vocabulary)) is not None:
        return replace(quick, kind=None)
    try:
        return Value(None, raw, unit, read_limit(raw, kind, vocabulary, unit=unit))
    except LimitError as error:
        if error.code in _SLIPS:
            return _unreadable(error)
        if error.code == "unreadable" and _slip(raw):
            return _unreadable(error)
        return Words(raw.strip())


def _slip(raw: str) -> bool:
    """Whether a text that is no limit can be no sentence either: signs and digits only, or a sign and no number."""
    return bool(_ONLY_A_VALUE.fullmatch(raw)) or (
        bool(_BEGINS_LIKE_A_LIMIT.match(raw)) and not re.search(r"[\u4e00-\u9fff]{3}|[A-Za-z]{4}", raw)
    )


def _kind_of(unit: str, vocabulary: Vocabulary) -> QuantityKind | None:
    name = unit.strip() or "1"
    if not vocabulary.units.knows(name):
        return None
    found = vocabulary.units.read(name)
    return QuantityKind(
        "declared", {"zh": "声明值", "en": "declared value"}, found, None, None, False, None, ""
    )


def _unreadable(error: LimitError) -> Unreadable:
    column: Literal["value", "unit"] = "unit" if error.place == "unit" else "value"
    return Unreadable(column, error.code, error.zh, error.en, error.remedy_zh, error.remedy_en)
