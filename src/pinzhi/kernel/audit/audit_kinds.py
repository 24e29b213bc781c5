"""The trail speaks of its own readers."""

from __future__ import annotations

from pinzhi.kernel.audit.kinds import declare

declare("audit.read", zh="查看审计记录（{count} 条）", en="read the audit trail ({count} lines)")
declare("audit.export", zh="导出审计记录", en="exported the audit trail", sensitive=True)
