"""The public file of an enterprise or a product: the roster's entry and everything that registers say of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from pinzhi.doors.portal import checks, described, frame, subjects
from pinzhi.kernel.errors import NotFound, in_language
from pinzhi.kernel.registers import public
from pinzhi.rules.identifiers import gtin
from pinzhi.rules.identifiers.errors import IdentifierError

MOST = 500


def enterprise(request: HttpRequest, code: str) -> HttpResponse:
    """All that is public about an enterprise, grouped by register."""
    if subjects.code_of(code) != code:
        return HttpResponseRedirect(reverse("portal:enterprise", args=[subjects.code_of(code)]))
    context = _file(subjects.ENTERPRISES, code)
    name = context["title"] if context["roster"] else ""
    register = context["registers"].get(subjects.PRODUCTS)
    context["products"] = (
        [described.hit(register, record) for record in subjects.products_of(code, name)] if register else []
    )
    context["crumbs"] = [(_("Enterprises and products"), reverse("portal:products"))]
    return frame.page(request, "subject.html", context)


def product(request: HttpRequest, key: str) -> HttpResponse:
    """All that is public about a product; its producer's file is one step away."""
    context = _file(subjects.PRODUCTS, key)
    roster = context["roster"]
    producer = roster.values.get("producer_code") if roster else None
    context["producer"] = (
        (roster.values.get("producer_name") or producer, reverse("portal:enterprise", args=[producer]))
        if producer
        else None
    )
    context["about_product"] = True
    context["crumbs"] = [(_("Enterprises and products"), reverse("portal:products"))]
    return frame.page(request, "subject.html", context)


def _file(roster_name: str, key: str) -> dict[str, Any]:
    registers = {register.name: register for register in public.registers()}
    records = list(public.about(key)[:MOST])
    roster = next((r for r in records if r.register == roster_name and r.key == key), None)
    roster = roster or (subjects.roster(roster_name, key) if roster_name in registers else None)
    others = [r for r in records if r.register != roster_name]
    if roster is None and not others:
        raise NotFound(
            "nothing_public",
            zh=f"没有关于“{key}”的公开记录。",
            en=f"There is no public record about {key}.",
            place=key,
            remedy_zh="核对号码，或按名称搜索。没有公开记录不等于有问题。",
            remedy_en="Check the number, or search by name. To have no public record is no sign of a fault.",
        )
    groups: dict[str, list[Any]] = {}
    for record in others:
        if record.register in registers:
            groups.setdefault(record.register, []).append(described.hit(registers[record.register], record))
    register = registers.get(roster_name)
    return {
        "registers": registers,
        "roster": roster,
        "roster_url": described.record_url(roster_name, key) if roster else "",
        "state": described.state_of(register, roster) if roster and register else None,
        "title": roster.label if roster else key,
        "key": key,
        "envelope": described.envelope_facts(register, roster, "") if roster and register else [],
        "sections": described.facts(register, roster) if roster and register else [],
        "checks": checks.of(registers, others),
        "groups": [(registers[name], rows) for name, rows in groups.items()],
        "total": len(others),
    }


def products(request: HttpRequest) -> HttpResponse:
    """Find an enterprise or a product; `?gtin=` is a bar code, typed or scanned."""
    typed = request.GET.get("gtin", "").replace("\x00", "").strip()[:200]
    context: dict[str, Any] = {"gtin": typed, "crumbs": []}
    if typed:
        digits = subjects.digits_of(typed)
        if not digits:
            return frame.page(request, "products.html", {**context, "wrong": gtin_fault(typed)})
        found = subjects.product_by_gtin(digits)
        if found is not None:
            return HttpResponseRedirect(reverse("portal:product", args=[found.key]))
        context["unknown"] = digits
    return frame.page(request, "products.html", context)


def gtin_fault(typed: str) -> str:
    """What is wrong with a bar code, in the reader's language."""
    try:
        gtin.parse(typed)
    except IdentifierError as error:
        return in_language(error.zh, error.en)
    return ""
