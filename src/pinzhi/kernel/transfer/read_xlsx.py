"""XLSX by openpyxl in its streaming mode. Formulas are never executed: what the spreadsheet last saved counts."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice, repeat
from typing import Any, BinaryIO

import openpyxl
from openpyxl.utils.cell import column_index_from_string
from openpyxl.utils.datetime import from_excel
from openpyxl.utils.exceptions import InvalidFileException

from pinzhi.kernel.errors import Refused, RowError
from pinzhi.kernel.files.archives import refuse_harmful
from pinzhi.kernel.transfer.cells import DamagedError, date_value, number_value, text_value
from pinzhi.kernel.transfer.columns import Column, Matching, find_headers
from pinzhi.kernel.transfer.reading import Row, Table, below_error, check_headers, stands_below

_HEADER_ROWS = 10
_MAX_COLUMNS = 400
# Days as spreadsheets number them, 1927 to 2119: no year and no 20261121 lies between.
_FIRST_DAY, _LAST_DAY = 10_000, 80_000


def open_xlsx(stream: BinaryIO, columns: Sequence[Column], *, sheet: str | None = None) -> Table:
    """Open a workbook: the named sheet, else the visible one whose headers fit best."""
    refuse_harmful(stream)
    book = _load(stream, values=True)
    best: tuple[str, int, Matching] | None = None
    seen: Sequence[Any] = ()
    whole: list[str] = []
    for worksheet in book.worksheets:
        if (sheet is not None and worksheet.title != sheet) or worksheet.sheet_state != "visible":
            continue
        rows = [tuple(r) for r in islice(_cells(worksheet, values_only=True), _HEADER_ROWS)]
        found = find_headers(rows, columns)
        seen = seen or (rows[0] if rows else ())
        if found and _is_filled(found[1], rows[found[0] + 1 :], columns):
            whole.append(worksheet.title)
        if found and (best is None or found[1].hits > best[2].hits):
            best = (worksheet.title, *found)
            seen = rows[found[0]]
    if len(whole) > 1:
        raise _several(whole)
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


def _is_filled(matching: Matching, below: Sequence[Sequence[Any]], columns: Sequence[Column]) -> bool:
    """Whether a sheet has all the headers that are needed and at least one row under them."""
    if any(column.required and column.name not in matching.positions for column in columns):
        return False
    places = matching.positions.values()
    return any(at < len(row) and row[at] not in (None, "") for row in below for at in places)


def _several(titles: Sequence[str]) -> Refused:
    zh, en = "、".join(titles[:8]), ", ".join(titles[:8])
    return Refused(
        "several_sheets",
        zh=f"有 {len(titles)} 张工作表都填了数据（{zh}），一次只能导入一张。",
        en=f"{len(titles)} sheets hold data ({en}); one is brought in at a time.",
        place=titles[1],
        remedy_zh="请把各表合并到一张，或分别另存后逐个导入；不导入的表可以隐藏。",
        remedy_en="Put them together on one sheet, or save each as a file of its own; hide what is not meant.",
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


_MERGED = re.compile(rb'mergeCell [^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_MOST_MERGED = 200_000


def _merged(stream: BinaryIO, path: str, header_index: int) -> dict[int, dict[int, int]]:
    """Cells below the headers that are merged downwards: first row -> column -> last row (rows from 1, columns from 0).

    One value written once over several rows holds for each of them; the file keeps it in the first alone.
    """
    found: dict[int, dict[int, int]] = {}
    count = 0
    stream.seek(0)
    with zipfile.ZipFile(stream) as archive, archive.open(path) as part:
        rest = b""
        while chunk := part.read(1024 * 1024):
            text = rest + chunk
            end = 0
            for match in _MERGED.finditer(text):
                end = match.end()
                first, last = int(match[2]), int(match[4])
                if last > first > header_index + 1 and count < _MOST_MERGED:
                    count += 1
                    found.setdefault(first, {})[column_index_from_string(match[1].decode()) - 1] = last
            rest = text[max(end, len(text) - 100) :]
    return found


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
    sheet = book[title]
    merged = _merged(stream, sheet._worksheet_path, header_index)
    #: By column: until which row a merged cell reaches, and its value.
    reaching: dict[int, tuple[int, Any]] = {}
    try:
        for number, (cells, texts) in enumerate(
            zip(_cells(sheet, values_only=False), beside, strict=False), 1
        ):
            if number <= header_index + 1:
                continue
            row = Row(number, blank.copy())
            starts = merged.get(number, {})
            for column, at in places:
                if at >= len(cells):
                    continue
                cell = cells[at]
                formula = texts[at] if at < len(texts) else None
                try:
                    row.values[column.name] = _value(column, cell, formula, book.epoch)
                    if at in starts:
                        reaching[at] = (starts[at], row.values[column.name])
                except DamagedError as damaged:
                    shown = None if cell.value is None else str(cell.value)[:40]
                    row.errors.append(RowError(number, column.zh, shown, *damaged.texts))
            if not row.errors and all(v is None for v in row.values.values()):
                continue
            for column, at in places if reaching else ():
                until, value = reaching.get(at, (0, None))
                if number <= until and row.values[column.name] is None:
                    row.values[column.name] = value
            if below := stands_below(next((c.value for c in cells if c.value not in (None, "")), None)):
                row.errors.append(below_error(number, below))
            yield row
    finally:
        book.close()
        if formulas is not None:
            formulas.close()


def _value(column: Column, cell: Any, formula: Any, epoch: datetime) -> Any:
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
    if isinstance(value, int | float) and column.type == "date" and _FIRST_DAY <= value < _LAST_DAY:
        return from_excel(int(value), epoch).date()  # a day whose cell has lost its format
    if isinstance(value, int | float):
        return number_value(column, value, cell.number_format or "General")
    if isinstance(value, date | time):
        return date_value(column, value)
    return text_value(column, str(value))
