"""Yearly plans of key products by API (P07): drawn up, published, reported on."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Path, Query, Router, Schema

from pinzhi.apps.policy import year_plans
from pinzhi.apps.policy.access import may_read_year_plan, require_official
from pinzhi.apps.policy.actions.change_year_plan import (
    create_year_plan,
    may_report_product,
    publish_year_plan,
    report_product,
    save_products,
    strike_product,
)
from pinzhi.apps.policy.models import KeyProduct, YearPlan
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor, actor_of
from pinzhi.kernel.errors import NotFound, NotPermitted
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.web.api import Page, PageParams, cursor_page, sequence_page, with_etag

router = Router()
Code = Path(..., max_length=40, pattern=r"^[0-9A-Za-z-]+$", description="number of the yearly plan")
Number = Path(..., ge=1, le=2**31 - 1, description="number of the product in the plan")
#: A field's value as JSON has it; what each takes is in the definition of the register `annual_plans`.
Value = str | int | float | bool | None | list[str]


class YearPlanOut(Schema):
    """A year's plan of key products; a draft is for those who draw it up."""

    code: str
    year: int
    title: str
    doc_number: str
    region: str
    document: str | None
    state: str
    published_at: dt.datetime | None
    products: int


class YearPlanIn(Schema):
    year: int = Field(ge=1, le=9999)
    title: str = Field(min_length=1, max_length=200)
    region: str = Field(max_length=12)
    doc_number: str = Field("", max_length=120)
    document: str = Field("", max_length=40, description="number of the policy document that asks for it")


class ProductOut(Schema):
    """A key product: its problem, the goal, the tools, who does it until when, and how it stands."""

    number: int
    product_name: str
    sector: str
    product_code: str
    problem: str
    goal: str
    tools: list[str]
    lead_unit: str
    lead_agency: str
    support_units: list[str]
    due_on: dt.date | None
    batches_planned: int | None
    firms_planned: int | None
    pass_rate_before: Decimal | None
    status: str
    batches_done: int | None
    firms_helped: int | None
    pass_rate_after: Decimal | None
    summary: str
    reported_on: dt.date | None
    overdue: bool
    may_report: bool


class ProductsIn(Schema):
    """Products to add, or (with `number`) to change: all are kept, or none; errors by row (from 1) and column."""

    products: list[dict[str, Value]] = Field(
        min_length=1,
        max_length=2000,
        description=f"each with {', '.join(year_plans.PLANNED)}, and `number` to change one",
    )


class ReportIn(Schema):
    """How a key product stands; what is left out stays."""

    status: Value = None
    batches_done: Value = None
    firms_helped: Value = None
    pass_rate_after: Value = None
    summary: Value = None


class YearPlanParams(PageParams):
    year: int | None = Field(None, ge=1, le=9999)
    region: str = Field("", max_length=12)


class ProductParams(PageParams):
    status: str = Field("", max_length=12, description="not_started, on_course, behind, done")
    overdue: bool | None = None


@router.get("/year-plans", response=Page[YearPlanOut], summary="Yearly plans")
def plans(request: HttpRequest, params: Query[YearPlanParams]) -> HttpResponse:
    """The yearly plans that the caller may see, the newest year first."""
    actor = actor_of(request)
    require_official(actor)
    found = YearPlan.objects.select_related("document").defer("document__text", "document__reading")
    if params.year is not None:
        found = found.filter(year=params.year)
    if params.region:
        found = found.filter(region=params.region)
    rows = [plan for plan in found if may_read_year_plan(actor, plan)]
    return with_etag(request, sequence_page(rows, params, shape=plan_out))


@router.post("/year-plans", response=YearPlanOut, summary="Begin a yearly plan")
def begin(request: HttpRequest, body: YearPlanIn) -> dict[str, Any]:
    """A draft without products yet."""
    places.known_region(body.region)
    return plan_out(create_year_plan(by=actor_of(request), **body.model_dump()))


@router.get("/year-plans/{code}", response=YearPlanOut, summary="Yearly plan")
def plan(request: HttpRequest, code: str = Code) -> HttpResponse:
    """One yearly plan."""
    return with_etag(request, plan_out(_found(actor_of(request), code)))


@router.post("/year-plans/{code}/publish", response=YearPlanOut, summary="Publish a yearly plan")
def publish(request: HttpRequest, code: str = Code) -> dict[str, Any]:
    """An approver who did not draw it up; its products are public from now on."""
    actor = actor_of(request)
    return plan_out(publish_year_plan(_found(actor, code).pk, by=actor))


