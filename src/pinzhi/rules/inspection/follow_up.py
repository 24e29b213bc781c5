"""What happens after a failed check, replayed from its events: the stage, the clocks, who was late, what may come next.

Nothing is kept but the events; the same events under the same law and calendar always give the same answer. Each clock
is decided by the law as of the day on which it starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pinzhi.rules.inspection import deadlines
from pinzhi.rules.inspection.deadlines import (
    CLOCKS,
    Calendar,
    ClockRule,
    Due,
    Party,
    Pause,
    days_late,
    state_on,
)
from pinzhi.rules.law import LawAsOf

LawOn = Callable[[date], LawAsOf]
Status = Literal["met", "late", "running", "overdue", "unknown", "lapsed", "dropped"]


@dataclass(frozen=True, slots=True)
class Event:
    """`kind` is one of EVENTS; `on` the legal day; `number` orders events of one day."""

    kind: str
    on: date
    number: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """What an event needs before it and what bars it; `who` does it; `served`: method and proof belong to it."""

    who: Party
    after: tuple[str, ...] = ()
    barred_by: tuple[str, ...] = ()
    served: bool = False
    again: bool = False
    food: bool | None = None
    ends: bool = False


_OPEN_OBJECTION = ("objection_refused", "objection_withdrawn", "re_inspection_passed", "re_inspection_failed")
EVENTS: Mapping[str, Step] = {
    "result_served": Step("agency", served=True),
    "objected": Step("enterprise", ("result_served",), ("result_overturned",)),
    "objection_accepted": Step("agency", ("objected",), ("objection_refused", "objection_withdrawn")),
    "objection_refused": Step("agency", ("objected",), ("objection_accepted", "objection_withdrawn")),
    "objection_withdrawn": Step(
        "enterprise", ("objected",), ("objection_refused", "re_inspection_passed", "re_inspection_failed")
    ),
    "re_inspection_filed": Step("enterprise", ("objection_accepted",), _OPEN_OBJECTION, food=False),
    "laboratory_named": Step("agency", ("objection_accepted",), _OPEN_OBJECTION, again=True),
    "laboratory_declined": Step("laboratory", ("laboratory_named",), _OPEN_OBJECTION, again=True),
    "re_inspection_sent": Step("agency", ("laboratory_named",), _OPEN_OBJECTION, again=True),
    "re_inspection_passed": Step("laboratory", ("re_inspection_sent",), _OPEN_OBJECTION),
    "re_inspection_failed": Step("laboratory", ("re_inspection_sent",), _OPEN_OBJECTION),
    "result_overturned": Step("agency", ("re_inspection_passed",), ends=True),
    "province_notified": Step("agency", ("result_served",), ("result_overturned",), served=True),
    "sale_stopped": Step("enterprise", ("result_served",), ("result_overturned",)),
    "correction_ordered": Step("agency", ("result_served",), ("result_overturned",), served=True),
    "paused": Step("agency", ("result_served",), ("result_overturned",), again=True),
    "resumed": Step("agency", ("paused",), again=True),
    "corrected": Step("enterprise", ("correction_ordered",), ("ceased",)),
    "ceased": Step("enterprise", ("result_served",), ends=True),
    "re_check_passed": Step("agency", ("correction_ordered",), ("re_check_failed", "ceased"), ends=True),
    "re_check_failed": Step("agency", ("correction_ordered",), ("re_check_passed", "ceased")),
    "second_failure_published": Step("agency", ("re_check_failed",), served=True),
    "second_re_check_passed": Step("agency", ("second_failure_published",), ("second_re_check_failed",), ends=True),
    "second_re_check_failed": Step("agency", ("second_failure_published",), ("second_re_check_passed",)),
    "handed_over": Step("agency", ("result_served",), ("result_overturned",), again=True),
    "closed": Step("agency", ("result_served",), ends=True),
}  # fmt: skip

#: The stage that a case is in after its last telling event, the later ones first.
STAGES: tuple[tuple[str, str], ...] = (
    ("closed", "closed"), ("result_overturned", "overturned"), ("ceased", "ceased"),
    ("second_re_check_passed", "corrected"), ("second_re_check_failed", "enforcement"),
    ("second_failure_published", "second_failure"), ("re_check_passed", "corrected"), ("re_check_failed", "second_failure"),
    ("corrected", "re_check"),
)  # fmt: skip
ENDED = ("closed", "overturned", "ceased", "corrected")


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock as it stands. `earliest`: the act may not be done before; `provisional`: the number is unchecked."""

    rule: ClockRule
    started: date
    days: int
    unit: deadlines.Unit
    due: Due
    done_on: date | None
    status: Status
    late: int
    provisional: bool
    earliest: date | None = None

    @property
    def name(self) -> str:
        return self.rule.name


