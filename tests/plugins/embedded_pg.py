"""A database for the test run: the embedded one, in a folder of its own, where DATABASE_URL names no other.

It must be there before Django's settings are read, and these before any conftest below imports a model: so both happen
when this plugin is imported. pytest-xdist's workers inherit the address, make a database each, and keep their files
(keys, published heads, uploads) in a folder each: two databases never write to one.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import django
import psycopg
import pytest

from pinzhi.doors.cli import embedded

_state_dir: Path | None = None


def _find_database() -> None:
    global _state_dir
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        own = Path(os.environ["PINZHI_STATE_DIR"]) / worker
        (own / "static").mkdir(parents=True, exist_ok=True)
        own.chmod(0o711)
        os.environ["PINZHI_STATE_DIR"] = str(own)
        return
    if not os.environ.get("DATABASE_URL") or not os.environ.get("PINZHI_STATE_DIR"):
        _state_dir = Path(tempfile.mkdtemp(prefix="pinzhi-tests-"))
        _state_dir.chmod(0o711)  # root's server runs as another account, which must pass through here
        (_state_dir / "static").mkdir()
        os.environ.setdefault("PINZHI_STATE_DIR", str(_state_dir))
    if not os.environ.get("DATABASE_URL"):
        assert _state_dir is not None
        os.environ["DATABASE_URL"] = embedded.ensure_running(_state_dir, durable=False, ephemeral=True)
        # Roles belong to the server, databases to the workers: one makes it before all migrate at once.
        with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
            connection.execute("CREATE ROLE pinzhi_portal NOLOGIN")
            connection.execute("GRANT pinzhi_portal TO CURRENT_USER")


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    if _state_dir is not None and not hasattr(config, "workerinput"):
        embedded.stop(_state_dir)
        shutil.rmtree(_state_dir, ignore_errors=True)


_find_database()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pinzhi.config.settings")
django.setup()
