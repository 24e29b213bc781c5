"""The draw of a re-inspection's laboratory by API; mounted by `api`."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Path, Router, Schema

from pinzhi.apps.inspection import laboratories, queries
from pinzhi.apps.inspection.actions import draw_laboratory as actions
from pinzhi.apps.inspection.models import LaboratoryDraw
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.errors import NotFound

router = Router()
Number = Path(..., max_length=64, pattern=r"^[0-9A-Za-z._-]+$", description="number of the case")


class SourceIn(Schema):
    """A public value to come: a lottery by name and issue, or drand (the first round after `at`)."""

    kind: Literal["lottery", "drand"]
    name: str = Field("", max_length=120)
    issue: str = Field("", max_length=60)
    chain: str = Field("drand quicknet", max_length=80)
    at: dt.datetime


class DrawIn(Schema):
    source: SourceIn
    fallback: SourceIn


class ValueIn(Schema):
    """The value once it is out: numbers of the lottery, or drand's signature in hex; the fallback with its reason."""

    numbers: str = Field("", max_length=300)
    signature: str = Field("", max_length=300)
    previous: str = Field(
        "", max_length=300, description="drand's signature of the round before, of chained networks"
    )
    of: Literal["source", "fallback"] = "source"
    reason: str = Field("", max_length=300)


class LaboratoryDrawOut(Schema):
    number: str
    stage: str
    laboratory: str
    declined: list[str]
    public_source: str
    public_due_at: dt.datetime


@router.post(
    "/{number}/laboratory-draw", response=LaboratoryDrawOut, summary="Register the draw of a laboratory"
)
def register_draw(request: HttpRequest, data: DrawIn, number: str = Number) -> Any:
    """Commit the list of capable laboratories and name the public value to come."""
    return actions.name_laboratory_draw(
        number, source=data.source.dict(), fallback=data.fallback.dict(), by=actor_of(request)
    )


@router.post(
    "/{number}/laboratory-draw/value",
    response=LaboratoryDrawOut,
    summary="Draw the laboratory with the value",
)
def make_draw(request: HttpRequest, data: ValueIn, number: str = Number) -> Any:
    return actions.make_laboratory_draw(number, value=data.dict(), by=actor_of(request))


@router.post(
    "/{number}/laboratory-draw/next", response=LaboratoryDrawOut, summary="Take the next laboratory in line"
)
def take_next(request: HttpRequest, number: str = Number) -> Any:
    """After the laboratory that was drawn has declined."""
    return actions.take_next_laboratory(number, by=actor_of(request))


@router.get(
    "/{number}/laboratory-draw",
    response=dict[str, Any],
    summary="Read the document of the draw that was made",
)
def read_draw(request: HttpRequest, number: str = Number) -> Any:
    """For verify_assignment.py."""
    case = queries.case(number, by=actor_of(request))
    row = case.laboratory_draws.filter(stage=LaboratoryDraw.Stage.DRAWN).first()
    if row is None:
        raise NotFound(
            "not_drawn", zh="此案件没有抽取复检机构。", en="No laboratory was drawn for this case."
        )
    return laboratories.record_of(row)
