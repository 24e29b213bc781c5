"""A file of the catalogue (spreadsheet, or a standard's STS metadata): handed in and checked, decided on, brought in or dropped.

`hand_in` → dry run (a job) → report → `decide` (all rows or none, good rows only) → import (a job), or `drop`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction

from pinzhi.apps.standards import access
from pinzhi.apps.standards.cleaning_catalogue import region_code
from pinzhi.apps.standards.fields_catalogue import columns_of
from pinzhi.apps.standards.importing_catalogue import IMPORTERS, VERB, Importer, Report, bring_in, check
from pinzhi.apps.standards.models import CatalogueImport
from pinzhi.apps.standards.sts import MOST_BYTES, read_sts
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.models import User
from pinzhi.kernel.access.queries import actor_for_user
from pinzhi.kernel.errors import Conflict, NotFound, NotPermitted, Refused, RefusedRows
from pinzhi.kernel.files.actions.store_file import store_file
from pinzhi.kernel.files.queries import open_file
from pinzhi.kernel.jobs import progress as jobs
from pinzhi.kernel.registers.values import Wrong
from pinzhi.kernel.search.queries import settle
from pinzhi.kernel.transfer.reading import MAX_BYTES, Row, Table, open_table

Status = CatalogueImport.Status
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


def may_import(by: Actor) -> bool:
    """Whether the actor may import the catalogue of some region."""
    return access.anywhere(by, VERB)


def hand_in(what: str, stream: Any, *, filename: str, region: str = "", by: Actor) -> CatalogueImport:
    """Store the file and put its dry run in the queue. Nothing of it is in any list before somebody decides.

    `region`: for rows that name none. Raises NotPermitted, Refused (no table, too large, no such region).
    """
    from pinzhi.apps.standards.tasks import check_file

    require_import(by, what)
    try:
        home = region_code(region) if region.strip() else ""
    except Wrong as wrong:
        zh, en, right_zh, right_en = wrong.args4
        raise Refused(
            "no_such_region", zh=zh, en=en, place="region", remedy_zh=right_zh, remedy_en=right_en
        ) from None
    xml = what == CatalogueImport.What.STS
    stored = store_file(
        stream,
        # XML is kept as the text that it is.
        name=f"{filename}.txt" if xml else filename,
        accept=("txt",) if xml else ("csv", "txt", "xlsx"),
        max_bytes=MOST_BYTES if xml else MAX_BYTES,
        by=by,
    )
    with transaction.atomic():
        row = CatalogueImport.objects.create(
            what=what,
            filename=(filename or "file")[:200],
            digest=stored.sha256,
            region=home,
            by=by.username,
            user_id=by.user_id,
            at=clock.now(),
        )
        link = f"/console/standards/catalogue/imports/{row.pk}/"
        job = jobs.start(
            "standards.check",
            title_zh=f"预检“{row.filename}”",
            title_en=f"Checking {row.filename}",
            by=by,
            task=check_file,
            link=link,
            import_id=str(row.pk),
        )
        CatalogueImport.objects.filter(pk=row.pk).update(job=job.pk)
        row.job = job.pk
    return row


def require_import(by: Actor, what: str) -> None:
    """Raise NotFound for a kind that there is not, NotPermitted where the actor may import it nowhere."""
    if what not in IMPORTERS:
        raise NotFound(
            "no_such_import", zh=f"不能导入“{what}”。", en=f"{what} cannot be imported.", place=what
        )
    if not may_import(by):
        raise NotPermitted(
            "not_permitted",
            zh="您没有导入权限。",
            en="You may not import this.",
            remedy_zh="请联系本单位管理员。",
            remedy_en="Ask your administrator.",
        )


def get_import(import_id: str | UUID, *, by: Actor) -> CatalogueImport:
    """An import that the actor handed in, or may import itself; NotFound otherwise."""
    row = CatalogueImport.objects.filter(pk=import_id).first()
    if row is None or not (by.is_system or row.by == by.username or may_import(by)):
        raise NotFound("no_such_import", zh="没有这次导入。", en="There is no such import.")
    return row


def decide(import_id: str | UUID, mode: str, *, by: Actor) -> CatalogueImport:
    """Bring a checked file in: `all` rows or none, or the `good` ones only. Raises Conflict, NotPermitted."""
    from pinzhi.apps.standards.tasks import import_file

    with transaction.atomic():
        row = _locked(import_id, by)
        require_import(by, row.what)
        if row.status not in (Status.CHECKED, Status.FAILED):
            raise _not_now(row)
        if mode not in CatalogueImport.Mode.values:
            raise Refused("no_such_mode", zh="请选择导入方式。", en="Choose how to import.", place="mode")
        if mode == CatalogueImport.Mode.ALL and row.wrong:
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
            "standards.import",
            title_zh=f"导入“{row.filename}”",
            title_en=f"Importing {row.filename}",
            by=by,
            task=import_file,
            total=row.rows,
            link=f"/console/standards/catalogue/imports/{row.pk}/",
            import_id=str(row.pk),
        )
        row.job = job.pk
        row.save()
    return row


def drop(import_id: str | UUID, *, by: Actor) -> None:
    """Do not bring the file in after all."""
    with transaction.atomic():
        row = _locked(import_id, by)
        require_import(by, row.what)
        if row.status not in (Status.CHECKED, Status.FAILED, Status.UNREADABLE):
            raise _not_now(row)
        row.status = Status.DROPPED
        row.save(update_fields=["status"])
        _record("standards.drop_import", row, by)


def carry_out_check(import_id: str, tells: Tells | None = None) -> None:
    """The dry run: reads the file and keeps the report. A file that cannot be read is the report."""
    tells = tells or Silent()
    row = CatalogueImport.objects.get(pk=import_id)
    try:
        with open_file(row.digest) as stream:
            table = _table(row, stream)
            report = check(table, _importer(row), tells.advance)
    except Refused as refused:
        row.status = Status.UNREADABLE
        row.message = {
            "zh": f"{refused.zh}{refused.remedy_zh}",
            "en": f"{refused.en} {refused.remedy_en}".strip(),
        }
        row.save(update_fields=["status", "message"])
        tells.finish({"status": row.status})
        return
    with transaction.atomic():
        row.status = Status.CHECKED
        row.unknown_columns = list(table.unknown)[:50]
        _keep(row, report)
        row.save()
        _record("standards.check_import", row, _actor(row))
        tells.finish({"status": row.status, **report.counts()})


def carry_out_import(import_id: str, tells: Tells | None = None) -> None:
    """Bring the file in: rows, roster entries and the audit line are one transaction."""
    tells = tells or Silent()
    row = CatalogueImport.objects.get(pk=import_id)
    if row.status == Status.DONE:
        return
    tells.expect(row.rows)
    try:
        with open_file(row.digest) as stream, transaction.atomic():
            report = bring_in(
                _table(row, stream),
                _importer(row),
                all_or_nothing=row.mode == CatalogueImport.Mode.ALL,
                advance=tells.advance,
            )
            row.status, row.done_at = Status.DONE, clock.now()
            _keep(row, report)
            row.save()
            _record("standards.run_import", row, _actor(row))
            tells.finish({"status": row.status, **report.counts()})
    except RefusedRows as refused:
        # The lists have changed since the dry run: what is wrong now is the report.
        _failed(import_id, refused, [asdict(error) for error in refused.rows])
        raise
    except Refused as refused:
        _failed(import_id, refused, None)
        raise
    except Exception:
        CatalogueImport.objects.filter(pk=import_id).update(status=Status.FAILED)
        raise
    if row.rows >= MANY:
        settle("standards_edition", "search_text")


def import_stream(
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

    For those who wait for it: the command line, the demonstration. Raises NotPermitted, Refused, RefusedRows.
    """
    require_import(by, what)
    home = region_code(region) if region.strip() else ""
    row = CatalogueImport(what=what, filename=filename, region=home, mode=mode)
    table = _table(row, stream)
    importer = IMPORTERS[what](by=by, region=home, source=filename[:36])
    if mode == "check":
        return check(table, importer, advance)
    with transaction.atomic():
        report = bring_in(table, importer, all_or_nothing=mode == CatalogueImport.Mode.ALL, advance=advance)
        for name, value in report.counts().items():
            setattr(row, name, value)
        _record("standards.run_import", row, by)
    if report.rows >= MANY:
        settle("standards_edition", "search_text")
    return report


