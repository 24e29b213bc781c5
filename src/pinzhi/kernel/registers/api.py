"""Registers by API: definitions, records, history, steps, corrections, files, proofs, the entry feed.

The same permissions as the console's pages, and the same actions. Reading what is not public is noted in the audit trail.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from ninja import Field as Param
from ninja import File, Form, Path, Query, Router, Schema, UploadedFile

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor, actor_of
from pinzhi.kernel.errors import NotFound, Refused
from pinzhi.kernel.files import queries as files
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers import api_shapes as shapes
from pinzhi.kernel.registers import catalogue, proofs, queries
from pinzhi.kernel.registers.actions.carry_out import carry_out
from pinzhi.kernel.registers.actions.correct_entry import correct_entry
from pinzhi.kernel.registers.api_counts import router as counts
from pinzhi.kernel.registers.api_imports import router as imports
from pinzhi.kernel.registers.api_shapes import Name
from pinzhi.kernel.registers.api_times import router as times
from pinzhi.kernel.registers.console import common, lists
from pinzhi.kernel.registers.console.record import files_of
from pinzhi.kernel.registers.definitions import Register
from pinzhi.kernel.registers.entries import STEP
from pinzhi.kernel.registers.models import Content, Entry, Log, Record, Sequenced
from pinzhi.kernel.registers.values import Wrong, clean_value
from pinzhi.kernel.registers.waiting import next_steps
from pinzhi.kernel.web.api import (
    Page,
    PageParams,
    cursor_page,
    etag_of,
    not_modified,
    with_etag,
)

router = Router(by_alias=True)
Key = Path(..., max_length=160, description="number of the record")
FEED = 500


class ListParams(PageParams):
    """Which records, and in what order."""

    search: str = Param("", max_length=200, description="terms of two or more characters; all must occur")
    state: list[str] = Param(
        default_factory=list, max_length=50, description="states of the lifecycle; any of them"
    )
    region: list[str] = Param(
        default_factory=list, max_length=50, description="region codes with their subtrees; any"
    )
    record_type: str = Param("", max_length=64)
    subject: str = Param("", max_length=64, description="code of whom or what the records are about")
    filter: list[str] = Param(
        default_factory=list,
        max_length=20,
        description="field:value, for fields that the definition marks `count`",
    )
    order: shapes.Order = Param("label")


class EntriesParams(Schema):
    since: int = Param(0, ge=0, le=2**53, description="place in the log to begin at")
    limit: int = Param(100, ge=1, le=FEED)


@router.get("", response=list[shapes.RegisterOut], summary="Registers of the caller")
def registers(request: HttpRequest) -> HttpResponse:
    """The registers in which the caller may read or begin something."""
    return with_etag(
        request, [shapes.brief(register) for register in queries.registers_for(actor_of(request))]
    )


@router.get("/{name}", response=dict[str, Any], summary="Definition")
def definition(request: HttpRequest, name: str = Name) -> HttpResponse:
    """The definition and lifecycle, the hash that entries name, the JSON field types and the named counts."""
    register = catalogue.get(name)
    body = {"hash": register.hash, **register.content, "publicly_verifiable": register.publicly_verifiable}
    return with_etag(request, body, etag=etag_of(register.hash))


@router.get("/{name}/records", response=Page[shapes.RecordOut], summary="Records")
def records(request: HttpRequest, params: Query[ListParams], name: str = Name) -> HttpResponse:
    """The records that the caller may read whole."""
    actor, register = common.register_of(request, name)
    field = params.order.lstrip("-")
    order = ("-" if params.order.startswith("-") else "") + shapes.ORDERS.get(field, field)
    unique = ("-" if params.order.startswith("-") else "") + "pk"
    page = cursor_page(
        _asked(actor, register, params), params, order=(order, unique), shape=shapes.record_out
    )
    if _hides(register) and page["items"]:
        common.note_reading(actor, register, count=len(page["items"]), what="api list")
    return with_etag(request, page)


def _asked(actor: Actor, register: Register, params: ListParams) -> QuerySet[Record]:
    filters: dict[str, Any] = {}
    for one in params.filter:
        name, colon, raw = one.partition(":")
        field = register.definition.by_name.get(name)
        if not colon or field is None or not field.count:
            raise Refused(
                "bad_filter",
                zh=f"不能按“{name[:60]}”筛选。",
                en=f"Records cannot be filtered on {name[:60]}.",
                place="filter",
                remedy_zh="用 字段:值，字段须在定义中标有 count。",
                remedy_en="Give field:value with a field that the definition marks `count`.",
            )
        try:
            value = clean_value(field, raw)
        except Wrong:
            value = raw  # what no record can hold is found nowhere
        filters[name] = value[0] if isinstance(value, list) and value else value
    found = queries.list_records(
        queries.readable(actor, register).defer("search_text"),
        register,
        search=params.search,
        states=params.state,
        regions=[places.known_region(code) for code in params.region],
        record_type=params.record_type,
        filters=filters,
    )
    return found.filter(subject=params.subject) if params.subject else found


def _hides(register: Register) -> bool:
    return any(lists.is_hidden(register, field) for field in register.definition.fields)


@router.get("/{name}/records/{path:key}/history", response=list[shapes.EntryOut], summary="History")
def history(request: HttpRequest, name: str = Name, key: str = Key) -> HttpResponse:
    """All entries of the record, oldest first; `void` ones were corrected by a later one."""
    actor, register, record = common.record_of(request, name, key)
    if _hides(register):
        common.note_reading(actor, register, key=key, region=record.region, what="api history")
    return with_etag(request, [shapes.view_out(view) for view in queries.history(name, key)])


@router.get("/{name}/records/{path:key}/as-of", response=shapes.EntryOut, summary="As of a day")
def as_of(
    request: HttpRequest,
    name: str = Name,
    key: str = Key,
    on: dt.date | None = Query(None, description="the day on which it was valid (today)"),
    known_at: dt.datetime | None = Query(None, description="the instant at which it was known (now)"),
) -> HttpResponse:
    """What held of the record on a day, as it was known at an instant."""
    actor, register, record = common.record_of(request, name, key)
    if known_at is not None and known_at.tzinfo is None:
        known_at = known_at.replace(tzinfo=clock.SHANGHAI)
    view = queries.record_as_of(name, key, on or clock.today(), known_at)
    if view is None:
        raise NotFound(
            "nothing_held", zh="那一天没有有效的内容。", en="Nothing held of it on that day.", place="on"
        )
    if _hides(register):
        common.note_reading(actor, register, key=key, region=record.region, what="api as of")
    return with_etag(request, shapes.view_out(view))


@router.get("/{name}/records/{path:key}/steps", response=list[shapes.StepOut], summary="What can follow")
def steps(request: HttpRequest, name: str = Name, key: str = Key) -> list[dict[str, Any]]:
    """The steps from the record's state, whether the caller may do each, and from when on."""
    actor, register, record = common.record_of(request, name, key)
    return [
        {
            "name": one.step.name,
            "title": one.step.title.model_dump(),
            "to": one.step.to,
            "who": list(one.step.who),
            "asks": list(one.step.asks),
            "may": one.may and not one.same_person,
            "ready_on": one.ready,
            "not_by_you": one.same_person,
        }
        for one in next_steps(actor, register, record)
    ]


