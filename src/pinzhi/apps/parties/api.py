"""Parties by API: the lists and records that the pages show, and the same actions, imports included."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, File, Form, Path, Query, Router, Schema, Status, UploadedFile

from pinzhi.apps.parties import queries
from pinzhi.apps.parties.actions.change_enterprise import change_enterprise
from pinzhi.apps.parties.actions.change_product import change_product
from pinzhi.apps.parties.actions.close_enterprise import close_enterprise
from pinzhi.apps.parties.actions.import_file import IMPORTS
from pinzhi.apps.parties.actions.merge_enterprises import merge_enterprises, reject_duplicate
from pinzhi.apps.parties.actions.propose_duplicates import propose_duplicates
from pinzhi.apps.parties.actions.register_bodies import change_body, register_bodies
from pinzhi.apps.parties.actions.register_enterprises import register_enterprises
from pinzhi.apps.parties.actions.register_products import register_products
from pinzhi.apps.parties.actions.rename_enterprise import rename_enterprise
from pinzhi.apps.parties.actions.set_risk_classes import set_risk_classes
from pinzhi.apps.parties.models import DuplicateProposal
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.transfer import imports
from pinzhi.kernel.transfer.actions.import_file import hand_in
from pinzhi.kernel.transfer.api import Decision, ImportOut, decided, shape, shape_line
from pinzhi.kernel.web.api import Page, PageParams, cursor_page, with_etag

router = Router()
Uscc = Path(..., max_length=18, pattern=r"^[0-9A-Za-z]+$", description="unified social credit code")
Number = Path(..., max_length=32, pattern=r"^[0-9A-Za-z-]+$", description="GTIN-14 or the number given here")
MOST_ROWS = 1000


class EnterpriseLine(Schema):
    """An enterprise in a list."""

    uscc: str
    name: str
    region: str
    trade: str
    size: str
    roles: list[str]
    status: str
    merged_into: str
    updated_at: dt.datetime


class ProductLine(Schema):
    number: str
    name: str
    brand: str
    specification: str
    sector: str
    producer_code: str
    region: str
    status: str
    updated_at: dt.datetime


class BodyLine(Schema):
    uscc: str
    name: str
    kinds: list[str]
    region: str
    accreditation_no: str
    approval_expires_on: dt.date | None
    status: str
    updated_at: dt.datetime


class Rows(Schema):
    """Rows as typed, by name of field (see the template or `fields`); all are taken or none."""

    rows: list[dict[str, Any]] = Field(..., min_length=1, max_length=MOST_ROWS)


class Taken(Schema):
    keys: list[str]


class Change(Schema):
    """Fields to change; a blank one is emptied. `revision` as it was read refuses to overwrite another's change."""

    values: dict[str, Any]
    revision: int | None = Field(None, ge=0, le=2**31 - 1)


class Changed(Schema):
    fields: list[str]


class Rename(Schema):
    name: str = Field(..., max_length=400)
    since: dt.date | None = None


class Close(Schema):
    status: str = Field(..., max_length=20)
    on: dt.date | None = None
    successor_code: str = Field("", max_length=40)


class Merge(Schema):
    survivor: str = Field(..., max_length=18)
    merged: str = Field(..., max_length=18)
    reason: str = Field(..., max_length=2000)


class Reason(Schema):
    reason: str = Field(..., max_length=2000)


class Region(Schema):
    region: str = Field("", max_length=12)


class DuplicateOut(Schema):
    id: int
    first: str
    second: str
    reasons: list[str]
    weight: int
    status: str


def _asked_region(code: str) -> str:
    return places.known_region(code) if code else ""


# ---------- enterprises ----------


@router.get("/enterprises", response=Page[EnterpriseLine])
def list_enterprises(
    request: HttpRequest,
    params: Query[PageParams],
    search: str = Query("", max_length=200),
    region: str = Query("", max_length=12),
    trade: str = Query("", max_length=4),
    size: str = Query("", max_length=10),
    role: str = Query("", max_length=20),
    status: str = Query("", max_length=20),
) -> Any:
    """The enterprises that the account reads, by name; `region` with its subtree, `trade` with what stands below it."""
    rows = queries.enterprises(
        by=actor_of(request), search=search.replace("\x00", ""), region=_asked_region(region), trade=trade, size=size,
        role=role, status=status,
    )  # fmt: skip
    return cursor_page(rows.defer("search_text"), params, order=("sort_key", "id"))


