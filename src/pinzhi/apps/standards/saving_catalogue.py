"""Writing editions, their relations and public entries: the bulk way that every action and every import takes.

Rows are kept values by name (`cleaning_catalogue`). Everything is in the caller's transaction; permission was the caller's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection

from pinzhi.apps.standards.cleaning_catalogue import Kept
from pinzhi.apps.standards.models import Edition, OtherNumber, Relation
from pinzhi.apps.standards.models.catalogue import NUMBER
from pinzhi.apps.standards.numbers import Number, other_numbers, sort_key, writings
from pinzhi.apps.standards.publishing_catalogue import publish_editions
from pinzhi.apps.standards.relating import related_to, relations_in, tie, write_relations
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.registers.rows import insert_rows
from pinzhi.kernel.search.folding import searchable

EDITION = (
    "number", "key", "series_key", "title_zh", "title_en", "body", "level", "nature", "status", "published_on",
    "effective_on", "withdrawn_on", "comment_until", "ics", "ccs", "owner", "drafters", "field", "consumer_goods",
    "key_standard", "local_role", "adoption_text", "region", "url", "remark",
)  # fmt: skip
#: What a row can change: the rest follows from the number.
COMPARED = tuple(name for name in EDITION if name not in ("key", "series_key", "body"))
_LISTS = frozenset({"ics", "ccs", "drafters"})
_NULLS = frozenset({"published_on", "effective_on", "withdrawn_on", "comment_until", "consumer_goods"})
_WORK = ("search_text", "sort_key", "source", "revision", "updated_at", "updated_by")


def search_text(kept: Mapping[str, Any]) -> str:
    """The number in all the ways that people write it, the titles, the owner, what is adopted."""
    number = Number(kept["number"], kept["key"], kept["series_key"], "", "", "", True)
    return searchable(
        *writings(number),
        kept.get("title_zh"),
        kept.get("title_en"),
        kept.get("owner"),
        kept.get("adoption_text"),
    )


def _cell(kept: Mapping[str, Any], name: str) -> Any:
    value = kept.get(name)
    if name in _LISTS:
        return json.dumps(value or [], ensure_ascii=False)
    if name == "key_standard":
        return bool(value)
    if value is None:
        return None if name in _NULLS else ""
    return value


def insert_editions(rows: Sequence[Kept], *, by: Actor, source: str = "") -> list[int]:
    """Write editions that are not there yet, their relations and public entries; returns their ids."""
    if not rows:
        return []
    moment, who = clock.now(), by.username
    written = [
        [
            *(_cell(kept, name) for name in EDITION),
            search_text(kept),
            sort_key(kept["key"]),
            source,
            1,
            moment,
            who,
        ]
        for kept in rows
    ]
    insert_rows("standards_edition", (*EDITION, *_WORK), written)
    keys = [kept["key"] for kept in rows]
    ids = dict(Edition.objects.filter(key__any_of=keys).values_list("key", "id"))
    fresh = [ids[key] for key in keys]
    _write_other_numbers([(ids[kept["key"]], kept["number"]) for kept in rows])
    tie(fresh)
    stated = [(ids[kept["key"]], found) for kept in rows if (found := relations_in(kept))]
    touched = write_relations(stated, source=source) if stated else set()
    publish_editions({*fresh, *touched, *related_to(fresh)}, by=by)
    return fresh


def _write_other_numbers(numbered: Sequence[tuple[int, str]]) -> None:
    """The other numbers of editions, by id and number as it is printed."""
    OtherNumber.objects.bulk_create(
        [
            OtherNumber(edition_id=pk, key=other.key[:NUMBER], series_key=other.series_key[:NUMBER])
            for pk, number in numbered
            for other in other_numbers(number)
        ],
        batch_size=2000,
        ignore_conflicts=True,
    )


def update_editions(changes: Sequence[tuple[Edition, Kept]], *, by: Actor, source: str = "") -> None:
    """Save what rows change of editions that are there (the row, what is given), and publish it."""
    if not changes:
        return
    columns = (*EDITION, "search_text", "sort_key", "source", "updated_at", "updated_by")
    assignments = ", ".join(f'"{name}" = %s' for name in columns)
    moment, written, stated = clock.now(), [], []
    for row, kept in changes:
        before = kept_of(row)
        # The other half of a dual number says what is adopted only where no sentence does.
        whole = {**before, **{name: value for name, value in kept.items() if name in EDITION}}
        cells = [_cell(whole, name) for name in EDITION]
        text = search_text(whole)
        written.append(
            (*cells, text, sort_key(whole["key"]), source or row.source, moment, by.username, row.pk)
        )
        found = relations_in(kept)
        if "adopts" in found and "adoption_text" not in kept and before.get("adoption_text"):
            del found["adopts"]
        if found:
            stated.append((row.pk, found))
    with connection.cursor() as cursor:
        statement = f'UPDATE standards_edition SET {assignments}, "revision" = "revision" + 1 WHERE id = %s'  # noqa: S608
        cursor.executemany(statement, written)
    renumbered = [
        (row.pk, kept["number"]) for row, kept in changes if kept.get("number", row.number) != row.number
    ]
    if renumbered:
        OtherNumber.objects.filter(edition_id__in=[pk for pk, _ in renumbered]).delete()
        _write_other_numbers(renumbered)
    touched = write_relations(stated, source=source) if stated else set()
    ids = [row.pk for row, _ in changes]
    publish_editions({*ids, *touched, *related_to(ids)}, by=by)


def kept_of(row: Edition) -> Kept:
    """An edition as kept values, blanks left out."""
    found = {name: kept_form(getattr(row, name)) for name in EDITION}
    return {name: value for name, value in found.items() if value is not None}


def kept_form(value: Any) -> Any:
    """A column's value in its kept form: days as text, blanks as None."""
    if isinstance(value, date):
        return value.isoformat()
    return None if value in ("", []) else value


def differing(row: Edition, kept: Kept, names: Iterable[str] = EDITION) -> list[str]:
    """Of the fields given, those whose value is another than the present one."""
    return [name for name in names if name in kept and kept_form(getattr(row, name)) != kept_form(kept[name])]


def save_relations(rows: Sequence[tuple[int, Kept]], *, by: Actor, source: str = "") -> None:
    """Add relations one by one to what editions (by id) state already, or change their degree and extent."""
    if not rows:
        return
    keys = sorted({kept["to_key"] for _, kept in rows if kept.get("to_key")})
    there = dict(Edition.objects.filter(key__any_of=keys).values_list("key", "id"))
    Relation.objects.bulk_create(
        [
            Relation(
                from_edition_id=pk,
                kind=kept["kind"],
                degree=kept.get("degree") or "" if kept["kind"] == "adopts" else "",
                part=kept.get("part") or "wholly" if kept["kind"] == "replaces" else "",
                to_edition_id=there.get(kept.get("to_key", "")),
                to_number=kept["to_number"],
                to_key=kept.get("to_key", ""),
                to_series_key=kept.get("to_series_key", ""),
                dated=kept.get("dated", False),
                source=source,
            )
            for pk, kept in rows
        ],
        update_conflicts=True,
        unique_fields=["from_edition", "kind", "to_number"],
        update_fields=["degree", "part", "to_edition", "source"],
    )
    ids = {pk for pk, _ in rows}
    publish_editions({*ids, *there.values(), *related_to(ids)}, by=by)
