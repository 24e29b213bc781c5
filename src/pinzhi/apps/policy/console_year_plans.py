"""Pages of the yearly plan of key products: the plan, its products, their progress, spreadsheets in and out."""

from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.apps.policy import year_plans
from pinzhi.apps.policy.access import may_change_year_plan, may_plan, may_read_year_plan, require_official
from pinzhi.apps.policy.actions.change_year_plan import (
    MOST,
    create_year_plan,
    may_report_product,
    publish_year_plan,
    report_product,
    save_products,
    strike_product,
)
from pinzhi.apps.policy.console_cascade import XLSX, table_download
from pinzhi.apps.policy.forms_year_plan import ImportProductsForm, ProductForm, YearPlanForm
from pinzhi.apps.policy.models import KeyProduct, YearPlan
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.access.queries import holds_any
from pinzhi.kernel.errors import NotFound, NotPermitted, Refused, RefusedRows
from pinzhi.kernel.transfer.reading import open_table
from pinzhi.kernel.transfer.writing import write_template
from pinzhi.kernel.web.editing import sent_form


def _found(request: HttpRequest, code: str) -> YearPlan:
    plan = YearPlan.objects.select_related("document").filter(code=code).first()
    if plan is None:
        raise NotFound(
            "no_such_plan",
            zh=f"没有编号为“{code}”的年度计划。",
            en=f"There is no yearly plan {code}.",
            place=code,
        )
    if not may_read_year_plan(actor_of(request), plan):
        raise NotPermitted(
            "draft",
            zh="计划公布前仅编制人员可见。",
            en="Before it is published a plan is seen by those who draw it up.",
        )
    return plan


@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """The yearly plans that this account may see."""
    actor = actor_of(request)
    require_official(actor)
    rows = [plan for plan in YearPlan.objects.all()[:200] if may_read_year_plan(actor, plan)]
    return render(
        request, "policy/year_plans.html", {"plans": rows, "may_create": holds_any(actor, ("clerk",))}
    )


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a yearly plan."""
    actor = actor_of(request)
    require_official(actor)
    home = next((right.region for right in actor.rights if right.region), "")
    year = clock.today().year
    initial = {
        "year": year,
        "region": home,
        "title": _("Quality-improvement plan for consumer goods %(year)s") % {"year": year},
    }
    form = YearPlanForm(request.POST or None, initial=initial)

    def save() -> str:
        return reverse("policy_year_plan", args=[create_year_plan(by=actor, **form.cleaned_data).code])

    context = {"heading": _("New yearly plan"), "back": reverse("policy_year_plans")}
    return sent_form(request, form, save, "policy/form.html", context)


@require_safe
def plan(request: HttpRequest, code: str) -> HttpResponse:
    """One plan: how many products stand how, and each with its tools, unit, deadline and state."""
    actor = actor_of(request)
    found = _found(request, code)
    tools, sectors = year_plans.option_titles("tools"), year_plans.option_titles("sector")
    products = list(found.products.select_related("plan"))
    today = clock.today()
    rows: list[dict[str, Any]] = [
        {
            "product": product,
            "sector": sectors.get(product.sector, product.sector),
            "tools": [tools.get(tool, tool) for tool in product.tools],
            "late": bool(
                product.due_on and product.due_on < today and product.state != KeyProduct.State.DONE
            ),
            "may_report": may_report_product(actor, product),
        }
        for product in products
    ]
    figures = [
        {"title": title, "value": sum(p.state == state for p in products)}
        for state, title in KeyProduct.State.choices
    ]
    figures.append({"title": _("Overdue"), "value": sum(row["late"] for row in rows)})
    return render(
        request,
        "policy/year_plan.html",
        {
            "plan": found,
            "rows": rows,
            "figures": figures,
            "may_change": may_change_year_plan(actor, found),
            "may_publish": found.state == YearPlan.State.DRAFT
            and may_plan(actor, found.region, "approver")
            and actor.username != found.made_by,
        },
    )


@require_http_methods(["GET", "POST"])
def product(request: HttpRequest, code: str, number: int = 0) -> HttpResponse:
    """Add or change a key product, or strike it."""
    actor = actor_of(request)
    found = _found(request, code)
    old = get_object_or_404(KeyProduct, plan=found, number=number) if number else None
    if request.method == "POST" and old and request.POST.get("decision") == "drop":
        try:
            strike_product(old.pk, by=actor)
        except Refused as refused:
            messages.error(request, f"{refused.text} {refused.remedy}")
        return redirect("policy_year_plan", code)
    form = ProductForm(
        request.POST or None,
        names=year_plans.PLANNED,
        initial=year_plans.typed(old, year_plans.PLANNED) if old else None,
    )
    back = reverse("policy_year_plan", args=[code])

    def save() -> str:
        save_products(found.pk, [{**form.cleaned_data, "number": number or None}], by=actor)
        return back

    context = {
        "document": found,
        "back": back,
        "may_drop": old is not None,
        "drop_word": _("Strike this product"),
        "heading": _("Key product") if old else _("Add a key product"),
    }
    return sent_form(request, form, save, "policy/form.html", context)


@require_http_methods(["GET", "POST"])
def progress(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Report how a key product stands."""
    actor = actor_of(request)
    require_official(actor)
    one = get_object_or_404(KeyProduct.objects.select_related("plan"), plan__code=code, number=number)
    if not may_report_product(actor, one):
        raise NotPermitted(
            "not_your_product", zh="该产品由其他单位负责。", en="This product is another unit's."
        )
    form = ProductForm(
        request.POST or None, names=year_plans.REPORTED, initial=year_plans.typed(one, year_plans.REPORTED)
    )
    back = reverse("policy_year_plan", args=[code])

    def save() -> str:
        report_product(one.pk, form.cleaned_data, by=actor)
        return back

    heading = _("Progress: %(product)s") % {"product": one.product_name}
    context = {"document": one.plan, "back": back, "heading": heading}
    return sent_form(request, form, save, "policy/form.html", context, said=_("Reported."))


