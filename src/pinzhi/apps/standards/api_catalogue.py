"""The catalogue of standards by API: list, one edition, as of a day, register, change, relate, import, alerts."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, File, Form, Query, Router, Schema, Status, UploadedFile

from pinzhi.apps.standards import alerts
from pinzhi.apps.standards import queries_catalogue as queries
from pinzhi.apps.standards.actions.change_edition import change_edition
from pinzhi.apps.standards.actions.decide_alert import decide_alert
from pinzhi.apps.standards.actions.import_catalogue import IMPORTS
from pinzhi.apps.standards.actions.register_editions import register_editions
from pinzhi.apps.standards.actions.relate_editions import relate_editions
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.transfer import imports
from pinzhi.kernel.transfer.actions.import_file import hand_in
from pinzhi.kernel.transfer.api import Decision, ImportOut, decided, shape, shape_line
from pinzhi.kernel.web.api import Page, PageParams, cursor_page, with_etag

router = Router()
MOST_ROWS = 1000
_LEVELS = "^(|national|industry|local|group|enterprise|international|regional|foreign)$"


class EditionLine(Schema):
    """An edition in a list."""

    key: str
    number: str
    series_key: str
    title_zh: str
    title_en: str
    level: str
    nature: str
    status: str
    published_on: dt.date | None
    effective_on: dt.date | None
    withdrawn_on: dt.date | None
    field: str
    key_standard: bool
    updated_at: dt.datetime


class EditionRows(Schema):
    """Rows as typed, by name of field (see the template); all are taken or none."""

    rows: list[dict[str, Any]] = Field(..., min_length=1, max_length=MOST_ROWS)
    region: str = Field("", max_length=60)


class EditionKeys(Schema):
    keys: list[str]


class EditionChange(Schema):
    """Fields to change; a blank one is emptied. `revision` as it was read refuses to overwrite another's change."""

    key: str = Field(..., max_length=200)
    values: dict[str, Any]
    revision: int | None = Field(None, ge=0, le=2**31 - 1)


class EditionChanged(Schema):
    fields: list[str]


class Relations(Schema):
    """Relations: number, kind (adopts cites replaces implements), to_number, degree, part."""

    rows: list[dict[str, Any]] = Field(..., min_length=1, max_length=MOST_ROWS)


class AlertOut(Schema):
    """Something that calls for somebody; `key` is what a decision names."""

    key: str
    kind: str
    about: str
    title: str
    zh: str
    en: str
    region: str
    due: dt.date | None
    key_standard: bool


class AlertPage(Schema):
    items: list[AlertOut]
    count: int


class AlertDecide(Schema):
    keys: list[str] = Field(..., min_length=1, max_length=100)
    decision: str = Field(..., pattern="^(in_hand|no_action)$")
    reason: str = Field(..., max_length=500)


@router.get("/editions", response=Page[EditionLine])
def list_editions(
    request: HttpRequest,
    params: Query[PageParams],
    search: str = Query("", max_length=200),
    level: str = Query("", pattern=_LEVELS),
    status: str = Query("", pattern="^(|draft|published|in_force|withdrawn)$"),
    field: str = Query("", max_length=24),
    on: dt.date | None = None,
) -> Any:
    """Editions by number; `search` takes parts of numbers and titles, `on` those in force that day."""
    rows = queries.editions(
        search=search.replace("\x00", ""), level=level, status=status, field=field.replace("\x00", ""), on=on
    )
    return cursor_page(rows.defer("search_text"), params, order=("sort_key", "id"))


@router.post("/editions", response={201: EditionKeys})
def post_editions(request: HttpRequest, body: EditionRows) -> Any:
    """Register editions: all rows or none."""
    return Status(201, {"keys": register_editions(body.rows, region=body.region, by=actor_of(request))})


@router.patch("/editions", response=EditionChanged)
def patch_edition(request: HttpRequest, body: EditionChange) -> Any:
    """Change one edition."""
    return {"fields": change_edition(body.key, body.values, revision=body.revision, by=actor_of(request))}


