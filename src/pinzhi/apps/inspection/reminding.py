"""What of checks waits for somebody, for the page "My work"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import F
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
