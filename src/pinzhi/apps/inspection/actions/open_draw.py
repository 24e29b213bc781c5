"""Open a draw after sampling: everybody can repeat it. Before that each reading of its result is noted."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pinzhi.apps.inspection import access, drawing
from pinzhi.apps.inspection.models import Draw, DrawEvent, DrawnUnit, Task
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotFound, Refused
from pinzhi.rules.inspection.draws import opening


def open_draw(number: str, *, by: Actor) -> Draw:
    """Publish everything but risk classes. Raises NotFound, NotPermitted, Conflict, Refused (tasks are not done yet)."""

    def work() -> Draw:
        draw = drawing.locked(number, Draw.Stage.DRAWN)
        access.require(by, "inspection.open_draw", [draw.region])
        open_ = draw.tasks.filter(status=Task.Status.ASSIGNED).count()
        if open_:
            raise Refused(
                "sampling_not_over",
                zh=f"还有 {open_} 个任务未抽样，公开会走漏消息。",
                en=f"{open_} tasks are not sampled yet; opening it would tip the firms off.",
                remedy_zh="全部抽样（或登记拒抽、停业）后再公开。",
                remedy_en="Open it when all are sampled, refused or absent.",
            )
        with tempfile.TemporaryDirectory() as target:
            opening.open_public(drawing.folder_of(draw), Path(target))
            drawing.keep_files(draw, Path(target), by=by)
        draw.stage, draw.opened_at = Draw.Stage.OPENED, clock.now()
        drawing.save(draw, by=by)
        drawing.note(draw, "open_draw", by=by)
        drawing.publish_draw(draw, by=by)
        return draw

    return drawing.step("opened", number, by, work)


def read_draw(number: str, *, by: Actor) -> list[DrawnUnit]:
    """The drawn units with their tasks. Until the draw is open only who must act reads them, and the reading is noted.

    Raises NotFound (also where nothing was drawn yet), NotPermitted.
    """
    draw = Draw.objects.filter(number=number).first()
    if draw is None:
        raise NotFound("no_such_draw", zh=f"没有抽取“{number}”。", en=f"There is no draw {number}.")
    if draw.stage == Draw.Stage.OPENED:
        access.require(by, "inspection.read", [draw.region])
    else:
        access.require(by, "inspection.read_draw", [draw.region])
        if not draw.units.exists():
            # Nothing was read: a note of it would say the opposite to whoever checks the draw.
            raise NotFound("not_drawn", zh=f"抽取“{number}”尚未抽取。", en=f"{number} was not drawn yet.")
        DrawEvent.objects.create(draw=draw, kind="read_draw", at=clock.now(), by=by.username)
        audit.record_read(
            "inspection.read_draw",
            by=by,
            subject_kind="draw",
            subject_key=number,
            register=access.DRAWS,
            region=draw.region,
        )
    return list(draw.units.select_related("task").order_by("position"))


def note_reading_of(tasks: Iterable[Task], *, by: Actor) -> None:
    """Tasks of a draw that is not open tell who was drawn: seeing them is a reading of it, and noted as one."""
    for number in {t.draw.number for t in tasks if t.draw is not None and t.draw.stage != Draw.Stage.OPENED}:
        read_draw(number, by=by)


def audit_draw(number: str, target: Path, *, by: Actor) -> list[Path]:
    """All files of an open draw for an auditor, into an empty folder; the taking is noted.

    Raises NotFound (also where it is not open), NotPermitted.
    """
    draw = Draw.objects.filter(number=number, stage=Draw.Stage.OPENED).first()
    if draw is None:
        raise NotFound(
            "no_such_draw", zh=f"没有已公开的抽取“{number}”。", en=f"There is no open draw {number}."
        )
    access.require(by, "inspection.audit_draw", [draw.region])
    audit.record_read(
        "inspection.audit_draw",
        by=by,
        subject_kind="draw",
        subject_key=number,
        register=access.DRAWS,
        region=draw.region,
    )
    return opening.open_auditor(drawing.folder_of(draw), target)


def prove_unit(number: str, key: str, *, by: Actor) -> dict[str, Any]:
    """One firm's own proof that it stood in the frame or was left out, and after the opening its ticket.

    For the firm itself and for officials. Raises NotFound, NotPermitted.
    """
    draw = Draw.objects.filter(number=number).first()
    if draw is None or not draw.frozen_at:
        raise NotFound("no_such_draw", zh=f"没有抽取“{number}”。", en=f"There is no draw {number}.")
    own = by.is_subject(key.partition(":")[0], access.RESULTS)
    access.require(by, "inspection.read", [draw.region], own=own)
    try:
        return opening.prove(drawing.folder_of(draw), key, with_draw=draw.stage == Draw.Stage.OPENED)
    except ValueError as error:
        raise NotFound(
            "not_in_frame", zh=f"{getattr(error, 'zh', error)}。", en=f"{error}.", place=key
        ) from None


def close_task(number: str, status: str, reason: str, *, by: Actor) -> Task:
    """Note that a task found nobody or no goods, or was refused without a sheet. Raises NotFound, NotPermitted, Refused."""
    task = Task.objects.filter(number=number).first()
    if task is None:
        raise NotFound("no_such_task", zh=f"没有任务“{number}”。", en=f"There is no task {number}.")
    access.require(by, "inspection.sample", [task.region])
    if status not in (Task.Status.ABSENT, Task.Status.REFUSED, Task.Status.CANCELLED) or not reason.strip():
        raise Refused(
            "no_reason", zh="请选择情况并写明原因。", en="Say what happened and why.", place="reason"
        )
    if task.status != Task.Status.ASSIGNED:
        raise Refused("task_done", zh="任务已有结果。", en="The task is done already.")
    task.status, task.reason = status, reason.strip()[:500]
    task.save(update_fields=["status", "reason"])
    audit.record("inspection.close_task", by=by, subject_kind="task", subject_key=number, region=task.region)
    return task
