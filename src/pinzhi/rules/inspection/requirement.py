"""A requirement of detailed rules as people write it: ≤75 mg/kg, 4.0～8.5, ≥3-4 级, 不得检出, 应符合标识要求.

What begins like a number or a comparison must be read whole, or it is refused with what to write instead: a limit that
was half understood would judge batches. Words alone are a requirement that the laboratory answers with "conforms" or not.
Pure: nothing is read.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from pinzhi.rules.inspection.judgement import Kind, Unreadable, factor, unit_of

#: What is kept of a limit's number: digits before and after the point.
WHOLE, PLACES = 12, 6
LONGEST = 200

_AT_MOST = ("<=", "≤", "≦", "⩽", "=<", "不大于", "不超过", "不高于", "不得超过", "不得大于", "不得高于", "不应大于", "不应超过",
            "小于等于", "小于或等于", "不多于", "至多", "max", "not more than", "at most")  # fmt: skip
_AT_LEAST = (">=", "≥", "≧", "⩾", "=>", "不小于", "不低于", "不少于", "不得低于", "不得小于", "不得少于", "不应低于", "不应小于",
             "大于等于", "大于或等于", "至少", "min", "not less than", "at least")  # fmt: skip
_STRICT = ("<", ">", "小于", "大于", "低于", "高于", "少于", "多于", "less than", "more than")
_SIGNS = (
    dict.fromkeys(_AT_MOST, "max")
    | dict.fromkeys(_AT_LEAST, "min")
    | dict.fromkeys(_STRICT, "strict")
    | {"=": "equal"}
)
_SIGN = re.compile("|".join(re.escape(s) for s in sorted(_SIGNS, key=len, reverse=True)), re.IGNORECASE)
_NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:\s*[x×*]\s*10\^?[+-]?\d{1,2}|e[+-]?\d{1,2})?"
_ONE = re.compile(rf"(?P<number>{_NUMBER})(?P<unit>.*)", re.IGNORECASE | re.DOTALL)
_RANGE = re.compile(
    rf"(?P<low>{_NUMBER})(?P<first>[^\d~±]*?)\s*(?:~|–|至|到|-)\s*(?P<high>{_NUMBER})(?P<unit>.*)",
    re.I | re.S,
)
_AROUND = re.compile(rf"\(?(?P<middle>{_NUMBER})\s*±\s*(?P<half>{_NUMBER})\)?(?P<unit>.*)", re.I | re.S)
_GRADE = re.compile(r"(?P<low>\d)\s*[-~]\s*(?P<high>\d)\s*级")
_POWER = re.compile(r"\s*[x×*]\s*10\^?|e", re.IGNORECASE)
_ABSENT = re.compile(
    r"(?:不得检出|不应检出|不可检出|未检出|不检出|not detect(?:ed|able)|n\.?d\.?$)", re.IGNORECASE
)
_REPORT = frozenset(
    {"-", "–", "/", "报告", "仅报告", "只报告", "实测值", "report", "reported only", "report only"}
)
_LIKE_A_NUMBER = re.compile(r"[+-]?\.?\d")


@dataclass(frozen=True, slots=True)
class Requirement:
    """What an item demands, as `RuleItem` keeps it; `wording` is what stands in words and is shown as it is."""

    kind: Kind
    lower: Decimal | None = None
    upper: Decimal | None = None
    unit: str = ""
    wording: str = ""


def read_requirement(text: str, unit: str = "") -> Requirement:
    """What a text demands; `unit` is what stands in the column of units, if anything.

    Raises Unreadable (code and both languages): `requirement_empty`, `no_sign`, `strict_sign`, `grade_range`,
    `upside_down`, `too_exact`, `too_long`, `two_units`, `unit_unknown`, `requirement_unreadable`.
    """
    raw, plain, unit = text.strip(), _plain(text), unit.strip()
    unit_of(unit)
    if not plain:
        raise Unreadable(
            "requirement_empty",
            "没有写要求，例如 ≤75、4.0～8.5、不得检出、应符合标识要求",
            "no requirement: write for example ≤75, 4.0～8.5, 不得检出 or what must be conformed to",
        )
    if len(raw) > LONGEST:
        raise Unreadable("too_long", f"要求超过{LONGEST}字", f"longer than {LONGEST} characters")
    if plain.lower() in _REPORT:
        return Requirement("report", unit=unit, wording="" if plain in ("-", "–", "/") else raw)
    if _ABSENT.match(plain):
        return Requirement("absent", unit=unit, wording=raw)
    if found := _SIGN.match(plain):
        return _signed(raw, _SIGNS[found.group().lower()], plain[found.end() :].strip(), unit)
    if _LIKE_A_NUMBER.match(plain) or (plain.startswith("(") and _AROUND.match(plain)):
        return _bare(raw, plain, unit)
    return Requirement("conforms", unit=unit, wording=raw)


def written(item: Requirement) -> str:
    """The text from which the same requirement is read again; a number's unit is left to its column."""
    low, high = _text(item.lower), _text(item.upper)
    return {
        "max": f"≤{high}",
        "min": f"≥{low}",
        "range": f"{low}～{high}",
        "equal": f"={low or high}",
        "absent": item.wording or "不得检出",
        "conforms": item.wording or "应符合要求",
        "report": item.wording or "—",
    }[item.kind]


