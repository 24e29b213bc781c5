"""Putting a task in the queue, always on Django's own connection.

Inside a worker, procrastinate's `task.defer` would use a connection of its own and enqueue at once, whatever becomes
of the transaction that asked for it. `defer` here is part of the caller's transaction everywhere.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import JobDeferrer
from procrastinate.manager import JobManager


def defer(task: Any, *, once: str = "", priority: int | None = None, **arguments: Any) -> bool:
    """Queue the task with its arguments (JSON values); higher priorities go first.

    With `once`, nothing is queued while a job under that name waits. Returns whether it was queued.
    """
    options: dict[str, Any] = {}
    if once:
        options["queueing_lock"] = once
    if priority is not None:
        options["priority"] = priority
    prepared = task.configure(**options)
    deferrer = JobDeferrer(job=prepared.job, job_manager=JobManager(DjangoConnector()))
    try:
        with transaction.atomic():
            deferrer.defer(**arguments)
    except AlreadyEnqueued:
        return False
    return True
