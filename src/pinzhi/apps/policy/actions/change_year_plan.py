"""Draw up, change and publish a yearly plan of key products, and report on a product (P07)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max

from pinzhi.apps.policy import publishing_results, year_plans
from pinzhi.apps.policy.access import answers_for, may_plan, require_planner
from pinzhi.apps.policy.models import Document, KeyProduct, YearPlan
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, NotPermitted, Refused, RefusedRows, RowError
from pinzhi.kernel.places import queries as places

MOST = 2000


def create_year_plan(
    *, by: Actor, year: int, title: str, region: str, doc_number: str = "", document: str = ""
) -> YearPlan:
    """Begin the plan of a year. Raises NotPermitted, Refused naming the field."""
    require_planner(by, region)
    if not 2000 <= year <= clock.today().year + 2:
        raise _wrong("year", "应为有效年度", "is no year that can be planned")
    if not title.strip() or len(title.strip()) > 200:
        raise _wrong("title", "应为 1 至 200 字", "1 to 200 characters")
    of = Document.objects.filter(code=document).first() if document else None
    if document and of is None:
        raise _wrong("document", f"没有编号为 {document} 的文件", f"there is no document {document}")
    with transaction.atomic():
        prefix = f"NDJH-{region}-{year}-"
        last = (
            YearPlan.objects.filter(code__startswith=prefix)
            .order_by("-code")
            .values_list("code", flat=True)
            .first()
        )
        plan = YearPlan.objects.create(
            code=f"{prefix}{int(last.rsplit('-', 1)[1]) + 1 if last else 1:02d}",
            year=year,
            title=title.strip(),
            region=region,
            doc_number=doc_number.strip()[:120],
            document=of,
            made_by=by.username,
            made_at=clock.now(),
        )
        _note("create", plan, by)
    return plan


def save_products(plan_id: int, rows: Sequence[Mapping[str, Any]], *, by: Actor) -> list[KeyProduct]:
    """Add key products, or change those whose `number` is given; all or nothing, errors by row and column.

    Raises NotPermitted, RefusedRows, Refused.
    """
    if not rows or len(rows) > MOST:
        raise Refused("too_many", zh=f"一次可保存 1 至 {MOST} 行。", en=f"1 to {MOST} rows at a time.")
    with transaction.atomic():
        plan = _editable(plan_id, by)
        known = {product.number: product for product in plan.products.all()}
        last = plan.products.aggregate(last=Max("number"))["last"] or 0
        made: list[KeyProduct] = []
        errors: list[RowError] = []
        for place, data in enumerate(rows, 1):
            row = int(data.get("row") or place)
            number = data.get("number")
            product = known.get(int(number)) if number else None
            if number and product is None:
                errors.append(
                    RowError(row, "number", str(number), "本计划没有这个序号", "is no number of this plan")
                )
                continue
            values = {name: data[name] for name in year_plans.PLANNED if name in data}
            kept, wrong = year_plans.clean(year_plans.PLANNED, values, row)
            errors += wrong + ([] if product else year_plans.missing(year_plans.PLANNED, values, row))
            if product is None:
                last += 1
                product = KeyProduct(plan=plan, number=last, due_on=date(plan.year, 12, 31))
            if kept.get("due_on", "") is None:
                kept["due_on"] = date(plan.year, 12, 31)
            year_plans.apply(product, kept)
            made.append(product)
        if errors:
            raise RefusedRows(errors)
        for product in made:
            agency = places.resolve_agency(product.lead_unit, plan.region, date(plan.year, 1, 1)).agency
            product.lead_agency = agency.code if agency else ""
            product.save()
            product.refresh_from_db()
        _follow(plan, made, by)
        _note("change", plan, by, count=len(made))
    return made


def strike_product(product_id: int, *, by: Actor) -> None:
    """Take a key product out of the plan; of a published one it is withdrawn from the register."""
    with transaction.atomic():
        product = KeyProduct.objects.select_related("plan").get(pk=product_id)
        plan = _editable(product.plan_id, by)
        if plan.state == YearPlan.State.PUBLISHED:
            publishing_results.withdraw_products([product], by=by, reason="struck from the plan")
        product.delete()
        _note("change", plan, by)


def publish_year_plan(plan_id: int, *, by: Actor) -> YearPlan:
    """Publish the plan with its key products. Raises NotPermitted (an approver, not who drew it up), Refused, Conflict."""
    with transaction.atomic():
        plan = YearPlan.objects.select_for_update().get(pk=plan_id)
        require_planner(by, plan.region, "approver")
        if plan.state == YearPlan.State.PUBLISHED:
            raise Conflict("published", zh="该计划已公布。", en="The plan is published already.")
        if by.username == plan.made_by:
            raise NotPermitted(
                "two_persons", zh="编制人不能自行公布。", en="Whoever drew it up does not publish it."
            )
        products = list(plan.products.select_related("plan"))
        if not products:
            raise Refused("no_products", zh="计划中还没有重点产品。", en="The plan names no key product yet.")
        plan.state, plan.published_by, plan.published_at = YearPlan.State.PUBLISHED, by.username, clock.now()
        plan.save()
        publishing_results.publish_products(plan, products, by=by)
        _note("publish", plan, by, count=len(products))
    return plan


def report_product(product_id: int, values: Mapping[str, Any], *, by: Actor) -> KeyProduct:
    """Report how a key product stands (see year_plans.REPORTED): its responsible unit, or the clerk who keeps the plan.

    Raises NotPermitted, RefusedRows.
    """
    with transaction.atomic():
        product = KeyProduct.objects.select_for_update(of=("self",)).select_related("plan").get(pk=product_id)
        if not may_report_product(by, product):
            raise NotPermitted(
                "not_your_product",
                zh=f"该产品由“{product.lead_unit}”负责，您不能代为报告。",
                en=f"This product is {product.lead_unit}'s.",
            )
        kept, errors = year_plans.clean(year_plans.REPORTED, values)
        if errors:
            raise RefusedRows(errors)
        year_plans.apply(product, kept)
        product.reported_on, product.reported_by = clock.today(), by.username
        product.save()
        product.refresh_from_db()
        _follow(product.plan, [product], by)
        _note("report", product.plan, by)
    return product


def may_report_product(actor: Actor, product: KeyProduct) -> bool:
    return may_plan(actor, product.plan.region) or answers_for(actor, product.lead_agency)


def _editable(plan_id: int, by: Actor) -> YearPlan:
    """A plan under work is the clerk's; a published one an approver changes."""
    plan = YearPlan.objects.select_for_update().get(pk=plan_id)
    require_planner(by, plan.region, "approver" if plan.state == YearPlan.State.PUBLISHED else "clerk")
    return plan


def _follow(plan: YearPlan, products: list[KeyProduct], by: Actor) -> None:
    if plan.state == YearPlan.State.PUBLISHED:
        publishing_results.publish_products(plan, products, by=by)


def _note(step: str, plan: YearPlan, by: Actor, count: int = 1) -> None:
    audit.record(
        f"policy.year_plan.{step}",
        by=by,
        subject_kind="year_plan",
        subject_key=plan.code,
        register=year_plans.REGISTER,
        region=plan.region,
        count=count,
    )


def _wrong(field: str, zh: str, en: str) -> Refused:
    return Refused("invalid_year_plan", zh=zh, en=en, place=field)
