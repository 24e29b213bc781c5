"""Emptying the database between tests where it refuses to be emptied, and where Django would leave something behind.

Entries and the audit trail refuse TRUNCATE by trigger, and nothing in the product switches that off. The reset of a
transactional test does, as the owner of the test database's tables and within its own transaction. The tables of the
job queue are not Django's own, so Django's reset passes them by and one test would find the jobs of another.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

REFUSING = """
    SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger
    WHERE NOT tgisinternal AND (tgtype & 32) <> 0
"""
QUEUE = "TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, procrastinate_workers CASCADE"


@pytest.fixture(scope="session", autouse=True)
def reset_of_append_only_tables() -> Iterable[None]:
    from django.db.backends.postgresql.operations import DatabaseOperations

    patch = pytest.MonkeyPatch()
    plain = DatabaseOperations.execute_sql_flush

    def without_triggers(self: Any, sql_list: list[str]) -> Any:
        with self.connection.cursor() as cursor:
            cursor.execute(REFUSING)
            tables = [row[0] for row in cursor.fetchall()]
        off = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables]
        on = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables]
        return plain(self, [*off, *sql_list, QUEUE, *on] if sql_list else [])

    patch.setattr(DatabaseOperations, "execute_sql_flush", without_triggers)
    yield
    patch.undo()