@router.get("/{name}/records/{path:key}/proof", response=dict[str, Any], summary="Proof")
def proof(request: HttpRequest, name: str = Name, key: str = Key) -> HttpResponse:
    """The proof of what is public of the record, as verify.py reads it."""
    common.register_of(request, name)
    return with_etag(request, proofs.record_proof(name, key))


@router.get("/{name}/records/{path:key}/files/{sha256}", summary="File", openapi_extra={
    "responses": {200: {"description": "the content", "content": {"application/octet-stream": {}}}}
})  # fmt: skip
def file(
    request: HttpRequest, name: str = Name, key: str = Key, sha256: str = Path(..., pattern=r"^[0-9a-f]{64}$")
) -> FileResponse:
    """A file that one of the record's entries names."""
    actor, register, record = common.record_of(request, name, key)
    named = files_of(name, key)
    if sha256 not in named:
        raise NotFound(
            "no_such_file", zh="该记录没有这个文件。", en="The record names no such file.", place=sha256[:12]
        )
    stream, stored = files.open_file(sha256), files.get_file(sha256)
    common.note_reading(actor, register, key=key, region=record.region, what=f"file {sha256[:12]}")
    kind = stored.media_type if stored else "application/octet-stream"
    return FileResponse(stream, as_attachment=True, filename=named[sha256] or sha256[:12], content_type=kind)


