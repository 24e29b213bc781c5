"""How the audit trail speaks of sampling records, hand-overs and sampling sheets; imported by `audit_kinds`."""

from __future__ import annotations

from typing import Any

from pinzhi.kernel.audit.kinds import declare


def _link(event: Any) -> str | None:
    return f"/console/inspection/custody/{event.subject_key}/" if event.subject_key else None


for name, zh, en in (
    ("receive_record", "接收现场抽样记录 {subject}", "received a sampling record from a phone {subject}"),
    ("hand_over", "登记样品交接 {subject}", "noted a hand-over of the sample {subject}"),
    ("issue_sampling_sheet", "制发抽样单 {subject}", "issued the sampling sheet of {subject}"),
):
    declare(f"inspection.{name}", zh=zh, en=en, link=_link)
