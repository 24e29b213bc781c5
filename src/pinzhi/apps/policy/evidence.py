"""Files that back what is said: kept by content, named by the row they belong to, read by who may read the row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from django.utils.translation import gettext as _

from pinzhi.kernel import audit
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotFound, Refused
from pinzhi.kernel.files import queries as files
from pinzhi.kernel.files.actions.store_file import store_file
from pinzhi.kernel.registers.definitions import FieldDef, Text
from pinzhi.kernel.web.widgets import FilesField, KeepFile

MOST = 20
ACCEPT = ["pdf", "jpg", "jpeg", "png", "docx", "xlsx", "ofd"]


def field(by: Actor, *, required: bool = False) -> FilesField:
    """A form's field for evidence; what was sent before an error is not lost."""
    title = Text(zh="证明材料", en="Evidence")
    defined = FieldDef(name="files", title=title, type="file", many=True, accept=ACCEPT)
    hint = _("PDF, OFD, pictures, Word or Excel, up to 20 MB each.")
    return FilesField(defined, _keeper(by), label=_("Evidence"), required=required, help_text=hint)


def _keeper(by: Actor) -> KeepFile:
    return lambda file, defined: keep(file, by=by)


def keep(file: UploadedFile, *, by: Actor) -> dict[str, Any]:
    """Store one file that backs what is said; what its row keeps of it. Raises Refused where it cannot be taken."""
    stored = store_file(file, name=file.name or "file", accept=ACCEPT, by=by)
    return {"sha256": stored.sha256, "name": stored.original_name, "size": stored.size}


def refuse_many(files: Sequence[Any]) -> None:
    """Raises Refused for more files than one row of evidence holds."""
    if len(files) > MOST:
        raise Refused(
            "too_many_files", zh=f"最多可附 {MOST} 个文件。", en=f"At most {MOST} files.", place="files"
        )


def download(
    named: Iterable[Mapping[str, Any]], sha256: str, *, by: Actor, of: str, region: str
) -> FileResponse:
    """One of the files that a row names; the reading is noted. Raises NotFound. The caller has checked who may read."""
    one = next((file for file in named if file.get("sha256") == sha256), None)
    stored = files.get_file(sha256) if one else None
    if one is None or stored is None:
        raise NotFound("no_such_file", zh="没有这个文件。", en="There is no such file.", place=sha256[:12])
    audit.record_read("policy.read_evidence", by=by, subject_kind="evidence", subject_key=of, region=region)
    response = FileResponse(
        files.open_file(sha256),
        as_attachment=True,
        filename=str(one.get("name") or sha256[:12]),
        content_type=stored.media_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
