"""The console's pages of places: a region with its agencies, and what an administrator enters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.access.queries import holds_any
from pinzhi.kernel.errors import NotFound, Refused
from pinzhi.kernel.places import catalogue, forms, queries
from pinzhi.kernel.places.actions.delegate_function import delegate_function
from pinzhi.kernel.places.actions.record_succession import record_succession
from pinzhi.kernel.places.actions.save_agency import save_agency
from pinzhi.kernel.places.actions.save_region import save_region
from pinzhi.kernel.web.forms import SectionedForm
from pinzhi.kernel.web.texts import in_lang


@require_safe
def region(request: HttpRequest, code: str = queries.ROOT) -> HttpResponse:
    """A region: what lies in it, its agencies of today, what each holds."""
    asked = request.GET.get("q", "").strip()
    if asked:
        found = queries.find_region(asked)
        if found is not None:
            return redirect("places_region", found.code)
        messages.warning(request, _("No region is called so."))
    name = queries.region_name(code)
    if name is None:
        raise NotFound("no_such_region", zh=f"没有代码为 {code} 的地区。", en=f"There is no region {code}.")
    titles = catalogue.functions()
    agencies = [
        {
            "agency": agency,
            "name": in_lang(queries.agency_name(agency.code)),
            "functions": [
                in_lang(titles[d.function]["title"]) for d in agency.functions if d.function in titles
            ],
        }
        for agency in queries.agencies_in(code)
    ]
    return render(
        request,
        "places/region.html",
        {
            "code": code,
            "name": in_lang(name),
            "path": [(r.code, in_lang(queries.region_name(r.code))) for r in queries.region_path(code)[:-1]],
            "children": [
                (r.code, in_lang(queries.region_name(r.code)), r.level) for r in queries.children(code)
            ],
            "agencies": agencies,
            "may_enter": holds_any(actor_of(request), ["administrator"]),
        },
    )


@require_http_methods(["GET", "POST"])
def enter_agency(request: HttpRequest) -> HttpResponse:
    code = request.GET.get("code", "")
    known = queries.agency(code)
    initial: dict[str, Any] = {"code": code}
    if known is not None:
        initial |= {
            "zh": known.zh,
            "en": known.en,
            "short": known.short,
            "valid_from": known.valid_from,
            "valid_until": known.valid_until,
            "source": known.source,
        }
    return _entered(request, forms.AgencyForm, save_agency, _("Enter an agency"), initial)


@require_http_methods(["GET", "POST"])
def enter_region(request: HttpRequest) -> HttpResponse:
    return _entered(request, forms.RegionForm, save_region, _("Enter a zone"), {})


@require_http_methods(["GET", "POST"])
def enter_succession(request: HttpRequest) -> HttpResponse:
    initial = {"predecessor": request.GET.get("code", "")}
    return _entered(request, forms.SuccessionForm, record_succession, _("Enter a succession"), initial)


@require_http_methods(["GET", "POST"])
def enter_delegation(request: HttpRequest) -> HttpResponse:
    initial = {"region": request.GET.get("region", "")}
    return _entered(request, forms.DelegationForm, delegate_function, _("Enter a delegation"), initial)


def _entered(
    request: HttpRequest,
    form_class: type[SectionedForm],
    action: Callable[..., Any],
    title: str,
    initial: dict[str, Any],
) -> HttpResponse:
    form = form_class(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            action(**given, by=actor_of(request))
        except Refused as refused:
            if refused.status == 403:
                raise
            form.add_refusal(refused)
        else:
            messages.success(request, _("It is entered and holds from now on."))
            where = (
                given.get("region") or str(given.get("code") or given.get("predecessor")).partition("-")[0]
            )
            return redirect("places_region", where)
    return render(
        request, "places/enter.html", {"form": form, "title": title}, status=422 if form.errors else 200
    )
