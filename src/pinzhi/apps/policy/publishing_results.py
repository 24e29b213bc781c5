"""Results of appraisals, rewards and restraints, and key products of the year, written into their public registers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pinzhi.apps.policy.models import Appraisal, Appraisee, Award, KeyProduct, YearPlan
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers.publish import Publication, publish, withdraw
from pinzhi.rules.appraisal.ranking import MISSING_TITLES

APPRAISALS, YEAR_PLANS = "appraisals", "annual_plans"
GRADES = {"A": "excellent", "B": "good", "C": "passed", "D": "failed"}


def _agency(region: str) -> str:
    held = places.agency_for("quality", region, clock.today())
    return held.code if held else ""


def result_key(unit: Appraisee) -> str:
    """The result's number in the public register."""
    return f"{unit.appraisal.code}@{unit.key}"


def publish_appraisal(appraisal: Appraisal, *, by: Actor) -> None:
    """Publish every unit's result of a confirmed appraisal. The caller has made sure that nothing is provisional."""
    criteria = list(appraisal.criteria.all())
    total = sum(criterion.weight for criterion in criteria)
    weights = {criterion.title: str(round(criterion.weight / total, 4)) for criterion in criteria}
    items = []
    for unit in appraisal.appraisees.select_related("appraisal").prefetch_related("scores__criterion"):
        scores = sorted(unit.scores.all(), key=lambda score: score.criterion.position)
        values: dict[str, Any] = {
            "appraisal_year": appraisal.year,
            "appraisal_name": appraisal.title,
            "appraisee_name": unit.name,
            "appraisee_kind": appraisal.kind,
            "method_version": f"{appraisal.year}-{appraisal.version}",
            "score": unit.score,
            "rank": unit.rank,
            "rank_low": unit.rank_low,
            "rank_high": unit.rank_high,
            "grade": GRADES.get(unit.grade),
            "weights": json.dumps(weights, ensure_ascii=False),
            "indicator_scores": json.dumps(
                {s.criterion.title: None if s.score is None else str(round(s.score, 2)) for s in scores},
                ensure_ascii=False,
            ),
            "missing": missing_text(unit, appraisal),
            "problems": unit.problems,
            "published_document": appraisal.announced_in,
            "announced_on": clock.today(),
        }
        region = unit.key if appraisal.kind == Appraisal.Kind.REGION else appraisal.region
        items.append(
            Publication(
                key=result_key(unit),
                values=values,
                subject=unit.key,
                region=region,
                agency=_agency(appraisal.region),
                record_type="result",
            )
        )
    publish(APPRAISALS, items, by=by)


def missing_text(unit: Appraisee, appraisal: Appraisal) -> str:
    """What of a unit was missing and how that was treated; empty where nothing was."""
    lacking = [s.criterion.title for s in unit.scores.all() if s.filled or s.score is None]
    treated = MISSING_TITLES[appraisal.missing]["zh"]  # type: ignore[index]
    return f"{'、'.join(lacking)}缺数据：{treated}。" if lacking else ""


def withdraw_appraisal(appraisal: Appraisal, *, by: Actor, reason: str) -> None:
    """Take an appraisal's results down."""
    withdraw(
        APPRAISALS,
        [result_key(unit) for unit in appraisal.appraisees.select_related("appraisal")],
        by=by,
        reason=reason,
    )


def publish_awards(awards: Sequence[Award], *, by: Actor) -> None:
    """Publish rewards and restraints that were decided and not published before."""
    items, now = [], clock.now()
    for award in awards:
        rule = award.rule
        values = {
            "appraisal_year": award.year,
            "appraisal_name": award.appraisal.title if award.appraisal else rule.title[:120],
            "appraisee_name": award.name,
            "appraisee_kind": award.recipient_kind,
            "rule": rule.title,
            "trigger": award.because,
            "recipient": award.name,
            "measure_kind": rule.measure,
            "amount": award.amount,
            "measure_on": clock.day_of(award.decided_at) if award.decided_at else None,
        }
        region = award.recipient if award.recipient_kind == Appraisal.Kind.REGION else rule.region
        items.append(
            Publication(
                key=f"JL-{award.year}-{award.pk:06d}",
                values=values,
                subject=award.recipient,
                region=region,
                agency=_agency(rule.region),
                record_type="incentive",
            )
        )
        award.published_at = now
    publish(APPRAISALS, items, by=by)
    Award.objects.bulk_update(awards, ["published_at"])


def product_key(product: KeyProduct) -> str:
    """The key product's number in the public register."""
    return f"{product.plan.code}-{product.number:03d}"


def publish_products(plan: YearPlan, products: list[KeyProduct], *, by: Actor) -> None:
    """Publish key products of a yearly plan, or their progress."""
    items = []
    for product in products:
        values = {
            "plan_year": plan.year,
            "plan_title": plan.title,
            "plan_document": plan.doc_number,
            "product_name": product.product_name,
            "sector": product.sector,
            "product_code": product.product_code,
            "problem": product.problem,
            "goal": product.goal,
            "tools": product.tools,
            "lead_unit": product.lead_unit,
            "support_units": product.support_units,
            "batches_planned": product.batches_planned,
            "firms_planned": product.firms_planned,
            "pass_rate_before": product.pass_rate_before,
            "pass_rate_after": product.pass_rate_after,
            "batches_done": product.batches_done,
            "firms_helped": product.firms_helped,
            "progress_on": product.reported_on,
            "status": product.state,
            "summary": product.summary[:2000],
        }
        items.append(
            Publication(
                key=product_key(product),
                values=values,
                subject=product_key(product),
                region=plan.region,
                agency=product.lead_agency or _agency(plan.region),
                record_type="plan_product",
            )
        )
    publish(YEAR_PLANS, items, by=by)


def withdraw_products(products: list[KeyProduct], *, by: Actor, reason: str) -> None:
    """Take key products down that were struck from a published plan."""
    withdraw(YEAR_PLANS, [product_key(product) for product in products], by=by, reason=reason)
