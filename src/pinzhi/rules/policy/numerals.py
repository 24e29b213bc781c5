"""Numbers as policies write them: digits, thousands separators and Chinese numerals."""

from __future__ import annotations

import re

CN_DIGITS = "零〇一二两三四五六七八九"
CN_NUMERAL = "[零〇一二两三四五六七八九十百千]"
_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "○": 0}
_SCALE = {"十": 10, "百": 100, "千": 1000}


def chinese_number(text: str) -> int | None:
    """The value of a Chinese numeral: 九十五 is 95, 二〇一七 is 2017; None for what is no numeral."""
    if not text or any(c not in _DIGIT and c not in _SCALE for c in text):
        return None
    if all(c in _DIGIT for c in text):
        return int("".join(str(_DIGIT[c]) for c in text))
    total, digit = 0, 0
    for char in text:
        if char in _DIGIT:
            digit = _DIGIT[char]
        else:
            total += (digit or 1) * _SCALE[char]
            digit = 0
    return total + digit


def parse_number(text: str) -> float | None:
    """The value of digits (with or without separators, 百分之 left out) or of a Chinese numeral."""
    plain = text.replace("，", "").replace(",", "")
    if re.fullmatch(r"\d+(\.\d+)?", plain) and plain.isascii():
        return float(plain) if len(plain) < 18 else None
    if "点" in plain:
        whole, _, part = plain.partition("点")
        a = chinese_number(whole)
        digits = [_DIGIT.get(c) for c in part]
        if a is None or not digits or None in digits:
            return None
        return float(f"{a}.{''.join(str(d) for d in digits)}")
    value = chinese_number(plain)
    return None if value is None else float(value)


def part_in_words(text: str) -> float | None:
    """A part of a whole in percent: 三分之二 and 2/3 are 66.67, 九成 is 90, 八成半 and 八成五 are 85, 一半 is 50, 百分之百 is 100."""
    if text == "百分之百":
        return 100.0
    if "半" in text and "成" not in text:  # 一半, 过半, 减半
        return 50.0
    if "/" in text:
        piece, mark, whole = text.partition("/")
    else:
        whole, mark, piece = text.partition("分之")
    if mark:
        a, b = parse_number(piece), parse_number(whole)
        return round(100 * a / b, 2) if a and b else None
    tenths, _, rest = text.partition("成")
    value = parse_number(tenths)
    return (
        None
        if value is None
        else value * 10 + (5 if rest == "半" else parse_number(rest) or 0 if rest else 0)
    )
