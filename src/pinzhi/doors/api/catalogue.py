"""What the catalogue says, for machines: regions, agencies, functions, trades, the law's numbers, indicators' homes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Path, Query, Router, Schema

from pinzhi.kernel import clock, law
from pinzhi.kernel.access.names import functions as known_functions
from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.web.api import Page, PageParams, sequence_page, with_etag
from pinzhi.rules.law import LawValue, NoSuchLawError

router = Router()


class RegionParams(PageParams):
    within: str = Field("", max_length=12, description="code of a region: only its subtree")
    level: str = Field("", pattern="^(|country|province|city|county|zone)$")
    on: dt.date | None = Field(None, description="as of a day (today)")
    search: str = Field("", max_length=50, description="a name, a short name, a path or a code")


class AgencyParams(PageParams):
    region: str = Field(..., max_length=12, description="code of the region (not its subtree)")
    function: str = Field("", max_length=64, description="only those that hold this function of government")
    on: dt.date | None = Field(None, description="as of a day (today)")


class RegionOut(Schema):
    code: str
    zh: str
    en: str
    level: str
    parent: str | None
    valid_from: dt.date | None
    valid_until: dt.date | None


class AgencyOut(Schema):
    code: str
    zh: str
    en: str
    short: str
    region: str
    kind: str


class LawOut(Schema):
    key: str
    title: dict[str, str]
    unit: str | None
    value: Any
    valid_from: dt.date
    valid_until: dt.date | None
    source: str
    verified: bool
    provisional: bool


@router.get("/regions", response=Page[RegionOut], summary="Regions")
def regions(request: HttpRequest, params: Query[RegionParams]) -> HttpResponse:
    """GB/T 2260 as of a day, with zones; a search gives the likeliest first."""
    day = params.on or clock.today()
    if params.search:
        found = places.find_regions(params.search, within=params.within or places.ROOT, on=day)
    else:
        found = places.regions(day, level=params.level or None, within=params.within or places.ROOT)
    return with_etag(request, sequence_page(found, params, shape=_region))


def _region(region: places.Region) -> dict[str, Any]:
    name = places.region_name(region.code)
    return {
        "code": region.code,
        "zh": region.zh,
        "en": name.en if name else region.en,
        "level": region.level,
        "parent": places.parent_of(region.code),
        "valid_from": region.valid_from,
        "valid_until": region.valid_until,
    }


@router.get("/agencies", response=Page[AgencyOut], summary="Agencies")
def agencies(request: HttpRequest, params: Query[AgencyParams]) -> HttpResponse:
    """The agencies of a region on a day; with a function, who exercises it there."""
    day = params.on or clock.today()
    if params.function:
        found = places.agencies_for(params.function, params.region, day)
    else:
        found = places.agencies_in(params.region, day)
    return with_etag(request, sequence_page(found, params, shape=_agency))


def _agency(agency: places.Agency) -> dict[str, Any]:
    name = places.agency_name(agency.code)
    return {
        "code": agency.code,
        "zh": agency.zh,
        "en": name.en if name else agency.en,
        "short": agency.short,
        "region": agency.region,
        "kind": agency.kind,
    }


@router.get("/functions", response=list[dict[str, Any]], summary="Functions of government")
def functions(request: HttpRequest) -> HttpResponse:
    """The functions of government that registers belong to and rights are given for."""
    return with_etag(request, [{"name": name, **about} for name, about in known_functions().items()])


@router.get("/trades/{code}", response=dict[str, str], summary="Trade")
def trade(request: HttpRequest, code: str = Path(..., max_length=5)) -> HttpResponse:
    """A trade of GB/T 4754-2017 by its code."""
    found = places.trade(code)
    if found is None:
        raise NotFound(
            "no_such_trade", zh=f"没有行业代码“{code}”。", en=f"There is no trade {code}.", place="code"
        )
    return with_etag(request, {"code": str(found.code), "zh": found.zh, "en": found.en, "level": found.level})


@router.get("/law", response=list[LawOut], summary="Numbers of the law")
def parameters(
    request: HttpRequest, on: dt.date | None = Query(None, description="as of a day (today)")
) -> HttpResponse:
    """Every dated parameter as of a day, with its source and whether it was compared with the text."""
    found = []
    for parameter in law.law():
        try:
            found.append(_law(law.value(parameter.key, on or clock.today())))
        except NoSuchLawError:
            continue
    return with_etag(request, found)


def _law(value: LawValue) -> dict[str, Any]:
    return {
        "key": value.key,
        "title": dict(value.title),
        "unit": value.unit,
        "value": _plain(value.value),
        "valid_from": value.valid_from,
        "valid_until": value.valid_until,
        "source": value.source,
        "verified": value.verified,
        "provisional": value.provisional,
    }


def _plain(value: Any) -> Any:
    """Tables of the law as plain JSON."""
    if hasattr(value, "items"):
        return {str(key): _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, tuple | list) else value
