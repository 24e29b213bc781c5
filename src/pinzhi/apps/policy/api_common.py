"""What the policy's part of the API shares: numbers in addresses, what a caller may see, documents and targets as answered."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from ninja import Path, Schema

from pinzhi.apps.policy import queries
from pinzhi.apps.policy.access import is_official
from pinzhi.apps.policy.models import Document, Target
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotFound

Code = Path(..., max_length=40, pattern=r"^[0-9A-Za-z-]+$", description="number of the document")
Key = Path(
    ..., max_length=60, pattern=r"^[0-9A-Za-z-]+$", description="number of the target: document and row"
)
Id = Path(..., ge=1, le=2**53)


class DocumentOut(Schema):
    """A document; `targets` and `measures` count the rows that were not dropped. `title_is_proposed`: the text has no title."""

    code: str
    title: str
    title_is_proposed: bool
    doc_number: str
    index_number: str
    issuer: str
    issuer_agency: str
    region: str
    issued_on: dt.date | None
    plan_from: dt.date | None
    plan_until: dt.date | None
    status: str
    parent: str | None
    targets: int
    measures: int


class TargetOut(Schema):
    """A quantified goal, its sentence, and the indicator that it is bound to."""

    key: str
    document: str
    name: str
    quote: str
    at: list[str]
    comparator: str
    value: Decimal
    value_max: Decimal | None
    unit: str
    by_year: int | None
    kind: str
    review: str
    indicator: str
    choices: dict[str, Any]
    region: str
    tolerance: Decimal | None
    holds: str
    lead_agency: str
    lead_unit: str


def visible(actor: Actor) -> QuerySet[Document]:
    found = queries.documents()
    return found if is_official(actor) else found.filter(status=Document.Status.IN_FORCE)


def document_of(actor: Actor, code: str) -> Document:
    found = visible(actor).filter(code=code).first()
    return found if found is not None else queries.document(code if actor.speaks_for == "agency" else "")


def target_of(actor: Actor, key: str) -> Target:
    code, _, number = key.rpartition("-")
    found = Target.objects.filter(document__code=code, number=number).select_related("document").first()
    if found is None or not visible(actor).filter(pk=found.document_id).exists():
        raise NotFound(
            "no_such_target", zh=f"没有编号为“{key}”的目标。", en=f"There is no target {key}.", place=key
        )
    return found


def document_out(document: Document) -> dict[str, Any]:
    names = (
        "code",
        "title",
        "title_is_proposed",
        "doc_number",
        "index_number",
        "issuer",
        "issuer_agency",
        "region",
        "issued_on",
    )
    more = ("plan_from", "plan_until", "status")
    return {
        **{name: getattr(document, name) for name in (*names, *more)},
        "parent": document.parent.code if document.parent else None,
        "targets": getattr(document, "target_count", 0),
        "measures": getattr(document, "measure_count", 0),
    }


def target_out(target: Target) -> dict[str, Any]:
    names = (
        "name", "quote", "at", "comparator", "value", "value_max", "unit", "by_year", "kind", "review", "indicator",
        "choices", "region", "tolerance", "holds", "lead_agency", "lead_unit",
    )  # fmt: skip
    return {
        "key": target.key,
        "document": target.document.code,
        **{name: getattr(target, name) for name in names},
    }