@router.post("/enterprises", response={201: Taken})
def post_enterprises(request: HttpRequest, body: Rows) -> Any:
    """Register enterprises: all rows or none."""
    return Status(201, {"keys": register_enterprises(body.rows, by=actor_of(request))})


@router.get("/enterprises/{uscc}", response=dict[str, Any])
def get_enterprise(request: HttpRequest, uscc: str = Uscc) -> HttpResponse:
    """One enterprise with what is not public of it, and its risk classes for who may see them."""
    actor = actor_of(request)
    row = queries.enterprise(uscc.upper(), by=actor)
    risk = queries.risk_classes(row, by=actor)
    content: dict[str, Any] = {
        **queries.values_of(row, "enterprises"),
        "successor_code": row.successor_code,
        "merged_into": row.merged_into,
        "revision": row.revision,
        "names": [{"name": n.name, "since": n.since, "until": n.until} for n in row.former_names.all()],
    }
    if risk is not None:
        content["risk_classes"] = [
            {"risk_class": r.risk_class, "since": r.since, "until": r.until} for r in risk
        ]
    return with_etag(request, content)


@router.patch("/enterprises/{uscc}", response=Changed)
def patch_enterprise(request: HttpRequest, body: Change, uscc: str = Uscc) -> Any:
    return {
        "fields": change_enterprise(uscc.upper(), body.values, revision=body.revision, by=actor_of(request))
    }


@router.post("/enterprises/{uscc}/rename", response={204: None})
def post_rename(request: HttpRequest, body: Rename, uscc: str = Uscc) -> Any:
    """Another name from a day on; the old one goes to the history."""
    rename_enterprise(uscc.upper(), body.name, since=body.since, by=actor_of(request))
    return Status(204, None)


@router.post("/enterprises/{uscc}/close", response={204: None})
def post_close(request: HttpRequest, body: Close, uscc: str = Uscc) -> Any:
    """Set the status, from a day on."""
    close_enterprise(
        uscc.upper(), status=body.status, on=body.on, successor_code=body.successor_code, by=actor_of(request)
    )
    return Status(204, None)


@router.post("/risk-classes", response={201: dict[str, int]})
def post_risk_classes(request: HttpRequest, body: Rows) -> Any:
    """Set risk classes of enterprises: all rows or none."""
    return Status(201, {"count": set_risk_classes(body.rows, source="api", by=actor_of(request))})


# ---------- products, bodies ----------


@router.get("/products", response=Page[ProductLine])
def list_products(
    request: HttpRequest,
    params: Query[PageParams],
    search: str = Query("", max_length=200),
    region: str = Query("", max_length=12),
    sector: str = Query("", max_length=24),
    status: str = Query("", max_length=20),
    producer: str = Query("", max_length=18),
) -> Any:
    rows = queries.products(
        by=actor_of(request), search=search.replace("\x00", ""), region=_asked_region(region), sector=sector,
        status=status, producer=producer,
    )  # fmt: skip
    return cursor_page(rows.defer("search_text"), params, order=("sort_key", "id"))


@router.post("/products", response={201: Taken})
def post_products(request: HttpRequest, body: Rows) -> Any:
    """Register products: all rows or none."""
    return Status(201, {"keys": register_products(body.rows, by=actor_of(request))})


@router.get("/products/{number}", response=dict[str, Any])
def get_product(request: HttpRequest, number: str = Number) -> HttpResponse:
    row = queries.product(number, by=actor_of(request))
    content = {
        "number": row.number,
        "region": row.region,
        "revision": row.revision,
        **queries.values_of(row, "products"),
    }
    return with_etag(request, content)


@router.patch("/products/{number}", response=Changed)
def patch_product(request: HttpRequest, body: Change, number: str = Number) -> Any:
    return {"fields": change_product(number, body.values, revision=body.revision, by=actor_of(request))}


