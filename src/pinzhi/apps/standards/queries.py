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

__all__ = [
    "chain",
    "edition",
    "editions",
    "find_edition",
    "index_for",
    "related",
    "resolve",
    "siblings",
    "status_of",
]
