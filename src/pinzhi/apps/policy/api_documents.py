"""Documents and their targets by API: brought in, corrected, confirmed."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, File, Form, Query, Router, Schema, UploadedFile

from pinzhi.apps.policy import binding, queries
from pinzhi.apps.policy.access import require_official
from pinzhi.apps.policy.actions.change_document import change_document
from pinzhi.apps.policy.actions.change_target import change_target, drop_target, keep_target
from pinzhi.apps.policy.actions.confirm_document import confirm_document
from pinzhi.apps.policy.actions.import_document import import_document
from pinzhi.apps.policy.api_common import (
    Code,
    DocumentOut,
    Key,
    TargetOut,
    document_of,
    document_out,
    target_of,
    target_out,
    visible,
)
from pinzhi.apps.policy.models import Measure
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.web.api import Page, PageParams, cursor_page, sequence_page, with_etag
from pinzhi.rules.policy.loading import MAX_BYTES

router = Router()


class DocumentIn(Schema):
    """What is to be changed in a document's head; what is left out stays."""

    title: str | None = Field(None, min_length=1, max_length=300)
    doc_number: str | None = Field(None, max_length=80)
    index_number: str | None = Field(None, max_length=80)
    issuer: str | None = Field(None, max_length=120)
    issuer_agency: str | None = Field(None, max_length=64)
    issued_on: dt.date | None = None
    plan_from: dt.date | None = None
    plan_until: dt.date | None = None
    basis_numbers: list[Annotated[str, Field(max_length=80)]] | None = Field(None, max_length=50)
    parent: str | None = Field(
        None, max_length=40, description="number of the document that this one implements"
    )


class TargetIn(Schema):
    """What is to be changed; what is left out stays."""

    name: str | None = Field(None, max_length=200)
    quote: str | None = Field(None, max_length=2000)
    comparator: str | None = Field(None, max_length=2)
    value: str | None = Field(None, max_length=40)
    value_max: str | None = Field(None, max_length=40)
    unit: str | None = Field(None, max_length=20)
    by_year: int | None = Field(None, ge=1990, le=2100)
    kind: str | None = Field(None, max_length=10)
    indicator: str | None = Field(None, max_length=64)
    choices: dict[str, str | int | bool | None] | None = None
    region: str | None = Field(None, max_length=12)
    tolerance: str | None = Field(None, max_length=40)
    holds: str | None = Field(None, max_length=10)
    base_value: str | None = Field(None, max_length=40)
    base_year: int | None = Field(None, ge=1990, le=2100)


class SuggestionOut(Schema):
    """An indicator with how well the sentence's words, unit and kind speak for it."""

    indicator: str
    title: dict[str, str]
    score: float


class DocumentParams(PageParams):
    status: str = Field("", pattern="^(|read|in_force|repealed)$")
    region: str = Field("", max_length=12, description="region code with its subtree")


@router.get("/documents", response=Page[DocumentOut], summary="Documents")
def documents(request: HttpRequest, params: Query[DocumentParams]) -> HttpResponse:
    """Policy documents by their number."""
    found = visible(actor_of(request))
    if params.status:
        found = found.filter(status=params.status)
    if params.region:
        found = found.filter(places.region_q(params.region))
    return with_etag(request, cursor_page(found, params, order=("code",), shape=document_out))


@router.post("/documents", response=DocumentOut, summary="Bring a document in")
def bring_in(
    request: HttpRequest,
    file: UploadedFile = File(..., description="txt, html, docx or pdf"),
    region: str = Form(..., max_length=12, description="code of the region that the document binds"),
    title: str = Form("", max_length=300),
) -> dict[str, Any]:
    """Read a document; every row then waits for an official's confirmation."""
    if (file.size or 0) > MAX_BYTES:
        raise Refused(
            "file_too_large",
            zh=f"文件超过{MAX_BYTES // 1_000_000}MB。",
            en=f"The file is larger than {MAX_BYTES // 1_000_000} MB.",
            place="file",
            remedy_zh="只保留正文，或另存为 txt、docx 后上传。",
            remedy_en="Keep the body text only, or save it as txt or docx.",
            status=413,
        )
    places.known_region(region)
    actor = actor_of(request)
    made = import_document(file.read(), file.name or "", region=region, by=actor, title=title)
    return document_out(document_of(actor, made.code))


@router.get("/documents/{code}", response=DocumentOut, summary="Document")
def document(request: HttpRequest, code: str = Code) -> HttpResponse:
    """One document."""
    return with_etag(request, document_out(document_of(actor_of(request), code)))


