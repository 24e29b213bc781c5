"""Duties that are due soon or overdue: reminders for their units, and a card on the page "My work"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from django.db.models import QuerySet
from django.urls import reverse

from pinzhi.apps.policy import queries
from pinzhi.apps.policy.access import may_appraise, may_plan
from pinzhi.apps.policy.actions.confirm_appraisal import hands
from pinzhi.apps.policy.models import Appraisal, Award, Document, Duty, Review, YearPlan
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.jobs import reminders
from pinzhi.kernel.jobs.reminders import Reminder
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.web.work import WorkItem

#: Days before the day on which a unit is reminded; a worker that slept through the day tells it later.
STAGES = (30, 7)
SHOWN = 8
OVER = (Duty.State.DONE, Duty.State.CHANGED)


def open_duties() -> QuerySet[Duty]:
    """Duties of plans in force that are neither done nor dropped."""
    return (
        Duty.objects.filter(
            measure__review=Review.CONFIRMED, measure__document__status=Document.Status.IN_FORCE
        )
        .exclude(state__in=OVER)
        .select_related("measure__document")
        .defer("measure__document__text", "measure__document__reading")
    )


@reminders.register("policy.duties")
def due_duties(day: date) -> Iterator[Reminder]:
    """One reminder for each unit, plan, day and stage: a plan of sixty tasks is not sixty messages.

    What no account's unit answers for is told to the clerks who keep the plan.
    """
    groups: dict[tuple[str, int, date], list[Duty]] = {}
    for duty in open_duties().filter(due_on__lte=day + timedelta(days=max(STAGES))).order_by("pk"):
        assert duty.due_on is not None
        groups.setdefault((duty.agency, duty.measure.document_id, duty.due_on), []).append(duty)
    for (agency, document_id, due), duties in groups.items():
        document = duties[0].measure.document
        left = (due - day).days
        stage = "overdue" if left < 0 else str(min(s for s in STAGES if left <= s))
        when_zh = f"已逾期 {-left} 天" if left < 0 else f"将于 {due:%Y-%m-%d} 到期（还有 {left} 天）"
        when_en = f"{-left} days overdue" if left < 0 else f"due on {due:%Y-%m-%d} (in {left} days)"
        unit = "" if agency else f"（{duties[0].unit}等）"
        for party in _parties(agency, day):
            yield Reminder(
                key=f"{party or 'clerks'}:{document_id}:{due:%Y%m%d}:{stage}",
                zh=f"《{document.title}》中的 {len(duties)} 项任务{unit}{when_zh}。"[:500],
                en=f"{len(duties)} duties of {document.code} are {when_en}."[:500],
                due=due,
                link=reverse("policy_duties") if party else reverse("policy_document", args=[document.code]),
                party=party,
                role="" if party else "clerk",
                register="policy",
                function="quality",
                region=document.region,
            )


def _parties(agency: str, day: date) -> list[str]:
    """Who stands for the agency today; an empty name means the clerks of the plan."""
    return [heir.code for heir in places.successors(agency, day)] or [agency] if agency else [""]


def waiting(actor: Actor) -> Sequence[WorkItem]:
    """The duties that this account's unit should look at: overdue, behind, or due within thirty days."""
    today = clock.today()
    soon = today + timedelta(days=max(STAGES))
    mine = queries.duties_for(actor, today).exclude(state__in=OVER)
    near = [
        duty
        for duty in mine
        if duty.state == Duty.State.BEHIND or (duty.due_on is not None and duty.due_on <= soon)
    ]
    return [
        WorkItem(
            title=duty.measure.title,
            url=reverse("policy_duty", args=[duty.pk]),
            hint=duty.measure.document.title,
            due=duty.due_on,
            state=duty.get_state_display(),
        )
        for duty in near[:SHOWN]
    ]


def deciding(actor: Actor) -> Sequence[WorkItem]:
    """Appraisals, rewards and yearly plans that wait for this account as the second person."""
    found: list[WorkItem] = []
    for one in Appraisal.objects.filter(state=Appraisal.State.COMPUTED)[:100]:
        over = not any(reason["code"] == "year_not_over" for reason in one.provisional)
        if over and may_appraise(actor, "approver", one.region) and actor.username not in hands(one):
            url = reverse("policy_appraisal", args=[one.code])
            found.append(WorkItem(title=one.title, url=url, hint=one.code, state=one.get_state_display()))
    for award in (
        Award.objects.filter(state=Award.State.PROPOSED)
        .select_related("rule")
        .exclude(proposed_by=actor.username)[:100]
    ):
        if may_appraise(actor, "approver", award.rule.region):
            url = f"{reverse('policy_incentives')}?recipient={award.recipient}"
            title = f"{award.name} · {award.rule.get_measure_display()}"
            found.append(
                WorkItem(title=title, url=url, hint=award.rule.title, state=award.get_state_display())
            )
    for plan in YearPlan.objects.filter(state=YearPlan.State.DRAFT).exclude(made_by=actor.username)[:100]:
        if may_plan(actor, plan.region, "approver") and plan.products.exists():
            url = reverse("policy_year_plan", args=[plan.code])
            found.append(WorkItem(title=plan.title, url=url, hint=plan.code, state=plan.get_state_display()))
    return found[:SHOWN]
