"""What an inspector takes along: own tasks with what the phone must know of them; where a sample has been."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet

from pinzhi.apps.inspection import access, drawing, queries
from pinzhi.apps.inspection.models import (
    Capability,
    CaseEvent,
    CustodyEvent,
    Draw,
    DrawEvent,
    Inspector,
    Sample,
    Task,
)
from pinzhi.apps.inspection.rulebook import wording
from pinzhi.apps.parties import queries as parties
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotFound
from pinzhi.rules.identifiers import gtin

#: What has been done stays on the list for so long, so that one sees that it arrived.
DONE_FOR = timedelta(days=14)
_READER = Actor.system("sampling")


def codes_of(by: Actor) -> list[str]:
    """The certificate numbers under which this account takes samples."""
    rows = Inspector.objects.filter(username=by.username, active=True).exclude(username="")
    return list(rows.values_list("code", flat=True))


def is_sampler(by: Actor) -> bool:
    return bool(codes_of(by))


def my_tasks(*, by: Actor) -> QuerySet[Task]:
    """The tasks that this account is to carry out, and those done in the last days."""
    mine = Q(pk__in=[])
    for code in codes_of(by):
        mine |= Q(inspectors__contains=[code])
    open_or_new = Q(status=Task.Status.ASSIGNED) | Q(
        status__in=[Task.Status.SAMPLED, Task.Status.REFUSED, Task.Status.ABSENT],
        samples__recorded_at__gte=clock.now() - DONE_FOR,
    )
    rows = Task.objects.filter(mine).filter(open_or_new).distinct()
    return rows.select_related("programme", "product__rules", "draw").order_by("due_on", "id")


def to_take_along(*, by: Actor) -> list[dict[str, Any]]:
    """The tasks as a phone keeps them. Tasks of a draw that is not open are a reading of it, which is noted."""
    rows = list(my_tasks(by=by)[:500])
    _note_reading({row.draw for row in rows if row.draw and row.draw.stage == Draw.Stage.DRAWN}, by)
    firms = {
        e.uscc: e for e in parties.enterprises(by=_READER).filter(uscc__any_of=[row.uscc for row in rows])
    }
    goods = {
        p.number: p
        for p in parties.products(by=_READER).filter(
            number__any_of=[row.product_number for row in rows if row.product_number]
        )
    }
    people = dict(
        Inspector.objects.filter(code__in={c for row in rows for c in row.inspectors}).values_list(
            "code", "name"
        )
    )
    laboratories = dict(
        Capability.objects.filter(body_code__in={row.laboratory for row in rows}).values_list(
            "body_code", "name"
        )
    )
    versions: dict[int, Any] = {}
    for row in rows:
        rules = row.product.rules
        if rules.pk not in versions:
            released = rules.versions.filter(released_at__isnull=False, valid_from__lte=clock.today())
            versions[rules.pk] = released.prefetch_related("items").order_by("-number").first()
    return [
        _task(row, firms.get(row.uscc), goods.get(row.product_number), people, laboratories, versions)
        for row in rows
    ]


def _task(
    row: Task, firm: Any, product: Any, people: Any, laboratories: Any, versions: Any
) -> dict[str, Any]:
    version = versions[row.product.rules_id]
    return {
        "number": row.number,
        "programme": row.programme.title,
        "goods": row.product.rules.product_class,
        "uscc": row.uscc,
        "firm": firm.name if firm else row.uscc,
        "address": firm.address if firm else "",
        "channel": row.channel,
        "status": row.status,
        "due_on": row.due_on.isoformat() if row.due_on else "",
        "from": row.made_at.astimezone(clock.SHANGHAI).date().isoformat(),
        "inspectors": [people.get(code, code) for code in row.inspectors],
        "laboratory": laboratories.get(row.laboratory, row.laboratory),
        "test_samples": version.test_samples if version else 0,
        "backup_samples": version.backup_samples if version else 0,
        "unit": version.sample_unit if version else "",
        "items": [f"{i.name}　{wording(i)}".strip() for i in version.items.all()] if version else [],
        "label": label(product) if product else None,
    }


def _note_reading(draws: set[Draw], by: Actor) -> None:
    """Once a day for each draw and account: a phone asks again with every bit of signal."""
    since = clock.now() - timedelta(hours=20)
    for draw in draws:
        if not DrawEvent.objects.filter(draw=draw, kind="read_draw", by=by.username, at__gte=since).exists():
            drawing.note(draw, "read_draw", by=by, detail={"how": "sampling"})


def label(product: Any) -> dict[str, str]:
    """What the roster says of a product, in the words of the sampling record."""
    return {
        "gtin": product.gtin,
        "product_name": product.name,
        "trademark": product.brand,
        "specification": " ".join(part for part in (product.specification, product.model) if part),
        "standard_executed": product.standard_executed,
        "producer_code": product.producer_code,
        "producer_name": parties.names_of([product.producer_code]).get(product.producer_code, "")
        if product.producer_code
        else "",
    }


def label_of(text: str) -> dict[str, str]:
    """What the roster says of the goods with this bar code. Raises NotFound, ValueError where it is no GTIN."""
    number = gtin.parse(text)
    found = parties.products(by=_READER).filter(number=number.key).first()
    if found is None:
        raise NotFound(
            "no_such_product",
            zh="产品名录中没有这个条码，请照标签填写。",
            en="The roster has no such bar code: fill in what the label says.",
        )
    return label(found)


def sample_in_custody(number: str, *, by: Actor) -> Sample:
    """A sample as those see it who handle it. Raises NotFound for everybody else."""
    rows = Sample.objects.select_related("programme", "rules__rules", "task")
    row = rows.filter(number=number).first()
    if row is not None and (row.task and set(row.task.inspectors) & set(codes_of(by))):
        return row
    return queries.sample(number, by=by)


def custody_of(row: Sample) -> list[CustodyEvent]:
    """Every hand-over, oldest first."""
    return list(row.custody.order_by("at", "id"))


def parts_now(row: Sample) -> list[tuple[str, CustodyEvent | None]]:
    """The test sample and, where there is one, the backup sample, each with what happened to it last."""
    events = custody_of(row)
    parts = [CustodyEvent.Part.TEST.value]
    if row.backup_samples:
        parts.append(CustodyEvent.Part.BACKUP.value)
    return [(part, next((e for e in reversed(events) if e.part in ("", part)), None)) for part in parts]


def re_inspects(row: Sample, *, by: Actor) -> bool:
    """Whether the actor is the laboratory that a re-inspection of this sample was given to: the backup is its."""
    if by.speaks_for != "body" or not by.party:
        return False
    named = CaseEvent.objects.filter(case__sample=row, kind="laboratory_named").order_by("id").last()
    return named is not None and named.detail.get("laboratory") == by.party


def may_hand_over(row: Sample, *, by: Actor) -> bool:
    own = (
        by.speaks_for == "body" and bool(by.party) and (by.party == row.laboratory or re_inspects(row, by=by))
    )
    return access.allowed(by, "inspection.hand_over", row.region, own=own)


def laboratory_name(code: str) -> str:
    found = (
        Capability.objects.filter(body_code=code)
        .order_by("-valid_from")
        .values_list("name", flat=True)
        .first()
    )
    return found or parties.names_of([code]).get(code, code) if code else ""


def inspector_names(codes: Sequence[str]) -> list[str]:
    names = dict(Inspector.objects.filter(code__in=list(codes)).values_list("code", "name"))
    return [names.get(code, code) for code in codes]
