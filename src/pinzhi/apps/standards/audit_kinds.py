"""How the audit trail speaks of standards."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any
from urllib.parse import quote

from pinzhi.kernel.audit.kinds import declare


def _link(event: Any) -> str | None:
    if event.subject_kind != "standard" or not event.subject_key:
        return None
    return f"/console/standards/catalogue/at/{quote(event.subject_key)}/"


def _import(event: Any) -> str | None:
    return f"/console/standards/catalogue/imports/{event.subject_key}/"


def _table(event: Any) -> str | None:
    return f"/console/standards/system/{quote(event.subject_key)}/"


declare("standards.*", zh="标准：{step} {subject}", en="standards: {step} {subject}", link=_link)
declare(
    "standards.register_editions",
    zh="登记标准 {count} 项 {subject}",
    en="registered {count} standards {subject}",
    link=_link,
)
declare("standards.change_edition", zh="变更标准 {subject}", en="changed the standard {subject}", link=_link)
declare(
    "standards.relate_editions",
    zh="登记标准间关系 {count} 条 {subject}",
    en="related {count} standards {subject}",
    link=_link,
)
declare(
    "standards.drop_relation",
    zh="删去 {subject} 与 {to} 的关系",
    en="dropped the relation of {subject} to {to}",
    link=_link,
)
declare(
    "standards.turn_editions",
    zh="到期转换标准状态 {count} 项",
    en="turned the status of {count} standards on their day",
)
declare(
    "standards.check_import",
    zh="预检标准文件 {filename}（{rows} 行）",
    en="checked the file of standards {filename} ({rows} rows)",
    link=_import,
)
declare(
    "standards.run_import",
    zh="导入标准文件 {filename}：{rows} 行，新增 {new}，变更 {changed}",
    en="imported standards from {filename}: {rows} rows, {new} new, {changed} changed",
    link=_import,
)
declare(
    "standards.drop_import",
    zh="放弃导入标准文件 {filename}",
    en="dropped the import of {filename}",
    link=_import,
)
declare("standards.edit_system", zh="编制标准体系表 {subject}", en="drew up the table {subject}", link=_table)
declare(
    "standards.publish_system", zh="发布标准体系表 {subject}", en="published the table {subject}", link=_table
)
declare("standards.decide_alert", zh="处理标准预警 {subject}", en="decided on the alert {subject}")
declare(
    "standards.send_comment",
    zh="公众对标准草案提出意见 {subject}",
    en="a comment on a draft standard came in: {subject}",
)
declare("standards.export", zh="导出标准目录（{count} 条）", en="exported {count} entries of the catalogue")

from pinzhi.apps.standards import kinds_declarations  # noqa: E402, F401 - declares its own

for part in ("limits", "declarations", "rankings"):
    if find_spec(f"pinzhi.apps.standards.audit_kinds_{part}") is not None:
        import_module(f"pinzhi.apps.standards.audit_kinds_{part}")
