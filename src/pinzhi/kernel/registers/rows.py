"""Rows into several tables: one statement for a few, COPY for many."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

import psycopg
from django.db import connection, connections
from django.db.models import CharField, Lookup, Model

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
    if max(len(rows) for _table, _columns, rows in filled) > FEW:
        with connection.cursor() as cursor:
            for table, columns, rows in filled:
                with cursor.copy(f"COPY {table} ({_names(columns)}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
        return
    inserts: list[str] = []
    values: list[Any] = []
    for table, columns, rows in filled:
        inserts.append(_insert(table, columns, len(rows), len(values)))
        values += [value for row in rows for value in row]
    parts = [f"t{at} AS ({sql})" for at, sql in enumerate(inserts[:-1])]
    ask(f"WITH {', '.join(parts)} {inserts[-1]}" if parts else inserts[-1], values)


def update_rows(objects: Sequence[Model], fields: Sequence[str]) -> None:
    """Write these fields of rows that are there, in one statement with a list a column.

    Where Django's bulk_update makes an expression for every value, which takes a minute for 20,000 rows.
    """
    if not objects:
        return
    meta = objects[0]._meta
    own = {column.name: column for column in meta.concrete_fields}
    columns = [column for column in own.values() if column.primary_key] + [own[name] for name in fields]
    types = [
        column.rel_db_type(connection) if column.primary_key else column.db_type(connection)
        for column in columns
    ]
    lists = [
        [column.get_db_prep_save(getattr(one, column.attname), connection) for one in objects]
        for column in columns
    ]
    names = [str(column.column) for column in columns]
    assignments = ", ".join(f'"{name}" = d."{name}"' for name in names[1:])
    # Without its length: a cast would cut a text that is too long, where the column refuses it.
    given = ", ".join(f"%s::{kind.partition('(')[0]}[]" for kind in types if kind)
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{meta.db_table}" t SET {assignments} FROM unnest({given}) AS d({_names(names)})'
            f' WHERE t."{names[0]}" = d."{names[0]}"',
            lists,
        )


def ask(
    statement: str, values: Sequence[Any], *, using: str = "default", binary: bool = False
) -> list[tuple[Any, ...]]:
    """The rows that a statement (parameters $1, $2 …) answers; `binary`: large bytes come as they are, not as text.

    For the few statements that stand on the way of every single step. The server prepares them once for a connection,
    where Django's cursor writes the values into a text that is parsed and planned anew each time.
    """
    own = connections[using]
    own.ensure_connection()
    with own.wrap_database_errors, psycopg.RawCursor(own.connection) as cursor:
        cursor.execute(statement, values, prepare=True, binary=binary)
        if own.queries_logged:  # what Django's own cursor would note: tests count the questions of a page
            own.queries_log.append({"sql": statement, "time": "0"})
        return cursor.fetchall() if cursor.description else []


#: A statement with parameters $1, $2 …, and their values.
Question = tuple[str, Sequence[Any]]


def ask_together(questions: Sequence[Question]) -> list[list[tuple[Any, ...]]]:
    """What `ask` would answer to each, asked in this order and in one round trip (with the BEGIN, if it is due)."""
    if len(questions) == 1:
        return [ask(*questions[0])]
    own = connections["default"]
    own.ensure_connection()
    with own.wrap_database_errors, ExitStack() as cursors:
        with own.connection.pipeline():
            asked = []
            for statement, values in questions:
                cursor = cursors.enter_context(psycopg.RawCursor(own.connection))
                cursor.execute(statement, values, prepare=True)
                asked.append(cursor)
                if own.queries_logged:
                    own.queries_log.append({"sql": statement, "time": "0"})
        return [cursor.fetchall() for cursor in asked]


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _insert(table: str, columns: Sequence[str], rows: int, before: int) -> str:
    """One INSERT of so many rows; its parameters begin after `before` others."""
    width = len(columns)
    tuples = (", ".join(f"${before + row * width + at}" for at in range(1, width + 1)) for row in range(rows))
    return f"INSERT INTO {table} ({_names(columns)}) VALUES ({'), ('.join(tuples)})"
