"""Limits of indicators by API: documents, their limits, reading a limit, comparing documents, the degree of conformity."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Path, Query, Router, Schema, Status

from pinzhi.apps.standards import queries_limits as queries
from pinzhi.apps.standards.actions.decide_limits import confirm_limits, refuse_limits, withdraw_limits
from pinzhi.apps.standards.actions.enter_limits import enter_limits
from pinzhi.apps.standards.actions.save_limit_documents import save_limit_documents
from pinzhi.apps.standards.console_conformity import percent
from pinzhi.apps.standards.limit_rows import kept_value
from pinzhi.apps.standards.limit_words import vocabulary
from pinzhi.apps.standards.models.limits import ConformityRun, LimitDocument, LimitEntry
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.web.api import Page, PageParams, sequence_page
from pinzhi.rules.standards.limits import LimitError, compare, limit_of_row, read_limit, value_text

router = Router()
Number = Path(..., ge=1, description="number of the document in this system")


class LimitDocumentOut(Schema):
    """A document that sets limits."""

    id: int
    number: str
    title_zh: str
    title_en: str
    market: str
    family: str
    effective_on: date | None
    withdrawn_on: date | None
    confirmed: int
    waiting: int


class LimitDocumentIn(Schema):
    number: str = Field(max_length=160)
    market: str = Field(max_length=20, description="CN, EU, US, INTL … or its name")
    title_zh: str = Field("", max_length=300)
    title_en: str = Field("", max_length=400)
    family: str = Field("", max_length=60)
    effective_on: date | None = None
    withdrawn_on: date | None = None
    source: str = Field("", max_length=300)
    region: str = Field(max_length=12)


class LimitIn(Schema):
    """A limit as the document writes it; numbers and units are read from `value`."""

    analyte: str = Field(max_length=160)
    kind: str = Field(max_length=60, description="kind of quantity, by code or name: mass_fraction, 含量 …")
    value: str = Field(
        max_length=120, description="≤20 mg/kg, 4.0–8.5, 3-4级, 不得检出（检出限 20 mg/kg）, 禁用"
    )
    clause: str = Field("", max_length=60)
    source: str = Field("", max_length=300)
    unit: str = Field("", max_length=40)
    aggregate: str = Field("each", max_length=20)
    scope: str = Field("", max_length=200)
    applies: str = Field("", max_length=120)
    method: str = Field("", max_length=160)
    conditions: str = Field("", max_length=200)
    effective_on: str = Field("", max_length=10)
    withdrawn_on: str = Field("", max_length=10)
    note: str = Field("", max_length=300)


class LimitOut(Schema):
    """A limit as it is kept; `read` is what was understood of it, numbers as text."""

    id: int
    document_id: int
    analyte: str
    kind: str
    aggregate: str
    value: str
    read: dict[str, Any]
    clause: str
    scope: str
    applies: str
    method: str
    conditions: str
    effective_on: date | None
    withdrawn_on: date | None
    source: str
    state: str
    entered_by: str
    decided_by: str


class ReadIn(Schema):
    value: str = Field(max_length=120)
    kind: str = Field(max_length=60)
    unit: str = Field("", max_length=40)


class PairIn(Schema):
    a: LimitIn
    b: LimitIn
    a_document: str = Field("A", max_length=160)
    b_document: str = Field("B", max_length=160)


class VerdictOut(Schema):
    """How the first limit stands to the second."""

    relation: str
    code: str
    zh: str
    en: str
    caveats: list[str]


class DecisionIn(Schema):
    limits: list[int] = Field(max_length=2000)
    step: str = Field(pattern="^(confirm|refuse|withdraw)$")
    reason: str = Field("", max_length=300)


class DoneOut(Schema):
    done: list[int]


class CompareIn(Schema):
    domestic: list[int] = Field(max_length=6)
    foreign: list[int] = Field(max_length=12)
    on: date | None = None
    same_time: bool = True


class RateOut(Schema):
    numerator: int
    denominator: int
    percent: float | None


class ConformityOut(Schema):
    """A published computation: three rates with their bases, by a version of the method."""

    id: int
    as_of: date
    region: str
    method: str
    r1: RateOut
    r2: RateOut
    r2_ordered: RateOut
    r3: RateOut
    outcomes: dict[str, int]


def _document(row: LimitDocument) -> dict[str, Any]:
    names = ("id", "number", "title_zh", "title_en", "market", "family", "effective_on", "withdrawn_on")
    counts = {name: getattr(row, name, 0) for name in ("confirmed", "waiting")}
    return {name: getattr(row, name) for name in names} | counts


def _entry(row: LimitEntry) -> dict[str, Any]:
    return {name: getattr(row, name) for name in LimitOut.model_fields}


def _as_refused(error: LimitError) -> Refused:
    return Refused(
        error.code,
        zh=error.zh,
        en=error.en,
        place=error.place,
        remedy_zh=error.remedy_zh,
        remedy_en=error.remedy_en,
    )


@router.get("/limits/documents", response=Page[LimitDocumentOut], summary="Documents that set limits")
def documents(
    request: HttpRequest,
    params: Query[PageParams],
    search: str = Query("", max_length=200),
    market: str = Query("", max_length=8),
    family: str = Query("", max_length=60),
) -> Any:
    actor_of(request)
    rows = queries.limit_documents(search=search, market=market, family=family).order_by("market", "number")
    return sequence_page([_document(row) for row in rows[:2000]], params)


@router.post(
    "/limits/documents", response={201: LimitDocumentOut}, summary="Register a document that sets limits"
)
def new_document(request: HttpRequest, body: LimitDocumentIn) -> Any:
    values = body.model_dump()
    region = values.pop("region")
    made = save_limit_documents([values], region=region, by=actor_of(request))[0]
    return Status(201, _document(made))


@router.get("/limits/documents/{number}/limits", response=Page[LimitOut], summary="The limits of a document")
def limits(request: HttpRequest, params: Query[PageParams], number: int = Number) -> Any:
    actor_of(request)
    row = queries.limit_document(number)
    return sequence_page([_entry(one) for one in row.limits.order_by("analyte", "id")[:5000]], params)


@router.post(
    "/limits/documents/{number}/limits", response={201: list[LimitOut]}, summary="Enter limits of a document"
)
def enter(request: HttpRequest, body: list[LimitIn], number: int = Number) -> Any:
    made = enter_limits(number, [one.model_dump() for one in body], by=actor_of(request))
    return Status(201, [_entry(one) for one in made])


@router.post("/limits/decisions", response=DoneOut, summary="Confirm, send back or take down limits")
def decide(request: HttpRequest, body: DecisionIn) -> Any:
    actor = actor_of(request)
    if body.step == "confirm":
        done = confirm_limits(body.limits, over=body.reason, by=actor)
    else:
        step = refuse_limits if body.step == "refuse" else withdraw_limits
        done = step(body.limits, reason=body.reason, by=actor)
    return {"done": [one.pk for one in done]}


@router.post("/limits/read", response=dict[str, Any], summary="Read a limit as people write it")
def read(request: HttpRequest, body: ReadIn) -> Any:
    actor_of(request)
    words = vocabulary()
    try:
        kind = words.kind(body.kind)
        value = read_limit(body.value, kind, words, unit=body.unit)
    except LimitError as error:
        raise _as_refused(error) from None
    grades = kind.scale is not None
    texts = {"zh": value_text(value, grades, "zh"), "en": value_text(value, grades, "en")}
    return {"kind": kind.kind, **kept_value(value), **texts}


@router.post("/limits/compare", response=VerdictOut, summary="Which of two limits is stricter")
def compare_two(request: HttpRequest, body: PairIn) -> Any:
    actor_of(request)
    words = vocabulary()
    try:
        one = limit_of_row({"edition": body.a_document, **body.a.model_dump()}, words)
        other = limit_of_row({"edition": body.b_document, **body.b.model_dump()}, words)
        verdict = compare(one, other, words)
    except LimitError as error:
        raise _as_refused(error) from None
    return {
        "relation": verdict.relation,
        "code": verdict.code,
        "zh": verdict.zh,
        "en": verdict.en,
        "caveats": list(verdict.caveats),
    }


@router.post("/limits/comparisons", response=list[dict[str, Any]], summary="Compare documents, row by row")
def comparison(request: HttpRequest, body: CompareIn) -> Any:
    actor_of(request)
    sides = [
        [queries.limit_document(pk) for pk in dict.fromkeys(pks)] for pks in (body.domestic, body.foreign)
    ]
    if not all(sides):
        raise Refused(
            "nothing_chosen", zh="两边都要有文件。", en="Both sides need a document.", place="domestic"
        )
    return queries.flat(queries.compare_documents(sides[0], sides[1], on=body.on, same_time=body.same_time))


@router.get("/conformity", response=list[ConformityOut], summary="The degree of conformity, newest first")
def conformity(request: HttpRequest) -> Any:
    actor_of(request)
    runs = queries.conformity_runs().filter(state=ConformityRun.State.PUBLISHED)[:100]

    def rate(pair: list[int]) -> dict[str, Any]:
        return {"numerator": pair[0], "denominator": pair[1], "percent": percent(pair)}

    return [
        {
            "id": run.pk,
            "as_of": run.as_of,
            "region": run.region,
            "method": run.method,
            **{name: rate(getattr(run, name)) for name in ("r1", "r2", "r2_ordered", "r3")},
            "outcomes": run.outcomes,
        }
        for run in runs
    ]
