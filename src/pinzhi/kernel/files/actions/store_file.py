"""Store a file that somebody sends."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.files import archives, disk, kinds
from pinzhi.kernel.files.models import StoredFile

DEFAULT_ACCEPT = ("pdf", "jpg", "png", "docx", "xlsx", "ofd")
DEFAULT_MAX_BYTES = 20 * 1024 * 1024


def store_file(
    stream: Any,
    *,
    name: str,
    accept: Sequence[str] = DEFAULT_ACCEPT,
    max_bytes: int = DEFAULT_MAX_BYTES,
    by: Actor,
) -> StoredFile:
    """Read, check and keep a content; the same content again gives the same file.

    `stream` has `read` or Django's `chunks`, or is an iterable of bytes; it is never held in memory whole.
    Raises Refused: file_empty, file_too_large, file_kind, or one of `archives`. The content is on disk before the
    row is written, so a row never lacks its content; rolled back, it leaves an orphan (`queries.orphans`).
    """
    try:
        incoming = disk.receive(stream, max_bytes)
    except disk.TooLargeError:
        raise _too_large(max_bytes) from None
    try:
        kind = _checked_kind(incoming, name, accept)
    except BaseException:
        incoming.drop()
        raise
    incoming.keep()
    row = {
        "size": incoming.size,
        "kind": kind,
        "media_type": kinds.MEDIA_TYPES[kind],
        "original_name": clean_name(name),
        "uploaded_by": by.username,
        "uploaded_at": clock.now(),
    }
    with transaction.atomic():
        stored, is_new = StoredFile.objects.get_or_create(sha256=incoming.sha256, defaults=row)
        if not is_new and stored.erased_at is not None:
            StoredFile.objects.filter(pk=stored.pk).update(**row, erased_at=None)
            stored.refresh_from_db()
    return stored


def clean_name(name: str) -> str:
    """The last part of a name, without control characters, at most 200 characters; never a path."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    plain = "".join(c for c in last if c.isprintable() and unicodedata.category(c) not in ("Cf", "Cs"))
    plain = plain.strip(" .")
    if len(plain) > 200:
        stem, dot, ending = plain.rpartition(".")
        plain = stem[: 199 - len(ending)] + dot + ending if dot and len(ending) < 10 else plain[:200]
    return plain


def _checked_kind(incoming: disk.Incoming, name: str, accept: Sequence[str]) -> str:
    if incoming.size == 0:
        raise Refused("file_empty", zh="文件是空的。", en="The file is empty.", remedy_zh="请重新选择文件。")
    found = kinds.kind_of(incoming.file)  # type: ignore[arg-type]
    kind = kinds.accepted_as(found, name, accept)
    if kind is None:
        wanted = "、".join(accept)
        hint_zh, hint_en = "", ""
        if found == "ole":
            hint_zh = "这是旧版 Office 文件（doc、xls），请另存为 docx 或 xlsx。"
            hint_en = " This is an old Office file (doc, xls): save it as docx or xlsx."
        raise Refused(
            "file_kind",
            zh=f"文件内容不是可接收的类型（{wanted}）。",
            en=f"The content is of no kind that is accepted ({', '.join(accept)}).",
            remedy_zh=hint_zh or "文件类型按内容判断，改扩展名无效；请上传所列类型的文件。",
            remedy_en=hint_en.strip()
            or "The kind is judged by content, not by name: send one of those listed.",
        )
    if kind in ("docx", "xlsx", "ofd"):
        archives.refuse_harmful(incoming.file)  # type: ignore[arg-type]
    return kind


def _too_large(max_bytes: int) -> Refused:
    size = f"{max_bytes / 1024 / 1024:g}"
    return Refused(
        "file_too_large",
        zh=f"文件超过{size}MB。",
        en=f"The file is larger than {size} MB.",
        remedy_zh="请压缩图片、降低扫描分辨率，或分成几个文件上传。",
        remedy_en="Reduce the pictures or the scanning resolution, or split the file.",
        status=413,
    )
