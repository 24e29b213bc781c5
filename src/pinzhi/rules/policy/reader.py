"""Reading a policy document: from text or bytes to a Reading."""

from __future__ import annotations

import re
from dataclasses import replace

from .blocks import paragraphs_of
from .conduct import conduct_rules
from .duties import DutyList, DutyReader
from .head import read_head
from .loading import text_of
from .model import ConductRule, DocumentHead, Measure, Path, Reading, Section, Target, reading_to_json
from .outline import Node, Outline, build_outline, title_extent
from .tables import Table, find_tables, table_targets
from .targets import Context, read_paragraph
from .taskrows import task_rows
from .text import LINE_BREAK, SourceText, normalise, squeeze
from .titled import add_titled_paragraphs
from .years import year_of_plan, years_in

__all__ = ["read_bytes", "read_text", "reading_to_json"]


# What a title must hold to be read for goals.
_COUNTS = re.compile(
    r"\d|[一二两三四五六七八九十](?:个|家|项|次|成|分之)|[百千](?:个|家|项|件|名|户|场)以上|翻番|翻倍|减半"
)


def read_text(text: str) -> Reading:
    """Read a document's text. Never raises on any text; a row whose quote is not verbatim is dropped."""
    source = normalise(text)
    tables = find_tables(source)
    paras = paragraphs_of(source, [(t.start, t.end) for t in tables])
    outline = build_outline(source, paras)
    duties = DutyReader(source)
    add_titled_paragraphs(source, outline, duties)
    head = read_head(source, paras, outline)
    targets, rules = _goals(source, outline, head)
    measures = _measures(source, outline, duties)
    for table in tables:
        more_targets, more_measures = _from_table(source, outline, head, duties, table, targets)
        targets = sorted([*targets, *more_targets], key=lambda t: (t.start, t.end))
        measures.extend(more_measures)
    plain = squeeze(text)
    return Reading(
        document=head,
        sections=tuple(_sections(source, outline)),
        targets=tuple(t for t in targets if squeeze(t.quote) in plain and t.quote),
        measures=tuple(measures),
        rules=tuple(r for r in rules if squeeze(r.quote) in plain),
    )


def read_bytes(data: bytes, name: str) -> Reading:
    """Read a file's bytes (txt, html, docx, pdf by its name and its first bytes). Raises ReadingError."""
    return read_text(text_of(data, name))


def _sections(source: SourceText, outline: Outline) -> list[Section]:
    rows = []
    for node in outline.root.walk()[1:]:
        if node.style != "p":
            start, end = source.raw_range(node.start, node.title_end)
            rows.append(Section(node.number, node.title, node.role, start, end))
    return rows


def _issue_year(source: SourceText, outline: Outline, head: DocumentHead) -> int | None:
    """The year from which on a year can be a goal: of the signature, else of the newest document cited."""
    if head.issued_on:
        return int(head.issued_on[:4])
    if head.doc_number:
        match = re.search(r"〔(\d{4})〕", head.doc_number)
        if match:
            return int(match[1])
    cited = [int(m[1]) for n in head.basis_numbers if (m := re.search(r"〔(\d{4})〕", n))]
    titled = [int(y) for y in re.findall(r"(20\d\d)年?[-—–－~～至]", squeeze(head.title or ""))]
    plan = re.search("十([二三四五六])五", head.title or "")
    if plan:
        titled.append({"二": 2011, "三": 2016, "四": 2021, "五": 2026, "六": 2031}[plan[1]])
    force = re.search(r"自(20\d\d)年\d{1,2}月\d{1,2}日(?:之日)?起", source.chars)
    known = [*cited, *titled[:1], *([int(force[1])] if force else [])]
    return max(known) if known else None


