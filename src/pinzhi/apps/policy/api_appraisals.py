"""Yearly appraisals by API (P04): begun, criteria set, scored, computed, confirmed; the ranking and what it hangs on."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, File, Form, Path, Query, Router, Schema, UploadedFile

from pinzhi.apps.policy import evidence
from pinzhi.apps.policy.access import may_read_appraisal, require_official
from pinzhi.apps.policy.actions.compute_appraisal import compute_appraisal
from pinzhi.apps.policy.actions.confirm_appraisal import (
    confirm_appraisal,
    publish_appraisal,
    reopen_appraisal,
)
from pinzhi.apps.policy.actions.create_appraisal import change_appraisee, create_appraisal
from pinzhi.apps.policy.actions.enter_expert_score import enter_expert_score
from pinzhi.apps.policy.actions.set_criteria import set_criteria
from pinzhi.apps.policy.api_common import target_of
from pinzhi.apps.policy.models import Appraisal, Appraisee, Criterion
from pinzhi.kernel.access.actor import Actor, actor_of
from pinzhi.kernel.errors import NotFound, NotPermitted, Refused
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.web.api import Page, PageParams, sequence_page, with_etag

router = Router()
Code = Path(..., max_length=40, pattern=r"^[0-9A-Za-z-]+$", description="number of the appraisal")
Unit = Path(..., max_length=64, pattern=r"^[0-9A-Za-z_-]+$", description="code of the region or agency")
Position = Path(..., ge=1, le=1000, description="place of the criterion, from 1")
Number = Annotated[str, Field(max_length=24, description="a decimal as text, such as 12.5")]


class ReasonOut(Schema):
    """Why a result is provisional: a number of the law not yet compared with its text, a year that still lasts …"""

    code: str
    zh: str
    en: str


class AppraisalOut(Schema):
    """An appraisal's head. What is `provisional` is not published."""

    code: str
    year: int
    title: str
    region: str
    kind: str
    document: str | None
    state: str
    graded: bool
    missing: str
    spread: Decimal
    version: int
    as_of: dt.date | None
    provisional: list[ReasonOut]
    announced_in: str
    confirmed_at: dt.datetime | None
    published_at: dt.datetime | None
    units: int
    criteria: int


class CriterionOut(Schema):
    """One criterion: where its value comes from, how it becomes a score, what it weighs."""

    position: int
    title: str
    source: str
    target: str | None
    indicator: str
    weight: Decimal
    method: str
    direction: str
    goal: Decimal | None
    cap: Decimal
    table: list[list[str]]
    unit: str


class AppraisalIn(Schema):
    """A new appraisal of regions (none named: all directly below) or of units by their codes."""

    year: int = Field(ge=1, le=9999)
    title: str = Field(min_length=1, max_length=120)
    region: str = Field(max_length=12)
    kind: str = Field("region", pattern="^(region|unit)$")
    appraisees: list[Annotated[str, Field(max_length=64)]] = Field(default_factory=list, max_length=500)
    document: str = Field("", max_length=40, description="number of the plan that it looks at")
    graded: bool = Field(True, description="whether scores become grades by the rules of the law")


class CriterionIn(Schema):
    """`target` (its key) with source target, `indicator` (its name) with source indicator; a goal where the method needs one."""

    title: str = Field(min_length=1, max_length=120)
    source: str = Field(pattern="^(target|indicator|duties|expert)$")
    target: str = Field("", max_length=60)
    indicator: str = Field("", max_length=64)
    choices: dict[str, str | int | bool | None] | None = None
    weight: Number
    method: str = Field("attainment", max_length=20)
    direction: str = Field("up", pattern="^(up|down)$")
    goal: Number | None = None
    cap: Number = "100"
    table: list[Annotated[list[Number], Field(min_length=2, max_length=2)]] = Field(
        default_factory=list, max_length=50, description="for points: [bound, points], one a step"
    )


class CriteriaIn(Schema):
    """The whole set: what is not in it is struck. `missing`: how a value that is not there counts; `spread` of the weights."""

    criteria: list[CriterionIn] = Field(min_length=1, max_length=100)
    missing: str | None = Field(None, max_length=12)
    spread: Number | None = None


class UnitIn(Schema):
    """What is particular to one of those appraised; what is left out stays."""

    veto: str | None = Field(None, max_length=200, description="reason for the lowest grade; empty: none")
    problems: str | None = Field(None, max_length=2000)


class ConfirmIn(Schema):
    announced_in: str = Field("", max_length=120, description="document of publication")


class ReopenIn(Schema):
    reason: str = Field(min_length=1, max_length=200)


class ScoreOut(Schema):
    """A unit's value, goal and score for one criterion, with its share of the whole."""

    criterion: int
    title: str
    value: Decimal | None
    goal: Decimal | None
    score: Decimal | None
    weight: Decimal | None
    points: Decimal | None
    filled: bool


