"""How the audit trail speaks of checks."""

from __future__ import annotations

from typing import Any

from pinzhi.apps.inspection import audit_kinds_analysis, audit_kinds_sampling  # noqa: F401
from pinzhi.kernel.audit.kinds import declare

PAGES = {
    "programme": "programmes", "rules": "rules", "draw": "draws", "sample": "samples", "case": "cases",
    "inspector": "inspectors", "laboratory": "laboratories",
}  # fmt: skip


def _link(event: Any) -> str | None:
    page = PAGES.get(event.subject_kind)
    return f"/console/inspection/{page}/{event.subject_key}/" if page and event.subject_key else None


for name, zh, en in (
    ("*", "监督抽查：{step} {subject}", "checks: {step} {subject}"),
    ("save_programme", "编制抽查计划 {subject}", "drew up the programme {subject}"),
    ("release_programme", "发布抽查计划 {subject}", "released the programme {subject}"),
    ("save_rules", "编制实施细则 {subject}", "drew up the detailed rules {subject}"),
    ("release_rules", "发布实施细则 {subject}", "released the detailed rules {subject}"),
    ("record_samples", "登记样品 {count} 个 {subject}", "recorded {count} samples {subject}"),
    ("issue_seals", "发放封签 {count} 个 {subject}", "issued {count} seals {subject}"),
    ("hand_seals", "领用封签 {count} 个 {subject}", "handed out {count} seals {subject}"),
    ("take_back_seals", "收回封签 {count} 个 {subject}", "took back {count} seals {subject}"),
    (
        "report_seals",
        "登记封签遗失、损毁 {count} 个 {subject}",
        "reported {count} seals lost or spoilt {subject}",
    ),
    ("enter_reports", "录入检验报告 {count} 份 {subject}", "entered {count} test reports {subject}"),
    ("refuse_reports", "拒收检验报告 {count} 份", "refused {count} test reports"),
    ("publish_results", "公布抽查结果 {count} 条 {subject}", "published {count} results {subject}"),
    ("correct_result", "更正已公布结果 {subject}", "corrected the published result {subject}"),
    ("name_draw", "登记抽取 {subject}", "named the draw {subject}"),
    ("freeze_draw", "冻结名单并提交承诺 {subject}", "froze and committed the frame of {subject}"),
    ("name_public_value", "指定公共随机数 {subject}", "named the public value of {subject}"),
    ("make_draw", "抽取 {subject}", "made the draw {subject}"),
    ("open_draw", "公开抽取 {subject}", "opened the draw {subject}"),
    ("abandon_draw", "放弃抽取 {subject}", "abandoned the draw {subject}"),
    ("read_draw", "公开前查看抽取结果 {subject}", "read the result of {subject} before it was open"),
    ("make_tasks", "下达任务 {count} 个 {subject}", "made {count} tasks {subject}"),
    ("close_task", "登记任务结果 {subject}", "noted what became of task {subject}"),
    ("open_cases", "立不合格后处理 {count} 件 {subject}", "opened {count} cases {subject}"),
    ("record_case", "登记后处理事项 {subject}", "noted an event of case {subject}"),
    (
        "name_laboratory_draw",
        "登记复检机构抽取 {subject}",
        "registered the draw of a laboratory for case {subject}",
    ),
    (
        "make_laboratory_draw",
        "抽取复检机构 {subject}",
        "drew the laboratory of the re-inspection for case {subject}",
    ),
    (
        "next_laboratory",
        "按顺位确定复检机构 {subject}",
        "took the next laboratory in line for case {subject}",
    ),
    (
        "abandon_laboratory_draw",
        "放弃复检机构抽取 {subject}",
        "gave the draw of a laboratory for case {subject} up",
    ),
    ("list_inspectors", "登记抽样人员 {count} 名 {subject}", "listed {count} inspectors {subject}"),
    (
        "declare_capabilities",
        "登记检验机构承检能力 {count} 项 {subject}",
        "declared {count} capabilities of laboratories {subject}",
    ),
    ("recuse", "登记回避 {subject}", "noted a recusal of {subject}"),
    ("end_recusal", "终止回避 {subject}", "ended a recusal of {subject}"),
    ("issue_paper", "制发文书 {subject}", "issued a paper {subject}"),
    ("accept_outside", "接收外部结果 {count} 条", "took in {count} results from elsewhere"),
):
    declare(f"inspection.{name}", zh=zh, en=en, link=_link)
