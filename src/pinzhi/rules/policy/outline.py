"""The tree of headings: numbered ones from their marks, un-numbered titled paragraphs as p1, p2, …

A heading may stand on its own line, run on into its text ("（一）改革标准供给体系。加快…"), or be glued to the end
of what stands before it ("…省商务厅）4．民族特色消费品。").
"""

from __future__ import annotations

import re
from bisect import insort
from dataclasses import dataclass, field, replace

from .blocks import Paragraph, space_within
from .lexicon import (
    BACKGROUND_TITLE,
    DOING_TITLE,
    DUTY_LABEL,
    FIELD_TITLE,
    GOAL_TITLE,
    OTHER_LABEL,
    SAFEGUARD_TITLE,
    TASK_TITLE,
)
from .model import Path
from .text import SourceText
from .tokens import RANK, HeadingMark, heading_mark

TITLE_LIMIT = 45
_GLUE = re.compile(
    r"(?<=[。)！])(?=(?:第[一二三四五六七八九十]{1,3}[章节]|[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)"
    r"|\d{1,2}[.、：][^\d]))"
)
_AFTER_TITLE = re.compile(r"(?=\([一二三四五六七八九十]{1,3}\)|(?<![\d.])\d{1,2}[.、][^\d])")
_DATE = re.compile(
    r"\(?(?:\d{4}|[二一][〇零○O0][一二三四五六七八九〇零○O0]{2})年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日\)?(?:印发)?$"
)
_APPENDIX = re.compile(r"附(?:件|表|录)(?:\d{1,2}|[一二三四五六七八九十]{1,2})?(?:：|$|[.、])")
_TRAILER = re.compile(
    r"扫一扫|相关(?:文件|解读|稿件|链接|新闻|附件|政策|阅读|文章)|打印|关闭|分享|附件下载|版权"
    r"|主办单位|主办：|承办：|网站|责任编辑|上一篇|下一篇|抄送|抄报|\(?此件|信息来源|来源："
    r"|【|\(联系人"
)
_BOX = re.compile(r"专栏(?:\d|[一二三四五六七八九十])")
_CUT_LABEL = re.compile(rf"\(?(?:{DUTY_LABEL}|{OTHER_LABEL})：")


@dataclass(eq=False)
class Node:
    """A heading with its own paragraphs. `start`..`title_end` is the heading as printed."""

    number: Path
    style: str
    ordinal: int
    title: str
    start: int
    title_end: int
    parent: Node | None
    role: str = "tasks"
    children: list[Node] = field(default_factory=list)
    own: list[Paragraph] = field(default_factory=list)
    inline: bool = False

    @property
    def depth(self) -> int:
        return len(self.number)

    def walk(self) -> list[Node]:
        """This node and all below it, in the order of the text."""
        found = [self]
        for child in sorted(self.children, key=lambda n: n.start):
            found.extend(child.walk())
        return found


@dataclass(frozen=True)
class Outline:
    """The root holds what stands outside all headings; `body` is where the first heading begins."""

    root: Node
    nodes: list[Node]
    body: int
    pieces: list[Paragraph]


def role_of(title: str, parent: Node | None) -> str:
    """What kind of section a title announces; otherwise its parent's kind."""
    if parent is not None and parent.role == "background":
        return "background"
    if (
        BACKGROUND_TITLE.search(title)
        and len(title) <= 24
        and not TASK_TITLE.search(title)
        and not DOING_TITLE.match(title)
    ):
        return "background" if parent is None or parent.depth <= 1 else parent.role
    if GOAL_TITLE.search(title) and len(title) <= 24 and not re.search(r"任务|措施|举措|保障", title):
        return "goals"
    if re.search(r"^(?:\S{0,6})目标(?:和要求)?$", title) and len(title) <= 10:
        return "goals"
    if parent is not None and parent.depth > 0:
        return parent.role
    if (
        re.search(r"(?:目标|指标)$", title)
        and len(title) <= 18
        and not re.search(r"任务|措施|考核|责任", title)
    ):
        return "goals"
    if SAFEGUARD_TITLE.search(title):
        return "safeguards"
    return "fields" if FIELD_TITLE.search(title) else "tasks"


