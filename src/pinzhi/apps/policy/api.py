"""Policies by API: documents, targets, tasks and duties, readings, the scoreboard, indicators.

The same actions as the pages. What is still under review is for agencies; enterprises and bodies see what is in force.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Field, File, Form, Path, Query, Router, Schema, UploadedFile

from pinzhi.apps.policy import indicators, queries
from pinzhi.apps.policy.actions.change_document import change_document
from pinzhi.apps.policy.actions.change_target import change_target, drop_target, keep_target
from pinzhi.apps.policy.actions.compute_readings import compute_readings, targets_in_force
from pinzhi.apps.policy.actions.confirm_document import confirm_document
from pinzhi.apps.policy.actions.import_document import import_document
from pinzhi.apps.policy.actions.report_progress import report_progress
from pinzhi.apps.policy.models import Document, Duty, Measure, Review, Target, TargetReading
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor, actor_of
from pinzhi.kernel.errors import NotFound, Refused
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.web.api import Page, PageParams, cursor_page, sequence_page, with_etag
from pinzhi.rules.policy.loading import MAX_BYTES

router = Router()
Code = Path(..., max_length=40, pattern=r"^[0-9A-Za-z-]+$", description="number of the document")
Key = Path(
    ..., max_length=60, pattern=r"^[0-9A-Za-z-]+$", description="number of the target: document and row"
)
Id = Path(..., ge=1, le=2**53)


class DocumentOut(Schema):
    """A document; `targets` and `measures` count the rows that were not dropped."""

    code: str
    title: str
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


class ReadingOut(Schema):
    """Where a target stood on a day: the figure, what it rests on, how it is judged and why."""

    target: str
    as_of: dt.date
    region: str
    computed_at: dt.datetime
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    low: Decimal | None
    high: Decimal | None
    source: str
    provisional: bool
    method_version: int
    status: str
    why: dict[str, Any]
    gap: Decimal | None
    expected: Decimal | None
    pace: Decimal | None
    needed: Decimal | None
    published: dict[str, Any]


class RowOut(Schema):
    """A line of the scoreboard."""

    target: TargetOut
    reading: ReadingOut | None
    status: str


class DutyOut(Schema):
    """A unit's part in a task."""

    id: int
    document: str
    task: str
    path: list[str]
    role: str
    unit: str
    agency: str
    due_on: dt.date | None
    state: str
    overdue: bool


class ProgressIn(Schema):
    """What was done, what stands in the way, and where the duty stands now."""

    text: str = Field(min_length=1, max_length=4000)
    problem: str = Field("", max_length=2000)
    state: str = Field(max_length=12)


class ComputeIn(Schema):
    """Which targets; none named: all that are confirmed and bound."""

    targets: list[str] = Field(default_factory=list, max_length=500)
    on: dt.date | None = None


class DocumentParams(PageParams):
    status: str = Field("", pattern="^(|read|in_force|repealed)$")
    region: str = Field("", max_length=12, description="region code with its subtree")


class BoardParams(PageParams):
    document: str = Field("", max_length=40, description="number of a document")
    region: str = Field("", max_length=12, description="readings of this region instead of each target's own")
    status: str = Field(
        "", max_length=12, description="attainment: reached, on_course, behind, cannot_tell …"
    )


class DutyParams(PageParams):
    agency: str = Field("", max_length=64, description="code of the unit; empty: the caller's own")
    state: str = Field("", max_length=12)
    overdue: bool | None = None


def _visible(actor: Actor) -> QuerySet[Document]:
    found = queries.documents()
    return (
        found
        if actor.is_system or actor.speaks_for == "agency"
        else found.filter(status=Document.Status.IN_FORCE)
    )


def _document(actor: Actor, code: str) -> Document:
    found = _visible(actor).filter(code=code).first()
    return found if found is not None else queries.document(code if actor.speaks_for == "agency" else "")


