"""A limit of an indicator: what a document demands of which products, where it says so, and what it lets pass."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pinzhi.rules.standards.limits.accepted import Accepted, Choice, Interval
from pinzhi.rules.standards.limits.errors import LimitError
from pinzhi.rules.standards.limits.units import Unit, exact
from pinzhi.rules.standards.limits.vocabulary import QuantityKind, Vocabulary

Aggregate = Literal["each", "sum", "mean", "max", "unclear"]
Form = Literal["interval", "enumeration", "ordinal", "not_detected", "prohibited"]

AGGREGATES: tuple[Aggregate, ...] = ("each", "sum", "mean", "max", "unclear")
FORMS: tuple[Form, ...] = ("interval", "enumeration", "ordinal", "not_detected", "prohibited")


@dataclass(frozen=True, slots=True)
class LimitValue:
    """What is demanded of the value, in the unit in which it was written.

    `interval`: `low`, `high` in `unit`. `ordinal`: grades as decimals, 3.5 for 3-4. `enumeration`: `choices`.
    `not_detected`: `lod` is the detection limit in `unit`, None where the document gives none. `prohibited`: nothing.
    """

    form: Form
    unit: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    low_in: bool = True
    high_in: bool = True
    choices: frozenset[str] = frozenset()
    lod: Decimal | None = None
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of one document. Empty text means that the document (or who entered it) does not say."""

    edition: str
    """Number of the document's edition, with its year."""
    analyte: str
    """The indicator as the document names it, e.g. 甲醛含量."""
    kind: QuantityKind
    value: LimitValue
    clause: str = ""
    scope: str = ""
    applies: str = ""
    """The class, category or part of the products."""
    aggregate: Aggregate = "each"
    method: str = ""
    conditions: str = ""
    effective_on: dt.date | None = None
    withdrawn_on: dt.date | None = None
    """The last day on which the limit was in force; None while it is, or where nobody says."""
    market: str = ""
    source: str = ""

    def in_unit(self, unit: str, vocabulary: Vocabulary) -> Limit:
        """The same limit written in another unit. Raises LimitError where the number has no finite decimal there."""
        new, old = (
            vocabulary.units.read(unit),
            vocabulary.units.read(self.value.unit or self.kind.unit.symbol),
        )
        if not old.alike(new):
            raise wrong_unit(self.kind, unit)
        value = self.value

        def moved(number: Decimal | None) -> Decimal | None:
            return None if number is None else as_decimal(new.of_base(old.base(exact(number))))

        return replace(
            self,
            value=replace(
                value, unit=unit, low=moved(value.low), high=moved(value.high), lod=moved(value.lod), raw=""
            ),
        )


def accepted(value: LimitValue, kind: QuantityKind, vocabulary: Vocabulary) -> Accepted | None:
    """The set that a value lets pass; None where the document does not say enough (not detected, but at what limit?).

    Raises LimitError for what can be no limit of this kind: a unit of another kind, a range upside down, a grade that
    the scale does not have, a set that nothing can meet.
    """
    if value.form == "prohibited":
        if kind.numeric and kind.minimum is not None:
            return Interval(None, kind.minimum, high_in=True)
        return Choice(frozenset({"absent"}))
    if kind.scale is not None:
        return _grades(value, kind)
    if value.form in ("enumeration", "ordinal"):
        if kind.numeric:
            raise LimitError(
                "not_a_number",
                f"“{kind.title['zh']}”要用数值表示",
                f"{kind.title['en']} is given by numbers",
                place="value",
                remedy_zh="例如 ≤20 mg/kg",
                remedy_en="for example ≤20 mg/kg",
            )
        return Choice(value.choices)
    if not kind.numeric:
        raise LimitError(
            "not_a_choice",
            f"“{kind.title['zh']}”不用数值表示",
            f"{kind.title['en']} is not given by numbers",
            place="value",
            remedy_zh="写出允许的取值，例如：无；禁用",
            remedy_en="write what is allowed, for example: none",
        )
    return _interval(value, kind, vocabulary)


