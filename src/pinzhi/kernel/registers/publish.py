"""Publishing what an app keeps in tables of its own: rosters, documents, targets, readings.

An upsert by key: a changed value is a new entry, an unchanged one none. The step is the lifecycle's `publish` (and
`withdraw`), done as the system in the agency's name, inside the app's own transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import RefusedRows, RowError
from pinzhi.kernel.registers import catalogue, validity, values
from pinzhi.kernel.registers.append import append
from pinzhi.kernel.registers.entries import EntryDraft, EntryRef
from pinzhi.kernel.registers.present import lock
from pinzhi.kernel.registers.readonly import refuse_when_read_only


@dataclass(frozen=True, slots=True)
class Publication:
    """One key as it is to be read from now on. `values` as an app has them; they are cleaned like typed ones."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    subject: str = ""
    region: str = ""
    agency: str = ""
    record_type: str = ""
    effective_on: date | None = None
    valid_until: date | None = None


def publish(
    register: str, items: Sequence[Publication], *, by: Actor, trusted: bool = False
) -> list[EntryRef]:
    """Publish items of different keys; returns the entries made (none for what has not changed).

    `trusted`: the values were cleaned by the caller and are in their kept form (bulk paths). Raises RefusedRows.
    """
    found = catalogue.get(register)
    refuse_when_read_only(register)
    step = found.life.transition("publish")
    if step is None or step.to is None:
        raise ValueError(f"the lifecycle of {register} has no step publish")
    present = lock(register, [item.key for item in items])
    today = clock.today()
    drafts, errors = [], []
    for number, item in enumerate(items, 1):
        kept: dict[str, Any] = dict(item.values)
        if not trusted:
            kept, wrong = values.clean(found.definition, item.values, item.record_type, row=number)
            errors += wrong
        before = present.get(item.key)
        if before is not None and _unchanged(before, item, kept, step.to):
            continue
        effective_on = item.effective_on or today
        if before is not None:
            effective_on = max(effective_on, before.effective_on)
        drafts.append(
            EntryDraft(
                key=item.key,
                kind="publish",
                state=step.to,
                values=kept,
                effective_on=effective_on,
                record_type=item.record_type,
                valid_from=(before.valid_from if before else None) or effective_on,
                valid_until=item.valid_until or validity.until(found, effective_on, kept),
                region=item.region,
                agency=item.agency or (by.party if by.speaks_for == "agency" else ""),
                subject=item.subject,
            )
        )
    if errors:
        raise RefusedRows(errors)
    return append(found, drafts, by=by.username, present=present)


def _unchanged(before: Any, item: Publication, kept: Mapping[str, Any], state: str) -> bool:
    return bool(
        before.state == state
        and before.values == kept
        and before.region == item.region
        and before.subject == item.subject
        and before.record_type == item.record_type
        and (item.valid_until is None or before.valid_until == item.valid_until)
    )


def withdraw(register: str, keys: Sequence[str], *, by: Actor, reason: str) -> list[EntryRef]:
    """Take published keys down; what was published stays in the log as hashes, and as values where it lasts."""
    found = catalogue.get(register)
    refuse_when_read_only(register)
    step = found.life.transition("withdraw")
    if step is None or step.to is None:
        raise ValueError(f"the lifecycle of {register} has no step withdraw")
    present = lock(register, keys)
    missing = [key for key in keys if key not in present]
    if missing:
        raise RefusedRows([RowError(1, None, key, "没有这条记录", "is no record") for key in missing])
    today = clock.today()
    drafts = [
        EntryDraft(
            key=record.key,
            kind="withdraw",
            state=step.to,
            values=record.values,
            effective_on=max(today, record.effective_on),
            record_type=record.record_type,
            valid_from=record.valid_from,
            valid_until=record.valid_until,
            region=record.region,
            agency=record.agency,
            subject=record.subject,
            step={"reason": reason},
        )
        for record in present.values()
        if record.state in step.from_
    ]
    return append(found, drafts, by=by.username, present=present)
