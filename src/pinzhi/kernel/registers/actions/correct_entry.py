"""Correct an entry that said something wrong: a new entry replaces it; the old one stays to be read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from pinzhi.kernel import audit
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.queries import may
from pinzhi.kernel.errors import NotFound, NotPermitted, Refused, RefusedRows, RowError
from pinzhi.kernel.registers import catalogue, values
from pinzhi.kernel.registers.append import append
from pinzhi.kernel.registers.entries import EntryDraft, EntryRef, entries_of
from pinzhi.kernel.registers.models import Entry
from pinzhi.kernel.registers.present import lock
from pinzhi.kernel.registers.readonly import refuse_when_read_only


def correct_entry(
    register: str,
    key: str,
    entry_id: int,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    reason: str,
    effective_on: date | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> EntryRef:
    """Replace entry `entry_id` of a key by one with changed values (None empties a field) or days.

    Needs the role approver; what stood before is kept and shown as replaced. Raises NotFound, NotPermitted,
    RefusedRows, and Refused for an entry that has been replaced already or a correction without a reason.
    """
    found = catalogue.get(register)
    refuse_when_read_only(register)
    if not reason.strip():
        raise Refused("no_reason", zh="更正应说明理由。", en="A correction needs a reason.", place="reason")
    with transaction.atomic():
        present = lock(register, [key])
        pairs = entries_of(register, [key]).get(key, [])
        wrong = next(((entry, kept) for entry, kept in pairs if entry.id == entry_id), None)
        if wrong is None or key not in present:
            raise NotFound(
                "no_such_entry", zh="没有这个条目。", en="There is no such entry.", place=str(entry_id)
            )
        entry, stood = wrong
        region, function = present[key].region, found.definition.function
        if not may(by, "approver", register=register, function=function, region=region):
            raise NotPermitted(
                "not_permitted",
                zh="更正条目须由有审批权限的人员办理。",
                en="Only an approver of this register and region may correct an entry.",
                remedy_zh="请转交审批人员。",
                remedy_en="Hand it to an approver.",
            )
        if any(other.replaces == entry_id for other, _ in pairs):
            raise Refused(
                "already_replaced", zh="该条目已被更正。", en="This entry has been replaced already."
            )
        # Asked for is what the step of the entry asks for; what another step had to give may not be emptied.
        step = _step_of(entry, [one for one, _ in pairs])
        kept, errors = values.clean(found.definition, {**stood, **changes}, entry.record_type, step=step)
        errors += [
            RowError(1, field.title.zh, None, "必填", "is required", "请填写", "fill it in")
            for field in found.definition.fields
            if field.required and stood.get(field.name) is not None and kept.get(field.name) is None
            if field.steps and not values.asked_in(field, step) and not errors
        ]
        if errors:
            raise RefusedRows(errors)
        draft = EntryDraft(
            key=key,
            kind="correct",
            state=entry.state,
            values=kept,
            effective_on=effective_on or entry.effective_on,
            record_type=entry.record_type,
            valid_from=valid_from or entry.valid_from,
            valid_until=valid_until or entry.valid_until,
            region=entry.region,
            agency=entry.agency,
            subject=entry.subject,
            replaces=entry_id,
            step={"reason": reason.strip()},
            actors=present[key].actors,
        )
        (ref,) = append(found, [draft], by=by.username, present=present)
        audit.record(
            "registers.correct",
            by=by,
            register=register,
            subject_kind="record",
            subject_key=key,
            region=region,
        )
    return ref


def _step_of(entry: Entry, entries: list[Entry]) -> str:
    """The step that wrote the entry, also where the entry is itself a correction."""
    by_id = {one.id: one for one in entries}
    while entry.kind == "correct" and entry.replaces in by_id:
        entry = by_id[entry.replaces]
    return entry.kind
