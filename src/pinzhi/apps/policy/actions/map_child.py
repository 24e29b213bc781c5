"""Say which row of the parent plan a child plan's row takes up, or that it takes up none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from django.db import transaction

from pinzhi.apps.policy.access import may_map
from pinzhi.apps.policy.models import Document, Measure, Review, Target
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.queries import not_permitted
from pinzhi.kernel.errors import Refused

Row = TypeVar("Row", Target, Measure)


def map_child(
    child_id: int,
    *,
    by: Actor,
    targets: Mapping[int, int | None] = {},
    measures: Mapping[int, int | None] = {},
) -> int:
    """Decide for rows of the child document (by pk) which of the parent's rows (by pk) they take up; None: none.

    Returns how many decisions are new. All or nothing. Raises NotPermitted; Refused where the child has no parent plan,
    or a row stands in neither document.
    """
    with transaction.atomic():
        child = Document.objects.select_for_update(of=("self",)).select_related("parent").get(pk=child_id)
        if child.parent is None:
            raise Refused(
                "no_parent_plan",
                zh="该文件没有设定上级方案。",
                en="No plan stands above this document.",
                place="parent",
                remedy_zh="先在“文件信息”中填写上级方案。",
                remedy_en="Set it in the document's details first.",
            )
        if not may_map(by, child):
            raise not_permitted(by, "clerk", register="policy", region=child.region)
        made = _decide(Target, child, targets, "parent_target", by) + _decide(
            Measure, child, measures, "parent_measure", by
        )
        if made:
            audit.record(
                "policy.map_child",
                by=by,
                subject_kind="document",
                subject_key=child.code,
                region=child.region,
                count=made,
                detail={"parent": child.parent.code},
            )
    return made


def map_target(target_id: int, parent_id: int | None, *, by: Actor) -> None:
    """One target; see `map_child`."""
    document_id = Target.objects.values_list("document_id", flat=True).get(pk=target_id)
    map_child(document_id, by=by, targets={target_id: parent_id})


def map_measure(measure_id: int, parent_id: int | None, *, by: Actor) -> None:
    """One task; see `map_child`."""
    document_id = Measure.objects.values_list("document_id", flat=True).get(pk=measure_id)
    map_child(document_id, by=by, measures={measure_id: parent_id})


def _decide(
    model: type[Row], child: Document, decisions: Mapping[int, int | None], field: str, by: Actor
) -> int:
    rows = (
        model._default_manager.filter(document=child).exclude(review=Review.DROPPED).in_bulk(list(decisions))
    )
    above = set(
        model._default_manager.filter(document=child.parent, review=Review.CONFIRMED)
        .filter(pk__in=[key for key in decisions.values() if key is not None])
        .values_list("pk", flat=True)
    )
    made = []
    for key, parent in decisions.items():
        row = rows.get(key)
        if row is None or (parent is not None and parent not in above):
            raise Refused(
                "no_such_row",
                zh="所选目标或任务不在这两个文件中，或尚未确认。",
                en="The row chosen stands in neither document, or is not confirmed.",
                place=f"{model._meta.model_name}-{key}",
            )
        if row.mapped_at is None or getattr(row, f"{field}_id") != parent:
            setattr(row, f"{field}_id", parent)
            row.mapped_by, row.mapped_at = by.username, clock.now()
            made.append(row)
    model._default_manager.bulk_update(made, [field, "mapped_by", "mapped_at"])
    return len(made)
