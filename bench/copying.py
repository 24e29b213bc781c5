"""The plainest way into a table: PostgreSQL's own COPY of rows that are ready, into a twin with the same indexes."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.db import connection, transaction

SCHEMA = "bench_twin"
CHUNK = 1 << 20


def _columns(cursor: Any, table: str) -> str:
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND attgenerated = '' ORDER BY attnum",
        [table],
    )
    return ", ".join(f'"{row[0]}"' for row in cursor.fetchall())


def dump(tables: Iterable[str], folder: Path, where: dict[str, str] | None = None) -> int:
    """Write the tables' rows to files, as COPY reads them; returns how many rows."""
    count = 0
    with connection.cursor() as cursor:
        for table in tables:
            columns = _columns(cursor, table)
            condition = (where or {}).get(table, "TRUE")
            query = f"COPY (SELECT {columns} FROM {table} WHERE {condition}) TO STDOUT"
            with cursor.copy(query) as copy, (folder / table).open("wb") as out:
                for block in copy:
                    out.write(block)
            count += cursor.rowcount
    return count


def copy_in(tables: Sequence[str], folder: Path) -> float:
    """Seconds that COPY takes for all these files, into empty twins of the tables, in one transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        for table in tables:
            cursor.execute(f"CREATE TABLE {SCHEMA}.{table} (LIKE {table} INCLUDING ALL)")
    begun = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        for table in tables:
            columns = _columns(cursor, table)
            with (
                (folder / table).open("rb") as source,
                cursor.copy(f"COPY {SCHEMA}.{table} ({columns}) FROM STDIN") as copy,
            ):
                while block := source.read(CHUNK):
                    copy.write(block)
    taken = time.perf_counter() - begun
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
    return taken
