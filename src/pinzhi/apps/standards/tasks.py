"""Work behind the pages: files of the catalogue checked and brought in, statuses turned on their day, reminders."""

from __future__ import annotations

from procrastinate.contrib.django import app

from pinzhi.apps.standards import reminding_alerts
from pinzhi.apps.standards.actions.import_catalogue import carry_out_check, carry_out_import
from pinzhi.kernel.jobs.progress import track


@app.task(name="standards.check_file")
def check_file(job_id: str, import_id: str) -> None:
    """The dry run of a file that was handed in."""
    with track(job_id) as progress:
        if not progress.finished:
            carry_out_check(import_id, progress)


@app.task(name="standards.import_file")
def import_file(job_id: str, import_id: str) -> None:
    """A checked file brought in."""
    with track(job_id) as progress:
        if not progress.finished:
            carry_out_import(import_id, progress)


__all__ = ["check_file", "import_file", "reminding_alerts"]
