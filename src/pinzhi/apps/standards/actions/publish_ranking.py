"""Publish a ranking that was computed; not by whom it was computed."""

from __future__ import annotations

from django.db import transaction

from pinzhi.apps.standards import access
from pinzhi.apps.standards.loading_declarations import ranking as load
from pinzhi.apps.standards.models import Ranking
from pinzhi.apps.standards.publishing_rankings import (
    RANKINGS,
    publish_lists,
)
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused


@transaction.atomic
def publish_ranking(number: str, *, by: Actor) -> Ranking:
    """Publish what was computed; not by whom it was computed. Raises NotPermitted, NotFound, Refused."""
    row = load(number, lock=True)
    access.require(by, "standards.publish_ranking", [row.region], register=RANKINGS)
    if row.state != Ranking.State.COMPUTED:
        raise Refused(
            "not_computed",
            zh="榜单还没有计算，或已发布。",
            en="It is not computed yet, or published already.",
            remedy_zh="先计算。",
            remedy_en="Compute it first.",
        )
    if row.computed_by == by.username and not by.is_system:
        raise Refused(
            "second_person",
            zh="计算的人不能自己发布。",
            en="Who computed it may not publish it.",
            remedy_zh="请转交他人。",
            remedy_en="Hand it to a colleague.",
        )
    if not any(one["tiers"] for one in row.result["lists"]):
        raise Refused(
            "no_list",
            zh="没有一项指标可以成榜。",
            en="No indicator gives a list.",
            remedy_zh="见各指标的原因。",
            remedy_en="See the reasons.",
        )
    row.state, row.published_by, row.published_at = Ranking.State.PUBLISHED, by.username, clock.now()
    row.revision += 1
    row.save()
    publish_lists(row, by=by)
    audit.record(
        "standards.publish_ranking",
        by=by,
        register=RANKINGS,
        subject_kind="ranking",
        subject_key=number,
        region=row.region,
    )
    return row
