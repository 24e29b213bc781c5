"""The files of an opened draw in one archive: what a stranger needs to repeat it, by one click."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Mapping
from typing import Any

from django.http import FileResponse, HttpRequest

from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.files import disk
from pinzhi.kernel.registers import public

DRAWS = "m02_draws"
#: Bytes. What is larger is taken file by file: packing gigabytes for anybody who asks would stop the site.
MOST = 64 * 2**20


def packed(values: Mapping[str, Any]) -> bool:
    """Whether a draw's files are there, and small enough to be handed out as one."""
    files = values.get("files") or []
    return bool(files) and sum(int(one.get("size") or 0) for one in files) <= MOST


def archive(request: HttpRequest, key: str) -> FileResponse:
    """All public files of a draw as a ZIP with one folder in it. Raises NotFound where there are none."""
    found = public.record(DRAWS, key)
    if not packed(found.values):
        raise NotFound(
            "no_files", zh="这次抽取没有可打包的文件。", en="This draw has no files to be packed.", place=key
        )
    out = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for one in found.values["files"]:
            with disk.open_content(one["sha256"]) as content:
                made.writestr(f"{key}/{one['name']}", content.read())
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{key}.zip")
