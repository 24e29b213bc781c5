"""The text as the rules see it: half-width, one form of each bracket, no white space, offsets kept.

Portals deliver the same document with full-width digits, U+00A0, U+2002, U+3000, `〔2016〕` or `[2016]`,
`（一）` or `【一】`, and lines broken inside words. The rules read one canonical string (`chars`); every
character of it knows where it stood, and whether white space or a line break stood before it.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections import Counter
from dataclasses import dataclass

from .lexicon import DOCUMENT_KIND, DUTY_LABEL, OTHER_LABEL

NO_GAP, SPACE, LINE_BREAK = 0, 1, 2

_OPEN = "（(〔［[【{｛〖﹝﹙﹛〘⦅⟨"
_CLOSE = "）)〕］]】}｝〗﹞﹚﹜〙⦆⟩"
_DASHES = "—–―‐‑‒−─━－ー﹣⸺⸻"
_TILDES = "～∼〜˜∽﹏"
_BULLETS = "●■◆▪►•◇□▲△★☆○◎"
_SPECIAL: dict[str, str] = {}
_SPECIAL.update(dict.fromkeys(_OPEN, "("))
_SPECIAL.update(dict.fromkeys(_CLOSE, ")"))
_SPECIAL.update(dict.fromkeys(_DASHES, "-"))
_SPECIAL.update(dict.fromkeys(_TILDES, "~"))
_SPECIAL.update(dict.fromkeys(_BULLETS, "•"))
_SPECIAL.update(dict.fromkeys(",，﹐", "，") | dict.fromkeys(";；﹔", "；") | dict.fromkeys(":：﹕︰∶", "："))
_SPECIAL.update(dict.fromkeys("、﹑､", "、") | dict.fromkeys("。｡", "。") | {"!": "！", "?": "？"})
_SPECIAL.update({"〈": "《", "〉": "》", "＜": "《", "＞": "》", "<": "《", ">": "》"})
_SPECIAL.update({"＂": '"', "〝": "“", "〞": "”", "″": "”", "「": "“", "」": "”", "『": "“", "』": "”"})
_SPECIAL.update({chr(0x2460 + i): chr(0x2460 + i) for i in range(20)})  # ①: NFKC would make a plain 1 of it
_SPECIAL.update({chr(0x2776 + i): chr(0x2460 + i) for i in range(10)})
_SPECIAL.update({chr(0x2780 + i): chr(0x2460 + i) for i in range(10)})
_LINE_ENDS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_cache: dict[str, str] = {}
# A line that is only the number of a page: — 3 —, 第 3 页 共 20 页. It may stand in the middle of a word.
_PAGE_MARK = re.compile(
    r"(?m)^[ \t\u3000\u00a0\x0c]*(?:[-—–－―─]{1,2}[ \u3000\u00a0]*[\d０-９]{1,3}[ \u3000\u00a0]*[-—–－―─]{1,2}"
    r"|第[ \u3000]*[\d０-９]{1,3}[ \u3000]*页(?:[ \u3000，,、/|]*共[ \u3000]*[\d０-９]{1,3}[ \u3000]*页)?"
    r"|[\d]{1,3}[ ]?/[ ]?[\d]{1,3})[ \t\u3000\u00a0\x0c]*\r?$"
)


def fold(char: str) -> str:
    """The canonical form of one character: "" for marks without width, " " and "\\n" for white space."""
    known = _cache.get(char)
    if known is not None:
        return known
    if char in _LINE_ENDS:
        form = "\n"
    elif char.isspace() or char in "\u3164\u2800\u115f\u1160":
        form = " "
    elif char in _SPECIAL:
        form = _SPECIAL[char]
    elif unicodedata.category(char) in ("Cf", "Cc", "Cs", "Co", "Mn"):
        form = ""
    else:
        wide = unicodedata.normalize("NFKC", char)
        form = "".join(_SPECIAL.get(c, c) for c in wide if not c.isspace())
    if len(_cache) < 20_000:
        _cache[char] = form
    return form


_BOUNDS = "≥≧⩾≤≦⩽<>＜＞=＝"
_LONGEST_NAME = 200  # between < and > on one line
_AT_LEAST = re.compile(r"(?:[≥≧⩾]|[>＞]\s*[=＝])[=＝]?(?=\s*[\d０-９])")
_AT_MOST = re.compile(r"(?:[≤≦⩽]|[<＜]\s*[=＝])[=＝]?(?=\s*[\d０-９])")
_OVER = re.compile(r"[>＞](?=\s*[\d０-９])")
_UNDER = re.compile(r"[<＜](?=\s*[\d０-９])")


def _bound(raw: str, at: int) -> str | None:
    """The words for a sign before a number, so that 合格率≥95% is read as 合格率不低于95% is; None: it is no bound.

    A `<` that a `>` closes on the same line is a bracket: <2016年工作要点>.
    """
    if raw[at] in "=＝":
        signed = at and (_AT_LEAST.match(raw, at - 1) or _AT_MOST.match(raw, at - 1))
        return "" if signed else None
    for pattern, words in ((_AT_LEAST, "不低于"), (_AT_MOST, "不高于")):
        if pattern.match(raw, at):
            return words
    first, last = max(0, at - _LONGEST_NAME), min(len(raw), at + _LONGEST_NAME)
    line_start = max(raw.rfind("\n", first, at), raw.rfind("。", first, at), first - 1) + 1
    line_end = min(e for e in (raw.find("\n", at, last), raw.find("。", at, last), last) if e >= 0)
    if _OVER.match(raw, at) and not re.search("[<＜]", raw[line_start:at]):
        return "超过"
    if _UNDER.match(raw, at) and not re.search("[>＞]", raw[at:line_end]):
        return "低于"
    return None


def squeeze(text: str) -> str:
    """Half-width without white space: the form in which quotes are compared."""
    return "".join(unicodedata.normalize("NFKC", text or "").split())


@dataclass(frozen=True)
class SourceText:
    """`chars[i]` came from `raw[at[i]]`; `gaps[i]` says what white space stood before it."""

    raw: str
    chars: str
    at: array[int]
    gaps: bytearray
    skips: tuple[tuple[int, int], ...] = ()  # what stands between pages: their numbers, running heads

    def indented(self, i: int) -> bool:
        """Whether white space stands between chars[i] and the line break before it."""
        where = self.at[i]
        return where > 0 and self.raw[where - 1] not in _LINE_ENDS

    def raw_range(self, start: int, end: int) -> tuple[int, int]:
        """The range of the original text behind chars[start:end]."""
        if start >= end:
            where = self.at[start] if start < len(self.at) else len(self.raw)
            return where, where
        return self.at[start], self.at[end - 1] + 1

    def verbatim(self, start: int, end: int) -> str:
        """The original text behind chars[start:end], white space left out except between Latin words.

        A page's number or head in the middle of it is left out.
        """
        first, last = self.raw_range(start, end)
        pieces, place = [], first
        for a, b in self.skips:
            if first < b and a < last:
                pieces.append(self.raw[place:a])
                place = b
        return _spaced("".join([*pieces, self.raw[place:last]]))

    def quote(self, start: int, end: int) -> str:
        """As `verbatim`, with a page's number kept: what can be found in the text, white space apart."""
        return self.printed(*self.raw_range(start, end))

    def printed(self, first: int, last: int) -> str:
        """raw[first:last] without its white space."""
        return _spaced(self.raw[first:last])


