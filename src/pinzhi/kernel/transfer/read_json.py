"""JSON (one array of objects) and JSON Lines."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, BinaryIO, NoReturn

from pinzhi.kernel.errors import Refused, RowError
from pinzhi.kernel.transfer.cells import DamagedError, number_value, plain_text
from pinzhi.kernel.transfer.columns import Column, Matching, match
from pinzhi.kernel.transfer.read_csv import find_encoding
from pinzhi.kernel.transfer.reading import Row, Table, check_headers

_LONGEST_LINE = 4 * 1024 * 1024


def open_json(stream: BinaryIO, columns: Sequence[Column]) -> Table:
    """A JSON array of objects, or an object whose only array is one; read whole, so the size is limited."""
    encoding = find_encoding(stream)
    stream.seek(0)
    try:
        data = _loads(stream.read().decode(encoding))
    except ValueError as error:
        raise _broken(getattr(error, "lineno", 1), str(error)) from error
    if isinstance(data, Mapping):
        arrays = [v for v in data.values() if isinstance(v, list)]
        data = arrays[0] if len(arrays) == 1 else [data]
    if not isinstance(data, list):
        raise _broken(1, "an array of objects is wanted")
    first = next((item for item in data if isinstance(item, Mapping)), {})
    matching = _headers(first, columns)
    records = list(enumerate(data, start=1))
    return Table(
        format="json",
        columns=columns,
        encoding=encoding,
        unknown=matching.unknown,
        _rows=lambda: (_row(number, item, columns) for number, item in records),
    )


def open_json_lines(stream: BinaryIO, columns: Sequence[Column]) -> Table:
    """One JSON object a line, streamed."""
    encoding = find_encoding(stream)
    first: Mapping[str, Any] = {}
    for _, line in _lines(stream, encoding):
        try:
            item = _loads(line)
        except ValueError as error:
            raise _broken(1, str(error)) from error
        first = item if isinstance(item, Mapping) else {}
        break
    matching = _headers(first, columns)
    return Table(
        format="jsonl",
        columns=columns,
        encoding=encoding,
        unknown=matching.unknown,
        _rows=lambda: _line_rows(stream, encoding, columns),
    )


def _headers(first: Mapping[str, Any], columns: Sequence[Column]) -> Matching:
    found = match(list(first), columns)
    # A key that the first object lacks may come in a later one: only a file that fits nothing is refused here.
    return check_headers(found if found.hits else None, [] if found.hits else columns, list(first))


def _lines(stream: BinaryIO, encoding: str) -> Iterator[tuple[int, str]]:
    stream.seek(0)
    # Not closed: the caller's stream stays open.
    text = io.TextIOWrapper(stream, encoding=encoding)
    number = 0
    try:
        while line := text.readline(_LONGEST_LINE):
            number += 1
            if len(line) == _LONGEST_LINE:
                raise _broken(number, "the line is too long")
            if line.strip():
                yield number, line
    finally:
        text.detach()


def _line_rows(stream: BinaryIO, encoding: str, columns: Sequence[Column]) -> Iterator[Row]:
    for number, line in _lines(stream, encoding):
        try:
            item = _loads(line)
        except ValueError as error:
            wrong = RowError(
                number,
                None,
                line[:40].strip(),
                "不是有效的 JSON",
                f"is no JSON: {error}",
                "每行应是一个对象",
                "one object a line",
            )
            yield Row(number, dict.fromkeys(c.name for c in columns), [wrong])
            continue
        yield _row(number, item, columns)


def _row(number: int, item: Any, columns: Sequence[Column]) -> Row:
    row = Row(number, dict.fromkeys(c.name for c in columns))
    if not isinstance(item, Mapping):
        row.errors.append(
            RowError(number, None, str(item)[:40], "不是对象", "is no object", "应为{…}", "should be {…}")
        )
        return row
    keys = list(item)
    values = list(item.values())
    for name, at in match(keys, columns).positions.items():
        column = next(c for c in columns if c.name == name)
        try:
            row.values[name] = _value(column, values[at])
        except DamagedError as damaged:
            row.errors.append(RowError(number, column.zh, str(values[at])[:40], *damaged.texts))
    return row


def _value(column: Column, value: Any) -> Any:
    if column.type == "table" and isinstance(value, list | dict):
        return _plain(value)
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, list):
        return [_value(column, v) for v in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | Decimal):
        return number_value(column, value)
    raise DamagedError(
        "应为单个值，不是对象", "should be a value, not an object", "请填文本或数字", "give text or a number"
    )


def _plain(value: Any) -> Any:
    """A table as it stands; its exact numbers as text, which every column reads."""
    if isinstance(value, Decimal):
        return format(value, "f") if abs(value.adjusted()) < 40 else str(value)
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def _loads(text: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _broken(line: int, why: str) -> Refused:
    return Refused(
        "json_broken",
        zh=f"第{line}行不是有效的 JSON。",
        en=f"Line {line} is no valid JSON: {why}.",
        place=str(line),
        remedy_zh="应为对象的数组，或每行一个对象（JSON Lines）。",
        remedy_en="An array of objects is wanted, or one object a line (JSON Lines).",
    )
