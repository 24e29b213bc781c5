"""Apply the rules to a result: who has earned which reward or restraint. A second person decides on each."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from pinzhi.apps.policy import queries
from pinzhi.apps.policy.access import require_appraiser
from pinzhi.apps.policy.models import Appraisal, Appraisee, Award, Document, IncentiveRule, Review, Target
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.places import queries as places

BY_RESULT = (IncentiveRule.Trigger.RANK_TOP, IncentiveRule.Trigger.RANK_BOTTOM, IncentiveRule.Trigger.GRADE)
STATUS = {IncentiveRule.Trigger.TARGET_REACHED: "reached", IncentiveRule.Trigger.TARGET_BEHIND: "behind"}


def propose_for_appraisal(appraisal_id: int, *, by: Actor) -> list[Award]:
    """What the region's rules make of a confirmed appraisal; what was proposed before is not proposed again.

    Raises NotPermitted, Refused (not confirmed).
    """
    with transaction.atomic():
        found = Appraisal.objects.select_for_update().get(pk=appraisal_id)
        require_appraiser(by, "clerk", found.region)
        if found.state != Appraisal.State.CONFIRMED:
            raise Refused("not_confirmed", zh="考核结果尚未确认。", en="The appraisal is not confirmed.")
        ranked = list(found.appraisees.filter(rank__isnull=False).order_by("rank"))
        wanted = []
        for rule in IncentiveRule.objects.filter(region=found.region, active=True, trigger__in=BY_RESULT):
            for unit in _hit(rule, ranked):
                zh, en = _because(rule, unit, found)
                wanted.append(
                    Award(
                        rule=rule,
                        appraisal=found,
                        year=found.year,
                        recipient_kind=found.kind,
                        recipient=unit.key,
                        name=unit.name,
                        because=zh,
                        because_en=en,
                    )
                )
        return _new(wanted, found.region, by, found.code)


def _hit(rule: IncentiveRule, ranked: list[Appraisee]) -> list[Appraisee]:
    if rule.trigger == IncentiveRule.Trigger.GRADE:
        return [unit for unit in ranked if unit.grade == rule.threshold]
    number = int(rule.threshold)
    if rule.trigger == IncentiveRule.Trigger.RANK_TOP:
        return [unit for unit in ranked if (unit.rank or 0) <= number]
    # Equal ranks share the better place: from below, a unit stands behind all that score more or as much.
    below = sorted(ranked, key=lambda unit: unit.score or 0)
    return [unit for unit in below if sum((other.score or 0) < (unit.score or 0) for other in below) < number]


def _because(rule: IncentiveRule, unit: Appraisee, found: Appraisal) -> tuple[str, str]:
    if rule.trigger == IncentiveRule.Trigger.GRADE:
        return f"{found.title}等级为{unit.grade}级", f"grade {unit.grade} in {found.code}"
    return f"{found.title}列第{unit.rank}名", f"rank {unit.rank} in {found.code}"


def propose_for_targets(document_id: int, *, by: Actor) -> list[Award]:
    """What the rules make of where targets stand: the lead unit by the target itself, regions by their own plans' ones.

    Only readings that are not provisional trigger anything. Raises NotPermitted.
    """
    with transaction.atomic():
        document = Document.objects.select_for_update().get(pk=document_id)
        require_appraiser(by, "clerk", document.region)
        rules = list(
            IncentiveRule.objects.filter(region=document.region, active=True, trigger__in=list(STATUS))
        )
        year = clock.today().year
        targets = list(document.targets.filter(review=Review.CONFIRMED).select_related("document"))
        own = queries.latest_readings(targets)
        children = list(
            Target.objects.filter(
                parent_target__in=targets, review=Review.CONFIRMED, document__status=Document.Status.IN_FORCE
            ).select_related("document", "parent_target")
        )
        below = queries.latest_readings(children)
        wanted = []
        for rule in rules:
            status = STATUS[IncentiveRule.Trigger(rule.trigger)]
            for target in targets:
                reading = own.get(target.pk)
                if target.lead_agency and reading and reading.status == status and not reading.provisional:
                    name = places.agency_name(target.lead_agency)
                    wanted.append(
                        _for_target(
                            rule,
                            target,
                            year,
                            "unit",
                            target.lead_agency,
                            name.zh if name else target.lead_unit,
                        )
                    )
            for child in children:
                reading = below.get(child.pk)
                if reading and reading.status == status and not reading.provisional and child.parent_target:
                    region = places.region_name(child.document.region)
                    wanted.append(
                        _for_target(
                            rule,
                            child.parent_target,
                            year,
                            "region",
                            child.document.region,
                            region.zh if region else child.document.region,
                        )
                    )
        return _new(wanted, document.region, by, document.code)


def _for_target(
    rule: IncentiveRule, target: Target, year: int, kind: str, recipient: str, name: str
) -> Award:
    reached = rule.trigger == IncentiveRule.Trigger.TARGET_REACHED
    zh = f"目标“{target.name[:100]}”{'已达到' if reached else '进度滞后'}"
    en = f"target {target.number} {'reached' if reached else 'behind'}"
    return Award(
        rule=rule,
        target=target,
        year=year,
        recipient_kind=kind,
        recipient=recipient,
        name=name,
        because=zh,
        because_en=en,
    )


def _new(wanted: Iterable[Award], region: str, by: Actor, subject: str) -> list[Award]:
    """Keep what was not proposed before."""
    made = []
    for award in wanted:
        award.amount, award.proposed_by, award.proposed_at = award.rule.amount, by.username, clock.now()
        known = Award.objects.filter(
            rule=award.rule, recipient=award.recipient, appraisal=award.appraisal, target=award.target
        )
        if not known.filter(year=award.year).exists():
            award.save()
            made.append(award)
    if made:
        audit.record(
            "policy.incentive.propose",
            by=by,
            subject_kind="award",
            subject_key=subject,
            register="appraisals",
            region=region,
            count=len(made),
        )
    return made
