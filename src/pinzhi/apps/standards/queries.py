"""What may be asked of standards: the only thing that other apps call. Each part keeps its own questions."""

from __future__ import annotations

from pinzhi.apps.standards.queries_catalogue import (
    chain,
    edition,
    editions,
    find_edition,
    index_for,
    related,
    resolve,
    siblings,
    status_of,
)
from pinzhi.apps.standards.queries_declarations import (
    declaration_rate,
    declarations_of,
    declared_values,
    declaring,
    main_producers,
    valid_declarations,
)
from pinzhi.apps.standards.queries_limits import (
    compare_documents,
    confirmed_limits,
    conformity_runs,
    families,
    key_fields,
    limit_document,
    limit_document_numbers,
    limit_documents,
    limits_of_edition,
    studies,
)

__all__ = [
    "chain",
    "compare_documents",
    "confirmed_limits",
    "conformity_runs",
    "declaration_rate",
    "declarations_of",
    "declared_values",
    "declaring",
    "edition",
    "editions",
    "families",
    "find_edition",
    "index_for",
    "key_fields",
    "limit_document",
    "limit_document_numbers",
    "limit_documents",
    "limits_of_edition",
    "main_producers",
    "related",
    "resolve",
    "siblings",
    "status_of",
    "studies",
    "valid_declarations",
]