def _plain(text: str) -> str:
    found = unicodedata.normalize("NFKC", text).replace("—", "–").replace("−", "-").replace("〜", "~")
    return " ".join(found.split()).strip(" 。;")


def _signed(raw: str, sign: str, rest: str, unit: str) -> Requirement:
    if sign == "strict":
        raise Unreadable(
            "strict_sign",
            f"“{raw}”：判定只用“不大于”“不小于”，请写出仍合格的最大（最小）值",
            f"{raw}: only ≤ and ≥ are judged; write the largest or smallest value that still passes",
        )
    if grade := _GRADE.fullmatch(rest):
        number, given = _half_grade(raw, grade), _one_unit(raw, "级", unit)
    else:
        found = _ONE.fullmatch(rest)
        if found is None:
            raise _unreadable(raw)
        number, given = _number(raw, found["number"]), _one_unit(raw, found["unit"], unit)
    if sign == "max":
        return Requirement("max", None, number, given)
    return Requirement("min" if sign == "min" else "equal", number, None, given)


def _bare(raw: str, plain: str, unit: str) -> Requirement:
    """A range, a value with a tolerance, or a number of which nobody knows on which side it bounds."""
    if _GRADE.fullmatch(plain) or (unit == "级" and _GRADE.fullmatch(plain + "级")):
        raise Unreadable(
            "grade_range",
            f"“{raw}”可以是半级，也可以是范围；半级请写 ≥{raw}",
            f"{raw} may be a half grade or a range: write ≥{raw} for the half grade",
        )
    if found := _AROUND.fullmatch(plain):
        middle, half = _number(raw, found["middle"]), abs(_number(raw, found["half"]))
        return Requirement("range", middle - half, middle + half, _one_unit(raw, found["unit"], unit))
    if found := _RANGE.fullmatch(plain):
        low, high = _number(raw, found["low"]), _number(raw, found["high"])
        if low > high:
            raise Unreadable(
                "upside_down", f"“{raw}”下限高于上限", f"{raw}: the lower limit is above the upper"
            )
        given = _one_unit(raw, found["unit"], unit)
        return Requirement(
            "range", low, high, _one_unit(raw, found["first"], given) if found["first"].strip() else given
        )
    if found := _ONE.fullmatch(plain):
        try:
            unit_of(found["unit"].strip())
        except Unreadable:
            raise _unreadable(raw) from None
        raise Unreadable(
            "no_sign",
            f"“{raw}”没有写明是上限还是下限，请写 ≤{raw}、≥{raw} 或范围",
            f"{raw} does not say which side it bounds: write ≤{raw}, ≥{raw} or a range",
        )
    raise _unreadable(raw)


def _half_grade(raw: str, found: re.Match[str]) -> Decimal:
    low, high = int(found["low"]), int(found["high"])
    if high != low + 1:
        raise _unreadable(raw)
    return Decimal(low) + Decimal("0.5")


def _number(raw: str, text: str) -> Decimal:
    mantissa, *power = _POWER.split(text, maxsplit=1)
    number = Decimal(mantissa.replace(",", "").strip())
    if power:
        number = number.scaleb(int(power[0]))
    if abs(number) >= Decimal(10) ** WHOLE or number != round(number, PLACES):
        raise Unreadable(
            "too_exact",
            f"“{raw}”：限值最多{WHOLE}位整数、{PLACES}位小数，请换一个单位",
            f"{raw}: at most {WHOLE} digits before and {PLACES} after the point; take another unit",
        )
    return number


def _one_unit(raw: str, beside: str, column: str) -> str:
    """The unit beside the number or of the column; both where they mean the same."""
    beside = beside.strip(" ()")
    if not beside:
        return column
    unit_of(beside)
    if column:
        try:
            same = factor(beside, column) == 1
        except Unreadable:
            same = False
        if not same:
            raise Unreadable(
                "two_units",
                f"“{raw}”中的单位与单位栏“{column}”不同",
                f"the unit in {raw} is not that of its column, {column}",
            )
        return column
    return beside


def _text(value: Decimal | None) -> str:
    if value is None:
        return ""
    text = f"{value.normalize():f}"
    return "0" if text in ("-0", "") else text


def _unreadable(raw: str) -> Unreadable:
    return Unreadable(
        "requirement_unreadable",
        f"“{raw}”读不出，请写成 ≤75、≥3、4.0～8.5，或以文字开头，如“应符合……”",
        f"{raw} cannot be read: write ≤75, ≥3 or 4.0～8.5, or begin with a word, as in 应符合…",
    )
