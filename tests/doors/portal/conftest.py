"""A stranger before the portal, and the small public side of `world`. Imports wait until Django is set up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest


@pytest.fixture
def province(transactional_db: None) -> Iterator[dict[str, Any]]:
    """Three officers, two firms, a product; the clock stands in November 2024."""
    from pinzhi.doors.portal import kept
    from pinzhi.kernel import clock
    from pinzhi.kernel.places.queries import forget

    from .world import populate

    forget()
    kept.forget()
    made = populate()
    with clock.at(date(2024, 11, 20)):
        yield made
    kept.forget()
    forget()


@pytest.fixture
def stranger() -> Any:
    from django.test import Client

    return Client()


@pytest.fixture
def reader() -> Any:
    """A stranger who has switched to English."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client
