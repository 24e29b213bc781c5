"""Import a laboratory's spreadsheet of reports: good reports are taken, the others refused one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from pinzhi.apps.inspection import access, report_files
from pinzhi.apps.inspection.actions.enter_reports import CHUNK, enter_reports
from pinzhi.apps.inspection.models import ImportFile
from pinzhi.apps.inspection.reporting import Refusal
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, NotPermitted
from pinzhi.kernel.files.actions.store_file import store_file
from pinzhi.kernel.files.queries import open_file
from pinzhi.kernel.transfer.reading import MAX_BYTES

SHOWN = 500


@dataclass
class Imported:
    """What became of a file: the row it is kept under, and the first refusals with their rows."""

    row: ImportFile
    refused: list[Refusal] = field(default_factory=list)


def import_reports(
    stream: BinaryIO, *, filename: str, by: Actor, told: Callable[[int], None] = lambda done: None
) -> Imported:
    """Take the reports of a file in; `told` hears how many were looked at.

    The same file twice is refused. Raises NotPermitted, Conflict, Refused (no table).
    """
    laboratory = by.party if by.speaks_for == "body" else ""
    if not laboratory and not access.anywhere(by, "inspection.report"):
        raise NotPermitted("not_permitted", zh="您没有录入检验报告的权限。", en="You may not enter reports.")
    stored = store_file(stream, name=filename, accept=("csv", "txt", "xlsx"), max_bytes=MAX_BYTES, by=by)
    known = ImportFile.objects.filter(digest=stored.sha256, reports__gt=0).first()
    if known is not None:
        raise Conflict(
            "imported_already",
            zh=f"这个文件已于 {known.at:%Y-%m-%d} 导入。",
            en=f"This file was imported on {known.at:%Y-%m-%d}.",
        )
    row = ImportFile.objects.create(
        filename=(stored.original_name or "file")[:200],
        digest=stored.sha256,
        laboratory=laboratory or "",
        at=clock.now(),
        by=by.username,
    )
    imported = Imported(row)
    with open_file(stored.sha256) as file:
        reports = report_files.from_table(file, name=filename, laboratory=laboratory or "")
        done = 0
        while chunk := list(islice(reports, CHUNK)):
            outcome = enter_reports(chunk, by=by, door="file", source=str(row.pk))
            row.reports += outcome.taken
            row.items += outcome.items
            row.refused += len(outcome.refused)
            imported.refused += outcome.refused[: max(0, SHOWN - len(imported.refused))]
            done += len(chunk)
            told(done)
    row.save(update_fields=["reports", "items", "refused"])
    return imported
