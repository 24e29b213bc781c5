"""What may be done with parties, and by whom."""

from __future__ import annotations

from pinzhi.kernel.access.matrix import declare

DECIDES = frozenset({"reviewer", "approver"})

declare(
    "parties.read",
    section="parties",
    zh="查看企业、产品、机构（含非公开内容）",
    en="read enterprises, products and bodies, what is not public included",
    roles={"clerk", "reviewer", "approver", "auditor"},
    own=True,
)
declare(
    "parties.write",
    section="parties",
    zh="登记、变更、更名、注销企业、产品、机构",
    en="register, change, rename and close enterprises, products and bodies",
    roles={"clerk"},
)
declare(
    "parties.import",
    section="parties",
    zh="导入企业、产品、机构表格",
    en="import spreadsheets",
    roles={"clerk"},
)
declare(
    "parties.read_risk",
    section="parties",
    zh="查看企业风险等级",
    en="see risk classes",
    roles={"clerk", "reviewer", "approver", "auditor"},
)
declare(
    "parties.set_risk", section="parties", zh="导入企业风险等级", en="set risk classes", roles={"reviewer"}
)
declare(
    "parties.decide_duplicate",
    section="parties",
    zh="裁定疑似重复企业",
    en="decide on possible duplicates",
    roles=DECIDES,
)
declare(
    "parties.decide_claim",
    section="parties",
    zh="审批企业认领",
    en="decide on claims of enterprises",
    roles=DECIDES,
)
declare(
    "parties.revoke_user",
    section="parties",
    zh="撤销企业账号（本企业管理员也可）",
    en="revoke an enterprise's account (its own keeper may too)",
    roles=DECIDES,
    own=True,
)
declare(
    "parties.invite_user",
    section="parties",
    zh="邀请本企业其他人员（限本企业管理员）",
    en="invite further users of the own enterprise (its keeper)",
    roles=frozenset(),
    own=True,
)
