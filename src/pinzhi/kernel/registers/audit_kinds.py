"""How the audit trail speaks of registers."""

from __future__ import annotations

from typing import Any

from pinzhi.kernel.audit.kinds import declare


def _link(event: Any) -> str | None:
    base = f"/console/registers/{event.register}/"
    return f"{base}records/{event.subject_key}/" if event.subject_key else base


declare(
    "registers.*",
    zh="在“{register}”办理“{step}”{subject}（{count} 条）",
    en="{register}, {step}: {subject} ({count})",
    link=_link,
)
declare(
    "registers.import",
    zh="导入 {count} 条到“{register}”",
    en="imported {count} rows into {register}",
    link=_link,
)
declare(
    "registers.export",
    zh="导出“{register}”{count} 条",
    en="exported {count} rows of {register}",
    link=_link,
    sensitive=True,
)
declare(
    "registers.correct",
    zh="更正“{register}”的条目 {subject}",
    en="corrected an entry of {subject} in {register}",
    link=_link,
)
declare(
    "registers.erase",
    zh="删除“{register}”{subject} 的个人信息",
    en="erased personal data of {subject} in {register}",
    link=_link,
)
declare(
    "registers.read_private",
    zh="查看“{register}”{subject} 的非公开内容",
    en="read what is not public of {subject} in {register}",
    link=_link,
    sensitive=True,
)
declare(
    "registers.declare_epoch",
    zh="声明登记簿新纪元",
    en="declared a new epoch of the registers",
    sensitive=True,
)
declare(
    "registers.auto",
    zh="“{register}”{count} 条记录期满，由系统办理",
    en="{count} records of {register} ended by themselves",
    link=_link,
)
