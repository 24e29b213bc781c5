"""Limits from the rows of a table: column names in both languages, what is wrong said by column.

The value stands either in one column as text (`限值`: ≤20 mg/kg) or in parts (`comparator`, `low`, `high`, `unit`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from pinzhi.rules.standards.limits.errors import LimitError
from pinzhi.rules.standards.limits.model import Aggregate, Limit, LimitValue, accepted
from pinzhi.rules.standards.limits.reading import read_limit
from pinzhi.rules.standards.limits.vocabulary import QuantityKind, Vocabulary, plain

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "edition": ("标准编号", "文件编号", "edition", "standard", "document", "doc"),
    "clause": ("条款", "章条", "clause", "article"),
    "market": ("市场", "法域", "国家或地区", "market", "jurisdiction"),
    "scope": ("适用产品", "产品范围", "scope", "product_scope", "products"),
    "applies": ("类别", "适用类别", "class", "applicability_class", "applies", "category"),
    "analyte": ("指标", "项目", "indicator", "analyte", "item"),
    "kind": ("量的种类", "quantity_kind", "quantity kind", "kind"),
    "aggregate": ("取值方式", "aggregate"),
    "value": ("限值", "要求", "limit", "value", "requirement"),
    "comparator": ("符号", "comparator", "sign"),
    "low": ("下限", "low", "lower"),
    "high": ("上限", "high", "upper"),
    "lod": ("检出限", "lod"),
    "unit": ("单位", "unit"),
    "method": ("试验方法", "检验方法", "method", "test_method", "test method"),
    "conditions": ("条件", "试验条件", "conditions", "condition"),
    "effective_on": ("实施日期", "effective_on", "effective", "valid_from"),
    "withdrawn_on": ("废止日期", "有效至", "withdrawn_on", "valid_until"),
    "source": ("来源", "出处", "source"),
}
_NAMES = {plain(name).replace("_", ""): key for key, names in COLUMNS.items() for name in (key, *names)}
_AGGREGATES: dict[str, Aggregate] = {
    "": "each", "each": "each", "单项": "each", "每种": "each", "各": "each", "sum": "sum", "total": "sum", "总和": "sum", "合计": "sum",
    "之和": "sum", "mean": "mean", "average": "mean", "平均": "mean", "平均值": "mean", "均值": "mean", "max": "max", "maximum": "max",
    "最大": "max", "最大值": "max", "unclear": "unclear", "不明": "unclear",
}  # fmt: skip
_SIGNS = {
    "<=": "≤", "≤": "≤", "<": "<", ">=": "≥", "≥": "≥", ">": ">", "range": "range", "范围": "range", "==": "==", "=": "==", "equals": "==",
    "not_detected": "nd", "not detected": "nd", "nd": "nd", "不得检出": "nd", "prohibited": "prohibited", "banned": "prohibited",
    "禁用": "prohibited",
}  # fmt: skip


def column_key(name: str) -> str | None:
    """The part of a limit that a column's head names, or None."""
    return _NAMES.get(plain(name).replace("_", ""))


def read_aggregate(text: str) -> Aggregate:
    """Each, sum, mean or max; words that are not known are `unclear`, and then nothing is compared."""
    return _AGGREGATES.get(" ".join(text.lower().split()), "unclear")


