"""Registers of a past day by API, and the erasure of personal data from all of their times."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field as Param
from ninja import Query, Router, Schema

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.access.queries import may
from pinzhi.kernel.errors import NotPermitted
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers import api_shapes as shapes
from pinzhi.kernel.registers import catalogue, erasures, labels, queries
from pinzhi.kernel.registers.actions.erase_group import erase_group
from pinzhi.kernel.registers.api_shapes import Name
from pinzhi.kernel.registers.console import common, lists
from pinzhi.kernel.web.api import Page, PageParams, sequence_page, with_etag

router = Router(by_alias=True)


class AsOfParams(Schema):
    """Two times: on which day it held, and at which instant that was known."""

    on: dt.date | None = Param(None, description="the day on which it was valid (today)")
    known_at: dt.datetime | None = Param(
        None, description="the instant at which it was known (now); without a zone: Asia/Shanghai"
    )
    state: list[str] = Param(
        default_factory=list, max_length=50, description="states on that day; any of them"
    )
    region: list[str] = Param(
        default_factory=list, max_length=50, description="region codes with their subtrees; any"
    )
    record_type: str = Param("", max_length=64)
    after: str = Param("", max_length=160, description="`next` of the page before")
    limit: int = Param(50, ge=1, le=500)


class AsOfOut(shapes.EntryOut):
    """A record as it held: the entry that said so, with number and name."""

    key: str
    label: str


class AsOfPage(Schema):
    """Records by number. A page may be short or empty while `next` is there: ask on with `after=next`."""

    on: dt.date
    known_at: dt.datetime | None
    items: list[AsOfOut]
    next: str | None


class EraseIn(Schema):
    """Which group of which record: a group is a publicity class of the definition, or `step` (what steps carried)."""

    key: shapes.Plain = Param(min_length=1, max_length=160)
    group: str = Param(min_length=1, max_length=63)
    reason: str = Param(min_length=1, max_length=1000)


class ErasedOut(Schema):
    """From how many entries it went."""

    key: str
    group: str
    entries: int


class ErasureOut(Schema):
    """An erasure: which group of which record, when and by whom."""

    at: dt.datetime
    key: str
    group: str
    by: str


class ErasureParams(PageParams):
    since: dt.date | None = Param(None, description="from this day on (Asia/Shanghai)")


@router.get("/{name}/as-of", response=AsOfPage, summary="Records of a past day")
def as_of(request: HttpRequest, params: Query[AsOfParams], name: str = Name) -> HttpResponse:
    """What held of the records that the caller may read, on a day, as it was known at an instant."""
    actor, register = common.register_of(request, name)
    for code in params.region:
        places.known_region(code)
    on, known_at = params.on or clock.today(), params.known_at
    if known_at is not None and known_at.tzinfo is None:
        known_at = known_at.replace(tzinfo=clock.SHANGHAI)
    views, following = queries.records_as_of(
        queries.readable(actor, register),
        register,
        on,
        known_at,
        states=params.state,
        regions=params.region,
        record_type=params.record_type,
        after=params.after,
        limit=params.limit,
    )
    names = labels.subject_labels(register, [view.entry.subject for view in views])
    items = [
        {
            **shapes.view_out(view),
            "key": view.entry.key,
            "label": labels.label(register, view.entry.key, view.values, names.get(view.entry.subject, "")),
        }
        for view in views
    ]
    if items and any(lists.is_hidden(register, field) for field in register.definition.fields):
        common.note_reading(actor, register, count=len(items), what="api as of")
    return with_etag(request, {"on": on, "known_at": known_at, "items": items, "next": following})


@router.post("/{name}/erasures", response=ErasedOut, summary="Erase personal data of a record")
def erase(request: HttpRequest, body: EraseIn, name: str = Name) -> dict[str, Any]:
    """Delete values and salts of a group in all entries of a record; an administrator's. No proof breaks by it."""
    actor, _register, record = common.record_of(request, name, body.key)
    count = erase_group(name, record.key, body.group, by=actor, reason=body.reason)
    return {"key": record.key, "group": body.group, "entries": count}


@router.get("/{name}/erasures", response=Page[ErasureOut], summary="What was erased")
def erased(request: HttpRequest, params: Query[ErasureParams], name: str = Name) -> HttpResponse:
    """The erasures in a register, oldest first: for administrators of it, and of records in their regions."""
    actor = actor_of(request)
    register = catalogue.get(name)
    function = register.definition.function
    held = actor.is_system or any(
        right.role == "administrator" and right.register in ("*", name) and right.function in ("*", function)
        for right in actor.rights
    )
    if not held:
        raise NotPermitted(
            "not_permitted", zh="删除记录仅管理员可查。", en="Only administrators see what was erased."
        )
    day = params.since or dt.date(2000, 1, 1)
    moment = dt.datetime.combine(day, dt.time(), clock.SHANGHAI)
    found = erasures.since(moment, name)
    regions = dict(
        queries.readable(actor, register)
        .filter(key__in={one.key for one in found})
        .values_list("key", "region")
    )
    rows = [
        {"at": one.at, "key": one.key, "group": one.group, "by": one.by}
        for one in found
        if one.key in regions
        and may(actor, "administrator", register=name, function=function, region=regions[one.key])
    ]
    return with_etag(request, sequence_page(rows, params))
