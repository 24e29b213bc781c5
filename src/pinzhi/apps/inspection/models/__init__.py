"""What spot checks keep: programmes and their rules, draws, tasks and samples, results, cases."""

from pinzhi.apps.inspection.models.cases import Case, CaseEvent, LaboratoryDraw, Paper
from pinzhi.apps.inspection.models.draws import Draw, DrawEvent, DrawFile, DrawnUnit
from pinzhi.apps.inspection.models.programme import (
    DetailedRules,
    JointParty,
    Programme,
    ProgrammeProduct,
    RuleItem,
    RulesVersion,
)
from pinzhi.apps.inspection.models.results import (
    Attempt,
    ImportFile,
    OutsideResult,
    Report,
    ReportItem,
    Result,
)
from pinzhi.apps.inspection.models.sampling import FieldRecord
from pinzhi.apps.inspection.models.tasks import (
    Capability,
    CustodyEvent,
    Inspector,
    Recusal,
    Sample,
    Seal,
    Task,
)

__all__ = [
    "Attempt",
    "Capability",
    "Case",
    "CaseEvent",
    "CustodyEvent",
    "DetailedRules",
    "Draw",
    "DrawEvent",
    "DrawFile",
    "DrawnUnit",
    "FieldRecord",
    "ImportFile",
    "Inspector",
    "JointParty",
    "LaboratoryDraw",
    "OutsideResult",
    "Paper",
    "Programme",
    "ProgrammeProduct",
    "Recusal",
    "Report",
    "ReportItem",
    "Result",
    "RuleItem",
    "RulesVersion",
    "Sample",
    "Seal",
    "Task",
]