@router.get("/year-plans/{code}/products", response=Page[ProductOut], summary="Key products")
def products(request: HttpRequest, params: Query[ProductParams], code: str = Code) -> HttpResponse:
    """The products of a plan by number."""
    actor = actor_of(request)
    found = _found(actor, code).products.select_related("plan")
    if params.status:
        found = found.filter(state=params.status)
    if params.overdue is not None:
        late = found.filter(due_on__lt=clock.today()).exclude(state=KeyProduct.State.DONE)
        found = late if params.overdue else found.exclude(pk__in=late.values("pk"))
    return with_etag(
        request, cursor_page(found, params, order=("number",), shape=lambda one: product_out(one, actor))
    )


@router.post("/year-plans/{code}/products", response=list[ProductOut], summary="Add or change key products")
def save(request: HttpRequest, body: ProductsIn, code: str = Code) -> list[dict[str, Any]]:
    """Of a published plan an approver's, and the public register follows at once."""
    actor = actor_of(request)
    rows: list[dict[str, Any]] = []
    for place, one in enumerate(body.products, 1):
        number = one.get("number")
        is_number = isinstance(number, int) and not isinstance(number, bool) and 0 < number < 2**31
        rows.append({**one, "row": place, "number": number if is_number else (number and -1)})
    made = save_products(_found(actor, code).pk, rows, by=actor)
    return [product_out(one, actor) for one in made]


@router.get("/year-plans/{code}/products/{number}", response=ProductOut, summary="Key product")
def product(request: HttpRequest, code: str = Code, number: int = Number) -> HttpResponse:
    """One key product."""
    actor = actor_of(request)
    return with_etag(request, product_out(_product(_found(actor, code), number), actor))


@router.delete("/year-plans/{code}/products/{number}", response=YearPlanOut, summary="Strike a key product")
def strike(request: HttpRequest, code: str = Code, number: int = Number) -> dict[str, Any]:
    """Take it out of the plan; of a published plan it is withdrawn from the register."""
    actor = actor_of(request)
    found = _found(actor, code)
    strike_product(_product(found, number).pk, by=actor)
    return plan_out(found)


@router.post(
    "/year-plans/{code}/products/{number}/report", response=ProductOut, summary="Report on a key product"
)
def report(request: HttpRequest, body: ReportIn, code: str = Code, number: int = Number) -> dict[str, Any]:
    """Its responsible unit, or the clerk who keeps the plan."""
    actor = actor_of(request)
    require_official(actor)
    found = _product(_plan(code), number)
    return product_out(report_product(found.pk, body.model_dump(exclude_unset=True), by=actor), actor)


def _plan(code: str) -> YearPlan:
    plan = (
        YearPlan.objects.select_related("document")
        .defer("document__text", "document__reading")
        .filter(code=code)
        .first()
    )
    if plan is None:
        raise NotFound(
            "no_such_plan",
            zh=f"没有编号为“{code}”的年度计划。",
            en=f"There is no yearly plan {code}.",
            place=code,
        )
    return plan


def _found(actor: Actor, code: str) -> YearPlan:
    require_official(actor)
    plan = _plan(code)
    if not may_read_year_plan(actor, plan):
        raise NotPermitted(
            "draft",
            zh="计划公布前仅编制人员可见。",
            en="Before it is published a plan is seen by those who draw it up.",
        )
    return plan


def _product(plan: YearPlan, number: int) -> KeyProduct:
    found = plan.products.select_related("plan").filter(number=number).first()
    if found is None:
        raise NotFound(
            "no_such_product",
            zh="本计划没有这个序号的产品。",
            en="The plan has no product of that number.",
            place=str(number),
        )
    return found


def plan_out(plan: YearPlan) -> dict[str, Any]:
    names = ("code", "year", "title", "doc_number", "region", "state", "published_at")
    return {
        **{name: getattr(plan, name) for name in names},
        "document": plan.document.code if plan.document else None,
        "products": plan.products.count(),
    }


def product_out(one: KeyProduct, actor: Actor) -> dict[str, Any]:
    own = ("number", "lead_agency", "reported_on")
    names = (*year_plans.PLANNED, *year_plans.REPORTED)
    late = bool(one.due_on and one.due_on < clock.today() and one.state != KeyProduct.State.DONE)
    return {
        **{name: getattr(one, name) for name in own},
        **{name: getattr(one, year_plans.OWN_NAMES.get(name, name)) for name in names},
        "overdue": late,
        "may_report": may_report_product(actor, one),
    }
