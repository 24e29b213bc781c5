"""Where targets stand, by API: readings, the scoreboard, the indicators behind them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Path, Query, Router, Schema

from pinzhi.apps.policy import indicators, queries
from pinzhi.apps.policy.actions.compute_readings import compute_readings, targets_in_force
from pinzhi.apps.policy.api_common import Key, TargetOut, document_of, target_of, target_out
from pinzhi.apps.policy.models import TargetReading
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.errors import NotFound, Refused
from pinzhi.kernel.web.api import Page, PageParams, cursor_page, sequence_page, with_etag

router = Router()


class ReadingOut(Schema):
    """Where a target stood on a day: the figure, what it rests on, how it is judged and why."""

    target: str
    as_of: dt.date
    region: str
    computed_at: dt.datetime
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    low: Decimal | None
    high: Decimal | None
    source: str
    provisional: bool
    method_version: int
    status: str
    why: dict[str, Any]
    gap: Decimal | None
    expected: Decimal | None
    pace: Decimal | None
    needed: Decimal | None
    published: dict[str, Any]


class RowOut(Schema):
    """A line of the scoreboard."""

    target: TargetOut
    reading: ReadingOut | None
    status: str


class ComputeIn(Schema):
    """Which targets; none named: all that are confirmed and bound."""

    targets: list[str] = Field(default_factory=list, max_length=500)
    on: dt.date | None = None


class BoardParams(PageParams):
    document: str = Field("", max_length=40, description="number of a document")
    region: str = Field("", max_length=12, description="readings of this region instead of each target's own")
    status: str = Field(
        "", max_length=12, description="attainment: reached, on_course, behind, cannot_tell …"
    )


def reading_out(reading: TargetReading, key: str) -> dict[str, Any]:
    names = [name for name in ReadingOut.model_fields if name != "target"]
    return {"target": key, **{name: getattr(reading, name) for name in names}}


@router.get("/targets/{key}/readings", response=Page[ReadingOut], summary="Readings of a target")
def readings(
    request: HttpRequest, params: Query[PageParams], key: str = Key, region: str = Query("", max_length=12)
) -> HttpResponse:
    """All readings, newest first: of the target's own region, or of the one given."""
    found = target_of(actor_of(request), key)
    rows = TargetReading.objects.filter(target=found, region=region or found.region)
    return with_etag(
        request, cursor_page(rows, params, order=("-as_of", "-pk"), shape=lambda r: reading_out(r, key))
    )


@router.post("/readings", response=list[ReadingOut], summary="Compute readings")
def compute(request: HttpRequest, body: ComputeIn) -> list[dict[str, Any]]:
    """Count where targets stand, keep the readings and publish them."""
    if body.on is not None and body.on > clock.today():
        raise Refused("future_day", zh="日期晚于今天。", en="The day is after today.", place="on")
    every = {target.key: target for target in targets_in_force()}
    missing = [key for key in body.targets if key not in every]
    if missing:
        shown = missing[0][:60]
        raise NotFound(
            "no_such_target",
            zh=f"没有已确认且绑定指标的目标“{shown}”。",
            en=f"There is no confirmed target {shown}.",
            place="targets",
        )
    chosen = [every[key] for key in body.targets] or list(every.values())
    made = compute_readings(chosen, by=actor_of(request), on=body.on)
    return [reading_out(one, one.target.key) for one in made]


@router.get("/scoreboard", response=Page[RowOut], summary="Scoreboard")
def scoreboard(request: HttpRequest, params: Query[BoardParams]) -> HttpResponse:
    """Confirmed targets of documents in force with their latest readings."""
    chosen = document_of(actor_of(request), params.document) if params.document else None
    rows = queries.scoreboard(chosen, params.region or None)
    if params.status:
        rows = [row for row in rows if row.status == params.status]

    def shape(row: queries.Row) -> dict[str, Any]:
        latest = reading_out(row.reading, row.target.key) if row.reading else None
        return {"target": target_out(row.target), "reading": latest, "status": row.status}

    return with_etag(request, sequence_page(rows, params, shape=shape))


@router.get("/indicators", response=list[dict[str, Any]], summary="Indicators")
def all_indicators(request: HttpRequest) -> HttpResponse:
    """The indicators: what each counts, its options with their defaults, what it stands on, who wrote and checked it."""
    return with_etag(request, [_indicator(name) for name in indicators.indicators()])


@router.get("/indicators/{name}", response=dict[str, Any], summary="Indicator")
def indicator(request: HttpRequest, name: str = Path(..., max_length=64)) -> HttpResponse:
    """One indicator."""
    return with_etag(request, _indicator(name))


def _indicator(name: str) -> dict[str, Any]:
    found = indicators.get(name)
    return {
        "name": found.name,
        "number": found.number,
        "title": dict(found.title),
        "unit": found.unit,
        "direction": found.direction,
        "precision": found.precision,
        "why": dict(found.why),
        "watch": dict(found.watch),
        "kinds": list(found.kinds),
        "source": dict(found.source),
        "stands_on": found.stands_on,
        "stands_on_note": dict(found.stands_on_note),
        "rests_on": list(found.rests_on),
        "interval": found.interval,
        "author": found.author,
        "checked_by": found.checked_by,
        "review_on": found.review_on,
        "method_version": found.method_version,
        "options": [
            {
                "name": option.name,
                "title": dict(option.title),
                "why": dict(option.why),
                "default": option.default,
                "values": [{"value": one.value, "title": dict(one.title)} for one in option.values],
            }
            for option in found.options
        ],
    }
