"""Appending entries: the one place where entries, their content, the present records and spans are written.

Everything happens in the caller's transaction; numbering, hashing into the tree and publishing come after the commit,
by the sequencer, so no writer waits for another.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence

from django.db import IntegrityError, connection

from pinzhi.kernel import clock
from pinzhi.kernel.errors import Conflict
from pinzhi.kernel.registers import labels
from pinzhi.kernel.registers.definitions import Register
from pinzhi.kernel.registers.entries import STEP, EntryDraft, EntryRef, envelope, grouped
from pinzhi.kernel.registers.models import Record
from pinzhi.kernel.registers.present import late_keys, locked, locking, rebuild, records, spans
from pinzhi.kernel.registers.rows import Batch, ask_together, insert_all
from pinzhi.rules.proof.groups import salt_source, seal_text


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
    present, ids, names = _looked_up(register, drafts, present, names)
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
    late = late_keys(drafts, present)
    on_time = [
        (entry_id, draft) for entry_id, draft in zip(ids, drafts, strict=True) if draft.key not in late
    ]
    batches += spans(register, on_time, present)
    batches += records(register, on_time, present, names, moment)
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


def _random_block(count: int) -> Callable[[int], bytes]:
    """os.urandom, asked for no more than a small batch needs."""
    return os.urandom if count > 100 else (lambda size: os.urandom(min(size, 16 * 12 * count)))


_NEW_IDS = "SELECT nextval('registers_entry_id_seq') FROM generate_series(1, $1)"


def _looked_up(
    register: Register,
    drafts: Sequence[EntryDraft],
    present: Mapping[str, Record] | None,
    names: Mapping[str, str] | None,
) -> tuple[Mapping[str, Record], list[int], Mapping[str, str]]:
    """The locked records, the new entries' numbers, the subjects' names: what is not given is asked for at once."""
    lock = locking(register.name, [draft.key for draft in drafts]) if present is None else None
    name = labels.naming(register, [draft.subject for draft in drafts]) if names is None else None
    # Numbers after the lock, so that a key's later entry has the higher one.
    answers = iter(ask_together([one for one in (lock, (_NEW_IDS, [len(drafts)]), name) if one]))
    if present is None:
        present = locked(next(answers))
    ids = [row[0] for row in next(answers)]
    if names is None:
        names = dict(next(answers)) if name else {}
    return present, ids, names
