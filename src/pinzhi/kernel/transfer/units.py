"""Units in the headers of spreadsheets: `投资额（亿元）` over a column of 万元 must not pass for 万元."""

from __future__ import annotations

import re
import unicodedata

# unit -> what it measures and how many of the smallest unit there it is
_SCALES: dict[str, tuple[str, str]] = {
    **{unit: ("cny", scale) for unit, scale in (
        ("元", "1"), ("人民币元", "1"), ("rmb", "1"), ("千元", "1e3"), ("万元", "1e4"), ("万", "1e4"), ("百万元", "1e6"),
        ("千万元", "1e7"), ("亿元", "1e8"), ("亿", "1e8"),
    )},
    **{unit: ("usd", scale) for unit, scale in (("美元", "1"), ("万美元", "1e4"), ("亿美元", "1e8"))},
    **{unit: ("share", scale) for unit, scale in (("%", "10"), ("百分比", "10"), ("‰", "1"), ("千分比", "1"))},
    **{unit: ("mass", scale) for unit, scale in (
        ("g", "1"), ("克", "1"), ("斤", "500"), ("kg", "1e3"), ("千克", "1e3"), ("公斤", "1e3"), ("t", "1e6"),
        ("吨", "1e6"), ("万吨", "1e10"),
    )},
    **{unit: ("area", scale) for unit, scale in (
        ("平方米", "1"), ("m2", "1"), ("万平方米", "1e4"), ("公顷", "1e4"), ("亩", "mu"), ("万亩", "1e4mu"),
    )},
    **dict.fromkeys(
        ("人", "人次", "家", "户", "个", "件", "项", "台", "台(件)", "批次", "批", "次", "期", "场", "份", "种", "家次"),
        ("number", "1"),
    ),
    **dict.fromkeys(("万人", "万人次", "万家", "万户", "万个", "万件", "万台"), ("number", "1e4")),
    **{unit: ("term", unit) for unit in ("年", "月", "天", "日", "小时")},
}  # fmt: skip
_SAME = {"个月": "月", "天": "日"}
_BRACKET = re.compile(r"[(\[【]([^()\[\]【】]{1,8})[)\]】]\s*$")
_STATED = re.compile(r"单位:\s*([^\s,;。、()]{1,6})")


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text.replace("㎡", "平方米"))


def folded_unit(text: str) -> str:
    unit = "".join(_narrow(text).split()).casefold()
    return _SAME.get(unit, unit)


def unit_in(header: object) -> str:
    """The unit in the brackets at the end of a header, folded; empty where there is none that is known."""
    found = _BRACKET.search(_narrow(str(header or "")))
    unit = folded_unit(found[1]) if found else ""
    return unit if unit in _SCALES else ""


def money_stated(texts: str) -> str:
    """The unit of money that lines above the headers state for the whole table (单位：万元); empty where none."""
    for found in _STATED.finditer(_narrow(texts)):
        unit = folded_unit(found[1])
        if _SCALES.get(unit, ("", ""))[0] in ("cny", "usd"):
            return unit
    return ""


def differ(given: str, wanted: str) -> bool:
    """Whether numbers in the unit `given` may not stand in a column whose unit is `wanted`."""
    one, other = _SCALES.get(folded_unit(given)), _SCALES.get(folded_unit(wanted))
    return one is not None and other is not None and one != other


def is_money(unit: str) -> bool:
    return _SCALES.get(folded_unit(unit), ("", ""))[0] in ("cny", "usd")