def _target(actor: Actor, key: str) -> Target:
    code, _, number = key.rpartition("-")
    found = Target.objects.filter(document__code=code, number=number).select_related("document").first()
    if found is None or not _visible(actor).filter(pk=found.document_id).exists():
        raise NotFound(
            "no_such_target", zh=f"没有编号为“{key}”的目标。", en=f"There is no target {key}.", place=key
        )
    return found


def document_out(document: Document) -> dict[str, Any]:
    names = ("code", "title", "doc_number", "index_number", "issuer", "issuer_agency", "region", "issued_on")
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


def reading_out(reading: TargetReading, key: str) -> dict[str, Any]:
    names = [name for name in ReadingOut.model_fields if name != "target"]
    return {"target": key, **{name: getattr(reading, name) for name in names}}


def duty_out(duty: Duty) -> dict[str, Any]:
    measure = duty.measure
    done = duty.state in (Duty.State.DONE, Duty.State.CHANGED)
    return {
        "id": duty.pk,
        "document": measure.document.code,
        "task": measure.title,
        "path": measure.path,
        "role": duty.role,
        "unit": duty.unit,
        "agency": duty.agency,
        "due_on": duty.due_on,
        "state": duty.state,
        "overdue": not done and duty.due_on is not None and duty.due_on < clock.today(),
    }


@router.get("/documents", response=Page[DocumentOut], summary="Documents")
def documents(request: HttpRequest, params: Query[DocumentParams]) -> HttpResponse:
    """Policy documents by their number."""
    found = _visible(actor_of(request))
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
    if places.region(region) is None:
        raise Refused(
            "no_such_region",
            zh=f"没有代码为“{region}”的地区。",
            en=f"There is no region {region}.",
            place="region",
        )
    actor = actor_of(request)
    made = import_document(file.read(), file.name or "", region=region, by=actor, title=title)
    return document_out(_document(actor, made.code))


@router.get("/documents/{code}", response=DocumentOut, summary="Document")
def document(request: HttpRequest, code: str = Code) -> HttpResponse:
    """One document."""
    return with_etag(request, document_out(_document(actor_of(request), code)))


@router.patch("/documents/{code}", response=DocumentOut, summary="Correct a document's head")
def change_head(request: HttpRequest, body: DocumentIn, code: str = Code) -> dict[str, Any]:
    """Number, issuer, days, the period in which its plan binds, what it implements."""
    actor = actor_of(request)
    changes = body.model_dump(exclude_unset=True)
    if changes.get("basis_numbers", ...) is None:
        changes["basis_numbers"] = []
    change_document(_document(actor, code).pk, changes, by=actor)
    return document_out(_document(actor, code))


@router.get("/documents/{code}/reading", response=dict[str, Any], summary="As it was read")
def reading(request: HttpRequest, code: str = Code) -> HttpResponse:
    """The text and everything that was read in it, with places, as `pinzhi policy read` prints it."""
    found = queries.document(_document(actor_of(request), code).code)
    return with_etag(request, {"text": found.text, "reading": found.reading})


@router.get("/documents/{code}/targets", response=Page[TargetOut], summary="Targets of a document")
def targets(request: HttpRequest, params: Query[PageParams], code: str = Code) -> HttpResponse:
    """The targets in the order of the text, dropped ones included (`review`)."""
    found = _document(actor_of(request), code).targets.select_related("document")
    return with_etag(request, sequence_page(list(found), params, shape=target_out))


@router.get("/documents/{code}/duties", response=Page[DutyOut], summary="Duties of a document")
def document_duties(request: HttpRequest, params: Query[PageParams], code: str = Code) -> HttpResponse:
    """Every unit's part in every task, in the order of the text."""
    found = Duty.objects.filter(measure__document=_document(actor_of(request), code)).exclude(
        measure__review=Review.DROPPED
    )
    rows = found.select_related("measure__document").order_by("measure__position", "position")
    return with_etag(request, sequence_page(list(rows), params, shape=duty_out))