@dataclass(frozen=True, slots=True)
class Standing:
    """The case as of a day."""

    stage: str
    clocks: tuple[Clock, ...]
    next_steps: tuple[str, ...]
    due: date | None
    ended: bool

    def late_parties(self) -> dict[Party, int]:
        """How many days each party was late in all."""
        found: dict[Party, int] = {}
        for clock in self.clocks:
            if clock.late:
                found[clock.rule.who] = found.get(clock.rule.who, 0) + clock.late
        return found


class NotNow(ValueError):
    """An event that cannot be noted: `code` is stable, the sentences say why.

    `kind`, where it is not its turn, and `missing`, what must come before, so that doors name them in their own words.
    """

    def __init__(self, code: str, zh: str, en: str, kind: str = "", missing: Sequence[str] = ()) -> None:
        super().__init__(en)
        self.code, self.zh, self.en, self.kind, self.missing = code, zh, en, kind, tuple(missing)


def _ordered(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda e: (e.on, e.number))


def stage_of(kinds: Sequence[str]) -> str:
    """The stage by what has happened; an objection under way stands before correction."""
    happened = set(kinds)
    for kind, stage in STAGES:
        if kind in happened:
            return stage
    if "objected" in happened and not happened & {*_OPEN_OBJECTION}:
        return "re_inspection" if "objection_accepted" in happened else "objection"
    if "re_inspection_passed" in happened:
        return "re_inspection"
    if "correction_ordered" in happened:
        return "correction"
    return "served" if "result_served" in happened else "to_serve"


def replay(
    events: Iterable[Event],
    *,
    food: bool,
    today: date,
    law_on: LawOn,
    calendar: Calendar,
    microbiological: bool = False,
) -> Standing:
    """The case as it stands on `today` by the events up to then."""
    seen = [event for event in _ordered(events) if event.on <= today]
    kinds = [event.kind for event in seen]
    pauses = _pauses(seen)
    clocks: list[Clock] = []
    for rule in CLOCKS:
        if rule.food is not None and rule.food != food:
            continue
        if microbiological and food and rule.name == "food_objection":
            continue  # no re-inspection of microbiological failures
        # An event that may come again (another laboratory) starts its clock anew.
        starts = [event for event in seen if event.kind == rule.starts]
        for number, start in enumerate(starts):
            until = starts[number + 1].on if number + 1 < len(starts) else None
            clocks.append(_clock(rule, start, until, seen, pauses, today, law_on, calendar))
    stage = stage_of(kinds)
    open_ = [
        c.due.day for c in clocks if c.status in ("running", "overdue") and not c.rule.asked and c.due.day
    ]
    ended = stage in ENDED
    offered = [] if stage == "closed" else next_steps(seen, food=food, microbiological=microbiological)
    # A right whose term is over is not offered any more.
    gone = {
        kind for c in clocks if c.status == "lapsed" and c.rule.who == "enterprise" for kind in c.rule.ends
    }
    return Standing(
        stage,
        tuple(clocks),
        tuple(kind for kind in offered if kind not in gone),
        None if ended else min(open_, default=None),
        ended,
    )


