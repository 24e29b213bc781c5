"""What all tests share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

# How long an example takes says more of what else a machine does than of the rule. In CI hypothesis sets this itself.
settings.register_profile("pinzhi", deadline=None)
if not settings.default.derandomize:
    settings.load_profile("pinzhi")

pytest_plugins = ("tests.plugins.embedded_pg", "tests.plugins.append_only")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The catalogue's definitions are there from the beginning, as in any installation: a test's own `sync` finds them.

    At the end let go of every session, pooled and of other threads, or the test database could not be dropped.
    """
    from django.db import connection, connections

    from pinzhi.kernel.registers import catalogue

    with django_db_blocker.unblock():
        catalogue.sync()
    yield

    connections["portal"].close()
    connections["portal"].close_pool()  # type: ignore[attr-defined]
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture
def nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """For firms that exist in no other register: what these say of a firm (does it declare its standards?) is not asked."""
    from pinzhi.kernel.registers import eligibility

    monkeypatch.setattr(eligibility, "_offered", {})
