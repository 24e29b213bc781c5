"""Draw up the evaluation plan of a ranking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from pinzhi.apps.standards import access, ranking_plans
from pinzhi.apps.standards.limit_words import vocabulary
from pinzhi.apps.standards.loading_declarations import ranking as load
from pinzhi.apps.standards.models import Ranking
from pinzhi.apps.standards.publishing_rankings import (
    RANKINGS,
)
from pinzhi.apps.standards.saving_declarations import numbers
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused, RefusedRows, RowError
from pinzhi.kernel.registers import values
from pinzhi.kernel.registers.wrong import Wrong
from pinzhi.rules.standards.rankings import PlanError, check_plan

_TEXTS = {"title": 120, "product_class": 80, "sector": 24, "evaluator": 120}


@transaction.atomic
def save_ranking(number: str | None, given: Mapping[str, Any], *, by: Actor) -> Ranking:
    """Draw up a plan, or change one that is not published. Raises NotPermitted, NotFound, RefusedRows, Refused."""
    row = load(number, lock=True) if number else Ranking(made_by=by.username, made_at=clock.now())
    region = str(given.get("region") or row.region)
    access.require(by, "standards.rank", {region, row.region} - {""}, register=RANKINGS)
    if row.state not in (Ranking.State.DRAFT, Ranking.State.COMPUTED):
        raise Refused(
            "ranking_published",
            zh="榜单已发布，不能再改。",
            en="The ranking is published and stays as it is.",
            remedy_zh="撤下后重新编制，或编制下一年度的。",
            remedy_en="Take it down and draw up another.",
        )
    errors = []
    for name, longest in _TEXTS.items():
        text = " ".join(str(given.get(name) or "").split())
        if not text or len(text) > longest:
            errors.append(
                RowError(1, name, text[:40] or None, "必填，不超过规定长度", "is required and not too long")
            )
        setattr(row, name, text[:longest])
    try:
        indicators = values.clean_value(ranking_plans.plan_field(), given.get("indicators")) or []
    except Wrong as wrong:
        errors += [RowError(1, "indicators", value, *texts) for texts, value in wrong.parts]
        indicators = []
    row.region, row.year = region, int(given.get("year") or clock.today().year)
    row.most_tiers = max(1, min(10, int(given.get("most_tiers") or 3)))
    row.fewer_core, row.note = str(given.get("fewer_core") or "")[:300], str(given.get("note") or "")[:2000]
    row.indicators, row.state, row.result = indicators, Ranking.State.DRAFT, {}
    if not errors:
        try:
            plan = ranking_plans.plan(row)
            check_plan(plan, vocabulary(), core_in_principle=ranking_plans.core_in_principle())
        except PlanError as error:
            place = f"第{error.row}行：" if error.row else ""
            errors.append(
                RowError(1, "indicators", None, place + error.zh, error.en, error.right_zh, error.right_en)
            )
    if errors:
        raise RefusedRows(errors)
    if not row.number:
        (row.number,) = numbers(1, "PH", "standards_ranking_serial")
    row.revision += 1
    row.save()
    audit.record(
        "standards.save_ranking",
        by=by,
        register=RANKINGS,
        subject_kind="ranking",
        subject_key=row.number,
        region=row.region,
    )
    return row
