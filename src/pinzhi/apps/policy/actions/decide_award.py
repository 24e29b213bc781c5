"""Decide on a reward or restraint that the rules propose."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction

from pinzhi.apps.policy import publishing_results
from pinzhi.apps.policy.access import require_appraiser
from pinzhi.apps.policy.models import Award
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, NotPermitted, Refused


def decide_award(
    award_id: int, *, by: Actor, do: bool, reason: str = "", amount: Decimal | None = None
) -> Award:
    """Do it, or drop it with a reason; `amount` in 10,000 yuan where it differs from the rule's.

    What rests on an appraisal is published with it and not before. Raises NotPermitted (also for whoever proposed it),
    Conflict (decided before), Refused.
    """
    with transaction.atomic():
        award = (
            Award.objects.select_for_update(of=("self",))
            .select_related("rule", "appraisal", "target")
            .get(pk=award_id)
        )
        require_appraiser(by, "approver", award.rule.region)
        if award.state != Award.State.PROPOSED:
            raise Conflict("decided", zh="已作出决定。", en="It has been decided.")
        if by.username == award.proposed_by:
            raise NotPermitted(
                "two_persons", zh="提出人不能自行决定。", en="Whoever proposed it does not decide."
            )
        if not do and not reason.strip():
            raise Refused("no_reason", zh="请写明不实施的理由。", en="Give the reason.", place="reason")
        if amount is not None:
            if not amount.is_finite() or not 0 <= amount < Decimal(10) ** 10:
                raise Refused(
                    "invalid_amount", zh="金额应为非负数。", en="An amount is not negative.", place="amount"
                )
            award.amount = amount
        award.state = Award.State.DECIDED if do else Award.State.DROPPED
        award.decided_by, award.decided_at, award.reason = by.username, clock.now(), reason.strip()[:300]
        award.save()
        audit.record(
            "policy.incentive.decide",
            by=by,
            subject_kind="award",
            subject_key=str(award.pk),
            register="appraisals",
            region=award.rule.region,
            detail={"state": award.state},
        )
        if do and (award.appraisal is None or award.appraisal.published_at is not None):
            publishing_results.publish_awards([award], by=by)
    return award
