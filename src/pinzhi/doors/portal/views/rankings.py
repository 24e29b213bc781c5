"""Rankings of enterprise standards and front runners, as a shopper reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from pinzhi.doors.portal import described, frame
from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.registers import public
from pinzhi.kernel.web.names import region_name

RANKINGS, FRONT_RUNNERS, DECLARATIONS = "d04_rankings", "d05_front_runners", "d01_declarations"
MOST = 500


def rankings(request: HttpRequest) -> HttpResponse:
    """All rankings in public, the newest year first, and the front runners in term."""
    rows = [
        {
            "label": record.label,
            "url": reverse("portal:ranking", args=[record.key]),
            "values": record.values,
            "region": region_name(record.region),
        }
        for record in public.records(RANKINGS).order_by("-values__year", "sort_key")[:MOST]
    ]
    runners = [_runner(record) for record in public.records(FRONT_RUNNERS).order_by("sort_key")[:MOST]]
    return frame.page(request, "rankings.html", {"rows": rows, "runners": runners, "feed": _feed(RANKINGS)})


def ranking(request: HttpRequest, key: str) -> HttpResponse:
    """One ranking: an indicator after the other, what the standard asks, then tier by tier; nobody first inside one."""
    record = public.record(RANKINGS, key)
    values = record.values
    runners = {
        one.values.get("declaration_no"): one.values.get("commitment_kept", "")
        for one in public.records(FRONT_RUNNERS).filter(values__contains={"ranking_no": key})
    }
    lists = []
    for indicator in values.get("indicators") or ():
        if indicator.get("role") != "core":
            continue
        tiers: dict[int, dict[str, Any]] = {}
        for place in values.get("places") or ():
            if place["indicator"] == indicator["indicator"]:
                tier = tiers.setdefault(
                    place["tier"], {"tier": place["tier"], "text": place.get("tier_text", ""), "places": []}
                )
                tier["places"].append(
                    {
                        **place,
                        "url": _declared(place),
                        "runner": place["declaration"] in runners,
                        "kept": runners.get(place["declaration"], ""),
                    }
                )
        lists.append({**indicator, "tiers": [tiers[tier] for tier in sorted(tiers)]})
    shown = [{**one, "url": _declared(one)} for one in values.get("innovative") or ()]
    basic = [one for one in values.get("indicators") or () if one.get("role") == "basic"]
    register = public.register(RANKINGS)
    context = {
        "record": record,
        "state": described.state_of(register, record),
        "values": values,
        "lists": lists,
        "basic": basic,
        "innovative": shown,
        "runners": len(runners),
        "region": region_name(record.region),
        "record_url": reverse("portal:record", args=[RANKINGS, key]),
        "feed": _feed(RANKINGS),
        "crumbs": [(_("Rankings"), reverse("portal:rankings"))],
    }
    return frame.page(request, "ranking.html", context)


def _declared(place: Mapping[str, Any]) -> str:
    return reverse("portal:record", args=[DECLARATIONS, place["declaration"]])


def _runner(record: Any) -> dict[str, Any]:
    return {
        "label": record.label,
        "values": record.values,
        "until": record.valid_until,
        "url": reverse("portal:record", args=[FRONT_RUNNERS, record.key]),
    }


def _feed(register: str) -> str:
    try:
        public.register(register)
    except NotFound:
        return ""
    return reverse("portal:atom", args=[register])
