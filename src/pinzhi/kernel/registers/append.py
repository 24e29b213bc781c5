"""Appending entries: the one place where entries, their content, the present records and spans are written.

Everything happens in the caller's transaction; numbering, hashing into the tree and publishing come after the commit,
by the sequencer, so no writer waits for another.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection

from pinzhi.kernel import clock
from pinzhi.kernel.errors import Conflict
from pinzhi.kernel.registers import labels
from pinzhi.kernel.registers.definitions import Register
from pinzhi.kernel.registers.models import Entry, Record
from pinzhi.kernel.registers.rows import Batch, ask, insert_all, insert_rows
from pinzhi.rules.lifecycle.timeline import Happening, timeline
from pinzhi.rules.proof.groups import salt_source, seal_text

# json.dumps makes an encoder at every call; these texts are made by the million.
_json = json.JSONEncoder(ensure_ascii=False).encode

#: The group of what a step carried besides fields: reason, decision number, note. Never public.
STEP = "step"


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """One thing that happened, with the whole picture of the record from then on (kept values, canonical)."""

    key: str
    kind: str
    state: str
    values: Mapping[str, Any]
    effective_on: date
    record_type: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    region: str = ""
    agency: str = ""
    subject: str = ""
    replaces: int | None = None
    step: Mapping[str, Any] = field(default_factory=dict)
    actors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EntryRef:
    """Where an entry can be found: register, key, entry id."""

    register: str
    key: str
    entry_id: int


#: `lock` stands before every step on a record: its SQL is written once, not compiled anew each time.
_LOCKED = [field for field in Record._meta.concrete_fields if field.name != "search_text"]
_LOCK = (
    "SELECT " + ", ".join(f'"{field.column}"' for field in _LOCKED) + " FROM registers_record"
    " WHERE register = $1 AND key = ANY($2) ORDER BY key FOR UPDATE"
)
_JSON_AT = [at for at, field in enumerate(_LOCKED) if field.get_internal_type() == "JSONField"]


def lock(register: str, keys: Iterable[str]) -> dict[str, Record]:
    """The present records of these keys, locked in one order until the transaction ends."""
    rows = ask(_LOCK, [register, list(keys)])
    names, found = [field.attname for field in _LOCKED], {}
    for row in rows:
        values = list(row)
        for at in _JSON_AT:
            if isinstance(values[at], str):
                values[at] = json.loads(values[at])
        record = Record.from_db(connection.alias, names, values)
        found[record.key] = record
    return found


def stamp(moment: datetime) -> str:
    """An instant as an envelope holds it: UTC to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def envelope(entry_id: int, draft: EntryDraft, recorded_at: datetime) -> dict[str, Any]:
    """The group `entry`, as verify.py documents it."""
    return {
        "id": str(entry_id),
        "key": draft.key,
        "kind": draft.kind,
        "state": draft.state or None,
        "record_type": draft.record_type or None,
        "effective_on": draft.effective_on.isoformat(),
        "valid_from": draft.valid_from.isoformat() if draft.valid_from else None,
        "valid_until": draft.valid_until.isoformat() if draft.valid_until else None,
        "region": draft.region or None,
        "agency": draft.agency or None,
        "subject": draft.subject or None,
        "recorded_at": stamp(recorded_at),
        "replaces": None if draft.replaces is None else str(draft.replaces),
    }


