"""What may be done with limits, comparison studies and the degree of conformity, and by whom. Reading is open to accounts."""

from __future__ import annotations

from pinzhi.kernel.access.matrix import declare

ENTER = "standards.enter_limits"
CONFIRM = "standards.confirm_limits"
STUDY = "standards.draw_up_study"
APPROVE_STUDY = "standards.approve_study"
CONFORMITY = "standards.compute_conformity"
PUBLISH_CONFORMITY = "standards.publish_conformity"

declare(
    ENTER,
    section="standards",
    zh="录入、导入指标限值",
    en="enter and import limits of indicators",
    roles={"clerk"},
)
declare(
    CONFIRM,
    section="standards",
    zh="核对指标限值（不得为录入人）",
    en="confirm limits of indicators (somebody other than who entered them)",
    roles={"reviewer", "approver"},
)
declare(
    STUDY, section="standards", zh="开展国内外标准比对研究", en="draw up comparison studies", roles={"clerk"}
)
declare(
    APPROVE_STUDY,
    section="standards",
    zh="批准、公布比对研究（不得为编制人）",
    en="approve and publish comparison studies (somebody other than who drew them up)",
    roles={"approver"},
)
declare(
    CONFORMITY,
    section="standards",
    zh="维护重点领域和重点标准清单，测算一致性程度",
    en="keep the lists of key fields and standards, compute the degree of conformity",
    roles={"clerk"},
)
declare(
    PUBLISH_CONFORMITY,
    section="standards",
    zh="公布一致性程度测算结果（不得为测算人）",
    en="publish the degree of conformity (somebody other than who computed it)",
    roles={"approver"},
)