class RankOut(Schema):
    """One line of the ranking; `rank_low` to `rank_high`: the places it takes while the weights vary."""

    rank: int | None
    key: str
    name: str
    score: Decimal | None
    grade: str
    rank_low: int | None
    rank_high: int | None
    veto: str
    problems: str
    scores: list[ScoreOut]


class SensitivityOut(Schema):
    """How far the ranking depends on its weights: places over random weights, and the smallest shift that turns neighbours."""

    draws: int
    seed: int
    spread: float
    mean_shift: float
    units: list[dict[str, Any]]
    flips: list[dict[str, Any]]


class AppraisalParams(PageParams):
    year: int | None = Field(None, ge=1, le=9999)
    region: str = Field("", max_length=12)
    state: str = Field("", pattern="^(|draft|computed|confirmed)$")


@router.get("/appraisals", response=Page[AppraisalOut], summary="Appraisals")
def appraisals(request: HttpRequest, params: Query[AppraisalParams]) -> HttpResponse:
    """The appraisals that the caller may see, the newest year first: before confirmation only those who do them."""
    actor = actor_of(request)
    require_official(actor)
    found = Appraisal.objects.select_related("document").defer("document__text", "document__reading")
    if params.year is not None:
        found = found.filter(year=params.year)
    if params.region:
        found = found.filter(region=params.region)
    if params.state:
        found = found.filter(state=params.state)
    rows = [one for one in found if may_read_appraisal(actor, one)]
    return with_etag(request, sequence_page(rows, params, shape=appraisal_out))


@router.post("/appraisals", response=AppraisalOut, summary="Begin an appraisal")
def begin(request: HttpRequest, body: AppraisalIn) -> dict[str, Any]:
    """An appraisal without criteria yet; a clerk's right for appraisals in the region."""
    places.known_region(body.region)
    return appraisal_out(create_appraisal(by=actor_of(request), **body.model_dump()))


@router.get("/appraisals/{code}", response=AppraisalOut, summary="Appraisal")
def appraisal(request: HttpRequest, code: str = Code) -> HttpResponse:
    """One appraisal's head and state."""
    return with_etag(request, appraisal_out(_found(actor_of(request), code)))


@router.get("/appraisals/{code}/criteria", response=list[CriterionOut], summary="Criteria")
def criteria(request: HttpRequest, code: str = Code) -> HttpResponse:
    """What the appraisal looks at, in order."""
    found = _found(actor_of(request), code)
    return with_etag(
        request, [criterion_out(one) for one in found.criteria.select_related("target__document")]
    )


@router.put("/appraisals/{code}/criteria", response=list[CriterionOut], summary="Set the criteria")
def put_criteria(request: HttpRequest, body: CriteriaIn, code: str = Code) -> list[dict[str, Any]]:
    """Replace all criteria; a result is taken back, scores that officials gave to a criterion that stays are kept."""
    actor = actor_of(request)
    found = _found(actor, code)
    rows = []
    for one in body.criteria:
        row = one.model_dump()
        row["target"] = target_of(actor, one.target).pk if one.target else None
        rows.append(row)
    spread = _decimal(body.spread, "spread") if body.spread is not None else None
    set_criteria(found.pk, rows, by=actor, missing=body.missing, spread=spread)
    return [criterion_out(one) for one in found.criteria.select_related("target__document")]


@router.patch("/appraisals/{code}/units/{key}", response=RankOut, summary="What is particular to a unit")
def change_unit(request: HttpRequest, body: UnitIn, code: str = Code, key: str = Unit) -> dict[str, Any]:
    """Set the reason for which it falls into the lowest grade, and its main problems."""
    actor = actor_of(request)
    one = _unit(_found(actor, code), key)
    return rank_out(change_appraisee(one.pk, by=actor, veto=body.veto, problems=body.problems))


@router.post(
    "/appraisals/{code}/units/{key}/scores/{position}",
    response=RankOut,
    summary="Score a unit as an official",
)
def score(
    request: HttpRequest,
    code: str = Code,
    key: str = Unit,
    position: int = Position,
    score: str = Form(..., max_length=24, description="0 to 100"),
    note: str = Form(..., min_length=1, max_length=2000, description="the reason"),
    files: list[UploadedFile] = File(
        default_factory=list, description="evidence; may be left out where some is kept already"
    ),
) -> dict[str, Any]:
    """Give a score for a criterion that officials judge, with the reason and the evidence."""
    actor = actor_of(request)
    found = _found(actor, code)
    one = _unit(found, key)
    criterion = found.criteria.filter(position=position).first()
    if criterion is None:
        raise NotFound(
            "no_such_criterion", zh="没有这项考核指标。", en="There is no such criterion.", place="position"
        )
    value = _decimal(score, "score")
    evidence.refuse_many(files)
    kept = [evidence.keep(file, by=actor) for file in files]
    enter_expert_score(criterion.pk, one.pk, by=actor, score=value, note_text=note, files=kept)
    return rank_out(_unit(found, key))


