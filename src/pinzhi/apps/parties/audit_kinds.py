"""How the audit trail speaks of parties."""

from __future__ import annotations

from typing import Any

from pinzhi.kernel.audit.kinds import declare


def _link(event: Any) -> str | None:
    pages = {"enterprise": "enterprises", "product": "products", "body": "bodies"}
    page = pages.get(event.subject_kind)
    return f"/console/parties/{page}/{event.subject_key}/" if page and event.subject_key else None


def _import(event: Any) -> str | None:
    return f"/console/parties/imports/{event.subject_key}/"


def _claim(event: Any) -> str | None:
    return f"/console/parties/claims/{event.subject_key}/"


declare("parties.*", zh="企业与产品：{step} {subject}", en="parties: {step} {subject}", link=_link)
declare(
    "parties.register_enterprises",
    zh="登记企业 {count} 家 {subject}",
    en="registered {count} enterprises {subject}",
    link=_link,
)
declare(
    "parties.change_enterprise", zh="变更企业 {subject}", en="changed the enterprise {subject}", link=_link
)
declare(
    "parties.rename_enterprise", zh="企业 {subject} 更名", en="renamed the enterprise {subject}", link=_link
)
declare(
    "parties.close_enterprise",
    zh="企业 {subject} 注销（吊销、迁出）",
    en="closed the enterprise {subject}",
    link=_link,
)
declare(
    "parties.register_products",
    zh="登记产品 {count} 个 {subject}",
    en="registered {count} products {subject}",
    link=_link,
)
declare("parties.change_product", zh="变更产品 {subject}", en="changed the product {subject}", link=_link)
declare(
    "parties.register_bodies",
    zh="登记技术机构 {count} 家 {subject}",
    en="registered {count} bodies {subject}",
    link=_link,
)
declare("parties.change_body", zh="变更技术机构 {subject}", en="changed the body {subject}", link=_link)
declare(
    "parties.set_risk_classes",
    zh="设定 {count} 家企业的风险等级",
    en="set the risk class of {count} enterprises",
    sensitive=True,
)
declare(
    "parties.check_import",
    zh="预检导入文件 {filename}（{rows} 行）",
    en="checked the file {filename} ({rows} rows)",
    link=_import,
)
declare(
    "parties.run_import",
    zh="导入 {filename}：{rows} 行，新增 {new}，变更 {changed}",
    en="imported {filename}: {rows} rows, {new} new, {changed} changed",
    link=_import,
)
declare("parties.drop_import", zh="放弃导入 {filename}", en="dropped the import of {filename}", link=_import)
declare(
    "parties.propose_duplicates",
    zh="查找疑似重复企业，新提出 {count} 对",
    en="looked for duplicates: {count} new pairs",
)
declare(
    "parties.merge_enterprises",
    zh="将 {merged} 并入 {subject}",
    en="merged {merged} into {subject}",
    link=_link,
    sensitive=True,
)
declare(
    "parties.reject_duplicate",
    zh="裁定 {subject} 与 {other} 为两家企业",
    en="found {subject} and {other} to be two firms",
    link=_link,
)
declare(
    "parties.claim_enterprise",
    zh="提交企业认领 {subject}（{uscc}）",
    en="made the claim {subject} for {uscc}",
    link=_claim,
)
declare(
    "parties.approve_claim",
    zh="批准企业认领 {subject}（{uscc}）",
    en="approved the claim {subject} for {uscc}",
    link=_claim,
    sensitive=True,
)
declare(
    "parties.refuse_claim",
    zh="不予批准企业认领 {subject}（{uscc}）",
    en="refused the claim {subject} for {uscc}",
    link=_claim,
)
declare(
    "parties.invite_user",
    zh="邀请 {invited} 使用企业账号",
    en="invited {invited} to speak for the enterprise",
)
declare("parties.join_enterprise", zh="{subject} 接受邀请，加入企业", en="{subject} joined the enterprise")
declare(
    "parties.revoke_user",
    zh="撤销企业账号 {subject}",
    en="revoked the enterprise's account {subject}",
    sensitive=True,
)
declare(
    "parties.read_private",
    zh="查看企业非公开内容 {subject}",
    en="read what is not public of {subject}",
    link=_link,
)
declare(
    "parties.read_file",
    zh="查看认领材料 {subject}",
    en="read a paper of the claim {subject}",
    link=_claim,
    sensitive=True,
)
declare(
    "parties.export",
    zh="导出企业、产品名单（{count} 条）",
    en="exported a list of {count} parties",
    sensitive=True,
)
declare(
    "parties.hand_over",
    zh="将企业账号管理移交给 {heir}",
    en="handed the keeping of the firm's accounts to {heir}",
)
