"""Import a spreadsheet of results of other levels and regions: good rows are taken, the others refused one by one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO

from pinzhi.apps.inspection import outside_files
from pinzhi.apps.inspection.actions.accept_outside import accept_good_ones, require
from pinzhi.apps.inspection.attempts import keep_refused
from pinzhi.apps.inspection.models import ImportFile
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, Refused, RowError
from pinzhi.kernel.files.actions.store_file import store_file
from pinzhi.kernel.files.queries import open_file
from pinzhi.kernel.transfer.reading import MAX_BYTES

CHUNK = 5000
SHOWN = 500


@dataclass
class Imported:
    """What became of a file: the row it is kept under, and the first errors with the file's own row numbers."""

    row: ImportFile
    errors: list[RowError] = field(default_factory=list)


def import_outside(stream: BinaryIO, *, source: str, filename: str, by: Actor) -> Imported:
    """Take the results of a file in. `source`: whose results they are, for rows that do not say.

    The same file twice is refused. Raises NotPermitted, Conflict, Refused (no table, more than
    `outside_files.MOST_ROWS` rows, no source).
    """
    require(by)
    if not source.strip():
        raise Refused("no_source", zh="请填写来源。", en="Give the source.", place="source")
    stored = store_file(stream, name=filename, accept=("csv", "txt", "xlsx"), max_bytes=MAX_BYTES, by=by)
    known = ImportFile.objects.filter(
        digest=stored.sha256, what=ImportFile.What.OUTSIDE, reports__gt=0, refused=0
    ).first()
    if known is not None:
        raise Conflict(
            "imported_already",
            zh=f"这个文件已于 {known.at:%Y-%m-%d} 导入。",
            en=f"This file was imported on {known.at:%Y-%m-%d}.",
            place="file",
        )
    row = ImportFile(
        what=ImportFile.What.OUTSIDE,
        filename=(stored.original_name or "file")[:200],
        digest=stored.sha256,
        at=clock.now(),
        by=by.username,
    )
    imported = Imported(row)
    with open_file(stored.sha256) as file:
        chunk: list[dict[str, Any]] = []
        numbers: list[int] = []
        # Read to the end first: a file that is too long or broken in its middle is refused before anything is kept.
        for given, values, errors in list(outside_files.read(file, name=filename)):
            if errors:
                _refuse(imported, errors)
                keep_refused(
                    "outside", [values], [replace(error, row=1) for error in errors], key="reference", by=by
                )
                continue
            chunk.append(values)
            numbers.append(given.number)
            if len(chunk) >= CHUNK:
                _take(imported, source, chunk, numbers, by)
                chunk, numbers = [], []
        _take(imported, source, chunk, numbers, by)
    row.save()
    return imported


def _take(
    imported: Imported, source: str, chunk: list[dict[str, Any]], numbers: list[int], by: Actor
) -> None:
    if not chunk:
        return
    taken, errors = accept_good_ones(source, chunk, by=by)
    imported.row.reports += taken
    # The action counts the rows that it was given; the reader counts those of the file.
    _refuse(
        imported,
        [replace(error, row=numbers[error.row - 1]) for error in errors],
    )


def _refuse(imported: Imported, errors: list[RowError]) -> None:
    imported.row.refused += len({error.row for error in errors})
    imported.errors += errors[: max(0, SHOWN - len(imported.errors))]