def _pauses(seen: Sequence[Event]) -> list[Pause]:
    found: list[Pause] = []
    since: date | None = None
    for event in seen:
        if event.kind == "paused" and since is None:
            since = event.on
        elif event.kind == "resumed" and since is not None:
            found.append(Pause(since, event.on))
            since = None
    return [*found, Pause(since, None)] if since is not None else found


def _clock(
    rule: ClockRule,
    start: Event,
    until: date | None,
    seen: Sequence[Event],
    pauses: Sequence[Pause],
    today: date,
    law_on: LawOn,
    calendar: Calendar,
) -> Clock:
    law = law_on(start.on)
    days, unit, provisional = deadlines.term(law, rule.law)
    stops = [p for p in pauses if p.until is None or p.until > start.on] if rule.pausable else []
    due = deadlines.due(start.on, days, unit, calendar, stops)
    after = [
        e for e in seen if (e.on, e.number) > (start.on, start.number) and (until is None or e.on <= until)
    ]
    done = next((e.on for e in after if e.kind in rule.ends), None)
    dropped = next((e.on for e in after if e.kind in rule.drops), None)
    earliest = None
    if rule.earliest:
        count, unit_, unchecked = deadlines.term(law, rule.earliest)
        earliest = deadlines.due(start.on, count, unit_, calendar, stops, roll=False).not_before
        provisional = provisional or unchecked
    status: Status
    if done is None and dropped is not None and (due.day is None or dropped <= due.day):
        status, late = "dropped", 0
    else:
        end = done if done is not None else dropped
        status, late = state_on(due, end, today), days_late(due, end, today)
        if rule.asked and status in ("late", "overdue"):
            # Nobody owes it: a right that was not used in time is gone.
            status, late = ("lapsed", 0) if done is None else ("late", late)
    return Clock(rule, start.on, days, unit, due, done, status, late, provisional, earliest)


def next_steps(seen: Sequence[Event], *, food: bool, microbiological: bool = False) -> list[str]:
    """The kinds of event that may be noted next, in the order of EVENTS."""
    happened = {event.kind for event in seen}
    found = []
    for kind, step in EVENTS.items():
        if not _allowed(kind, step, seen, happened, food, microbiological):
            continue
        found.append(kind)
    return found


def _allowed(
    kind: str, step: Step, seen: Sequence[Event], happened: set[str], food: bool, microbiological: bool
) -> bool:
    if step.food is not None and step.food != food:
        return False
    if kind in happened and not step.again:
        return False
    if any(needed not in happened for needed in step.after) or any(bar in happened for bar in step.barred_by):
        return False
    if kind == "objected" and food and microbiological:
        return False
    if "closed" in happened or ("result_overturned" in happened and kind != "closed"):
        return False
    paused = sum(e.kind == "paused" for e in seen) > sum(e.kind == "resumed" for e in seen)
    if kind == "paused":
        return not paused
    if kind == "resumed":
        return paused
    if kind == "laboratory_named" and "laboratory_named" in happened:
        named = max(i for i, e in enumerate(seen) if e.kind == "laboratory_named")
        declined = max((i for i, e in enumerate(seen) if e.kind == "laboratory_declined"), default=-1)
        return declined > named
    if kind == "laboratory_declined":
        last = [
            e.kind
            for e in seen
            if e.kind in ("laboratory_named", "laboratory_declined", "re_inspection_sent")
        ]
        return last[-1:] == ["laboratory_named"]
    if kind == "re_inspection_sent":
        last = [
            e.kind
            for e in seen
            if e.kind in ("laboratory_named", "laboratory_declined", "re_inspection_sent")
        ]
        return last[-1:] == ["laboratory_named"]
    if kind == "laboratory_named" and not food:
        return "re_inspection_filed" in happened
    if kind == "closed" and "objected" in happened and not happened & {*_OPEN_OBJECTION}:
        return False
    if kind == "handed_over":
        # Once for each ground: a failure that comes later is handed over too.
        grounds = ("sale_stopped", "correction_ordered", "re_check_failed", "second_re_check_failed")
        before = [i for i, e in enumerate(seen) if e.kind == "handed_over"]
        since = seen[before[-1] :] if before else seen
        return any(e.kind in (grounds[2:] if before else grounds) for e in since)
    return True


