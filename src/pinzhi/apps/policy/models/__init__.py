"""What a policy document says, what an official has confirmed of it, and how it stands."""

from pinzhi.apps.policy.models.appraisals import Appraisal, Appraisee, Criterion, CriterionScore
from pinzhi.apps.policy.models.documents import Basis, Document, Duty, Measure, ProgressNote, Review
from pinzhi.apps.policy.models.incentives import Award, IncentiveRule
from pinzhi.apps.policy.models.reports import MajorMatter, ReportText
from pinzhi.apps.policy.models.targets import Target, TargetReading
from pinzhi.apps.policy.models.year_plans import KeyProduct, YearPlan

__all__ = [
    "Appraisal",
    "Appraisee",
    "Award",
    "Basis",
    "Criterion",
    "CriterionScore",
    "Document",
    "Duty",
    "IncentiveRule",
    "KeyProduct",
    "MajorMatter",
    "Measure",
    "ProgressNote",
    "ReportText",
    "Review",
    "Target",
    "TargetReading",
    "YearPlan",
]
