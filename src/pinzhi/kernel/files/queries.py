"""What may be asked of stored files. Who may read one is the register's matter, by the field that names it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import BinaryIO

from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.files import disk
from pinzhi.kernel.files.models import StoredFile


def get_file(sha256: str) -> StoredFile | None:
    """What is known of a file; None where it was never stored or has been erased."""
    return StoredFile.objects.filter(sha256=sha256, erased_at=None).first()


def get_files(hashes: Iterable[str]) -> dict[str, StoredFile]:
    """Several at once, by hash; those that are not there are left out."""
    return StoredFile.objects.filter(erased_at=None).in_bulk(list(hashes))


def open_file(sha256: str) -> BinaryIO:
    """The content, open for reading. Raises NotFound where it was never stored, was erased, or is missing."""
    try:
        if get_file(sha256) is not None:
            return disk.open_content(sha256)
    except (FileNotFoundError, ValueError):
        pass
    raise NotFound(
        "no_such_file", zh="没有这个文件，或已删除。", en="There is no such file, or it was erased."
    )


def orphans() -> Iterator[str]:
    """Hashes on disk that no row knows: left by a transaction that was rolled back after the upload."""
    known = set(StoredFile.objects.filter(erased_at=None).values_list("sha256", flat=True))
    return (sha256 for sha256, _ in disk.all_hashes() if sha256 not in known)


def unused(in_use: set[str], before: datetime) -> list[StoredFile]:
    """Files stored before an instant that nothing in `in_use` names, as when a form was never sent."""
    rows = StoredFile.objects.filter(erased_at=None, uploaded_at__lt=before).order_by("uploaded_at")
    return [row for row in rows.iterator() if row.sha256 not in in_use]


def damaged() -> Iterator[StoredFile]:
    """Files that are missing on disk or whose content no longer has its hash: for `pinzhi check`."""
    for row in StoredFile.objects.filter(erased_at=None).order_by("sha256").iterator():
        if not disk.is_intact(row.sha256):
            yield row