@router.post("/appraisals/{code}/compute", response=AppraisalOut, summary="Compute the result")
def compute(request: HttpRequest, code: str = Code) -> dict[str, Any]:
    """Count all criteria as of the end of the year (today while it lasts), score, rank and grade."""
    actor = actor_of(request)
    return appraisal_out(compute_appraisal(_found(actor, code).pk, by=actor))


@router.post("/appraisals/{code}/confirm", response=AppraisalOut, summary="Confirm the result")
def confirm(request: HttpRequest, body: ConfirmIn, code: str = Code) -> dict[str, Any]:
    """A second person confirms it; it is published at once unless something in it is provisional."""
    actor = actor_of(request)
    return appraisal_out(confirm_appraisal(_found(actor, code).pk, by=actor, announced_in=body.announced_in))


@router.post("/appraisals/{code}/publish", response=AppraisalOut, summary="Publish a confirmed result")
def publish(request: HttpRequest, code: str = Code) -> dict[str, Any]:
    """Publish it once nothing in it is provisional any more."""
    actor = actor_of(request)
    return appraisal_out(publish_appraisal(_found(actor, code).pk, by=actor))


@router.post("/appraisals/{code}/reopen", response=AppraisalOut, summary="Send a confirmed result back")
def reopen(request: HttpRequest, body: ReopenIn, code: str = Code) -> dict[str, Any]:
    """What was published of it is taken down."""
    actor = actor_of(request)
    return appraisal_out(reopen_appraisal(_found(actor, code).pk, by=actor, reason=body.reason))


@router.get("/appraisals/{code}/ranking", response=Page[RankOut], summary="Ranking")
def ranking(request: HttpRequest, params: Query[PageParams], code: str = Code) -> HttpResponse:
    """The units by rank with every criterion's value and score; those that were not ranked stand last."""
    found = _found(actor_of(request), code)
    units = list(found.appraisees.prefetch_related("scores__criterion"))
    units.sort(key=lambda one: (one.rank is None, one.rank or 0, one.key))
    return with_etag(request, sequence_page(units, params, shape=rank_out))


@router.get("/appraisals/{code}/sensitivity", response=SensitivityOut, summary="What the ranking hangs on")
def sensitivity(request: HttpRequest, code: str = Code) -> HttpResponse:
    """How far the ranking depends on its weights."""
    found = _found(actor_of(request), code)
    if not found.sensitivity:
        raise NotFound(
            "not_computed",
            zh="考核结果尚未计算。",
            en="The appraisal has not been computed.",
            place=code,
            remedy_zh="先计算结果。",
            remedy_en="Compute it first.",
        )
    return with_etag(request, found.sensitivity)


def _found(actor: Actor, code: str) -> Appraisal:
    require_official(actor)
    found = (
        Appraisal.objects.select_related("document")
        .defer("document__text", "document__reading")
        .filter(code=code)
        .first()
    )
    if found is None:
        raise NotFound(
            "no_such_appraisal",
            zh=f"没有编号为“{code}”的考核。",
            en=f"There is no appraisal {code}.",
            place=code,
        )
    if not may_read_appraisal(actor, found):
        raise NotPermitted(
            "not_confirmed",
            zh="考核结果确认前不公开。",
            en="Before it is confirmed an appraisal is not shown.",
        )
    return found


def _unit(found: Appraisal, key: str) -> Appraisee:
    one = found.appraisees.prefetch_related("scores__criterion").filter(key=key).first()
    if one is None:
        raise NotFound("no_such_unit", zh="没有这个考核对象。", en="It is not appraised.", place=key)
    return one


def _decimal(text: str, place: str) -> Decimal:
    try:
        found = Decimal(text.strip())
    except ArithmeticError:
        found = Decimal("NaN")
    if not found.is_finite():
        raise Refused("not_a_number", zh="应为数字。", en="It is not a number.", place=place)
    return found


def appraisal_out(found: Appraisal) -> dict[str, Any]:
    names = (
        "code", "year", "title", "region", "kind", "state", "graded", "missing", "spread", "version", "as_of", "provisional",
        "announced_in", "confirmed_at", "published_at",
    )  # fmt: skip
    return {
        **{name: getattr(found, name) for name in names},
        "document": found.document.code if found.document else None,
        "units": found.appraisees.count(),
        "criteria": found.criteria.count(),
    }


def criterion_out(one: Criterion) -> dict[str, Any]:
    names = (
        "position", "title", "source", "indicator", "weight", "method", "direction", "goal", "cap", "table", "unit",
    )  # fmt: skip
    return {**{name: getattr(one, name) for name in names}, "target": one.target.key if one.target else None}


def rank_out(one: Appraisee) -> dict[str, Any]:
    names = ("rank", "key", "name", "score", "grade", "rank_low", "rank_high", "veto", "problems")
    scores = [
        {
            "criterion": row.criterion.position,
            "title": row.criterion.title,
            **{name: getattr(row, name) for name in ("value", "goal", "score", "weight", "points", "filled")},
        }
        for row in sorted(one.scores.all(), key=lambda row: row.criterion.position)
    ]
    return {**{name: getattr(one, name) for name in names}, "scores": scores}
