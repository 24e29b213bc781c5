"""Lines into paragraphs: which line breaks end a paragraph, and which only broke a word.

Portals and PDF files break lines anywhere ("聚\\n焦农畜产品"), in a title, in a list of units. A break is
taken as the end of a paragraph when what stands before it is complete or what follows begins something new.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .lexicon import DUTY_LABEL, UNIT_TAIL
from .text import LINE_BREAK, SPACE, SourceText
from .tokens import HeadingMark, heading_mark
from .units import is_agency

_BREAKS = re.compile(bytes([LINE_BREAK]))
_TERMINAL = "。！？"
_STARTS_NEW = re.compile(
    r"--|•|·|附件(?:\d|[一二三四五六七八九十：]|$)|附表|专栏|(?:索引号|发文字号|发布机构|成文日期|主题分类|信息来源)"
)
_NEVER_STARTS = "，。；：、）)”》%！？"
_DATE_LINE = re.compile(
    r"\(?(?:\d{4}|[二一][〇零○O0][一二三四五六七八九〇零○O0]{2})年(?:\d{1,2}|[一二三四五六七八九十]{1,2})月"
    r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})日\)?(?:印发)?$"
)
_LABEL_LINE = re.compile(rf"\(?(?:{DUTY_LABEL})[：]")
_LABEL_ENDS = re.compile(rf"[，；。)](?:{DUTY_LABEL})：$")
_UNIT_END = re.compile(rf"(?:{UNIT_TAIL})(?:等)?\)?$")
_UNIT_REST = re.compile(
    r"\([^()]{0,8}(?:管委会|办事处|局|委|办|中心|街道)\)(?:$|[、，；。])|(?:[市县区州]{1,2}人民政府|人民政府|政府|管委会|办公室|办公厅|委员会|局|厅|委|办)(?:$|[、，；。等])"
)
_GLUED_HEADING = re.compile(
    r"[。)](?:\([一二三四五六七八九十]{1,3}\)|[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]{1,3}[章节])[^，。；：、()]{2,20}$"
)
_SIGNER = re.compile(r"[^，。；、：]{4,30}(?:人民政府|办公厅|办公室|委员会|总局|厅|局|部|委)$")
# （省质监局、省商务厅负责） begins the line below the sentence that it ends.
_UNITS_BRACKET = re.compile(r"\([^，。；]{2,40}(?:局|厅|委|部|办|政府|单位|部门)[^。；]*$")
_NEW_SENTENCE = re.compile(
    r"(?:围绕|坚持|以|按照|深入|全面|为|到|各|加强|加快|推进|推动|建立|完善|实施|落实|充分|认真|积极|大力|严格|鼓励|支持|引导)"
)


@dataclass(frozen=True)
class Paragraph:
    """chars[start:end]; `mark` is set when it begins with a heading's number."""

    start: int
    end: int
    mark: HeadingMark | None = None
    cells: bool = False
    boxed: bool = False


def lines_of(text: SourceText) -> list[tuple[int, int]]:
    """The printed lines as ranges of chars."""
    if not text.chars:
        return []
    starts = [m.start() for m in _BREAKS.finditer(text.gaps)]
    if not starts or starts[0] != 0:
        starts.insert(0, 0)
    return list(zip(starts, [*starts[1:], len(text.chars)], strict=True))


def _full_lines(text: SourceText, lines: list[tuple[int, int]]) -> frozenset[int] | None:
    """Where the lines begin that fill the width at which a file hard-wraps, when it does: many end near one column.

    Counted in characters or in columns (two for a Chinese character, one for a digit), whichever is the more regular.
    """
    best: tuple[float, frozenset[int]] | None = None
    for measured, shortest, longest, near, step in (
        ([end - start for start, end in lines], 18, 60, (-2, -1, 0, 1), 2),
        ([_columns(text, *line) for line in lines], 36, 120, (-4, -3, -2, -1, 0, 1), 4),
    ):
        lengths = Counter(n for n in measured if n >= shortest)
        total = sum(lengths.values())
        if total < 12:
            continue
        width = max(lengths, key=lambda w: sum(lengths[w + d] for d in near))
        share = sum(lengths[width + d] for d in near) / total
        if share >= 0.5 and width <= longest and (best is None or share > best[0]):
            full = frozenset(line[0] for line, n in zip(lines, measured, strict=True) if n >= width - step)
            best = (share, full)
    return best[1] if best else None


