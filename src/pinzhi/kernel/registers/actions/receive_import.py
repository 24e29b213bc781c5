"""Take in a file to be imported: it is stored, checked, and waits for somebody to say go."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, NotFound, Refused, RefusedRows
from pinzhi.kernel.files import queries as files
from pinzhi.kernel.files.actions.store_file import store_file
from pinzhi.kernel.jobs.models import JobProgress
from pinzhi.kernel.jobs.progress import start
from pinzhi.kernel.registers import importing
from pinzhi.kernel.registers.actions.carry_out import register_and_step
from pinzhi.kernel.registers.models import ImportBatch

LARGEST = 300 * 1024 * 1024
#: Files up to this size are checked at once, larger ones in the background.
AT_ONCE = 1024 * 1024


def receive_import(register: str, transition: str, upload: Any, *, filename: str, by: Actor) -> ImportBatch:
    """Store the file and check it: at once if it is small, else as background work. Nothing is imported yet.

    Raises Refused for a file that is no table at all.
    """
    found, _step = register_and_step(register, transition)
    with transaction.atomic():
        stored = store_file(upload, name=filename, accept=("csv", "xlsx"), max_bytes=LARGEST, by=by)
        batch = ImportBatch.objects.create(
            id=uuid.uuid4(),
            register=register,
            transition=transition,
            digest=stored.sha256,
            filename=filename[:200],
            by=by.username,
            at=clock.now(),
            mode="",
            status="checking",
        )
        if stored.size > AT_ONCE:
            from pinzhi.kernel.registers.tasks import check_import

            start(
                "registers.check_import",
                title_zh=f"核对导入文件：{found.title.zh}",
                title_en=f"Checking a file for {found.title.en}",
                by=by,
                task=check_import,
                link=batch_url(batch),
                batch_id=str(batch.pk),
                user_id=by.user_id,
            )
    if stored.size <= AT_ONCE:
        run_check(batch, by=by)
    return batch


def run_check(batch: ImportBatch, *, by: Actor, progress: importing.ProgressLike | None = None) -> None:
    """The dry run of a batch, with its report; a file that cannot be read is said so in the batch."""
    try:
        with files.open_file(batch.digest) as stream:
            outcome = importing.check_rows(
                batch.register, batch.transition, stream, by=by, filename=batch.filename, progress=progress
            )
    except RefusedRows:
        raise
    except Refused as refused:
        batch.status = "failed"
        batch.errors = [
            {
                "row": 0,
                "column": None,
                "value": None,
                "wrong_zh": refused.zh,
                "wrong_en": refused.en,
                "right_zh": refused.remedy_zh,
                "right_en": refused.remedy_en,
            }
        ]
    else:
        batch.status = "checked"
        batch.rows, batch.good = outcome.rows, outcome.good
        batch.errors = [error.as_dict() for error in outcome.errors]
    batch.save()


def start_import(batch_id: UUID, *, mode: str, by: Actor) -> JobProgress:
    """Import a checked batch as background work. Raises Conflict where it is not waiting for that."""
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().filter(pk=batch_id).first()
        if batch is None or batch.by != by.username:
            raise NotFound("no_such_import", zh="没有这次导入。", en="There is no such import.")
        if batch.status != "checked" or not batch.good or (mode == "all" and batch.good < batch.rows):
            raise Conflict(
                "not_to_be_imported", zh="这次导入现在不能执行。", en="This cannot be imported now."
            )
        found, _step = register_and_step(batch.register, batch.transition)
        batch.status, batch.mode = "importing", mode
        batch.save()
        from pinzhi.kernel.registers.tasks import import_batch

        return start(
            "registers.import",
            title_zh=f"导入：{found.title.zh}",
            title_en=f"Import into {found.title.en}",
            by=by,
            task=import_batch,
            total=batch.rows,
            link=batch_url(batch),
            batch_id=str(batch.pk),
            user_id=by.user_id,
        )


def batch_url(batch: ImportBatch) -> str:
    return reverse("registers_batch", args=[batch.register, batch.pk])
