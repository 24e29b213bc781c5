"""How the audit trail speaks of limits, comparison studies and the degree of conformity."""

from __future__ import annotations

from typing import Any

from pinzhi.kernel.audit.kinds import declare


def _limits(event: Any) -> str | None:
    return (
        f"/console/standards/limits/{event.subject_key}/"
        if event.subject_key
        else "/console/standards/limits/"
    )


def _study(event: Any) -> str | None:
    return f"/console/standards/comparisons/studies/{event.subject_key}/" if event.subject_key else None


def _conformity(event: Any) -> str | None:
    return "/console/standards/conformity/"


declare(
    "standards.save_limit_document",
    zh="登记限值文件 {number}",
    en="registered the document {number}",
    link=_limits,
)
declare("standards.enter_limits", zh="录入限值 {count} 项", en="entered {count} limits", link=_limits)
declare(
    "standards.change_limit", zh="修改限值：{indicator}", en="changed the limit of {indicator}", link=_limits
)
declare("standards.confirm_limits", zh="核对限值 {count} 项", en="confirmed {count} limits", link=_limits)
declare("standards.refuse_limits", zh="退回限值 {count} 项", en="sent back {count} limits", link=_limits)
declare("standards.withdraw_limits", zh="撤下限值 {count} 项", en="took back {count} limits", link=_limits)
declare(
    "standards.check_limit_import",
    zh="预检限值文件 {filename}（{rows} 行）",
    en="checked the file {filename} ({rows} rows)",
)
declare(
    "standards.run_limit_import",
    zh="导入限值 {filename}：{rows} 行",
    en="brought in limits from {filename}: {rows} rows",
)
declare("standards.drop_limit_import", zh="放弃导入 {filename}", en="dropped the import of {filename}")
declare("standards.draw_up_study", zh="编制比对研究 {title}", en="drew up the study {title}", link=_study)
declare("standards.submit_study", zh="提交比对研究 {title}", en="submitted the study {title}", link=_study)
declare(
    "standards.approve_study",
    zh="批准并公布比对研究 {title}",
    en="approved and published the study {title}",
    link=_study,
)
declare("standards.return_study", zh="退回比对研究 {title}", en="sent back the study {title}", link=_study)
declare(
    "standards.change_key_list",
    zh="变更重点领域（标准）清单：{what}",
    en="changed the list of key fields: {what}",
    link=_conformity,
)
declare(
    "standards.compute_conformity",
    zh="测算一致性程度（{method}）",
    en="computed the degree of conformity ({method})",
    link=_conformity,
)
declare(
    "standards.publish_conformity",
    zh="公布一致性程度（{method}）",
    en="published the degree of conformity ({method})",
    link=_conformity,
)
