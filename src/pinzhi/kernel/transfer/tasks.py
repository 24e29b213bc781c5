"""Work behind the pages: files checked and brought in."""

from __future__ import annotations

from typing import Any

from procrastinate.contrib.django import app

from pinzhi.kernel.jobs.progress import track
from pinzhi.kernel.transfer.actions.import_file import carry_out_check, carry_out_import
from pinzhi.kernel.transfer.imports import Imports


def declare_tasks(imports: Imports) -> tuple[Any, Any]:
    """The two tasks of an app's imports, `<name>.check_file` and `<name>.import_file`; called in its `tasks.py`."""

    @app.task(name=f"{imports.name}.check_file")
    def check_file(job_id: str, import_id: str) -> None:
        """The dry run of a file that was handed in."""
        with track(job_id) as progress:
            if not progress.finished:
                carry_out_check(imports, import_id, progress)

    @app.task(name=f"{imports.name}.import_file")
    def import_file(job_id: str, import_id: str) -> None:
        """A checked file brought in."""
        with track(job_id) as progress:
            if not progress.finished:
                carry_out_import(imports, import_id, progress)

    return check_file, import_file
