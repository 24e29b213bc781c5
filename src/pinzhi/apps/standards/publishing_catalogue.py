"""What the public may see of the catalogue, written into its register in the transaction of the action."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from pinzhi.apps.standards.access import STANDARDS
from pinzhi.apps.standards.fields_catalogue import DOMESTIC
from pinzhi.apps.standards.models import Edition, Relation
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.registers.publish import Publication, publish

_STRONGEST = ("IDT", "MOD", "EQV", "NEQ")
_CHUNK = 5000


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def values_of(
    row: Edition, mine: Sequence[Relation], replaced_by: Sequence[str], statuses: dict[int, str]
) -> dict[str, Any]:
    """An edition's public values. `mine`: its relations; `statuses`: of the editions that these name."""
    adopts = [one for one in mine if one.kind == Relation.Kind.ADOPTS]
    degrees = {one.degree for one in adopts}
    degree = next((d.lower() for d in _STRONGEST if d in degrees), "unclear" if adopts else "none")
    known = [statuses[one.to_edition_id] for one in adopts if one.to_edition_id in statuses]
    return {
        name: value
        for name, value in {
            "standard_no": row.number,
            "standard_name": row.title_zh or row.title_en,
            "english_name": row.title_en,
            "standard_type": row.level,
            "nature": row.nature,
            "status": row.status,
            "publisher": row.body,
            "series": row.series_key,
            "sector": row.field or "other",
            "consumer_goods": row.consumer_goods,
            "key_standard": row.key_standard,
            "published_on": _day(row.published_on),
            "effective_from": _day(row.effective_on),
            "withdrawn_on": _day(row.withdrawn_on),
            "comment_until": _day(row.comment_until),
            "replaces": [
                one.to_number + ("（部分）" if one.part == Relation.Part.PARTLY else "")
                for one in mine
                if one.kind == Relation.Kind.REPLACES
            ],
            "replaced_by": list(replaced_by),
            "adopts": [f"{one.to_number} ({one.degree})" if one.degree else one.to_number for one in adopts],
            "adoption_degree": degree,
            "adoption_current": all(one in ("in_force", "published") for one in known) if known else None,
            "ics": row.ics,
            "ccs": row.ccs,
            "owner": row.owner,
            "drafters": row.drafters,
            "local_role": row.local_role,
            "url": row.url,
            "remark": row.remark,
        }.items()
        if value is not None and value != "" and value != []
    }


def publish_editions(ids: Iterable[int], *, by: Actor) -> None:
    """Publish editions of Chinese standards, by id; what is known of those abroad stands with who adopts them."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), _CHUNK):
        _publish(wanted[start : start + _CHUNK], by)


def _publish(ids: Sequence[int], by: Actor) -> None:
    rows = list(
        Edition.objects.filter(id__in=ids, level__in=DOMESTIC)
        .defer("search_text", "sort_key")
        .order_by("key")
    )
    if not rows:
        return
    kept = [row.pk for row in rows]
    mine: dict[int, list[Relation]] = {}
    for one in Relation.objects.filter(from_edition_id__in=kept).order_by("kind", "id"):
        mine.setdefault(one.from_edition_id, []).append(one)
    named = {
        one.to_edition_id
        for found in mine.values()
        for one in found
        if one.kind == Relation.Kind.ADOPTS and one.to_edition_id
    }
    statuses = dict(Edition.objects.filter(id__in=named).values_list("id", "status")) if named else {}
    replaced_by: dict[int, list[str]] = {}
    replacing = Relation.objects.filter(to_edition_id__in=kept, kind=Relation.Kind.REPLACES)
    for to, number, part in replacing.order_by("from_edition__sort_key").values_list(
        "to_edition_id", "from_edition__number", "part"
    ):
        assert to is not None
        mark = "（部分）" if part == Relation.Part.PARTLY else ""
        replaced_by.setdefault(to, []).append(number + mark)
    today = clock.today()
    items = [
        Publication(
            key=row.key,
            region=row.region,
            values=values_of(row, mine.get(row.pk, ()), replaced_by.get(row.pk, ()), statuses),
            effective_on=_from(row, today),
        )
        for row in rows
    ]
    publish(STANDARDS, items, by=by, trusted=True)


def _from(row: Edition, today: date) -> date:
    """The day since when the entry holds: that of publication, or of the end; never one to come."""
    day = row.withdrawn_on if row.status == Edition.Status.WITHDRAWN else row.published_on
    return min(day or today, today)
