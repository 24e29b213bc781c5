"""Registers that may not be written to: after a restore that is shorter than what was published."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from pinzhi.kernel.errors import Conflict


def marker() -> Path:
    """The file whose presence keeps all registers read-only; it says why."""
    return Path(settings.PINZHI_PUBLISHED_DIR) / "read-only"


def refuse_when_read_only(register: str) -> None:
    """Raise Conflict while the logs are older than what was published."""
    if marker().exists():
        raise Conflict(
            "read_only",
            zh="登记册处于只读状态：恢复的数据早于已公布的检查点。",
            en="The registers are read-only: what was restored is older than the published checkpoint.",
            place=register,
            remedy_zh="由运维人员核对后执行 pinzhi restore declare-epoch。",
            remedy_en="The operator checks and then runs: pinzhi restore declare-epoch.",
        )