def check(
    events: Sequence[Event],
    new: Event,
    *,
    food: bool,
    today: date,
    law_on: LawOn,
    calendar: Calendar,
    microbiological: bool = False,
) -> None:
    """Whether `new` may be noted after `events`. Raises NotNow with the reason.

    Late acts are noted as late; only an objection after its term and a re-check before its day are refused.
    """
    step = EVENTS.get(new.kind)
    if step is None:
        raise NotNow("no_such_event", f"没有“{new.kind}”这一事项", f"there is no event {new.kind}")
    if new.on > today:
        raise NotNow("in_the_future", "日期晚于今天", "the day lies after today")
    seen = _ordered(events)
    if seen and new.on < seen[-1].on:
        day = seen[-1].on.isoformat()
        raise NotNow("out_of_order", f"早于上一事项的日期 {day}", f"is before the last event of {day}")
    happened = {event.kind for event in seen}
    if new.kind == "objected" and food and microbiological:
        raise NotNow(
            "microbiological", "微生物指标不合格不予复检", "microbiological failures are not re-inspected"
        )
    if not _allowed(new.kind, step, seen, happened, food, microbiological):
        if new.kind in happened and not step.again:
            raise NotNow("noted_already", "已经登记过", "was noted already", new.kind)
        missing = [kind for kind in step.after if kind not in happened]
        raise NotNow("not_now", "现在不能办理这一步", "it is not its turn now", new.kind, missing)
    standing = replay(
        seen, food=food, today=new.on, law_on=law_on, calendar=calendar, microbiological=microbiological
    )
    for clock in standing.clocks:
        if new.kind not in clock.rule.ends:
            continue
        if clock.rule.asked and clock.rule.who == "enterprise" and clock.due.day and new.on > clock.due.day:
            raise NotNow(
                "too_late",
                f"已超过期限 {clock.due.day.isoformat()}（{clock.rule.article}）",
                f"the term ended on {clock.due.day.isoformat()}",
            )
        if clock.earliest and clock.status in ("running", "unknown", "overdue") and new.on < clock.earliest:
            raise NotNow(
                "too_early",
                f"{clock.earliest.isoformat()} 起方可办理（{clock.rule.article}）",
                f"not before {clock.earliest.isoformat()}",
            )


def check_received(
    events: Sequence[Event],
    new: Event,
    *,
    food: bool,
    today: date,
    law_on: LawOn,
    calendar: Calendar,
    microbiological: bool = False,
) -> None:
    """Like `check`, for an event of which word comes later: it may lie before others that were noted meanwhile.

    It must have been its turn on its day, and what was noted afterwards must still follow. Raises NotNow.
    """
    before = [event for event in events if event.on <= new.on]
    check(
        before,
        new,
        food=food,
        today=today,
        law_on=law_on,
        calendar=calendar,
        microbiological=microbiological,
    )
    walk([*events, new], food=food, microbiological=microbiological)


def walk(events: Sequence[Event], *, food: bool, microbiological: bool = False) -> None:
    """Whether events taken over from elsewhere can have come in this order; their days are as they are, late or not.

    Raises NotNow at the first that cannot.
    """
    seen: list[Event] = []
    for event in _ordered(events):
        step = EVENTS.get(event.kind)
        if step is None:
            raise NotNow("no_such_event", f"没有“{event.kind}”这一事项", f"there is no event {event.kind}")
        if not _allowed(event.kind, step, seen, {e.kind for e in seen}, food, microbiological):
            raise NotNow("not_now", "这一步的次序不对", "it cannot come here", event.kind)
        seen.append(event)
