"""Record whether a front runner keeps the commitment that it declared."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from pinzhi.apps.standards import access
from pinzhi.apps.standards.models import FrontRunner
from pinzhi.apps.standards.publishing_rankings import FRONT_RUNNERS, publish_fulfilment
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotFound, Refused


@transaction.atomic
def record_fulfilment(
    number: str, kept: str, note: str, *, by: Actor, checked_on: date | None = None
) -> FrontRunner:
    """Say `kept` or `broken` and what was checked and found, which the public reads; `not_checked` takes it back.

    `checked_on`: the day of the check, today by default. Raises NotFound, NotPermitted, Refused.
    """
    row = FrontRunner.objects.select_for_update().select_related("ranking").filter(number=number).first()
    if row is None:
        raise NotFound(
            "no_such_front_runner",
            zh=f"没有“领跑者”“{number[:40]}”。",
            en=f"There is no front runner {number[:40]}.",
        )
    access.require(by, "standards.rank", [row.ranking.region], register=FRONT_RUNNERS)
    if kept not in FrontRunner.Kept.values:
        raise Refused(
            "no_such_answer", zh="请选择已兑现或未兑现。", en="Choose whether it is kept.", place="kept"
        )
    note, today = " ".join(note.split())[:300], clock.today()
    if kept != FrontRunner.Kept.NOT_CHECKED and not note:
        raise Refused(
            "no_finding",
            zh="须写明核查了什么、结果如何，公众会看到。",
            en="Say what was checked and found; the public reads it.",
            place="note",
            remedy_zh="例如：抽查30份退货记录，均在七日内办结。",
            remedy_en="e.g. 30 returns looked at, all settled within seven days.",
        )
    day = checked_on or today
    if not row.selected_on <= day <= today:
        raise Refused(
            "day_outside",
            zh=f"核查日期应在公布之日（{row.selected_on}）与今天之间。",
            en=f"The day of the check lies between the publication ({row.selected_on}) and today.",
            place="checked_on",
        )
    answered = kept != FrontRunner.Kept.NOT_CHECKED
    row.commitment_kept, row.kept_note = kept, note if answered else ""
    row.kept_checked_on = day if answered else None
    row.save(update_fields=["commitment_kept", "kept_note", "kept_checked_on"])
    publish_fulfilment(row, by=by)
    audit.record(
        "standards.record_fulfilment",
        by=by,
        register=FRONT_RUNNERS,
        subject_kind="ranking",
        subject_key=row.ranking.number,
        region=row.ranking.region,
        detail={"front_runner": number, "kept": kept},
    )
    return row
