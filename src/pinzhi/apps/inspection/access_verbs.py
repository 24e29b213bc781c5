"""What may be done with checks, and by whom."""

from __future__ import annotations

from pinzhi.apps.inspection import access_verbs_after, access_verbs_sampling  # noqa: F401
from pinzhi.kernel.access.matrix import declare

WORKERS = frozenset({"clerk", "reviewer", "approver"})

declare(
    "inspection.read",
    section="inspection",
    zh="查看监督抽查（企业、检验机构可看本单位的）",
    en="read checks (an enterprise or laboratory its own)",
    roles=WORKERS | {"auditor"},
    own=True,
)
declare(
    "inspection.plan",
    section="inspection",
    zh="编制抽查计划、实施细则，维护抽样人员、承检能力、回避名录",
    en="draw up programmes and detailed rules, keep the lists of inspectors, laboratories and recusals",
    roles={"clerk"},
)
declare(
    "inspection.release",
    section="inspection",
    zh="发布抽查计划、实施细则",
    en="release programmes and detailed rules",
    roles={"approver"},
)
declare(
    "inspection.draw",
    section="inspection",
    zh="登记、冻结、抽取",
    en="name, freeze and make draws",
    roles={"clerk"},
)
declare(
    "inspection.open_draw",
    section="inspection",
    zh="公开抽取结果、放弃抽取",
    en="open or abandon a draw",
    roles={"approver"},
)
declare(
    "inspection.read_draw",
    section="inspection",
    zh="公开前查看抽取结果（每次查看留痕）",
    en="read a draw's result before it is open (each reading is noted)",
    roles={"clerk", "approver"},
)
declare(
    "inspection.sample",
    section="inspection",
    zh="登记抽样、封签、任务结果",
    en="record samples, seals and what became of tasks",
    roles={"clerk"},
)
declare(
    "inspection.report",
    section="inspection",
    zh="录入、导入检验报告（检验机构录入本机构的），接收外部结果",
    en="enter and import test reports (a laboratory its own), take in results from elsewhere",
    roles={"clerk"},
    own=True,
)
declare(
    "inspection.publish",
    section="inspection",
    zh="审核并公布抽查结果",
    en="review and publish results",
    roles={"reviewer", "approver"},
)
declare(
    "inspection.correct",
    section="inspection",
    zh="更正已公布的结果",
    en="correct a published result",
    roles={"approver"},
)
declare(
    "inspection.handle_case",
    section="inspection",
    zh="办理不合格后处理",
    en="handle what follows a failed check",
    roles={"clerk"},
)
declare(
    "inspection.object",
    section="inspection",
    zh="提出异议、复检申请（本企业）",
    en="object and ask for re-inspection (the enterprise itself)",
    roles={"clerk"},
    own=True,
)
