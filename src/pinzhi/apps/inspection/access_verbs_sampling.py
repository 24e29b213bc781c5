"""What may be done with samples on their way, and by whom; imported by `access_verbs`."""

from __future__ import annotations

from pinzhi.kernel.access.matrix import declare

declare(
    "inspection.hand_over",
    section="inspection",
    zh="登记样品交接（检验机构登记送本机构的样品）",
    en="note the hand-over of samples (a laboratory of those that it tests)",
    roles={"clerk", "reviewer", "approver"},
    own=True,
)
declare(
    "inspection.issue_sampling_paper",
    section="inspection",
    zh="制发抽样单",
    en="issue the sampling sheet",
    roles={"clerk"},
)
