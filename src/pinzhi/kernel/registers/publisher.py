"""Bringing the public side up to date: what of a record and of its entries may be seen, by field, state and period.

An entry shows a group while the definition that the entry was made under, and the present one, both open the group's
class: no later edit widens what past entries show.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from pinzhi.kernel import clock
from pinzhi.kernel.registers import catalogue, labels
from pinzhi.kernel.registers.definitions import Publicity, Register
from pinzhi.kernel.registers.models import PublicRecord, Record
from pinzhi.kernel.registers.rows import insert_rows

_json = json.JSONEncoder(ensure_ascii=False).encode
PUBLIC_RECORD = (
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
    "updated_at",
    "open_until",
    "sort_key",
    "search_text",
)
PUBLIC_ENTRY = ("log", "index", "key", "groups", "open_until", "changed_at")
PUBLIC_FILE = ("sha256", "register", "key", "name", "media_type", "size", "open_until")


def is_open(rule: Publicity, entry_state: str, record: Record, today: date) -> bool:
    """Whether a class shows what an entry of that state holds, given the record's present state and validity."""
    if entry_state not in rule.states:
        return False
    if rule.while_ == "ever":
        return True
    if record.state not in rule.states:
        return False
    if rule.while_ == "state":
        return True
    begun = record.valid_from is None or record.valid_from <= today
    return begun and (record.valid_until is None or today <= record.valid_until)


@dataclass(frozen=True)
class Opening:
    """What is open of one entry: group names, and the last day on which all of it may be shown."""

    groups: frozenset[str]
    until: date | None


def opening(then: Register, now: Register, entry_state: str, record: Record, today: date) -> Opening:
    """The groups of an entry that may be shown today."""
    open_classes = {
        name
        for name, rule in then.definition.classes.items()
        if is_open(rule, entry_state, record, today)
        and (
            then is now
            or (
                name in now.definition.classes
                and is_open(now.definition.classes[name], entry_state, record, today)
            )
        )
    }
    if not open_classes & set(then.definition.envelope_classes):
        return Opening(frozenset(), None)
    # The day on which the first of what is open closes: should nobody bring it up to date then, it is not shown at all.
    closing = any(then.definition.classes[name].while_ == "valid" for name in open_classes)
    return Opening(frozenset(open_classes | {"entry"}), record.valid_until if closing else None)


def publish(register: str, keys: Sequence[str]) -> None:
    """Make the public side of these keys what it should be today."""
    if not keys:
        return
    now = catalogue.get(register)
    today, moment = clock.today(), clock.now()
    records = {
        record.key: record
        for record in Record.objects.filter(register=register, key__any_of=keys).defer(
            "search_text", "values", "actors"
        )
    }
    rows = _sequenced(register, keys)
    entries, shown = [], {}
    opened_like: dict[tuple[Any, ...], Opening] = {}
    for entry_id, key, state, hash_, index, groups in rows:
        record = records.get(key)
        if record is None:
            continue
        then = now if hash_ == now.hash else catalogue.version(hash_)
        like = (hash_, state, record.state, record.valid_from, record.valid_until)
        opened = opened_like.get(like) or opening(then, now, state, record, today)
        opened_like[like] = opened
        if entry_id == record.entry_id:
            shown[key] = (opened, groups)
        visible = {name: group for name, group in groups.items() if name in opened.groups}
        if "entry" in visible:
            entries.append((register, index, key, _json(visible), opened.until, moment))
    public, files = _public_records(now, records, shown)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM public_entry WHERE log = %s AND key = ANY(%s) RETURNING index",
            [register, list(keys)],
        )
        was_open = {row[0] for row in cursor.fetchall()}
        cursor.execute(
            "DELETE FROM public_record WHERE register = %s AND key = ANY(%s)", [register, list(keys)]
        )
        more = len(public) - cursor.rowcount
        if more:
            cursor.execute(
                "UPDATE public_definition SET records = records + %s WHERE register = %s", [more, register]
            )
        cursor.execute(
            "DELETE FROM public_file WHERE register = %s AND key = ANY(%s)", [register, list(keys)]
        )
    insert_rows("public_entry", PUBLIC_ENTRY, entries)
    _note_closed(register, was_open - {entry[1] for entry in entries}, moment)
    insert_rows("public_record", PUBLIC_RECORD, public)
    insert_rows("public_file", PUBLIC_FILE, files)


