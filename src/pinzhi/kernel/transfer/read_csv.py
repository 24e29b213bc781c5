"""CSV in any of the encodings and separators that spreadsheets write in China."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, BinaryIO

from pinzhi.kernel.errors import Refused, RowError
from pinzhi.kernel.files.kinds import encoding_of
from pinzhi.kernel.transfer.cells import DamagedError, plain_text, text_value
from pinzhi.kernel.transfer.columns import Column, Matching, find_headers
from pinzhi.kernel.transfer.reading import Row, Table, below_error, check_headers, stands_below

_SEPARATORS = (",", "\t", ";", "|", "，")
_HEADER_ROWS = 10
_CHUNK = 1024 * 1024
_LONGEST_CELL = 200_000


def open_csv(stream: BinaryIO, columns: Sequence[Column]) -> Table:
    """Open CSV: the encoding must hold for the whole file, the separator is the one that gives most headers."""
    encoding = find_encoding(stream)
    first = _first_rows(stream, encoding)
    best: tuple[str, int, Matching] | None = None
    for separator, rows in first.items():
        found = find_headers(rows, columns)
        if found and (best is None or found[1].hits > best[2].hits):
            best = (separator, *found)
    widest = max(first.values(), key=lambda rows: len(rows[0]) if rows else 0)
    seen = first[best[0]][best[1]] if best else widest[0] if widest else ()
    matching = check_headers(best[2] if best else None, columns, seen)
    assert best is not None
    separator, header_index = best[0], best[1]
    return Table(
        format="csv",
        columns=columns,
        encoding=encoding,
        unknown=matching.unknown,
        _rows=lambda: _rows(stream, encoding, separator, header_index, matching, columns),
    )


def find_encoding(stream: BinaryIO) -> str:
    """The encoding in which the whole stream decodes; Refused with the first line that does not."""
    stream.seek(0)
    sample = stream.read(64 * 1024)
    likely = encoding_of(sample) or "utf-8"
    candidates = [likely] + [
        e for e in ("utf-8", "gb18030") if e != likely and likely in ("utf-8", "gb18030")
    ]
    furthest = 0
    for encoding in candidates:
        failed = _first_fault(stream, encoding)
        if failed is None:
            return encoding
        furthest = max(furthest, failed)
    stream.seek(0)
    line = 1
    left = furthest
    while left > 0 and (chunk := stream.read(min(_CHUNK, left))):
        line += chunk.count(b"\n")
        left -= len(chunk)
    raise Refused(
        "encoding",
        zh=f"第{line}行附近有无法识别的字节：文件既不是 UTF-8 也不是 GB18030。",
        en=f"Near line {line} there are bytes that are neither UTF-8 nor GB18030.",
        place=str(line),
        remedy_zh="请用表格软件打开，另存为“CSV UTF-8”后导入。",
        remedy_en="Open it in a spreadsheet program and save it as “CSV UTF-8”.",
    )


def _first_fault(stream: BinaryIO, encoding: str) -> int | None:
    """Offset of the first byte that does not decode, None where all do."""
    decoder = codecs.getincrementaldecoder(encoding)()
    stream.seek(0)
    offset = 0
    while True:
        chunk = stream.read(_CHUNK)
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            return offset - pending + error.start
        if not chunk:
            return None
        offset += len(chunk)


def _text(stream: BinaryIO, encoding: str) -> io.TextIOWrapper:
    stream.seek(0)
    below: Any = _Unclosed(stream)
    return io.TextIOWrapper(below, encoding=encoding, newline="")


class _Unclosed(io.BufferedIOBase):
    """A stream that a text wrapper may drop without closing the one below."""

    def __init__(self, below: BinaryIO) -> None:
        self._below = below

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        return self._below.read(-1 if size is None else size)

    def read1(self, size: int = -1, /) -> bytes:
        return self._below.read(size if size >= 0 else _CHUNK)


def _reader(text: io.TextIOWrapper, separator: str) -> Iterator[list[str]]:
    csv.field_size_limit(_LONGEST_CELL)
    return csv.reader(text, delimiter=separator)


def _first_rows(stream: BinaryIO, encoding: str) -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = {}
    for separator in _SEPARATORS:
        rows = found[separator] = []
        # A row that is broken is reported when rows are read: the headers may stand before it.
        with suppress(csv.Error):
            for row in islice(_reader(_text(stream, encoding), separator), _HEADER_ROWS):
                rows.append(row)  # one by one, to keep those before a fault
    return found


def _rows(
    stream: BinaryIO,
    encoding: str,
    separator: str,
    header_index: int,
    matching: Matching,
    columns: Sequence[Column],
) -> Iterator[Row]:
    reader = _reader(_text(stream, encoding), separator)
    by_name = {c.name: c for c in columns}
    places = [(name, at, by_name[name]) for name, at in matching.positions.items()]
    # The quick way for most columns, the careful one for codes, which spreadsheets damage.
    quick = [(name, at) for name, at, column in places if not column.is_code]
    careful = [(name, at, column) for name, at, column in places if column.is_code]
    number, width = 0, 0
    blank: dict[str, str | None] = dict.fromkeys(by_name)
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _broken(number) from error
        if number <= header_index + 1:
            width = max(width, len(cells))
            continue
        if not any(cells) or not any(cell.strip() for cell in cells):
            continue
        count = len(cells)
        values = blank.copy()
        row = Row(number, values)
        for name, at in quick:
            if at < count:
                values[name] = plain_text(cells[at])
        for name, at, column in careful:
            if at < count:
                try:
                    values[name] = text_value(column, cells[at])
                except DamagedError as damaged:
                    row.errors.append(RowError(number, column.zh, cells[at][:40], *damaged.texts))
        if all(value is None for value in values.values()) and not row.errors:
            continue  # a number of the row, and nothing that is read
        if below := stands_below(next(cell for cell in cells if cell and not cell.isspace())):
            row.errors.append(below_error(number, below))
        if count > width and any(cell.strip() for cell in cells[width:]):
            row.errors.append(
                RowError(
                    number,
                    None,
                    cells[width][:40],
                    f"有{count}列，多于表头的{width}列",
                    f"has {count} columns, more than the {width} of the header",
                    "含逗号的内容要用双引号括起来",
                    "put values that contain the separator in double quotes",
                )
            )
        yield row


def _broken(number: int) -> Refused:
    return Refused(
        "csv_broken",
        zh=f"第{number}行读不下去：多半是缺少右双引号。",
        en=f"Row {number} cannot be read: most likely a closing quotation mark is missing.",
        place=str(number),
        remedy_zh="请检查该行的双引号，或用表格软件另存为 CSV。",
        remedy_en="Look at the quotation marks there, or save it as CSV in a spreadsheet program.",
    )
