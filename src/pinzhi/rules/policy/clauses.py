"""Sentences and clauses: where the phrase that belongs to a number begins and ends."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

from .phrases import VERBAL_NOUN
from .quantities import Quantity

_OPEN, _CLOSE = "(“《", ")”》"
# No more of a clause is looked at, and a sentence that goes on and on is cut: it is no prose.
LONGEST, LONGEST_SENTENCE = 220, 900
_PAIR = dict(zip(_OPEN, _CLOSE, strict=True))


def sentences(chars: str, start: int, end: int) -> list[tuple[int, int]]:
    """chars[start:end] cut at 。！？； outside of brackets and quotes (where these are closed within 300 characters)."""
    found, begin, depth, opened = [], start, 0, start
    for i in range(start, end):
        char = chars[i]
        if char in _OPEN:
            depth += 1
            opened = i
        elif char in _CLOSE:
            depth = max(0, depth - 1)
        elif char in "。！？；":
            if depth and i - opened > 300:
                depth = 0
            if depth == 0 or (char == "。" and chars[opened] != "("):
                found.append((begin, i))
                begin, depth = i + 1, 0
        elif char in "，、" and i - begin > LONGEST_SENTENCE:
            found.append((begin, i))
            begin, depth = i + 1, 0
    if begin < end:
        found.append((begin, end))
    return [(a, b) for a, b in found if b > a]


_MARK = re.compile(r"[()“”《》，：]")


@lru_cache(maxsize=8)
def _marks(chars: str, start: int, end: int) -> tuple[list[int], str]:
    """Where the marks that open, close or end clauses stand in chars[start:end], and which they are."""
    found = [m.start() for m in _MARK.finditer(chars, start, end)]
    return found, "".join(chars[i] for i in found)


def _left(marks: tuple[list[int], str], at: int, start: int) -> int:
    depth = 0
    where, which = marks
    for n in range(bisect_left(where, at) - 1, -1, -1):
        if where[n] < start:
            break
        char = which[n]
        if char in _CLOSE:
            depth += 1
        elif char in _OPEN:
            if depth == 0:
                if char == "(":
                    return where[n] + 1
            else:
                depth -= 1
        elif depth == 0:
            return where[n] + 1
    return start


def _right(marks: tuple[list[int], str], at: int, end: int) -> int:
    depth = 0
    where, which = marks
    for n in range(bisect_left(where, at), len(where)):
        if where[n] >= end:
            break
        char = which[n]
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            if depth == 0:
                if char == ")":
                    return where[n]
            else:
                depth -= 1
        elif depth == 0:
            return where[n]
    return end


def clause_around(chars: str, at: int, start: int, end: int) -> tuple[int, int]:
    """The clause of chars[start:end] in which `at` stands; commas in brackets and quotes do not end it."""
    left, right = _whole_clause(chars, at, start, end)
    return max(left, at - LONGEST), min(right, at + LONGEST)


def _whole_clause(chars: str, at: int, start: int, end: int) -> tuple[int, int]:
    marks = _marks(chars, start, end)
    return _left(marks, at, start), _right(marks, at, end)


def quoted(chars: str, at: int, start: int) -> bool:
    """Whether `at` stands inside “…” or 《…》 that was opened after `start`."""
    for opening, closing in (("“", "”"), ("《", "》")):
        last = chars.rfind(opening, start, at)
        if last >= 0 and chars.find(closing, last, at) < 0 and chars.find(closing, at, at + 60) >= 0:
            return True
    return False


# 选派100名专家服务1000家企业 counts both.
_SERVES = re.compile(r"^[^，、的]{2,12}(?P<verb>服务|帮扶|辅导|结对|带动|走访)(?:企业)?$")


def conjunction_cut(between: str) -> tuple[int, int] | None:
    """Between two numbers of one clause: where the first one's phrase ends and the second one's begins.

    "…2个、省级实验室5个" is cut before 、; "3个国家级实验室、5个省级…" after the last 、. None: nothing separates them.
    """
    if not between:
        return None
    for mark in ("以及", "、", "，", "和", "及", "与", "并"):
        if between.startswith(mark):
            return 0, len(mark)
    serves = _SERVES.search(between)
    if serves:
        return serves.start("verb"), serves.start("verb")
    depth = 0
    best: tuple[int, int] | None = None
    for i, char in enumerate(between):
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth = max(0, depth - 1)
        elif depth == 0:
            if char == "、":
                best = (i, i + 1)
            elif char in "和及与并" and between[i - 1 : i + 1] not in (
                "共和",
                "总和",
                "饱和",
                "温和",
                "涉及",
                "普及",
                "以及",
                "参与",
            ):
                if best is None or between[best[0]] != "、" or len(between) - i <= 6:
                    best = (i, i + 1)
    return best


def phrases(chars: str, found: Sequence[Quantity], start: int, end: int) -> list[tuple[int, int, str]]:
    """For each quantity its phrase and what it is to its neighbours: "own", "attribute" or "nounless"."""
    rows: list[tuple[int, int, str]] = []
    bounds = [_whole_clause(chars, q.start, start, end) for q in found]
    for i, quantity in enumerate(found):
        left, right = bounds[i]
        role = "own"
        if i and bounds[i - 1] == bounds[i]:
            before = chars[found[i - 1].end : quantity.start]
            tells_which = (
                len(rows) > 1
                and rows[-2][2] == "keeps"
                and _OVER.fullmatch(chars[found[i - 2].end : found[i - 1].start])
            )
            if before in ("、", "和", "及", "与", "，", "以及", "或") and not tells_which:
                role = "nounless"
            cut = conjunction_cut(before)
            if cut is not None:
                left = found[i - 1].end + cut[1]
            elif rows[-1][2] == "attribute":
                left = rows[-1][0]
        if i + 1 < len(found) and bounds[i + 1] == bounds[i]:
            after = chars[quantity.end : found[i + 1].start]
            cut = conjunction_cut(after)
            if cut is not None:
                right = quantity.end + cut[0]
            else:
                behind = chars[found[i + 1].end : bounds[i][1]]
                role = _which_is_attribute(quantity, found[i + 1], after, role, behind)
                if role == "own":
                    right = bounds[i][1]
                elif role == "keeps" and (behind.startswith("的") or _OVER.fullmatch(after)):
                    right = _end_of_noun(chars, found, bounds, i + 1)
                else:
                    right = found[i + 1].start
        left = max(_past_bracket(chars, left, quantity.start), quantity.start - LONGEST)
        right = min(right, quantity.end + LONGEST)
        if i and rows[-1][2] == "keeps" and bounds[i - 1] == bounds[i]:
            role = "attribute"
        if (
            role == "attribute"
            and rows
            and rows[-1][2] != "attribute"
            and chars[found[i - 1].end : quantity.start] in ("、", "和", "及", "与", "或")
            and found[i - 1].unit == quantity.unit
        ):
            left = rows[-1][0]
            rows[-1] = (*rows[-1][:2], "attribute")  # 超过1000亿元、500亿元的企业: both tell which
        rows.append((left, right, role))
    return [(a, b, "own" if role == "keeps" else role) for a, b, role in rows]


def _end_of_noun(
    chars: str, found: Sequence[Quantity], bounds: Sequence[tuple[int, int]], attribute: int
) -> int:
    """Where the noun behind an attribute ends: at the clause's end, or before the next number's phrase."""
    after = attribute + 1
    if after >= len(found) or bounds[after] != bounds[attribute]:
        return bounds[attribute][1]
    cut = conjunction_cut(chars[found[attribute].end : found[after].start])
    return found[attribute].end + cut[0] if cut else found[after].start


def _which_is_attribute(first: Quantity, second: Quantity, between: str, role: str, after: str) -> str:
    """年产值超100亿元的…2家 counts 2; 推动3家企业产值突破100亿元 counts 3; 由80%提高到90% wants 90."""
    money = second.unit.endswith(("元", "亿", "万")) or second.kind in ("percent", "points", "time")
    if (
        first.kind == "count"
        and not first.unit.endswith("元")
        and money
        and not between.startswith(("的", "级"))
    ):
        if after.startswith("的"):
            return "keeps"  # 3个年产值超500亿元的产业集群 counts what follows
        if any(word in between for word in ("超", "达", "突破", "以上", "增长", "提高")) and not any(
            word in between for word in ("率", "占比", "比重", "度达", "指数")
        ):
            return "keeps"
    if _TAKES_PART.match(between) and after.startswith(("的", "国家的", "地区的", "城市的")):
        return "keeps"  # 组织30家企业参加10个国家的展会 counts the firms
    return "attribute" if role == "own" or first.unit.endswith("元") else role


_TAKES_PART = re.compile(r"[^，、]{0,12}?(?:企业|单位|机构|组织|商户|品牌)(?:参加|参与|赴|进入|走进)")


# 5个超500亿元、10个超百亿元的产业集群: the money belongs to what is counted.
_OVER = re.compile(r"(?:年?(?:产值|产量|收入|销售额?|营业收入|主营业务收入|营收))?(?:超过?|达到?|突破|过)")

_NAMED = re.compile(r"“[^“”]*”|《[^《》]*》|\([^()]*\)")


@lru_cache(maxsize=256)
def unquoted(text: str) -> str:
    """The text with names in quotes and brackets blanked out: 创建 in “全国知名品牌创建示范区” is no verb."""
    blank = _NAMED.sub(lambda m: "□" * len(m[0]), text)
    return VERBAL_NOUN.sub(lambda m: "□" * len(m[0]), blank)


def _past_bracket(chars: str, left: int, at: int) -> int:
    """A clause does not begin with the bracket that closed the sentence before: （省质监局负责）每年…"""
    if left < at and chars[left] == "(":
        depth = 0
        for i in range(left, at):
            depth += (chars[i] == "(") - (chars[i] == ")")
            if depth == 0:
                return i + 1
    return left
