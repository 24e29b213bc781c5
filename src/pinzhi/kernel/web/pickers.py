"""Suggestions while one types a region, an agency, an enterprise or a product: public names and codes only."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pinzhi.kernel.registers import public
from pinzhi.kernel.registers.catalogue import ROSTERS
from pinzhi.kernel.web import names

LIMIT = 8
SUBJECTS = {"uscc": (ROSTERS["enterprise"], ROSTERS["body"]), "gtin": (ROSTERS["product"],)}
KINDS = ("region", "agency", *SUBJECTS)


@dataclass(frozen=True)
class Suggestion:
    """What is put into the field (`code`) and what is shown (`name`, and a `note` that tells namesakes apart)."""

    code: str
    name: str
    note: str = ""


def suggest(kind: str, text: str, limit: int = LIMIT) -> list[Suggestion]:
    """What fits the text, best first; nothing for less than two characters (one for regions)."""
    text = text.strip()[:100]
    if len(text) < (1 if kind == "region" else 2):
        return []
    if kind in SUBJECTS:
        rows = public.search(text, registers=SUBJECTS[kind]).order_by("label", "key")[:limit]
        return [Suggestion(row.key, row.label, names.region_name(row.region)) for row in rows]
    from pinzhi.kernel.places import queries

    if kind == "region":
        return [Suggestion(r.code, r.name, r.path) for r in queries.find_regions(text, limit=limit)]
    return [Suggestion(a.code, a.name) for a in queries.find_agencies(text, limit=limit)]


def name_of(kind: str, code: str) -> str:
    """The name of a chosen code, empty where it is unknown."""
    if kind in SUBJECTS:
        return next((found for r in SUBJECTS[kind] if (found := public.names(r, [code]).get(code))), "")
    found = names.region_name(code) if kind == "region" else names.agency_name(code)
    return found if found != code else ""


@login_required
@require_safe
def pick(request: HttpRequest, kind: str) -> HttpResponse:
    """The suggestions as buttons; the text is whatever field the form calls it by."""
    if kind not in KINDS:
        raise Http404
    text = request.GET.get("q") or next(iter(request.GET.values()), "")
    return render(
        request,
        "web/components/suggestions.html",
        {"suggestions": suggest(kind, text), "asked": len(text.strip()) > 1},
    )
