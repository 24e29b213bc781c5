"""How a plan is carried down, by API (P08): coverage, gaps, and which of the parent's rows a child plan takes up."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from pinzhi.apps.policy import cascade, queries
from pinzhi.apps.policy.access import may_map, require_official
from pinzhi.apps.policy.actions.map_child import map_child
from pinzhi.apps.policy.api_common import Code, document_of
from pinzhi.apps.policy.models import Document, Measure, Target
from pinzhi.kernel.access.actor import Actor, actor_of
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.web.api import Page, PageParams, sequence_page, with_etag

router = Router()
RowId = Annotated[int, Field(ge=1, le=2**53)]


class MappingRowOut(Schema):
    """A child plan's row: what it takes up, or what is suggested while nobody has decided.

    `takes_up` is the `id` of a row of the parent plan; None with `decided`: the row is the plan's own. `likely` names the
    parent's rows that fit, the likeliest first.
    """

    id: int
    kind: str
    number: str
    title: str
    decided: bool
    takes_up: int | None
    likely: list[int]


class ParentRowOut(Schema):
    """A row of the parent plan that can be taken up."""

    id: int
    kind: str
    number: str
    title: str


class MappingOut(Schema):
    """Both plans' rows, and whether the caller may decide."""

    child: str
    parent: str
    may_map: bool
    waiting: int
    parent_rows: list[ParentRowOut]
    rows: list[MappingRowOut]


class DecisionIn(Schema):
    """`row` of the child takes up `takes_up` of the parent (both by `id`), or, with None, no row of it."""

    row: RowId
    takes_up: RowId | None


class MappingIn(Schema):
    """Decisions for targets and tasks: all are kept, or none."""

    targets: list[DecisionIn] = Field(default_factory=list, max_length=2000)
    measures: list[DecisionIn] = Field(default_factory=list, max_length=2000)


class GapOut(Schema):
    """What is missing below: no plan in a region, a row that is not taken up there, goals that do not add up."""

    kind: str
    number: str = ""
    title: str = ""
    goal: Decimal | None = None
    unit: str = ""
    region: str = ""
    sum: Decimal | None = None
    short: Decimal | None = None


@router.get("/documents/{code}/coverage", response=dict[str, Any], summary="What child plans take up")
def coverage(request: HttpRequest, code: str = Code) -> HttpResponse:
    """For each target and task, the rows of child plans in force that take it up, with sums where sums make sense."""
    of_targets, of_measures = queries.coverage(document_of(actor_of(request), code))
    body = {
        "targets": [
            {"target": one.parent.key, "children": [child.key for child in one.children], "total": one.total}  # type: ignore[union-attr]
            for one in of_targets
        ],
        "measures": [
            {"title": one.parent.title, "children": [child.document.code for child in one.children]}  # type: ignore[union-attr]
            for one in of_measures
        ],
    }
    return with_etag(request, body)


@router.get("/documents/{code}/gaps", response=Page[GapOut], summary="What is missing below")
def gaps(request: HttpRequest, params: Query[PageParams], code: str = Code) -> HttpResponse:
    """Regions directly below without a plan, rows of the plan not taken up there, goals that do not add up."""
    actor = actor_of(request)
    require_official(actor)
    return with_etag(request, sequence_page(list(cascade.gaps(document_of(actor, code))), params))


@router.get(
    "/documents/{code}/mapping", response=MappingOut, summary="A child plan's rows beside its parent's"
)
def mapping(request: HttpRequest, code: str = Code) -> HttpResponse:
    """Which row of the parent plan each row takes up, and what is suggested where nobody has decided."""
    actor = actor_of(request)
    require_official(actor)
    return with_etag(request, _mapping(actor, _child(actor, code)))


@router.post("/documents/{code}/mapping", response=MappingOut, summary="Say what a child plan takes up")
def decide(request: HttpRequest, body: MappingIn, code: str = Code) -> dict[str, Any]:
    """Keep decisions: the clerk of the child plan's region, or of the region whose plan it takes up."""
    actor = actor_of(request)
    require_official(actor)
    child = _child(actor, code)
    map_child(
        child.pk,
        by=actor,
        targets={one.row: one.takes_up for one in body.targets},
        measures={one.row: one.takes_up for one in body.measures},
    )
    return _mapping(actor, child)


def _child(actor: Actor, code: str) -> Document:
    child = document_of(actor, code)
    if child.parent is None:
        raise Refused(
            "no_parent_plan",
            zh="该文件没有设定上级方案。",
            en="No plan stands above this document.",
            place="parent",
            remedy_zh="先修改文件信息，填写上级方案（parent）。",
            remedy_en="Set `parent` in the document's head first.",
        )
    return child


def _mapping(actor: Actor, child: Document) -> dict[str, Any]:
    targets, measures = cascade.mapping(child)
    pairings = [*targets, *measures]
    rows = [row for pairing in pairings for row in pairing.children]
    rows.sort(key=lambda one: (_kind(one.row), one.row.pk))
    parent = child.parent
    return {
        "child": child.code,
        "parent": parent.code if parent else "",
        "may_map": may_map(actor, child),
        "waiting": sum(not row.decided for row in rows),
        "parent_rows": [_row(pairing.parent) for pairing in pairings if pairing.parent is not None],
        "rows": [
            {
                **_row(one.row),
                "decided": one.decided,
                "takes_up": one.parent_id if one.decided else None,
                "likely": list(one.likely),
            }
            for one in rows
        ],
    }


def _kind(row: Target | Measure) -> str:
    return "target" if isinstance(row, Target) else "measure"


def _row(row: Target | Measure) -> dict[str, Any]:
    return {"id": row.pk, "kind": _kind(row), "number": row.number, "title": str(row)}
