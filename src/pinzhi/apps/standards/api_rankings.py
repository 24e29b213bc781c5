"""Rankings by API: the list of those that are published, one with its tiers and front runners."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from pinzhi.apps.standards import queries_rankings as queries
from pinzhi.apps.standards.models import Ranking
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.web.api import Page, PageParams, cursor_page, with_etag

router = Router(tags=["standards: rankings"])


class RankingOut(Schema):
    """A ranking; `entered`: how many declarations it was computed from, `as_of` on which day."""

    number: str
    title: str
    product_class: str
    sector: str
    year: int
    evaluator: str
    region: str
    state: str
    as_of: dt.date | None
    entered: int
    method_version: str
    published_at: dt.datetime | None


class PlaceOut(Schema):
    """A declaration in a tier; inside a tier nobody stands before another."""

    declaration: str
    enterprise: str
    product: str
    brand: str
    standard: str
    value: str


class TierOut(Schema):
    tier: int
    text: str
    places: list[PlaceOut]


class ListOut(Schema):
    """The list of one core indicator; `none_zh` says why there is none."""

    indicator: str
    none_zh: str
    none_en: str
    tiers: list[TierOut]


class FrontRunnerOut(Schema):
    """`commitment_kept`: not_checked, kept or broken."""

    number: str
    declaration: str
    uscc: str
    selected_on: dt.date
    valid_until: dt.date
    commitment_kept: str


class RankingWhole(RankingOut):
    indicators: list[dict[str, Any]]
    lists: list[ListOut]
    front_runners: list[FrontRunnerOut]


def _row(row: Ranking) -> dict[str, Any]:
    names = [name for name in RankingOut.model_fields if name != "entered"]
    return {**{name: getattr(row, name) for name in names}, "entered": len(row.result.get("entered", ()))}


@router.get("/rankings", response=Page[RankingOut], summary="Rankings that the account reads")
def listed(
    request: HttpRequest,
    params: Query[PageParams],
    year: int | None = None,
    product_class: Annotated[str, Query(max_length=80)] = "",
    state: Annotated[str, Query(max_length=10)] = "",
) -> Any:
    """What is published everybody reads; drafts those who read declarations of the region. By number."""
    rows = queries.rankings(by=actor_of(request), year=year, product_class=product_class, state=state)
    return with_etag(request, cursor_page(rows, params, order=("number",), shape=_row))


@router.get("/rankings/{number}", response=RankingWhole, summary="One ranking with its tiers")
def one(request: HttpRequest, number: str) -> Any:
    """Lists by core indicator, tiers from the best down, front runners chosen from them."""
    row = queries.ranking(number, by=actor_of(request))
    return with_etag(request, {**_row(row), "indicators": row.indicators, **queries.tiers(row)})
