"""Receive sampling sheets from another system: each once, however often it is sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from pinzhi.apps.inspection.actions.record_samples import record_samples
from pinzhi.apps.inspection.attempts import keep_refused
from pinzhi.apps.inspection.models import FieldRecord, Sample
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import RefusedRows, RowError


def receive_sheets(rows: Sequence[Mapping[str, Any]], *, by: Actor) -> tuple[list[str], int]:
    """Record sheets as `record_samples` does, all or none. Returns the sample numbers in the order of the rows, and how
    many of them had been received before.

    `id` is the UUID that the sender gave a sheet: the same id with the same content is the same sheet. A row without a
    task needs one, for nothing else would tell two sendings from two samples. Raises NotPermitted and RefusedRows: no
    id, an id that stands twice or came before with other content, and whatever `record_samples` refuses.
    """
    try:
        with transaction.atomic():
            return _receive(rows, by)
    except RefusedRows as wrong:
        # Outside the transaction that was given up.
        keep_refused("sample", rows, wrong.rows, key="product_name", by=by)
        raise


def _receive(rows: Sequence[Mapping[str, Any]], by: Actor) -> tuple[list[str], int]:
    ids, errors = _ids(rows)
    given = sorted({one for one in ids if one is not None})
    with connection.cursor() as cursor:
        # The same sheet may be sent again while it is still being kept; in one order, so that nobody waits in a ring.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(name)) FROM unnest(%s::text[]) AS name",
            [[f"record/{one}" for one in given]],
        )
    known = FieldRecord.objects.select_related("sample").in_bulk(given)
    digests = [_digest(row) for row in rows]
    before = {place: known[one] for place, one in enumerate(ids) if one is not None and one in known}
    errors += [e for place, record in before.items() for e in _other(place, record, digests[place], by)]
    if errors:
        raise RefusedRows(errors)
    new = [place for place in range(len(rows)) if place not in before]
    numbers = {place: record.sample.number for place, record in before.items()}
    if new:
        numbers |= dict(zip(new, _record([rows[p] for p in new], new, by), strict=True))
        _remember({ids[p]: (numbers[p], digests[p]) for p in new}, by)
    return [numbers[place] for place in range(len(rows))], len(before)


def _record(rows: Sequence[Mapping[str, Any]], places: Sequence[int], by: Actor) -> list[str]:
    """The same refusals with the numbers that the rows have in the whole list."""
    try:
        return record_samples(rows, by=by)
    except RefusedRows as wrong:
        raise RefusedRows(
            [
                RowError(
                    places[e.row - 1] + 1, e.column, e.value, e.wrong_zh, e.wrong_en, e.right_zh, e.right_en
                )
                for e in wrong.rows
            ]
        ) from None


def _remember(taken: Mapping[UUID | None, tuple[str, str]], by: Actor) -> None:
    samples = Sample.objects.in_bulk([number for number, _ in taken.values()], field_name="number")
    FieldRecord.objects.bulk_create(
        FieldRecord(
            id=one,
            task_id=samples[number].task_id,
            sample=samples[number],
            digest=digest,
            received_at=clock.now(),
            received_from=by.username,
        )
        for one, (number, digest) in taken.items()
        if one is not None
    )


def _ids(rows: Sequence[Mapping[str, Any]]) -> tuple[list[UUID | None], list[RowError]]:
    found: list[UUID | None] = []
    errors: list[RowError] = []
    seen: dict[UUID, int] = {}
    for number, row in enumerate(rows, 1):
        given, one = row.get("id"), None
        if given not in (None, ""):
            try:
                one = UUID(str(given))
            except ValueError:
                errors.append(
                    RowError(
                        number, "id", str(given)[:60], "不是 UUID", "is no UUID",
                        "每份抽样单给一个新的 UUID，重发时不变", "give each sheet a new UUID, the same when it is sent again",
                    )
                )  # fmt: skip
        elif not row.get("task"):
            errors.append(
                RowError(
                    number, "id", None, "没有任务编号的抽样单没有标识，重发会登记两次",
                    "a sheet without a task has no id: sent again it would be recorded twice",
                    "每份抽样单给一个新的 UUID，重发时不变", "give each sheet a new UUID, the same when it is sent again",
                )
            )  # fmt: skip
        if one is not None and seen.setdefault(one, number) != number:
            wrong = (f"与第{seen[one]}行的标识相同", f"has the id of row {seen[one]}")
            errors.append(RowError(number, "id", str(one), *wrong))
        found.append(one)
    return found, errors


def _other(place: int, before: FieldRecord, digest: str, by: Actor) -> list[RowError]:
    """What is wrong with a sheet whose id came before; nothing where it is the same one."""
    if before.received_from != by.username:
        # Neither the other's number nor what stands in it is told.
        return [
            RowError(
                place + 1, "id", str(before.pk), "这个标识已由其他账号使用", "was used by another account",
                "换一个新的 UUID", "give the sheet a UUID of its own",
            )
        ]  # fmt: skip
    if before.digest == digest:
        return []
    number = before.sample.number
    return [
        RowError(
            place + 1, "id", str(before.pk), f"已接收为 {number}，后来改动的内容没有接收",
            f"was received as {number}; what was changed since was not",
            f"已接收的内容不会被覆盖；需要更正的，请对 {number} 办理",
            f"What was received is not overwritten: correct {number}",
        )
    ]  # fmt: skip


def _digest(row: Mapping[str, Any]) -> str:
    text = json.dumps(dict(row), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
