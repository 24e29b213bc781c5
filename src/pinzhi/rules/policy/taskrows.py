"""The tasks of a table with 牵头单位 / 配合单位 / 责任单位 columns: who does what until when."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .duties import DutyReader
from .lexicon import DUTY_LABEL, ROLE_OF_LABEL
from .tables import TASK_WORD, YEAR, Cell, Table, column_of, is_value
from .text import SourceText

_GOAL_WORD = re.compile(r"目标|要求$|成效|预期")
_WHEN = re.compile(r"时限|时间|期限|进度")


_ORDINAL = re.compile(r"\d{1,3}|[一二三四五六七八九十]{1,3}")


def _printed(cell: str) -> str:
    """A task's number as printed in its row: 3, 三, （三）; empty where the cell holds something else."""
    inner = cell[1:-1] if cell[:1] == "(" and cell[-1:] == ")" else cell.rstrip(".、")
    if not _ORDINAL.fullmatch(inner):
        return ""
    return f"（{inner}）" if inner != cell.rstrip(".、") else inner


@dataclass(frozen=True)
class TaskRow:
    """A row of a task table: its printed number, its task cell, its units by role, the cell that says when.

    `said` are the cells that say what is to be done, each with the year that its column names; one that spans rows is
    read once.
    """

    number: str
    task: Cell
    units: tuple[tuple[str, int, int], ...]
    start: int
    end: int
    when: Cell | None = None
    said: tuple[tuple[Cell, int | None], ...] = ()


def _task_column(chars: str, table: Table, tasks: list[int]) -> int:
    """The column that names the tasks: of 任务 | 具体内容 the first, when each row has a name of its own there."""
    width = len(table.rows[0])
    names = [chars[slice(*row[tasks[0]])] for row in table.rows[1:] if len(row) == width]
    distinct = len(names) == len(table.rows) - 1 and len(set(names)) == len(names)
    return tasks[0] if distinct and all(2 <= len(n) <= 30 for n in names) else tasks[-1]


def task_rows(text: SourceText, table: Table, duties: DutyReader) -> list[TaskRow]:
    """The tasks of a table with 牵头单位 / 配合单位 / 责任单位 columns."""
    chars = text.chars
    header = table.texts(chars, 0)
    roles = {
        i: next(role for p, role in ROLE_OF_LABEL if p.search(t))
        for i, t in enumerate(header)
        if re.fullmatch(DUTY_LABEL, t)
    }
    tasks = [
        i
        for i, t in enumerate(header)
        if i not in roles and TASK_WORD.search(t) and not re.search("时限|时间|序号", t)
    ]
    if not roles or not tasks:
        return []
    found = []
    order = 0
    task_at = _task_column(chars, table, tasks)
    when_at = column_of(header, _WHEN)
    before: set[tuple[str, int | None]] = set()
    printed = [chars[slice(*row[0])] for row in table.rows[1:]]
    counted = len(set(printed)) == len(printed)  # a number that spans rows counts groups, not tasks
    for row in table.rows[1:]:
        shift = len(header) - len(row)
        if shift < 0 or shift > task_at:
            continue
        task = row[task_at - shift]
        if task[1] - task[0] < 2:
            continue
        order += 1
        first = chars[slice(*row[0])]
        number = _printed(first) if counted else ""
        units: list[tuple[str, int, int]] = []
        for column, role in roles.items():
            if 0 <= column - shift < len(row):
                a, b = row[column - shift]
                units.extend(duties.in_cell(a, b, role))
        when = row[when_at - shift] if when_at is not None and 0 <= when_at - shift < len(row) else None
        wanted = [
            i
            for i, t in enumerate(header)
            if i not in roles and i not in tasks and (_GOAL_WORD.search(t) or YEAR.fullmatch(t))
        ]
        # What a project is like and costs is not to be reached.
        told_in = [] if "项目" in header[task_at] else sorted([*tasks, *wanted])
        years = {i: int(m[1]) for i in told_in if i not in tasks and (m := YEAR.search(header[i]))}
        said = [(row[i - shift], years.get(i)) for i in told_in if 0 <= i - shift < len(row)]
        said = [(c, year) for c, year in said if not is_value(chars[slice(*c)])]
        told = tuple((c, year) for c, year in said if (chars[slice(*c)], year) not in before)
        before = {(chars[slice(*c)], year) for c, year in said}
        found.append(TaskRow(number or str(order), task, tuple(units), row[0][0], row[-1][1], when, told))
    return found