def _spaced(piece: str) -> str:
    """A piece of the original without its white space, except between Latin words."""
    words = piece.split()
    text = words[0] if words else ""
    for word in words[1:]:
        latin = text[-1].isascii() and text[-1].isalpha() and word[0].isascii() and word[0].isalpha()
        text += (" " if latin else "") + word
    return text


_SPACED_NUMBER = re.compile(
    r"(?m)^[ \u3000\u00a0]*(?P<n>[一二三四五六七八九十]{1,3}|[0-9]{1,2})(?P<gap>[ \u3000\u00a0])[ \u3000\u00a0]*"
    r"[\u4e00-\u9fff]{4,20}[ \u3000\u00a0]*\r?$"
)
_IN_ORDER = "一二三四五六七八九十"


def _spaced_numbers(raw: str) -> frozenset[int]:
    """Where a space stands for the 、 behind the numbers of headings, in order: 一 总体要求, 二 重点任务; 1 总体目标."""
    places: set[int] = set()
    found = list(_SPACED_NUMBER.finditer(raw))
    for of_kind, order in (
        ([m for m in found if not m["n"].isdecimal()], list(_IN_ORDER)),
        ([m for m in found if m["n"].isdecimal()], [str(n) for n in range(1, 21)]),
    ):
        numbers = [m["n"] for m in of_kind]
        if len(numbers) >= 3 and numbers == order[: len(numbers)]:
            places.update(m.start("gap") for m in of_kind)
    return frozenset(places)


# The title of a document stands within its first characters.
_LONGEST_HEAD = 1500


_TITLE_LINE = re.compile(
    rf"(?![第(（\d]|[一二三四五六七八九十]+、)(?=.*(?:[省市县区州旗国部局]|关于|20\d\d|十[三四五六]五)).{{4,40}}(?:{DOCUMENT_KIND})(?:[(（].*[)）])?"
)


def _is_title(line: str, places: list[tuple[int, int]], opening: Counter[str]) -> bool:
    """Whether a line beside the number of a page says again what a line of the document's head says."""
    plain = "".join(line.split())
    here = sum(a < _LONGEST_HEAD for a, _ in places)
    return opening[plain] > here and _TITLE_LINE.fullmatch(plain) is not None


