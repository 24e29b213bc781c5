"""What is new, for programs of other agencies (JSON by place in the log) and for people (Atom)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from pinzhi.doors.portal import described, policy
from pinzhi.kernel import clock
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.registers import public
from pinzhi.kernel.registers.models import PublicEntry
from pinzhi.kernel.web.icalendar import CONTENT_TYPE, Day, calendar
from pinzhi.kernel.web.names import agency_name, region_name
from pinzhi.kernel.web.texts import in_lang

MOST, NEWS = 1000, 50


def entries(request: HttpRequest, name: str) -> HttpResponse:
    """`?since=N&limit=M`: public entries from place N of the log on, and where to go on.

    `?changed=MARK`: what was opened, changed or closed after a mark, so that a copy stays what is public. Begin with
    `since=0`, keep the first answer's `changed`, and ask on with it once all entries are there.
    """
    public.register(name)
    if "changed" in request.GET:
        return _json(_changes(request, name))
    since, limit = _number(request, "since", 0), min(_number(request, "limit", 500), MOST)
    log = public.log_of(name)
    found = public.entries_since(name, since, max(1, limit))
    full = len(found) == max(1, limit)
    following = found[-1].index + 1 if full else max(since, log.size)
    body = {
        "register": name,
        "size": log.size,
        "since": since,
        "next": following,
        "more": following < log.size,
        "checkpoint": request.build_absolute_uri(reverse("portal:checkpoint", args=[name])),
        "changed": str(public.mark_before(log)),
        "entries": [{"index": e.index, "groups": e.groups} for e in found],
    }
    return _json(body)


def _json(body: dict[str, Any]) -> HttpResponse:
    return HttpResponse(json.dumps(body, ensure_ascii=False), content_type="application/json; charset=utf-8")


def _changes(request: HttpRequest, name: str) -> dict[str, Any]:
    limit = max(1, min(_number(request, "limit", 500), MOST))
    found, mark, more = public.changes(name, public.mark_of(request.GET["changed"]), limit)
    return {
        "register": name,
        "changed": str(mark),
        "more": more,
        "entries": [
            {"index": c.index, "closed": True} if c.groups is None else {"index": c.index, "groups": c.groups}
            for c in found
        ],
    }


def _number(request: HttpRequest, name: str, default: int) -> int:
    text = request.GET.get(name, "")
    if not text:
        return default
    if not text.isdigit() or len(text) > 15:
        raise Refused(
            "bad_number",
            zh=f"参数 {name} 应为不小于 0 的整数。",
            en=f"{name} must be a whole number, 0 or more.",
            place=name,
            status=400,
        )
    return int(text)


def atom(request: HttpRequest, name: str = "") -> HttpResponse:
    """The newest public entries of a register, or of all, as Atom."""
    registers = {r.name: r for r in public.registers()}
    if name:
        registers = {name: public.register(name)}
    title = in_lang(registers[name].title) if name else _("All registers")
    page = reverse("portal:register", args=[name]) if name else reverse("portal:registers")
    feed = Atom1Feed(
        title=f"{title} · {_('Pinzhi')}",
        link=request.build_absolute_uri(page),
        description="",
        feed_url=request.build_absolute_uri(),
        feed_guid=request.build_absolute_uri(request.path),
        author_name=_("Pinzhi"),
    )
    found = [e for e in public.newest(name, NEWS) if e.log in registers]
    labels = public.labels_of([(e.log, e.key) for e in found])
    for entry in found:
        _add(feed, request, registers[entry.log], entry, labels.get((entry.log, entry.key), entry.key))
    text = feed.writeString("utf-8")
    return HttpResponse(text, content_type="application/atom+xml; charset=utf-8")


def duties(request: HttpRequest, agency: str) -> HttpResponse:
    """The published deadlines of a unit, its predecessors' included, for calendar programs."""
    named = policy.duties_of(agency)
    days = [
        Day(
            key=record.key,
            on=date.fromisoformat(str(record.values["due_on"])),
            title=str(record.values.get("title") or record.key),
            text=str(record.values.get("document_title") or ""),
            url=request.build_absolute_uri(described.record_url(policy.DUTIES, record.key)),
        )
        for record in named
        if record.values.get("due_on") and record.values.get("status") not in ("done", "changed")
    ]
    # As of the day: the same answer all day, so that who asks again is told that nothing changed.
    made = datetime.combine(clock.today(), time(), UTC)
    title = agency_name(agency) or agency
    body = calendar(f"{title} · {_('Duties')}", days, made_at=made)
    return HttpResponse(
        body,
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": 'inline; filename="duties.ics"'},
    )


def _add(feed: Atom1Feed, request: HttpRequest, register: Any, entry: PublicEntry, label: str) -> None:
    envelope = entry.groups["entry"]["values"]
    address = request.build_absolute_uri(described.record_url(register.name, entry.key))
    step = described.step_title(register, str(envelope.get("kind") or ""))
    facts = [
        in_lang(register.title),
        region_name(envelope.get("region")),
        str(envelope.get("effective_on") or ""),
    ]
    feed.add_item(
        title=f"{step}{_(': ')}{label}",
        link=address,
        description=" · ".join(part for part in facts if part),
        unique_id=f"{address}#{entry.index}",
        updateddate=_instant(str(envelope.get("recorded_at") or "")),
    )


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return clock.now()
