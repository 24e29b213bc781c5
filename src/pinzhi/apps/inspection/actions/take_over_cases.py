"""Take over what was done in cases elsewhere: many histories at once, each checked for its order."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from django.db import transaction

from pinzhi.apps.inspection import access
from pinzhi.apps.inspection.actions.record_case_event import Given
from pinzhi.apps.inspection.models import Case, Result
from pinzhi.apps.inspection.wording import why_not
from pinzhi.kernel import audit, clock, law
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.calendar import queries as calendar
from pinzhi.kernel.errors import RefusedRows, RowError
from pinzhi.kernel.registers.rows import insert_all
from pinzhi.rules.inspection.follow_up import EVENTS, Event, NotNow, replay, walk

EVENT = ("case_id", "kind", "on", "party", "method", "proof", "detail", "note", "recorded_at", "recorded_by")


@transaction.atomic
def take_over_cases(histories: Mapping[str, Sequence[Given]], *, by: Actor) -> int:
    """Histories by sample number, each with the days on which things happened; returns how many events were kept.

    A case that has events already is refused. All or nothing. Raises NotPermitted, RefusedRows.
    """
    cases = {
        c.sample.number: c
        for c in Case.objects.select_related("sample", "report").filter(
            sample__number__any_of=list(histories)
        )
    }
    access.require(by, "inspection.handle_case", {c.region for c in cases.values()})
    begun = set(
        Case.objects.filter(pk__in=[c.pk for c in cases.values()], events__isnull=False).values_list(
            "pk", flat=True
        )
    )
    today, moment, table = clock.today(), clock.now(), calendar.workdays()
    errors: list[RowError] = []
    rows, overturned = [], []
    for number, (sample, given) in enumerate(histories.items(), 1):
        case = cases.get(sample)
        if case is None or case.pk in begun:
            errors.append(
                RowError(number, "sample", sample, "没有案件，或已有事项", "has no case, or one with events")
            )
            continue
        events = [Event(one.kind, one.on or today, n) for n, one in enumerate(given)]
        try:
            if any(event.on > today for event in events):
                raise NotNow("in_the_future", "日期晚于今天", "a day lies after today")
            if any(event.on < case.report.issued_on for event in events):
                raise NotNow(
                    "before_report", "日期早于检验报告签发日期", "a day is before the report was signed"
                )
            walk(events, food=case.food, microbiological=case.microbiological)
        except NotNow as wrong:
            errors.append(RowError(number, "kind", sample, *why_not(wrong)))
            continue
        now = replay(
            events,
            food=case.food,
            today=today,
            law_on=law.as_of,
            calendar=table,
            microbiological=case.microbiological,
        )
        ends = [e.on for e in events if EVENTS[e.kind].ends]
        case.stage, case.due_on = now.stage, now.due
        case.opened_on = min([case.opened_on, *(e.on for e in events)])
        case.closed_on = max(ends) if now.ended and ends else None
        if any(e.kind == "result_overturned" for e in events):
            overturned.append(case.sample_id)
        rows += [
            (
                case.pk, one.kind, one.on or today, EVENTS[one.kind].who, one.method, one.proof[:200],
                json.dumps(dict(one.detail), ensure_ascii=False), one.note[:500], moment, by.username,
            )
            for one in given
        ]  # fmt: skip
    if errors:
        raise RefusedRows(errors)
    insert_all([("inspection_caseevent", EVENT, rows)])
    Case.objects.bulk_update(cases.values(), ["stage", "due_on", "opened_on", "closed_on"], batch_size=500)
    Result.objects.filter(sample_id__in=overturned, published_on=None).update(final="pass")
    audit.record(
        "inspection.record_case",
        by=by,
        register=access.RESULTS,
        count=len(rows),
        detail={"kind": "taken over"},
    )
    return len(rows)