@router.get("/documents/{code}/measures", response=Page[dict[str, Any]], summary="Tasks of a document")
def measures(request: HttpRequest, params: Query[PageParams], code: str = Code) -> HttpResponse:
    """The tasks in the order of the text, each with its units."""

    def shape(measure: Measure) -> dict[str, Any]:
        units: dict[str, list[str]] = {}
        for duty in measure.duties.all():
            units.setdefault(duty.role, []).append(duty.unit)
        return {"number": measure.path, "title": measure.title, "review": measure.review, **units}

    return with_etag(
        request, sequence_page(queries.matrix(_document(actor_of(request), code)), params, shape=shape)
    )


@router.post("/documents/{code}/confirm", response=DocumentOut, summary="Confirm a document")
def confirm(request: HttpRequest, code: str = Code) -> dict[str, Any]:
    """Put it in force: its rows that were not dropped bind and are public from now on."""
    actor = actor_of(request)
    confirm_document(_document(actor, code).pk, by=actor)
    return document_out(_document(actor, code))


@router.get("/documents/{code}/coverage", response=dict[str, Any], summary="What child plans take up")
def coverage(request: HttpRequest, code: str = Code) -> HttpResponse:
    """For each target and task, the rows of child plans in force that take it up, with sums where sums make sense."""
    of_targets, of_measures = queries.coverage(_document(actor_of(request), code))
    body = {
        "targets": [
            {"target": one.parent.key, "children": [child.key for child in one.children], "total": one.total}  # type: ignore[union-attr]
            for one in of_targets
        ],
        "measures": [
            {"title": one.parent.title, "children": [child.document.code for child in one.children]}  # type: ignore[union-attr]
            for one in of_measures
        ],
    }
    return with_etag(request, body)


@router.get("/targets/{key}", response=TargetOut, summary="Target")
def target(request: HttpRequest, key: str = Key) -> HttpResponse:
    """One target."""
    return with_etag(request, target_out(_target(actor_of(request), key)))


@router.patch("/targets/{key}", response=TargetOut, summary="Correct or bind a target")
def change(request: HttpRequest, body: TargetIn, key: str = Key) -> dict[str, Any]:
    """Change fields; on a document in force only an approver may, and the public register follows at once."""
    actor = actor_of(request)
    changes = body.model_dump(exclude_unset=True)
    if (region := changes.get("region")) and places.region(region) is None:
        raise Refused(
            "no_such_region",
            zh=f"没有代码为“{region}”的地区。",
            en=f"There is no region {region}.",
            place="region",
        )
    return target_out(change_target(_target(actor, key).pk, changes, by=actor))


@router.post("/targets/{key}/drop", response=TargetOut, summary="Drop a row that is no target")
def drop(
    request: HttpRequest, key: str = Key, reason: str = Form(..., min_length=1, max_length=1000)
) -> dict[str, Any]:
    """Drop it; of a document in force it is withdrawn from the public register."""
    actor = actor_of(request)
    return target_out(drop_target(_target(actor, key).pk, by=actor, reason=reason))


@router.post("/targets/{key}/keep", response=TargetOut, summary="Take a dropped row back")
def keep(request: HttpRequest, key: str = Key) -> dict[str, Any]:
    """Confirm one row, or take a dropped one back."""
    actor = actor_of(request)
    return target_out(keep_target(_target(actor, key).pk, by=actor))


@router.get("/targets/{key}/readings", response=Page[ReadingOut], summary="Readings of a target")
def readings(
    request: HttpRequest, params: Query[PageParams], key: str = Key, region: str = Query("", max_length=12)
) -> HttpResponse:
    """All readings, newest first: of the target's own region, or of the one given."""
    found = _target(actor_of(request), key)
    rows = TargetReading.objects.filter(target=found, region=region or found.region)
    return with_etag(
        request, cursor_page(rows, params, order=("-as_of", "-pk"), shape=lambda r: reading_out(r, key))
    )


