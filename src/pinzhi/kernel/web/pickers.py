"""Suggestions while one types a region, an agency, an enterprise or a product: public names and codes only."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pinzhi.kernel import clock
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers import public
from pinzhi.kernel.registers.catalogue import ROSTERS
from pinzhi.kernel.registers.values import Wrong, normalise_code
from pinzhi.kernel.web import names
from pinzhi.kernel.web.texts import in_lang

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
    return _regions(text, limit) if kind == "region" else _agencies(text, limit)


def _regions(text: str, limit: int) -> list[Suggestion]:
    """Regions in force whose name has the text or whose code begins with it; likelier and larger ones first."""
    named = {region.code: region for region in places.find_regions(text, on=clock.today())}
    for region in places.regions():
        if text in region.zh or text in region.aliases or region.code.startswith(text):
            named.setdefault(region.code, region)
    return [
        Suggestion(region.code, in_lang(region), _path(region.code))
        for region in list(named.values())[:limit]
    ]


def _agencies(text: str, limit: int) -> list[Suggestion]:
    """Agencies of the regions that the text begins with, whose name has the rest of it."""
    exact = places.agency(text)
    found = [exact] if exact else []
    today = clock.today()
    for region in places.regions():
        short = region.short
        if not (text.startswith(short) or short.startswith(text)):
            continue
        rest = text.removeprefix(region.zh).removeprefix(short)
        found += [
            a
            for a in places.agencies_in(region.code, today)
            if rest in a.zh or any(rest in n for n in a.aliases)
        ]
        if len(found) >= limit:
            break
    return [Suggestion(a.code, names.agency_name(a.code)) for a in found[:limit]]


def _path(code: str) -> str:
    return " ".join(in_lang(region) for region in places.region_path(code)[:-1])


def resolve(kind: str, text: str) -> str:
    """The code for what was typed: a code as it is, a whole name where only one has it; Refused otherwise."""
    text = text.strip()
    if kind == "region":
        region = places.region(text) or places.find_region(text)
        if region is not None:
            return region.code
    elif kind == "agency":
        if places.agency(text) is not None:
            return text
    else:
        try:
            return normalise_code("uscc" if kind == "uscc" else "gtin", text)
        except Wrong:
            pass  # a name, or a product number of our own
        for roster in SUBJECTS[kind]:
            if public.names(roster, [text]):
                return text
    same = [s for s in suggest(kind, text, 20) if s.name == text]
    if len(same) == 1:
        return same[0].code
    if same:
        raise Refused(
            "ambiguous_name",
            zh=f"有 {len(same)} 个“{text}”。",
            en=f"{len(same)} have the name {text}.",
            remedy_zh="请从提示中选择，或输入代码。",
            remedy_en="Choose one that is suggested, or type the code.",
        )
    raise Refused(
        "unknown_name",
        zh=f"没有找到“{text}”。",
        en=f"{text} is not known.",
        remedy_zh="请从提示中选择，或核对后输入代码。",
        remedy_en="Choose one that is suggested, or check and type the code.",
    )


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
    text = str(request.GET.get("q") or next(iter(request.GET.values()), ""))
    return render(
        request,
        "web/components/suggestions.html",
        {"suggestions": suggest(kind, text), "asked": len(text.strip()) > 1},
    )