@router.get("/bodies", response=Page[BodyLine])
def list_bodies(
    request: HttpRequest,
    params: Query[PageParams],
    search: str = Query("", max_length=200),
    region: str = Query("", max_length=12),
    kind: str = Query("", max_length=20),
    status: str = Query("", max_length=20),
) -> Any:
    rows = queries.bodies(
        by=actor_of(request),
        search=search.replace("\x00", ""),
        region=_asked_region(region),
        kind=kind,
        status=status,
    )
    return cursor_page(rows.defer("search_text"), params, order=("sort_key", "id"))


@router.post("/bodies", response={201: Taken})
def post_bodies(request: HttpRequest, body: Rows) -> Any:
    return Status(201, {"keys": register_bodies(body.rows, by=actor_of(request))})


@router.get("/bodies/{uscc}", response=dict[str, Any])
def get_body(request: HttpRequest, uscc: str = Uscc) -> HttpResponse:
    row = queries.body(uscc.upper(), by=actor_of(request))
    return with_etag(request, {**queries.values_of(row, "bodies"), "revision": row.revision})


@router.patch("/bodies/{uscc}", response=Changed)
def patch_body(request: HttpRequest, body: Change, uscc: str = Uscc) -> Any:
    return {"fields": change_body(uscc.upper(), body.values, revision=body.revision, by=actor_of(request))}


# ---------- imports ----------


@router.get("/imports", response=Page[ImportOut])
def list_imports(request: HttpRequest, params: Query[PageParams]) -> Any:
    """Imports, the newest first; the errors of one stand with it alone."""
    rows = imports.list_imports(IMPORTS, by=actor_of(request))
    return cursor_page(rows, params, order=("-at", "id"), shape=shape_line)


@router.post("/imports", response={202: ImportOut})
def post_import(
    request: HttpRequest,
    what: str = Form(..., pattern="^(enterprises|products|bodies|risk_classes)$"),
    region: str = Form("", max_length=60),
    file: UploadedFile = File(...),
) -> Any:
    """Hand a spreadsheet in; it is checked in the background. Nothing is written before it is decided on."""
    row = hand_in(IMPORTS, what, file, filename=file.name or "file", region=region, by=actor_of(request))
    return Status(202, shape(row))


@router.get("/imports/{import_id}", response=ImportOut)
def get_import(request: HttpRequest, import_id: UUID) -> Any:
    return shape(imports.get_import(IMPORTS, import_id, by=actor_of(request)))


@router.post("/imports/{import_id}/decide", response={202: ImportOut})
def decide_import(request: HttpRequest, import_id: UUID, body: Decision) -> Any:
    return Status(202, decided(IMPORTS, import_id, body.mode, by=actor_of(request)))


# ---------- duplicates ----------


@router.get("/duplicates", response=Page[DuplicateOut])
def list_duplicates(
    request: HttpRequest,
    params: Query[PageParams],
    status: str = Query("open", pattern="^(open|merged|rejected)$"),
) -> Any:
    """Pairs that may be one firm, on which the account may decide."""
    rows = queries.duplicates(by=actor_of(request), status=status)
    return cursor_page(rows, params, order=("-weight", "id"), shape=_duplicate)


@router.post("/duplicates", response={201: dict[str, int]})
def post_duplicates(request: HttpRequest, body: Region) -> Any:
    """Look for duplicates in a region; nothing is merged by it."""
    return Status(201, {"new": propose_duplicates(region=_asked_region(body.region), by=actor_of(request))})


@router.post("/duplicates/merge", response={204: None})
def post_merge(request: HttpRequest, body: Merge) -> Any:
    """The entry `merged` is the firm `survivor`."""
    merge_enterprises(body.survivor.upper(), body.merged.upper(), reason=body.reason, by=actor_of(request))
    return Status(204, None)


@router.post("/duplicates/{proposal_id}/reject", response={204: None})
def post_reject(request: HttpRequest, body: Reason, proposal_id: int = Path(..., ge=1, le=2**53)) -> Any:
    """The two are two firms."""
    reject_duplicate(proposal_id, reason=body.reason, by=actor_of(request))
    return Status(204, None)


def _duplicate(row: DuplicateProposal) -> dict[str, Any]:
    return {
        "id": row.pk,
        "first": row.first.uscc,
        "second": row.second.uscc,
        "reasons": row.reasons,
        "weight": row.weight,
        "status": row.status,
    }
