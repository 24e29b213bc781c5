"""Note what happened in a case: service, objection, re-inspection, stop of sale, correction, re-check, hand-over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db import transaction

from pinzhi.apps.inspection import access, attempts, following, laboratories, letters
from pinzhi.apps.inspection.actions.correct_result import overturn_result
from pinzhi.apps.inspection.models import Case, CaseEvent, LaboratoryDraw
from pinzhi.apps.inspection.wording import why_not
from pinzhi.kernel import audit, clock, law
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.calendar import queries as calendar
from pinzhi.kernel.errors import NotFound, Refused
from pinzhi.rules.inspection.follow_up import EVENTS, Event, NotNow, check, check_received

#: How a paper can be served, and what it is called.
METHODS = {
    "direct": {"zh": "直接送达", "en": "Handed over"},
    "left": {"zh": "留置送达", "en": "Left in the presence of a witness"},
    "mail": {"zh": "邮寄送达", "en": "By mail"},
    "electronic": {"zh": "电子送达", "en": "Electronically"},
    "entrusted": {"zh": "委托送达", "en": "Through another authority"},
    "notice": {"zh": "公告送达", "en": "By public notice"},
}
#: What follows from a report and is never noted by hand: the verdict is that of the items.
FROM_REPORT = frozenset(
    {
        "re_inspection_passed", "re_inspection_failed", "re_check_passed", "re_check_failed", "second_re_check_passed",
        "second_re_check_failed",
    }
)  # fmt: skip
#: What an enterprise notes itself in its own case.
OWN = frozenset(
    {"objected", "objection_withdrawn", "re_inspection_filed", "sale_stopped", "corrected", "ceased"}
)


@dataclass(frozen=True)
class Given:
    """One event as it is to be noted."""

    kind: str
    on: date | None = None
    method: str = ""
    proof: str = ""
    note: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


def record_case_event(number: str, given: Given, *, by: Actor) -> Case:
    """Note one event and replay the case's clocks. What is refused is kept as an attempt.

    Raises NotFound, NotPermitted, Refused: not its turn, out of order, too late for a right, no proof of service, a
    laboratory that tested first.
    """
    try:
        return record_case_events(number, [given], by=by)
    except Refused as refused:
        if refused.status == 422:
            attempts.keep(
                "case", refused, key=number, by=by, said={"kind": given.kind, "on": str(given.on or "")}
            )
        raise


@transaction.atomic
def record_case_events(number: str, given: Sequence[Given], *, by: Actor) -> Case:
    """Note several events of one case in their order; all or nothing. Raises like `record_case_event`."""
    case = Case.objects.select_for_update(of=("self",)).select_related("report").filter(number=number).first()
    if case is None or _of_another(case, by):
        raise NotFound("no_such_case", zh=f"没有案件“{number}”。", en=f"There is no case {number}.")
    for one in given:
        _require(case, one.kind, by)
        _check_report(one)
        _check_day(case, one)
        _check_laboratory(case, one)
        note(case, _with_letter(case, one), by=by)
    audit.record(
        "inspection.record_case",
        by=by,
        subject_kind="case",
        subject_key=number,
        register=access.RESULTS,
        region=case.region,
        count=len(given),
        detail={"kind": given[-1].kind if given else ""},
    )
    return case


def note(case: Case, one: Given, *, by: Actor, received: bool = False) -> CaseEvent:
    """Note one event in the caller's transaction, permission and audit, and what it changes besides. Raises Refused.

    `received`: word of it came later, so it may lie before others (a report that was signed before them).
    """
    events, today = following.events_of(case.events.all()), clock.today()
    new = Event(one.kind, one.on or today, max((e.number for e in events), default=0) + 1)
    try:
        (check_received if received else check)(
            events,
            new,
            food=case.food,
            today=today,
            law_on=law.as_of,
            calendar=calendar.workdays(),
            microbiological=case.microbiological,
        )
    except NotNow as wrong:
        zh, en = why_not(wrong)
        place = "on" if wrong.code in ("in_the_future", "out_of_order") else "kind"
        raise Refused(wrong.code, zh=f"{zh}。", en=f"{en}.", place=place) from None
    _check_service(one)
    row = CaseEvent.objects.create(
        case=case,
        kind=one.kind,
        on=new.on,
        party=EVENTS[one.kind].who,
        method=one.method,
        proof=one.proof[:200],
        note=one.note[:500],
        detail=dict(one.detail),
        recorded_at=clock.now(),
        recorded_by=by.username,
    )
    _carry_on(case, one, by)
    settle(case)
    return row


def settle(case: Case) -> None:
    """Keep the stage and the next day due where lists can sort by them."""
    now = following.standing(case)
    case.stage, case.due_on = now.stage, now.due
    ends = [e.on for e in case.events.all() if EVENTS[e.kind].ends]
    case.closed_on = (max(ends) if ends else clock.today()) if now.ended else None
    case.save(update_fields=["stage", "due_on", "closed_on"])


def _of_another(case: Case, by: Actor) -> bool:
    """To an enterprise or a laboratory the case of another is none at all: not even that it exists is told."""
    return by.speaks_for in ("enterprise", "body") and not by.is_subject(case.uscc, access.RESULTS)


def _require(case: Case, kind: str, by: Actor) -> None:
    own = kind in OWN and by.speaks_for == "enterprise" and by.is_subject(case.uscc, access.RESULTS)
    if own:
        access.require(by, "inspection.object", [case.region], own=True)
        return
    access.require(by, "inspection.handle_case", [case.region])


def _check_service(one: Given) -> None:
    if not EVENTS[one.kind].served:
        return
    if one.method not in METHODS:
        raise Refused(
            "no_method",
            zh="请选择送达方式。",
            en="Choose how it was served.",
            place="method",
        )
    if not one.proof.strip():
        raise Refused(
            "no_proof",
            zh="没有送达凭证，期限不能起算。",
            en="Without proof of service no term begins.",
            place="proof",
            remedy_zh="填写送达回证编号、邮件单号或上传凭证。",
            remedy_en="Give the number of the receipt or the mail.",
        )


def _with_letter(case: Case, one: Given) -> Given:
    """A letter that was sent, with its number and whom it is to."""
    if one.kind != letters.SENT:
        return one
    to = letters.recipient(case)
    if to is None:
        raise Refused(
            "not_elsewhere",
            zh="生产企业在本地区或所在地不明，不需要通报函。",
            en="The producer is of this region, or of none that is known: there is nobody to write to.",
            place="kind",
        )
    paper = case.papers.filter(kind=letters.KIND).first()
    if paper is None:
        raise Refused(
            "no_letter",
            zh="通报函尚未编号制发。",
            en="The letter has no number yet.",
            place="kind",
            remedy_zh="先在案件页制发通报函。",
            remedy_en="Issue it on the page of the case first.",
        )
    return replace(one, detail={**one.detail, "paper": paper.text, "to": to.agency, "region": to.region})


def _check_report(one: Given) -> None:
    if one.kind in FROM_REPORT:
        raise Refused(
            "needs_report",
            zh="复检、复查的结论由逐项检验报告得出，不能直接登记。",
            en="What a re-inspection or re-check found follows from its report, item by item.",
            place="kind",
            remedy_zh="录入或导入该次检验报告。",
            remedy_en="Enter or import the report of that test.",
        )


def _check_day(case: Case, one: Given) -> None:
    """Nothing follows from a result before its report was signed: a slip of the month would end a firm's term to object."""
    signed = case.report.issued_on
    if one.on is not None and one.on < signed:
        raise Refused(
            "before_report",
            zh=f"日期 {one.on} 早于检验报告签发日期 {signed}。",
            en=f"{one.on} is before the report was signed on {signed}.",
            place="on",
            remedy_zh="核对年、月、日；送达日期从结果通知书实际送达之日填起。",
            remedy_en="Check year, month and day: the result is served on the day on which the notice arrived.",
        )


