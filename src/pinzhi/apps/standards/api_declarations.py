"""Declarations and rankings by API: declare a set, check without declaring, change, withdraw, list; the rate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile

from pinzhi.apps.standards import access
from pinzhi.apps.standards import cleaning_declarations as cleaning
from pinzhi.apps.standards import queries_declarations as queries
from pinzhi.apps.standards.actions.declare import Declared, declare
from pinzhi.apps.standards.actions.import_declarations import IMPORTS
from pinzhi.apps.standards.actions.revise_declaration import revise_declaration
from pinzhi.apps.standards.actions.withdraw_declaration import withdraw_declaration
from pinzhi.apps.standards.models import Declaration
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.transfer import imports
from pinzhi.kernel.transfer.actions.import_file import hand_in
from pinzhi.kernel.transfer.api import Decision, ImportOut, decided, shape, shape_line
from pinzhi.kernel.web.api import Page, PageParams, cursor_page
from pinzhi.rules.standards.declarations import Finding

router = Router(tags=["standards: declarations"])
Text = Annotated[str, Field(max_length=1000)]


class IndicatorIn(Schema):
    """One declared indicator: value as a limit (≤20, 4.0–7.5, 不得检出), or words."""

    indicator: str = Field(max_length=80)
    value: str = Field(max_length=120)
    unit: str = Field("", max_length=20)
    method: str = Field("", max_length=160)


class DeclarationIn(Schema):
    """What an enterprise declares of a product. `uscc` is needed from officials; `kind`: declaration or commitment."""

    uscc: str = Field("", max_length=18)
    kind: str = Field("declaration", max_length=12)
    product_name: str = Field(max_length=120)
    generic_name: str = Field("", max_length=80)
    brand: str = Field("", max_length=80)
    gtin: str = Field("", max_length=14)
    specification: str = Field("", max_length=120)
    model: str = Field("", max_length=120)
    product_class: str = Field("", max_length=80)
    sector: str = Field(max_length=24)
    standard_no: str = Field("", max_length=160)
    standard_name: str = Field("", max_length=300)
    indicators: list[IndicatorIn] = Field(default_factory=list, max_length=200)
    commitment: Text = ""


class DeclarationsIn(Schema):
    """All are declared, or none."""

    items: list[DeclarationIn] = Field(min_length=1, max_length=1000)


class FindingOut(Schema):
    """One thing found. `level`: refuse, flag (told to the public), warn, note; `row` counts in the table of indicators."""

    code: str
    level: str
    place: str
    row: int | None
    column: str
    zh: str
    en: str
    right_zh: str
    right_en: str
    article: str


class DeclaredOut(Schema):
    number: str
    flags: list[str]
    findings: list[FindingOut]


class CheckedOut(Schema):
    refused: bool
    flags: list[str]
    findings: list[FindingOut]


class DeclarationOut(Schema):
    number: str
    kind: str
    status: str
    uscc: str
    enterprise: str
    region: str
    product: str
    product_class: str
    sector: str
    standard: str
    standard_state: str
    flags: list[str]
    version: int
    declared_on: dt.date
    withdrawn_on: dt.date | None
    withdrawn_reason: str


class DeclarationWhole(DeclarationOut):
    """`values`: all that the register says of it."""

    values: dict[str, Any]


class ChangeIn(Schema):
    """Fields to change; an empty one is emptied. `version`: the one that was read."""

    values: dict[str, Any] = Field(max_length=20)
    version: int | None = None


class WithdrawIn(Schema):
    reason: str = Field(min_length=1, max_length=300)


class RateOut(Schema):
    """Main producers with a valid declaration, of all main producers."""

    declaring: int
    producers: int
    value: float | None


def _finding(found: Finding) -> dict[str, Any]:
    names = ("code", "level", "place", "row", "column", "zh", "en", "right_zh", "right_en", "article")
    return {name: getattr(found, name) for name in names}


def _declared(done: Declared) -> dict[str, Any]:
    return {
        "number": done.number,
        "flags": list(done.flags),
        "findings": [_finding(f) for f in done.findings],
    }


def _row(row: Declaration, values: Mapping[str, Any] | None = None) -> dict[str, Any]:
    found = {name: getattr(row, name) for name in DeclarationOut.model_fields}
    return found if values is None else {**found, "values": dict(values)}


@router.post("/declarations", response=list[DeclaredOut], summary="Declare standards of products")
def declare_many(request: HttpRequest, payload: DeclarationsIn) -> list[dict[str, Any]]:
    """Public at once. Only what cannot be read or is no declaration is refused, with its row and remedy."""
    rows = [item.model_dump() for item in payload.items]
    return [_declared(done) for done in declare(rows, by=actor_of(request))]


@router.post("/declarations/check", response=CheckedOut, summary="Check a declaration without declaring it")
def check(request: HttpRequest, payload: DeclarationIn) -> dict[str, Any]:
    """What would be refused, flagged, told; nothing is written."""
    actor_of(request)
    checked, _cited = cleaning.check_one(payload.model_dump(), clock.today())
    return {
        "refused": checked.refused,
        "flags": checked.flags,
        "findings": [_finding(f) for f in checked.findings],
    }


@router.get("/declarations", response=Page[DeclarationOut], summary="Declarations that the account reads")
def listed(
    request: HttpRequest,
    params: Query[PageParams],
    search: Annotated[str, Query(max_length=200)] = "",
    region: Annotated[str, Query(max_length=12)] = "",
    status: Annotated[str, Query(max_length=12)] = "",
    flag: Annotated[str, Query(max_length=40)] = "",
) -> Any:
    """An enterprise reads its own, an official those of the region; by number."""
    rows = queries.declarations(by=actor_of(request), search=search, region=region, status=status, flag=flag)
    return cursor_page(rows, params, order=("number",), shape=_row)


@router.get("/declarations/rate", response=RateOut, summary="Rate of self-declaration of main producers")
def rate(request: HttpRequest, region: Annotated[str, Query(max_length=12)] = "") -> dict[str, Any]:
    """As of now, of a region and all below it."""
    access.require(actor_of(request), queries.READ, [region], register=cleaning.REGISTER)
    found = queries.declaration_rate(region)
    return {"declaring": found.declaring, "producers": found.producers, "value": found.value}


@router.get("/declarations/{number}", response=DeclarationWhole, summary="One declaration")
def one(request: HttpRequest, number: str) -> dict[str, Any]:
    """With all that the register says of it."""
    row = queries.declaration(number, by=actor_of(request))
    return _row(row, queries.declared_values(number))


@router.patch("/declarations/{number}", response=DeclaredOut, summary="Change a declaration")
def change(request: HttpRequest, number: str, payload: ChangeIn) -> dict[str, Any]:
    """A new version, checked like a new declaration."""
    return _declared(
        revise_declaration(number, payload.values, version=payload.version, by=actor_of(request))
    )


@router.post("/declarations/{number}/withdraw", response={204: None}, summary="Withdraw a declaration")
def withdraw(request: HttpRequest, number: str, payload: WithdrawIn) -> Any:
    """The reason is public; the declaration stays to be read and counts no more."""
    withdraw_declaration(number, payload.reason, by=actor_of(request))
    return Status(204, None)


@router.get("/declaration-imports", response=Page[ImportOut], summary="Files of declarations handed in")
def list_imports(request: HttpRequest, params: Query[PageParams]) -> Any:
    """The newest first; the errors of one stand with it alone."""
    rows = imports.list_imports(IMPORTS, by=actor_of(request))
    return cursor_page(rows, params, order=("-at", "id"), shape=shape_line)


@router.post("/declaration-imports", response={202: ImportOut}, summary="Hand in a file of declarations")
def post_import(
    request: HttpRequest,
    what: str = Form(..., pattern="^(by_indicator|by_product)$"),
    file: UploadedFile = File(...),
) -> Any:
    """CSV or XLSX, a row an indicator or a row a product; checked in the background, declared when it is decided on.

    What is declared already for the same product and standard becomes a new version where the file says something else.
    """
    row = hand_in(IMPORTS, what, file, filename=file.name or "file", region="", by=actor_of(request))
    return Status(202, shape(row))


@router.get(
    "/declaration-imports/{import_id}", response=ImportOut, summary="A file of declarations and its report"
)
def get_import(request: HttpRequest, import_id: UUID) -> Any:
    """With the first errors by row: column, value, what is wrong, what would be right."""
    return shape(imports.get_import(IMPORTS, import_id, by=actor_of(request)))


@router.post(
    "/declaration-imports/{import_id}/decide",
    response={202: ImportOut},
    summary="Declare a checked file, or drop it",
)
def decide_import(request: HttpRequest, import_id: UUID, body: Decision) -> Any:
    """`all` rows or none, the `good` ones, or `drop` the file."""
    return Status(202, decided(IMPORTS, import_id, body.mode, by=actor_of(request)))
