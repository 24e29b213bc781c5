"""When a definition has changed, what follows from its register's entries is derived anew.

An upgrade may count a field that was only kept before, search or name by another one, or close what was public. Entries
stay as they are; records, the facts of their spans and the public side are brought to the present definition before
anything is served by it. Each part is only gone through where its part of the definition has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction

from pinzhi.kernel import clock
from pinzhi.kernel.registers import catalogue, labels, present, publisher
from pinzhi.kernel.registers.definitions import CatalogueError, Register
from pinzhi.kernel.registers.entries import entries_of
from pinzhi.kernel.registers.models import DefinitionVersion, Record, Span
from pinzhi.kernel.registers.rows import update_rows
from pinzhi.kernel.registers.sequencer import LOCK

BATCH = 1000  # records in one transaction

#: Called with the register, how many records are done and how many there are.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Changed:
    """What of a definition is another than the one that the records follow."""

    facts: bool
    names: bool
    shown: bool


def derive_outdated(progress: Progress = lambda _register, _done, _total: None) -> list[str]:
    """Derive all registers anew whose definition has changed since; returns their names. Interrupted, it begins again.

    The rosters come first: others take their subjects' names from them.
    """
    done = []
    followed = {
        row.register: row.hash
        for row in DefinitionVersion.objects.exclude(derived_at=None).only("register", "hash")
    }
    for register in sorted(
        catalogue.registers().values(), key=lambda r: r.name not in catalogue.ROSTERS.values()
    ):
        before = followed.get(register.name)
        if before != register.hash:
            changed = _changed(_readable(before), register)
            # Until the end no definition is followed by all records: cut short, everything is derived, whichever comes next.
            versions = DefinitionVersion.objects.filter(register=register.name)
            versions.update(derived_at=None)
            if _derive(register, changed, progress):
                done.append(register.name)
            versions.filter(hash=register.hash).update(derived_at=clock.now())
    return done


def _readable(hash_: str | None) -> Register | None:
    """The definition of that hash; None where there is none or a form that this release no longer reads."""
    try:
        return catalogue.version(hash_) if hash_ else None
    except CatalogueError:
        return None


def _changed(before: Register | None, now: Register) -> Changed:
    if before is None:
        return Changed(True, True, True)
    names = _naming(before) != _naming(now)
    return Changed(
        facts=present.counted_fields(before) != present.counted_fields(now),
        names=names,
        shown=names or _publicity(before) != _publicity(now),
    )


def _naming(register: Register) -> object:
    """What names and searches follow from."""
    fields = register.definition.fields
    return register.definition.label_field, [
        (f.name, f.type, f.search, f.personal, f.options) for f in fields
    ]


def _publicity(register: Register) -> object:
    found = register.definition
    return found.classes, found.envelope_classes, [(f.name, f.type, f.publicity) for f in found.fields]


def _derive(register: Register, changed: Changed, progress: Progress) -> int:
    """Go through all records of the register; returns how many."""
    if not (changed.facts or changed.names or changed.shown):
        return 0
    records = Record.objects.filter(register=register.name).order_by("key")
    total, done, after = records.count(), 0, ""
    if total:
        progress(register.name, 0, total)
    while keys := list(records.filter(key__gt=after).values_list("key", flat=True)[:BATCH]):
        with transaction.atomic():
            if changed.shown:  # waits for the sequencer: it publishes too
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            held = present.lock(register.name, keys)
            if changed.facts:
                _facts(register, keys)
            if changed.names:
                _names(register, list(held.values()))
            if changed.shown:
                publisher.publish(register.name, keys)
        after, done = keys[-1], done + len(keys)
        progress(register.name, done, total)
    return total


def _facts(register: Register, keys: list[str]) -> None:
    """The facts of the spans of these keys, the past ones too: counts of a past day look at them."""
    values = {entry.id: found for pairs in entries_of(register.name, keys).values() for entry, found in pairs}
    other = []
    for span in Span.objects.filter(register=register.name, key__any_of=keys):
        facts = present.facts(register, values[span.entry_id])
        if facts != span.facts:
            span.facts = facts
            other.append(span)
    update_rows(other, ["facts"])


def _names(register: Register, records: list[Record]) -> None:
    subjects = labels.subject_labels(register, (record.subject for record in records))
    for record in records:
        record.label = labels.label(register, record.key, record.values, subjects.get(record.subject, ""))
        record.sort_key = labels.sort_key(record.label)
        record.search_text = labels.search_text(
            register, record.key, record.label, record.subject, record.values
        )
    update_rows(records, ["label", "sort_key", "search_text"])
