"""Publish results: passed batches at once, failed ones when the party can no longer object to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from pinzhi.apps.inspection import access, counting_in, following, publishing
from pinzhi.apps.inspection.actions.count_months import publish_lists_of
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

    A failed batch waits until the result was served and no objection can come or is open. Months that are whole by this
    begin to count in rates (`counting_in`), entries of batches published before included. All or nothing. `lists`:
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
    counted = counting_in.count_in(on, {s.programme.agency for s in samples.values()})
    refs = publishing.publish_samples(list({*ids, *counted}), by=by, effective_on=on)
    if lists:
        publish_lists_of(list({*ids, *counted}), by=by, on=on)
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
