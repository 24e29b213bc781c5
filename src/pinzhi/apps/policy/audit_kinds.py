"""How the audit trail speaks of policies."""

from __future__ import annotations

from typing import Any

from pinzhi.kernel.audit.kinds import declare


def _link(event: Any) -> str | None:
    return f"/console/policy/{event.subject_key}/" if event.subject_kind == "document" else "/console/policy/"


declare("policy.*", zh="政策：{step} {subject}", en="policy: {step} {subject}", link=_link)
declare("policy.import_document", zh="导入政策文件 {subject}", en="brought in the policy document {subject}", link=_link)
declare("policy.confirm_document", zh="确认政策文件 {subject}", en="confirmed the policy document {subject}", link=_link)
declare("policy.compute_readings", zh="计算 {count} 个目标的进度", en="computed {count} readings", link=_link)
