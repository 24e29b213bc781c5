"""What an entry is: drafted by an action, in its envelope and groups when it is hashed, and read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from pinzhi.kernel.registers.definitions import Register
from pinzhi.kernel.registers.models import Content, Entry

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


def entries_of(register: str, keys: Sequence[str]) -> dict[str, list[tuple[Entry, dict[str, Any]]]]:
    """All entries of these keys with the values that are still there, oldest first."""
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
