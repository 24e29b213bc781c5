"""Export of what an account may read: CSV, XLSX or JSON Lines, one audit line for each download."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import IO, Any

from django.db.models import QuerySet

from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.registers.columns import export_columns, rows_of
from pinzhi.kernel.registers.definitions import Register
from pinzhi.kernel.registers.models import Record
from pinzhi.kernel.transfer.writing import csv_chunks, jsonl_chunks, write_xlsx

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/jsonl; charset=utf-8",
}
_AT_ONCE = 2000
_PIECE = 64 * 1024


def filename(register: Register, kind: str) -> str:
    return f"{register.name}-{clock.today().isoformat()}.{kind}"


def export(
    register: Register, records: QuerySet[Record], kind: str, *, by: Actor, lang: str = "zh"
) -> Iterator[bytes]:
    """The records (which the caller has narrowed to what `by` may read) as pieces of a file.

    The audit line is written before the first piece. Formulas are escaped by kernel/transfer. Raises NotFound for
    a kind that there is none of, Refused where XLSX cannot hold so many rows.
    """
    if kind not in MEDIA_TYPES:
        raise NotFound(
            "no_such_format", zh=f"没有“{kind}”格式。", en=f"There is no format {kind}.", place=kind
        )
    records = records.defer("search_text")
    audit.record_read(
        "registers.export",
        by=by,
        register=register.name,
        subject_kind="register",
        count=records.order_by().count(),
        detail={"format": kind},
    )
    columns = export_columns(register)
    rows = rows_of(register, records.iterator(chunk_size=_AT_ONCE))
    if kind == "csv":
        return csv_chunks(columns, rows, lang=lang)
    if kind == "jsonl":
        return jsonl_chunks(columns, rows)
    book = tempfile.TemporaryFile()  # noqa: SIM115 - closed when its last piece is read
    write_xlsx(columns, rows, book, lang=lang, sheet=register.title.zh)
    return _pieces(book)


def _pieces(book: IO[Any]) -> Iterator[bytes]:
    with book:
        book.seek(0)
        while piece := book.read(_PIECE):
            yield piece
