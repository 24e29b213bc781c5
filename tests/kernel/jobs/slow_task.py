"""A task that is slow at its first try, so that its worker can be killed in the middle of it."""

from __future__ import annotations

import time
from pathlib import Path

from django.db import transaction
from procrastinate.contrib.django import app

from pinzhi.kernel.jobs.models import JobProgress
from pinzhi.kernel.jobs.progress import track


@app.task(name="tests.slow")
def slow(job_id: str, mark: str) -> None:
    with track(job_id) as progress, transaction.atomic():
        if progress.finished:
            return
        JobProgress.objects.create(kind="written", title_zh="x", title_en="x", started_by="x")
        progress.expect(2)
        progress.advance()
        if not Path(mark).exists():
            Path(mark).write_text("first try")
            time.sleep(600)
        progress.advance()
        progress.finish({"tries": 2})
