"""Draws by API: each step calls the action that the page calls; the result is read by who must act, and that is noted."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Path, Query, Router, Schema

from pinzhi.apps.inspection import frames, queries
from pinzhi.apps.inspection.actions.freeze_draw import freeze_draw
from pinzhi.apps.inspection.actions.make_draw import make_draw
from pinzhi.apps.inspection.actions.name_draw import abandon_draw, name_draw
from pinzhi.apps.inspection.actions.name_public_value import name_public_value
from pinzhi.apps.inspection.actions.open_draw import open_draw, prove_unit, read_draw
from pinzhi.apps.inspection.api_cases import DrawIn, ValueIn
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.web.api import Page, PageParams, cursor_page

router = Router()
Number = Path(..., max_length=64, pattern=r"^[0-9A-Za-z._-]+$", description="number of the draw")


class ScopeIn(Schema):
    """Who can be drawn. `certain` and `exempt`: credit codes drawn for sure, and left out by a written decision."""

    unit: Literal["enterprise", "product"] = "enterprise"
    region: str = Field("", max_length=12)
    trades: list[str] = Field([], max_length=100, description="codes of GB/T 4754")
    all_trades: bool = Field(
        False, description="enterprises of every trade are meant; else `trades` names them"
    )
    sector: str = Field("", max_length=24)
    channel: Literal["plant", "shop", "online", "school"] = "plant"
    strata: Literal["none", "city", "size", "sector", "trade"] = "city"
    no_repeat: list[Literal["same_department", "passed_national"]] = ["same_department", "passed_national"]
    certain: list[str] = Field([], max_length=10_000)
    exempt: list[str] = Field([], max_length=10_000)
    exempt_reason: str = Field("", max_length=100)


class DesignIn(Schema):
    """`n`: a number (total), a number for each stratum (strata), a share for each risk class such as "0.05" (ratios)."""

    kind: Literal["total", "strata", "ratios"] = "total"
    n: int | dict[str, int] | dict[str, str]
    method: Literal["equal", "pps"] = "equal"
    per_firm: int | None = Field(None, ge=1, le=1000)
    minimum: int = Field(1, ge=1, le=1_000_000)
    capacity: dict[str, int] = {}


class NewDraw(Schema):
    programme: str = Field(..., max_length=64)
    title: str = Field(..., max_length=200)
    rules: str = Field(..., max_length=64)
    scope: ScopeIn | None = None
    design: DesignIn


class Reason(Schema):
    reason: str = Field(..., max_length=500)


class DrawOut(Schema):
    number: str
    title: str
    programme: str
    region: str
    stage: str
    round: int
    roster_size: int
    frame_size: int
    excluded: int
    exclusion_counts: dict[str, int]
    size: int
    commitment: str
    public_source: str
    public_due_at: dt.datetime | None
    fallback: str
    result_root: str
    frozen_at: dt.datetime | None
    drawn_at: dt.datetime | None
    opened_at: dt.datetime | None

    @staticmethod
    def resolve_programme(row: Any) -> str:
        return str(row.programme.number)


class UnitOut(Schema):
    """A drawn unit: its stratum, its probability of having been drawn, its task."""

    uscc: str
    name: str
    product_number: str
    stratum: str
    probability: str
    task: str
    status: str


@router.get("", response=Page[DrawOut], summary="List draws")
def list_draws(request: HttpRequest, params: Query[PageParams], stage: str = Query("", max_length=12)) -> Any:
    rows = queries.draws(by=actor_of(request), stage=stage).select_related("programme")
    return cursor_page(rows, params, order=("-pk",))


@router.post("", response=DrawOut, summary="Name a draw")
def name(request: HttpRequest, data: NewDraw) -> Any:
    """Registered before anything of it is made; everybody sees that it is to come."""
    given = data.scope.dict() if data.scope else {}
    scope = {key: value for key, value in given.items() if value or key == "no_repeat"}
    return name_draw(
        data.programme,
        title=data.title,
        rules=data.rules,
        scope=scope,
        design=data.design.dict(),
        by=actor_of(request),
    )


@router.get("/{number}", response=DrawOut, summary="Read a draw")
def read(request: HttpRequest, number: str = Number) -> Any:
    return queries.draw(number, by=actor_of(request))


@router.post("/{number}/freeze", response=DrawOut, summary="Freeze the frame and commit to it")
def freeze(request: HttpRequest, number: str = Number) -> Any:
    return freeze_draw(number, by=actor_of(request))


@router.post("/{number}/public-value", response=DrawOut, summary="Name the public value to come")
def declare(request: HttpRequest, data: DrawIn, number: str = Number) -> Any:
    """After a draw with tasks that found nobody this begins a replacement round."""
    return name_public_value(
        number, source=data.source.dict(), fallback=data.fallback.dict(), by=actor_of(request)
    )


@router.post("/{number}/draw", response=DrawOut, summary="Draw with the value")
def make(request: HttpRequest, data: ValueIn, number: str = Number) -> Any:
    return make_draw(number, value=data.dict(), by=actor_of(request))


@router.post("/{number}/open", response=DrawOut, summary="Open the draw to everybody")
def open_(request: HttpRequest, number: str = Number) -> Any:
    return open_draw(number, by=actor_of(request))


@router.post("/{number}/abandon", response=DrawOut, summary="Give a draw up")
def abandon(request: HttpRequest, data: Reason, number: str = Number) -> Any:
    return abandon_draw(number, data.reason, by=actor_of(request))


@router.get("/{number}/units", response=list[UnitOut], summary="Read the drawn units")
def read_units(request: HttpRequest, number: str = Number) -> Any:
    """Before the opening only for who must act; each reading is noted."""
    units = read_draw(number, by=actor_of(request))
    names = frames.names([unit.uscc for unit in units])
    return [
        UnitOut(
            uscc=unit.uscc,
            name=names.get(unit.uscc, ""),
            product_number=unit.product_number,
            stratum=unit.stratum,
            probability="" if unit.probability is None else f"{unit.probability.normalize():f}",
            task=task.number if (task := getattr(unit, "task", None)) else "",
            status=task.status if task else "",
        )
        for unit in units
    ]


@router.get("/{number}/proof", response=dict[str, Any], summary="Read one firm's proof of a draw")
def read_proof(request: HttpRequest, number: str = Number, key: str = Query(..., max_length=120)) -> Any:
    """For verify_draw.py: whether the firm stood in the frame, and after the opening its ticket."""
    return prove_unit(number, key, by=actor_of(request))
