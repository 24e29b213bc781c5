"""Reading a limit as people write it: ≤0.5 mg/kg, 4.0–8.5, 不得检出（检出限 20 mg/kg）, 3-4级, 不大于 20 mg/kg, 10±2 N.

Half-width and full-width, Chinese and English words. What can be read in two ways is refused with what to write instead;
a number without ≤, ≥ or a range is no limit (only a grade alone is: the lowest that passes).
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from pinzhi.rules.standards.limits.errors import LimitError
from pinzhi.rules.standards.limits.model import LimitValue, accepted, wrong_unit
from pinzhi.rules.standards.limits.vocabulary import QuantityKind, Vocabulary

_RAISED = re.compile(r"(?<=\d)[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+")
_LOWER = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
#: 1,000 and 1 000 are thousands; a comma before other than three digits is a decimal comma, which is refused.
_DIGITS = r"(?:\d{1,3}(?:[, ]\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_PLAIN = rf"[+-]?(?:10\^-?\d+|{_DIGITS}(?:\s*[xX*]\s*10\^?-?\d+|[eE][+-]?\d+)?)"
_NUMBER = re.compile(_PLAIN)
_POWER = re.compile(r"\s*[xX*]\s*10\^?|[eE]|(?=10\^)")
_DECIMAL_COMMA = re.compile(r"\d,\d{1,2}(?!\d)|\d,\d{4,}")

_AT_MOST = (
    "<=", "≤", "≦", "⩽", "=<", "≯", "不大于", "不超过", "不高于", "不得超过", "不得大于", "不得高于", "不应超过", "不应大于", "小于等于",
    "小于或等于", "不多于", "至多", "最大值", "最大", "最高", "上限", "max.", "max", "maximum", "not more than", "no more than",
    "not exceeding", "not exceed", "shall not exceed", "at most", "up to", "not greater than", "less than or equal to",
)  # fmt: skip
_AT_LEAST = (
    ">=", "≥", "≧", "⩾", "=>", "≮", "不小于", "不低于", "不少于", "不得低于", "不得小于", "不得少于", "不应低于", "不应小于", "大于等于",
    "大于或等于", "至少", "最小值", "最小", "最低", "下限", "min.", "min", "minimum", "not less than", "no less than", "at least",
    "not lower than", "greater than or equal to",
)  # fmt: skip
_BELOW = ("<", "小于", "低于", "少于", "below", "less than", "under", "lower than")
_ABOVE = (">", "大于", "高于", "超过", "多于", "above", "greater than", "more than", "over", "higher than")
_SIGNS: dict[str, str] = {
    **dict.fromkeys(_AT_MOST, "≤"),
    **dict.fromkeys(_AT_LEAST, "≥"),
    **dict.fromkeys(_BELOW, "<"),
    **dict.fromkeys(_ABOVE, ">"),
}  # fmt: skip
_AFTER = {
    "及以下": "≤", "以下": "≤", "以内": "≤", "max": "≤", "max.": "≤", "maximum": "≤", "or less": "≤", "及以上": "≥", "以上": "≥",
    "min": "≥",
    "min.": "≥", "minimum": "≥", "or more": "≥", "or better": "≥", "or above": "≥",
}  # fmt: skip
_SIGN = re.compile("|".join(re.escape(s) for s in sorted(_SIGNS, key=len, reverse=True)), re.IGNORECASE)
_LAST = re.compile(
    "(?:" + "|".join(re.escape(s) for s in sorted(_AFTER, key=len, reverse=True)) + r")\s*$", re.I
)
_NOT_DETECTED = re.compile(
    r"(?:不得检出|不应检出|不可检出|未检出|不检出|not\s+(?:be\s+)?detect(?:ed|able)|none\s+detected|non-?detect(?:ed|able)?"
    r"|\bn\.?\s?d\.?(?![a-z]))",
    re.IGNORECASE,
)
_LOD = re.compile(
    r"(?:检出限|定量限|检测限|方法检出限|报告限|lod|loq|mdl|detection\s+limit|limit\s+of\s+detection|reporting\s+limit)"
    r"\s*(?:为|是|of|:|=|<|≤)?\s*(?P<rest>.+)",
    re.IGNORECASE,
)
_PROHIBITED = re.compile(
    r"(?:不得(?:使用|添加|含有|人为添加)|禁用|禁止(?:使用|添加|含有)?|不允许(?:使用|添加)?|prohibited|banned|forbidden|not\s+permitted"
    r"|not\s+allowed|shall\s+not\s+be\s+(?:used|added))\s*$",
    re.IGNORECASE,
)
_NOTES = re.compile(
    r"[(（](?:质量分数|质量比|w/w|m/m|以干重计|干基|以干基计|总量|总和|合计)[)）]", re.IGNORECASE
)
_RANGE = r"\s*(?:~|–|—|-|to|至|到|\.\.\.?|…)\s*"
_GRADE = r"(?:级|grades?)"


def read_limit(raw: str, kind: QuantityKind, vocabulary: Vocabulary, *, unit: str = "") -> LimitValue:
    """What a text demands of a quantity of that kind; `unit` is the unit of the column or table, if it has one.

    Raises LimitError (code, both languages, what would be right): `empty`, `no_sign`, `no_unit`, `wrong_unit`,
    `unknown_unit`, `two_units`, `upside_down`, `decimal_comma`, `no_such_grade`, `nothing_passes`, `unreadable` …
    """
    text = _normal(raw)
    if not text:
        raise LimitError(
            "empty",
            "没有写限值",
            "the limit is empty",
            place="value",
            remedy_zh="例如 ≤20 mg/kg",
            remedy_en="for example ≤20 mg/kg",
        )
    value = _read(text, kind, vocabulary, unit.strip())
    value = LimitValue(
        value.form,
        value.unit,
        value.low,
        value.high,
        value.low_in,
        value.high_in,
        value.choices,
        value.lod,
        raw.strip(),
    )
    accepted(value, kind, vocabulary)
    return value


def _normal(raw: str) -> str:
    text = _RAISED.sub(lambda found: "^" + found.group().translate(_LOWER), raw)
    text = unicodedata.normalize("NFKC", text)
    text = (
        re.sub(r"[−‐‑‒﹣]", "-", text)
        .replace("〜", "~")
        .replace("∼", "~")
        .replace("×", "x")
        .replace("—", "–")
    )
    text = re.sub(r"(?<=[<>])\s+(?==)", "", text)  # < = typed apart is one sign
    text = _NOTES.sub(" ", text)
    return " ".join(text.split()).strip(" 。;；")


def _read(text: str, kind: QuantityKind, vocabulary: Vocabulary, unit: str) -> LimitValue:
    bare = text.strip("()（） ")
    if found := _NOT_DETECTED.match(bare):
        return _not_detected(bare[found.end() :], kind, vocabulary, unit)
    if _PROHIBITED.fullmatch(bare):
        return LimitValue("prohibited")
    if kind.unit.scale == "category":
        choices = [part.strip() for part in re.split(r"[;；、|]|\bor\b|或", text) if part.strip()]
        return LimitValue("enumeration", choices=frozenset(choice.lstrip("=").strip() for choice in choices))
    if kind.scale is not None:
        return _grades(text, kind)
    return _numbers(text, kind, vocabulary, unit)


def _not_detected(rest: str, kind: QuantityKind, vocabulary: Vocabulary, unit: str) -> LimitValue:
    rest = rest.strip(" ()（）,，;:")
    if not rest:
        return LimitValue("not_detected", unit)
    found = _LOD.match(rest)
    body = (found["rest"] if found else rest).strip(" ()（）<≤")
    number = _NUMBER.match(body)
    if number is None:
        if found is None:
            raise _unreadable(rest, rest)
        raise _unreadable(rest, body)
    written = _unit(body[number.end() :], unit, kind, vocabulary)
    return LimitValue("not_detected", written, lod=_of(number.group()))


def _grades(text: str, kind: QuantityKind) -> LimitValue:
    assert kind.scale is not None
    body = re.sub(_GRADE, "", text, flags=re.IGNORECASE)
    body = re.sub(r"^(?:class|类别|等级)\s*", "", body, flags=re.IGNORECASE).strip()
    body = re.sub(r"\s*类$", "", body)
    pair = r"(\d)\s*[-–~/]\s*(\d)"

    def grade(written: str) -> Decimal:
        written = written.strip()
        half = re.fullmatch(pair, written)
        if half and int(half[2]) == int(half[1]) + 1 and kind.scale and kind.scale.half_steps:
            return Decimal(half[1]) + Decimal("0.5")
        if re.fullmatch(r"\d(?:\.\d+)?", written):
            return Decimal(written)
        raise _unreadable(text, written)

    if found := _SIGN.match(body):
        sign, rest = _SIGNS[found.group().lower()], body[found.end() :]
        return _one_bound(sign, grade(rest), "ordinal", "")
    if found := _LAST.search(body):
        return _one_bound(_AFTER[found.group().strip().lower()], grade(body[: found.start()]), "ordinal", "")
    body = body.lstrip("=").strip()
    if kind.better == "higher":
        wide = re.fullmatch(rf"(\d)(?:{_RANGE})(\d)", body)
        if wide and int(wide[2]) != int(wide[1]) + 1:
            return LimitValue("ordinal", "", grade(wide[1]), grade(wide[2]))
        return _one_bound("≥", grade(body), "ordinal", "")
    wide = re.fullmatch(rf"(\d)(?:{_RANGE})(\d)", body)
    if wide:
        return LimitValue("ordinal", "", Decimal(wide[1]), Decimal(wide[2]))
    parts = [part for part in re.split(r"[、,，/或]|\bor\b", body) if part.strip()]
    return LimitValue("enumeration", choices=frozenset(str(grade(part)) for part in parts))


def _numbers(text: str, kind: QuantityKind, vocabulary: Vocabulary, unit: str) -> LimitValue:
    if found := _DECIMAL_COMMA.search(text):
        raise LimitError(
            "decimal_comma",
            f"“{found.group()}”中的逗号看不出是小数点还是千分位",
            f"the comma in {found.group()} may be a decimal sign or a separator",
            place="value",
            remedy_zh="小数请用点，例如 0.5；千分位每三位一逗号",
            remedy_en="write decimals with a point, as in 0.5; thousands in groups of three",
            position=found.start(),
        )
    text = _as_range(text)
    for read in (_tolerance, _bounded_both, _range, _two_signs, _sign_first, _sign_last):
        value = read(text, kind, vocabulary, unit)
        if value is not None:
            return value
    number = _NUMBER.match(text)
    if number:
        _unit(text[number.end() :], unit, kind, vocabulary)
        raise LimitError(
            "no_sign",
            f"“{text}”没有写明是上限还是下限",
            f"{text} does not say whether it is the most or the least",
            place="value",
            remedy_zh=f"请写 ≤{text}、≥{text} 或范围",
            remedy_en=f"write ≤{text}, ≥{text} or a range",
        )
    raise _unreadable(text, text)


_INTERVAL = re.compile(
    rf"(?P<low_in>[\[(（])\s*(?P<low>{_PLAIN})\s*[,;]\s*(?P<high>{_PLAIN})\s*(?P<high_in>[\])）])\s*(?P<rest>[^,;]*)"
)
_BETWEEN = re.compile(
    rf"(?:between|from|介于|在)\s*(?P<low>{_PLAIN})\s*(?:and|to|~|-|–|与|和|至|到)\s*(?P<high>{_PLAIN})\s*(?P<rest>.*?)(?:之间|范围内|以内)?",
    re.IGNORECASE,
)


def _as_range(text: str) -> str:
    """[4.0, 7.5), between 4.0 and 7.5, 介于4.0与7.5之间: the same said with signs."""
    if (found := _INTERVAL.fullmatch(text)) is not None:
        low = "≥" if found["low_in"] == "[" else ">"
        high = "≤" if found["high_in"] == "]" else "<"
        return f"{low}{found['low']} {high}{found['high']} {found['rest']}".strip()
    if (found := _BETWEEN.fullmatch(text)) is not None:
        return f"{found['low']}~{found['high']} {found['rest']}".strip()
    return text


def _tolerance(text: str, kind: QuantityKind, vocabulary: Vocabulary, unit: str) -> LimitValue | None:
    """10±2 N, (10±2) N, 10 N ± 5 %, ±5 %."""
    pattern = (
        rf"\(?\s*(?P<middle>{_PLAIN})?\s*(?P<between>[^±\d()]*?)\s*(?:±|\+/-|\+-)\s*(?P<half>{_PLAIN})\s*"
        r"(?P<percent>%?)\s*\)?\s*(?P<rest>.*)"
    )
    found = re.fullmatch(pattern, text)
    if found is None:
        return None
    middle, half = _of(found["middle"] or "0"), _of(found["half"])
    written = found["rest"].strip() or found["between"].strip()
    if found["percent"]:
        if found["middle"] and written and written != "%":
            half = abs(middle) * half / 100
        else:
            written = written or "%"
    if half < 0:
        raise _unreadable(text, text)
    written = _unit(written, unit, kind, vocabulary)
    return LimitValue("interval", written, middle - half, middle + half)


def _bounded_both(text: str, kind: QuantityKind, vocabulary: Vocabulary, unit: str) -> LimitValue | None:
    """4.0 ≤ pH ≤ 8.5."""
    pattern = (
        rf"(?P<low>{_PLAIN})\s*(?P<first>[^\d<>≤≥=]*?)\s*(?P<above><=|<|≤)\s*[^\d<>≤≥=]{{1,20}}?\s*(?P<below><=|<|≤)\s*"
        rf"(?P<high>{_PLAIN})\s*(?P<rest>.*)"
    )
    found = re.fullmatch(pattern, text)
    if found is None:
        return None
    written = _unit(found["rest"].strip() or found["first"].strip(), unit, kind, vocabulary)
    low, high = _of(found["low"]), _of(found["high"])
    return LimitValue("interval", written, low, high, found["above"] != "<", found["below"] != "<")


def _range(text: str, kind: QuantityKind, vocabulary: Vocabulary, unit: str) -> LimitValue | None:
    """4.0–8.5, 4.0～8.5 N, 20 ℃ to 30 ℃, -5～5."""
    pattern = rf"(?P<low>{_PLAIN})\s*(?P<first>[^\d~–<>≤≥±]*?){_RANGE}(?P<high>{_PLAIN})\s*(?P<rest>.*)"
    found = re.fullmatch(pattern, text)
    if found is None:
        return None
    first, rest = found["first"].strip(), found["rest"].strip()
    if first and rest and not _same_unit(first, rest, vocabulary):
        raise LimitError(
            "two_units",
            f"范围两端的单位不同：“{first}”和“{rest}”",
            f"the ends of the range have different units: {first} and {rest}",
            place="unit",
            remedy_zh="两端请用同一单位",
            remedy_en="write both ends in one unit",
        )
    written = _unit(rest or first, unit, kind, vocabulary)
    return LimitValue("interval", written, _of(found["low"]), _of(found["high"]))


def _two_signs(text: str, kind: QuantityKind, vocabulary: Vocabulary, unit: str) -> LimitValue | None:
    """≥4.0且≤8.5, 大于 0.5 小于 1.0."""
    signs = list(_SIGN.finditer(text))
    if len(signs) != 2 or signs[0].start() != 0:
        return None
    parts = [text[signs[0].end() : signs[1].start()], text[signs[1].end() :]]
    one, other = _SIGNS[signs[0].group().lower()], _SIGNS[signs[1].group().lower()]
    if (one in "≤<") == (other in "≤<"):
        raise _unreadable(text, text)
    numbers, units = [], []
    for part in parts:
        part = re.sub(r"(?:且|并且|并|，|,|、|;|\band\b)\s*$", "", part.strip()).strip()
        number = _NUMBER.match(part)
        if number is None:
            raise _unreadable(text, part)
        numbers.append(_of(number.group()))
        units.append(part[number.end() :].strip())
    if all(units) and not _same_unit(units[0], units[1], vocabulary):
        raise LimitError(
            "two_units", "两个限值的单位不同", "the two bounds have different units", place="unit"
        )
    written = _unit(units[1] or units[0], unit, kind, vocabulary)
    if one in "≤<":
        numbers.reverse()
        one, other = other, one
    return LimitValue("interval", written, numbers[0], numbers[1], one == "≥", other == "≤")


def _sign_first(text: str, kind: QuantityKind, vocabulary: Vocabulary, unit: str) -> LimitValue | None:
    found = _SIGN.match(text)
    if found is None:
        return None
    rest = re.sub(r"^(?:为|:|=)\s*", "", text[found.end() :].strip())
    number = _NUMBER.match(rest)
    if number is None:
        raise _unreadable(text, rest)
    written = _unit(rest[number.end() :], unit, kind, vocabulary)
    return _one_bound(_SIGNS[found.group().lower()], _of(number.group()), "interval", written)


def _sign_last(text: str, kind: QuantityKind, vocabulary: Vocabulary, unit: str) -> LimitValue | None:
    found = _LAST.search(text)
    number = _NUMBER.match(text)
    if found is None or number is None or number.end() > found.start():
        return None
    written = _unit(text[number.end() : found.start()], unit, kind, vocabulary)
    return _one_bound(_AFTER[found.group().strip().lower()], _of(number.group()), "interval", written)


def _one_bound(sign: str, number: Decimal, form: str, unit: str) -> LimitValue:
    assert form in ("interval", "ordinal")
    if sign in "≤<":
        return LimitValue(form, unit, None, number, high_in=sign == "≤")  # type: ignore[arg-type]
    return LimitValue(form, unit, number, None, low_in=sign == "≥")  # type: ignore[arg-type]


def _unit(written: str, given: str, kind: QuantityKind, vocabulary: Vocabulary) -> str:
    """The unit that holds: the one written beside the number, else the column's. Both, and not the same: refused."""
    written = written.strip()
    if written.startswith("(") and written.endswith(")"):
        written = written[1:-1].strip()
    if written.count(")") > written.count("("):
        written = written.rstrip(") ")
    if not written:
        return given
    unit = vocabulary.units.read(written)
    if not kind.takes(unit):
        raise wrong_unit(kind, written)
    if given and not _same_unit(written, given, vocabulary):
        raise LimitError(
            "two_units",
            f"数值后的单位“{written}”与单位栏“{given}”不同",
            f"the unit {written} beside the number is not the one given for it, {given}",
            place="unit",
            remedy_zh="只保留正确的一个",
            remedy_en="keep the right one",
        )
    return written


