"""A unit reports on its duty: what was done, what stands in the way, the evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from pinzhi.apps.policy import evidence, publishing
from pinzhi.apps.policy.access import may_report
from pinzhi.apps.policy.models import Document, Duty, ProgressNote
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotPermitted, Refused


def report_progress(
    duty_id: int,
    *,
    by: Actor,
    text: str,
    state: str,
    problem: str = "",
    files: Sequence[Mapping[str, Any]] = (),
) -> ProgressNote:
    """Add a progress note and set the duty's state; the public register of duties follows.

    Raises NotPermitted (another unit's duty), Refused (no text, no such state, a document not in force).
    """
    with transaction.atomic():
        duty = (
            Duty.objects.select_for_update(of=("self",)).select_related("measure__document").get(pk=duty_id)
        )
        document = duty.measure.document
        if not may_report(by, duty):
            raise NotPermitted(
                "not_your_duty",
                zh=f"该任务由“{duty.unit}”负责，您不能代为报告。",
                en=f"This duty is {duty.unit}'s.",
                remedy_zh="请由该单位的账号报告。",
                remedy_en="Ask that unit to report.",
            )
        if document.status != Document.Status.IN_FORCE:
            raise Refused(
                "not_in_force", zh="文件尚未确认，不能报告进展。", en="The document is not in force yet."
            )
        if not text.strip():
            raise Refused("no_text", zh="请写明进展。", en="Say what was done.", place="text")
        if state not in Duty.State.values:
            raise Refused("no_state", zh="请选择进展状态。", en="Choose a state.", place="state")
        evidence.refuse_many(files)
        note = ProgressNote.objects.create(
            duty=duty,
            at=clock.now(),
            by=by.username,
            text=text.strip()[:4000],
            problem=problem.strip()[:2000],
            state=state,
            files=[dict(file) for file in files],
        )
        duty.state = state
        duty.save(update_fields=["state"])
        publishing.publish_duties([duty], clock.today(), by=by)
        audit.record(
            "policy.report_progress",
            by=by,
            subject_kind="document",
            subject_key=document.code,
            region=document.region,
            detail={"duty": publishing.duty_key(duty), "state": state},
        )
    return note
