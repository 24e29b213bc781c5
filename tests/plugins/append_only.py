"""Emptying the database between tests where it refuses to be emptied.

Entries and the audit trail refuse TRUNCATE by trigger, and nothing in the product can switch that off. The reset of
a transactional test does it the one way that is left, as the superuser of the test database and for its own
transaction alone: triggers do not fire in the role of a replica.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


@pytest.fixture(scope="session", autouse=True)
def reset_of_append_only_tables() -> Iterable[None]:
    from django.db.backends.postgresql.operations import DatabaseOperations

    patch = pytest.MonkeyPatch()
    plain = DatabaseOperations.execute_sql_flush

    def as_replica(self: Any, sql_list: list[str]) -> Any:
        return plain(
            self, ["SET LOCAL session_replication_role = replica", *sql_list] if sql_list else sql_list
        )

    patch.setattr(DatabaseOperations, "execute_sql_flush", as_replica)
    yield
    patch.undo()