def _same_unit(one: str, other: str, vocabulary: Vocabulary) -> bool:
    a, b = vocabulary.units.read(one), vocabulary.units.read(other)
    return a.alike(b) and a.factor == b.factor and a.offset == b.offset


def _of(written: str) -> Decimal:
    """The number of a text in which thousands may be parted and a power of ten may stand."""
    mantissa, *power = _POWER.split(written.strip(), maxsplit=1)
    sign = mantissa if mantissa in ("+", "-", "") else ""
    if power and power[0].startswith("10^"):
        return Decimal(f"{sign}1").scaleb(int(power[0][3:]))
    number = Decimal(re.sub(r"[, ]", "", mantissa))
    return number.scaleb(int(power[0])) if power else number


def _unreadable(text: str, part: str) -> LimitError:
    position = text.find(part) if part and part != text else None
    at_zh = f"（在“{part}”处）" if position not in (None, -1) else ""
    at_en = f" (at {part})" if position not in (None, -1) else ""
    return LimitError(
        "unreadable",
        f"看不懂“{text}”{at_zh}",
        f"{text} cannot be read as a limit{at_en}",
        place="value",
        remedy_zh="例如 ≤20 mg/kg、4.0–8.5、3-4级、不得检出（检出限 20 mg/kg）、禁用",
        remedy_en="for example ≤20 mg/kg, 4.0–8.5, 3-4级, not detected (LOD 20 mg/kg), prohibited",
        position=position if position != -1 else None,
    )
