"""Enter laboratory reports: each is taken whole, or refused with its reason and kept as an attempt."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from django.db import transaction

from pinzhi.apps.inspection import access, numbering
from pinzhi.apps.inspection.actions.open_cases import insert_cases
from pinzhi.apps.inspection.actions.record_case_event import Given, note, overturn
from pinzhi.apps.inspection.models import Case, Sample, Task
from pinzhi.apps.inspection.reporting import (
    FIRST,
    RE_CHECK,
    RE_INSPECTION,
    GivenReport,
    Judged,
    Judging,
    Refusal,
    given_json,
)
from pinzhi.apps.inspection.reporting_again import Again
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.registers.rows import insert_all

CHUNK = 5000
REPORT = (
    "id", "number", "sample_id", "test", "laboratory", "rules_id", "sampled_on", "received_on", "tested_on", "issued_on", "verdict",
    "said", "failed_items", "microbiological", "door", "file", "source", "entered_at", "entered_by",
)  # fmt: skip
ITEM = ("report_id", "item_id", "value", "unit", "limit", "method", "uncertainty", "verdict", "close")
ATTEMPT = ("at", "by", "party", "what", "door", "code", "zh", "en", "key", "region", "said", "source")


@dataclass
class Outcome:
    """What became of a set: numbers of the reports taken by row, and the refusals."""

    taken: int = 0
    items: int = 0
    failed: int = 0
    refused: list[Refusal] = field(default_factory=list)
    reports: list[int] = field(default_factory=list)


def enter_reports(
    given: Sequence[GivenReport], *, by: Actor, door: str = "form", source: str = ""
) -> Outcome:
    """Check, judge and keep reports; a failed first test opens a case, a re-inspection or re-check goes on in it.

    Nothing raises for a wrong report: what is refused stands in the outcome and, as it was given, among the attempts.
    `door`: form, file, api or feed.
    """
    outcome = Outcome()
    for start in range(0, len(given), CHUNK):
        _enter(given[start : start + CHUNK], outcome, by, door, source)
    return outcome


def _enter(given: Sequence[GivenReport], outcome: Outcome, by: Actor, door: str, source: str) -> None:
    @lru_cache(maxsize=4096)
    def may(laboratory: str, region: str) -> bool:
        if by.speaks_for == "body" and by.party != laboratory:
            return False
        own = by.speaks_for == "body" and by.is_subject(laboratory, access.RESULTS)
        return access.allowed(by, "inspection.report", region, own=own)

    with transaction.atomic():
        further = [one.sample for one in given if one.test in (RE_INSPECTION, RE_CHECK)]
        again = Again(further) if further else None
        judging = Judging(given, clock.today(), may, again)
        found = [judging.one(one) for one in given]
        good = [one for one in found if isinstance(one, Judged)]
        bad = [one for one in found if isinstance(one, Refusal)]
        reports = _insert(good, by, door, source)
        _keep_attempts(bad, by, door, source)
        failed = [
            (one, report)
            for one, report in zip(good, reports, strict=True)
            if one.verdict == "fail" and one.given.test == FIRST
        ]
        insert_cases(failed, by=by)
        if again is not None:
            _into_cases(good, again, by)
        if good:
            audit.record(
                "inspection.enter_reports",
                by=by,
                subject_kind="sample",
                subject_key=good[0].given.sample if len(good) == 1 else "",
                register=access.RESULTS,
                region=good[0].sample.region if len(good) == 1 else "",
                count=len(good),
                detail={"door": door, "import": source},
            )
        if bad:
            audit.record(
                "inspection.refuse_reports",
                by=by,
                register=access.RESULTS,
                count=len(bad),
                detail={"door": door, "first": bad[0].code},
            )
    outcome.taken += len(good)
    outcome.items += sum(len(one.rows) for one in good)
    outcome.failed += len(failed)
    outcome.refused += bad
    outcome.reports += reports


def _insert(good: Sequence[Judged], by: Actor, door: str, source: str) -> list[int]:
    if not good:
        return []
    moment, ids = clock.now(), numbering.ids("inspection_report", len(good))
    reports, items = [], []
    for one, pk in zip(good, ids, strict=True):
        g = one.given
        reports.append(
            (
                pk, g.number, one.sample.id, g.test, g.laboratory, one.version, g.sampled_on, g.received_on, g.tested_on, g.issued_on,
                one.verdict, g.said, json.dumps(one.failed, ensure_ascii=False), one.microbiological, door, g.file, source,
                moment, by.username,
            )
        )  # fmt: skip
        items += [(pk, *row) for row in one.rows]
    insert_all(
        [
            ("inspection_report", REPORT, reports),
            ("inspection_reportitem", ITEM, items),
        ]
    )
    first = [one.sample.id for one in good if one.given.test == FIRST]
    tasks = Sample.objects.filter(pk__in=first, task__isnull=False).values_list("task_id", flat=True)
    Task.objects.filter(pk__in=list(tasks)).update(status=Task.Status.REPORTED)
    return ids


def _into_cases(good: Sequence[Judged], again: Again, by: Actor) -> None:
    """What a re-inspection or re-check found is an event of the case, on the day on which its report was signed."""
    for one in good:
        if one.event:
            detail = {"report": one.given.number, "laboratory": one.given.laboratory}
            given = Given(one.event, one.given.issued_on, detail=detail)
            # Fresh, for the events that were read before may have grown by an earlier report of this set.
            case = Case.objects.get(pk=again.cases[one.sample.number].pk)
            note(case, given, by=by, received=True)
            if one.event == "re_inspection_passed":
                overturn(case)


def _keep_attempts(bad: Sequence[Refusal], by: Actor, door: str, source: str) -> None:
    moment = clock.now()
    rows = [
        (
            moment, by.username, by.party or "", "report", door, one.code, one.zh[:400], one.en[:400],
            (one.given.sample or one.given.number)[:120], one.region, given_json(one.given), source,
        )
        for one in bad
    ]  # fmt: skip
    insert_all([("inspection_attempt", ATTEMPT, rows)])
