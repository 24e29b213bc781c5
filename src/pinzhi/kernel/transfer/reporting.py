"""What is wrong with the rows of a file, as a table to work through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pinzhi.kernel.errors import RowError
from pinzhi.kernel.transfer.columns import Column

REPORT = [
    Column("row", "行", "Row", type="integer"),
    Column("column", "列", "Column"),
    Column("value", "值", "Value"),
    Column("wrong", "错误", "What is wrong"),
    Column("right", "应为", "What would be right"),
]


def report_rows(errors: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Errors as they are kept (`RowError` as a mapping), in the reader's language."""
    for kept in errors:
        error = RowError(**kept)
        yield {
            "row": error.row,
            "column": error.column,
            "value": error.value,
            "wrong": error.wrong,
            "right": error.right,
        }
