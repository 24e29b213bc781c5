"""A database of its own for a run: the embedded server with its usual, durable settings, thrown away afterwards."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def database() -> Iterator[Path]:
    """Starts the server, migrates, records the definitions; stops it and removes everything at the end.

    `BENCH_DATABASE_URL` names another, empty database instead.
    """
    state = Path(tempfile.mkdtemp(prefix="pinzhi-bench-"))
    state.chmod(0o711)
    (state / "static").mkdir()
    os.environ["PINZHI_STATE_DIR"] = str(state)
    os.environ["DJANGO_SETTINGS_MODULE"] = "pinzhi.config.settings"
    from pinzhi.doors.cli import embedded

    own = not os.environ.get("BENCH_DATABASE_URL")
    os.environ["DATABASE_URL"] = embedded.ensure_running(state) if own else os.environ["BENCH_DATABASE_URL"]
    try:
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        from pinzhi.kernel.registers import catalogue, logs

        catalogue.sync()
        logs.publish_keys()
        yield state
    finally:
        from django.db import connections

        connections.close_all()
        for name in connections:
            close_pool = getattr(connections[name], "close_pool", None)
            if close_pool:
                close_pool()
        if own:
            embedded.stop(state)
        shutil.rmtree(state, ignore_errors=True)
