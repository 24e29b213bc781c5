"""Rows into files: CSV, XLSX, JSON Lines, and the Frictionless descriptors that go with them.

What is exported is never a formula: a spreadsheet that opens the file runs nothing.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from pinzhi.kernel.errors import Refused
from pinzhi.kernel.transfer.columns import NUMERIC, Column

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?%?")
_BATCH = 1000
MAX_XLSX_ROWS = 1_048_575
_LONGEST_CELL = 32_767
_BETWEEN = "；"


def safe_text(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe goes before what would start one."""
    return "'" + text if text.startswith(_STARTS_FORMULA) and not _NUMBER.fullmatch(text) else text


def shown(column: Column, value: Any, lang: str = "zh") -> str:
    """A value as text: enumerations by title (unless names are wanted), lists parted by ；, days in ISO form."""
    if value is None:
        return ""
    if column.type == "table":
        return json.dumps(value, ensure_ascii=False, default=_json_value)
    if isinstance(value, list | tuple):
        return _BETWEEN.join(shown(column, v, lang) for v in value)
    if isinstance(value, bool):
        if lang == "name":
            return "true" if value else "false"
        return {"en": ("no", "yes")}.get(lang, ("否", "是"))[value]
    if isinstance(value, Mapping):  # a file, by its name
        return str(value.get("name") or value.get("sha256") or "")
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(column.option_title(value, lang))


