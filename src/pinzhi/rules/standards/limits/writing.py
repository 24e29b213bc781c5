"""A limit as a reader sees it: the words of the document where they were kept, else its numbers."""

from __future__ import annotations

from decimal import Decimal

from pinzhi.rules.standards.limits.model import Limit, LimitValue


def written(limit: Limit) -> tuple[str, str]:
    """The demand in Chinese and English, with its unit."""
    return value_text(limit.value, limit.kind.scale is not None, "zh"), value_text(
        limit.value, limit.kind.scale is not None, "en"
    )


def value_text(value: LimitValue, grades: bool, lang: str) -> str:
    """≤ 20 mg/kg; ≥ 3-4级; 不得检出（检出限 20 mg/kg）."""
    if value.form == "prohibited":
        return "禁用" if lang == "zh" else "prohibited"
    if value.form == "not_detected":
        if value.lod is None:
            return "不得检出" if lang == "zh" else "not detected"
        amount = _amount(value.lod, value.unit)
        return f"不得检出（检出限 {amount}）" if lang == "zh" else f"not detected (LOD {amount})"
    if value.form == "enumeration":
        return ("、" if lang == "zh" else ", ").join(
            grade_text(Decimal(c), lang) if grades and c.replace(".", "").isdigit() else c
            for c in sorted(value.choices)
        )

    def number(one: Decimal) -> str:
        return grade_text(one, lang) if grades else _amount(one, value.unit)

    if value.low is None and value.high is None:
        return "—"
    if value.low is None:
        assert value.high is not None
        return f"{'≤' if value.high_in else '<'} {number(value.high)}"
    if value.high is None:
        return f"{'≥' if value.low_in else '>'} {number(value.low)}"
    if value.low_in and value.high_in:
        low = plain_number(value.low) if not grades else number(value.low)
        return f"{low}–{number(value.high)}"
    return f"{'≥' if value.low_in else '>'} {number(value.low)}, {'≤' if value.high_in else '<'} {number(value.high)}"


def grade_text(grade: Decimal, lang: str) -> str:
    whole = int(grade)
    text = str(whole) if grade == whole else f"{whole}-{whole + 1}"
    return f"{text}级" if lang == "zh" else f"grade {text}"


def plain_number(number: Decimal) -> str:
    """The digits as they were given, never as a power of ten."""
    return format(number, "f")


def _amount(number: Decimal, unit: str) -> str:
    if not unit or unit in ("1", "pH", "PH"):
        return plain_number(number)
    return f"{plain_number(number)}{'' if unit == '%' else ' '}{unit}"
