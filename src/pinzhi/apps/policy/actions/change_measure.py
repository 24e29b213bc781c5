"""Correct, add and drop tasks, and say who answers for them until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max

from pinzhi.apps.policy import publishing
from pinzhi.apps.policy.access import require_approver, require_clerk
from pinzhi.apps.policy.models import Document, Duty, Measure, Review
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers.publish import withdraw

ROLES = ("lead", "support", "responsible")


def change_measure(
    measure_id: int,
    *,
    by: Actor,
    title: str | None = None,
    units: Mapping[str, Sequence[str]] | None = None,
    due_on: date | None = None,
) -> Measure:
    """Set a task's title, the units of each role as named, the day when all its duties are due.

    A duty that stays keeps its progress. Raises NotPermitted, Refused (no title, a unit that has reported).
    """
    with transaction.atomic():
        measure = Measure.objects.select_for_update().select_related("document").get(pk=measure_id)
        document = measure.document
        (require_clerk if document.status == Document.Status.READ else require_approver)(by, document.region)
        if title is not None:
            if not title.strip():
                raise Refused("invalid_measure", zh="任务名称必填", en="A task needs a title.", place="title")
            measure.title = title.strip()[:300]
            measure.save(update_fields=["title"])
        if units is not None:
            _set_units(measure, units, by)
        if due_on is not None:
            measure.duties.update(due_on=due_on)
        _follow(measure, by)
        audit.record(
            "policy.change_measure",
            by=by,
            subject_kind="document",
            subject_key=document.code,
            region=document.region,
            detail={"measure": measure.number[:80]},
        )
    return measure


def add_measure(document_id: int, *, by: Actor, title: str, path: Sequence[str] = ()) -> Measure:
    """Add a task that the reader missed."""
    with transaction.atomic():
        document = Document.objects.select_for_update().get(pk=document_id)
        (require_clerk if document.status == Document.Status.READ else require_approver)(by, document.region)
        if not title.strip():
            raise Refused("invalid_measure", zh="任务名称必填", en="A task needs a title.", place="title")
        last = document.measures.aggregate(last=Max("position"))["last"] or 0
        review = Review.CONFIRMED if document.status == Document.Status.IN_FORCE else Review.READ
        measure = Measure.objects.create(
            document=document, position=last + 1, path=list(path), title=title.strip()[:300], review=review
        )
        audit.record(
            "policy.add_measure",
            by=by,
            subject_kind="document",
            subject_key=document.code,
            region=document.region,
        )
    return measure


def drop_measure(measure_id: int, *, by: Actor) -> Measure:
    """Drop a row that is no task. Refused once a unit has reported on it."""
    with transaction.atomic():
        measure = Measure.objects.select_for_update().select_related("document").get(pk=measure_id)
        document = measure.document
        (require_clerk if document.status == Document.Status.READ else require_approver)(by, document.region)
        if measure.duties.filter(notes__isnull=False).exists():
            raise Refused(
                "has_progress",
                zh="该任务已有进展报告，不能删除",
                en="Progress has been reported on this task.",
            )
        measure.review = Review.DROPPED
        measure.save(update_fields=["review"])
        _take_down(measure, list(measure.duties.all()), by)
        audit.record(
            "policy.drop_measure",
            by=by,
            subject_kind="document",
            subject_key=document.code,
            region=document.region,
        )
    return measure


def _set_units(measure: Measure, units: Mapping[str, Sequence[str]], by: Actor) -> None:
    wanted = [(role, name.strip()) for role in ROLES for name in units.get(role, ()) if name.strip()]
    have = {(duty.role, duty.unit): duty for duty in measure.duties.all()}
    gone = [duty for pair, duty in have.items() if pair not in wanted]
    for duty in gone:
        if duty.notes.exists():
            raise Refused(
                "has_progress",
                zh=f"“{duty.unit}”已报告进展，不能移除",
                en=f"{duty.unit} has reported and stays.",
                place="units",
            )
    _take_down(measure, gone, by)
    for duty in gone:
        duty.delete()
    place = measure.duties.aggregate(last=Max("position"))["last"]
    at = -1 if place is None else place
    for role, name in dict.fromkeys(wanted):
        if (role, name) not in have:
            at += 1
            agency = places.resolve_agency(name, measure.document.region, measure.document.issued_on).agency
            Duty.objects.create(
                measure=measure,
                role=role,
                unit=name[:120],
                agency=agency.code if agency else "",
                position=at,
                due_on=measure.document.plan_until,
            )


def _take_down(measure: Measure, duties: Sequence[Duty], by: Actor) -> None:
    if measure.document.status == Document.Status.IN_FORCE and duties:
        keys = [publishing.duty_key(duty) for duty in duties]
        withdraw("policy_duties", keys, by=by, reason="changed")


def _follow(measure: Measure, by: Actor) -> None:
    if measure.document.status == Document.Status.IN_FORCE and measure.review == Review.CONFIRMED:
        publishing.publish_duties(
            list(measure.duties.select_related("measure__document")), clock.today(), by=by
        )


def as_named(measure: Measure) -> dict[str, Any]:
    """The units of each role as they stand, for a form."""
    return {role: [duty.unit for duty in measure.duties.all() if duty.role == role] for role in ROLES}
