"""A file handed in and checked, decided on, brought in or dropped.

`hand_in` → dry run (a job) → report → `decide` (all rows or none, good rows only) → import (a job), or `drop`.
`import_stream` does it at once for those who wait: the command line, the demonstration.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app as queue

from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.models import User
from pinzhi.kernel.access.queries import actor_for_user
from pinzhi.kernel.errors import Conflict, Refused, RefusedRows
from pinzhi.kernel.files.actions.store_file import clean_name, store_file
from pinzhi.kernel.files.queries import open_file
from pinzhi.kernel.jobs import progress as jobs
from pinzhi.kernel.registers.wrong import Wrong
from pinzhi.kernel.search.queries import settle
from pinzhi.kernel.transfer.imports import Imports, Kind, get_import, require_import
from pinzhi.kernel.transfer.judging import Importer, Report, bring_in, check
from pinzhi.kernel.transfer.models import CheckedImport
from pinzhi.kernel.transfer.regions import region_code

Status, Mode = CheckedImport.Status, CheckedImport.Mode
#: From so many rows on, indexes are tidied and statistics renewed after the import.
MANY = 20_000


class Tells(Protocol):
    """What the work tells of itself: a job's progress, or nobody's."""

    def expect(self, total: int | None) -> None: ...
    def advance(self, by: int = 1) -> None: ...
    def finish(self, result: dict[str, Any] | None = None) -> None: ...


class Silent:
    """For work that nobody watches."""

    def expect(self, total: int | None) -> None: ...
    def advance(self, by: int = 1) -> None: ...
    def finish(self, result: dict[str, Any] | None = None) -> None: ...


def hand_in(
    imports: Imports, what: str, stream: Any, *, filename: str, region: str = "", by: Actor
) -> CheckedImport:
    """Store the file and put its dry run in the queue. Nothing of it is in any list before somebody decides.

    `region`: for rows that name none. Raises NotFound, NotPermitted, Refused (no table, too large, no such region).
    """
    kind = require_import(imports, what, by)
    home = _home(region)
    stored = store_file(
        stream,
        name=f"{filename}.txt" if kind.reads else filename,
        accept=("txt",) if kind.reads else ("csv", "txt", "xlsx"),
        max_bytes=kind.max_bytes,
        by=by,
    )
    with transaction.atomic():
        row = imports.model._default_manager.create(
            what=what,
            filename=clean_name(filename) or "file",
            digest=stored.sha256,
            region=home,
            by=by.username,
            user_id=by.user_id,
            at=clock.now(),
        )
        job = jobs.start(
            f"{imports.name}.check",
            title_zh=f"预检“{row.filename}”",
            title_en=f"Checking {row.filename}",
            by=by,
            task=queue.tasks[f"{imports.name}.check_file"],
            link=imports.page("import", row.pk),
            import_id=str(row.pk),
        )
        row.job = job.pk
        row.save(update_fields=["job"])
    return row


def decide(imports: Imports, import_id: str | UUID, mode: str, *, by: Actor) -> CheckedImport:
    """Bring a checked file in: `all` rows or none, or the `good` ones only. Raises Conflict, NotPermitted."""
    with transaction.atomic():
        row = _locked(imports, import_id, by)
        if row.status not in (Status.CHECKED, Status.FAILED):
            raise _not_now(row)
        if mode not in Mode.values:
            raise Refused("no_such_mode", zh="请选择导入方式。", en="Choose how to import.", place="mode")
        if mode == Mode.ALL and row.wrong:
            raise Refused(
                "rows_wrong",
                zh=f"有 {row.wrong} 行有误，不能整体导入。",
                en=f"{row.wrong} rows are wrong, so not all can be brought in.",
                place="mode",
                remedy_zh="改正后重新上传，或只导入无误的行。",
                remedy_en="Put them right and hand the file in again, or bring in the good rows only.",
            )
        row.mode, row.status = mode, Status.RUNNING
        row.by, row.user_id = by.username, by.user_id
        job = jobs.start(
            f"{imports.name}.import",
            title_zh=f"导入“{row.filename}”",
            title_en=f"Importing {row.filename}",
            by=by,
            task=queue.tasks[f"{imports.name}.import_file"],
            total=row.rows,
            link=imports.page("import", row.pk),
            import_id=str(row.pk),
        )
        row.job = job.pk
        row.save()
    return row


def drop(imports: Imports, import_id: str | UUID, *, by: Actor) -> None:
    """Do not bring the file in after all."""
    with transaction.atomic():
        row = _locked(imports, import_id, by)
        if row.status not in (Status.CHECKED, Status.FAILED, Status.UNREADABLE):
            raise _not_now(row)
        row.status = Status.DROPPED
        row.save(update_fields=["status"])
        _record(imports, "drop_import", row, by)


def carry_out_check(imports: Imports, import_id: str, tells: Tells | None = None) -> None:
    """The dry run: reads the file and keeps the report. A file that cannot be read is the report."""
    tells = tells or Silent()
    row = imports.model._default_manager.get(pk=import_id)
    kind = imports.kinds[row.what]
    try:
        with open_file(row.digest) as stream:
            table = kind.open(stream, row.filename)
            report = check(table, _importer(kind, row), tells.advance)
    except Refused as refused:
        row.status, row.message = Status.UNREADABLE, _message(refused)
        row.save(update_fields=["status", "message"])
        tells.finish({"status": row.status})
        return
    with transaction.atomic():
        row.status = Status.CHECKED
        row.unknown_columns = list(table.unknown)[:50]
        _keep(row, report)
        row.save()
        _record(imports, "check_import", row, _actor(row))
        tells.finish({"status": row.status, **report.counts()})


def carry_out_import(imports: Imports, import_id: str, tells: Tells | None = None) -> None:
    """Bring the file in: rows, roster entries and the audit line are one transaction."""
    tells = tells or Silent()
    row = imports.model._default_manager.get(pk=import_id)
    if row.status == Status.DONE:
        return
    kind = imports.kinds[row.what]
    tells.expect(row.rows)
    try:
        with open_file(row.digest) as stream, transaction.atomic():
            report = bring_in(
                kind.open(stream, row.filename),
                _importer(kind, row),
                all_or_nothing=row.mode == Mode.ALL,
                advance=tells.advance,
            )
            row.status, row.done_at = Status.DONE, clock.now()
            _keep(row, report)
            row.save()
            _record(imports, "run_import", row, _actor(row))
            tells.finish({"status": row.status, **report.counts()})
    except RefusedRows as refused:
        # The lists have changed since the dry run: what is wrong now is the report.
        _failed(imports, import_id, refused, [asdict(error) for error in refused.rows])
        raise
    except Refused as refused:
        _failed(imports, import_id, refused, None)
        raise
    except Exception:
        imports.model._default_manager.filter(pk=import_id).update(status=Status.FAILED)
        raise
    _settle(kind, row.rows)


def import_stream(
    imports: Imports,
    what: str,
    stream: Any,
    *,
    filename: str,
    mode: str,
    region: str = "",
    by: Actor,
    advance: Callable[[int], None] = lambda done: None,
) -> Report:
    """Check a file (`check`), or bring it in at once (`all` rows or none, `good` ones), in one transaction.

    Raises NotFound, NotPermitted, Refused, RefusedRows.
    """
    kind = require_import(imports, what, by)
    home = _home(region)
    row = imports.model(what=what, filename=filename, region=home, mode=mode)
    table = kind.open(stream, filename)
    importer = kind.importer(by=by, region=home, source=filename[:36])
    if mode == "check":
        return check(table, importer, advance)
    with transaction.atomic():
        report = bring_in(table, importer, all_or_nothing=mode == Mode.ALL, advance=advance)
        _keep(row, report)
        _record(imports, "run_import", row, by)
    _settle(kind, report.rows)
    return report


def _home(region: str) -> str:
    """The code of the region that was typed, or nothing; Refused where there is no such region."""
    if not region.strip():
        return ""
    try:
        return region_code(region)
    except Wrong as wrong:
        zh, en, right_zh, right_en = wrong.args4
        raise Refused(
            "no_such_region", zh=zh, en=en, place="region", remedy_zh=right_zh, remedy_en=right_en
        ) from None


def _failed(imports: Imports, import_id: str, refused: Refused, errors: list[dict[str, Any]] | None) -> None:
    row = imports.model._default_manager.get(pk=import_id)
    row.status, row.message = Status.FAILED, _message(refused)
    if errors is not None:
        row.errors, row.errors_total = errors, len(errors)
        row.wrong = len({error["row"] for error in errors})
    row.save()


def _message(refused: Refused) -> dict[str, str]:
    return {
        "zh": f"{refused.zh}{refused.remedy_zh}",
        "en": f"{refused.en} {refused.remedy_en}".strip(),
    }


def _settle(kind: Kind, rows: int) -> None:
    if rows >= MANY and kind.settles:
        settle(kind.settles, "search_text")


def _importer(kind: Kind, row: CheckedImport) -> Importer:
    return kind.importer(by=_actor(row), region=row.region, source=str(row.pk))


def _actor(row: CheckedImport) -> Actor:
    """Who decided, with the rights of today: a right that was taken away meanwhile does not import."""
    if row.user_id is None:
        return Actor.system(row.by)
    user = User.objects.prefetch_related("grants").get(pk=row.user_id)
    return actor_for_user(user, clock.today())


def _keep(row: CheckedImport, report: Report) -> None:
    for name, value in report.counts().items():
        setattr(row, name, value)
    row.errors = [asdict(error) for error in report.errors]
    row.errors_total = report.errors_total


def _record(imports: Imports, verb: str, row: CheckedImport, by: Actor) -> None:
    audit.record(
        f"{imports.name}.{verb}",
        by=by,
        subject_kind="import",
        subject_key=str(row.pk),
        register=imports.kinds[row.what].register,
        count=row.new + row.changed,
        detail={
            "filename": row.filename,
            "digest": row.digest,
            "mode": row.mode,
            "rows": row.rows,
            "new": row.new,
            "changed": row.changed,
            "wrong": row.wrong,
        },
    )


def _locked(imports: Imports, import_id: str | UUID, by: Actor) -> CheckedImport:
    """The import, for a change: who may see it must also hold the right to import."""
    get_import(imports, import_id, by=by)
    row = imports.model._default_manager.select_for_update().get(pk=import_id)
    require_import(imports, row.what, by)
    return row


def _not_now(row: CheckedImport) -> Conflict:
    return Conflict(
        "not_now",
        zh=f"这次导入当前为“{Status(row.status).label}”，不能这样办理。",
        en=f"This import is {row.status}; that cannot be done now.",
        remedy_zh="请刷新页面。",
        remedy_en="Reload the page.",
    )
