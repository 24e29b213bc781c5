"""Report the figure of a target that no register counts; another person releases it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from pinzhi.apps.policy.access import require_clerk
from pinzhi.apps.policy.models import Document, Review, Target
from pinzhi.apps.policy.readings import REPORTED, REPORTED_REGISTER
from pinzhi.kernel import audit
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.registers.actions.carry_out import Item, carry_out
from pinzhi.kernel.registers.entries import EntryRef


def report_figure(
    target_id: int, values: Mapping[str, Any], *, by: Actor, files: Sequence[Mapping[str, Any]] = ()
) -> EntryRef:
    """Report a figure for a period (`values`: period, value, numerator, denominator, scope_note, source, compiled_by,
    data_status, published_in), in the target's unit and for its region.

    Raises NotPermitted; Refused where the target is not in force or bound to another indicator; RefusedRows as the
    register does (a wrong period, the same period twice).
    """
    with transaction.atomic():
        target = Target.objects.select_related("document").get(pk=target_id)
        document = target.document
        require_clerk(by, document.region)
        if document.status != Document.Status.IN_FORCE or target.review != Review.CONFIRMED:
            raise Refused(
                "not_in_force",
                zh="目标尚未确认，不能报送。",
                en="The target is not in force yet.",
                remedy_zh="先确认文件。",
                remedy_en="Confirm the document first.",
            )
        if target.indicator != REPORTED:
            raise Refused(
                "counted_otherwise",
                zh="该目标由登记记录或其他数列计算，不接受单独报送。",
                en="This target is counted from records or another series and takes no figure of its own.",
                remedy_zh="如需报送，先把指标改为“由单位报送的完成值”。",
                remedy_en="Bind it to the figure reported by the lead unit first.",
            )
        given = {name: value for name, value in values.items() if value not in (None, "")}
        given |= {"series": target.key, "target_name": target.name[:200], "unit": target.unit}
        if files:
            given["source_file"] = [dict(file) for file in files]
        (entry,) = carry_out(
            REPORTED_REGISTER, "report", [Item(region=target.region or document.region, values=given)], by=by
        )
        audit.record(
            "policy.report_figure",
            by=by,
            subject_kind="document",
            subject_key=document.code,
            region=document.region,
            detail={"target": target.number, "period": str(given.get("period", ""))[:10]},
        )
    return entry