def _note_closed(register: str, closed: set[int], moment: datetime) -> None:
    """Entries that were open until now. One that opens again later has a later mark of its own: order tells the two."""
    if not closed:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO public_closed (log, index, closed_at) SELECT %s, unnest(%s::bigint[]), %s"
            " ON CONFLICT (log, index) DO UPDATE SET closed_at = EXCLUDED.closed_at",
            [register, sorted(closed), moment],
        )


def _sequenced(register: str, keys: Sequence[str]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.id, e.key, e.state, e.definition, s.index, c.groups FROM registers_entry e"
            " JOIN registers_sequenced s ON s.entry_id = e.id JOIN registers_content c ON c.entry_id = e.id"
            " WHERE e.register = %s AND e.key = ANY(%s) ORDER BY e.id",
            [register, list(keys)],
        )
        rows = cursor.fetchall()
    return [(*row[:5], row[5] if isinstance(row[5], dict) else json.loads(row[5])) for row in rows]


def _public_records(
    register: Register, records: Mapping[str, Record], shown: Mapping[str, tuple[Opening, Mapping[str, Any]]]
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    visible = {key: found for key, found in shown.items() if "entry" in found[0].groups}
    names = _public_names(register, [records[key].subject for key in visible])
    rows, files = [], []
    for key, (opened, groups) in visible.items():
        record = records[key]
        values: dict[str, Any] = {}
        for name in opened.groups - {"entry"}:
            values |= groups.get(name, {}).get("values", {})
        label = labels.label(register, key, values, names.get(record.subject, ""))
        rows.append(
            (
                register.name,
                key,
                record.state,
                record.record_type,
                record.valid_from,
                record.valid_until,
                record.region,
                record.agency,
                record.subject,
                label,
                _json(values),
                record.effective_on,
                record.updated_at,
                opened.until,
                record.sort_key if label == record.label else labels.sort_key(label),
                labels.search_text(register, key, label, record.subject, values),
            )
        )
        files += _public_files(register, key, values, opened.until)
    return rows, files


def _public_names(register: Register, subjects: Iterable[str]) -> dict[str, str]:
    roster = catalogue.ROSTERS.get(register.definition.about)
    if roster is None or roster == register.name:
        return {}
    rows = PublicRecord.objects.filter(register=roster, key__any_of={s for s in subjects if s})
    return dict(rows.values_list("key", "label"))


def _public_files(
    register: Register, key: str, values: Mapping[str, Any], until: date | None
) -> list[tuple[Any, ...]]:
    files = {}
    for field in register.definition.fields:
        if field.type == "file":
            for file in values.get(field.name) or []:
                files[file["sha256"]] = (
                    file["sha256"],
                    register.name,
                    key,
                    file.get("name", ""),
                    file.get("type", ""),
                    file.get("size", 0),
                    until,
                )
    return list(files.values())


#: For how many days a sequencer may have stood still and still opens what has become valid meanwhile.
LOOKED_BACK = 60
#: So many records are brought up to date at once: numbering what comes in does not wait for more.
AT_ONCE = 500


_OVERDUE = """
SELECT register, key FROM public_record WHERE open_until < %s
UNION SELECT log, key FROM public_entry WHERE open_until < %s
UNION SELECT r.register, r.key FROM registers_record r
WHERE r.valid_from BETWEEN %s AND %s AND r.valid_from > (r.updated_at AT TIME ZONE 'Asia/Shanghai')::date
  AND NOT EXISTS (
    SELECT 1 FROM public_entry e WHERE e.log = r.register AND e.key = r.key
      AND (e.changed_at AT TIME ZONE 'Asia/Shanghai')::date >= r.valid_from
  )
"""


def overdue() -> list[tuple[str, list[str]]]:
    """What a new day closes and opens, as (register, keys) in parts of a few hundred.

    Closed: what was open until a day that is past. Opened: records that were entered before the day from which they are
    valid, and have not been looked at since it came.
    """
    today = clock.today()
    with transaction.atomic(), connection.cursor() as cursor:
        # An index holds each of the three, but how few wait for their first day the planner cannot know.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(_OVERDUE, [today, today, today - timedelta(days=LOOKED_BACK), today])
        found = cursor.fetchall()
        cursor.execute("SET LOCAL enable_seqscan = DEFAULT")
        due: dict[str, list[str]] = {}
        for register, key in found:
            due.setdefault(register, []).append(key)
    return [
        (register, keys[at : at + AT_ONCE])
        for register, keys in due.items()
        for at in range(0, len(keys), AT_ONCE)
    ]


def close_overdue() -> int:
    """Bring up to date what a new day closes and opens; returns how many records were looked at."""
    parts = overdue()
    for register, keys in parts:
        publish(register, keys)
    return sum(len(keys) for _, keys in parts)
