"""Writing declarations and their public records: the bulk way that every action takes, in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection

from pinzhi.apps.standards.cleaning_declarations import REGISTER, Draft, record_values, same_key
from pinzhi.apps.standards.declared_facts import _read
from pinzhi.apps.standards.models import Declaration
from pinzhi.apps.standards.numbers import Number
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.registers.append import append
from pinzhi.kernel.registers.entries import EntryDraft
from pinzhi.kernel.registers.models import Record
from pinzhi.kernel.registers.publish import Publication, publish
from pinzhi.kernel.registers.rows import insert_rows
from pinzhi.kernel.search import pinyin

COLUMNS = (
    "number", "kind", "status", "uscc", "enterprise", "region", "product", "brand", "product_class", "sector", "standard",
    "standard_key", "series_key", "standard_level", "standard_state", "flags", "main_producer", "same_key", "version",
    "declared_on", "withdrawn_on", "withdrawn_reason", "checked_on", "sort_key", "updated_at", "updated_by",
)  # fmt: skip


def numbers(count: int, prefix: str = "SM", sequence: str = "standards_declaration_serial") -> list[str]:
    """The next numbers of this installation."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [sequence, count])
        year = clock.today().year
        return [f"{prefix}-{year}-{serial:06d}" for (serial,) in cursor.fetchall()]


def keys_of(standard: str) -> tuple[str, str]:
    """(dated key, series key) of a standard's number; empty where it is none."""
    found = _read(standard) if standard else None
    return (found.key, found.series_key) if isinstance(found, Number) else ("", "")


def key_of(draft: Draft) -> tuple[str, str]:
    """What makes a draft the same declaration as another: whose it is, and product, model, specification, standard."""
    standard, _series = keys_of(str(draft.said.get("standard_no") or ""))
    return draft.uscc, same_key(draft.kind, draft.said, standard)


def standing_alike(keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Of these declarations those that are in public already, with their numbers."""
    rows = Declaration.objects.filter(
        status=Declaration.Status.DECLARED, uscc__any_of=sorted({uscc for uscc, _ in keys})
    ).filter(same_key__any_of=[key for _, key in keys])
    return {(uscc, key): number for uscc, key, number in rows.values_list("uscc", "same_key", "number")}


def insert(drafts: Sequence[Draft], *, by: Actor, on: date, declared_on: date) -> list[str]:
    """Write new declarations that were checked; returns their numbers."""
    given = numbers(len(drafts))
    moment = clock.now()
    entered_by = "official" if by.speaks_for == "agency" else "self"
    rows, items = [], []
    for number, draft in zip(given, drafts, strict=True):
        kept = record_values(draft, on=on, declared_on=declared_on, version=1, entered_by=entered_by)
        key, series = keys_of(str(kept.get("standard_no") or ""))
        rows.append(
            (
                number, draft.kind, "declared", draft.uscc, draft.enterprise, draft.region, kept["product_name"],
                kept.get("brand", ""), kept.get("product_class", ""), kept["sector"], kept.get("standard_no", ""), key, series,
                kept.get("standard_level", ""), kept.get("standard_state", ""), json.dumps(kept.get("flags", [])),
                draft.main_producer, same_key(draft.kind, draft.said, key), 1, declared_on, None, "", on,
                pinyin.sort_key(kept["product_name"], 120), moment,
                by.username,
            )
        )  # fmt: skip
        items.append(
            Publication(
                key=number, subject=draft.uscc, region=draft.region, record_type=draft.kind, values=kept, effective_on=declared_on
            )
        )  # fmt: skip
    insert_rows("standards_declaration", COLUMNS, rows)
    publish(REGISTER, items, by=by, trusted=True)
    return given


def update(row: Declaration, kept: Mapping[str, Any], *, by: Actor, kind: str, reason: str = "") -> None:
    """Save one declaration as it stands now and write the entry: a new version, a check, a withdrawal."""
    row.product, row.brand = kept["product_name"], kept.get("brand", "")
    row.product_class, row.sector = kept.get("product_class", ""), kept["sector"]
    row.standard = kept.get("standard_no", "")
    row.standard_key, row.series_key = keys_of(row.standard)
    row.standard_level, row.standard_state = kept.get("standard_level", ""), kept.get("standard_state", "")
    row.flags, row.main_producer = list(kept.get("flags", [])), bool(kept.get("main_producer"))
    row.version = kept["version"]
    row.same_key = same_key(row.kind, kept, row.standard_key)
    row.sort_key = pinyin.sort_key(row.product, 120)
    row.updated_at, row.updated_by = clock.now(), by.username
    row.save()
    found = catalogue.get(REGISTER)
    step = found.life.transition(kind)
    assert step is not None and step.to is not None
    before = Record.objects.select_for_update().get(register=REGISTER, key=row.number)
    draft = EntryDraft(
        key=row.number,
        kind=kind,
        state=step.to,
        values=dict(kept),
        effective_on=max(clock.today(), before.effective_on),
        record_type=row.kind,
        valid_from=before.valid_from,
        valid_until=before.valid_until,
        region=row.region,
        agency=before.agency,
        subject=row.uscc,
        step={"reason": reason} if reason else {},
    )
    append(found, [draft], by=by.username, present={row.number: before})
