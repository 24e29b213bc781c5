"""Confirm a computed appraisal as a second person, publish it where nothing in it is provisional, or send it back."""

from __future__ import annotations

from django.db import transaction

from pinzhi.apps.policy import appraisal as adapter
from pinzhi.apps.policy import publishing_results
from pinzhi.apps.policy.access import require_appraiser
from pinzhi.apps.policy.actions.create_appraisal import editable, note
from pinzhi.apps.policy.models import Appraisal, CriterionScore
from pinzhi.kernel import clock, law
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, NotPermitted, Refused
from pinzhi.rules.law import NoSuchLawError


def confirm_appraisal(appraisal_id: int, *, by: Actor, announced_in: str = "") -> Appraisal:
    """Make the result final; it is published at once unless something in it is provisional.

    Raises NotPermitted (also for whoever set the criteria, gave a score or computed it), Refused (not computed, the year is
    not over), Conflict.
    """
    with transaction.atomic():
        found = editable(appraisal_id, by, "approver")
        if found.state != Appraisal.State.COMPUTED:
            raise Refused("not_computed", zh="考核结果尚未计算。", en="The appraisal has not been computed.")
        if by.username in hands(found):
            raise NotPermitted(
                "two_persons",
                zh="设定指标、打分或计算的人员不能确认同一考核。",
                en="Whoever set the criteria, scored or computed does not confirm.",
                remedy_zh="请另一名审批人确认。",
                remedy_en="Ask another approver.",
            )
        if any(reason["code"] == "year_not_over" for reason in found.provisional):
            raise Refused(
                "year_not_over",
                zh="考核年度尚未结束，不能确认。",
                en="The year is not over.",
                remedy_zh="年度结束后重新计算。",
                remedy_en="Compute again after its end.",
            )
        found.state, found.confirmed_by, found.confirmed_at = (
            Appraisal.State.CONFIRMED,
            by.username,
            clock.now(),
        )
        found.announced_in = announced_in.strip()[:120]
        found.save()
        note("confirm", found, by)
        if not found.provisional:
            _publish(found, by)
    return found


def hands(found: Appraisal) -> set[str]:
    """Who had a hand in the result."""
    scorers = CriterionScore.objects.filter(criterion__appraisal=found, entered_at__isnull=False).values_list(
        "entered_by", flat=True
    )
    return {found.set_by, found.computed_by, *scorers}


def publish_appraisal(appraisal_id: int, *, by: Actor) -> Appraisal:
    """Publish a confirmed appraisal whose grades have meanwhile been compared with the text of the law.

    Raises NotPermitted, Conflict (not confirmed, published before), Refused (still provisional: why).
    """
    with transaction.atomic():
        found = Appraisal.objects.select_for_update().get(pk=appraisal_id)
        require_appraiser(by, "approver", found.region)
        if found.state != Appraisal.State.CONFIRMED or found.published_at is not None:
            raise Conflict(
                "not_to_publish", zh="考核未确认或已公布。", en="It is not confirmed, or published already."
            )
        found.provisional = [reason for reason in found.provisional if not _settled(found, reason)]
        if found.provisional:
            raise Refused(
                "provisional",
                zh=f"结果为暂定，不能公布：{'；'.join(reason['zh'] for reason in found.provisional)}。",
                en=f"The result is provisional: {'; '.join(reason['en'] for reason in found.provisional)}.",
                remedy_zh="核对法规参数后再公布。",
                remedy_en="Compare the parameter with the text of the law first.",
            )
        _publish(found, by)
    return found


def _settled(found: Appraisal, reason: dict[str, str]) -> bool:
    """Whether the grades that were given are those of a rule that has been verified since."""
    if reason["code"] != adapter.GRADES or found.as_of is None:
        return False
    try:
        rule = law.value(adapter.GRADES, found.as_of)
    except NoSuchLawError:
        return False
    return not rule.provisional and all(
        unit.score is None
        or adapter.ranking.grade(unit.score, rule.value, veto=bool(unit.veto)) == unit.grade
        for unit in found.appraisees.all()
    )


def _publish(found: Appraisal, by: Actor) -> None:
    publishing_results.publish_appraisal(found, by=by)
    decided = found.awards.filter(state="decided", published_at=None).select_related("rule", "appraisal")
    publishing_results.publish_awards(list(decided), by=by)
    found.published_at = clock.now()
    found.save(update_fields=["published_at", "provisional"])
    note("publish", found, by)


def reopen_appraisal(appraisal_id: int, *, by: Actor, reason: str) -> Appraisal:
    """Send a confirmed appraisal back; what was published is taken down. Raises NotPermitted, Conflict, Refused."""
    with transaction.atomic():
        found = Appraisal.objects.select_for_update().get(pk=appraisal_id)
        require_appraiser(by, "approver", found.region)
        if found.state != Appraisal.State.CONFIRMED:
            raise Conflict("not_confirmed", zh="该考核尚未确认。", en="The appraisal is not confirmed.")
        if found.awards.filter(state="decided").exists():
            raise Conflict(
                "has_awards",
                zh="已据此作出激励约束决定，不能退回。",
                en="Rewards or restraints were decided on it.",
            )
        if not reason.strip():
            raise Refused("no_reason", zh="请写明退回理由。", en="Give the reason.", place="reason")
        if found.published_at is not None:
            publishing_results.withdraw_appraisal(found, by=by, reason=reason.strip()[:200])
        found.awards.filter(state="proposed").delete()
        adapter.clear(found)
        found.confirmed_by, found.confirmed_at, found.published_at = "", None, None
        found.save()
        note("reopen", found, by, reason=reason.strip()[:200])
    return found