def title_extent(text: SourceText, start: int, end: int) -> tuple[int, bool]:
    """Where a heading's title ends in chars[start:end], and whether text follows it in the paragraph."""
    chars = text.chars
    near = min(end, start + 200)  # no title is as long as that
    cut = _CUT_LABEL.search(chars, start, near)
    limit = cut.start() if cut else near
    bracket = re.compile(r"\([^()]*(?:\([^()]*\)[^()]*)*\)").search(chars, start, limit)
    stop = limit
    quoted = 0
    for i in range(start, min(limit, start + 70)):
        char = chars[i]
        if char in "“《(":
            quoted += 1
        elif char in "”》)":
            quoted = max(0, quoted - 1)
        elif quoted == 0 and (char in "。；！" or (char == "：" and i - start <= 30)):
            stop = i
            break
    if stop - start <= TITLE_LIMIT:
        gap = space_within(text, start + 1, min(stop, start + 26))
        if gap is not None and text.gaps[gap] == 1 and not re.search("[，、]", chars[start:gap]):
            rest = chars[gap:stop]
            if stop < limit and gap - start >= 4 and (len(rest) > 16 or "，" in rest):
                stop = gap
    if stop - start > TITLE_LIMIT:
        gap = space_within(text, start + 1, min(stop, start + 26))
        if (
            gap is not None
            and text.gaps[gap] == 1
            and gap - start >= 4
            and not re.search("[，]", chars[start:gap])
        ):
            return gap, True
        comma = re.compile("[，；。]").search(chars, start, stop)
        stop = comma.start() if comma else min(stop, start + 60)
    if bracket and start < bracket.start() < stop and re.search(
        r"局|厅|委|办|部|牵头|负责|配合|单位", bracket.group()
    ) and bracket.end() >= stop - 1:  # fmt: skip
        stop = bracket.start()
    while stop > start and chars[stop - 1] in "，、：；-":
        stop -= 1
    return stop, stop < end - 1


def _ranks(marks: list[HeadingMark]) -> dict[str, int]:
    """The nesting order, turned round where a document counts its chapters 1, 2, 3 above （一）."""
    ranks = dict(RANK)
    if not marks:
        return ranks
    first = marks[0].style
    if any(m.style in ("cn", "chapter", "part") for m in marks) or first not in ("num", "pnum"):
        return ranks
    higher = [m for m in marks if RANK[m.style] < RANK[first]]
    if sum(1 for m in higher if m.ordinal == 1) >= 2 or (higher and marks.index(higher[0]) == 1):
        ranks[first] = -1
    return ranks


def _right_behind(text: SourceText, mark: HeadingMark, end: int) -> list[int]:
    """Where a heading stands right behind the title of the one above it: 三、保障措施（一）加强领导。"""
    if mark.style not in ("chapter", "section", "cn", "pcn"):
        return []
    stop, _ = title_extent(text, mark.end, end)
    early = _AFTER_TITLE.search(text.chars, mark.end + 2, min(end, mark.end + 30))
    if early is None or early.start() > stop or re.search("[，。；、]", text.chars[mark.end : early.start()]):
        return []
    return [early.start()]


