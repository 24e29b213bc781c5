"""Pages of the scoreboard and of one target: what was counted, from which records, with which evidence."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pinzhi.apps.policy import binding, cascade, charts, queries
from pinzhi.apps.policy.access import home_region, may_change, may_count, may_edit
from pinzhi.apps.policy.actions.compute_readings import compute_readings, targets_in_force
from pinzhi.apps.policy.models import Document, Target
from pinzhi.apps.policy.readings import REPORTED, REPORTED_REGISTER
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.errors import Refused, in_language
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers import catalogue, counting, labels
from pinzhi.kernel.registers.models import Record


@require_safe
def scoreboard(request: HttpRequest) -> HttpResponse:
    """One row a target: the sentence, the goal, now, gap, trend, lead unit; by document and by region."""
    code, region, status = (request.GET.get(name, "") for name in ("document", "region", "status"))
    chosen = queries.document(code) if code else None
    rows = queries.scoreboard(chosen, region or None)
    if region:  # plans of other places have nothing to say of it
        rows = [row for row in rows if row.reading is not None]
    tally = {name: sum(row.judged and row.status == name for row in rows) for name in charts.STATUSES}
    shown = [row for row in rows if not status or row.status == status]
    in_force = list(Document.objects.filter(status=Document.Status.IN_FORCE).only("code", "title", "region"))
    return render(
        request,
        "policy/scoreboard.html",
        {
            "rows": [(row, charts.spark(row)) for row in shown],
            "tally": tally,
            "documents": in_force,
            "chosen": chosen,
            "status": status,
            "region": region,
            "regions": [(code, cascade.region_title(code)) for code in queries.regions_read(in_force)],
            "may_compute": may_count(actor_of(request), home_region(actor_of(request))),
        },
    )


@require_POST
def compute(request: HttpRequest) -> HttpResponse:
    """Count all targets anew, today."""
    try:
        actor = actor_of(request)
        mine = [one for one in targets_in_force() if may_count(actor, one.document.region)]
        made = compute_readings(mine, by=actor)
    except Refused as refused:
        messages.error(request, f"{refused.text} {refused.remedy}")
    else:
        messages.success(request, _("Counted: %(n)s targets.") % {"n": len(made)})
    return redirect("policy_scoreboard")


@require_safe
def target(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """One target: where it stands, why, its trend, its regions, and the records that were counted."""
    found = get_object_or_404(Target.objects.select_related("document"), document__code=code, number=number)
    row = queries.scoreboard(found.document)
    mine = next((r for r in row if r.target.pk == found.pk), queries.Row(found, None, None))
    regions = queries.by_region(found)
    return render(
        request,
        "policy/target.html",
        {
            "row": mine,
            "target": found,
            "document": found.document,
            "trend": charts.trend(found, queries.trend(found)),
            "regions": regions,
            "bars": charts.regions(found, regions) if regions else None,
            "counted": _counted(mine, request.GET.get("after", "")),
            "may_edit": may_change(actor_of(request), found.document),
            "may_report": may_edit(actor_of(request), found.document),
            "settled": binding.settled(found),
            "limits": (mine.reading.low, mine.reading.high)
            if mine.reading and mine.reading.low is not None
            else None,
            "reports": found.indicator == REPORTED,
            "figures": _figures(found),
            "public_key": f"{found.key}@{found.region or places.ROOT}",
        },
    )


def _figures(target: Target) -> list[dict[str, Any]]:
    """What was reported for a target that no register counts, checked or waiting, the newest period first."""
    if target.indicator != REPORTED:
        return []
    register = catalogue.get(REPORTED_REGISTER)
    records = Record.objects.filter(register=register.name, values__series=target.key)
    return [
        {
            "record": record,
            "values": record.values,
            "url": f"/console/registers/{register.name}/records/{record.key}/",
        }
        for record in sorted(records, key=lambda r: str(r.values.get("period")), reverse=True)
    ]


def _counted(row: queries.Row, after: str) -> list[dict[str, Any]]:
    """The records behind a reading, fifty of each count."""
    found = []
    for spec in row.reading.specs if row.reading else ():
        register = catalogue.get(spec["register"])
        try:
            records = counting.counted(expanded(spec), limit=50, after=after)
        except Refused:
            records = []
        names = labels.subject_labels(register, [record["subject"] for record in records])
        for record in records:
            place = places.region_name(record["region"]) if record["region"] else None
            record["place"] = in_language(place.zh, place.en) if place else record["region"]
            record["name"] = names.get(record["subject"], "")
        found.append(
            {
                "register": register,
                "spec": spec,
                "records": records,
                "next": records[-1]["key"] if len(records) == 50 else "",
            }
        )
    return found


def expanded(spec: dict[str, Any]) -> dict[str, Any]:
    """A spec as it was counted (regions with the zones inside them)."""
    from pinzhi.apps.policy.readings import with_zones

    return with_zones(spec)
