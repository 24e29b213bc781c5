"""Values of the type `table`: a list of rows with named columns, from whatever form they come in.

Taken: a list of objects with the columns' names or titles (API, JSON Lines), the same as JSON text (a cell of CSV or
XLSX), and lines of text with cells parted by a bar or a tab (what a person types into one cell). Kept: a list of
objects, blank cells and blank rows left out, each cell in the kept form of its column.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pinzhi.kernel.registers.definitions import FieldDef
from pinzhi.kernel.registers.wrong import Texts, Wrong, WrongCells

#: Rows that a table takes where its definition names no limit.
MOST_ROWS = 500
_PARTED = re.compile(r"\s*[|｜\t]\s*")
_REQUIRED: Texts = ("必填", "is required", "请填写", "fill it in")

CleanCell = Callable[[FieldDef, Any], Any]


def columns_of(field: FieldDef) -> dict[str, FieldDef]:
    return {column.name: column for column in field.columns}


def read_rows(field: FieldDef, raw: Any) -> list[Mapping[str, Any]]:
    """The rows as objects by column name, nothing cleaned yet. Raises Wrong for what is no table at all."""
    if isinstance(raw, str):
        raw = _from_text(field, raw)
    if isinstance(raw, Mapping):
        raw = [raw]
    if not isinstance(raw, (list, tuple)):
        raise _no_table(field)
    named = {column.name for column in field.columns}
    rows: list[Mapping[str, Any]] = []
    for number, row in enumerate(raw, start=1):
        if not isinstance(row, Mapping):
            raise Wrong(
                f"第{number}行不是一行数据",
                f"row {number} is no row",
                *_shape(field),
            )
        rows.append(row if row.keys() <= named else _by_name(field, row, number))
    return rows


def _from_text(field: FieldDef, text: str) -> Any:
    if text.lstrip()[:1] in ("[", "{"):
        try:
            return json.loads(text, parse_float=str)
        except (ValueError, RecursionError):
            raise _no_table(field) from None
    names = [column.name for column in field.columns]
    rows = []
    for number, line in enumerate((line for line in text.splitlines() if line.strip()), start=1):
        # A line in the form of a table row may begin and end with the bar.
        cells = _PARTED.split(line.strip().strip("|｜"))
        if len(cells) > len(names):
            raise Wrong(
                f"第{number}行有{len(cells)}格，只有{len(names)}栏",
                f"row {number} has {len(cells)} cells, there are {len(names)} columns",
                *_shape(field),
            )
        rows.append({name: cell.strip() for name, cell in zip(names, cells, strict=False)})
    return rows


def _by_name(field: FieldDef, row: Mapping[Any, Any], number: int) -> Mapping[str, Any]:
    titles = {t: c.name for c in field.columns for t in (c.title.zh, c.title.en, c.name)}
    found: dict[str, Any] = {}
    for key, value in row.items():
        name = titles.get(str(key).strip())
        if name is None:
            raise Wrong(
                f"第{number}行有不认识的栏“{str(key)[:40]}”",
                f"row {number} has an unknown column {str(key)[:40]}",
                *_shape(field),
            )
        found[name] = value
    return found


def _shape(field: FieldDef) -> tuple[str, str]:
    zh = "、".join(column.title.zh for column in field.columns)
    en = ", ".join(column.name for column in field.columns)
    return f"各栏依次为：{zh}", f"columns: {en}"


def _no_table(field: FieldDef) -> Wrong:
    return Wrong("不是表格", "is no table", *_shape(field))


def _blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def clean_table(field: FieldDef, raw: Any, clean_cell: CleanCell) -> list[dict[str, Any]] | None:
    """The rows in their kept form; None where every cell is blank.

    Rows are counted as they were given, blank ones too, so that an error names the row that the reader sees.
    Raises WrongCells with every cell that cannot be taken, Wrong for what is no table or has too few or many rows.
    """
    kept: list[dict[str, Any]] = []
    wrong: list[tuple[int, str, Texts, str | None]] = []
    plain = _plain_columns(field)
    for number, row in enumerate(read_rows(field, raw), start=1):
        cells: dict[str, Any] = {}
        lacking = []
        for column in field.columns:
            cell = row.get(column.name)
            # Most cells are short printable text of which nothing else is asked: no need to go through all that may be.
            if type(cell) is str and cell and cell.isprintable() and len(cell) <= plain.get(column.name, 0):
                text = cell.strip()
                if text:
                    cells[column.name] = text
                    continue
            if _blank(cell):
                if column.constraints.required:
                    lacking.append(column)
                continue
            try:
                if isinstance(cell, (list, tuple, Mapping)):
                    raise Wrong("只能填一个值", "takes one value only")
                cells[column.name] = clean_cell(column, cell)
            except Wrong as error:
                value = None if column.personal else str(cell)[:80]
                wrong.append((number, column.name, _placed(number, column, error.args4), value))
        if not cells and not any(at == number for at, *_ in wrong):
            continue
        wrong += [(number, c.name, _placed(number, c, _REQUIRED), None) for c in lacking]
        kept.append(cells)
    if wrong:
        raise WrongCells(sorted(wrong, key=lambda cell: cell[0]))
    _counted(field, len(kept))
    return kept or None


def _plain_columns(field: FieldDef) -> dict[str, int]:
    """Columns that take any text, with the greatest length."""
    return {
        c.name: c.constraints.maxLength or 400
        for c in field.columns
        if c.type == "string"
        and c.format == "default"
        and not c.options
        and not c.constraints.enum
        and not c.constraints.pattern
        and not c.constraints.minLength
    }


def _placed(number: int, column: FieldDef, texts: Texts) -> Texts:
    wrong_zh, wrong_en, right_zh, right_en = texts
    return (
        f"第{number}行“{column.title.zh}”{wrong_zh}",
        f"row {number}, {column.title.en}: {wrong_en}",
        right_zh,
        right_en,
    )


def _counted(field: FieldDef, rows: int) -> None:
    most = field.constraints.maxLength or MOST_ROWS
    least = field.constraints.minLength
    if rows > most:
        raise Wrong(f"超过{most}行", f"has more than {most} rows", "分成几条", "split it")
    if least and 0 < rows < least:
        raise Wrong(f"不足{least}行", f"has fewer than {least} rows", "补齐", "add what is missing")


def cells(value: Any) -> Iterable[str]:
    """Every cell of a kept table as text: for search."""
    for row in value or ():
        if isinstance(row, Mapping):
            yield from (str(cell) for cell in row.values())