def _columns(text: SourceText, start: int, end: int) -> int:
    first, last = text.raw_range(start, end)
    while first > 0 and text.raw[first - 1] in " \u3000\u00a0":
        first -= 1
    piece = text.raw[first:last]
    return len(piece) + sum(char > "\u2e7f" or char in "“”‘’—…" for char in piece)


def _inline_styles(chars: str, lines: list[tuple[int, int]]) -> dict[str, float]:
    """For each heading style the share of its lines that hold title and text on one line."""
    seen: dict[str, list[int]] = {}
    for start, end in lines:
        mark = heading_mark(chars, start)
        if mark:
            stop = chars.find("。", mark.end, end)
            seen.setdefault(mark.style, []).append(int(0 < stop < end - 1))
    return {style: sum(flags) / len(flags) for style, flags in seen.items()}


def _is_cells(text: SourceText, start: int, end: int) -> bool:
    """A row of a table: several cells apart by white space or bars, no sentence."""
    raw_start, raw_end = text.raw_range(start, end)
    return bool(re.search(r"\S[ \u3000]*(?:\t|\|)[ \u3000]*\S", text.raw[raw_start:raw_end]))


def _open_bracket(text: str) -> bool:
    """Whether a bracket opened within the last 300 characters is still open."""
    depth = 0
    for char in reversed(text[-300:]):
        if char == ")":
            depth += 1
        elif char == "(":
            if depth == 0:
                return True
            depth -= 1
    return False


def _ends_with_heading(chars: str, para: tuple[int, int]) -> bool:
    """Whether a heading without text was glued to a paragraph's end: …制定本意见。一、总体要求"""
    return _GLUED_HEADING.search(chars, max(para[0], para[1] - 40), para[1]) is not None


# No paragraph begins with these: 和3个省级…, 以上，…
_GOES_ON = re.compile(
    r"(?:和(?![谐平睦美田])|及(?!时|早|格)|与(?!会|时)|或(?!者有)|等(?!级|待)|的|以上|以内|以下(?!简称)|左右|个百分点)"
)


def _own_line(line: str) -> bool:
    """Whether a line stands alone as a heading or a label does: short, without a sentence's signs."""
    return len(line) <= 12 and not re.search("[，、；]", line)