def _goals(
    source: SourceText, outline: Outline, head: DocumentHead
) -> tuple[list[Target], list[ConductRule]]:
    issue_year = _issue_year(source, outline, head)
    targets: list[Target] = []
    rules: list[ConductRule] = []
    carried: dict[tuple[str, ...], int | None] = {}
    titled: dict[Path, int] = {}
    for node in outline.root.walk():
        top = node.number[:1]
        if top and node.number[0][:1] == "（":
            top = ()  # （一）总体目标 （二）具体目标 with nothing above them speak of one year
        year = _titled_year(source, node, issue_year)
        if year is not None:
            titled[node.number] = year
        above = [titled[p] for p in (node.number[:n] for n in range(node.depth, 0, -1)) if p in titled]
        ranges = [(p.start, p.end) for p in sorted(node.own, key=lambda p: p.start) if not p.cells]
        mark_end = node.title_end - len(normalise(node.title).chars)
        if node.role != "background" and _COUNTS.search(source.chars, mark_end, node.title_end):
            ranges.insert(0, (max(node.start, mark_end), node.title_end))
        for start, end in ranges:
            if end <= start:
                continue
            year = carried.get(top) if node.role == "goals" else None
            if above and (node.role == "goals" or start <= node.title_end):
                year = above[0]
            context = Context(node.number, node.role, issue_year, year)
            if node.style == "root" and end - start < 400 and not _is_body(source, outline, start, end):
                continue
            found, year = read_paragraph(source, start, end, context)
            targets.extend(found)
            if node.role == "goals" and year is not None:
                carried[top] = year
            if start >= node.title_end:
                rules.extend(conduct_rules(source, start, end, node.number))
    ends = year_of_plan(normalise(head.title or "").chars, issue_year)
    if ends is not None:
        targets = [t if t.by_year is not None else replace(t, by_year=ends) for t in targets]
    return sorted(targets, key=lambda t: (t.start, t.end)), rules


def _titled_year(source: SourceText, node: Node, issue_year: int | None) -> int | None:
    """The year that a heading names for what stands below it: （一）2018年目标."""
    if not node.depth:
        return None
    named = [y for y in years_in(source.chars, node.start, node.title_end, issue_year) if not y.base]
    return named[-1].year if named and named[-1].year >= (issue_year or 0) else None


def _from_table(
    source: SourceText,
    outline: Outline,
    head: DocumentHead,
    duties: DutyReader,
    table: Table,
    known: list[Target],
) -> tuple[list[Target], list[Measure]]:
    """The goals and tasks of one table; it belongs to the heading under which it stands."""
    before = [n for n in outline.nodes if n.start < table.start and n.style != "p"]
    node = before[-1] if before else outline.root
    if any(
        re.match(r"附(?:件|表)", source.chars[p.start : p.end]) and p.start < table.start
        for p in outline.root.own
        if p.start > node.start
    ):
        node = outline.root
    issue_year = _issue_year(source, outline, head)
    years = [t.by_year for t in known if t.by_year is not None]
    caption = source.chars[max(0, table.start - 60) : table.start]
    named = years_in(caption, 0, len(caption), issue_year)
    default = named[-1].year if named else (max(set(years), key=years.count) if years else None)
    targets = table_targets(source, table, node.number, issue_year, default)
    measures = []
    for row in task_rows(source, table, duties):
        at = (*node.number, row.number)
        context = Context(at, "tasks", issue_year, _due(source, row.when, issue_year))
        for cell, year in row.said:
            dated = context if year is None else replace(context, carried_year=year)
            targets.extend(read_paragraph(source, *cell, dated)[0])
        stop, _ = title_extent(source, row.task[0], row.task[1])
        roles: dict[str, list[str]] = {"lead": [], "support": [], "responsible": []}
        for role, a, b in row.units:
            roles[role].append(source.verbatim(a, b))
        start, end = source.raw_range(row.task[0], stop)
        measures.append(
            Measure(
                at, source.verbatim(row.task[0], stop), tuple(roles["lead"]), tuple(roles["support"]),
                tuple(roles["responsible"]), start, end, (source.raw_range(row.start, row.end),),
            )
        )  # fmt: skip
    return targets, measures


def _due(source: SourceText, when: tuple[int, int] | None, issue_year: int | None) -> int | None:
    """The year that a table's cell sets as a deadline: 2026年底, and 2026年12月 as well."""
    if when is None:
        return None
    named = years_in(source.chars, *when, issue_year)
    printed = re.findall(r"20\d\d(?=年)", source.chars[slice(*when)])
    return named[-1].year if named else int(printed[-1]) if printed else None


