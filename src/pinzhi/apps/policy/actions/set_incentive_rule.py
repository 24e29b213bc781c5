"""Set what follows from a result: a trigger with a reward or restraint (P05)."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction

from pinzhi.apps.policy.access import require_appraiser
from pinzhi.apps.policy.models import Document, IncentiveRule
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused

GRADES = ("A", "B", "C", "D")
BY_NUMBER = (IncentiveRule.Trigger.RANK_TOP, IncentiveRule.Trigger.RANK_BOTTOM)


def set_incentive_rule(
    *,
    by: Actor,
    region: str,
    title: str,
    trigger: str,
    measure: str,
    threshold: str = "",
    amount: Decimal | None = None,
    document: str = "",
    rule_id: int | None = None,
    active: bool = True,
) -> IncentiveRule:
    """A new rule, or (with `rule_id`) whether one is still used: what has been applied is not rewritten.

    `threshold`: for ranks how many, for a grade which. Raises NotPermitted, Refused naming the field.
    """
    require_appraiser(by, "approver", region)
    with transaction.atomic():
        if rule_id is not None:
            rule = IncentiveRule.objects.select_for_update().get(pk=rule_id, region=region)
            rule.active = active
            rule.save(update_fields=["active"])
        else:
            rule = IncentiveRule.objects.create(
                region=region,
                title=_title(title),
                trigger=_trigger(trigger),
                threshold=_threshold(trigger, threshold.strip()),
                measure=_measure(measure, amount),
                amount=amount,
                document=_document(document),
                by=by.username,
                at=clock.now(),
            )
        audit.record(
            "policy.incentive.rule",
            by=by,
            subject_kind="incentive_rule",
            subject_key=str(rule.pk),
            register="appraisals",
            region=region,
            detail={"active": rule.active},
        )
    return rule


def _title(title: str) -> str:
    if not title.strip() or len(title.strip()) > 200:
        raise _wrong("title", "应为 1 至 200 字", "1 to 200 characters")
    return title.strip()


def _trigger(trigger: str) -> str:
    if trigger not in IncentiveRule.Trigger.values:
        raise _wrong("trigger", "请选择触发情形", "choose a trigger")
    return trigger


def _threshold(trigger: str, threshold: str) -> str:
    if trigger in BY_NUMBER:
        if not (threshold.isascii() and threshold.isdigit() and 0 < int(threshold) < 1000):
            raise _wrong("threshold", "应填名次数（正整数）", "needs a number of ranks")
        return str(int(threshold))
    if trigger == IncentiveRule.Trigger.GRADE:
        if threshold.upper() not in GRADES:
            raise _wrong("threshold", "应填等级 A、B、C 或 D", "needs a grade A, B, C or D")
        return threshold.upper()
    return ""


def _measure(measure: str, amount: Decimal | None) -> str:
    if measure not in IncentiveRule.Measure.values:
        raise _wrong("measure", "请选择措施", "choose a measure")
    if amount is not None and (not amount.is_finite() or not 0 <= amount < Decimal(10) ** 10):
        raise _wrong("amount", "金额应为非负数", "an amount is not negative")
    if measure == IncentiveRule.Measure.MONEY and not amount:
        raise _wrong("amount", "奖励资金应填金额", "money needs an amount")
    return measure


def _document(code: str) -> Document | None:
    if not code:
        return None
    found = Document.objects.filter(code=code).first()
    if found is None:
        raise _wrong("document", f"没有编号为 {code} 的文件", f"there is no document {code}")
    return found


def _wrong(field: str, zh: str, en: str) -> Refused:
    return Refused("invalid_rule", zh=zh, en=en, place=field)
