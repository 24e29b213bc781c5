"""Alerts as a card on the page "My work", and as reminders of the day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from django.urls import reverse

from pinzhi.apps.standards import access, alerts
from pinzhi.apps.standards.actions.turn_editions import turn_editions
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import in_language
from pinzhi.kernel.jobs import daily, reminders
from pinzhi.kernel.jobs.reminders import Reminder
from pinzhi.kernel.web.work import WorkItem

SHOWN = 6
#: Days before the end of a comment period on which people are reminded.
STAGES = (7, 2)


def waiting(actor: Actor) -> Sequence[WorkItem]:
    """For who decides on alerts: comment periods that end, and of each other kind how many there are."""
    if not access.anywhere(actor, "standards.decide_alert") or actor.speaks_for != "agency":
        return []
    today = clock.today()
    found = [
        WorkItem(
            title=f"{one.about} {one.title}",
            url=one.url,
            hint=alerts.KINDS[one.kind],
            due=one.due,
        )
        for one in alerts.comment_ends(today)[:SHOWN]
    ]
    for kind, make in alerts.RELATED.items():
        count = make().order_by().count()
        if count:
            found.append(
                WorkItem(
                    title=alerts.KINDS[kind],
                    url=f"{reverse('standards_alerts')}?kind={kind}",
                    hint=in_language(f"{count} 项待处理", f"{count} to be looked at"),
                )
            )
    return found


@daily.register("standards.turn_editions", order=15)
def turn(day: date) -> int:
    """Editions whose day has come."""
    return turn_editions(day, by=Actor.system("standards"))


@reminders.register("standards.alerts")
def due_alerts(day: date) -> Iterator[Reminder]:
    """Comment periods before they end; of key standards each adoption that has become stale, once."""
    for one in alerts.comment_ends(day, within=max(STAGES)):
        assert one.due is not None
        left = (one.due - day).days
        stage = min(s for s in STAGES if left <= s)
        yield Reminder(
            key=f"{one.key}:{stage}",
            zh=f"“{one.about} {one.title}”{one.zh}还有 {left} 天。",
            en=f"{one.about}: {one.en} {left} days are left.",
            due=one.due,
            link=one.url,
            role="clerk",
            register=access.PROGRAMME,
            function="standards",
            region=one.region,
        )
    for row in alerts.stale_adoptions().filter(from_edition__key_standard=True)[:200]:
        one = alerts.of_relation("stale_adoption", row)
        yield Reminder(
            key=one.key,
            zh=f"重点标准 {one.about} {one.zh}",
            en=f"The key standard {one.about} {one.en}",
            due=day,
            link=one.url,
            role="clerk",
            register=access.STANDARDS,
            function="standards",
            region=one.region,
        )