def _split_glued(text: SourceText, para: Paragraph, last: dict[str, int]) -> list[Paragraph]:
    """Cut a paragraph before headings that were glued into it; ordinals must go on from the last ones."""
    chars = text.chars
    if para.mark:
        last[para.mark.style] = para.mark.ordinal
    cuts: list[tuple[int, HeadingMark]] = []
    places = [m.start() for m in _GLUE.finditer(chars, para.start + 1, para.end)]
    if para.mark:
        places.extend(_right_behind(text, para.mark, para.end))
    places = sorted(set(places))
    for place in places:
        mark = heading_mark(chars, place)
        if mark is None or mark.end >= para.end or not "\u4e00" <= chars[mark.end] <= "\u9fff":
            if (
                mark is None
                or mark.end >= para.end
                or not re.match("[“《]|20\\d\\d年", chars[mark.end : mark.end + 5])
            ):
                continue
        if chars.count("(", para.start, place) > chars.count(")", para.start, place):
            continue
        known = last.get(mark.style)
        if mark.ordinal != 1 and (known is None or mark.ordinal != known + 1):
            continue
        if (
            mark.ordinal == 1
            and mark.style == "num"
            and chars[place - 1] == "。"
            and "2." not in chars[place : para.end]
        ):
            if known is not None and not para.mark:
                continue
        end_of_title = re.compile("[。：]").search(chars, mark.end, para.end)
        apart = space_within(text, mark.end, min(para.end, mark.end + 30)) is not None  # 一、目标 到2020年，…
        if not apart and (end_of_title.start() if end_of_title else para.end) - mark.end > TITLE_LIMIT + 25:
            continue
        last[mark.style] = mark.ordinal
        cuts.append((place, mark))
        for behind in _right_behind(text, mark, para.end):
            if behind not in places:
                insort(places, behind)  # the loop comes to it next
    pieces, start, own = [], para.start, para.mark
    for place, mark in cuts:
        pieces.append(Paragraph(start, place, own, para.cells))
        start, own = place, mark
    pieces.append(Paragraph(start, para.end, own, para.cells))
    return pieces


def _without_contents(text: SourceText, paras: list[Paragraph]) -> list[Paragraph]:
    """Drop a table of contents: the headings after 目录 up to where the first of them comes again."""
    for i, para in enumerate(paras):
        if text.chars[para.start : para.end] in ("目录", "目次"):
            rest = paras[i + 1 :]
            if not rest:
                break
            first = re.sub(r"[.·…\d\-]+$", "", text.chars[rest[0].start : rest[0].end])
            for j in range(1, len(rest)):
                if first and text.chars[rest[j].start : rest[j].end].startswith(first):
                    return paras[:i] + rest[j:]
    return paras


def build_outline(text: SourceText, paras: list[Paragraph]) -> Outline:
    """The tree of numbered headings with the paragraphs that belong to each."""
    chars = text.chars
    paras = _without_contents(text, paras)
    last: dict[str, int] = {}
    pieces = [piece for para in paras for piece in _split_glued(text, para, last)]
    ranks = _ranks([p.mark for p in pieces if p.mark])
    root = Node((), "root", 0, "", 0, 0, None, role="tasks")
    stack: list[Node] = [root]
    body = len(chars)
    boxed = listing = False
    for piece in pieces:
        line = chars[piece.start : piece.end]
        mark = piece.mark
        if (
            _APPENDIX.match(line)
            or (_DATE.match(line) and piece.end - piece.start < 20)
            or (_TRAILER.match(line) and len(stack) > 1 and piece.end > 0.5 * len(chars))
        ):
            stack, boxed = [root], False
            listing = bool(re.match(r"附件：?1[.、]", line))
        elif listing and mark is not None and mark.style == "num" and "。" not in line and len(line) <= 60:
            root.own.append(piece)  # 附件：1.… 2.…: a list of what is attached
            continue
        elif mark is not None:
            listing = False
        if _BOX.match(line):
            boxed = True
        if mark is not None and boxed and mark.style in ("num", "pnum", "circ", "dec", "dec3", "dec4"):
            mark = None
        if mark is None or mark.end >= piece.end or piece.cells:
            stack[-1].own.append(replace(piece, boxed=True) if boxed else piece)
            continue
        boxed = False
        styles = [node.style for node in stack]
        if mark.style in styles:
            del stack[styles.index(mark.style) :]
        else:
            while len(stack) > 1 and ranks.get(stack[-1].style, 99) > ranks[mark.style]:
                stack.pop()
        parent = stack[-1]
        stop, more = title_extent(text, mark.end, piece.end)
        title = (
            text.verbatim(mark.end, stop).strip("“”")
            if stop - mark.end < 2
            else text.verbatim(mark.end, stop)
        )
        node = Node(
            (*parent.number, mark.printed), mark.style, mark.ordinal, title, piece.start, stop, parent
        )
        node.role = role_of("".join(title.split()), parent if parent is not root else None)
        node.inline = more
        parent.children.append(node)
        stack.append(node)
        body = min(body, piece.start)
        node.own.append(Paragraph(stop, piece.end))
    nodes = [n for n in root.walk() if n is not root]
    return Outline(root, nodes, body, pieces)