def _failed(import_id: str, refused: Refused, errors: list[dict[str, Any]] | None) -> None:
    row = CatalogueImport.objects.get(pk=import_id)
    row.status = Status.FAILED
    row.message = {
        "zh": f"{refused.zh}{refused.remedy_zh}",
        "en": f"{refused.en} {refused.remedy_en}".strip(),
    }
    if errors is not None:
        row.errors, row.errors_total = errors, len(errors)
        row.wrong = len({error["row"] for error in errors})
    row.save()


def _table(row: CatalogueImport, stream: Any) -> Table:
    if row.what != CatalogueImport.What.STS:
        return open_table(stream, columns_of(row.what), name=row.filename)
    values = read_sts(stream)
    return Table("sts", columns_of("editions"), _rows=lambda: iter([Row(1, values)]))


def _importer(row: CatalogueImport) -> Importer:
    return IMPORTERS[row.what](by=_actor(row), region=row.region, source=str(row.pk))


def _actor(row: CatalogueImport) -> Actor:
    """Who decided, with the rights of today: a right that was taken away meanwhile does not import."""
    if row.user_id is None:
        return Actor.system(row.by)
    user = User.objects.prefetch_related("grants").get(pk=row.user_id)
    return actor_for_user(user, clock.today())


def _keep(row: CatalogueImport, report: Report) -> None:
    for name, value in report.counts().items():
        setattr(row, name, value)
    row.errors = [asdict(error) for error in report.errors]
    row.errors_total = report.errors_total


def _record(action: str, row: CatalogueImport, by: Actor) -> None:
    audit.record(
        action,
        by=by,
        subject_kind="import",
        subject_key=str(row.pk),
        register=access.STANDARDS,
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


def _locked(import_id: str | UUID, by: Actor) -> CatalogueImport:
    get_import(import_id, by=by)
    return CatalogueImport.objects.select_for_update().get(pk=import_id)


def _not_now(row: CatalogueImport) -> Conflict:
    return Conflict(
        "not_now",
        zh=f"这次导入当前为“{Status(row.status).label}”，不能这样办理。",
        en=f"This import is {row.status}; that cannot be done now.",
        remedy_zh="请刷新页面。",
        remedy_en="Reload the page.",
    )
