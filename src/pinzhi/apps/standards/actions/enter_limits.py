"""Enter limits of a document, and change those that nobody has confirmed yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from pinzhi.apps.standards import access
from pinzhi.apps.standards.access_verbs_limits import ENTER
from pinzhi.apps.standards.limit_rows import fill
from pinzhi.apps.standards.limit_words import vocabulary
from pinzhi.apps.standards.models.limits import LimitDocument, LimitEntry
from pinzhi.apps.standards.publishing_limits import LIMITS
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, NotFound, RefusedRows, RowError
from pinzhi.rules.standards.limits import COLUMNS, Limit, LimitError, limit_of_row

LONGEST = {
    "clause": 60,
    "analyte": 160,
    "scope": 200,
    "applies": 120,
    "method": 160,
    "conditions": 200,
    "source": 300,
}
MOST = 20_000


def read_limit_row(row: Mapping[str, Any], number: int) -> tuple[Limit | None, list[RowError]]:
    """The limit of one row with everything that is wrong with it: clause and source are asked for besides."""
    errors: list[RowError] = []
    try:
        limit = limit_of_row(row, vocabulary())
    except LimitError as error:
        shown = row.get(error.place)
        column = COLUMNS[error.place][0] if error.place in COLUMNS else error.place
        errors.append(
            RowError(
                number,
                column or None,
                None if shown is None else str(shown),
                error.zh,
                error.en,
                error.remedy_zh,
                error.remedy_en,
            )
        )
        limit = None
    for name, zh, en in (("clause", "条款", "the clause"), ("source", "来源", "the source")):
        if not str(row.get(name) or "").strip():
            errors.append(
                RowError(
                    number,
                    zh,
                    None,
                    f"没有写{zh}",
                    f"{en} is missing",
                    "限值必须能查到出处",
                    "a limit must be found again",
                )
            )
    for name, most in LONGEST.items():
        if len(str(row.get(name) or "")) > most:
            errors.append(
                RowError(
                    number,
                    COLUMNS[name][0],
                    str(row[name])[:40],
                    f"超过 {most} 字",
                    f"is longer than {most} characters",
                )
            )
    return (None if errors else limit), errors


@transaction.atomic
def enter_limits(document_id: int, rows: Sequence[Mapping[str, Any]], *, by: Actor) -> list[LimitEntry]:
    """Enter limits of a document; each waits for somebody else to confirm it. All or none.

    A row names the parts of `rules.standards.limits.COLUMNS` (`analyte`, `kind`, `value`, `clause`, `source` …). A limit that
    stands there already, word for word, is not entered again. Raises NotPermitted, NotFound, RefusedRows.
    """
    document = LimitDocument.objects.select_for_update().filter(pk=document_id).first()
    if document is None:
        raise NotFound("no_such_document", zh="没有这份文件。", en="There is no such document.")
    access.require(by, ENTER, [document.region], register=LIMITS)
    errors: list[RowError] = []
    entries: list[LimitEntry] = []
    for number, row in enumerate(rows, 1):
        limit, wrong = read_limit_row(row, number)
        errors += wrong
        if limit is not None:
            entry = LimitEntry(document=document, entered_by=by.username, entered_at=clock.now())
            entry.note = str(row.get("note") or "")[:300]
            entries.append(fill(entry, limit))
    if errors:
        raise RefusedRows(errors)
    live = LimitEntry.objects.filter(
        document=document, state__in=[LimitEntry.State.ENTERED, LimitEntry.State.CONFIRMED]
    )
    known = {(row.place_key, row.clause, row.value) for row in live}
    fresh = []
    for entry in entries:
        mark = (entry.place_key, entry.clause, entry.value)
        if mark not in known:
            known.add(mark)
            fresh.append(entry)
    LimitEntry.objects.bulk_create(fresh)
    if fresh:
        audit.record(
            "standards.enter_limits",
            by=by,
            subject_kind="limit_document",
            subject_key=str(document.pk),
            register=LIMITS,
            region=document.region,
            count=len(fresh),
        )
    return fresh


@transaction.atomic
def change_limit(
    entry_id: int, row: Mapping[str, Any], *, revision: int | None = None, by: Actor
) -> LimitEntry:
    """Change a limit that waits for confirmation; who changed it has then entered it.

    Raises NotFound, NotPermitted, Conflict (already decided, or changed by somebody meanwhile), RefusedRows.
    """
    entry = (
        LimitEntry.objects.select_for_update(of=("self",))
        .select_related("document")
        .filter(pk=entry_id)
        .first()
    )
    if entry is None:
        raise NotFound("no_such_limit", zh="没有这项限值。", en="There is no such limit.")
    access.require(by, ENTER, [entry.document.region], register=LIMITS)
    if entry.state != LimitEntry.State.ENTERED or (revision is not None and revision != entry.revision):
        raise Conflict(
            "changed_meanwhile",
            zh="这项限值已经核对，或刚被他人修改。",
            en="This limit was decided on or changed meanwhile.",
            remedy_zh="请刷新后再试；已核对的先撤下，再重新录入",
            remedy_en="load the page again; take a confirmed one back and enter it anew",
        )
    limit, errors = read_limit_row(row, 1)
    if limit is None:
        raise RefusedRows(errors)
    fill(entry, limit)
    entry.note = str(row.get("note") or "")[:300]
    entry.entered_by, entry.entered_at = by.username, clock.now()
    entry.revision += 1
    entry.save()
    audit.record(
        "standards.change_limit",
        by=by,
        subject_kind="limit_document",
        subject_key=str(entry.document_id),
        register=LIMITS,
        region=entry.document.region,
        detail={"indicator": entry.analyte},
    )
    return entry
