"""Draw the laboratory of a re-inspection: registered with a committed list before the public value is known, then made.

What is refused is kept as an attempt of the case. The draw orders the list once; a laboratory that declines is followed
by the next in line, and only a line at its end makes room for another draw.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db import transaction

from pinzhi.apps.inspection import access, attempts, following, laboratories, numbering
from pinzhi.apps.inspection.actions.name_public_value import given_value, named, source_of
from pinzhi.apps.inspection.actions.record_case_event import Given, note
from pinzhi.apps.inspection.models import Case, LaboratoryDraw
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, NotFound, Refused
from pinzhi.rules.inspection.draws import reinspection
from pinzhi.rules.inspection.draws.design import DrawError
from pinzhi.rules.inspection.draws.seed import Round, declare, read_declaration, settle

Done = TypeVar("Done")
Stage = LaboratoryDraw.Stage


def name_laboratory_draw(
    case: str, *, source: Mapping[str, Any], fallback: Mapping[str, Any], by: Actor
) -> LaboratoryDraw:
    """Register the draw: commit the list of laboratories and name the public value to come (see `name_public_value`).

    Raises NotFound, NotPermitted, Conflict (one is under way), Refused: not its turn, nobody may do it, somebody is
    still in line, a value that is not to come.
    """

    def work(row: Case) -> LaboratoryDraw:
        if row.laboratory_draws.filter(stage=Stage.AWAITED).exists():
            raise Conflict(
                "draw_awaited",
                zh="已登记的抽取尚未进行。",
                en="A draw is registered and not made yet.",
                remedy_zh="待公共随机数公布后抽取，或说明原因放弃。",
                remedy_en="Make it when the value is out, or give it up and say why.",
            )
        _its_turn(row)
        if _next_of_line(row) is not None:
            raise Refused(
                "line_goes_on",
                zh="前次抽取的顺位机构尚有可用，不另行抽取。",
                en="The line of the draw before has not ended; there is no other draw.",
                remedy_zh="按顺位确定下一机构。",
                remedy_en="Take the next in line.",
            )
        moment, programme = clock.now(), row.sample.programme
        found = laboratories.candidates(row, clock.today())
        try:
            pools = reinspection.pool(row.number, row.sample.rules.rules.code, found)
        except DrawError as wrong:
            raise Refused(
                "no_laboratory",
                zh=f"{wrong.zh}（{laboratories.in_words(found, 'zh')}）。",
                en=f"{wrong.en} ({laboratories.in_words(found, 'en')}).",
                remedy_zh="先登记有能力的其他机构。",
                remedy_en="First put other capable laboratories on the list.",
            ) from None
        (number,) = numbering.numbers("CQ", clock.today().year, programme.region)
        committed = reinspection.commitment(number, pools, moment)
        declared = declare(
            committed, announced_at=moment, source=source_of(source), fallback=source_of(fallback)
        )
        draw = LaboratoryDraw.objects.create(
            number=number,
            case=row,
            pools=pools,
            commitment=committed,
            declaration={"document": json.loads(json.dumps(declared.document)), "digest": declared.digest},
            public_source=named(source),
            public_due_at=source["at"],
            fallback=named(fallback),
            named_at=moment,
            updated_by=by.username,
        )
        _noted(draw, "name_laboratory_draw", by)
        return draw

    return _step(case, by, work)


def make_laboratory_draw(case: str, *, value: Mapping[str, Any], by: Actor) -> LaboratoryDraw:
    """Settle the public value, draw, and note the laboratory in the case; the draw is open from then on.

    `value`: as `make_draw` takes it. Raises NotFound, NotPermitted, Refused: no such value, not out yet.
    """

    def work(row: Case) -> LaboratoryDraw:
        draw = row.laboratory_draws.select_for_update().filter(stage=Stage.AWAITED).first()
        if draw is None:
            raise Refused(
                "not_declared",
                zh="尚未登记抽取并指定公共随机数。",
                en="No draw is registered with a public value.",
            )
        _its_turn(row)
        given = given_value(draw.declaration["document"], value)
        settled = settle(read_declaration(draw.declaration["document"]), given)
        draw.settled = json.loads(json.dumps(dict(settled.document)))
        draw.stage, draw.drawn_at = Stage.DRAWN, clock.now()
        _take(draw, by)
        _noted(draw, "make_laboratory_draw", by)
        return draw

    return _step(case, by, work)


def take_next_laboratory(case: str, *, by: Actor) -> LaboratoryDraw:
    """After the laboratory declined: the next in line of the same draw. Raises NotFound, NotPermitted, Refused."""

    def work(row: Case) -> LaboratoryDraw:
        _its_turn(row)
        draw = row.laboratory_draws.select_for_update().filter(stage=Stage.DRAWN).first()
        if draw is None:
            raise Refused("not_drawn", zh="此前没有抽取。", en="Nothing was drawn before.")
        if draw.laboratory not in draw.declined:
            draw.declined = [*draw.declined, draw.laboratory]
        _take(draw, by)
        _noted(draw, "next_laboratory", by)
        return draw

    return _step(case, by, work)


def abandon_laboratory_draw(case: str, reason: str, *, by: Actor) -> LaboratoryDraw:
    """Give a registered draw up; the reason is public. Raises NotFound, NotPermitted, Refused."""

    def work(row: Case) -> LaboratoryDraw:
        draw = row.laboratory_draws.select_for_update().filter(stage=Stage.AWAITED).first()
        if draw is None:
            raise Refused("not_declared", zh="没有待进行的抽取。", en="No draw is registered.")
        if not reason.strip():
            raise Refused(
                "no_reason",
                zh="放弃抽取应公开说明原因。",
                en="Say why; the reason is public.",
                place="reason",
            )
        draw.stage, draw.abandoned_reason = Stage.ABANDONED, reason.strip()[:500]
        _noted(draw, "abandon_laboratory_draw", by)
        return draw

    return _step(case, by, work)


def waiting(case: Case) -> LaboratoryDraw | None:
    """The draw that is registered and not made."""
    return case.laboratory_draws.filter(stage=Stage.AWAITED).first()


def _next_of_line(case: Case) -> str | None:
    """Who follows in the last draw's line; None where there was none, or its line is at its end."""
    draw = case.laboratory_draws.filter(stage=Stage.DRAWN).first()
    if draw is None:
        return None
    able = laboratories.capable(case, clock.today())
    gone = [lab["id"] for lab in draw.pools["laboratories"] if lab["id"] not in able]
    try:
        return reinspection.in_line(draw.pools, Round(draw.settled), {*draw.declined, draw.laboratory, *gone})
    except DrawError:
        return None


