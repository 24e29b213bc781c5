"""Erase a file's content, as the erasure of personal data asks."""

from __future__ import annotations

from django.db import transaction

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.audit.recording import record
from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.files import disk
from pinzhi.kernel.files.models import StoredFile


@transaction.atomic
def erase_file(*, sha256: str, by: Actor, reason: str = "") -> None:
    """Delete content, name and uploader; the hash stays, because entries are bound to it.

    Whether this may be done, and that nobody else needs the same content, the calling action has settled.
    """
    row = StoredFile.objects.select_for_update().filter(sha256=sha256, erased_at=None).first()
    if row is None:
        raise NotFound("no_such_file", zh="没有这个文件，或已删除。", en="There is no such file.")
    row.original_name = row.uploaded_by = ""
    row.erased_at = clock.now()
    row.save()
    record(
        "files.erase_file",
        by=by,
        subject_kind="file",
        subject_key=sha256,
        detail={"reason": reason[:300]} if reason else None,
    )
    # Gone from disk only when the erasure itself is certain.
    transaction.on_commit(lambda: disk.remove(sha256))