def _interval(value: LimitValue, kind: QuantityKind, vocabulary: Vocabulary) -> Interval | None:
    if value.form == "not_detected" and value.lod is None:
        return None
    unit = unit_of(value.unit, kind, vocabulary)
    low, high = (None if n is None else unit.base(exact(n)) for n in (value.low, value.high))
    low_in, high_in = value.low_in, value.high_in
    if value.form == "not_detected":
        low, high, high_in = None, unit.base(exact(value.lod)), False
    elif low is None and high is None:
        raise LimitError("no_value", "没有写限值", "the limit has no value", place="value")
    found = Interval(low, high, low_in, high_in)
    if low is not None and high is not None and low > high:
        raise LimitError(
            "upside_down",
            f"下限 {value.low} 大于上限 {value.high}",
            f"the lower bound {value.low} is above the upper bound {value.high}",
            place="value",
            remedy_zh=f"是否应为 {value.high}–{value.low}？",
            remedy_en=f"is {value.high}–{value.low} meant?",
        )
    least, most = kind.minimum, kind.maximum
    bounds = Interval(least, most)
    if found.empty or not found.meets(bounds):
        raise LimitError(
            "nothing_passes",
            "没有任何结果能符合这一限值",
            "no result can meet this limit",
            place="value",
            remedy_zh="请核对符号和数值",
            remedy_en="compare the sign and the number",
        )
    return found.without_natural_bounds(least, most)


def _grades(value: LimitValue, kind: QuantityKind) -> Choice:
    assert kind.scale is not None
    steps = kind.scale.steps()
    if value.form == "enumeration":
        chosen = {_step(_number(choice), kind) for choice in value.choices}
    elif value.form == "not_detected":
        raise LimitError(
            "not_a_choice", "级数没有“不得检出”", "a grade cannot be “not detected”", place="value"
        )
    else:
        low = steps[0] if value.low is None else _step(value.low, kind)
        high = steps[-1] if value.high is None else _step(value.high, kind)
        if low > high:
            raise LimitError(
                "upside_down",
                f"下限 {value.low} 级高于上限 {value.high} 级",
                f"grade {value.low} is above grade {value.high}",
                place="value",
                remedy_zh=f"是否应为 {value.high}–{value.low}？",
                remedy_en=f"is {value.high}–{value.low} meant?",
            )
        chosen = {
            step
            for step in steps
            if (step > low or (step == low and (value.low_in or value.low is None)))
            and (step < high or (step == high and (value.high_in or value.high is None)))
        }
    if not chosen:
        raise LimitError(
            "nothing_passes", "没有任何级数能符合这一限值", "no grade can meet this limit", place="value"
        )
    return Choice(frozenset(str(step) for step in chosen))


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError:
        raise LimitError("no_value", f"“{text}”不是级数", f"{text} is no grade", place="value") from None


def _step(grade: Decimal, kind: QuantityKind) -> int:
    """A grade in half steps: 3-4 is 7."""
    assert kind.scale is not None
    double = grade * 2
    if double != double.to_integral_value() or int(double) not in kind.scale.steps():
        step_zh, step_en = ("半级", "half steps") if kind.scale.half_steps else ("整级", "whole grades")
        raise LimitError(
            "no_such_grade",
            f"没有 {grade} 级",
            f"there is no grade {grade}",
            place="value",
            remedy_zh=f"{kind.scale.low}～{kind.scale.high} 级，{step_zh}为一档",
            remedy_en=f"{kind.scale.low} to {kind.scale.high}, {step_en}",
        )
    return int(double)


def unit_of(text: str, kind: QuantityKind, vocabulary: Vocabulary) -> Unit:
    """The unit of a limit, of the right kind. Raises LimitError `no_unit`, `unknown_unit` or `wrong_unit`."""
    if not text.strip():
        if kind.unit.scale or (not kind.unit.dims and kind.unit.symbol == "1"):
            return kind.unit
        raise LimitError(
            "no_unit",
            "限值没有单位",
            "the limit has no unit",
            place="unit",
            remedy_zh=f"例如 {kind.unit.symbol}",
            remedy_en=f"for example {kind.unit.symbol}",
        )
    unit = vocabulary.units.read(text)
    if not kind.takes(unit):
        raise wrong_unit(kind, text)
    return unit


def wrong_unit(kind: QuantityKind, unit: str) -> LimitError:
    return LimitError(
        "wrong_unit",
        f"“{unit}”不是“{kind.title['zh']}”的单位",
        f"{unit} is no unit of {kind.title['en']}",
        place="unit",
        remedy_zh=f"该量的单位例如 {kind.unit.symbol}；单位无误的，请改选量的种类",
        remedy_en=f"a unit of it is {kind.unit.symbol}; if the unit is right, choose another kind of quantity",
    )


def as_decimal(number: Fraction) -> Decimal:
    """The fraction as a decimal, exactly. Raises LimitError where it has no finite one."""
    rest, twos, fives = number.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        raise LimitError("no_decimal", "没有有限小数", "has no finite decimal", place="unit")
    places = max(twos, fives)
    whole = number.numerator * 10**places // number.denominator
    sign, digits = (1, -whole) if whole < 0 else (0, whole)
    return Decimal((sign, tuple(map(int, str(digits))), -places))
