"""Rows into several tables: one statement for a few, COPY for many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import CharField, Lookup

FEW = 40

#: Table, columns, and rows with their values in the order of the columns (JSON as text).
Batch = tuple[str, Sequence[str], Sequence[Sequence[Any]]]


@CharField.register_lookup
class AnyOf(Lookup):
    """`key__any_of=[…]`: like `in`, with the list as one parameter; ten thousand keys are no ten thousand parts."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} = ANY(%s)", (*params, list(self.rhs))


def insert_rows(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows into one table on the main connection."""
    insert_all([(table, columns, rows)])


def insert_all(batches: Sequence[Batch]) -> None:
    """Insert the rows of all tables; a few of them in a single statement, so that one entry costs one round trip."""
    filled = [(table, columns, rows) for table, columns, rows in batches if rows]
    if not filled:
        return
    with connection.cursor() as cursor:
        if max(len(rows) for _table, _columns, rows in filled) > FEW:
            for table, columns, rows in filled:
                with cursor.copy(f"COPY {table} ({_names(columns)}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            return
        inserts = [_insert(*batch) for batch in filled]
        parts = [f"t{at} AS ({sql})" for at, sql in enumerate(inserts[:-1])]
        statement = f"WITH {', '.join(parts)} {inserts[-1]}" if parts else inserts[-1]
        cursor.execute(statement, [value for _t, _c, rows in filled for row in rows for value in row])


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _insert(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    one = "(" + ", ".join(["%s"] * len(columns)) + ")"
    return f"INSERT INTO {table} ({_names(columns)}) VALUES {', '.join([one] * len(rows))}"