def _is_body(source: SourceText, outline: Outline, start: int, end: int) -> bool:
    """Outside all headings only sentences count; heads, addressees and signatures hold no goals."""
    return "。" in source.chars[start:end] or not outline.nodes


def _measures(source: SourceText, outline: Outline, duties: DutyReader) -> list[Measure]:
    rows: list[Measure] = []
    nodes = outline.root.walk()[1:]
    held = {id(node): _duty_lists(source, node, duties) for node in nodes}
    for node in _group_lines(source, nodes, held):
        last = max(node.children, key=lambda n: n.start)
        held[id(node)], held[id(last)] = held[id(last)], []
    for node in nodes:
        fields = _fields_of(source, node)
        held[id(node)].extend(duty for child in fields for duty in held[id(child)])
        if fields:
            nodes = [n for n in nodes if n not in fields]
    for node in nodes:
        lists = held[id(node)]
        if node.role == "background" or (node.role == "goals" and not lists):
            continue  # a goal that somebody answers for is a task as well
        if node.depth == 1 and node.children and not lists:
            continue
        by_role: dict[str, list[str]] = {"lead": [], "support": [], "responsible": []}
        for duty in lists:
            for role, a, b in duty.units:
                name = source.verbatim(a, b)
                if name not in by_role[role]:
                    by_role[role].append(name)
        start, end = source.raw_range(node.start, node.title_end)
        spans = tuple(source.raw_range(d.start, d.end) for d in lists)
        rows.append(
            Measure(
                node.number, node.title, tuple(by_role["lead"]), tuple(by_role["support"]),
                tuple(by_role["responsible"]), start, end, spans,
            )
        )  # fmt: skip
    return rows


_FIELD = re.compile(
    r"(?:工作|主要|行动|重点|具体|推进|任务|目标|实施|年度|完成)*(?:目标|任务|措施|举措|内容|要求|步骤|时限|时间|进度|安排"
    r"|责任(?:单位|部门|分工|主体)?|牵头(?:单位|部门)|配合单位|分工|单位)(?:及(?:时限|分工|进度))?"
)


def _field_name(source: SourceText, node: Node) -> str:
    """What a sub-heading calls itself; 2.责任单位：省质监局 has no title but its label."""
    title = "".join(node.title.split())
    if title or not node.own:
        return title
    label = _FIELD.match(source.chars, node.title_end)
    return label[0] if label and source.chars.startswith("：", label.end()) else ""


def _fields_of(source: SourceText, node: Node) -> list[Node]:
    """Sub-headings that only name the fields of one task: 1.目标 2.措施 3.责任单位."""
    titles = [_field_name(source, child) for child in node.children]
    if len(titles) < 2 or not all(_FIELD.fullmatch(t) for t in titles):
        return []
    return list(node.children) if any(re.search("责任|牵头|分工", t) for t in titles) else []


def _group_lines(source: SourceText, nodes: list[Node], held: dict[int, list[DutyList]]) -> list[Node]:
    """Headings whose units stand below the last of several tasks, none of which has units of its own.

    On a line of their own, or behind a label where the heading and all its tasks are printed as one paragraph.
    """
    found = []
    for node in nodes:
        children = sorted(node.children, key=lambda n: n.start)
        if len(children) < 2 or held[id(node)] or any(c.children for c in children):
            continue
        if any(held[id(c)] for c in children[:-1]):
            continue
        last = children[-1]
        starts = {para.start for para in last.own if para.start != last.title_end}
        first = held[id(last)][0].start if held[id(last)] else -1
        on_one_line = LINE_BREAK not in source.gaps[node.start + 1 : max(first, node.start) + 1]
        if first in starts or (first >= 0 and on_one_line and source.chars[first] != "("):
            found.append(node)
    return [n for n in found if n.depth >= 2 or sum(m.depth == 1 for m in found) >= 2]


def _duty_lists(source: SourceText, node: Node, duties: DutyReader) -> list[DutyList]:
    found: list[DutyList] = []
    for para in sorted(node.own, key=lambda p: p.start):
        found.extend(duties.find(para.start, para.end))
    return found
