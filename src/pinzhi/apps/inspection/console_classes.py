"""Pages of graded supervision: shares by risk class, what was done, and the enterprises of a class (never public)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pinzhi.apps.inspection import access, queries_classes
from pinzhi.apps.inspection.actions.publish_classes import publish_classes
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor, actor_of
from pinzhi.kernel.errors import NotFound, Refused, in_language
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.web import charts
from pinzhi.kernel.web.lists import Column, ListSpec, from_sequence, render_list
from pinzhi.kernel.web.texts import in_lang

STANDS = {
    "within": (lambda: _("within the share"), "check", "good"),
    "below": (lambda: _("below the share"), "clock", "warn"),
    "above": (lambda: _("above the share"), "alert-triangle", "bad"),
}


def _year(raw: str) -> int | None:
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) == 4 and raw.startswith("20") else None


def _asked(request: HttpRequest, actor: Actor) -> tuple[int, str]:
    """Year and region of the address; the actor's own region where none is said."""
    year, code = _year(request.GET.get("year", "")) or clock.today().year, request.GET.get("region", "")
    if code and places.region_name(code):
        return year, code
    own = access.regions(actor, "inspection.read")
    return year, own[0] if own else ""


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    year, region = _asked(request, actor)
    found = queries_classes.graded(by=actor, year=year, region=region)
    name = places.region_name(region) if region else None
    lines = []
    for line in found.lines:
        word, mark, tone = STANDS[line.stands]
        query = urlencode({"year": year, **({"region": region} if region else {})})
        lines.append(
            {
                "line": line,
                "low": line.load[0],
                "high": line.load[1],
                "word": word(),
                "mark": mark,
                "tone": tone,
                "url": f"{reverse('inspection_class', args=[line.name])}?{query}",
                "drawn": found.last.drawn[line.name] if found.last else None,
            }
        )
    chart = charts.bars(
        _("Share of each class checked this year"),
        [(line.name, line.share) for line in found.lines if line.share is not None],
        name=_("Risk class"),
        unit="%",
        precision=1,
        ordered=False,
    )
    context: dict[str, Any] = {
        "crumbs": [(_("Spot checks"), reverse("inspection_index"))],
        "found": found,
        "region_name": in_lang({"zh": name.zh, "en": name.en}) if name else "",
        "lines": lines,
        "chart": chart if any(line.firms for line in found.lines) else None,
        "low": sum(line.load[0] for line in found.lines),
        "high": sum(line.load[1] for line in found.lines),
        "years": [clock.today().year - back for back in range(3)],
        "may_publish": bool(region)
        and not found.ratios.provisional
        and access.allowed(actor, "inspection.publish", region),
    }
    return render(request, "inspection/classes.html", context)


@require_safe
def firms(request: HttpRequest, name: str) -> HttpResponse:
    """The enterprises of a class; each reading is noted."""
    if name not in queries_classes.CLASSES:
        raise NotFound("no_such_class", zh=f"没有{name}类。", en=f"There is no class {name}.")
    actor = actor_of(request)
    year, region = _asked(request, actor)
    rows = queries_classes.firms_of(name, by=actor, year=year, region=region)
    audit.record_read(
        "inspection.read_class",
        by=actor,
        subject_kind="class",
        subject_key=name,
        region=region,
        count=len(rows),
    )
    spec = ListSpec(
        name="firms",
        columns=[
            Column("name", _("Enterprise"), link=lambda r: reverse("inspection_quality_file", args=[r.uscc])),
            Column("uscc", _("Credit code")),
            Column("region", _("Region"), kind="region"),
            Column("batches", _("Batches this year"), kind="number"),
            Column("failed", _("Failed"), kind="number"),
            Column("last", _("Last checked"), kind="date"),
        ],
        searchable=False,
        empty_title=_("No enterprise of this class"),
        empty_why=_("Classes come in a file from the credit system, each with its first day."),
    )
    context = {
        "list_title": _("Enterprises of class %(name)s (not public)") % {"name": name},
        "crumbs": [
            (_("Spot checks"), reverse("inspection_index")),
            (_("Graded supervision"), reverse("inspection_classes")),
        ],
    }
    return render_list(request, spec, lambda asked: from_sequence(rows, asked), context=context)


@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    year, region = _year(request.POST.get("year", "")), request.POST.get("region", "")
    if year is None:
        raise BadRequest("a year of four digits")
    try:
        count = publish_classes(year, region, by=actor)
    except Refused as refused:
        messages.error(request, in_language(refused.zh, refused.en))
    else:
        messages.success(request, _("%(count)s lines were published.") % {"count": count})
    return redirect(f"{reverse('inspection_classes')}?{urlencode({'year': year, 'region': region})}")
