"""How the audit trail speaks of declarations and rankings; imported by `audit_kinds`."""

from __future__ import annotations

from typing import Any

from pinzhi.kernel.audit.kinds import declare


def _declaration(event: Any) -> str | None:
    return f"/console/standards/declarations/{event.subject_key}/" if event.subject_key else None


def _ranking(event: Any) -> str | None:
    return f"/console/standards/rankings/{event.subject_key}/" if event.subject_key else None


def _import(event: Any) -> str | None:
    return f"/console/standards/declarations/imports/{event.subject_key}/"


declare(
    "standards.declarations.check_import",
    zh="预检声明文件 {filename}（{rows} 行）",
    en="checked the file of declarations {filename} ({rows} rows)",
    link=_import,
)
declare(
    "standards.declarations.run_import",
    zh="导入声明文件 {filename}：{rows} 行，新增声明 {new} 项",
    en="imported declarations from {filename}: {rows} rows, {new} new",
    link=_import,
)
declare(
    "standards.declarations.drop_import",
    zh="放弃导入声明文件 {filename}",
    en="dropped the import of declarations {filename}",
    link=_import,
)
declare(
    "standards.declare",
    zh="声明公开标准 {count} 项 {subject}",
    en="declared {count} standards {subject}",
    link=_declaration,
)
declare(
    "standards.revise_declaration",
    zh="变更声明 {subject}",
    en="changed the declaration {subject}",
    link=_declaration,
)
declare(
    "standards.withdraw_declaration",
    zh="撤回声明 {subject}",
    en="withdrew the declaration {subject}",
    link=_declaration,
)
declare(
    "standards.recheck_declarations",
    zh="复核声明，{count} 项有变化",
    en="checked declarations again, {count} changed",
)
declare(
    "standards.save_ranking", zh="编制排行榜 {subject}", en="drew up the ranking {subject}", link=_ranking
)
declare(
    "standards.compute_ranking", zh="计算排行榜 {subject}", en="computed the ranking {subject}", link=_ranking
)
declare(
    "standards.publish_ranking",
    zh="发布排行榜 {subject}",
    en="published the ranking {subject}",
    link=_ranking,
)
declare(
    "standards.withdraw_ranking",
    zh="撤下排行榜 {subject}",
    en="took the ranking {subject} down",
    link=_ranking,
)
declare(
    "standards.select_front_runners",
    zh="公布“领跑者” {count} 项 {subject}",
    en="published {count} front runners {subject}",
    link=_ranking,
)
declare(
    "standards.record_fulfilment",
    zh="记录“领跑者”承诺兑现情况 {front_runner}（{subject}）",
    en="recorded whether the front runner {front_runner} keeps its commitment ({subject})",
    link=_ranking,
)
