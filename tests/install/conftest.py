"""Places for embedded servers: short-lived, passable for the account that root's server runs as."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pinzhi.doors.cli import embedded


@pytest.fixture
def state_dir() -> Iterator[Path]:
    """An empty state directory; what runs on it is stopped and all its data deleted afterwards."""
    base = Path(tempfile.mkdtemp(prefix="pinzhi-install-"))
    base.chmod(0o711)
    yield base / "state"
    embedded.stop(base / "state")
    record = base / "state" / "postgres" / "home"
    if record.exists() and record.read_text().startswith("/var/lib/pinzhi-"):
        shutil.rmtree(record.read_text())
    shutil.rmtree(base)


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of somebody who has just installed: nothing of this test run's settings."""
    for name in (
        "DATABASE_URL",
        "PORTAL_DATABASE_URL",
        "PINZHI_STATE_DIR",
        "PINZHI_SECRET_KEY",
        "PINZHI_DEMO",
    ):
        monkeypatch.delenv(name, raising=False)
    return dict(os.environ)
