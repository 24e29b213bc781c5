"""What anybody may ask without an account: the public side of registers, and nothing else."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Path, Query, Router, Schema

from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers import proofs, public
from pinzhi.kernel.registers.models import PublicRecord
from pinzhi.kernel.web.api import Page, PageParams, cursor_page, with_etag

router = Router(auth=None, by_alias=True)
Name = Path(..., pattern=r"^[a-z][a-z0-9_]{0,62}$", description="name of the register")
Key = Path(..., max_length=160, description="number of the record")
MAX_AGE = 60


class PublicParams(PageParams):
    search: str = Field("", max_length=200, description="terms of two or more characters; all must occur")
    region: str = Field("", max_length=12, description="region code with its subtree")
    subject: str = Field("", max_length=64, description="code of an enterprise, a product, a body")


class PublicRecordOut(Schema):
    """A record as everybody may see it today."""

    register_name: str = Field(serialization_alias="register")
    key: str
    label: str
    state: str
    record_type: str
    subject: str
    region: str
    agency: str
    effective_on: dt.date
    valid_from: dt.date | None
    valid_until: dt.date | None
    values: dict[str, Any]


class EntriesParams(Schema):
    since: int = Field(0, ge=0, le=2**53)
    changed: str = Field(
        "",
        max_length=80,
        description="mark of an earlier answer: what was opened, changed or closed since, instead of places; 0: all",
    )
    limit: int = Field(100, ge=1, le=500)


def _shape(record: PublicRecord) -> dict[str, Any]:
    names = (
        "register", "key", "label", "state", "record_type", "subject", "region", "agency", "effective_on",
        "valid_from", "valid_until", "values",
    )  # fmt: skip
    return {name: getattr(record, name) for name in names}


@router.get("/registers", response=list[dict[str, Any]], summary="Public registers")
def registers(request: HttpRequest) -> HttpResponse:
    """The registers that have a public side, with how many records each shows today."""
    counts = public.records_by_register()
    body = [
        {
            "name": register.name,
            "title": register.title.model_dump(),
            "purpose": register.definition.purpose.model_dump(),
            "fields": [field.name for field in public.public_fields(register)],
            "records": counts.get(register.name, 0),
        }
        for register in public.registers()
    ]
    return with_etag(request, body, max_age=MAX_AGE)


@router.get("/records", response=Page[PublicRecordOut], summary="Search all public registers")
def search(request: HttpRequest, params: Query[PublicParams]) -> HttpResponse:
    """Public records of all registers."""
    return _page(request, "", params)


@router.get("/registers/{name}/records", response=Page[PublicRecordOut], summary="Public records")
def records(request: HttpRequest, params: Query[PublicParams], name: str = Name) -> HttpResponse:
    """The public records of a register."""
    public.register(name)
    return _page(request, name, params)


def _page(request: HttpRequest, name: str, params: PublicParams) -> HttpResponse:
    found = public.search(params.search, register=name)
    if params.region:
        found = public.in_region(found, places.known_region(params.region))
    if params.subject:
        found = found.filter(subject=params.subject)
    # A register's records by name, by an index; those of all registers in the order in which they came.
    page = cursor_page(found, params, order=("sort_key", "pk") if name else ("pk",), shape=_shape)
    return with_etag(request, page, max_age=MAX_AGE)


@router.get(
    "/registers/{name}/records/{path:key}/proof", response=dict[str, Any], summary="Proof of a public record"
)
def proof(request: HttpRequest, name: str = Name, key: str = Key) -> HttpResponse:
    """The proof file that verify.py reads."""
    return with_etag(request, proofs.record_proof(name, key), max_age=MAX_AGE)


@router.get("/registers/{name}/records/{path:key}", response=PublicRecordOut, summary="Public record")
def record(request: HttpRequest, name: str = Name, key: str = Key) -> HttpResponse:
    """One public record."""
    return with_etag(request, _shape(public.record(name, key)), max_age=MAX_AGE)


@router.get("/registers/{name}/entries", response=dict[str, Any], summary="Public entry feed")
def entries(request: HttpRequest, params: Query[EntriesParams], name: str = Name) -> HttpResponse:
    """Open groups of entries from a place in the log on, with salts, as the mirror's opened.jsonl has them.

    With `changed`: what was opened, changed or `closed` since, so that a copy stays what is public.
    """
    log = public.log_of(name)
    if params.changed:
        found, mark, more = public.changes(name, public.mark_of(params.changed), params.limit)
        items = [
            {"index": c.index, "closed": True} if c.groups is None else {"index": c.index, "groups": c.groups}
            for c in found
        ]
        return with_etag(request, {"items": items, "changed": str(mark), "more": more}, max_age=MAX_AGE)
    rows = public.entries_since(name, params.since, params.limit)
    following = rows[-1].index + 1 if len(rows) == params.limit else max(log.size, 0)
    body = {
        "items": [{"index": row.index, "groups": row.groups} for row in rows],
        "next": following,
        "size": log.size,
        "checkpoint": log.checkpoint,
        "changed": str(public.mark_before(log)),
    }
    return with_etag(request, body, max_age=MAX_AGE)
