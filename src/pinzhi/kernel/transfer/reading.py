"""Rows out of a file that somebody uploads: format and encoding found out, streamed, every fault with its place.

A file that cannot be read at all raises Refused; a row that is wrong carries its errors and the next one follows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from pinzhi.kernel.errors import Refused, RowError
from pinzhi.kernel.files.kinds import kind_of
from pinzhi.kernel.transfer.columns import Column, Matching

MAX_BYTES = 300 * 1024 * 1024
MAX_XLSX_BYTES = 60 * 1024 * 1024
MAX_JSON_BYTES = 30 * 1024 * 1024
MAX_ROWS = 3_000_000


@dataclass(slots=True)
class Row:
    """One row: `number` as the reader of the file counts; `values` by column name, None where blank."""

    number: int
    values: dict[str, Any]
    errors: list[RowError] = field(default_factory=list)


@dataclass
class Table:
    """An opened file. Iterate once: rows are read as they are asked for; blank ones are left out."""

    format: str
    columns: Sequence[Column]
    encoding: str = ""
    sheet: str = ""
    unknown: tuple[str, ...] = ()
    """Headers that fit no column: shown to the user, their content is not read."""
    _rows: Callable[[], Iterator[Row]] = field(default=lambda: iter(()), repr=False)

    def __iter__(self) -> Iterator[Row]:
        return self._rows()


def open_table(
    stream: BinaryIO,
    columns: Sequence[Column],
    *,
    name: str = "",
    sheet: str | None = None,
    max_rows: int = MAX_ROWS,
) -> Table:
    """Open a table in a seekable stream. Its kind is judged by content; `name` only tells JSON from CSV.

    Values are text, or int, Decimal, bool, date and datetime where the file has types; nothing else of a column's
    type is checked here. Raises Refused: file_empty, file_kind, file_too_large, encoding, headers_missing …
    """
    from pinzhi.kernel.transfer import read_csv, read_json, read_xlsx

    size = stream.seek(0, 2)
    stream.seek(0)
    if size == 0:
        raise Refused("file_empty", zh="文件是空的。", en="The file is empty.")
    kind = kind_of(stream)
    stream.seek(0)
    if kind is None and _looks_like_text(stream):
        kind = "text"  # some bytes are wrong: say which, not that it is no table
    if kind == "xlsx":
        _limit(size, MAX_XLSX_BYTES, "请另存为 CSV（UTF-8）后导入", "Save it as CSV (UTF-8) and import that")
        table = read_xlsx.open_xlsx(stream, columns, sheet=sheet)
    elif kind == "text" and _is_markup(stream):
        raise _kind_refused("markup")
    elif kind == "text":
        start = stream.read(200).lstrip(b"\xef\xbb\xbf \t\r\n")
        stream.seek(0)
        if start[:1] == b"[" or (start[:1] == b"{" and name.lower().endswith(".json")):
            _limit(size, MAX_JSON_BYTES, "请改用 JSON Lines（每行一条）", "Use JSON Lines, one record a line")
            table = read_json.open_json(stream, columns)
        elif start[:1] == b"{":
            _limit(size, MAX_BYTES, "请分成几个文件导入", "Split it into several files")
            table = read_json.open_json_lines(stream, columns)
        else:
            _limit(size, MAX_BYTES, "请分成几个文件导入", "Split it into several files")
            table = read_csv.open_csv(stream, columns)
    else:
        raise _kind_refused(kind)
    rows = table._rows
    table._rows = lambda: _limited(rows(), max_rows)
    return table


def _is_markup(stream: BinaryIO) -> bool:
    """A page or XML whose name was made to end in xls: what many systems export as a spreadsheet."""
    head = stream.read(400)
    stream.seek(0)
    start = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    return start.startswith((b"<html", b"<!doctype", b"<table", b"<meta", b"<head", b"<?xml", b"<style"))


#: The first character that a row below the table may have: looked at before anything dearer is.
_BELOW_STARTS = frozenset("合总小共累注备说填制审单负联TtSs")
_TOTAL = re.compile(r"(?:合计|总计|小计|共计|累计|总数|合计数|total|subtotal)(?:[:((\d].*)?", re.IGNORECASE)
_NOTE = re.compile(
    r"(?:备?注|说明|填表说明)[:\d].*|(?:填表|制表|填报|审核|审批|经办|联系|单位负责|负责)人?(?:签[字章名])?[:].*|"
    r"(?:填表人|制表人|填报人|审核人|填报单位|制表单位|单位负责人).*"
)


def stands_below(first: object) -> str:
    """What a row begins with, if it is a total or a note below the table and no record; else nothing."""
    if not isinstance(first, str):
        return ""
    if first[:1] not in _BELOW_STARTS and not first[:1].isspace():
        return ""
    text = "".join(unicodedata.normalize("NFKC", first[:200]).split())
    return first.strip()[:40] if _TOTAL.fullmatch(text) or _NOTE.fullmatch(text) else ""


def below_error(number: int, first: str) -> RowError:
    """The error of a row that is a total or a note: it must not become a record, nor vanish unsaid."""
    return RowError(
        number,
        "整行",
        first,
        "像是合计或表尾说明，不是一条记录",
        "looks like a total or a note below the table, not like a record",
        "删去这一行，或只导入无误的行",
        "delete the row, or bring in the good rows only",
    )


def _looks_like_text(stream: BinaryIO) -> bool:
    head = stream.read(4096)
    stream.seek(0)
    controls = sum(byte < 32 and byte not in (9, 10, 13) for byte in head)
    return b"\n" in head and controls == 0


def _limited(rows: Iterator[Row], most: int) -> Iterator[Row]:
    for count, row in enumerate(rows, start=1):
        if count > most:
            raise Refused(
                "too_many_rows",
                zh=f"超过{most:,}行。",
                en=f"There are more than {most:,} rows.",
                remedy_zh="请分成几个文件导入。",
                remedy_en="Split it into several files.",
            )
        yield row


def _limit(size: int, most: int, remedy_zh: str, remedy_en: str) -> None:
    if size > most:
        limit = most // (1024 * 1024)
        raise Refused(
            "file_too_large",
            zh=f"文件超过{limit}MB。",
            en=f"The file is larger than {limit} MB.",
            remedy_zh=remedy_zh + "。",
            remedy_en=remedy_en + ".",
            status=413,
        )


def _kind_refused(kind: str | None) -> Refused:
    zh, en = {
        "ole": ("这是旧版 Excel 文件（xls）。", "This is an old Excel file (xls)."),
        "markup": (
            "这是网页或 XML，只是扩展名像表格。",
            "This is a web page or XML; only its name looks like a spreadsheet.",
        ),
    }.get(kind or "", ("文件不是表格（CSV、XLSX、JSON）。", "The file is no table (CSV, XLSX, JSON)."))
    return Refused(
        "file_kind",
        zh=zh,
        en=en,
        remedy_zh="请用表格软件另存为 xlsx 或 CSV 后导入。",
        remedy_en="Save it as xlsx or CSV in a spreadsheet program and import that.",
    )


def check_headers(matching: Matching | None, columns: Sequence[Column], seen: Sequence[object]) -> Matching:
    """The matching, or Refused where required columns are missing or one occurs twice."""
    if matching is not None and matching.twice:
        header = matching.twice[0]
        raise Refused(
            "headers_twice",
            zh=f"表头“{header}”出现了两次。",
            en=f"The header “{header}” occurs twice.",
            place=header,
            remedy_zh="请删除或改名其中一列。",
            remedy_en="Delete or rename one of the columns.",
        )
    if matching is not None and matching.units:
        header, given, wanted = matching.units[0]
        raise Refused(
            "units_differ",
            zh=f"“{header}”的单位是“{given}”，本栏的单位是“{wanted}”。",
            en=f"“{header}” is in {given}; the column is in {wanted}.",
            place=header,
            remedy_zh=f"请换算成“{wanted}”，并把表头（或表上方的单位）改成“{wanted}”。",
            remedy_en=f"Convert the numbers to {wanted} and change the header (or the unit above the table).",
        )
    found = matching.positions if matching else {}
    missing = [c for c in columns if c.required and c.name not in found]
    if matching is None or missing:
        named = missing or list(columns[:5])
        zh, en = "、".join(c.zh for c in named), ", ".join(c.en for c in named)
        there = "、".join(str(h).strip() for h in seen if h is not None and str(h).strip())[:200]
        raise Refused(
            "headers_missing",
            zh=f"表头缺少：{zh}。" + (f"文件中的表头是：{there}。" if there else ""),
            en=f"Headers are missing: {en}." + (f" The file has: {there}." if there else ""),
            place=named[0].name if named else None,
            remedy_zh="请下载模板，把数据填入模板后导入。",
            remedy_en="Download the template and put the data into it.",
        )
    return matching
