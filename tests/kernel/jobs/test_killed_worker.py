"""kill -9 of a worker in the middle of a job: half of nothing is kept, and another worker does the job."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.jobs import tasks
from pinzhi.kernel.jobs.models import JobProgress, State
from pinzhi.kernel.jobs.progress import start
from pinzhi.kernel.jobs.worker import run_worker
from tests.kernel.jobs.slow_task import slow

ROOT = Path(__file__).parents[3]
WORKER = """
import os, django
django.setup()
from django.conf import settings
from django.db import connections
from pinzhi.kernel.jobs.worker import run_worker
import tests.kernel.jobs.slow_task
run_worker()
"""


def url_of_test_database() -> str:
    from urllib.parse import quote, urlencode

    settings = connection.settings_dict
    query = {"host": settings["HOST"]} | ({"port": settings["PORT"]} if settings["PORT"] else {})
    user = quote(settings["USER"]) + (":" + quote(settings["PASSWORD"]) if settings["PASSWORD"] else "")
    return f"postgresql://{user}@/{settings['NAME']}?{urlencode(query)}"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_leaves_nothing_half_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = tmp_path / "mark"
    job = start("tests.slow", title_zh="慢", title_en="slow", by=Actor.system(), task=slow, mark=str(mark))
    environment = {**os.environ, "DATABASE_URL": url_of_test_database()}
    worker = subprocess.Popen([sys.executable, "-c", WORKER], env=environment, cwd=ROOT)
    try:
        deadline = time.monotonic() + 60
        while not mark.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert mark.exists(), "the worker did not take the job"
    finally:
        worker.kill()
        worker.wait()
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == (State.RUNNING, 0, 2)
    assert not JobProgress.objects.filter(kind="written").exists()

    monkeypatch.setattr(tasks, "DEAD_AFTER_SECONDS", 0)
    from procrastinate.contrib.django import app

    async def another_takes_up() -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as other:  # type: ignore[attr-defined]
            async with other.open_async():
                await tasks.take_up.func(timestamp=0)

    asyncio.run(another_takes_up())
    run_worker(wait=False)
    job.refresh_from_db()
    assert (job.state, job.done, job.result) == (State.DONE, 2, {"tries": 2})
    assert JobProgress.objects.filter(kind="written").count() == 1