def _between_pages(raw: str) -> tuple[tuple[int, int], ...]:
    """Where numbers of pages stand on lines of their own, and running heads: the line beside most of them."""
    numbers = [m.span() for m in _PAGE_MARK.finditer(raw)]
    if len(numbers) < 2:
        return tuple(numbers)
    beside: dict[tuple[int, str], list[tuple[int, int]]] = {}
    for start, end in numbers:
        before, after = raw.rfind("\n", 0, max(0, start - 1)) + 1, raw.find("\n", end + 1)
        for side, a, b in ((0, before, start - 1), (1, end + 1, after if after >= 0 else len(raw))):
            line = raw[max(a, 0) : b].strip()
            if 2 <= len(line) <= 40 and not re.search("[。；，、：:]", line):
                beside.setdefault((side, line), []).append((a, b))
    opening = Counter("".join(line.split()) for line in raw[:_LONGEST_HEAD].split("\n"))
    heads = [
        p
        for (_, line), places in beside.items()
        if len(places) >= max(2, len(numbers) // 2) or _is_title(line, places, opening)
        for p in places
    ]
    return tuple(sorted({*numbers, *heads}))


def normalise(raw: str) -> SourceText:
    """Fold a text into its canonical string with the map back to the original."""
    chars: list[str] = []
    at = array("l")
    gaps = bytearray()
    gap = LINE_BREAK
    known = _cache
    skips = _between_pages(raw)
    marks = iter([*skips, (len(raw), len(raw))])
    mark, mark_end = next(marks)
    spaced = _spaced_numbers(raw)
    for where, char in enumerate(raw):
        if where >= mark:
            if where < mark_end:
                continue
            mark, mark_end = next(marks)
        form = _bound(raw, where) if char in _BOUNDS else known.get(char)
        if where in spaced:
            form = "、"
        if form is None:
            form = fold(char)
        if not form:
            continue
        if form == "\n":
            gap = LINE_BREAK
            continue
        if form == " ":
            gap = max(gap, SPACE)
            continue
        for piece in form:
            chars.append(piece)
            at.append(where)
            gaps.append(gap)
            gap = NO_GAP
    folded = "".join(chars)
    _unfold(folded, gaps)
    return _labels_as_words(SourceText(raw, folded, at, gaps, skips))


# A text with no more lines than this and longer than that has lost its line breaks: what is left of them are spaces.
_FLAT_LINES, _FLAT_LENGTH = 3, 300
_NUMBERED_LINE = re.compile(r"\d{1,2}(?:[.、．](?!\d)|(?:\.\d{1,2}){1,2}[\u4e00-\u9fff])")


# 第一条 实施…, 1. 紧盯…, 目 录: what stands before such a space is no line.
_ONLY_A_MARK = re.compile(
    r"第[一二三四五六七八九十\d]{1,3}(?:[章节条篇]|部分)|[一二三四五六七八九十]{1,3}[、.]|\d{1,2}[.、．]|\([一二三四五六七八九十\d]{1,3}\)|."
)


def _unfold(chars: str, gaps: bytearray) -> None:
    """Take the spaces of a page that was folded into one line for the line breaks that they were."""
    if len(chars) < _FLAT_LENGTH or gaps.count(LINE_BREAK) > _FLAT_LINES:
        return
    begin = 0
    for i in range(1, len(chars)):
        if gaps[i] == LINE_BREAK:
            begin = i
        if gaps[i] != SPACE or (i - begin < 8 and _ONLY_A_MARK.fullmatch(chars, begin, i)):
            continue
        before, after = chars[i - 1], chars[i]
        if after.isdecimal():
            ends = before in "。；：！)" or _NUMBERED_LINE.match(chars, i) is not None
        else:
            ends = not before.isdecimal() and after not in "%‰"
        if ends:
            gaps[i], begin = LINE_BREAK, i


_BRACKETED_LABEL = re.compile(rf"\((?P<label>{DUTY_LABEL}|{OTHER_LABEL})\)：?")


def _labels_as_words(text: SourceText) -> SourceText:
    """【责任单位】市质监局 reads as 责任单位：市质监局; 省质监局（牵头单位） stays as it is."""
    found = [
        m
        for m in _BRACKETED_LABEL.finditer(text.chars)
        if text.gaps[m.start()] == LINE_BREAK or text.raw[text.at[m.start()]] not in "（("
    ]
    if not found:
        return text
    chars, at, gaps, place = [], array("l"), bytearray(), 0
    for match in found:
        label = match.start("label"), match.end("label")
        for a, b in ((place, match.start()), label):
            chars.append(text.chars[a:b])
            at.extend(text.at[a:b])
            gaps.extend(text.gaps[a:b])
        gaps[len(at) - (label[1] - label[0])] = text.gaps[match.start()]
        chars.append("：")
        at.append(text.at[match.end() - 1])
        gaps.append(NO_GAP)
        place = match.end()
    chars.append(text.chars[place:])
    at.extend(text.at[place:])
    gaps.extend(text.gaps[place:])
    return SourceText(text.raw, "".join(chars), at, gaps, text.skips)