def _check_laboratory(case: Case, one: Given) -> None:
    """A laboratory that is named by hand: for food there is none, it is drawn."""
    if one.kind != "laboratory_named":
        return
    if case.food:
        raise Refused(
            "to_be_drawn",
            zh="食品复检机构应随机确定，不能指定。",
            en="The laboratory of a re-inspection of food is drawn at random, not named.",
            place="laboratory",
            remedy_zh="在案件页登记并进行复检机构抽取。",
            remedy_en="Register and make the draw on the page of the case.",
        )
    if case.laboratory_draws.filter(stage=LaboratoryDraw.Stage.AWAITED).exists():
        raise Refused(
            "draw_awaited",
            zh="已登记抽取，不能另行指定；先抽取或放弃。",
            en="A draw is registered: make it or give it up before a laboratory is named.",
            place="laboratory",
        )
    code = str(one.detail.get("laboratory") or "")
    found = {c.id: c.why for c in laboratories.candidates(case, one.on or clock.today())}
    why = found.get(code)
    if why is None:
        raise Refused(
            "no_capability",
            zh="该机构没有此产品的承检能力。",
            en="This laboratory is not able to test these goods.",
            place="laboratory",
        )
    if why == "recused":
        raise Refused(
            "recused",
            zh="该机构对此企业须回避。",
            en="This laboratory must not act in matters of the enterprise.",
            place="laboratory",
        )
    if why == "first" and "" in found.values():
        raise Refused(
            "same_laboratory",
            zh="复检机构与初检机构不得为同一机构。",
            en="The laboratory of the first test does not do the re-inspection.",
            place="laboratory",
        )


def _carry_on(case: Case, one: Given, by: Actor) -> None:
    """What an event changes besides the case: an overturned result counts as passed in the end."""
    if one.kind == "objection_withdrawn":
        for draw in case.laboratory_draws.filter(stage=LaboratoryDraw.Stage.AWAITED):
            draw.stage, draw.abandoned_reason = LaboratoryDraw.Stage.ABANDONED, "申请人撤回异议"
            draw.save(update_fields=["stage", "abandoned_reason"])
            laboratories.publish_draw(draw, by=by)
    if one.kind == "result_overturned":
        overturn_result(case.sample, reason="复检合格，撤销不合格结论")


def overturn(case: Case) -> None:
    """A re-inspection that passed ends the case by itself: its conclusion is final (总局令第18号第五章).

    On the day on which word of it came, since what was done meanwhile was due until then.
    """
    report = case.events.filter(kind="re_inspection_passed").values_list("detail", flat=True).first() or {}
    given = Given("result_overturned", clock.today(), detail={"report": report.get("report", "")})
    note(case, given, by=Actor.system("re_inspection"))