def csv_chunks(
    columns: Sequence[Column], rows: Iterable[Mapping[str, Any]], *, lang: str = "zh", bom: bool = True
) -> Iterator[bytes]:
    """CSV in UTF-8, piece by piece for a streamed answer. With `bom` Excel sees the encoding.

    `lang` chooses headers and titles of enumerated values: zh, en, or name for machines.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    if bom:
        buffer.write("\ufeff")
    writer.writerow([safe_text(c.title(lang)) for c in columns])
    for count, row in enumerate(rows, start=1):
        writer.writerow([_csv_cell(c, row.get(c.name), lang) for c in columns])
        if count % _BATCH == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _csv_cell(column: Column, value: Any, lang: str) -> str:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool) and column.type in NUMERIC:
        return shown(column, value, lang)
    return safe_text(shown(column, value, lang).replace("\x00", ""))


def jsonl_chunks(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """JSON Lines: one object a line, keys are column names, decimals as strings as in entries."""
    names = [c.name for c in columns]
    lines: list[str] = []
    for count, row in enumerate(rows, start=1):
        item = {name: row.get(name) for name in names}
        lines.append(json.dumps(item, ensure_ascii=False, default=_json_value, separators=(",", ":")) + "\n")
        if count % _BATCH == 0:
            yield "".join(lines).encode()
            lines.clear()
    yield "".join(lines).encode()


def _json_value(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(f"no JSON for {type(value).__name__}")


_HEAD = Font(bold=True)
_HEAD_FILL = PatternFill("solid", fgColor="E8EEF4")
_HEAD_LINES = Alignment(wrap_text=True, vertical="center")


def write_xlsx(
    columns: Sequence[Column],
    rows: Iterable[Mapping[str, Any]],
    out: BinaryIO,
    *,
    lang: str = "zh",
    sheet: str = "数据",
) -> int:
    """Write a workbook of one sheet, streamed to disk by openpyxl; returns the number of rows.

    Codes and texts are text cells, so that no zero is lost and nothing is a formula; numbers are numbers.
    Raises Refused beyond 1,048,575 rows.
    """
    book = Workbook(write_only=True)
    worksheet = book.create_sheet(_sheet_title(sheet))
    worksheet.freeze_panes = "A2"
    for index, column in enumerate(columns, start=1):
        worksheet.column_dimensions[get_column_letter(index)].width = _width(column)
    worksheet.append([_head_cell(worksheet, column, lang) for column in columns])
    count = 0
    for count, row in enumerate(rows, start=1):
        if count > MAX_XLSX_ROWS:
            raise Refused(
                "too_many_rows",
                zh=f"超过{MAX_XLSX_ROWS:,}行，XLSX 放不下。",
                en=f"More than {MAX_XLSX_ROWS:,} rows do not fit into XLSX.",
                remedy_zh="请改用 CSV 或 JSON Lines 导出，或缩小范围。",
                remedy_en="Export CSV or JSON Lines, or narrow the selection.",
            )
        worksheet.append([_xlsx_cell(worksheet, c, row.get(c.name), lang) for c in columns])
    book.save(out)
    return count


def _head_cell(worksheet: Any, column: Column, lang: str) -> Any:
    cell = _text_cell(worksheet, column.title(lang))
    cell.font, cell.fill, cell.alignment = _HEAD, _HEAD_FILL, _HEAD_LINES
    return cell


def _text_cell(worksheet: Any, text: str) -> Any:
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    if len(text) > _LONGEST_CELL:
        text = text[: _LONGEST_CELL - 1] + "…"
    cell = WriteOnlyCell(worksheet, value=text)
    cell.data_type = "s"  # openpyxl would make a formula of a text that begins with =
    cell.number_format = "@"
    return cell


def _xlsx_cell(worksheet: Any, column: Column, value: Any, lang: str) -> Any:
    if value is None or value == "":
        return None
    if column.type in NUMERIC and not isinstance(value, list | tuple | bool):
        try:
            number = Decimal(str(value))
        except ArithmeticError:
            return _text_cell(worksheet, shown(column, value, lang))
        if number.is_finite() and len(number.as_tuple().digits) <= 15:
            return int(number) if number == number.to_integral_value() else float(number)
        return _text_cell(worksheet, shown(column, value, lang))
    if column.type == "date" and not isinstance(value, list | tuple):
        day = value if isinstance(value, date) else _day(str(value))
        if day is not None:
            cell = WriteOnlyCell(worksheet, value=day)
            cell.number_format = "yyyy-mm-dd"
            return cell
    return _text_cell(worksheet, shown(column, value, lang))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def write_template(
    columns: Sequence[Column],
    out: BinaryIO,
    *,
    lang: str = "zh",
    title: str = "数据",
    rows_for_lists: int = 5000,
) -> None:
    """A workbook to fill in: headers (* where required), text format for codes, lists for enumerations, a sheet of
    explanations with an example. `open_table` reads it back.
    """
    book = Workbook()
    worksheet = book.active
    worksheet.title = _sheet_title(title)
    worksheet.freeze_panes = "A2"
    for index, column in enumerate(columns, start=1):
        letter = get_column_letter(index)
        head = worksheet.cell(1, index, column.title(lang) + ("*" if column.required else ""))
        head.font, head.fill, head.alignment = _HEAD, _HEAD_FILL, _HEAD_LINES
        worksheet.column_dimensions[letter].width = _width(column)
        if column.type not in NUMERIC and column.type not in ("date", "datetime"):
            worksheet.column_dimensions[letter].number_format = "@"
            for row in range(2, 202):
                worksheet.cell(row, index).number_format = "@"
        listed = ",".join(str(column.option_title(o.value, lang)) for o in column.options)
        # A list inside a validation may be 255 characters long and cannot hold a comma or quotation mark.
        if (
            listed
            and len(listed) <= 250
            and not column.many
            and '"' not in listed
            and listed.count(",") < len(column.options)
        ):
            choice = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=not column.required)
            choice.add(f"{letter}2:{letter}{rows_for_lists}")
            worksheet.add_data_validation(choice)
    _explanations(book, columns, lang)
    book.save(out)


def _explanations(book: Any, columns: Sequence[Column], lang: str) -> None:
    english = lang == "en"
    worksheet = book.create_sheet("Notes" if english else "填写说明")
    heads = (
        ("Column", "Required", "What to fill in", "Example")
        if english
        else ("列", "是否必填", "填写说明", "示例")
    )
    for index, text in enumerate(heads, start=1):
        cell = worksheet.cell(1, index, text)
        cell.font, cell.fill = _HEAD, _HEAD_FILL
        worksheet.column_dimensions[get_column_letter(index)].width = (24, 10, 70, 30)[index - 1]
    for at, column in enumerate(columns, start=2):
        options = " / ".join(str(column.option_title(o.value, lang)) for o in column.options)
        notes = [column.help_en if english else column.help_zh, options, column.unit]
        required = ("yes" if english else "是") if column.required else ""
        texts = (column.title(lang), required, "  ".join(n for n in notes if n), column.example)
        for index, text in enumerate(texts, start=1):
            cell = worksheet.cell(at, index)
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
            cell.data_type = "s"
            cell.number_format = "@"
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def _width(column: Column) -> float:
    return {"uscc": 22.0, "gtin": 17.0, "phone": 16.0}.get(
        column.format, max(10.0, min(40.0, len(column.zh) * 2.2 + 2))
    )


def _sheet_title(text: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", text).strip("' ")[:31] or "Sheet"


_FRICTIONLESS = {"text": "string", "money": "number", "file": "string", "table": "array"}
_KNOWN_FORMATS = {"email", "uri"}


def table_schema(columns: Sequence[Column]) -> dict[str, Any]:
    """The Frictionless Table Schema of the columns; formats of our own stand under `semantic`."""
    return {"fields": [_field(c) for c in columns], "missingValues": [""]}


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {
        "required": column.required or None,
        "maxLength": column.max_length,
        "minimum": column.minimum,
        "maximum": column.maximum,
        "pattern": column.pattern,
        "enum": [o.value for o in column.options] or None if not column.many else None,
    }
    field: dict[str, Any] = {
        "name": column.name,
        "type": "string" if column.many else _FRICTIONLESS.get(column.type, column.type),
        "format": column.format if column.format in _KNOWN_FORMATS else "default",
        "title": column.zh,
        "title_en": column.en,
        "description": column.help_zh or None,
        "semantic": column.format if column.format not in {"default", *_KNOWN_FORMATS} else None,
        "unit": column.unit or None,
        "constraints": {k: v for k, v in constraints.items() if v is not None} or None,
        # Table Schema says nothing of what stands in an array: here it is a list of objects with these members.
        "columns": [_field(c) for c in column.columns] or None,
    }
    return {k: v for k, v in field.items() if v is not None}


def data_package(
    *,
    name: str,
    zh: str,
    en: str,
    description: str = "",
    created: datetime,
    resources: Sequence[Mapping[str, Any]],
    licence: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A Frictionless Data Package descriptor around resources made by `resource`."""
    package: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": name,
        "title": zh,
        "title_en": en,
        "description": description or None,
        "created": created.isoformat(),
        "licenses": [dict(licence)] if licence else None,
        "resources": [dict(r) for r in resources],
    }
    return {k: v for k, v in package.items() if v is not None}


def resource(
    columns: Sequence[Column],
    *,
    name: str,
    path: str,
    size: int | None = None,
    sha256: str | None = None,
    key: Sequence[str] = (),
) -> dict[str, Any]:
    """One CSV or JSON Lines file of a package, written with headers by name."""
    kind = path.rpartition(".")[2]
    schema = table_schema(columns)
    if key:
        schema["primaryKey"] = list(key)
    found: dict[str, Any] = {
        "profile": "tabular-data-resource",
        "name": name,
        "path": path,
        "format": kind,
        "mediatype": {"csv": "text/csv", "jsonl": "application/jsonl"}.get(kind, "application/octet-stream"),
        "encoding": "utf-8",
        "bytes": size,
        "hash": f"sha256:{sha256}" if sha256 else None,
        "schema": schema,
    }
    return {k: v for k, v in found.items() if v is not None}
