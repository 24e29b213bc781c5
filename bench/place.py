"""Databases for a run: the embedded server with its usual, durable settings, thrown away afterwards.

One database is migrated and serves as template, so every round begins with empty tables and none waits for migrations.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

TEMPLATE = "bench_template"


@dataclass(frozen=True)
class Place:
    """Where a run happens: its folder, and the server's address without a database."""

    folder: Path
    server: str

    def url(self, name: str) -> str:
        head, _, query = self.server.partition("?")
        return f"{head.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")

    def fresh(self, name: str) -> str:
        """A new database with the product's tables; its address."""
        with psycopg.connect(self.server, autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}"')
        return self.url(name)

    def drop(self, name: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def server() -> Iterator[Place]:
    """The embedded server, or the one that BENCH_DATABASE_URL names; everything made here is removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="pinzhi-bench-"))
    folder.chmod(0o711)
    (folder / "static").mkdir()
    os.environ["PINZHI_STATE_DIR"] = str(folder)
    from pinzhi.doors.cli import embedded

    own = not os.environ.get("BENCH_DATABASE_URL")
    address = embedded.ensure_running(folder) if own else os.environ["BENCH_DATABASE_URL"]
    try:
        yield Place(folder, address)
    finally:
        if own:
            embedded.stop(folder)
        shutil.rmtree(folder, ignore_errors=True)


def open_product() -> None:
    """Make models and actions of this process work on DATABASE_URL."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "pinzhi.config.settings"
    import django

    django.setup()


def prepare() -> None:
    """Tables, definitions and keys in the template."""
    from django.core.management import call_command

    from pinzhi.kernel.registers import catalogue, logs

    call_command("migrate", verbosity=0)
    catalogue.sync()
    logs.publish_keys()
