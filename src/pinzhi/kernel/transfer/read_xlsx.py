"""XLSX by openpyxl in its streaming mode. Formulas are never executed: what the spreadsheet last saved counts."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, time
from itertools import islice, repeat
from typing import Any, BinaryIO

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from pinzhi.kernel.errors import Refused, RowError
from pinzhi.kernel.files.archives import refuse_harmful
from pinzhi.kernel.transfer.cells import DamagedError, date_value, number_value, text_value
from pinzhi.kernel.transfer.columns import Column, Matching, find_headers
from pinzhi.kernel.transfer.reading import Row, Table, check_headers

_HEADER_ROWS = 10
_MAX_COLUMNS = 400


def open_xlsx(stream: BinaryIO, columns: Sequence[Column], *, sheet: str | None = None) -> Table:
    """Open a workbook: the named sheet, else the visible one whose headers fit best."""
    refuse_harmful(stream)
    book = _load(stream, values=True)
    best: tuple[str, int, Matching] | None = None
    seen: Sequence[Any] = ()
    for worksheet in book.worksheets:
        if (sheet is not None and worksheet.title != sheet) or worksheet.sheet_state != "visible":
            continue
        rows = [tuple(r) for r in islice(_cells(worksheet, values_only=True), _HEADER_ROWS)]
        found = find_headers(rows, columns)
        seen = seen or (rows[0] if rows else ())
        if found and (best is None or found[1].hits > best[2].hits):
            best = (worksheet.title, *found)
    matching = check_headers(best[2] if best else None, columns, seen)
    assert best is not None
    title, header_index = best[0], best[1]
    book.close()
    return Table(
        format="xlsx",
        columns=columns,
        sheet=title,
        unknown=matching.unknown,
        _rows=lambda: _rows(stream, title, header_index, matching, columns),
    )


def _load(stream: BinaryIO, *, values: bool) -> Any:
    stream.seek(0)
    try:
        return openpyxl.load_workbook(stream, read_only=True, data_only=values, keep_links=False)
    # openpyxl raises whatever its parsers stumble on; all of it means that the file is no sound workbook.
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        OSError,
        SyntaxError,
    ) as error:
        raise _unreadable() from error


def _cells(worksheet: Any, *, values_only: bool) -> Iterator[Any]:
    # The declared dimension may be wrong or missing; the rows themselves are right.
    worksheet.reset_dimensions()
    try:
        yield from worksheet.iter_rows(max_col=_MAX_COLUMNS, values_only=values_only)
    except (
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        SyntaxError,
        zipfile.BadZipFile,
        EOFError,
    ) as error:
        raise _unreadable() from error


def _unreadable() -> Refused:
    return Refused(
        "file_damaged",
        zh="工作簿已损坏或不是标准的 xlsx。",
        en="The workbook is damaged or no standard xlsx.",
        remedy_zh="请用表格软件打开后另存为 xlsx 或 CSV。",
        remedy_en="Open it in a spreadsheet program and save it as xlsx or CSV.",
    )


def _has_formulas(stream: BinaryIO) -> bool:
    stream.seek(0)
    with zipfile.ZipFile(stream) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                tail = b""
                with archive.open(name) as part:
                    while chunk := part.read(1024 * 1024):
                        if b"<f>" in tail + chunk or b"<f " in tail + chunk or b"<f/" in tail + chunk:
                            return True
                        tail = chunk[-3:]
    return False


def _rows(
    stream: BinaryIO, title: str, header_index: int, matching: Matching, columns: Sequence[Column]
) -> Iterator[Row]:
    by_name = {c.name: c for c in columns}
    places = [(by_name[name], at) for name, at in matching.positions.items()]
    blank: dict[str, Any] = dict.fromkeys(by_name)
    with_formulas = _has_formulas(stream)
    book = _load(stream, values=True)
    # A formula that was never calculated leaves no value, just as an empty cell: only its text tells them apart.
    formulas = _load(stream, values=False) if with_formulas else None
    beside: Iterator[Any] = _cells(formulas[title], values_only=True) if formulas else repeat(())
    try:
        for number, (cells, texts) in enumerate(
            zip(_cells(book[title], values_only=False), beside, strict=False), 1
        ):
            if number <= header_index + 1:
                continue
            row = Row(number, blank.copy())
            for column, at in places:
                if at >= len(cells):
                    continue
                cell = cells[at]
                formula = texts[at] if at < len(texts) else None
                try:
                    row.values[column.name] = _value(column, cell, formula)
                except DamagedError as damaged:
                    shown = None if cell.value is None else str(cell.value)[:40]
                    row.errors.append(RowError(number, column.zh, shown, *damaged.texts))
            if row.errors or any(v is not None for v in row.values.values()):
                yield row
    finally:
        book.close()
        if formulas is not None:
            formulas.close()


def _value(column: Column, cell: Any, formula: Any) -> Any:
    value = cell.value
    if value is None:
        if isinstance(formula, str) and formula.startswith("="):
            raise DamagedError(
                "公式没有保存计算结果",
                "the formula was saved without its result",
                "请在表格软件中打开并保存，或复制后“选择性粘贴”为数值",
                "open and save it in a spreadsheet program, or paste it as values",
            )
        return None
    if cell.data_type == "e":
        raise DamagedError(
            f"单元格是错误值“{value}”",
            f"the cell holds the error “{value}”",
            "请改正公式，或直接填写数值",
            "mend the formula, or fill in the value",
        )
    if isinstance(value, bool):
        return value if column.type == "boolean" else ("是" if value else "否")
    if isinstance(value, int | float):
        return number_value(column, value, cell.number_format or "General")
    if isinstance(value, date | time):
        return date_value(column, value)
    return text_value(column, str(value))