@router.patch("/documents/{code}", response=DocumentOut, summary="Correct a document's head")
def change_head(request: HttpRequest, body: DocumentIn, code: str = Code) -> dict[str, Any]:
    """Number, issuer, days, the period in which its plan binds, what it implements."""
    actor = actor_of(request)
    changes = body.model_dump(exclude_unset=True)
    if changes.get("basis_numbers", ...) is None:
        changes["basis_numbers"] = []
    change_document(document_of(actor, code).pk, changes, by=actor)
    return document_out(document_of(actor, code))


@router.get("/documents/{code}/reading", response=dict[str, Any], summary="As it was read")
def reading(request: HttpRequest, code: str = Code) -> HttpResponse:
    """The text and everything that was read in it, with places, as `pinzhi policy read` prints it."""
    found = queries.document(document_of(actor_of(request), code).code)
    return with_etag(request, {"text": found.text, "reading": found.reading})


@router.get("/documents/{code}/targets", response=Page[TargetOut], summary="Targets of a document")
def targets(request: HttpRequest, params: Query[PageParams], code: str = Code) -> HttpResponse:
    """The targets in the order of the text, dropped ones included (`review`)."""
    found = document_of(actor_of(request), code).targets.select_related("document")
    return with_etag(request, sequence_page(list(found), params, shape=target_out))


@router.get("/documents/{code}/measures", response=Page[dict[str, Any]], summary="Tasks of a document")
def measures(request: HttpRequest, params: Query[PageParams], code: str = Code) -> HttpResponse:
    """The tasks in the order of the text, each with its units."""

    def shape(measure: Measure) -> dict[str, Any]:
        units: dict[str, list[str]] = {}
        for duty in measure.duties.all():
            units.setdefault(duty.role, []).append(duty.unit)
        return {"number": measure.path, "title": measure.title, "review": measure.review, **units}

    return with_etag(
        request, sequence_page(queries.matrix(document_of(actor_of(request), code)), params, shape=shape)
    )


@router.post("/documents/{code}/confirm", response=DocumentOut, summary="Confirm a document")
def confirm(request: HttpRequest, code: str = Code) -> dict[str, Any]:
    """Put it in force: its rows that were not dropped bind and are public from now on."""
    actor = actor_of(request)
    confirm_document(document_of(actor, code).pk, by=actor)
    return document_out(document_of(actor, code))


@router.get("/targets/{key}", response=TargetOut, summary="Target")
def target(request: HttpRequest, key: str = Key) -> HttpResponse:
    """One target."""
    return with_etag(request, target_out(target_of(actor_of(request), key)))


@router.patch("/targets/{key}", response=TargetOut, summary="Correct or bind a target")
def change(request: HttpRequest, body: TargetIn, key: str = Key) -> dict[str, Any]:
    """Change fields; on a document in force only an approver may, and the public register follows at once."""
    actor = actor_of(request)
    changes = body.model_dump(exclude_unset=True)
    if changes.get("region"):
        places.known_region(changes["region"])
    return target_out(change_target(target_of(actor, key).pk, changes, by=actor))


@router.post("/targets/{key}/drop", response=TargetOut, summary="Drop a row that is no target")
def drop(
    request: HttpRequest, key: str = Key, reason: str = Form(..., min_length=1, max_length=1000)
) -> dict[str, Any]:
    """Drop it; of a document in force it is withdrawn from the public register."""
    actor = actor_of(request)
    return target_out(drop_target(target_of(actor, key).pk, by=actor, reason=reason))


@router.post("/targets/{key}/keep", response=TargetOut, summary="Take a dropped row back")
def keep(request: HttpRequest, key: str = Key) -> dict[str, Any]:
    """Confirm one row, or take a dropped one back."""
    actor = actor_of(request)
    return target_out(keep_target(target_of(actor, key).pk, by=actor))


@router.get(
    "/targets/{key}/suggestions", response=list[SuggestionOut], summary="Indicators that a target may mean"
)
def suggestions(request: HttpRequest, key: str = Key) -> HttpResponse:
    """The likeliest first; what scores less than 1 is not bound by itself."""
    actor = actor_of(request)
    require_official(actor)
    found = binding.suggestions(target_of(actor, key))
    return with_etag(
        request,
        [{"indicator": one.name, "title": dict(one.title), "score": score} for one, score in found],
    )
