"""Say how editions stand to other documents: what they adopt, cite, replace, implement; or take it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from pinzhi.apps.standards import access
from pinzhi.apps.standards.cleaning_catalogue import Cleaner, Kept
from pinzhi.apps.standards.models import Edition, Relation
from pinzhi.apps.standards.publishing_catalogue import publish_editions
from pinzhi.apps.standards.relating import Chains, loop_error
from pinzhi.apps.standards.saving_catalogue import save_relations
from pinzhi.kernel import audit
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotFound, RefusedRows, RowError


@transaction.atomic
def relate_editions(rows: Sequence[Mapping[str, Any]], *, by: Actor, source: str = "") -> int:
    """Add relations given as typed values (number, kind, to_number, degree, part); one that is there is changed.

    All or nothing. Raises NotPermitted, RefusedRows (also for an edition that is not in the catalogue and for replacements
    that close a loop, which is named). Returns how many there were.
    """
    cleaner = Cleaner("relations")
    kept: list[Kept] = []
    errors: list[RowError] = []
    for number, raw in enumerate(rows, 1):
        one, wrong = cleaner.whole(raw, number)
        kept.append(one)
        errors += wrong
    there = {
        row.key: row
        for row in Edition.objects.select_for_update()
        .filter(key__any_of=[one.get("key", "") for one in kept])
        .only("id", "key", "region")
        .order_by("key")
    }
    if not errors:
        errors += [
            RowError(
                number,
                "标准编号",
                one["number"],
                "目录中没有这个标准",
                "is not in the catalogue",
                "先登记该标准",
                "register it first",
            )
            for number, one in enumerate(kept, 1)
            if one["key"] not in there
        ]
    errors = errors or _loops(kept)
    if errors:
        raise RefusedRows(errors)
    access.require(by, "standards.write", {there[one["key"]].region for one in kept})
    # The last of several rows for the same two documents holds.
    last = {(one["key"], one["kind"], one["to_number"]): one for one in kept}
    save_relations([(there[one["key"]].pk, one) for one in last.values()], by=by, source=source)
    audit.record(
        "standards.relate_editions",
        by=by,
        subject_kind="standard",
        subject_key=kept[0]["key"] if len({one["key"] for one in kept}) == 1 else "",
        register=access.STANDARDS,
        count=len(last),
    )
    return len(last)


def _loops(rows: Sequence[Kept]) -> list[RowError]:
    chains, errors = Chains(), []
    replacing = [
        (number, one) for number, one in enumerate(rows, 1) if one["kind"] == "replaces" and one.get("to_key")
    ]
    chains.load(key for _, one in replacing for key in (one["key"], one["to_key"]))
    for number, one in replacing:
        way = chains.state(one["key"], [*chains.of(one["key"]), one["to_key"]])
        if way:
            errors.append(loop_error(number, way))
    return errors


@transaction.atomic
def drop_relation(relation_id: int, *, by: Actor) -> None:
    """Take one relation back. Raises NotFound, NotPermitted."""
    found = Relation.objects.select_for_update().filter(pk=relation_id).first()
    if found is None:
        raise NotFound("no_such_relation", zh="没有这条关系。", en="There is no such relation.")
    edition = found.from_edition
    access.require(by, "standards.write", [edition.region])
    touched = {edition.pk, *([found.to_edition_id] if found.to_edition_id else [])}
    detail = {"kind": found.kind, "to": found.to_number}
    found.delete()
    publish_editions(touched, by=by)
    audit.record(
        "standards.drop_relation",
        by=by,
        subject_kind="standard",
        subject_key=edition.key,
        register=access.STANDARDS,
        region=edition.region,
        detail=detail,
    )
