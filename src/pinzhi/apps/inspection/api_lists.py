"""The lists that pages show, by API: programmes, rules, people, laboratories, recusals, seals, tasks, refusals;
results of other departments are also handed in here.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Path, Query, Router, Schema

from pinzhi.apps.inspection import queries, queries_lists, queries_outside
from pinzhi.apps.inspection.actions.accept_outside import accept_outside
from pinzhi.apps.inspection.actions.open_draw import note_reading_of
from pinzhi.apps.inspection.rulebook import wording
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.web.api import Page, PageParams, cursor_page, sequence_page

router = Router()
Code = Path(..., max_length=64, description="number given here")
Search = Query("", max_length=100)
MOST = 1000
Word = Query("", max_length=64)
Year = Annotated[int | None, Query(ge=1, le=9999)]


class ProductLine(Schema):
    """Goods of a programme; `cost` of one batch in yuan."""

    rules: str
    batches: int
    cost: Decimal
    channels: list[str]


class ProgrammeLine(Schema):
    number: str
    title: str
    year: int
    kind: str
    level: str
    region: str
    agency: str
    targeted: bool
    joint: bool
    status: str
    budget: Decimal
    released_on: dt.date | None


class ProgrammeOut(ProgrammeLine):
    products: list[ProductLine]
    planned: int
    sampled: int
    reported: int
    failed: int


class RulesLine(Schema):
    """`newest`: the newest version that is released; `waiting`: a draft waits for a second person."""

    code: str
    product_class: str
    sector: str
    kind: str
    food: bool
    risk: str
    newest: int | None
    waiting: bool


class RuleItemOut(Schema):
    """One item; `requirement` in words, `lower` and `upper` its limits in `unit`."""

    code: str
    name: str
    requirement: str
    kind: str
    lower: Decimal | None
    upper: Decimal | None
    unit: str
    method: str
    standard: str
    microbiological: bool
    serious: bool


class RulesVersionOut(Schema):
    number: int
    valid_from: dt.date
    valid_until: dt.date | None
    released_at: dt.datetime | None
    test_samples: int
    backup_samples: int
    sample_unit: str
    standards: list[str]
    judgement: str
    items: list[RuleItemOut]


class RulesOut(Schema):
    code: str
    product_class: str
    versions: list[RulesVersionOut]


class InspectorLine(Schema):
    code: str
    name: str
    agency: str
    region: str
    active: bool


class LaboratoryLine(Schema):
    """`held`: rules that it may test after today; `used`: batches of this year."""

    body_code: str
    name: str
    region: str
    held: int
    used: int


class CapabilityLine(Schema):
    rules: str
    valid_from: dt.date
    valid_until: dt.date | None
    capacity: int


class RecusalLine(Schema):
    who: str
    uscc: str
    reason: str
    since: dt.date
    until: dt.date | None


class SealLine(Schema):
    """`holder`: certificate number or credit code of who has it; empty: in store."""

    number: str
    agency: str
    status: str
    holder: str
    issued_on: dt.date
    handed_on: dt.date | None
    sample: str
    backup: bool


class OutsideLine(Schema):
    source: str
    reference: str
    level: str
    producer_code: str
    producer_name: str
    product_name: str
    gtin: str
    standard_executed: str
    sampled_on: dt.date
    verdict: str
    failed_items: list[str]


class TaskLine(Schema):
    number: str
    programme: str
    draw: str
    uscc: str
    product_number: str
    region: str
    channel: str
    inspectors: list[str]
    laboratory: str
    status: str
    due_on: dt.date | None


class AttemptLine(Schema):
    """What was refused, as it was given, with the reason in both languages and a stable code."""

    at: dt.datetime
    by: str
    what: str
    door: str
    code: str
    zh: str
    en: str
    key: str
    said: Any


class OutsideIn(Schema):
    """Results of another level or region by field name; matched by product key, counted for the rule of no repeat."""

    source: str = Field(..., max_length=120)
    rows: list[dict[str, Any]] = Field(..., min_length=1, max_length=MOST)


class Count(Schema):
    count: int


@router.get("/programmes", response=Page[ProgrammeLine], summary="List programmes")
def list_programmes(
    request: HttpRequest, params: Query[PageParams], search: str = Search, year: Year = None, kind: str = Word
) -> Any:
    rows = queries.programmes(by=actor_of(request), search=search, year=year, kind=kind)
    return cursor_page(rows, params, order=("-year", "number"))


@router.get("/programmes/{number}", response=ProgrammeOut, summary="Read a programme with its progress")
def read_programme(request: HttpRequest, number: str = Code) -> Any:
    row = queries.programme(number, by=actor_of(request))
    products = [
        ProductLine(rules=p.rules.code, batches=p.batches, cost=p.unit_cost, channels=p.channels)
        for p in row.products.select_related("rules")
    ]
    progress = queries.programme_progress([row])[row.pk]
    return {**ProgrammeLine.from_orm(row).dict(), **progress, "products": products}


@router.get("/rules", response=Page[RulesLine], summary="List detailed rules")
def list_rules(
    request: HttpRequest, params: Query[PageParams], search: str = Search, kind: str = Word, state: str = Word
) -> Any:
    rows = queries_lists.rules(by=actor_of(request), search=search, kind=kind, state=state)
    return cursor_page(rows, params, order=("code",))


@router.get("/rules/{code}", response=RulesOut, summary="Read detailed rules with all versions")
def read_rules(request: HttpRequest, code: str = Code) -> Any:
    """Items with limits and methods, so that a laboratory's system can set up its tests. Drafts are for officials."""
    actor = actor_of(request)
    row, versions = queries_lists.rules_versions(code, by=actor)
    shown = [v for v in versions if v.released_at or actor.speaks_for != "body"]
    return RulesOut(
        code=row.code,
        product_class=row.product_class,
        versions=[
            RulesVersionOut(
                **{name: getattr(v, name) for name in RulesVersionOut.model_fields if name != "items"},
                items=[
                    RuleItemOut(
                        requirement=wording(i),
                        **{
                            name: getattr(i, name)
                            for name in RuleItemOut.model_fields
                            if name != "requirement"
                        },
                    )
                    for i in v.items.all()
                ],
            )
            for v in shown
        ],
    )


