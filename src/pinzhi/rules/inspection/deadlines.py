"""The clocks of a failed check: from which event each runs, how long, who is to act, what stops and what ends it.

Which clocks there are is written here with their articles; how many days they have is dated law
(`catalogue/law/inspection.yaml`). Days are legal days in Asia/Shanghai. A period begins on the day after the one it is
counted from (Civil Code art. 201); one of plain days that would end on a day of rest ends on the next working day
(art. 203); one of working days leaves days of rest out. A day on which the clock stands still is not counted.

The calendar is given. Where a year's holidays are not arranged yet nothing is guessed: the due day is unknown and the
clock says from which day on it can fall.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Protocol

from pinzhi.rules.law import LawAsOf

Party = Literal["agency", "enterprise", "laboratory"]
Unit = Literal["day", "working_day"]
_ONE = timedelta(days=1)


class Calendar(Protocol):
    """What is known of working days; `pinzhi.kernel.calendar.workdays.Workdays` is one."""

    def is_working(self, day: date) -> bool: ...

    def known(self, day: date) -> bool: ...


@dataclass(frozen=True, slots=True)
class ClockRule:
    """One term of the law.

    `starts` names the event from which it is counted; `ends` those that meet it; `drops` those after which nobody owes
    it any more; `earliest` is the law key of a day before which the act may not be done. `food`: None for all goods.
    `asked`: it runs only where the party makes use of a right, so nobody is late who lets it pass.
    """

    name: str
    law: str
    who: Party
    starts: str
    ends: tuple[str, ...]
    article: str
    drops: tuple[str, ...] = ()
    earliest: str = ""
    food: bool | None = None
    asked: bool = False
    pausable: bool = False


ORDER, FOOD, QUALITY_LAW = "总局令第18号", "总局令第15号", "产品质量法"

#: In the order in which they come.
CLOCKS: tuple[ClockRule, ...] = (
    ClockRule("objection", "inspection.objection_days", "enterprise", "result_served", ("objected",),
              f"{QUALITY_LAW}第十五条", food=False, asked=True),
    ClockRule("food_objection", "inspection.food_re_inspection_days", "enterprise", "result_served", ("objected",),
              FOOD, food=True, asked=True),
    ClockRule("acceptance", "inspection.objection_acceptance_days", "agency", "objected",
              ("objection_accepted", "objection_refused"), "地方办理程序", drops=("objection_withdrawn",), food=False),
    ClockRule("food_acceptance", "inspection.food_re_inspection_acceptance_days", "agency", "objected",
              ("objection_accepted", "objection_refused"), FOOD, drops=("objection_withdrawn",), food=True),
    ClockRule("filing", "inspection.re_inspection_filing_days", "enterprise", "objection_accepted",
              ("re_inspection_filed",), f"{ORDER}第五章", drops=("objection_withdrawn",), food=False, pausable=True),
    ClockRule("laboratory", "inspection.re_inspection_laboratory_days", "agency", "re_inspection_filed",
              ("laboratory_named",), f"{ORDER}第五章", drops=("objection_withdrawn",), food=False, pausable=True),
    ClockRule("food_laboratory", "inspection.food_laboratory_days", "agency", "objection_accepted",
              ("laboratory_named",), FOOD, drops=("objection_withdrawn",), food=True, pausable=True),
    ClockRule("food_laboratory_declines", "inspection.food_laboratory_decline_days", "laboratory", "laboratory_named",
              ("laboratory_declined",), FOOD, drops=("re_inspection_sent",), food=True, asked=True),
    ClockRule("food_re_inspection", "inspection.food_re_inspection_result_days", "laboratory", "re_inspection_sent",
              ("re_inspection_passed", "re_inspection_failed"), FOOD, drops=("objection_withdrawn",), food=True,
              pausable=True),
    ClockRule("stop_sale", "inspection.stop_sale_days", "enterprise", "result_served", ("sale_stopped",),
              f"{ORDER}第四十五条", drops=("result_overturned",)),
    ClockRule("correction", "inspection.correction_days", "enterprise", "correction_ordered", ("corrected",),
              f"{ORDER}第四十六条", drops=("result_overturned", "ceased"), pausable=True),
    ClockRule("re_check", "inspection.re_check_days", "agency", "correction_ordered",
              ("re_check_passed", "re_check_failed"), f"{ORDER}第四十七条", drops=("result_overturned", "ceased"),
              pausable=True),
    ClockRule("second_re_check", "inspection.second_re_check_days", "agency", "second_failure_published",
              ("second_re_check_passed", "second_re_check_failed"), f"{ORDER}第四十八条",
              drops=("ceased",), earliest="inspection.second_re_check_from_days", pausable=True),
)  # fmt: skip
BY_NAME: Mapping[str, ClockRule] = {rule.name: rule for rule in CLOCKS}


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which a clock stands still, both with; `until` None: still standing."""

    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a term. `day` None: it cannot be told, and does not fall before `not_before`.

    `unknown_year` names the year whose holidays are not arranged; `halted`: the clock stands still now.
    """

    day: date | None
    not_before: date
    unknown_year: int | None = None
    halted: bool = False


def due(
    start: date, days: int, unit: Unit, calendar: Calendar, pauses: Sequence[Pause] = (), *, roll: bool = True
) -> Due:
    """The last day of a term of `days` counted from `start`, which is not counted itself.

    `roll`: a term of plain days that would end on a day of rest ends on the next working day; a term of no days ("at
    once") ends on the day itself. Raises ValueError for a negative number.
    """
    if days < 0:
        raise ValueError("a term has no negative days")
    if days == 0:
        return Due(start, start)
    paused = {day for pause in pauses if pause.until for day in _days(pause.since, pause.until)}
    halt = min((pause.since for pause in pauses if pause.until is None), default=None)
    day, left, unknown = start, days, None
    while left:
        day += _ONE
        if halt is not None and day >= halt:
            return Due(None, day, halted=True)
        if day in paused:
            continue
        if unit == "working_day":
            if not calendar.known(day):
                unknown = unknown or day.year
                # A year not arranged: every day could be worked, weekends too as make-up days, so the term ends no
                # earlier than this.
                left -= 1
                continue
            left -= calendar.is_working(day)
        else:
            left -= 1
    if unknown is not None:
        return Due(None, day, unknown)
    if unit == "day" and roll:
        while True:
            if not calendar.known(day):
                return Due(None, day, day.year)
            if calendar.is_working(day):
                break
            day += _ONE
    return Due(day, day)


def _days(first: date, last: date) -> list[date]:
    return [first + _ONE * n for n in range((last - first).days + 1)]


def unit_of(law_unit: str | None) -> Unit:
    """The unit as the law file writes it. Raises ValueError for one that counts no days."""
    if law_unit in ("日", "天", "day"):
        return "day"
    if law_unit in ("工作日", "个工作日", "working_day"):
        return "working_day"
    raise ValueError(f"{law_unit!r} counts no days")


def state_on(
    due_: Due, done_on: date | None, today: date
) -> Literal["met", "late", "running", "overdue", "unknown"]:
    """How a term stands: met or met late once it was done, else running or overdue today."""
    if due_.day is None:
        return "met" if done_on is not None and done_on <= due_.not_before else "unknown"
    if done_on is not None:
        return "met" if done_on <= due_.day else "late"
    return "running" if today <= due_.day else "overdue"


def days_late(due_: Due, done_on: date | None, today: date) -> int:
    """Days after the last day, 0 where nobody is late or it cannot be told."""
    if due_.day is None:
        return 0
    return max(0, ((done_on or today) - due_.day).days)


def term(law: LawAsOf, key: str) -> tuple[int, Unit, bool]:
    """A term's days, unit and whether the number is provisional, as of the day that the law was asked for."""
    found = law.get(key)
    return int(found.number), unit_of(found.unit), found.provisional
