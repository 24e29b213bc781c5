"""What is kept of standards; a module for each part, all imported here so that Django finds them."""

from pinzhi.apps.standards.models.catalogue import (
    AlertDecision,
    CatalogueImport,
    Edition,
    Relation,
    SystemNode,
    SystemTable,
)

__all__ = [
    "AlertDecision",
    "CatalogueImport",
    "Edition",
    "Relation",
    "SystemNode",
    "SystemTable",
]
