"""Duties by API: what a unit answers for, and its reports on progress."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from pinzhi.apps.policy import queries
from pinzhi.apps.policy.actions.report_progress import report_progress
from pinzhi.apps.policy.api_common import Code, Id, document_of
from pinzhi.apps.policy.models import Duty, Review
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.web.api import Page, PageParams, sequence_page, with_etag

router = Router()


class DutyOut(Schema):
    """A unit's part in a task."""

    id: int
    document: str
    task: str
    path: list[str]
    role: str
    unit: str
    agency: str
    due_on: dt.date | None
    state: str
    overdue: bool


class ProgressIn(Schema):
    """What was done, what stands in the way, and where the duty stands now."""

    text: str = Field(min_length=1, max_length=4000)
    problem: str = Field("", max_length=2000)
    state: str = Field(max_length=12)


class DutyParams(PageParams):
    agency: str = Field("", max_length=64, description="code of the unit; empty: the caller's own")
    state: str = Field("", max_length=12)
    overdue: bool | None = None


def duty_out(duty: Duty) -> dict[str, Any]:
    measure = duty.measure
    done = duty.state in (Duty.State.DONE, Duty.State.CHANGED)
    return {
        "id": duty.pk,
        "document": measure.document.code,
        "task": measure.title,
        "path": measure.path,
        "role": duty.role,
        "unit": duty.unit,
        "agency": duty.agency,
        "due_on": duty.due_on,
        "state": duty.state,
        "overdue": not done and duty.due_on is not None and duty.due_on < clock.today(),
    }


@router.get("/documents/{code}/duties", response=Page[DutyOut], summary="Duties of a document")
def document_duties(request: HttpRequest, params: Query[PageParams], code: str = Code) -> HttpResponse:
    """Every unit's part in every task, in the order of the text."""
    found = Duty.objects.filter(measure__document=document_of(actor_of(request), code)).exclude(
        measure__review=Review.DROPPED
    )
    rows = found.select_related("measure__document").order_by("measure__position", "position")
    return with_etag(request, sequence_page(list(rows), params, shape=duty_out))


@router.get("/duties", response=Page[DutyOut], summary="Duties of a unit")
def duties(request: HttpRequest, params: Query[DutyParams]) -> HttpResponse:
    """What a unit answers for, its predecessors' duties included, overdue ones first."""
    actor, today = actor_of(request), clock.today()
    found = queries.duties_of(params.agency, today) if params.agency else queries.duties_for(actor, today)
    if params.state:
        found = found.filter(state=params.state)
    rows = list(found)
    if params.overdue is not None:
        rows = [duty for duty in rows if duty_out(duty)["overdue"] == params.overdue]
    return with_etag(request, sequence_page(rows, params, shape=duty_out))


@router.post("/duties/{duty_id}/progress", response=DutyOut, summary="Report progress")
def progress(request: HttpRequest, body: ProgressIn, duty_id: int = Id) -> dict[str, Any]:
    """Add a progress note and set the duty's state; only the unit itself, or the lead bureau for it."""
    if not Duty.objects.filter(pk=duty_id).exists():
        raise NotFound("no_such_duty", zh="没有这项职责。", en="There is no such duty.", place=str(duty_id))
    report_progress(duty_id, by=actor_of(request), text=body.text, state=body.state, problem=body.problem)
    return duty_out(Duty.objects.select_related("measure__document").get(pk=duty_id))