@router.post("/readings", response=list[ReadingOut], summary="Compute readings")
def compute(request: HttpRequest, body: ComputeIn) -> list[dict[str, Any]]:
    """Count where targets stand, keep the readings and publish them."""
    if body.on is not None and body.on > clock.today():
        raise Refused("future_day", zh="日期晚于今天。", en="The day is after today.", place="on")
    every = {target.key: target for target in targets_in_force()}
    missing = [key for key in body.targets if key not in every]
    if missing:
        shown = missing[0][:60]
        raise NotFound(
            "no_such_target",
            zh=f"没有已确认且绑定指标的目标“{shown}”。",
            en=f"There is no confirmed target {shown}.",
            place="targets",
        )
    chosen = [every[key] for key in body.targets] or list(every.values())
    made = compute_readings(chosen, by=actor_of(request), on=body.on)
    return [reading_out(one, one.target.key) for one in made]


@router.get("/scoreboard", response=Page[RowOut], summary="Scoreboard")
def scoreboard(request: HttpRequest, params: Query[BoardParams]) -> HttpResponse:
    """Confirmed targets of documents in force with their latest readings."""
    chosen = _document(actor_of(request), params.document) if params.document else None
    rows = queries.scoreboard(chosen, params.region or None)
    if params.status:
        rows = [row for row in rows if row.status == params.status]

    def shape(row: queries.Row) -> dict[str, Any]:
        latest = reading_out(row.reading, row.target.key) if row.reading else None
        return {"target": target_out(row.target), "reading": latest, "status": row.status}

    return with_etag(request, sequence_page(rows, params, shape=shape))


@router.get("/duties", response=Page[DutyOut], summary="Duties of a unit")
def duties(request: HttpRequest, params: Query[DutyParams]) -> HttpResponse:
    """What a unit answers for, its predecessors' duties included, overdue ones first."""
    actor, today = actor_of(request), clock.today()
    found = queries.duties_of(params.agency, today) if params.agency else queries.duties_for(actor, today)
    if params.state:
        found = found.filter(state=params.state)
    rows = list(found)
    if params.overdue is not None:
        rows = [duty for duty in rows if duty_out(duty)["overdue"] == params.overdue]
    return with_etag(request, sequence_page(rows, params, shape=duty_out))


@router.post("/duties/{duty_id}/progress", response=DutyOut, summary="Report progress")
def progress(request: HttpRequest, body: ProgressIn, duty_id: int = Id) -> dict[str, Any]:
    """Add a progress note and set the duty's state; only the unit itself, or the lead bureau for it."""
    if not Duty.objects.filter(pk=duty_id).exists():
        raise NotFound("no_such_duty", zh="没有这项职责。", en="There is no such duty.", place=str(duty_id))
    report_progress(duty_id, by=actor_of(request), text=body.text, state=body.state, problem=body.problem)
    return duty_out(Duty.objects.select_related("measure__document").get(pk=duty_id))


@router.get("/indicators", response=list[dict[str, Any]], summary="Indicators")
def all_indicators(request: HttpRequest) -> HttpResponse:
    """The indicators: what each counts, its options with their defaults, what it stands on, who wrote and checked it."""
    return with_etag(request, [_indicator(name) for name in indicators.indicators()])


@router.get("/indicators/{name}", response=dict[str, Any], summary="Indicator")
def indicator(request: HttpRequest, name: str = Path(..., max_length=64)) -> HttpResponse:
    """One indicator."""
    return with_etag(request, _indicator(name))


def _indicator(name: str) -> dict[str, Any]:
    found = indicators.get(name)
    return {
        "name": found.name,
        "number": found.number,
        "title": dict(found.title),
        "unit": found.unit,
        "direction": found.direction,
        "precision": found.precision,
        "why": dict(found.why),
        "watch": dict(found.watch),
        "kinds": list(found.kinds),
        "source": dict(found.source),
        "stands_on": found.stands_on,
        "stands_on_note": dict(found.stands_on_note),
        "rests_on": list(found.rests_on),
        "interval": found.interval,
        "author": found.author,
        "checked_by": found.checked_by,
        "review_on": found.review_on,
        "method_version": found.method_version,
        "options": [
            {
                "name": option.name,
                "title": dict(option.title),
                "why": dict(option.why),
                "default": option.default,
                "values": [{"value": one.value, "title": dict(one.title)} for one in option.values],
            }
            for option in found.options
        ],
    }
