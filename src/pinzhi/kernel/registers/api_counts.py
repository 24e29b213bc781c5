"""Counts of a register by API: the figure, how it is counted, and the records behind it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field as Param
from ninja import Path, Query, Router, Schema

from pinzhi.kernel import clock
from pinzhi.kernel.access.queries import covers
from pinzhi.kernel.errors import NotFound, NotPermitted, Refused
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers import api_shapes as shapes
from pinzhi.kernel.registers import catalogue, counting
from pinzhi.kernel.registers.api_shapes import Name
from pinzhi.kernel.registers.console import common
from pinzhi.kernel.registers.scope import regions_read
from pinzhi.kernel.web.api import (
    with_etag,
)

router = Router(by_alias=True)


class CountParams(Schema):
    on: dt.date | None = Param(None, description="level, series: the day (today)")
    start: dt.date | None = Param(
        None, alias="from", description="increment, per_year: first day (1 January)"
    )
    end: dt.date | None = Param(None, alias="to", description="increment, per_year: last day (today)")
    region: list[str] = Param(
        default_factory=list, max_length=50, description="region codes with their subtrees"
    )


class CountedParams(CountParams):
    limit: int = Param(50, ge=1, le=500)
    after: str = Param("", max_length=160, description="number of the last record of the page before")


@router.get("/{name}/counts", response=list[shapes.CountOut], summary="Named counts")
def counts(request: HttpRequest, name: str = Name) -> list[dict[str, Any]]:
    """What of the register is counted, and whether a stranger can redo it from public entries alone."""
    register = catalogue.get(name)
    return [
        {
            "name": count.name,
            "title": count.title.model_dump(),
            "mode": count.mode,
            "unit": count.unit,
            "publicly_verifiable": register.publicly_verifiable[count.name],
        }
        for count in register.definition.counts
    ]


@router.get("/{name}/counts/{count}", response=shapes.CountedOut, summary="Count")
def count(
    request: HttpRequest, params: Query[CountParams], name: str = Name, count: str = Path(..., max_length=63)
) -> dict[str, Any]:
    """The figure for a day or a period, in the regions asked for that the caller reads."""
    found = counting.count(_spec(request, name, count, params))
    return {"value": found.value, "years": found.years, "period": found.period, "spec": dict(found.spec)}


@router.get("/{name}/counts/{count}/records", response=list[dict[str, Any]], summary="What was counted")
def counted(
    request: HttpRequest,
    params: Query[CountedParams],
    name: str = Name,
    count: str = Path(..., max_length=63),
) -> HttpResponse:
    """The records behind the figure, by number; ask for the next page with `after`."""
    spec = _spec(request, name, count, params)
    return with_etag(request, counting.counted(spec, limit=params.limit, after=params.after))


def _spec(request: HttpRequest, name: str, count: str, params: CountParams) -> dict[str, Any]:
    actor, register = common.register_of(request, name)
    if actor.speaks_for in ("enterprise", "body"):
        raise NotPermitted("not_permitted", zh="计数仅限机关查询。", en="Only agencies count records.")
    found = next((c for c in register.definition.counts if c.name == count), None)
    if found is None:
        raise NotFound(
            "no_such_count", zh=f"没有计数“{count}”。", en=f"There is no count {count}.", place="count"
        )
    held, today = regions_read(actor, register), clock.today()
    asked = [places.known_region(code) for code in params.region] or ([] if "" in held else sorted(held))
    for code in asked:
        if not any(covers(whole, code, today) for whole in held):
            raise NotPermitted(
                "not_permitted",
                zh=f"您没有查询地区 {code} 的权限。",
                en=f"You do not read region {code}.",
                place="region",
            )
    prefixes = [prefix for code in asked for prefix in places.area(code).prefixes]
    end = params.end or params.on or today
    start = params.start or dt.date(end.year, 1, 1)
    if (end.year - start.year) > 200:
        raise Refused("bad_period", zh="期间过长。", en="The period is too long.", place="from")
    return counting.spec_of(
        name, found, on=params.on or today, start=start, end=end, regions=None if "" in prefixes else prefixes
    )
