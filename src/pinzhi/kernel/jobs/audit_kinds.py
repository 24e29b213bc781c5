"""The sentences of this app's audit events."""

from __future__ import annotations

from pinzhi.kernel.audit.kinds import declare

declare("jobs.stop", zh="要求停止后台任务（{kind}）", en="asked a piece of work to stop ({kind})")
