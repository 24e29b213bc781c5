"""What follows from the entries of a record: how it stands now, and the span of days in which each entry held.

Both are written beside the entries, in the same transaction, and can be derived from them anew (`rebuild`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection

from pinzhi.kernel.registers import labels
from pinzhi.kernel.registers.definitions import Register
from pinzhi.kernel.registers.entries import EntryDraft, as_draft, entries_of
from pinzhi.kernel.registers.models import Record
from pinzhi.kernel.registers.rows import Batch, Question, ask, insert_rows
from pinzhi.rules.lifecycle.timeline import Happening, timeline

# json.dumps makes an encoder at every call; these texts are made by the million.
_json = json.JSONEncoder(ensure_ascii=False).encode


#: `lock` stands before every step on a record: its SQL is written once, not compiled anew each time.
_LOCKED = [field for field in Record._meta.concrete_fields if field.name != "search_text"]


_LOCK = (
    "SELECT " + ", ".join(f'"{field.column}"' for field in _LOCKED) + " FROM registers_record"
    " WHERE register = $1 AND key = ANY($2) ORDER BY key FOR UPDATE"
)


_JSON_AT = [at for at, field in enumerate(_LOCKED) if field.get_internal_type() == "JSONField"]


def lock(register: str, keys: Iterable[str]) -> dict[str, Record]:
    """The present records of these keys, locked in one order until the transaction ends."""
    return locked(ask(*locking(register, keys)))


def locking(register: str, keys: Iterable[str]) -> Question:
    """What `lock` asks, for who asks other things with it."""
    return _LOCK, [register, list(keys)]


def locked(rows: Iterable[Sequence[Any]]) -> dict[str, Record]:
    """The records that the answer to `locking` holds, by key."""
    names, found = [field.attname for field in _LOCKED], {}
    for row in rows:
        values = list(row)
        for at in _JSON_AT:
            if isinstance(values[at], str):
                values[at] = json.loads(values[at])
        record = Record.from_db(connection.alias, names, values)
        found[record.key] = record
    return found


def facts(register: Register, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that counts look at."""
    return {name: values[name] for name in counted_fields(register) if name in values}


_counted: dict[str, list[str]] = {}


def counted_fields(register: Register) -> list[str]:
    """Fields that may be filtered on or counted: those marked `count`, and those that a count names."""
    found = _counted.get(register.hash)
    if found is None:
        names = {f.name for f in register.definition.fields if f.count}
        for count in register.definition.counts:
            names |= {f.field for f in count.filters} | {count.distinct or "", count.value_field or ""}
        found = [f.name for f in register.definition.fields if f.name in names or f.name == "period"]
        _counted[register.hash] = found
    return found


SPAN_COLUMNS = (
    "entry_id",
    "register",
    "key",
    "state",
    "record_type",
    "starts",
    "ends",
    "valid_from",
    "valid_until",
    "region",
    "agency",
    "subject",
    "facts",
)


def late_keys(drafts: Sequence[EntryDraft], present: Mapping[str, Record]) -> set[str]:
    """Keys whose new entry is not simply the last: it replaces one, has no state, or takes effect earlier."""
    return {
        draft.key
        for draft in drafts
        if (before := present.get(draft.key)) is not None
        and (draft.replaces is not None or not draft.state or draft.effective_on < before.effective_on)
    }


def spans(
    register: Register, drafts: Sequence[tuple[int, EntryDraft]], present: Mapping[str, Record]
) -> list[Batch]:
    """Close the spans that end, and the rows of those that begin."""
    rows = [_span(register, draft, entry_id, draft.effective_on, None) for entry_id, draft in drafts]
    closing = [
        (draft.effective_on, present[draft.key].entry_id) for _id, draft in drafts if draft.key in present
    ]
    if closing:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE registers_span s SET ends = d.ends FROM unnest(%s::date[], %s::bigint[]) AS d(ends, entry_id)"
                " WHERE s.entry_id = d.entry_id",
                [[day for day, _ in closing], [entry_id for _, entry_id in closing]],
            )
    return [("registers_span", SPAN_COLUMNS, rows)]


def _span(
    register: Register, draft: EntryDraft, entry_id: int, starts: date, ends: date | None
) -> tuple[Any, ...]:
    return (
        entry_id,
        register.name,
        draft.key,
        draft.state,
        draft.record_type,
        starts,
        ends,
        draft.valid_from,
        draft.valid_until,
        draft.region,
        draft.agency,
        draft.subject,
        _json(facts(register, draft.values)),
    )


RECORD_COLUMNS = (
    "register",
    "key",
    "state",
    "record_type",
    "valid_from",
    "valid_until",
    "region",
    "agency",
    "subject",
    "label",
    "values",
    "effective_on",
    "state_since",
    "entry_id",
    "definition",
    "actors",
    "updated_at",
    "sort_key",
    "search_text",
)


def records(
    register: Register,
    drafts: Sequence[tuple[int, EntryDraft]],
    present: Mapping[str, Record],
    names: Mapping[str, str],
    moment: datetime,
) -> list[Batch]:
    """Bring records that stand up to date, and the rows of new ones."""
    fresh, changed = [], []
    for entry_id, draft in drafts:
        before = present.get(draft.key)
        row = _record(register, draft, entry_id, before, names, moment)
        if before is None:
            fresh.append(row)
        else:
            changed.append((*row[2:], before.id))
    _update_records(changed)
    return [("registers_record", RECORD_COLUMNS, fresh)]


def _update_records(rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        assignments = ", ".join(f'"{name}" = %s' for name in RECORD_COLUMNS[2:])
        with connection.cursor() as cursor:
            cursor.executemany(f"UPDATE registers_record SET {assignments} WHERE id = %s", rows)


def _record(
    register: Register,
    draft: EntryDraft,
    entry_id: int,
    before: Record | None,
    names: Mapping[str, str],
    moment: datetime,
) -> tuple[Any, ...]:
    label = labels.label(register, draft.key, draft.values, names.get(draft.subject, ""))
    same_state = before is not None and before.state == draft.state
    return (
        register.name,
        draft.key,
        draft.state,
        draft.record_type,
        draft.valid_from,
        draft.valid_until,
        draft.region,
        draft.agency,
        draft.subject,
        label,
        _json(dict(draft.values)),
        draft.effective_on,
        before.state_since if before is not None and same_state else draft.effective_on,
        entry_id,
        register.hash,
        _json(dict(draft.actors) or (before.actors if before else {})),
        moment,
        labels.sort_key(label),
        labels.search_text(register, draft.key, label, draft.subject, draft.values),
    )


def rebuild(register: Register, key: str, before: Record, names: Mapping[str, str], moment: datetime) -> None:
    """Derive spans and record of one key again from its entries (after a correction or a late entry)."""
    pairs = {entry.id: (entry, values) for entry, values in entries_of(register.name, [key]).get(key, [])}
    held = timeline(Happening(e.id, e.state, e.effective_on, e.replaces) for e, _ in pairs.values())
    rows = [_span(register, as_draft(*pairs[h.number]), h.number, h.starts, h.ends) for h in held]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM registers_span WHERE register = %s AND key = %s", [register.name, key])
        if not held:
            cursor.execute("DELETE FROM registers_record WHERE id = %s", [before.id])
    insert_rows("registers_span", SPAN_COLUMNS, rows)
    if held:
        standing = as_draft(*pairs[held[-1].number])
        _update_records(
            [(*_record(register, standing, held[-1].number, before, names, moment)[2:], before.id)]
        )
