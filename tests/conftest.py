"""What all tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest_plugins = ("tests.plugins.embedded_pg", "tests.plugins.append_only")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """At the end let go of the portal's pooled connections, or the test database could not be dropped."""
    yield
    from django.db import connections

    connections["portal"].close()
    connections["portal"].close_pool()  # type: ignore[attr-defined]


@pytest.fixture
def nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """For firms that exist in no other register: what these say of a firm (does it declare its standards?) is not asked."""
    from pinzhi.kernel.registers import eligibility

    monkeypatch.setattr(eligibility, "_offered", {})
