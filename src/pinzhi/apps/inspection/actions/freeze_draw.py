"""Freeze the frame of a draw and commit to it: from here on nobody can be added, dropped or renamed unseen."""

from __future__ import annotations

from pinzhi.apps.inspection import access, drawing, frames
from pinzhi.apps.inspection.actions.name_draw import design_of
from pinzhi.apps.inspection.models import Draw
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.rules.inspection.draws.frame import freeze


def freeze_draw(number: str, *, workers: int = 1, by: Actor) -> Draw:
    """Read the rosters, exclude with reasons, freeze and publish the root. Raises NotFound, NotPermitted, Conflict, Refused."""

    def work() -> Draw:
        draw = drawing.locked(number, Draw.Stage.NAMED)
        access.require(by, "inspection.draw", [draw.region])
        frame = frames.build(draw, clock.today())
        folder = drawing.folder_of(draw)
        drawing.clean(folder)
        commitment = freeze(
            frame.units,
            frame.exclusions,
            design_of(draw.design),
            folder,
            draw=draw.number,
            roster={"register": frame.roster, "checkpoint": frame.checkpoint, "size": len(frame.units)},
            frozen_at=clock.now(),
            workers=workers,
        )
        draw.stage, draw.frozen_at = Draw.Stage.FROZEN, clock.now()
        draw.roster_checkpoint, draw.roster_size = frame.checkpoint, len(frame.units)
        draw.excluded, draw.exclusion_counts = len(frame.exclusions), frames.outside(frame.exclusions)
        draw.frame_size, draw.commitment = len(frame.units) - len(frame.exclusions), commitment.digest
        drawing.save(draw, by=by)
        drawing.note(draw, "freeze_draw", by=by, detail={"root": commitment.root})
        drawing.publish_draw(draw, by=by)
        return draw

    return drawing.step("frozen", number, by, work)
