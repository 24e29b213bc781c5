"""What may be done with declarations and rankings, and by whom; imported by `access_verbs`."""

from __future__ import annotations

from pinzhi.kernel.access.matrix import declare

declare(
    "standards.declare",
    section="standards",
    zh="声明公开执行的标准、变更和撤回声明（企业自己，或代企业录入）",
    en="declare standards, change and withdraw declarations (the enterprise itself, or on its behalf)",
    roles={"clerk"},
    own=True,
)
declare(
    "standards.read_declarations",
    section="standards",
    zh="查看本地区全部声明和公开率名单",
    en="read all declarations of the region and the lists of the declaration rate",
    roles={"clerk", "reviewer", "approver", "auditor"},
)
declare(
    "standards.rank",
    section="standards",
    zh="编制排行榜评估方案、计算排行榜",
    en="draw up evaluation plans and compute rankings",
    roles={"clerk"},
)
declare(
    "standards.publish_ranking",
    section="standards",
    zh="发布排行榜、公布“领跑者”",
    en="publish rankings and front runners",
    roles={"approver"},
)