@router.post(
    "/{name}/records/{path:key}/entries/{entry_id}/correction",
    response=shapes.EntryRefOut,
    summary="Correct an entry",
)
def correct(
    request: HttpRequest,
    body: shapes.CorrectionIn,
    name: str = Name,
    key: str = Key,
    entry_id: int = Path(..., ge=0, le=2**53),
) -> dict[str, Any]:
    """Replace an entry that said something wrong; what it said stays to be read."""
    actor, _register, _record = common.record_of(request, name, key)
    days = body.model_dump(include={"effective_on", "valid_from", "valid_until"})
    ref = correct_entry(name, key, entry_id, body.values, by=actor, reason=body.reason, **days)
    return {"register": ref.register, "key": ref.key, "entry_id": ref.entry_id}


@router.get("/{name}/records/{path:key}", response=shapes.RecordOut, summary="Record")
def record(request: HttpRequest, name: str = Name, key: str = Key) -> HttpResponse:
    """The record as it stands."""
    actor, register, found = common.record_of(request, name, key)
    etag = etag_of(name, key, found.entry_id, found.updated_at)
    unchanged = not_modified(request, etag)
    if unchanged is not None:
        return unchanged
    if _hides(register):
        common.note_reading(actor, register, key=key, region=found.region, what="api")
    return with_etag(request, shapes.record_out(found), etag=etag)


@router.post("/{name}/steps/{step}", response=shapes.StepDone, summary="Carry out a step")
def step(
    request: HttpRequest, body: shapes.StepIn, name: str = Name, step: str = Path(..., max_length=63)
) -> dict[str, Any]:
    """Do one step of the lifecycle for every item, all or none. Wrong items: 422 with `errors` by row (item) and column."""
    items = [item.as_item() for item in body.items]
    refs = carry_out(name, step, items, by=actor_of(request), note=body.note)
    return {"entries": [{"register": r.register, "key": r.key, "entry_id": r.entry_id} for r in refs]}


@router.post("/{name}/files", response=shapes.FileRef, summary="Upload a file for a field")
def upload(
    request: HttpRequest,
    name: str = Name,
    file: UploadedFile = File(...),
    field: str = Form(..., max_length=63, description="the file field that it is for"),
) -> dict[str, Any]:
    """Store a file; put what is answered into `values` of an item. The field says which kinds and how large."""
    actor, register = common.register_of(request, name)
    found = register.definition.by_name.get(field)
    if found is None or found.type != "file":
        raise NotFound(
            "no_such_field",
            zh=f"没有文件字段“{field}”。",
            en=f"There is no file field {field}.",
            place="field",
        )
    return dict(common.keep_file(actor)(file, found))


@router.get("/{name}/entries", response=shapes.FeedOut, summary="Entry feed")
def entries(request: HttpRequest, params: Query[EntriesParams], name: str = Name) -> HttpResponse:
    """Entries from a place in the log on, of the regions that the caller reads: for agencies that keep a copy."""
    actor, register = common.register_of(request, name)
    log = Log.objects.filter(name=name).first()
    size = log.size if log else 0
    end = min(params.since + params.limit, size)
    places_ = dict(
        Sequenced.objects.filter(register=name, index__gte=params.since, index__lt=end).values_list(
            "entry_id", "index"
        )
    )
    found = list(Entry.objects.filter(pk__in=places_, key__in=_readable_keys(actor, register, list(places_))))
    contents = Content.objects.in_bulk([entry.pk for entry in found])
    items = []
    for entry in sorted(found, key=lambda e: places_[e.pk]):
        groups = {k: v["values"] for k, v in contents[entry.pk].groups.items() if k != "entry"}
        said = groups.pop(STEP, {})
        values = {field: value for group in groups.values() for field, value in group.items()}
        one = shapes.entry_out(entry, values, said, void=False)
        items.append({**one, "index": places_[entry.pk], "key": entry.key})
    if _hides(register) and items:
        common.note_reading(actor, register, count=len(items), what="api feed")
    return with_etag(request, {"items": items, "next": max(end, min(params.since, size)), "size": size})


def _readable_keys(actor: Actor, register: Register, entry_ids: list[int]) -> QuerySet[Record, str]:
    keys = Entry.objects.filter(pk__in=entry_ids).values("key")
    return queries.readable(actor, register).filter(key__in=keys).values_list("key", flat=True)


router.add_router("", counts)
router.add_router("", imports)
router.add_router("", times)
