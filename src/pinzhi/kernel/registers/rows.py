"""Many rows into one table: a multi-row INSERT for a few, COPY for many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

FEW = 40


def insert_rows(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows (values in the order of `columns`; JSON as text) on the main connection."""
    if not rows:
        return
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        if len(rows) <= FEW:
            one = "(" + ", ".join(["%s"] * len(columns)) + ")"
            values = ", ".join([one] * len(rows))
            cursor.execute(f"INSERT INTO {table} ({names}) VALUES {values}", [v for row in rows for v in row])
            return
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
