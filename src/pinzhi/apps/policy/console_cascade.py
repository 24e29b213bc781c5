"""How a plan is carried down: coverage by child plans, the pairing of a child's rows, targets by region."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.apps.policy import cascade, queries
from pinzhi.apps.policy.access import may_count, may_map, require_official
from pinzhi.apps.policy.actions.compute_regions import compute_regions
from pinzhi.apps.policy.actions.map_child import map_child
from pinzhi.apps.policy.models import Target, TargetReading
from pinzhi.apps.policy.readings import as_rule
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.transfer.writing import csv_chunks, write_xlsx
from pinzhi.kernel.web import charts
from pinzhi.rules.indicators.target import RATE_UNITS

#: What the page's box says for "takes up none"; an empty value is "not decided".
NONE = "none"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def table_download(name: str, kind: str, columns: Any, rows: Any, sheet: str) -> HttpResponse:
    """Rows as a file to keep: CSV or XLSX, headers in the reader's language."""
    lang = "en" if (get_language() or "").startswith("en") else "zh"
    headers = {"Content-Disposition": f"attachment; filename={name}.{kind}"}
    if kind == "xlsx":
        out = io.BytesIO()
        write_xlsx(columns, rows, out, lang=lang, sheet=sheet)
        return HttpResponse(out.getvalue(), content_type=XLSX, headers=headers)
    return HttpResponse(
        b"".join(csv_chunks(columns, rows, lang=lang)),
        content_type="text/csv; charset=utf-8",
        headers=headers,
    )


@require_safe
def overview(request: HttpRequest, code: str) -> HttpResponse:
    """Regions below with and without a plan; each target and task with who takes it up and what it adds up to."""
    actor = actor_of(request)
    require_official(actor)
    document = queries.document(code)
    found = cascade.cascade(document)
    covered = [row for row in found.targets if row.children]
    below = len(found.regions)
    return render(
        request,
        "policy/cascade.html",
        {
            "document": document,
            "cascade": found,
            "figures": [
                {
                    "title": _("Regions below with a plan"),
                    "value": below - len(found.without_plan),
                    "note": _("of %(n)s") % {"n": below},
                },
                {
                    "title": _("Targets taken up"),
                    "value": len(covered),
                    "note": _("of %(n)s") % {"n": len(found.targets)},
                },
                {
                    "title": _("Tasks taken up"),
                    "value": sum(bool(row.children) for row in found.measures),
                    "note": _("of %(n)s") % {"n": len(found.measures)},
                },
                {"title": _("Rows to be decided"), "value": found.waiting},
            ],
            "children": [
                (child, may_map(actor, child))
                for child in document.children.select_related("parent").defer("text", "reading")
            ],
            "may_compute": may_count(actor, document.region) and bool(found.regions),
        },
    )


@require_safe
def gaps(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """What is missing below as a spreadsheet."""
    require_official(actor_of(request))
    document = queries.document(code)
    return table_download(
        f"gaps-{document.code}", kind, cascade.GAP_COLUMNS, cascade.gaps(document), _("Gaps")
    )


@require_http_methods(["GET", "POST"])
def mapping(request: HttpRequest, code: str) -> HttpResponse:
    """A child plan's rows beside the parent's: confirm what is suggested, choose another, or none."""
    actor = actor_of(request)
    require_official(actor)
    child = queries.document(code)
    if child.parent is None:
        messages.error(
            request, _("No plan stands above this document. Set it in the document's details first.")
        )
        return redirect("policy_head", code)
    status = 200
    if request.method == "POST":
        try:
            made = map_child(child.pk, by=actor, **_decisions(request))
        except Refused as refused:
            messages.error(request, f"{refused.text} {refused.remedy}")
            status = refused.status
        else:
            messages.success(request, _("Saved: %(n)s decisions.") % {"n": made})
            return redirect("policy_mapping", code)
    targets, measures = cascade.mapping(child)
    waiting = sum(not row.decided for pairing in [*targets, *measures] for row in pairing.children)
    return render(
        request,
        "policy/mapping.html",
        {
            "document": child,
            "parent": child.parent,
            "parts": [
                (heading, pairings, [p.parent for p in pairings if p.parent])
                for heading, pairings in ((_("Targets"), targets), (_("Tasks"), measures))
            ],
            "waiting": waiting,
            "may_map": may_map(actor, child),
            "none": NONE,
        },
        status=status,
    )


def _decisions(request: HttpRequest) -> dict[str, dict[int, int | None]]:
    """What was chosen, by kind of row; boxes left empty and what is no number are passed over."""
    found: dict[str, dict[int, int | None]] = {"targets": {}, "measures": {}}
    for name, value in request.POST.items():
        kind, _dash, key = name.partition("-")
        if kind not in ("target", "measure") or not _is_key(key):
            continue
        if value == NONE:
            found[f"{kind}s"][int(key)] = None
        elif _is_key(str(value)):
            found[f"{kind}s"][int(key)] = int(str(value))
    return found


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


@require_safe
def regions(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """One target by region: the regions in order, each with its own goal where its plan has taken the target up."""
    actor = actor_of(request)
    target = get_object_or_404(Target.objects.select_related("document"), document__code=code, number=number)
    readings = queries.by_region(target)
    goals = {
        child.document.region: child
        for child in target.child_targets.select_related("document").defer("document__text")
    }
    rows = [
        (
            reading,
            cascade.region_title(reading.region),
            goal := goals.get(reading.region),
            _gap(reading, goal, target),
        )
        for reading in readings
    ]
    counted = {reading.region for reading in readings}
    return render(
        request,
        "policy/regions.html",
        {
            "target": target,
            "document": target.document,
            "row": queries.scoreboard_row(target),
            "rows": rows,
            "bars": _bars(target, rows) if rows else None,
            "uncounted": [
                cascade.region_title(r.code) for r in places.children(target.region) if r.code not in counted
            ],
            "may_compute": may_count(actor, target.document.region) and bool(target.indicator),
        },
    )


def _bars(target: Target, rows: list[Any]) -> charts.Chart:
    """The regions in order. Of things counted no region owes the whole goal, so only rates are marked as behind or not."""
    judged = target.unit in RATE_UNITS
    shown: list[Any] = [
        (name, reading.value, reading.status) if judged else (name, reading.value)
        for reading, name, _goal, _gap in rows
    ]
    return charts.bars(target.name, shown, unit=target.unit, target=target.value if judged else None)


def _gap(reading: TargetReading, goal: Target | None, target: Target) -> Decimal | None:
    """What a region still lacks to its own goal; None where it has none or the two cannot be compared."""
    if goal is None or reading.value is None or goal.unit != target.unit:
        return None
    wanted = as_rule(goal).goal()
    return None if wanted is None else wanted.gap(reading.value)


@require_POST
def compute(request: HttpRequest, code: str, number: str = "") -> HttpResponse:
    """Count one target, or all of a plan, for the regions below: background work with a page to watch."""
    document = queries.document(code)
    targets = document.targets.filter(number=number) if number else document.targets.all()
    back = (
        reverse("policy_regions", args=[code, number]) if number else reverse("policy_cascade", args=[code])
    )
    try:
        job = compute_regions(list(targets.values_list("pk", flat=True)), by=actor_of(request), link=back)
    except Refused as refused:
        messages.error(request, f"{refused.text} {refused.remedy}")
        return redirect(back)
    return redirect("jobs_job", job)
