"""Net content of prepackaged goods: is a lot short? JJF 1070 with the tolerable deficiency of the ministry's order.

A lot passes when the sample's mean is not below the nominal content less its correction (mean >= Qn - λs), when not
more items than allowed fall short by more than T (up to 2 T), and none by more than 2 T. Everything is compared in
exact fractions: no rounding decides a verdict.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

from pinzhi.rules.inspection.acceptance import names
from pinzhi.rules.inspection.errors import InputError
from pinzhi.rules.law import LawAsOf, LawValue, NoSuchLawError

MASS, VOLUME, LENGTH, AREA, COUNT = "mass", "volume", "length", "area", "count"
BASE_UNIT = {MASS: "g", VOLUME: "mL", LENGTH: "m", AREA: "m2", COUNT: "个"}
"""The unit in which a kind is computed and in which the law states its table."""

_UNITS: dict[str, tuple[str, Decimal]] = {
    **dict.fromkeys(("mg", "毫克"), (MASS, Decimal("0.001"))),
    **dict.fromkeys(("g", "克"), (MASS, Decimal(1))),
    **dict.fromkeys(("kg", "千克", "公斤"), (MASS, Decimal(1000))),
    **dict.fromkeys(("斤", "市斤"), (MASS, Decimal(500))),
    **dict.fromkeys(("ml", "毫升", "cm3"), (VOLUME, Decimal(1))),
    **dict.fromkeys(("cl", "厘升"), (VOLUME, Decimal(10))),
    **dict.fromkeys(("l", "升", "dm3"), (VOLUME, Decimal(1000))),
    **dict.fromkeys(("mm", "毫米"), (LENGTH, Decimal("0.001"))),
    **dict.fromkeys(("cm", "厘米"), (LENGTH, Decimal("0.01"))),
    **dict.fromkeys(("m", "米"), (LENGTH, Decimal(1))),
    **dict.fromkeys(("mm2", "平方毫米"), (AREA, Decimal("0.000001"))),
    **dict.fromkeys(("cm2", "平方厘米"), (AREA, Decimal("0.0001"))),
    **dict.fromkeys(("dm2", "平方分米"), (AREA, Decimal("0.01"))),
    **dict.fromkeys(("m2", "平方米"), (AREA, Decimal(1))),
    **dict.fromkeys(
        (
            "个",
            "件",
            "片",
            "支",
            "只",
            "枚",
            "粒",
            "张",
            "条",
            "袋",
            "块",
            "包",
            "pcs",
            "pieces",
            "piece",
            "items",
            "1",
        ),
        (COUNT, Decimal(1)),
    ),
}
_KINDS = {
    **dict.fromkeys(("mass", "weight", "质量", "重量"), MASS),
    **dict.fromkeys(("volume", "体积", "容积", "容量"), VOLUME),
    **dict.fromkeys(("length", "长度"), LENGTH),
    **dict.fromkeys(("area", "面积"), AREA),
    **dict.fromkeys(("count", "number", "计数", "数量", "件数"), COUNT),
}
_TABLE = {MASS: "mass_volume", VOLUME: "mass_volume", LENGTH: "length", AREA: "area", COUNT: "count"}


_SLIP = 10
"""A sample whose mean is so many times off the label is a slip of units (g for kg), not a finding."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How many items of a lot are measured, and what they may show."""

    n: int
    factor: Decimal | None
    """λ; None: the mean is not tested."""
    allowed_t1: int
    allowed_t2: int


