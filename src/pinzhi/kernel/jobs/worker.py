"""The worker: what runs tasks."""

from __future__ import annotations

from procrastinate.contrib.django import app


def run_worker(*, wait: bool = True, concurrency: int = 1) -> None:
    """Run tasks until a signal says stop; with wait=False only those that are in the queue now.

    Needs a main thread where it waits (it installs signal handlers).
    """
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(wait=wait, concurrency=concurrency, install_signal_handlers=wait)
