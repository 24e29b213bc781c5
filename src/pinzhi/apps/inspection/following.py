"""Cases between the rows that are kept and the rules that replay them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from pinzhi.apps.inspection import letters
from pinzhi.apps.inspection.models import Case, CaseEvent, Result, Sample
from pinzhi.kernel import clock, law
from pinzhi.kernel.calendar import queries as calendar
from pinzhi.rules.inspection.follow_up import Event, Standing, replay
from pinzhi.rules.inspection.sample_clocks import SampleDays, SampleTerm, terms


def events_of(rows: Iterable[CaseEvent]) -> list[Event]:
    return [Event(row.kind, row.on, row.pk or 0) for row in rows]


def standing(case: Case, on: date | None = None) -> Standing:
    """How a case stands on a day, by its events, the law of each day and the calendar."""
    return replay(
        events_of(case.events.all()),
        food=case.food,
        today=on or clock.today(),
        law_on=law.as_of,
        calendar=calendar.workdays(),
        microbiological=case.microbiological,
    )


def offered(case: Case, now: Standing) -> list[str]:
    """The next steps that apply to this case: no letter goes to a region that is the department's own."""
    return [kind for kind in now.next_steps if kind != letters.SENT or letters.recipient(case) is not None]


def waits_for_publication(case: Case, on: date) -> tuple[str, str] | None:
    """Why a failed result may not be published yet, in both languages; None where it may."""
    now = standing(case, on)
    if now.stage == "to_serve":
        return "结果尚未送达当事人", "the result was not served on the party yet"
    if now.stage in ("objection", "re_inspection"):
        return "异议或复检尚未办结", "an objection or re-inspection is open"
    for clock_ in now.clocks:
        if clock_.name in ("objection", "food_objection") and clock_.status in ("running", "unknown"):
            until = (clock_.due.day or clock_.due.not_before).isoformat()
            return f"异议期至 {until}", f"an objection may come until {until}"
    return None


def publishable_from(case: Case | None, reported: date, today: date) -> date | None:
    """The first day on which a result may be published; None while an objection is open or its end cannot be told."""
    if case is None:
        return reported
    if waits_for_publication(case, today) is not None:
        return None
    now = standing(case, today)
    ended = [
        clock_.due.day + timedelta(days=1)
        for clock_ in now.clocks
        if clock_.name in ("objection", "food_objection") and clock_.due.day and clock_.status == "lapsed"
    ]
    closing = ("objection_refused", "objection_withdrawn", "re_inspection_failed", "result_overturned")
    ended += [event.on for event in case.events.all() if event.kind in closing]
    return min(max([reported, *ended]), today)


def sample_terms(sample: Sample, on: date | None = None) -> list[SampleTerm]:
    """The terms of a sample as they stand on a day, by the law of each day and the calendar."""
    today = on or clock.today()
    if sample.outcome != Sample.Outcome.TAKEN:
        return []
    report = sample.reports.filter(test="first").first()
    case = sample.cases.order_by("-pk").first()
    result = Result.objects.filter(sample=sample).first()
    gone = sample.custody.filter(kind="disposed").exclude(part="test").order_by("at").first()
    received = sample.received_on or (report.received_on if report else None)
    days = SampleDays(
        sampled_on=sample.sampled_on,
        food=sample.rules.rules.food,
        joint=sample.programme.joint,
        received_on=received,
        reported_on=report.issued_on if report else None,
        failed=bool(report and report.verdict == "fail"),
        publishable_from=publishable_from(case, report.issued_on, today) if report else None,
        published_on=result.published_on if result else None,
        disposed_on=clock.day_of(gone.at) if gone else None,
    )
    return terms(days, today=today, law_on=law.as_of, calendar=calendar.workdays())
