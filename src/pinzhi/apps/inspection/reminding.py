"""What of checks waits for somebody, for the page "My work"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import F, Q
from django.urls import reverse

from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.jobs import daily
from pinzhi.kernel.web import work
from pinzhi.kernel.web.work import WorkItem

MOST = 8


def cases_due(actor: Actor) -> Sequence[WorkItem]:
    """Cases with the nearest deadline that the account may handle."""
    from pinzhi.apps.inspection import access
    from pinzhi.apps.inspection.models import Case

    if not access.anywhere(actor, "inspection.handle_case") or actor.is_system:
        return []
    rows = Case.objects.filter(access.within(actor, "inspection.handle_case"), closed_on=None)
    return [
        WorkItem(
            title=f"{row.name} {row.number}",
            url=reverse("inspection_case", args=[row.number]),
            due=row.due_on,
        )
        for row in rows.order_by(F("due_on").asc(nulls_last=True))[:MOST]
    ]


def drafts_to_release(actor: Actor) -> Sequence[WorkItem]:
    """Drafts of programmes and detailed rules that wait for a second person, where the account may be that person."""
    from pinzhi.apps.inspection import access
    from pinzhi.apps.inspection.models import Programme, RulesVersion

    if not access.anywhere(actor, "inspection.release") or actor.is_system:
        return []
    programmes = Programme.objects.filter(
        access.within(actor, "inspection.release"), status=Programme.Status.DRAFT
    ).exclude(updated_by=actor.username)
    scope = access.within(actor, "inspection.release", "rules__region") | Q(rules__region="")
    versions = RulesVersion.objects.filter(scope, released_at=None).exclude(drafted_by=actor.username)
    found = [
        WorkItem(
            title=row.title,
            url=reverse("inspection_programme", args=[row.number]),
            hint={"zh": f"抽查计划，{row.updated_by} 编制", "en": f"Programme, drawn up by {row.updated_by}"},
        )
        for row in programmes.order_by("updated_at")[:MOST]
    ]
    found += [
        WorkItem(
            title=str(row.rules),
            url=reverse("inspection_rules", args=[row.rules.code]),
            hint={
                "zh": f"实施细则第 {row.number} 版，{row.drafted_by} 编制",
                "en": f"Detailed rules, version {row.number}, drawn up by {row.drafted_by}",
            },
        )
        for row in versions.select_related("rules").order_by("drafted_at")[:MOST]
    ]
    return found[:MOST]


@daily.register("inspection.count_months", order=45)
def count_months(day: date) -> int:
    """Months whose results are all final count from today on."""
    from pinzhi.apps.inspection.actions.count_months import count_months

    return count_months(by=Actor.system("jobs"), on=day)


def offer_cards() -> None:
    work.offer(
        "inspection.cases",
        cases_due,
        title={"zh": "不合格后处理", "en": "After failed checks"},
        order=30,
        more="/console/inspection/cases/",
    )
    work.offer(
        "inspection.drafts",
        drafts_to_release,
        title={"zh": "待您发布的计划和细则", "en": "Programmes and rules for you to release"},
        order=31,
        more="/console/inspection/",
    )
