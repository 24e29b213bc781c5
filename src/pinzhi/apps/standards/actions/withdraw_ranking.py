"""Take a published ranking down."""

from __future__ import annotations

from django.db import transaction

from pinzhi.apps.standards import access
from pinzhi.apps.standards.loading_declarations import ranking as load
from pinzhi.apps.standards.models import Ranking
from pinzhi.apps.standards.publishing_rankings import (
    RANKINGS,
    take_down,
)
from pinzhi.kernel import audit
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused


@transaction.atomic
def withdraw_ranking(number: str, reason: str, *, by: Actor) -> Ranking:
    """Take a published ranking down, with a reason."""
    row = load(number, lock=True)
    access.require(by, "standards.publish_ranking", [row.region], register=RANKINGS)
    if row.state != Ranking.State.PUBLISHED or not reason.strip():
        raise Refused(
            "cannot_withdraw",
            zh="只有已发布的榜单可以撤下，并须说明理由。",
            en="Only a published ranking is taken down, with a reason.",
        )
    row.state = Ranking.State.WITHDRAWN
    row.save()
    take_down(row, reason=reason.strip()[:300], by=by)
    audit.record(
        "standards.withdraw_ranking",
        by=by,
        register=RANKINGS,
        subject_kind="ranking",
        subject_key=number,
        region=row.region,
        detail={"reason": reason.strip()[:300]},
    )
    return row