def grouped(register: Register, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Values by the publicity group that they are hashed in; empty groups are left out."""
    by_name = register.definition.by_name
    groups: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        groups.setdefault(by_name[name].publicity, {})[name] = value
    return groups


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


def append(
    register: Register,
    drafts: Sequence[EntryDraft],
    *,
    by: str,
    present: Mapping[str, Record] | None = None,
    names: Mapping[str, str] | None = None,
) -> list[EntryRef]:
    """Write entries for drafts of different keys; returns their places in the order given.

    `present`: the records as `lock` returned them; `names`: what the subjects are called, where the caller has looked
    it up. Raises Conflict when a key has come into being meanwhile.
    """
    if not drafts:
        return []
    if not connection.in_atomic_block:
        raise RuntimeError("append belongs inside the action's transaction")
    moment = clock.now()
    if present is None:
        present = lock(register.name, [draft.key for draft in drafts])
    # After the lock, so that a key's later entry has the higher number.
    ids = _new_ids(len(drafts))
    if names is None:
        names = labels.subject_labels(register, [draft.subject for draft in drafts])
    salts = salt_source(_random_block(len(drafts)))
    entries, contents, pending = [], [], []
    for entry_id, draft in zip(ids, drafts, strict=True):
        groups = {"entry": envelope(entry_id, draft, moment), **grouped(register, draft.values)}
        if draft.step:
            groups[STEP] = dict(draft.step)
        leaf, content = seal_text(register.name, register.hash, groups, salts)
        entries.append(
            (
                entry_id,
                register.name,
                draft.key,
                draft.kind,
                draft.state,
                draft.record_type,
                draft.effective_on,
                draft.valid_from,
                draft.valid_until,
                draft.region,
                draft.agency,
                draft.subject,
                moment,
                draft.replaces,
                register.hash,
                by,
            )
        )
        contents.append((entry_id, content))
        pending.append((entry_id, register.name, draft.key, leaf))
    batches: list[Batch] = [
        ("registers_entry", ENTRY_COLUMNS, entries),
        ("registers_content", ("entry_id", "groups"), contents),
        ("registers_pending", ("entry_id", "register", "key", "leaf"), pending),
    ]
    late = _late(drafts, present)
    on_time = [
        (entry_id, draft) for entry_id, draft in zip(ids, drafts, strict=True) if draft.key not in late
    ]
    batches += _spans(register, on_time, present)
    batches += _records(register, on_time, present, names, moment)
    try:
        insert_all(batches)
    except IntegrityError as error:
        raise Conflict(
            "key_taken",
            zh="编号刚刚被另一笔业务占用，或同一文件中重复。",
            en="A number was taken by another transaction just now, or stands twice in the set.",
            remedy_zh="刷新后核对，再提交一次。",
            remedy_en="Reload, check, and hand in again.",
        ) from error
    for key in late:
        rebuild(register, key, present[key], names, moment)
    return [EntryRef(register.name, draft.key, entry_id) for entry_id, draft in zip(ids, drafts, strict=True)]


ENTRY_COLUMNS = (
    "id",
    "register",
    "key",
    "kind",
    "state",
    "record_type",
    "effective_on",
    "valid_from",
    "valid_until",
    "region",
    "agency",
    "subject",
    "recorded_at",
    "replaces",
    "definition",
    "by",
)
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


def _random_block(count: int) -> Callable[[int], bytes]:
    """os.urandom, asked for no more than a small batch needs."""
    return os.urandom if count > 100 else (lambda size: os.urandom(min(size, 16 * 12 * count)))


def _new_ids(count: int) -> list[int]:
    asked = "SELECT nextval('registers_entry_id_seq') FROM generate_series(1, $1)"
    return [row[0] for row in ask(asked, [count])]


def _late(drafts: Sequence[EntryDraft], present: Mapping[str, Record]) -> set[str]:
    """Keys whose new entry is not simply the last: it replaces one, has no state, or takes effect earlier."""
    return {
        draft.key
        for draft in drafts
        if (before := present.get(draft.key)) is not None
        and (draft.replaces is not None or not draft.state or draft.effective_on < before.effective_on)
    }


def _spans(
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


def entries_of(register: str, keys: Sequence[str]) -> dict[str, list[tuple[Entry, dict[str, Any]]]]:
    """All entries of these keys with the values that are still there, oldest first."""
    from pinzhi.kernel.registers.models import Content

    found: dict[str, list[tuple[Entry, dict[str, Any]]]] = {}
    entries = list(Entry.objects.filter(register=register, key__in=keys).order_by("id"))
    contents = Content.objects.in_bulk([entry.id for entry in entries])
    for entry in entries:
        values: dict[str, Any] = {}
        for name, group in contents[entry.id].groups.items():
            if name not in ("entry", STEP):
                values |= group["values"]
        found.setdefault(entry.key, []).append((entry, values))
    return found


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


def as_draft(entry: Entry, values: Mapping[str, Any]) -> EntryDraft:
    """An entry that was written, in the form in which it was handed in."""
    return EntryDraft(
        key=entry.key,
        kind=entry.kind,
        state=entry.state,
        values=values,
        effective_on=entry.effective_on,
        record_type=entry.record_type,
        valid_from=entry.valid_from,
        valid_until=entry.valid_until,
        region=entry.region,
        agency=entry.agency,
        subject=entry.subject,
        replaces=entry.replaces,
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


def _records(
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
