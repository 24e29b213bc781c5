"""Un-numbered titled paragraphs: p1, p2, … under the heading that they follow.

"发展个性定制标准。紧扣个性消费…（省质监局、经信委按职责分工落实）" is a task of its own, though it has no number.
"""

from __future__ import annotations

import re

from .blocks import Paragraph
from .duties import DutyReader
from .lexicon import DUTY_LABEL, OTHER_LABEL
from .outline import Node, Outline
from .text import SourceText

_NO_TITLE = re.compile(
    r"^(?:各(?!类)|要(?!素)|应(?!对|急|用)|凡|到20|20\d\d|当前|目前|近年|其中|同时|此外|另外|对于|本|具体|上述"
    r"|以上|下一步|[一二三四五六七八九十]是|为|我[省市县区州]|全[省市县区州]|总体|原则上|力争|注|附|抄送|联系)"
)
_SENTENCE_SIGN = re.compile(
    r"(?<![一二三四五六七八九十])是(?!非)|年内|全覆盖$|[，；：、](?=.*[，；：、])|[；：]|(?:必须|应当|不得|不再|取得|明显|达到|已经)"
)
_DUTY_ONLY = re.compile(rf"^\(?(?:{DUTY_LABEL}|{OTHER_LABEL})：")
# 行动一：链主企业领航。 is titled by what follows its number.
_NUMBERED = re.compile(
    r"(?:行动|任务|工程|专项|举措|项目|重点)(?:\d{1,2}|[一二三四五六七八九十]{1,3})[：、.]"
)
_BULLET = re.compile(r"^(?:-{1,3}|•|·)+")


def _title(text: SourceText, para: Paragraph) -> tuple[int, int, bool] | None:
    """The title's range in a paragraph, and whether the title is the whole line; None where there is none."""
    chars = text.chars
    start, end = para.start, para.end
    bullet = _BULLET.match(chars[start:end])
    if bullet:
        start += bullet.end()
    line = chars[start:end]
    if not line or _DUTY_ONLY.match(line) or para.cells or _NO_TITLE.match(line):
        return None
    numbered = _NUMBERED.match(line)
    if numbered:
        ends = re.compile("[。；]").search(line, numbered.end())
        last = ends.start() if ends else len(line)
        if last - numbered.end() <= 30 and not re.search("，.*，", line[:last]):
            return start, start + last, last >= len(line) - 1
    stop = line.find("。")
    colon = line.find("：")
    if 3 <= colon <= 16 and (stop < 0 or colon < stop) and not re.search(r"[，、；(]", line[:colon]):
        return start, start + colon, False
    if stop < 0 or (stop >= len(line) - 1):
        bare = re.sub(r"\([^()]*\)$", "", line).rstrip("。")
        if 4 <= len(bare) <= 25 and stop < 0 and not re.search(r"[，；：。！]|20\d\d年", bare):
            return start, start + len(bare), True
        return None
    title = line[:stop]
    if not 4 <= len(title) <= 30 or _SENTENCE_SIGN.search(title) or len(line) - stop < 12:
        return None
    if "，" in title and len(title) > 24:
        return None
    return start, start + stop, False


def _ordinal_title(text: SourceText, para: Paragraph, duties: DutyReader) -> tuple[int, int, bool] | None:
    """一是推动标准升级。…（责任单位：…） is a task of its own when somebody answers for just this paragraph."""
    line = text.chars[para.start : para.end]
    ordinal = re.match(r"[一二三四五六七八九十]是", line)
    if ordinal is None or not duties.find(para.start, para.end):
        return None
    stop = re.compile("[。；]").search(line, ordinal.end())
    end = stop.start() if stop else len(line)
    if end - ordinal.end() > 30:
        comma = re.compile("[，：]").search(line, ordinal.end(), end)
        end = comma.start() if comma else ordinal.end() + 30
    return (para.start + ordinal.end(), para.start + end, False) if end - ordinal.end() >= 4 else None


def add_titled_paragraphs(text: SourceText, outline: Outline, duties: DutyReader) -> None:
    """Hang the titled paragraphs under their headings as nodes of style "p"."""
    plans: list[tuple[Node, list[tuple[int, tuple[int, int, bool]]], int]] = []
    nodes = outline.nodes or [outline.root]
    for node in nodes:
        if node.role in ("goals", "background") or (node.children and node.style == "root"):
            continue
        first_child = min((c.start for c in node.children), default=len(text.chars))
        found: list[tuple[int, tuple[int, int, bool]]] = []
        bodies = 0
        for i, para in enumerate(node.own):
            own_line = i == 0 and para.start == node.title_end
            if own_line or para.start > first_child or para.end - para.start < 4 or para.boxed:
                continue
            line = text.chars[para.start : para.end]
            if _DUTY_ONLY.match(line):
                continue
            bodies += 1
            title = _title(text, para) or _ordinal_title(text, para, duties)
            if title is None:
                continue
            if title[2]:
                follower = node.own[i + 1] if i + 1 < len(node.own) else None
                counted = _NUMBERED.match(text.chars, para.start, para.end)
                if follower is None or (_title(text, follower) is not None and not _has_body(text, follower)):
                    continue
                if follower.end - follower.start < 25 and not counted:
                    continue
            found.append((i, title))
        if found:
            plans.append((node, found, bodies))
    settled = sum(1 for _, found, _ in plans if len(found) >= 2)
    for node, found, bodies in plans:
        with_duties = sum(bool(duties.find(node.own[i].start, node.own[i].end)) for i, _ in found)
        if len(found) >= 2 and (len(found) * 2 >= bodies or with_duties >= 2):
            pass
        elif not (settled and (with_duties or len(found) == bodies)) and not (
            with_duties and len(found) == bodies and bodies > 1
        ):
            continue
        if node.style == "root" and not with_duties and len(found) < 3:
            continue
        _hang(text, node, found)


def _has_body(text: SourceText, para: Paragraph) -> bool:
    return para.end - para.start >= 25


def _hang(text: SourceText, node: Node, found: list[tuple[int, tuple[int, int, bool]]]) -> None:
    own = node.own
    first = found[0][0]
    kept = own[:first]
    starts = [i for i, _ in found]
    first_child = min((c.start for c in node.children), default=len(text.chars))
    rows: list[Node] = []
    for order, (i, (start, stop, _)) in enumerate(found, 1):
        last = starts[order] if order < len(starts) else len(own)
        title = text.verbatim(start, stop)
        row = Node((*node.number, f"p{order}"), "p", order, title, own[i].start, stop, node, node.role)
        row.own = [Paragraph(stop, own[i].end), *[p for p in own[i + 1 : last] if p.start < first_child]]
        kept.extend(p for p in own[i + 1 : last] if p.start >= first_child)
        rows.append(row)
    node.own = kept
    node.children.extend(rows)