@dataclass(frozen=True, slots=True)
class Mean:
    """The test of the sample's mean, in the kind's base unit."""

    mean: Fraction
    deviation: float
    """Standard deviation of the sample (n - 1); 0 for a single item."""
    factor: Decimal | None
    limit: float | None
    """Qn - λs; None where the mean is not tested."""
    passed: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an inspection of net content finds."""

    kind: str
    unit: str
    nominal: Decimal
    plan: Plan
    tolerable: Decimal
    """T, the tolerable deficiency of one item."""
    mean: Mean
    t1: tuple[int, ...]
    """Items (from 0) that are short by more than T and not more than 2 T."""
    t2: tuple[int, ...]
    """Items that are short by more than 2 T."""
    passed: bool
    provisional: bool
    """It rests on a number that has lapsed or has not been compared with its text: not to be published."""
    sources: tuple[str, ...]


def unit(value: Any, field: str = "unit") -> tuple[str, Decimal]:
    """Kind and size (in the base unit) of a unit of measurement. Raises `InputError`."""
    said = names.text(value)
    found = _UNITS.get(said) or _UNITS.get(said.lower())
    if value is None or found is None:
        raise InputError(
            field,
            f"不认识计量单位“{value or ''}”；可用 g、kg、mL、L、mm、cm、m、cm²、dm²、m²、个。",
            f"Unknown unit '{value}'; use g, kg, mL, L, mm, cm, m, cm2, dm2, m2 or pieces.",
        )
    return found


def quantity(value: Any, default_unit: Any, field: str) -> tuple[str, Decimal]:
    """Kind and amount in the base unit of "500 g", 500 (with a default unit) or "0.5kg". Raises `InputError`."""
    said = names.text(value)
    written = (
        re.fullmatch(r"([-+]?[\d.,]+(?:[eE][-+]?\d+)?)\s*([^\d\s.,+-]\S*)", said)
        if isinstance(value, str)
        else None
    )
    if written and written[2] != "%":
        amount, (kind, size) = names.number(written[1], field), unit(written[2], field)
    else:
        amount, (kind, size) = names.number(value, field), unit(default_unit, "unit")
    return kind, amount * size


def tolerable_deficiency(kind: str, nominal: Decimal, law: LawAsOf) -> tuple[Decimal, list[LawValue]]:
    """T for a nominal content in the base unit, and the law that it comes from. Raises `InputError`."""
    table = _law(law, f"net_content.deficiency_{_TABLE[kind]}")
    if kind == AREA:
        return nominal * table.number / 100, [table]
    if kind in (LENGTH, COUNT):
        if nominal <= table.value["none_up_to"]:
            return Decimal(0), [table]
        part = nominal * table.value["percent"] / 100
        return (part.to_integral_value(ROUND_CEILING) if kind == COUNT else part), [table]
    rounding = _law(law, "net_content.deficiency_rounding")
    row, step = _row(table.value, nominal, "over", "up_to"), _row(rounding.value, nominal, "over", "up_to")
    if row is None or step is None:
        raise InputError(
            "nominal",
            f"标注净含量 {nominal} {BASE_UNIT[kind]} 超出允许短缺量表的范围。",
            f"A nominal content of {nominal} {BASE_UNIT[kind]} is beyond the table of tolerable deficiency.",
        )
    exact = row["amount"] if "amount" in row else nominal * row["percent"] / 100
    to = Decimal(step["to"])
    return (Decimal(exact) / to).to_integral_value(ROUND_HALF_EVEN) * to, [table, rounding]


def plan(lot: int, law: LawAsOf) -> tuple[Plan, LawValue]:
    """The sampling plan of a lot. Raises `InputError`."""
    table = _law(law, "net_content.plan")
    row = next(r for r in table.value if r["from_lot"] <= lot and ("to_lot" not in r or lot <= r["to_lot"]))
    factor = row.get("factor")
    return Plan(
        int(row.get("n", lot)), None if factor is None else Decimal(factor), row["t1"], row["t2"]
    ), table


def net_of_tare(
    gross: Sequence[Decimal],
    tare: Decimal | Sequence[Decimal],
    tare_sample: bool,
    nominal: Decimal,
    tolerable: Decimal,
    law: LawAsOf,
) -> tuple[list[Decimal], list[LawValue]]:
    """Contents from gross readings and tares, all in one unit (that of `nominal` and `tolerable`).

    `tare` is one known value, one for each item, or (`tare_sample`) a sample of tares whose mean stands for all,
    which the rule allows for light or even packaging only. Raises `InputError`.
    """
    used: list[LawValue] = []
    if isinstance(tare, Decimal):
        tares = [tare] * len(gross)
    elif not tare_sample:
        if len(tare) != len(gross):
            raise InputError(
                "tare",
                f"毛重 {len(gross)} 个、皮重 {len(tare)} 个，数目应当相同；若皮重是另取的样本，请用 tare_sample。",
                f"{len(gross)} gross readings and {len(tare)} tares; a separate sample of tares is tare_sample.",
            )
        tares = list(tare)
    else:
        rule = _law(law, "net_content.tare")
        tares, used = [_mean_tare(tare, nominal, tolerable, rule)] * len(gross), [rule]
    if any(t < 0 for t in tares) or any(g < t for g, t in zip(gross, tares, strict=True)):
        raise InputError(
            "tare", "皮重应当不小于 0 且不大于毛重。", "A tare lies between 0 and the gross reading."
        )
    return [g - t for g, t in zip(gross, tares, strict=True)], used


def verdict(kind: str, nominal: Decimal, lot: int, contents: Sequence[Decimal], law: LawAsOf) -> Verdict:
    """The verdict on a lot from its sample; contents in the base unit. Raises `InputError`."""
    if nominal <= 0:
        raise InputError("nominal", "标注净含量应当大于 0。", "A nominal content is more than 0.")
    the_plan, table = plan(lot, law)
    if len(contents) != the_plan.n:
        raise InputError(
            "values",
            f"批量 {lot} 应当检验 {the_plan.n} 件，给出了 {len(contents)} 个值。",
            f"A lot of {lot} needs {the_plan.n} items, {len(contents)} values were given.",
        )
    for at, value in enumerate(contents):
        if value < 0 or (kind == COUNT and value != value.to_integral_value()):
            raise InputError(
                "values",
                f"第 {at + 1} 个值 {value} 不可能是实际含量。",
                f"Value {at + 1}, {value}, cannot be a content.",
            )
    mean = sum(contents, Decimal(0)) / len(contents)
    if mean > _SLIP * nominal or 0 < mean * _SLIP < nominal:
        raise InputError(
            "values",
            f"平均实际含量 {mean:g} {BASE_UNIT[kind]} 与标注净含量 {nominal:g} {BASE_UNIT[kind]} 相差十倍以上，请核对计量单位。",
            f"A mean of {mean:g} {BASE_UNIT[kind]} is more than ten times off the nominal {nominal:g} {BASE_UNIT[kind]}: "
            "check the units.",
        )
    tolerable, laws = tolerable_deficiency(kind, nominal, law)
    laws.append(table)
    short = [nominal - value for value in contents]
    t1 = tuple(i for i, d in enumerate(short) if tolerable < d <= 2 * tolerable)
    t2 = tuple(i for i, d in enumerate(short) if d > 2 * tolerable)
    tested = _mean(contents, nominal, the_plan.factor)
    return Verdict(
        kind,
        BASE_UNIT[kind],
        nominal,
        the_plan,
        tolerable,
        tested,
        t1,
        t2,
        tested.passed and len(t1) <= the_plan.allowed_t1 and len(t2) <= the_plan.allowed_t2,
        any(value.provisional for value in laws),
        tuple(dict.fromkeys(value.source for value in laws)),
    )


def inspect(asked: Mapping[str, Any], law: LawAsOf) -> Verdict:
    """A verdict from a question as people put it.

    `nominal` (500 with `unit`, or "500 g"), `lot_size`, and either `values` (actual contents) or `gross` with `tare`
    (one value or one for each item) or `tare_sample`; `kind` where it should be checked; `density` (g/mL) where a
    volume was weighed: readings are then in `gross_unit`, g where none is said. Raises `InputError`.
    """
    if asked.get("nominal") is None:
        raise InputError("nominal", "缺少标注净含量 nominal。", "The nominal content is missing.")
    kind, nominal = quantity(asked["nominal"], asked.get("unit"), "nominal")
    said = asked.get("kind")
    if said is not None and _KINDS.get(names.text(said).lower()) != kind:
        raise InputError(
            "kind",
            f"单位与类别“{said}”不符。",
            f"The unit is not one of '{said}' (mass, volume, length, area, count).",
        )
    if asked.get("lot_size") is None:
        raise InputError("lot_size", "缺少批量 lot_size。", "The lot_size is missing.")
    lot = names.whole(asked["lot_size"], "lot_size", 1)
    used: list[LawValue] = []
    if asked.get("values") is not None:
        contents = _readings(asked["values"], asked.get("unit") or _unit_of(asked["nominal"]), kind, "values")
    elif asked.get("gross") is not None:
        contents, used = _weighed(asked, kind, nominal, law)
    else:
        raise InputError(
            "values", "请给出实际含量 values，或毛重 gross 与皮重 tare。", "Give values, or gross and tare."
        )
    found = verdict(kind, nominal, lot, contents, law)
    if not used:
        return found
    return Verdict(
        **{
            **{name: getattr(found, name) for name in Verdict.__slots__},
            "provisional": found.provisional or any(value.provisional for value in used),
            "sources": tuple(dict.fromkeys((*found.sources, *(value.source for value in used)))),
        }
    )


def _weighed(
    asked: Mapping[str, Any], kind: str, nominal: Decimal, law: LawAsOf
) -> tuple[list[Decimal], list[LawValue]]:
    density = Decimal(1)
    if kind == VOLUME:
        if asked.get("density") is None:
            raise InputError(
                "density",
                "以称重法测体积时需要密度 density（g/mL）。",
                "A weighed volume needs its density in g/mL.",
            )
        density = names.number(asked["density"], "density")
        if density <= 0:
            raise InputError("density", "密度应当大于 0。", "A density is more than 0.")
    elif kind != MASS:
        raise InputError(
            "gross", "毛重与皮重只用于质量和体积。", "Gross and tare serve for mass and volume only."
        )
    default = asked.get("gross_unit") or (
        "g" if kind == VOLUME else asked.get("unit") or _unit_of(asked["nominal"])
    )
    gross = _readings(asked["gross"], default, MASS, "gross")
    sample = asked.get("tare_sample")
    said = sample if sample is not None else asked.get("tare")
    if said is None:
        raise InputError("tare", "缺少皮重 tare 或 tare_sample。", "The tare or tare_sample is missing.")
    tare: Decimal | list[Decimal] = (
        _readings(said, default, MASS, "tare")
        if isinstance(said, list)
        else _readings([said], default, MASS, "tare")[0]
    )
    if sample is not None and isinstance(tare, Decimal):
        tare = [tare]
    tolerable, _ = tolerable_deficiency(kind, nominal, law)
    net, used = net_of_tare(gross, tare, sample is not None, nominal * density, tolerable * density, law)
    return [value / density for value in net], used


def _readings(values: Any, default_unit: Any, kind: str, field: str) -> list[Decimal]:
    if not isinstance(values, list | tuple) or not values:
        raise InputError(field, f"{field} 应当是数的列表。", f"{field} should be a list of numbers.")
    found = []
    for at, value in enumerate(values):
        its_kind, amount = quantity(value, default_unit, field)
        if its_kind != kind:
            raise InputError(
                field,
                f"第 {at + 1} 个值“{value}”的单位与标注净含量不是同一种量。",
                f"Value {at + 1}, '{value}', is of another kind than the nominal content.",
            )
        found.append(amount)
    return found


def _unit_of(nominal: Any) -> str | None:
    written = re.search(r"[^\d.,\s+-]\S*$", names.text(nominal)) if isinstance(nominal, str) else None
    return written[0] if written else None


def _mean(contents: Sequence[Decimal], nominal: Decimal, factor: Decimal | None) -> Mean:
    values = [Fraction(value) for value in contents]
    n = len(values)
    mean = sum(values, Fraction(0)) / n
    variance = sum(((v - mean) ** 2 for v in values), Fraction(0)) / (n - 1) if n > 1 else Fraction(0)
    deviation = math.sqrt(variance)
    if factor is None:
        return Mean(mean, deviation, None, None, True)
    short = Fraction(nominal) - mean
    # mean >= Qn - λs without a square root: short <= 0, or short² <= λ²s².
    passed = short <= 0 or short**2 <= Fraction(factor) ** 2 * variance
    return Mean(mean, deviation, factor, float(nominal) - float(factor) * deviation, passed)


def _mean_tare(tares: Sequence[Decimal], nominal: Decimal, tolerable: Decimal, rule: LawValue) -> Decimal:
    table = rule.value
    mean = sum(tares, Decimal(0)) / len(tares)
    light = mean <= nominal * table["light_percent"] / 100
    needed = table["light_n"] if light else table["heavy_n"]
    if len(tares) < needed:
        raise InputError(
            "tare_sample",
            f"平均皮重{'不超过' if light else '超过'}标注净含量的 {table['light_percent']}%，应当取 {needed} 个皮重，"
            f"给出了 {len(tares)} 个。",
            f"The average tare is {'not ' if light else ''}above {table['light_percent']} % of the nominal content: "
            f"take {needed} tares, {len(tares)} were given.",
        )
    if not light:
        variance = sum(((t - mean) ** 2 for t in tares), Decimal(0)) / (len(tares) - 1)
        if variance >= (table["max_deviation_of_t"] * tolerable) ** 2:
            raise InputError(
                "tare_sample",
                "包装较重且皮重不均匀，不能用平均皮重，请逐件称皮重。",
                "The packaging is heavy and uneven: weigh each item's own tare.",
            )
    return mean


def _row(
    rows: Sequence[Mapping[str, Any]], value: Decimal, over: str, up_to: str
) -> Mapping[str, Any] | None:
    return next((row for row in rows if row[over] < value <= row[up_to]), None)


def _law(law: LawAsOf, key: str) -> LawValue:
    try:
        return law.get(key)
    except NoSuchLawError:
        raise InputError(
            "on",
            f"{law.day} 时净含量检验的规定尚未施行（目录自 2006-01-01 起）。",
            f"The rules of net content were not in force on {law.day}.",
        ) from None