def limit_of_row(row: Mapping[str, Any], vocabulary: Vocabulary) -> Limit:
    """The limit of one row, by the names of `COLUMNS`. Raises LimitError whose `place` names the part that is wrong."""
    found = {
        key: str(value).strip()
        for name, value in row.items()
        if (key := column_key(str(name))) and value is not None
    }
    kind = vocabulary.kind(found.get("kind", ""))
    if not found.get("analyte"):
        raise LimitError("no_analyte", "没有写指标名称", "the indicator is missing", place="analyte")
    if found.get("value"):
        value = read_limit(found["value"], kind, vocabulary, unit=found.get("unit", ""))
    else:
        value = _in_parts(found, kind, vocabulary)
    limit = Limit(
        edition=found.get("edition", ""),
        analyte=found["analyte"],
        kind=kind,
        value=value,
        clause=found.get("clause", ""),
        scope=found.get("scope", ""),
        applies=found.get("applies", ""),
        aggregate=read_aggregate(found.get("aggregate", "")),
        method=found.get("method", ""),
        conditions=found.get("conditions", ""),
        effective_on=_day(found.get("effective_on", ""), "effective_on"),
        withdrawn_on=_day(found.get("withdrawn_on", ""), "withdrawn_on"),
        market=found.get("market", ""),
        source=found.get("source", ""),
    )
    if limit.effective_on and limit.withdrawn_on and limit.withdrawn_on < limit.effective_on:
        raise LimitError(
            "dates_upside_down", "废止早于实施", "it ends before it begins", place="withdrawn_on"
        )
    return limit


def _in_parts(found: Mapping[str, str], kind: QuantityKind, vocabulary: Vocabulary) -> LimitValue:
    sign = _SIGNS.get(found.get("comparator", "").lower())
    unit = found.get("unit", "")
    low, high = _decimal(found.get("low", ""), "low", kind), _decimal(found.get("high", ""), "high", kind)
    if sign is None:
        raise LimitError(
            "no_sign" if not found.get("comparator") else "unreadable",
            "没有写限值，或看不懂符号" + (f"“{found['comparator']}”" if found.get("comparator") else ""),
            "the limit or its sign is missing or cannot be read",
            place="value",
            remedy_zh="例如：限值写“≤20 mg/kg”",
            remedy_en="for example ≤20 mg/kg",
        )
    if sign == "prohibited":
        return LimitValue("prohibited")
    if sign == "nd":
        lod = _decimal(found.get("lod", ""), "lod", kind)
        value = LimitValue("not_detected", unit, lod=lod)
    elif sign == "==":
        one = found.get("low") or found.get("high") or ""
        if kind.numeric and kind.scale is None:
            number = _decimal(one, "value", kind)
            value = LimitValue("interval", unit, number, number)
        else:
            value = LimitValue("enumeration", choices=frozenset({one} if one else ()))
    elif sign == "range":
        if low is None or high is None:
            raise LimitError("no_value", "范围缺一端", "one end of the range is missing", place="value")
        value = LimitValue("ordinal" if kind.scale else "interval", unit, low, high)
    else:
        bound = (low if low is not None else high) if sign in "≥>" else (high if high is not None else low)
        if bound is None:
            raise LimitError("no_value", "没有写限值", "the limit has no value", place="value")
        form = "ordinal" if kind.scale else "interval"
        if sign in "≥>":
            value = LimitValue(form, unit, bound, None, low_in=sign == "≥")  # type: ignore[arg-type]
        else:
            value = LimitValue(form, unit, None, bound, high_in=sign == "≤")  # type: ignore[arg-type]
    if kind.scale is not None and unit and not kind.takes(vocabulary.units.read(unit)):
        raise LimitError(
            "wrong_unit",
            f"“{unit}”不是“{kind.title['zh']}”的单位",
            f"{unit} is no unit of {kind.title['en']}",
            place="unit",
        )
    if isinstance(value.choices, frozenset) and value.form == "enumeration" and not value.choices:
        raise LimitError("no_value", "没有写限值", "the limit has no value", place="value")
    accepted(value, kind, vocabulary)
    return value


def _decimal(text: str, place: str, kind: QuantityKind) -> Decimal | None:
    if not text or not (kind.numeric or kind.scale):
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise LimitError("not_a_number", f"“{text}”不是数", f"{text} is not a number", place=place) from None
    if not number.is_finite():
        raise LimitError("not_a_number", f"“{text}”不是数", f"{text} is not a number", place=place)
    return number


def _day(text: str, place: str) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text[:10].replace("/", "-"))
    except ValueError:
        raise LimitError(
            "no_day",
            f"“{text}”不是日期",
            f"{text} is not a day",
            place=place,
            remedy_zh="写成 2026-01-31",
            remedy_en="as in 2026-01-31",
        ) from None
