"""The worker: what runs tasks."""

from __future__ import annotations

from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector


def run_worker(*, wait: bool = True, concurrency: int = 1) -> None:
    """Run tasks until a signal says stop; with wait=False only those that are in the queue now.

    Needs a main thread where it waits (it installs signal handlers).
    """
    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    with app.replace_connector(connector.get_worker_connector()) as worker:
        worker.run_worker(wait=wait, concurrency=concurrency, install_signal_handlers=wait)
