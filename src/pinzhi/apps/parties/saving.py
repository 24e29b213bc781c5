"""Writing parties and their public rosters: the bulk way that every action and every import takes.

Rows are kept values by name (`cleaning`). Everything is in the caller's transaction; permission was the caller's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection

from pinzhi.apps.parties import publishing
from pinzhi.apps.parties.cleaning import Kept, kept_form
from pinzhi.apps.parties.likeness import name_key
from pinzhi.apps.parties.models import Body, Enterprise, FormerName, Product
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.registers.rows import insert_rows
from pinzhi.kernel.search import pinyin
from pinzhi.kernel.search.folding import searchable

SORT = 120
ENTERPRISE = (
    "uscc", "name", "region", "enterprise_type", "trade", "size", "above_scale", "consumer_goods", "main_producer",
    "roles", "status", "registered_on", "address", "business_scope", "legal_representative", "contact_name",
    "contact_phone", "contact_email", "registration_no", "successor_code", "merged_into", "closed_on", "name_since",
)  # fmt: skip
PRODUCT = (
    "number", "name", "region", "gtin", "own_number", "brand", "specification", "model", "category", "category_code",
    "sector", "consumer_goods", "producer_code", "made_for_code", "imported", "country_of_origin", "standard_executed",
    "licence_no", "status", "since",
)  # fmt: skip
BODY = (
    "uscc", "name", "region", "short_name", "kinds", "ownership", "fields", "accreditation_no", "approval_expires_on",
    "scope", "address", "service_phone", "website", "head_office_code", "status", "contact_name", "contact_phone",
)  # fmt: skip
_LISTS = frozenset({"roles", "kinds", "fields"})
#: Days and truth values may be unknown; texts are empty.
_NULLS = frozenset(
    {
        "above_scale", "consumer_goods", "main_producer", "registered_on", "closed_on", "name_since", "imported", "since",
        "approval_expires_on",
    }
)  # fmt: skip
_WORK = ("search_text", "sort_key", "source", "revision", "updated_at", "updated_by")


def enterprise_search(kept: Mapping[str, Any]) -> str:
    """Code, names, brands of the old number; the legal representative too: this table is not public."""
    return searchable(
        kept["uscc"],
        kept["name"],
        *kept.get("former_names", ()),
        kept.get("registration_no"),
        kept.get("legal_representative"),
    )


def product_search(kept: Mapping[str, Any]) -> str:
    return searchable(
        kept["number"], kept.get("gtin"), kept["name"], kept.get("brand"), kept.get("model"), kept.get("producer_name"),
        kept.get("standard_executed"), kept.get("licence_no"), kept.get("own_number"),
    )  # fmt: skip


def body_search(kept: Mapping[str, Any]) -> str:
    return searchable(kept["uscc"], kept["name"], kept.get("short_name"), kept.get("accreditation_no"))


def _cell(kept: Mapping[str, Any], name: str) -> Any:
    value = kept.get(name)
    if name in _LISTS:
        return json.dumps(value or [], ensure_ascii=False)
    if value is None:
        return None if name in _NULLS else ""
    return value


def _insert(
    table: str, names: Sequence[str], rows: Sequence[Kept], search: Any, by: Actor, source: str, keyed: bool
) -> None:
    moment, who = clock.now(), by.username
    columns = (*names, *_WORK, *(("name_key",) if keyed else ()))
    written = []
    for kept in rows:
        cells = [_cell(kept, name) for name in names]
        cells += (search(kept), pinyin.sort_key(kept["name"], SORT), source, 1, moment, who)
        if keyed:
            cells.append(name_key(kept["name"]))
        written.append(cells)
    insert_rows(table, columns, written)


def insert_enterprises(
    rows: Sequence[Kept], *, by: Actor, source: str = "", effective_on: date | None = None
) -> None:
    """Write enterprises that are not there yet, and their roster entries."""
    _insert("parties_enterprise", ENTERPRISE, rows, enterprise_search, by, source, True)
    add_former_names({row["uscc"]: row["former_names"] for row in rows if row.get("former_names")}, by=by)
    publishing.publish_enterprises(rows, by=by, effective_on=effective_on)


def add_former_names(named: Mapping[str, Sequence[str]], *, by: Actor) -> None:
    """Note names that enterprises bore at times that nobody gave; those known already are left alone."""
    if not named:
        return
    found = Enterprise.objects.filter(uscc__in=list(named)).values_list("uscc", "id", "name")
    ids = {uscc: pk for uscc, pk, _ in found}
    present = {(pk, name) for _, pk, name in found}
    known = (
        set(FormerName.objects.filter(enterprise_id__in=ids.values()).values_list("enterprise_id", "name"))
        | present
    )
    moment = clock.now()
    FormerName.objects.bulk_create(
        [
            FormerName(enterprise_id=ids[uscc], name=name, recorded_at=moment, recorded_by=by.username)
            for uscc, names in named.items()
            for name in dict.fromkeys(names)
            if (ids[uscc], name) not in known
        ]
    )


def insert_products(
    rows: Sequence[Kept], *, by: Actor, source: str = "", effective_on: date | None = None
) -> None:
    """Write products that are not there yet (`number`, `region`, `producer_name` filled in), and their entries."""
    _insert("parties_product", PRODUCT, rows, product_search, by, source, False)
    publishing.publish_products(rows, by=by, effective_on=effective_on)


def insert_bodies(
    rows: Sequence[Kept], *, by: Actor, source: str = "", effective_on: date | None = None
) -> None:
    """Write technical bodies that are not there yet, and their roster entries."""
    _insert("parties_body", BODY, rows, body_search, by, source, False)
    publishing.publish_bodies(rows, by=by, effective_on=effective_on)


def kept_of(row: Enterprise | Product | Body) -> Kept:
    """A party as kept values."""
    names = {Enterprise: ENTERPRISE, Product: PRODUCT, Body: BODY}[type(row)]
    found = {name: kept_form(getattr(row, name)) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def update_enterprises(
    rows: Sequence[Enterprise], *, by: Actor, source: str = "", effective_on: date | None = None
) -> None:
    """Save changed enterprises and publish what of it is public; former names are read from their table."""
    former: dict[int, list[str]] = {row.pk: [] for row in rows}
    known = FormerName.objects.filter(enterprise_id__in=list(former)).order_by("until", "id")
    for pk, name in known.values_list("enterprise_id", "name"):
        former[pk].append(name)
    published = []
    for row in rows:
        kept = kept_of(row)
        kept["former_names"] = list(dict.fromkeys(former[row.pk]))
        row.search_text, row.sort_key = enterprise_search(kept), pinyin.sort_key(row.name, SORT)
        row.name_key = name_key(row.name)
        published.append(kept)
    _update("parties_enterprise", (*ENTERPRISE, "name_key"), rows, by, source)
    publishing.publish_enterprises(published, by=by, effective_on=effective_on)


def update_products(
    rows: Sequence[Product],
    producers: Mapping[str, str],
    *,
    by: Actor,
    source: str = "",
    effective_on: date | None = None,
) -> None:
    """Save changed products; `producers`: names by credit code."""
    published = []
    for row in rows:
        kept = kept_of(row)
        kept["producer_name"] = producers.get(row.producer_code, "")
        row.search_text, row.sort_key = product_search(kept), pinyin.sort_key(row.name, SORT)
        published.append(kept)
    _update("parties_product", PRODUCT, rows, by, source)
    publishing.publish_products(published, by=by, effective_on=effective_on)


def update_bodies(
    rows: Sequence[Body], *, by: Actor, source: str = "", effective_on: date | None = None
) -> None:
    published = []
    for row in rows:
        kept = kept_of(row)
        row.search_text, row.sort_key = body_search(kept), pinyin.sort_key(row.name, SORT)
        published.append(kept)
    _update("parties_body", BODY, rows, by, source)
    publishing.publish_bodies(published, by=by, effective_on=effective_on)


def _update(table: str, names: Sequence[str], rows: Iterable[Any], by: Actor, source: str) -> None:
    columns = (*names, "search_text", "sort_key", "source", "updated_at", "updated_by")
    assignments = ", ".join(f'"{name}" = %s' for name in columns)
    moment, written = clock.now(), []
    for row in rows:
        row.revision, row.updated_at, row.updated_by = row.revision + 1, moment, by.username
        row.source = source or row.source
        cells = [
            json.dumps(getattr(row, name) or [], ensure_ascii=False) if name in _LISTS else getattr(row, name)
            for name in columns
        ]
        written.append((*cells, row.pk))
    with connection.cursor() as cursor:
        statement = f'UPDATE {table} SET {assignments}, "revision" = "revision" + 1 WHERE id = %s'  # noqa: S608
        cursor.executemany(statement, written)
