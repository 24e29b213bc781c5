"""Background work of registers: checking and importing files. The day's steps are in `auto.py`."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.models import User
from pinzhi.kernel.access.queries import actor_for_user
from pinzhi.kernel.files import queries as files
from pinzhi.kernel.jobs.progress import track
from pinzhi.kernel.registers import auto, importing
from pinzhi.kernel.registers.actions.receive_import import run_check
from pinzhi.kernel.registers.models import ImportBatch

__all__ = ["auto", "check_import", "import_batch"]


def _actor(user_id: int) -> Actor:
    """The account with the rights it has now, not those it had when it asked."""
    return actor_for_user(User.objects.get(pk=user_id), clock.today())


@app.task(name="registers.check_import")
def check_import(job_id: str, batch_id: str, user_id: int) -> None:
    """The dry run of a large file."""
    with track(job_id) as progress:
        if progress.finished:
            return
        batch = ImportBatch.objects.get(pk=batch_id)
        run_check(batch, by=_actor(user_id), progress=progress)
        progress.finish({"rows": batch.rows, "good": batch.good})


@app.task(name="registers.import")
def import_batch(job_id: str, batch_id: str, user_id: int) -> None:
    """A file that was checked, brought in: one transaction, all of it or nothing."""
    batch = ImportBatch.objects.get(pk=batch_id)
    done = False
    try:
        with track(job_id) as progress:
            if progress.finished:
                done = True
                return
            with transaction.atomic(), files.open_file(batch.digest) as stream:
                mode: importing.Mode = "good" if batch.mode == "good" else "all"
                imported = importing.import_rows(
                    batch.register,
                    batch.transition,
                    stream,
                    by=_actor(user_id),
                    mode=mode,
                    progress=progress,
                    filename=batch.filename,
                    batch_id=batch.pk,
                )
                progress.finish({"rows": imported.outcome.rows, "good": imported.outcome.good})
            done = True
    finally:
        # Refused, stopped or broken: nothing was written, and the batch can be gone on with.
        if not done:
            ImportBatch.objects.filter(pk=batch_id, status="importing").update(status="checked")
