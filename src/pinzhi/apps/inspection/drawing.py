"""What the steps of a draw share: its folder, its public record, its readings before it is open."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction

from pinzhi.apps.inspection import access, attempts, frames
from pinzhi.apps.inspection.models import Draw, DrawEvent, DrawFile
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, NotFound, Refused
from pinzhi.kernel.registers.publish import Publication, publish
from pinzhi.rules.inspection.draws.design import DrawError

Done = TypeVar("Done")


def folder_of(draw: Draw) -> Path:
    """Where the closed files of a draw lie; never served as they are."""
    return Path(settings.STATE_DIR) / "draws" / draw.number


def locked(number: str, *stages: str) -> Draw:
    """The draw, locked, in one of these stages. Raises NotFound, Conflict."""
    row = (
        Draw.objects.select_for_update(of=("self",)).select_related("programme").filter(number=number).first()
    )
    if row is None:
        raise NotFound("no_such_draw", zh=f"没有抽取“{number}”。", en=f"There is no draw {number}.")
    if row.stage not in stages:
        now = row.get_stage_display()
        raise Conflict(
            "wrong_stage",
            zh=f"抽取当前为“{now}”，不能办理这一步。",
            en=f"The draw is “{row.stage}”; this step is not its turn.",
            remedy_zh="按 登记—冻结—指定随机数—抽取—公开 的次序办理。",
            remedy_en="Name, freeze, name the public value, draw, open: in this order.",
        )
    return row


def step(what: str, number: str, by: Actor, work: Callable[[], Done]) -> Done:
    """Carry out a step of a draw in one transaction; what is refused is kept as an attempt."""
    try:
        with transaction.atomic():
            return work()
    except DrawError as wrong:
        refused = Refused(f"draw_{what}", zh=f"{wrong.zh}。", en=f"{wrong.en}.")
        attempts.keep("draw", refused, key=number, by=by)
        raise refused from None
    except Refused as refused:
        if refused.status in (409, 422):
            attempts.keep("draw", refused, key=number, by=by)
        raise


def save(draw: Draw, *, by: Actor) -> None:
    draw.revision, draw.updated_at, draw.updated_by = draw.revision + 1, clock.now(), by.username
    draw.save()


def note(draw: Draw, kind: str, *, by: Actor, detail: Mapping[str, Any] | None = None) -> None:
    """One line of the draw's history and of the audit trail."""
    DrawEvent.objects.create(draw=draw, kind=kind, at=clock.now(), by=by.username, detail=dict(detail or {}))
    audit.record(
        f"inspection.{kind}",
        by=by,
        subject_kind="draw",
        subject_key=draw.number,
        register=access.DRAWS,
        region=draw.region,
    )


def _instant(moment: datetime | None) -> str:
    return moment.astimezone(clock.SHANGHAI).isoformat(timespec="seconds") if moment else ""


def publish_draw(draw: Draw, *, by: Actor) -> None:
    """The draw's public record as it stands now."""
    declared = draw.declaration.get("digest", "")
    values = {
        "title": draw.title,
        "stage": draw.stage,
        "programme": draw.programme.number,
        "round": draw.round,
        "abandoned_reason": draw.abandoned_reason,
        "roster_size": draw.roster_size or None,
        "frame_size": draw.frame_size or None,
        "excluded": draw.excluded if draw.frame_size else None,
        "exclusions": frames.in_words(draw.exclusion_counts),
        "size": draw.size or None,
        "commitment": draw.commitment,
        "pools": draw.pools_digest,
        "declaration": declared,
        "frozen_at": _instant(draw.frozen_at),
        "public_source": draw.public_source,
        "public_due_at": _instant(draw.public_due_at),
        "fallback": draw.fallback,
        "public_value": draw.public_value,
        "result_root": draw.result_root,
        "drawn_at": _instant(draw.drawn_at),
        "opened_at": _instant(draw.opened_at),
        "files": [
            {"sha256": f.sha256, "name": f.name, "size": f.size, "type": "text/plain"}
            for f in draw.files.exclude(public_at=None).order_by("name")
        ],
    }
    kept = {name: value for name, value in values.items() if value not in ("", None, [])}
    publish(
        access.DRAWS,
        [Publication(key=draw.number, region=draw.region, agency=draw.agency, values=kept)],
        by=by,
        trusted=True,
    )


def keep_files(draw: Draw, folder: Path, *, by: Actor) -> None:
    """Hand the opened files out, each bound by its hash to the public record."""
    from pinzhi.kernel.files.actions.store_file import store_file

    moment = clock.now()
    for path in sorted(folder.iterdir()):
        with path.open("rb") as stream:
            stored = store_file(stream, name=path.name, accept=("txt",), max_bytes=2**31, by=by)
        DrawFile.objects.update_or_create(
            draw=draw,
            name=path.name,
            defaults={"sha256": stored.sha256, "size": stored.size, "public_at": moment},
        )


def clean(folder: Path) -> None:
    """Take away what a broken-off freeze has left."""
    if folder.exists():
        shutil.rmtree(folder)