def next_in_line(case: Case) -> str | None:
    """For the page: whether the next laboratory comes from the line of the draw before."""
    return _next_of_line(case)


def _its_turn(case: Case) -> None:
    if "laboratory_named" not in following.standing(case).next_steps:
        raise Refused(
            "not_now",
            zh="现在不需要确定复检机构：异议未受理、复检手续未办理，或已确定。",
            en="No laboratory is to be named now: the objection is not accepted, not filed for, or there is one.",
        )


def _take(draw: LaboratoryDraw, by: Actor) -> None:
    """The laboratory in line becomes that of the case; one that has lost its capability since is passed over."""
    able = laboratories.capable(draw.case, clock.today())
    while True:
        try:
            found = reinspection.in_line(draw.pools, Round(draw.settled), draw.declined)
        except DrawError as wrong:
            raise Refused(
                "no_laboratory",
                zh=f"{wrong.zh}。",
                en=f"{wrong.en}.",
                remedy_zh="先登记有能力的其他机构，再登记新的抽取。",
                remedy_en="Put other capable laboratories on the list and register another draw.",
            ) from None
        if found in able:
            break
        draw.declined = [*draw.declined, found]
    draw.laboratory = found
    note(
        draw.case,
        Given("laboratory_named", clock.today(), detail={"laboratory": found, "draw": draw.number}),
        by=by,
    )


def _noted(draw: LaboratoryDraw, kind: str, by: Actor) -> None:
    draw.updated_by = by.username
    draw.save()
    laboratories.publish_draw(draw, by=by)
    audit.record(
        f"inspection.{kind}",
        by=by,
        subject_kind="case",
        subject_key=draw.case.number,
        register=access.DRAWS,
        region=draw.case.region,
        detail={"draw": draw.number},
    )


def _step(number: str, by: Actor, work: Callable[[Case], Done]) -> Done:
    try:
        with transaction.atomic():
            case = Case.objects.select_for_update(of=("self",)).filter(number=number).first()
            if case is None:
                raise NotFound("no_such_case", zh=f"没有案件“{number}”。", en=f"There is no case {number}.")
            access.require(by, "inspection.handle_case", [case.region])
            return work(case)
    except DrawError as wrong:
        refused = Refused("draw_refused", zh=f"{wrong.zh}。", en=f"{wrong.en}.")
        attempts.keep("case", refused, key=number, by=by)
        raise refused from None
    except Refused as refused:
        if refused.status in (409, 422):
            attempts.keep("case", refused, key=number, by=by)
        raise
