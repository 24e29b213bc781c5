"""Make a draw with its public value: units, then at least two inspectors and a laboratory for each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from pinzhi.apps.inspection import access, drawing, frames, numbering, people
from pinzhi.apps.inspection.actions.name_public_value import given_value
from pinzhi.apps.inspection.models import Draw, DrawnUnit, Task
from pinzhi.kernel import clock, law
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused
from pinzhi.rules.inspection.draws import assign, select
from pinzhi.rules.inspection.draws.seed import assignment_seed, read_declaration, settle
from pinzhi.rules.inspection.verify_draw import canonical

DAYS_TO_SAMPLE = 30


def make_draw(number: str, *, value: Mapping[str, Any], workers: int = 1, by: Actor) -> Draw:
    """Settle the value, draw, commit to the result and make the tasks; only those who must act can read them.

    `value`: {signature, previous?} of drand or {numbers} of a lottery; {of: fallback, reason} where the fallback is used.
    Raises NotFound, NotPermitted, Conflict, Refused: no such value, a signature that is not drand's.
    """

    def work() -> Draw:
        draw = drawing.locked(number, Draw.Stage.NAMED, Draw.Stage.FROZEN, Draw.Stage.AWAITED)
        access.require(by, "inspection.draw", [draw.region])
        if draw.stage != Draw.Stage.AWAITED:
            raise Refused(
                "not_declared",
                zh="名单未冻结或未指定公共随机数，不能抽取。",
                en="The frame is not frozen, or no public value was named: nothing is drawn.",
            )
        folder = drawing.folder_of(draw)
        given = given_value(draw.declaration["document"], value)
        settled = settle(read_declaration(draw.declaration["document"]), given)
        result = select.draw(folder, settled, workers=workers)
        _keep(draw, result, settled, by)
        draw.stage, draw.drawn_at, draw.result_root = Draw.Stage.DRAWN, clock.now(), result.digest
        draw.public_value = (given.signature or given.numbers or "")[:300]
        drawing.save(draw, by=by)
        drawing.note(draw, "make_draw", by=by, detail={"result": result.digest, "round": draw.round})
        drawing.publish_draw(draw, by=by)
        return draw

    return drawing.step("drawn", number, by, work)


def _keep(draw: Draw, result: select.Result, settled: Any, by: Actor) -> None:
    """The units of this round, and a task for each with its people."""
    fresh = list(result.drawn)
    start = draw.units.count()
    names = frames.names([one.firm for one in fresh])
    regions = frames.regions([one.firm for one in fresh])
    units = [
        DrawnUnit(
            draw=draw,
            position=start + place,
            rank=place,
            stratum=one.cell[0],
            uscc=one.firm,
            product_number=one.key.partition(":")[2],
            region=regions.get(one.firm, draw.region),
            probability=Decimal(one.probability.numerator) / Decimal(one.probability.denominator),
            ticket=one.ticket if isinstance(one.ticket, str) else "",
        )
        for place, one in enumerate(fresh)
    ]
    DrawnUnit.objects.bulk_create(units, batch_size=2000)
    folder, number = drawing.folder_of(draw), draw.round - 1
    pools = json.loads((folder / f"pools-{number}.json").read_bytes())
    seed = assignment_seed(settled, json.loads((folder / "rules.json").read_bytes())["veil"], pools)
    rules = draw.product.rules.code if draw.product else ""
    asked = [
        assign.Task(people.unit_key(u), u.uscc, u.region, capabilities=frozenset({rules} if rules else ()))
        for u in units
    ]
    each = int(law.value("inspection_draw.inspectors_per_task", clock.today()).number)
    inspectors = [
        assign.Inspector(
            i["id"], tuple(i["places"]), frozenset(i["skills"]), frozenset(i["recused"]), i["load"]
        )
        for i in pools["inspectors"]
    ]
    laboratories = [
        assign.Laboratory(lab["id"], frozenset(lab["capabilities"]), frozenset(lab["recused"]), lab["load"])
        for lab in pools["laboratories"]
    ]
    chosen = {a.task: a for a in assign.draw_tasks(asked, inspectors, laboratories, seed, each)}
    assigned = assign.assigned_document(asked, list(chosen.values()), pools, each)
    (folder / f"assigned-{number}.json").write_bytes(canonical(assigned) + b"\n")
    short = [a for a in chosen.values() if not a.complete]
    if short:
        zh, en = short[0].why[0]
        raise Refused(
            "pools_too_small",
            zh=f"{names.get(short[0].task.partition(':')[0], short[0].task)}：{zh}。",
            en=f"{short[0].task}: {en}.",
            remedy_zh="补充检查人员或检验机构名单后，放弃本次抽取并重新登记。",
            remedy_en="Add to the lists, abandon this draw and name another.",
        )
    due = clock.today() + timedelta(days=DAYS_TO_SAMPLE)
    serials = numbering.serials(len(units))
    Task.objects.bulk_create(
        [
            Task(
                number=f"RW-{clock.today().year}-{serial:06d}",
                programme=draw.programme,
                product=draw.product,
                draw=draw,
                unit=unit,
                uscc=unit.uscc,
                product_number=unit.product_number,
                region=unit.region,
                channel=frames.Scope.of(draw.scope).channel,
                inspectors=list(chosen[people.unit_key(unit)].inspectors),
                laboratory=chosen[people.unit_key(unit)].laboratory or "",
                due_on=due,
                made_at=clock.now(),
                made_by=by.username,
            )
            for unit, serial in zip(units, serials, strict=True)
        ],
        batch_size=2000,
    )
