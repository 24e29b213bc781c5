"""Compute the lists of a ranking from the declarations in public on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from pinzhi.apps.standards import access, ranking_plans
from pinzhi.apps.standards.limit_words import vocabulary
from pinzhi.apps.standards.loading_declarations import ranking as load
from pinzhi.apps.standards.models import Ranking
from pinzhi.apps.standards.publishing_rankings import (
    RANKINGS,
)
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused
from pinzhi.rules.standards.rankings import Ranked, check_plan, rank


@transaction.atomic
def compute_ranking(number: str, *, as_of: date | None = None, by: Actor) -> Ranking:
    """Compute the lists from the declarations in public on a day; the same plan and day give the same lists."""
    row = load(number, lock=True)
    access.require(by, "standards.rank", [row.region], register=RANKINGS)
    if row.state not in (Ranking.State.DRAFT, Ranking.State.COMPUTED):
        raise Refused(
            "ranking_published", zh="榜单已发布，不再重算。", en="A published ranking is not computed again."
        )
    day = as_of or clock.today()
    rows = ranking_plans.candidates(row, day)
    if not rows:
        raise Refused(
            "no_declarations",
            zh=f"{day} 没有产品类别为“{row.product_class}”的声明。",
            en=f"There is no declaration of the class {row.product_class} on {day}.",
            place="product_class",
            remedy_zh="核对产品类别，它应与声明中写的一致。",
            remedy_en="The class must be as the declarations write it.",
        )
    plan = ranking_plans.plan(row)
    notes = check_plan(plan, vocabulary(), core_in_principle=ranking_plans.core_in_principle())
    found = rank(plan, ranking_plans.entries(rows, day), vocabulary())
    row.result = _kept(found, notes)
    row.state, row.as_of, row.method_version = Ranking.State.COMPUTED, day, ranking_plans.METHOD_VERSION
    row.computed_by, row.computed_at = by.username, clock.now()
    row.revision += 1
    row.save()
    audit.record(
        "standards.compute_ranking",
        by=by,
        register=RANKINGS,
        subject_kind="ranking",
        subject_key=number,
        region=row.region,
        count=len(rows),
    )
    return row


def _kept(found: Ranked, notes: Sequence[tuple[str, str]]) -> dict[str, Any]:
    return {
        "lists": [
            {
                "indicator": one.indicator,
                "better": one.better,
                "none": list(one.none) if one.none else None,
                "tiers": [
                    {"tier": tier, "text": text, "places": [{"key": p.key, "value": p.value} for p in placed]}
                    for tier, text, placed in one.tiers
                ],
            }
            for one in found.lists
        ],
        "refused": [{"key": r.key, "zh": r.zh, "en": r.en, "indicator": r.indicator} for r in found.refused],
        "entered": list(found.entered),
        "leaders": list(found.leaders),
        "innovative": [list(one) for one in found.innovative],
        "notes": [list(note) for note in notes],
    }
