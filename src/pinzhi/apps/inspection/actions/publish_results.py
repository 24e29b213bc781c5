"""Publish results: passed batches at once, failed ones when the party can no longer object to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection, transaction

from pinzhi.apps.inspection import access, following, publishing
from pinzhi.apps.inspection.models import Case, Report, Result, Sample
from pinzhi.apps.inspection.models.results import Verdict
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import RefusedRows, RowError
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers.rows import insert_all


@transaction.atomic
def publish_results(numbers: Sequence[str], *, by: Actor, on: date | None = None, lists: bool = True) -> int:
    """Publish the results of these samples; returns how many entries were made.

    A failed batch waits until the result was served and no objection can come or is open. All or nothing. `lists`:
    whether the lists of enterprises and products are brought up to date too. Raises NotPermitted, RefusedRows.
    """
    on = on or clock.today()
    samples = {
        s.number: s
        for s in Sample.objects.filter(number__any_of=list(numbers))
        .select_related("programme")
        .order_by("id")
    }
    access.require(by, "inspection.publish", {s.programme.region for s in samples.values()})
    ids = [s.pk for s in samples.values()]
    reports = {r.sample_id: r for r in Report.objects.filter(sample_id__in=ids, test=Report.Test.FIRST)}
    results = {r.sample_id: r for r in Result.objects.select_for_update().filter(sample_id__in=ids)}
    failed = [pk for pk, report in reports.items() if report.verdict == Verdict.FAIL]
    cases = {c.sample_id: c for c in Case.objects.filter(sample_id__in=failed).prefetch_related("events")}
    errors: list[RowError] = []
    fresh: list[tuple[str, int, str, str]] = []
    for row, number in enumerate(numbers, 1):
        sample = samples.get(number)
        report = reports.get(sample.pk) if sample else None
        if sample is None or report is None:
            errors.append(RowError(row, "sample", number, "没有检验报告", "there is no report"))
            continue
        if report.verdict == Verdict.OPEN:
            errors.append(
                RowError(row, "sample", number, "结果无法判定，不能公布", "the result cannot be judged")
            )
            continue
        case = cases.get(sample.pk)
        if report.verdict == Verdict.FAIL and case is not None:
            waits = following.waits_for_publication(case, on)
            if waits:
                errors.append(RowError(row, "sample", number, *waits))
                continue
        if sample.pk not in results:
            final = "pass" if case is not None and case.stage == "overturned" else report.verdict
            fresh.append((number, sample.pk, report.verdict, final))
    if errors:
        raise RefusedRows(errors)
    insert_all(
        [
            (
                "inspection_result",
                ("key", "sample_id", "first", "final", "published_on"),
                [(key, pk, first, final, on) for key, pk, first, final in fresh],
            )
        ]
    )
    Result.objects.filter(sample_id__in=ids, published_on=None).update(published_on=on)
    refs = publishing.publish_samples(ids, by=by, effective_on=on)
    _note_entries([(ref.entry_id, ref.key) for ref in refs])
    if lists:
        for year in {s.programme.year for s in samples.values()}:
            mine = [s for s in samples.values() if s.programme.year == year]
            publishing.publish_lists(
                year,
                enterprises={s.producer_code for s in mine},
                products={s.product_number for s in mine},
                by=by,
                effective_on=on,
            )
    audit.record(
        "inspection.publish_results",
        by=by,
        subject_kind="sample",
        subject_key=numbers[0] if len(numbers) == 1 else "",
        register=access.RESULTS,
        count=len(refs),
    )
    return len(refs)


@transaction.atomic
def publish_year(year: int, *, by: Actor, on: date | None = None, products: bool = True) -> int:
    """Publish the lists of a whole year's enterprises and (`products`) products anew; returns how many entries were made."""
    access.require(by, "inspection.publish", [places.ROOT])
    return publishing.publish_lists(year, products=None if products else [], by=by, effective_on=on)


def _note_entries(pairs: Sequence[tuple[int, str]]) -> None:
    """Remember which entry each result stands in: a correction replaces it."""
    if not pairs:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE inspection_result t SET entry_id = g.entry FROM unnest(%s::bigint[], %s::text[]) AS g(entry, key)"
            " WHERE t.key = g.key",
            [[entry for entry, _ in pairs], [key for _, key in pairs]],
        )
