"""What tests of checks share."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def definitions(db: None, settings: Any) -> None:
    from pinzhi.kernel.registers import catalogue

    settings.REQUIRE_TOTP = False
    catalogue.sync()
