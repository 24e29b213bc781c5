"""Rankings (排行榜) and front runners (领跑者) of declared standards, by the evaluation plan of a class of products.

A plan names basic indicators (mandatory or not gradable: to be met), core ones (graded; in principle three or more) and
innovative ones (shown, not graded). Each core indicator has a list of its own: tiers by the declared values, the lowest
not below the national or industry standard, nobody before another inside a tier, no list where all values are equal.
Format and normative references are the entry gate. The result depends on the set of entries alone, not on their order.
"""

from pinzhi.rules.standards.rankings.plan import Plan, PlanError, PlanIndicator, check_plan
from pinzhi.rules.standards.rankings.ranking import (
    Entry,
    Placed,
    Ranked,
    Refused,
    SingleList,
    rank,
    with_unit,
)

__all__ = [
    "Entry",
    "Placed",
    "Plan",
    "PlanError",
    "PlanIndicator",
    "Ranked",
    "Refused",
    "SingleList",
    "check_plan",
    "rank",
    "with_unit",
]