def _joins(text: SourceText, para: tuple[int, int], line: tuple[int, int], filled: frozenset[int] | None,
           last_line: tuple[int, int], inline: dict[str, float]) -> bool:  # fmt: skip
    chars = text.chars
    a, b = chars[para[0] : para[1]], chars[line[0] : line[1]]
    if not b or not a:
        return False
    last, first = a[-1], b[0]
    if _is_cells(text, *last_line) or _is_cells(text, *line):
        return False
    if first in _NEVER_STARTS:
        return True
    opened = _open_bracket(a)
    if _DATE_LINE.match(b) or _STARTS_NEW.match(b) or (_LABEL_LINE.match(b) and not opened):
        return False
    mark = heading_mark(chars, line[0])
    full = filled is not None and last_line[0] in filled
    if mark and mark.style == "num" and full and last.isdecimal():
        return True  # GB/T 19001—201|6、GB 5296: a hard-wrapped line
    if mark and not (opened and mark.style in ("pnum", "circ")):
        return last == "(" or (mark.style == "num" and last == "第")
    if opened or last in "，、（(《“及和与":
        return True
    if last.isdecimal() and re.match(r"[\d.]{0,4}[年月%‰个家项件名万亿批户]", b) and not mark:
        return True  # 到2020|年, 1|0个: a number is cut, or cut from its unit
    if _GOES_ON.match(b) and last not in _TERMINAL and not _own_line(a):
        return True
    if last in _TERMINAL and not mark and full and _UNITS_BRACKET.match(b):
        return True
    if last in _TERMINAL or last == "；":
        return False
    if _LABEL_LINE.match(a) or re.search(rf"[。)](?:{DUTY_LABEL})：[^。]*$", a):
        cut_short = re.search("[、，：].$", a)  # 市财政局、市|发展改革委: one character is no unit
        if (
            last == "："
            or cut_short
            or not _UNIT_END.search(a)
            or (len(b) <= 12 and bool(_UNIT_REST.match(b)))
        ):
            return True
        if re.match(r"\(?(?:20\d\d|二[〇零○O0])", chars[line[1] : line[1] + 4]):
            return False  # a date follows: this is who signs
        if full and not text.indented(line[0]) and (b.endswith((")", "部门", "单位")) or len(b) <= 12):
            return True  # a hard-wrapped list
        return len(b) <= 80 and all(is_agency(name) for name in re.split("[、，]", b.rstrip("。")))
    if last == "：":
        return full and _LABEL_ENDS.search(a, max(0, len(a) - 16)) is not None
    if last == ")":
        inside = a[a.rfind("(") + 1 : -1]
        complete = bool(_UNIT_END.search(inside) or re.search(r"负责|落实|牵头|配合|下同|实施", inside))
        return not complete and "。" in a and not re.search(r"[。；]\([^()]*\)$", a)
    if _DATE_LINE.match(a) or (_SIGNER.match(b) and not re.search("[，。、]", a)):
        return False
    if _ends_with_heading(chars, para):
        return False
    own = heading_mark(chars, para[0])
    short = len(a) <= 45 and not re.search("[，。；]", a)
    if filled is not None:
        return full or "。" in a
    if own and "。" not in a and len(a) <= 45 and not ("，" in a and len(a) >= 30):
        if inline.get(own.style, 0.0) < 0.5:
            return False
        stop = b.find("。")
        indented = bool(
            text.raw[max(0, text.at[line[0]] - 2) : text.at[line[0]]].strip("\r\n")
        ) or _NEW_SENTENCE.match(b)
        return 0 <= stop <= 20 and len(a) + stop <= 45 and not indented
    if short and not own and (a.count("、") < 2 or _NEW_SENTENCE.match(b) or "。" not in b):
        return False
    return not (_SIGNER.match(b) and len(b) <= 25)


def paragraphs_of(text: SourceText, tables: Sequence[tuple[int, int]] = ()) -> list[Paragraph]:
    """The paragraphs in order, soft line breaks joined, what lies in `tables` left out.

    Headings that are glued together are split later.
    """
    lines = [line for line in lines_of(text) if not any(a <= line[0] < b for a, b in tables)]
    filled = _full_lines(text, lines)
    inline = _inline_styles(text.chars, lines)
    merged: list[tuple[int, int]] = []
    last_line = (0, 0)
    for line in lines:
        if merged and merged[-1][1] == line[0] and _joins(text, merged[-1], line, filled, last_line, inline):
            merged[-1] = (merged[-1][0], line[1])
        else:
            merged.append(line)
        last_line = line
    return [Paragraph(a, b, heading_mark(text.chars, a), _is_cells(text, a, b)) for a, b in merged]


def space_within(text: SourceText, start: int, end: int) -> int | None:
    """The first place in chars[start+1:end] before which white space was printed, that around numbers left out."""
    for i in range(start + 1, end):
        if text.gaps[i] >= SPACE and not (
            text.gaps[i] == SPACE
            and (text.chars[i].isdecimal() or text.chars[i - 1].isdecimal() or text.chars[i] in "%‰")
        ):
            return i
    return None
