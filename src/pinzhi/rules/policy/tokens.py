"""The marks that number headings, and the order in which they nest.

Examples: 第一章, 第二节, 一、, 第三条, （一）, 1.1, 1．, （1）, ①. A style's rank says what it may stand under.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .numerals import chinese_number

_CN = "[一二三四五六七八九十百零〇]"
RANK = {
    "part": 0, "chapter": 1, "section": 2, "cn": 3, "article": 4, "pcn": 5, "num": 6, "dec": 7, "dec3": 8, "dec4": 9,
    "pnum": 10, "circ": 11,
}  # fmt: skip

_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("part", re.compile(rf"第(?P<n>{_CN}{{1,3}}|\d{{1,2}})(?P<w>部分|篇|编)[:：、。.]?")),
    ("chapter", re.compile(rf"第(?P<n>{_CN}{{1,3}}|\d{{1,2}})(?P<w>章)[:：、.]?")),
    ("section", re.compile(rf"第(?P<n>{_CN}{{1,3}}|\d{{1,2}})(?P<w>节)[:：、.]?")),
    ("article", re.compile(rf"第(?P<n>{_CN}{{1,4}}|\d{{1,3}})(?P<w>条)[:：、.]?(?![款例件目规])")),
    ("pcn", re.compile(rf"\((?P<n>{_CN}{{1,3}})\)[、.．：]?")),
    ("pcn", re.compile(rf"(?P<n>{_CN}{{1,3}})\)[、.]?")),
    ("cn", re.compile(rf"(?P<n>{_CN}{{1,3}})[、.：](?!{_CN}{{1,2}}[、产次级类线])")),
    ("dec", re.compile(r"(?P<n>\d{1,2}(?:\.\d{1,2}){1,3})[、.．]?(?=[^\d%.,，;；、)~\-]{2})")),
    ("num", re.compile(r"(?P<n>\d{1,2})(?:\.(?!\d)|[、：](?!\d)|[.、](?=20\d\d年))")),
    ("pnum", re.compile(r"\((?P<n>\d{1,2})\)[、.]?")),
    ("pnum", re.compile(r"(?P<n>\d{1,2})\)[、.]?")),
    ("circ", re.compile(r"(?P<n>[①-⑳])[、.]?")),
)
_UNIT_AFTER = re.compile(r"以[上下内]|左右|及以上|[个家项件名人种批次类条处座所户部期万亿元亩吨倍年月日%]")


@dataclass(frozen=True)
class HeadingMark:
    """A heading's number: its style, its ordinal, how it is printed in a path, where its text starts."""

    style: str
    ordinal: int
    printed: str
    end: int


def heading_mark(chars: str, start: int) -> HeadingMark | None:
    """The heading mark that stands at chars[start], if one does."""
    for style, pattern in _STYLES:
        match = pattern.match(chars, start)
        if match is None:
            continue
        number = match["n"]
        if style == "circ":
            return HeadingMark(style, ord(number) - 0x245F, number, match.end())
        if style == "dec":
            if number.startswith("0") or _UNIT_AFTER.match(chars, match.end()):
                continue
            depth = number.count(".")  # 2.1.1 stands under 2.1
            style = style if depth == 1 else f"dec{depth + 1}"
            return HeadingMark(style, int(number.rsplit(".", 1)[1]), number, match.end())
        ordinal = int(number) if number.isdecimal() else chinese_number(number)
        if ordinal is None:
            continue
        if style in ("part", "chapter", "section", "article"):
            printed = f"第{number}{match['w']}"
        elif style in ("pcn", "pnum"):
            printed = f"（{number}）"
        else:
            printed = number
        return HeadingMark(style, ordinal, printed, match.end())
    return None
