"""Say of alerts that they are in hand, or that nothing needs to be done, with the reason."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from pinzhi.apps.standards import access
from pinzhi.apps.standards.alerts import by_key
from pinzhi.apps.standards.models import AlertDecision
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, Refused


@transaction.atomic
def decide_alert(keys: Sequence[str], decision: str, *, reason: str, by: Actor) -> int:
    """Decide on alerts that hold today; returns how many. Raises Refused, Conflict (one that no longer holds), NotPermitted."""
    if decision not in AlertDecision.Decision.values:
        raise Refused("no_such_decision", zh="请选择处理意见。", en="Choose a decision.", place="decision")
    if not reason.strip():
        raise Refused("reason_missing", zh="请写明理由。", en="Give the reason.", place="reason")
    if len(reason) > 500:
        raise Refused(
            "too_long", zh="理由超过 500 字。", en="The reason is longer than 500 characters.", place="reason"
        )
    today = clock.today()
    for key in dict.fromkeys(keys):
        alert = by_key(key, today)
        if alert is None:
            raise Conflict(
                "no_such_alert",
                zh="这条预警已不存在，或已处理。",
                en="This alert no longer holds, or was decided on.",
                place=key[:200],
                remedy_zh="请刷新页面。",
                remedy_en="Reload the page.",
            )
        if alert.region:
            access.require(by, "standards.decide_alert", [alert.region])
        elif not access.anywhere(by, "standards.decide_alert"):
            access.require(by, "standards.decide_alert", [""])
        AlertDecision.objects.create(
            alert=alert.key,
            decision=decision,
            reason=reason.strip(),
            region=alert.region,
            decided_at=clock.now(),
            decided_by=by.username,
        )
        audit.record(
            "standards.decide_alert",
            by=by,
            subject_kind="alert",
            subject_key=alert.about[:160],
            register=access.STANDARDS,
            region=alert.region,
            detail={"alert": alert.key, "decision": decision},
        )
    return len(set(keys))
