"""Receive a sampling record from a phone: once, however often it is sent."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from pinzhi.apps.inspection import access, attempts, queries_sampling
from pinzhi.apps.inspection.actions.record_samples import record_samples
from pinzhi.apps.inspection.forms_sampling import Given, Picture
from pinzhi.apps.inspection.models import FieldRecord, Sample, Task
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, NotPermitted, Refused, RefusedRows, RowError
from pinzhi.kernel.files.actions.store_file import store_file

PICTURES = ("jpg", "png")
MOST_BYTES = 8 * 1024 * 1024
#: What one does about a field that was refused, where the refusal itself does not say.
REMEDIES: Mapping[str, tuple[str, str]] = {
    "seals": (
        "换一枚已发放、未使用的封签，重新加封并改正编号后再发送；原封签请上报。",
        "Put on a seal that was issued and is not used, correct the number and send again; report the old one.",
    ),
    "sampled_on": ("改正抽样日期后再发送。", "Correct the day of sampling and send again."),
    "gtin": ("对照包装重新读取或输入条码。", "Read or type the bar code from the package again."),
}
GENERAL = ("改正后再发送。", "Correct it and send again.")


@dataclass(frozen=True)
class Received:
    """The sample that the record became; `again`: the record had come before, nothing was done."""

    number: str
    again: bool


def receive_record(given: Given, pictures: Mapping[str, Any], *, by: Actor) -> Received:
    """Keep a record with its photographs (`pictures`: part name → uploaded file) and mark its task.

    The record's id decides: the same id with the same content is the same record. Raises NotPermitted (not this
    account's task, no right), Conflict (the id with other content; the task is done) and RefusedRows; what is refused
    is kept as an attempt.
    """
    row = dict(given.values)
    try:
        with transaction.atomic():
            return _receive(given, row, pictures, by)
    except RefusedRows as wrong:
        errors = [_with_remedy(error) for error in wrong.rows]
        attempts.keep_refused("sample", [{"task": given.task, **row}], errors, key="product_name", by=by)
        raise RefusedRows(errors) from None
    except Refused as refused:
        attempts.keep("sample", refused, key=given.task, by=by, said={"record": str(given.id)})
        raise


def _with_remedy(error: RowError) -> RowError:
    if error.right_zh:
        return error
    zh, en = REMEDIES.get((error.column or "").removeprefix("backup_"), GENERAL)
    return RowError(error.row, error.column, error.value, error.wrong_zh, error.wrong_en, zh, en)


def _receive(given: Given, row: dict[str, Any], pictures: Mapping[str, Any], by: Actor) -> Received:
    with connection.cursor() as cursor:
        # The phone may send again while the first sending is still being kept.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"record/{given.id}"])
    before = FieldRecord.objects.select_related("sample").filter(pk=given.id).first()
    if before is not None:
        return _again(before, given, by)
    task = _task(given, by)
    day = row["sampled_on"]
    made_on = task.made_at.astimezone(clock.SHANGHAI).date()
    if day < made_on:
        zh = f"抽样日期早于任务下达日（{made_on}）"
        raise RefusedRows(
            [RowError(1, "sampled_on", str(day), zh, f"is before the task was given ({made_on})")]
        )
    stored = {picture.part: _keep(picture, pictures, by) for picture in given.pictures}
    row |= {
        "programme": task.programme.number,
        "rules": task.product.rules.code,
        "task": task.number,
        "region": task.region,
        "sampled_region": task.region,
        "product_number": task.product_number,
        "photos": [{"sha256": stored[p.part], "kind": p.kind, "taken_at": p.taken_at} for p in given.photos],
        "signatures": [
            {"role": s.role, "name": s.name, "sha256": stored[s.drawn.part] if s.drawn else ""}
            for s in given.signatures
        ],
    }
    number = record_samples([row], by=by)[0]
    sample = Sample.objects.get(number=number)
    FieldRecord.objects.create(
        id=given.id,
        task=task,
        sample=sample,
        digest=given.digest,
        started_at=given.started_at,
        received_at=clock.now(),
        received_from=by.username,
    )
    audit.record(
        "inspection.receive_record",
        by=by,
        subject_kind="sample",
        subject_key=number,
        register=access.RESULTS,
        region=task.region,
        detail={"record": str(given.id), "photos": len(given.photos)},
    )
    return Received(number, again=False)


def _again(before: FieldRecord, given: Given, by: Actor) -> Received:
    if before.received_from != by.username:
        raise NotPermitted(
            "not_your_record", zh="这份记录不是您的。", en="This record is not yours.", remedy_zh="请用本人账号发送。",
            remedy_en="Send it with the account that wrote it.",
        )  # fmt: skip
    if before.digest != given.digest:
        raise Conflict(
            "record_differs",
            zh=f"这份记录已接收为 {before.sample.number}，后来改动的内容没有接收。",
            en=f"This record was received as {before.sample.number}; what was changed since was not.",
            remedy_zh=f"已接收的内容不会被覆盖。需要更正的，请在工作台对 {before.sample.number} 办理；然后可以从手机上删除。",
            remedy_en=f"What was received is not overwritten. Correct {before.sample.number} in the console, then delete "
            "this copy.",
        )
    return Received(before.sample.number, again=True)


def _task(given: Given, by: Actor) -> Task:
    """The task, locked; it must be one of this account's and still open."""
    rows = Task.objects.select_for_update(of=("self",)).select_related("programme", "product__rules")
    task = rows.filter(number=given.task).first()
    if task is None or not set(task.inspectors) & set(queries_sampling.codes_of(by)):
        raise NotPermitted(
            "not_your_task",
            zh=f"任务“{given.task}”没有派给您。",
            en=f"The task {given.task} was not given to you.",
            remedy_zh="请由派定的抽样人员发送，或联系派发任务的单位。",
            remedy_en="Have it sent by one of the samplers named, or ask the office that gave the task.",
        )
    if task.status != Task.Status.ASSIGNED:
        done = task.samples.order_by("-id").first()
        raise Conflict(
            "task_done",
            zh=f"任务“{task.number}”已是“{task.get_status_display()}”"
            + (f"（{done.number}）。" if done else "。"),
            en=f"The task {task.number} is “{task.status}” already" + (f" ({done.number})." if done else "."),
            remedy_zh="请与同组抽样人员核对：已由对方发送的，可删除本机这一份；确需另抽的，请申请新任务。",
            remedy_en="Ask your fellow sampler: if it was sent from there, delete this copy; for another sample ask "
            "for a new task.",
        )
    return task


def _keep(picture: Picture, pictures: Mapping[str, Any], by: Actor) -> str:
    """Store one picture; what arrived must be what the phone kept."""
    upload = pictures.get(picture.part)
    if upload is None:
        raise _lost(picture)
    stored = store_file(
        upload, name=f"{picture.kind}-{picture.part}", accept=PICTURES, max_bytes=MOST_BYTES, by=by
    )
    if stored.sha256 != picture.sha256:
        raise _lost(picture)
    return str(stored.sha256)


def _lost(picture: Picture) -> Refused:
    return Refused(
        "photo_missing",
        zh="有照片没有完整到达。",
        en="A photograph did not arrive whole.",
        remedy_zh="照片仍在手机上，请在信号较好处再次发送。",
        remedy_en="It is still on the phone: send again where the signal is better.",
        place=picture.part,
    )


def keep_unreadable(wrong: Refused, text: str, *, by: Actor) -> None:
    """Keep the attempt of a record that could not even be read."""
    said = {"text": text[:4000], "sha256": hashlib.sha256(text.encode()).hexdigest()}
    attempts.keep("sample", wrong, key="", by=by, said=said)
