"""Cases between the rows that are kept and the rules that replay them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pinzhi.apps.inspection import letters
from pinzhi.apps.inspection.models import Case, CaseEvent
from pinzhi.kernel import clock, law
from pinzhi.kernel.calendar import queries as calendar
from pinzhi.rules.inspection.follow_up import Event, Standing, replay


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
