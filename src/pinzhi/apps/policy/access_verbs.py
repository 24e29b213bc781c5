"""What may be done with plans, and by whom."""

from __future__ import annotations

from pinzhi.kernel.access.matrix import declare

CLERK, APPROVER = frozenset({"clerk"}), frozenset({"approver"})

declare("policy.import", section="policy", zh="导入政策文件", en="bring in a policy document", roles=CLERK)
declare(
    "policy.correct",
    section="policy",
    zh="核对、改正、绑定读取的目标和任务",
    en="correct and bind what was read",
    roles=CLERK,
)
declare(
    "policy.confirm",
    section="policy",
    zh="确认文件并实施；修改已实施的文件",
    en="confirm a document, change one in force",
    roles=APPROVER,
)
declare("policy.compute", section="policy", zh="计算目标进度", en="count targets", roles=CLERK | APPROVER)
declare(
    "policy.report_progress",
    section="policy",
    zh="报告任务进展（承担单位也可）",
    en="report on a duty (its unit may too)",
    roles=CLERK,
    own=True,
)
declare(
    "policy.report_figure",
    section="policy",
    zh="报送目标完成值（另一人审核）",
    en="report a target's figure (another person releases it)",
    roles=CLERK,
)
declare("policy.map", section="policy", zh="与上级方案对应", en="map a plan to the one above", roles=CLERK)
declare("policy.write_report", section="policy", zh="编写进展报告", en="write progress reports", roles=CLERK)
declare(
    "policy.report_matter",
    section="policy",
    zh="报告重大事项（承担任务的单位也可）",
    en="report a major matter (units with a duty may too)",
    roles=CLERK,
    own=True,
)
declare(
    "policy.reply_matter",
    section="policy",
    zh="录入重大事项答复",
    en="keep the answer to a major matter",
    roles=CLERK,
)
declare(
    "policy.appraise",
    section="policy",
    zh="设定考核指标、打分、计算",
    en="set criteria, score and compute an appraisal",
    roles=CLERK,
)
declare(
    "policy.confirm_appraisal",
    section="policy",
    zh="确认、公布、退回考核（经办人除外）",
    en="confirm, publish and reopen an appraisal (not by those who did it)",
    roles=APPROVER,
)
declare(
    "policy.set_incentive_rule",
    section="policy",
    zh="设定激励约束规则",
    en="set rules of rewards and restraints",
    roles=APPROVER,
)
declare(
    "policy.propose_award",
    section="policy",
    zh="按规则提出激励约束",
    en="propose rewards and restraints by the rules",
    roles=CLERK,
)
declare(
    "policy.decide_award",
    section="policy",
    zh="决定激励约束（提出人除外）",
    en="decide on them (not by who proposed)",
    roles=APPROVER,
)
declare(
    "policy.plan_year", section="policy", zh="编制年度重点产品计划", en="draw up the yearly plan", roles=CLERK
)
declare(
    "policy.publish_year_plan",
    section="policy",
    zh="公布、修改已公布的年度计划（编制人除外）",
    en="publish and change a yearly plan (not by who drew it up)",
    roles=APPROVER,
)
declare(
    "policy.report_product",
    section="policy",
    zh="报告重点产品进展（责任单位也可）",
    en="report on a key product (its unit may too)",
    roles=CLERK,
    own=True,
)