@router.get("/inspectors", response=Page[InspectorLine], summary="List inspectors")
def list_inspectors(
    request: HttpRequest,
    params: Query[PageParams],
    search: str = Search,
    region: str = Word,
    active: str = Word,
) -> Any:
    rows = queries_lists.inspectors(by=actor_of(request), search=search, region=region, active=active)
    return cursor_page(rows, params, order=("code",))


@router.get("/laboratories", response=Page[LaboratoryLine], summary="List laboratories")
def list_laboratories(
    request: HttpRequest, params: Query[PageParams], search: str = Search, rules: str = Word
) -> Any:
    rows = queries_lists.laboratories(by=actor_of(request), search=search, rules=rules)
    return sequence_page(rows, params)


@router.get("/laboratories/{code}", response=list[CapabilityLine], summary="Read what a laboratory may test")
def read_laboratory(request: HttpRequest, code: str = Code) -> Any:
    return [
        CapabilityLine(
            rules=row.rules.code,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            capacity=row.capacity,
        )
        for row in queries_lists.laboratory(code, by=actor_of(request))
    ]


@router.get("/recusals", response=Page[RecusalLine], summary="List recusals")
def list_recusals(
    request: HttpRequest, params: Query[PageParams], search: str = Search, state: str = Word, who: str = Word
) -> Any:
    rows = queries_lists.recusals(by=actor_of(request), search=search, state=state, who=who)
    return cursor_page(rows, params, order=("-since", "-pk"))


@router.get("/seals", response=Page[SealLine], summary="List seals")
def list_seals(
    request: HttpRequest,
    params: Query[PageParams],
    search: str = Search,
    status: str = Word,
    holder: str = Word,
) -> Any:
    rows = queries_lists.seals(by=actor_of(request), search=search, status=status, holder=holder)
    return cursor_page(rows.select_related("sample"), params, order=("number",), shape=_seal)


def _seal(row: Any) -> SealLine:
    own = {name: getattr(row, name) for name in SealLine.model_fields if name != "sample"}
    return SealLine(**own, sample=row.sample.number if row.sample else "")


@router.get("/outside-results", response=Page[OutsideLine], summary="List results of other departments")
def list_outside(
    request: HttpRequest,
    params: Query[PageParams],
    search: str = Search,
    level: str = Word,
    verdict: str = Word,
) -> Any:
    rows = queries_outside.outside(by=actor_of(request), search=search, level=level, verdict=verdict)
    return cursor_page(rows, params, order=("-sampled_on", "-pk"))


@router.post("/outside-results", response=Count, summary="Accept results of other departments")
def send_outside(request: HttpRequest, data: OutsideIn) -> Count:
    return Count(count=accept_outside(data.source, data.rows, by=actor_of(request)))


@router.get("/tasks", response=Page[TaskLine], summary="List tasks")
def list_tasks(
    request: HttpRequest, params: Query[PageParams], status: str = Word, programme: str = Word
) -> Any:
    """Tasks of a draw that is not open are a reading of it, which is noted."""
    actor = actor_of(request)
    rows = queries.tasks(by=actor, status=status, programme=programme).select_related("programme", "draw")
    found = cursor_page(rows, params, order=("-pk",))
    note_reading_of(found["items"], by=actor)
    return {**found, "items": [_task(row) for row in found["items"]]}


def _task(row: Any) -> TaskLine:
    own = {name: getattr(row, name) for name in TaskLine.model_fields if name not in ("programme", "draw")}
    return TaskLine(**own, programme=row.programme.number, draw=row.draw.number if row.draw else "")


@router.get("/attempts", response=Page[AttemptLine], summary="List what was refused")
def list_attempts(request: HttpRequest, params: Query[PageParams], what: str = Word, code: str = Word) -> Any:
    return cursor_page(queries.attempts(by=actor_of(request), what=what, code=code), params, order=("-pk",))
