"""A web process that has asked itself for its first pages; it starts all the same where they fail."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler

from pinzhi.doors.cli.warm import PAGES, warm


@pytest.mark.django_db(transaction=True, databases=["default", "portal"])
def test_every_page_is_answered(caplog: pytest.LogCaptureFixture) -> None:
    real, seen = WSGIHandler(), []

    def noted(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        def began(status: str, headers: Any, *more: Any) -> Any:
            seen.append((environ["PATH_INFO"], status.partition(" ")[0]))
            return start(status, headers, *more)

        return real(environ, began)  # type: ignore[no-any-return]

    with caplog.at_level(logging.WARNING, "pinzhi.doors.cli.warm"):
        warm(noted)  # type: ignore[arg-type]
    assert seen == [(path, "200") for path in PAGES] and not caplog.records


def test_a_fault_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    def broken(_environ: Any, _start: Any) -> Any:
        raise OSError("the database is away")

    warm(broken)  # type: ignore[arg-type]
    assert [record.getMessage() for record in caplog.records] == [
        "not ready beforehand: /: the database is away"
    ]
