"""What is kept of standards; a module for each part, all imported here so that Django finds them."""

from pinzhi.apps.standards.models.catalogue import (
    AlertDecision,
    CatalogueImport,
    Edition,
    OtherNumber,
    Relation,
    SystemNode,
    SystemTable,
)
from pinzhi.apps.standards.models.declarations import Declaration, DeclarationImport
from pinzhi.apps.standards.models.limits import (
    ComparisonStudy,
    ConformityLine,
    ConformityRun,
    InternationalStandard,
    KeyField,
    KeyStandard,
    LimitDocument,
    LimitEntry,
    LimitImport,
)
from pinzhi.apps.standards.models.rankings import FrontRunner, Ranking

__all__ = [
    "AlertDecision",
    "CatalogueImport",
    "ComparisonStudy",
    "ConformityLine",
    "ConformityRun",
    "Declaration",
    "DeclarationImport",
    "Edition",
    "FrontRunner",
    "InternationalStandard",
    "KeyField",
    "KeyStandard",
    "LimitDocument",
    "LimitEntry",
    "LimitImport",
    "OtherNumber",
    "Ranking",
    "Relation",
    "SystemNode",
    "SystemTable",
]
