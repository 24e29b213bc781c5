"""How the audit trail speaks of policies."""

from __future__ import annotations

from typing import Any

from pinzhi.kernel.audit.kinds import declare


def _link(event: Any) -> str | None:
    return f"/console/policy/{event.subject_key}/" if event.subject_kind == "document" else "/console/policy/"


declare(
    "policy.*",
    zh="政策文件 {subject}：{step}",
    en="policy document {subject}: {step}",
    link=_link,
    words={
        "change_document": {"zh": "修改文件信息", "en": "changed its head"},
        "add_target": {"zh": "补充目标", "en": "added a target"},
        "change_target": {"zh": "修改目标", "en": "changed a target"},
        "drop_target": {"zh": "删去目标", "en": "dropped a target"},
        "keep_target": {"zh": "恢复目标", "en": "took a target back"},
        "add_measure": {"zh": "补充任务", "en": "added a task"},
        "change_measure": {"zh": "修改任务", "en": "changed a task"},
        "drop_measure": {"zh": "删去任务", "en": "dropped a task"},
        "report_progress": {"zh": "报告任务进展", "en": "reported progress"},
        "report_figure": {"zh": "报送目标完成值", "en": "reported a target's figure"},
    },
)
declare(
    "policy.import_document",
    zh="导入政策文件 {subject}",
    en="brought in the policy document {subject}",
    link=_link,
)
declare(
    "policy.confirm_document",
    zh="确认政策文件 {subject}",
    en="confirmed the policy document {subject}",
    link=_link,
)
declare("policy.compute_readings", zh="计算 {count} 个目标的进度", en="computed {count} readings", link=_link)
declare(
    "policy.map_child",
    zh="将 {subject} 的 {count} 行与上级方案 {parent} 对应",
    en="mapped {count} rows of {subject} to {parent}",
    link=_link,
)
declare(
    "policy.report_matter",
    zh="就 {subject} 报告重大事项 {matter}",
    en="reported major matter {matter} under {subject}",
    link=_link,
)
declare("policy.reply_matter", zh="答复重大事项 {subject}", en="answered major matter {subject}")
declare(
    "policy.write_report",
    zh="编写 {subject} {period} 进展报告",
    en="wrote the report {period} of {subject}",
    link=_link,
)
declare(
    "policy.appraisal.*",
    zh="考核 {subject}：{step}",
    en="appraisal {subject}: {step}",
    words={
        "create": {"zh": "新建", "en": "create"},
        "set_criteria": {"zh": "设定考核指标", "en": "set the criteria"},
        "enter_score": {"zh": "录入评分", "en": "enter a score"},
        "compute": {"zh": "计算", "en": "compute"},
        "confirm": {"zh": "确认", "en": "confirm"},
        "publish": {"zh": "公布", "en": "publish"},
        "reopen": {"zh": "退回修改", "en": "reopen"},
    },
)
declare(
    "policy.incentive.*",
    zh="激励约束 {subject}：{step}",
    en="incentives {subject}: {step}",
    words={
        "rule": {"zh": "设定规则", "en": "set a rule"},
        "propose": {"zh": "提出", "en": "propose"},
        "decide": {"zh": "决定", "en": "decide"},
    },
)
declare(
    "policy.year_plan.*",
    zh="年度计划 {subject}：{step}",
    en="yearly plan {subject}: {step}",
    words={
        "create": {"zh": "新建", "en": "create"},
        "change": {"zh": "修改", "en": "change"},
        "publish": {"zh": "公布", "en": "publish"},
        "report": {"zh": "报告进展", "en": "report progress"},
    },
)
declare(
    "policy.read_evidence", zh="查看 {subject} 的证明材料", en="read evidence of {subject}", sensitive=True
)