@require_POST
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """Publish the plan."""
    found = _found(request, code)
    try:
        publish_year_plan(found.pk, by=actor_of(request))
    except Refused as refused:
        messages.error(request, f"{refused.text} {refused.remedy}")
    else:
        messages.success(request, _("Published."))
    return redirect("policy_year_plan", code)


@require_http_methods(["GET", "POST"])
def bring_in(request: HttpRequest, code: str) -> HttpResponse:
    """Key products from a spreadsheet: all rows or none, what is wrong row by row."""
    actor = actor_of(request)
    found = _found(request, code)
    form = ImportProductsForm(request.POST or None, request.FILES or None)
    wrong = []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            table = open_table(file, year_plans.columns(year_plans.PLANNED), name=file.name, max_rows=MOST)
            rows, broken = [], []
            for row in table:
                rows.append({**row.values, "row": row.number})
                broken += row.errors
            if broken:
                raise RefusedRows(broken)
            made = save_products(found.pk, rows, by=actor)
        except RefusedRows as refused:
            wrong = refused.rows[:200]
            form.add_refusal(refused)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("Added: %(n)s key products.") % {"n": len(made)})
            return redirect("policy_year_plan", code)
    context = {"form": form, "plan": found, "wrong": wrong, "back": reverse("policy_year_plan", args=[code])}
    return render(request, "policy/year_plan_import.html", context, status=422 if form.errors else 200)


@require_safe
def template(request: HttpRequest, code: str) -> HttpResponse:
    """The spreadsheet to fill in."""
    found = _found(request, code)
    out = io.BytesIO()
    lang = "en" if (get_language() or "").startswith("en") else "zh"
    write_template(year_plans.columns(year_plans.PLANNED), out, lang=lang, title=_("Key products"))
    headers = {"Content-Disposition": f"attachment; filename=template-{found.code}.xlsx"}
    return HttpResponse(out.getvalue(), content_type=XLSX, headers=headers)


@require_safe
def download(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The plan as a spreadsheet."""
    found = _found(request, code)
    names = [*year_plans.PLANNED, *year_plans.REPORTED]
    rows = [
        {name: getattr(one, year_plans.OWN_NAMES.get(name, name)) for name in names}
        for one in found.products.all()
    ]
    return table_download(f"plan-{found.code}", kind, year_plans.columns(names), rows, found.title)