@router.get("/editions/one", response=dict[str, Any])
def get_edition(request: HttpRequest, key: str = Query(..., max_length=200)) -> HttpResponse:
    """One edition by its number, however it is written, with what it stands to."""
    row = queries.edition(key.replace("\x00", ""))
    related = {
        kind: [
            {
                "number": one.number,
                "key": one.edition.key if one.edition else None,
                "degree": one.degree,
                "part": one.part,
            }
            for one in found
        ]
        for kind, found in queries.related(row).items()
    }
    content = {
        "key": row.key,
        "series_key": row.series_key,
        "body": row.body,
        "revision": row.revision,
        **queries.values_of(row),
        "status_today": queries.status_of(row),
        "relations": related,
    }
    return with_etag(request, content)


@router.get("/editions/as-of", response=dict[str, Any])
def get_as_of(
    request: HttpRequest, reference: str = Query(..., max_length=200), on: dt.date | None = None
) -> Any:
    """Which edition a reference means on a day (today): a year never falls back, no year is the edition in force then."""
    day = on or clock.today()
    found = queries.resolve(reference.replace("\x00", ""), day)
    return {
        "reference": reference,
        "on": day,
        "found": found.found.value,
        "rule": found.rule,
        "edition": found.edition.key if found.edition else None,
        "number": found.edition.number if found.edition else None,
        "status": found.status.value if found.status else None,
        "candidates": [fact.key for fact in found.candidates],
    }


@router.post("/relations", response={201: dict[str, int]})
def post_relations(request: HttpRequest, body: Relations) -> Any:
    """Add or change relations: all rows or none."""
    return Status(201, {"count": relate_editions(body.rows, by=actor_of(request))})


@router.get("/catalogue-imports", response=Page[ImportOut])
def list_imports(request: HttpRequest, params: Query[PageParams]) -> Any:
    """Imports of the catalogue, the newest first; the errors of one stand with it alone."""
    rows = imports.list_imports(IMPORTS, by=actor_of(request))
    return cursor_page(rows, params, order=("-at", "id"), shape=shape_line)


@router.post("/catalogue-imports", response={202: ImportOut})
def post_import(
    request: HttpRequest,
    what: str = Form(..., pattern="^(editions|relations|sts)$"),
    region: str = Form("", max_length=60),
    file: UploadedFile = File(...),
) -> Any:
    """Hand a file in; it is checked in the background. Nothing is written before it is decided on."""
    row = hand_in(IMPORTS, what, file, filename=file.name or "file", region=region, by=actor_of(request))
    return Status(202, shape(row))


@router.get("/catalogue-imports/{import_id}", response=ImportOut)
def get_import(request: HttpRequest, import_id: UUID) -> Any:
    """One import with its report."""
    return shape(imports.get_import(IMPORTS, import_id, by=actor_of(request)))


@router.post("/catalogue-imports/{import_id}/decide", response={202: ImportOut})
def decide_import(request: HttpRequest, import_id: UUID, body: Decision) -> Any:
    """Bring a checked file in, or drop it."""
    return Status(202, decided(IMPORTS, import_id, body.mode, by=actor_of(request)))


@router.get("/alerts", response=AlertPage)
def list_alerts(
    request: HttpRequest,
    kind: str = Query(
        "stale_adoption",
        pattern="^(stale_adoption|cited_lapsed|replaced_in_force|declared_lapsed|comment_ends)$",
    ),
    offset: int = Query(0, ge=0, le=1_000_000),
    limit: int = Query(50, ge=1, le=200),
) -> Any:
    """Alerts of one kind that nobody has decided on."""
    found, count = alerts.alerts_of(kind, clock.today(), offset=offset, size=limit)
    return {
        "items": [{name: getattr(one, name) for name in AlertOut.model_fields} for one in found],
        "count": count,
    }


@router.post("/alerts/decide", response={201: dict[str, int]})
def post_alerts(request: HttpRequest, body: AlertDecide) -> Any:
    """Decide on alerts, with the reason."""
    return Status(
        201, {"count": decide_alert(body.keys, body.decision, reason=body.reason, by=actor_of(request))}
    )
