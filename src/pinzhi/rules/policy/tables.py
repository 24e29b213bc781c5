"""Tables in a plan: indicators with their years, and tasks with their units.

A table reaches the reader as lines with tabs or bars, as lines with wide gaps (PDF), or cell by cell (portals).
Of an indicator table the goal columns count (2025年), not the base (2020年, 现状值, 基期). Example row:
"农业标准化普及率 | % | 62 | ≥70 | 预期性".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from .blocks import lines_of
from .lexicon import DUTY_LABEL
from .model import Path, Target
from .quantities import find_quantities
from .text import NO_GAP, SourceText
from .tokens import heading_mark

Cell = tuple[int, int]
_NAME = re.compile(r"指标|项目名称|名称$|目标名称|内容$")
TASK_WORD = re.compile(r"任务|工作|措施|事项|内容|项目|举措")
_UNIT = re.compile(r"^(?:计量)?单位$")
YEAR = re.compile(r"(20\d\d)年?")
_BASE = re.compile(r"基期|现状|实际|完成情况|现值|基数|基础|已达|目前|起始")
_GOAL = re.compile(r"目标|规划|预期值|指标值")
_REGION = re.compile(
    r"^(?:地区|区域|市州|县区|县市区|市别|地市|地级市|设区市|[市州县区乡镇、()]{2,9}|(?:市|州|县|区|地区|单位)(?:名称|别))$"
)
# What a column counts, with its unit: 名牌产品(个).
_COUNTED = re.compile(r"^[^，。：]{2,24}\((?:单位：)?(?:[%‰]|[\u4e00-\u9fff/]{1,6})\)$")
_HEADER_WORD = re.compile(
    rf"^(?:序号|编号|类别|类型|领域|维度|一级指标|二级指标|三级指标|分类|属性|指标属性|备注|性质"
    rf"|[^，。]{{0,10}}指标[^，。]{{0,6}}|单位|计量单位|(?:到|至)?20\d\d年?(?:\([^()]*\))?(?:目标值?"
    rf"|实际值?|基数|现状值?|基期值?|规划值?|预期值?|完成值?)?|(?:目标|现状|基期|规划|预期|实际)值?(?:\([^()]*\))?"
    rf"|年均[^，。]{{0,8}}|[“\"]?十[三四五]五[”\"]?[^，。]{{0,6}}|责任[^，。]{{0,4}}|{DUTY_LABEL}"
    rf"|(?:工作|主要|年度|具体|预期|任务|阶段)目标(?:任务|要求)?|(?:重点)?项目(?:名称)?|(?:主要|项目)?建设(?:内容|规模|地点|单位|期限|年限|性质)(?:及规模)?|(?:项目|计划)?总?投资(?:额)?(?:\([^()]*\))?"
    rf"|(?:重点|主要|具体)?工作|(?:重点|主要|具体|工作)?(?:工作)?(?:任务|措施|事项|内容|举措|要求)(?:名称|内容)?|时间安排|完成期限|进度安排|完成时限|时间节点"
    rf"|完成时间|时限要求|进度要求)$"
)
_VALUE = re.compile(
    r"^(?:\[)?(?P<more>新增|净增|增加|新建)?(?P<sign>累计|合计|≥|>=|>|》=?|≤|<=|<|《=?|不低于|不少于|不高于|不超过|超过|达到|达|大于"
    r"|小于|约|控制在|保持在?|稳定在|维持在|提高到|提升到|提升至|提高至|降至|下降到|突破|高于|低于)?\(?(?P<a>\d{1,3}(?:，\d{3})+|\d+(?:\.\d+)?)%?(?:(?:-{1,2}|~)(?P<b>\d+(?:\.\d+)?))?(?P<unit>%"
    r"|‰|(?!以上|以内|以下|左右)[\u4e00-\u9fff]{1,4}?)?(?P<after>以上|以内|以下|左右)?\)?(?:\(累计\))?(?:\])?$"
)
_SIGNS = {
    "≥": ">=",
    ">=": ">=",
    ">": ">",
    "》": ">",
    "》=": ">=",
    "≤": "<=",
    "<=": "<=",
    "<": "<",
    "《": "<",
    "《=": "<=",
    "不低于": ">=",
    "不少于": ">=",
    "不高于": "<=",
    "不超过": "<=",
    "超过": ">",
    "达到": ">=",
    "达": ">=",
    "大于": ">",
    "小于": "<",
    "约": "~",
    "控制在": "<=",
    "降至": "<=",
    "下降到": "<=",
    "突破": ">",
    "高于": ">",
    "低于": "<",
    **dict.fromkeys(("保持", "保持在", "稳定在", "维持在", "提高到", "提高至", "提升到", "提升至"), ">="),
}


_FRESH = re.compile(
    r"新增|净增|新(?:建|培育|培养|认定|获|注册|创建|创|发展|引进|设|打造|组建|申报|落户|入选|制定|开展)"
)


@dataclass(frozen=True)
class Table:
    """Rows of cells; the first row is the header. `above` is what stood over a column in a row before it: 目标值."""

    start: int
    end: int
    rows: tuple[tuple[Cell, ...], ...]
    above: tuple[str, ...] = ()

    def texts(self, chars: str, row: int) -> list[str]:
        return [chars[a:b] for a, b in self.rows[row]]


def _cells(text: SourceText, start: int, end: int) -> tuple[list[Cell], bool]:
    """The cells of a printed line and whether tabs or bars set them apart."""
    cuts = [start]
    barred = False
    for i in range(start + 1, end):
        if text.gaps[i] == NO_GAP and text.chars[i] != "|":
            continue
        between = text.raw[text.at[i - 1] + 1 : text.at[i]]
        if "\t" in between:
            barred = True
        if text.gaps[i] != NO_GAP:
            cuts.append(i)
    if "|" in text.chars[start:end]:
        barred = True
        bars = [i for i in range(start, end) if text.chars[i] == "|"]
        edges = [start - 1, *bars, end]
        cells = [(a + 1, b) for a, b in pairwise(edges)]
        if cells and cells[0][1] <= cells[0][0]:
            cells = cells[1:]
        if cells and cells[-1][1] <= cells[-1][0]:
            cells = cells[:-1]
        return cells, True
    if barred:
        tabs = [i for i in cuts if i > start and "\t" in text.raw[text.at[i - 1] + 1 : text.at[i]]]
        edges = [start, *tabs, end]
        return list(pairwise(edges)), True
    return list(zip(cuts, [*cuts[1:], end], strict=True)), False


def _is_header(texts: list[str]) -> bool:
    if len(texts) < 2:
        return False
    if any(_REGION.match(t) for t in texts[:2]) and sum(bool(_COUNTED.match(t)) for t in texts) >= max(
        1, len(texts) - 3
    ):
        return True
    known = sum(bool(_HEADER_WORD.match(t)) for t in texts)
    duty = any(re.fullmatch(DUTY_LABEL, t) for t in texts)
    goal = any(YEAR.match(t) or _GOAL.search(t) for t in texts)
    name = any(_NAME.search(t) for t in texts) or (duty and any(TASK_WORD.search(t) for t in texts))
    return known >= 2 and known * 3 >= len(texts) * 2 and name and (duty or goal)


_YEAR_CELL = re.compile(
    r"(?:到|至)?20\d\d年?(?:\([^()]*\))?(?:目标值?|实际值?|基数|现状值?|基期值?|规划值?|预期值?|完成值?)?"
)


def _two_row_header(
    text: SourceText, first: tuple[Cell, ...], second: Cell
) -> tuple[tuple[Cell, ...], tuple[str, ...]] | None:
    """One header out of two rows: years in the second row stand below 目标值, 年度目标 or nothing in the first."""
    chars = text.chars
    below, _ = _cells(text, *second)
    names = [chars[a:b] for a, b in below]
    years = [bool(_YEAR_CELL.fullmatch(n)) for n in names]
    above = [chars[a:b] for a, b in first]
    if not any(years):
        return None
    if len(below) == len(first):  # merged cells were written out: what has a year below it is that year
        same = all(year or name == top for year, name, top in zip(years, names, above, strict=True))
        head = tuple(b if year else a for a, b, year in zip(first, below, years, strict=True))
        return (head, tuple(above)) if same else None
    if not all(years):
        return None
    heads = [i for i, t in enumerate(above) if _GOAL.search(t) or _BASE.search(t) or "年" in t]
    if len(heads) == len(below):
        return tuple(below[heads.index(i)] if i in heads else c for i, c in enumerate(first)), tuple(above)
    if len(heads) == 1:
        at = heads[0]
        over = (*above[:at], *[above[at]] * len(below), *above[at + 1 :])
        return (*first[:at], *below, *first[at + 1 :]), over
    return None


_MOST_LINES_IN_A_ROW = 12


def _rows_joined(chars: str, lines: list[Cell]) -> list[Cell]:
    """The lines, where a row between bars that is broken inside its cells is one: | 2 | 县农业局⏎县环保局 | 年底 |."""
    found: list[Cell] = []
    i = 0
    while i < len(lines):
        start, end = lines[i]
        last = i
        if chars[start] == "|" and chars[end - 1] != "|":
            for j in range(i + 1, min(i + _MOST_LINES_IN_A_ROW, len(lines))):
                if chars[lines[j][0]] == "|":
                    break
                if chars[lines[j][1] - 1] == "|":
                    last = j
                    break
        found.append((start, lines[last][1]))
        i = last + 1
    return found


def find_tables(text: SourceText) -> list[Table]:
    """The tables of the text: those whose header names indicators with goals, or tasks with units."""
    lines = _rows_joined(text.chars, lines_of(text))
    tables: list[Table] = []
    i = 0
    while i < len(lines):
        cells, barred = _cells(text, *lines[i])
        texts = [text.chars[a:b] for a, b in cells]
        if len(cells) >= 3 and _is_header(texts):
            above: tuple[str, ...] = ()
            rows, j = [tuple(cells)], i + 1
            if barred and j < len(lines):
                joined = _two_row_header(text, rows[0], lines[j])
                if joined is not None:
                    (head, above), j = joined, j + 1
                    rows = [head]
            while j < len(lines):
                row, row_barred = _cells(text, *lines[j])
                line = text.chars[slice(*lines[j])]
                if row_barred and _is_header([text.chars[a:b] for a, b in row]):
                    break
                if barred and not row_barred:
                    if len(row) == 1 and _groups_rows(text, lines, j, len(cells)):
                        j += 1
                        continue
                    break
                if not barred and (len(row) < 3 or "。" in line or not re.search(r"\d", line)):
                    break
                if not re.fullmatch(r"[|\-：+]+", line):
                    rows.append(tuple(row))
                j += 1
            if len(rows) > 1:
                tables.append(Table(lines[i][0], lines[j - 1][1], tuple(rows), above))
                i = j
                continue
        stacked = _stacked(text, lines, i) if len(cells) == 1 else None
        if stacked is not None:
            table, i = stacked
            tables.append(table)
            continue
        i += 1
    return tables


def _groups_rows(text: SourceText, lines: list[Cell], j: int, width: int) -> bool:
    """Whether a line of one cell inside a table names the rows below it: 一、推动标准化与科技创新互动发展."""
    line = text.chars[slice(*lines[j])]
    limit = 40 if heading_mark(text.chars, lines[j][0]) else 14
    if len(line) > limit or j + 1 >= len(lines) or "。" in line:
        return False
    below, barred = _cells(text, *lines[j + 1])
    texts = [text.chars[a:b] for a, b in below]
    return barred and 2 <= len(below) <= width and not _is_header(texts)


def _stacked(text: SourceText, lines: list[Cell], i: int) -> tuple[Table, int] | None:
    """A table printed cell by cell: header words on lines of their own, then the cells in order."""
    chars = text.chars
    width = 0
    while (
        i + width < len(lines)
        and width < 9
        and _HEADER_WORD.match(chars[slice(*lines[i + width])])
        and len(_cells(text, *lines[i + width])[0]) == 1
        and not heading_mark(chars, lines[i + width][0])
    ):
        width += 1
    header = [chars[slice(*lines[i + k])] for k in range(width)]
    if width < 3 or not _is_header(header):
        return None
    rows = [tuple(lines[i : i + width])]
    j = i + width
    while j + width <= len(lines):
        row = lines[j : j + width]
        texts = [chars[slice(*c)] for c in row]
        numbered = header[0] in ("序号", "编号")
        if numbered and not re.fullmatch(r"\d{1,2}|[一二三四五六七八九十]{1,3}", texts[0]):
            break
        if any(len(t) > 120 for t in texts) or not any(re.search(r"\d", t) for t in texts):
            break
        if not numbered and heading_mark(chars, row[0][0]):
            break
        rows.append(tuple(row))
        j += width
    if len(rows) < 2:
        return None
    return Table(lines[i][0], lines[j - 1][1], tuple(rows)), j


def column_of(header: list[str], pattern: re.Pattern[str]) -> int | None:
    return next((i for i, t in enumerate(header) if pattern.search(t)), None)


def table_targets(
    text: SourceText, table: Table, at: Path, issue_year: int | None, default_year: int | None
) -> list[Target]:
    """The goals of an indicator table, one for each row and goal column."""
    chars = text.chars
    header = table.texts(chars, 0)
    names = [
        i
        for i, t in enumerate(header)
        if _NAME.search(t) and not YEAR.search(t) and "属性" not in t and not _GOAL.search(t)
    ]
    unit_at = column_of(header, _UNIT)
    by_task: list[int] | None = None
    if any(re.fullmatch(DUTY_LABEL, t) for t in header) and not any("指标" in header[i] for i in names):
        by_task = _value_columns(chars, table, header)
        named_at = [i for i in range(min(by_task, default=0)) if i != unit_at and not _BASE.search(header[i])]
        if not named_at or re.fullmatch(f"{DUTY_LABEL}|序号|编号|类别", header[named_at[-1]]):
            return []  # tasks, read as such
        names = named_at[-1:]
    if not names:
        return _by_region(text, table, at, default_year)
    name_at = names[-1]
    columns: list[tuple[int, int | None, bool]] = []
    years = {i: int(m[1]) for i, t in enumerate(header) if (m := YEAR.search(t)) and i != name_at}
    named = sorted(years.values())
    in_turn = len(named) >= 3 and all(
        b - a == 1 for a, b in pairwise(named)
    )  # 2018 | 2019 | 2020: goals year by year
    for i, printed in enumerate(header):
        over = table.above[i] if i < len(table.above) else ""
        title = printed if over == printed else over + printed
        if i in (name_at, unit_at) or _BASE.search(title) or (by_task is not None and i not in by_task):
            continue
        if i in years:
            first = min(years.values())
            base = years[i] < (issue_year or 0) or (
                len(years) > 1
                and years[i] == first
                and not _GOAL.search(title)
                and not (in_turn and (issue_year is None or first >= issue_year))
                and not any(_BASE.search(t) for t in header)
                and (issue_year is None or years[i] <= issue_year)
            )
            if not base:
                columns.append((i, years[i], False))
        elif _GOAL.search(title) or re.match(r"年均", title):
            columns.append((i, default_year, title.startswith("年均")))
    found = []
    for number in range(1, len(table.rows)):
        row = table.rows[number]
        shift = len(header) - len(row)
        if shift > name_at or shift < 0:
            continue
        for column, year, yearly in columns:
            target = _cell_target(
                text, row, name_at - shift, None if unit_at is None else unit_at - shift, column - shift, at
            )
            if target is not None:
                kind = "per_year" if yearly or "年均" in target.indicator else target.kind
                found.append(Target(**{**target.__dict__, "by_year": year, "kind": kind}))
    return found


def _range(value: float, other: str | None) -> tuple[float, float | None]:
    """A value and, of a range, its upper end, whichever is printed first."""
    top = float(other) if other else value
    return min(value, top), None if top == value else max(value, top)


def is_value(content: str) -> bool:
    """Whether a cell holds a value alone: ≥94.5, 20%以上."""
    return _VALUE.match(content) is not None


def _value_columns(chars: str, table: Table, header: list[str]) -> list[int]:
    """The columns of a task table that set values year by year or as 目标值 and hold little else."""
    found = []
    for i, title in enumerate(header):
        if not (YEAR.search(title) or _GOAL.search(title)) or _BASE.search(title):
            continue
        cells = [chars[slice(*row[i])] for row in table.rows[1:] if len(row) == len(header)]
        if cells and 2 * sum(map(is_value, cells)) >= len(cells):
            found.append(i)
    return found


def _by_region(text: SourceText, table: Table, at: Path, default_year: int | None) -> list[Target]:
    """A row a region, a column a goal: 地区 | 名牌产品(个) | 监督抽查合格率(%)."""
    chars = text.chars
    header = table.texts(chars, 0)
    place = column_of(header, _REGION)
    about = chars[max(0, table.start - 60) : table.start] + "".join(header)
    if place is None or not re.search("目标|任务|指标|分解|计划", about):
        return []
    found = []
    for row in table.rows[1:]:
        if len(row) != len(header) or not re.search("[\u4e00-\u9fff]", chars[slice(*row[place])]):
            continue
        for column in range(place + 1, len(header)):
            name, year = header[column], YEAR.search(header[column])
            if re.search("备注|合计|小计|属性", name) or _BASE.search(name):
                continue
            match = _VALUE.match(chars[slice(*row[column])])
            unit = re.search(r"\((?:单位：)?([%‰]|[\u4e00-\u9fff/]{1,8})\)$", name)
            if match is None or not (unit or match["unit"] or "%" in chars[slice(*row[column])]):
                continue
            region = chars[slice(*row[place])]
            said = unit[1] if unit else match["unit"] or "%"
            plain = name[: unit.start()] if unit else name
            after = {"以上": ">=", "以内": "<=", "以下": "<=", "左右": "~"}.get(match["after"] or "")
            start, end = row[place][0], row[column][1]
            found.append(
                Target(
                    text.quote(start, end), region + plain, after or _SIGNS.get(match["sign"] or "", "="),
                    *_range(float(match["a"].replace("，", "")), match["b"]), said,
                    int(year[1]) if year else default_year, "increment" if "新增" in plain else "level", at,
                    *text.raw_range(start, end),
                )
            )  # fmt: skip
    return found


def _cell_target(
    text: SourceText, row: tuple[Cell, ...], name_at: int, unit_at: int | None, value_at: int, at: Path
) -> Target | None:
    chars = text.chars
    if not 0 <= value_at < len(row) or name_at >= len(row):
        return None
    value_cell, name_cell = row[value_at], row[name_at]
    content, name = chars[slice(*value_cell)], chars[slice(*name_cell)]
    match = _VALUE.match(content)
    if match is None or not re.search("[\u4e00-\u9fff]", name):
        quantities = find_quantities(chars, *value_cell)
        if len(quantities) != 1 or quantities[0].kind == "bare":
            return None
        q = quantities[0]
        value, top, unit, sign = q.value, q.value_max, q.unit, q.bound or ("=" if q.value_max else ">=")
    else:
        value = float(match["a"].replace("，", ""))
        value, top = _range(value, match["b"])
        unit = match["unit"] or ("%" if "%" in content else "")
        after = {"以上": ">=", "以内": "<=", "以下": "<=", "左右": "~"}.get(match["after"] or "")
        sign = after or _SIGNS.get(match["sign"] or "", "=")
    if not unit and unit_at is not None and 0 <= unit_at < len(row):
        unit = chars[slice(*row[unit_at])]
    inside = re.search(r"\((?:单位：)?([%‰]|[\u4e00-\u9fff/]{1,8})\)$", name)
    if not unit and inside:
        unit = inside[1]
    unit = "" if unit in ("-", "--", "/", "无") else {"百分点": "个百分点"}.get(unit, unit)
    start, end = min(name_cell[0], value_cell[0]), max(name_cell[1], value_cell[1])
    plain = name[: inside.start()] if inside else name
    fresh = match is not None and match["more"]
    kind = "increment" if fresh or _FRESH.search(plain) else "level"
    return Target(
        text.quote(start, end), plain, sign, value, top, unit, None, kind, at, *text.raw_range(start, end)
    )
