"""Reached, on course, behind, or not to be told: a target against its readings.

- A *level* target (达到850个) is judged by the value at a day. Its line runs straight from the base value
  (the last day of the base year), or from the value at the start of the plan, to the edge of the goal at the
  due date.
- An *increment* target (新增25个) is judged by what was added since the plan began; its line starts from 0.
- A *per year* target (每年10件) is judged year by year; within a year the line runs from 0 to the year's
  amount. A rate is the same at every moment of a year and has no such line.
- Where every year must hold (稳定在, 每年), one year missed is a target missed.

Half a platform is expected of nobody: of things that come whole, the expected value is rounded towards the
base. After the due date the reading at the due date decides, however the value moved later.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, Literal

from pinzhi.rules.indicators.reading import Reading
from pinzhi.rules.indicators.target import Goal, Plan, Target
from pinzhi.rules.indicators.why import Amount, Why, because, because_missing, plain
from pinzhi.rules.statistics.change import DAYS_OF_A_YEAR, trend

Status = Literal["reached", "on_course", "behind", "cannot_tell"]

STATUS_TITLES: dict[Status, dict[str, str]] = {
    "reached": {"zh": "已达到", "en": "Reached"},
    "on_course": {"zh": "进度正常", "en": "On course"},
    "behind": {"zh": "滞后", "en": "Behind"},
    "cannot_tell": {"zh": "无法判断", "en": "Cannot be told"},
}


@dataclass(frozen=True, slots=True)
class Attainment:
    status: Status
    why: Why
    gap: Decimal | None = None
    """What must still be added (negative: taken off) to reach the goal, in the unit of the value."""
    expected_now: Decimal | None = None
    """Where the straight line to the goal stands on the day of the reading."""
    pace_per_year: Decimal | None = None
    """How the value has moved: least squares over three and more readings, else the plain difference."""
    needed_per_year: Decimal | None = None
    """How it must move from now on to arrive on the due date."""
    certain: bool | None = None
    """For a rate with an interval: whether the whole interval lies on the side that the status says."""
    provisional: bool = False
    judged: Reading | None = None
    """The reading that decided; after the due date the one at the due date."""


@dataclass(frozen=True, slots=True)
class _Case:
    """What every branch below looks at."""

    target: Target
    goal: Goal
    plan: Plan
    due: dt.date
    now: Reading
    value: Decimal
    history: tuple[Reading, ...]

    def answer(
        self,
        status: Status,
        code: str,
        *,
        expected: Decimal | None = None,
        pace: Decimal | None = None,
        needed: Decimal | None = None,
        **facts: Any,
    ) -> Attainment:
        gap = self.goal.gap(self.value)
        interval, certain = self.now.interval, None
        if interval is not None:
            inside = self.goal.reached_by(interval.low) and self.goal.reached_by(interval.high)
            outside = (self.goal.low is not None and interval.high < self.goal.low) or (
                self.goal.high is not None and interval.low > self.goal.high
            )
            certain = inside if self.goal.reached_by(self.value) else outside
        sentence = because(
            code,
            as_of=self.now.as_of,
            value=self.amount(self.value),
            gap=self.amount(abs(gap)),
            expected=self.amount(expected or Decimal(0)),
            due=self.due,
            start=self.plan.start,
            goal=goal_text(self.goal, self.target.unit),
            **facts,
        )
        return Attainment(
            status,
            sentence,
            gap,
            expected,
            pace,
            needed,
            certain,
            self.now.provisional or any(r.provisional for r in self.history),
            self.now,
        )

    def amount(self, value: Decimal) -> Amount:
        return Amount(value, self.target.unit)


def attainment(
    target: Target,
    reading: Reading | None,
    history: Sequence[Reading] = (),
    *,
    plan: Plan,
    today: dt.date | None = None,
) -> Attainment:
    """How `target` stands by `reading`, with earlier readings of the same indicator as `history`.

    All values are in the target's unit; readings are taken up to the due date at most (see `reading_day`).
    A level needs a reading at the start of the plan (or a base value) for its pace; where every year must
    hold, one at the end of each year. An increment's reading counts from the start of the plan, a yearly
    count's from the 1st of January. `today` matters only where the figure of the due year comes out after the
    due date.
    """
    goal = target.goal()
    if reading is None or reading.value is None:
        missing = "not_bound" if reading is None else reading.missing
        return Attainment("cannot_tell", because_missing(missing), judged=reading)
    if goal is None:
        return Attainment(
            "cannot_tell", because("tolerance_not_set"), provisional=reading.provisional, judged=reading
        )
    due = target.due(plan)
    known = sorted((r for r in (*history, reading) if r.value is not None), key=lambda r: r.as_of)
    every_year = target.reading_of_holds == "every_year" and target.kind != "increment"
    if every_year and reading.as_of > due:
        # What came after the plan is no year of it.
        known = [r for r in known if r.as_of <= due] or known
        now, late = known[-1], False
    else:
        now, late = _deciding(reading, known, due)
    assert now.value is not None
    case = _Case(target, goal, plan, due, now, now.value, tuple(r for r in known if r.as_of < now.as_of))
    reached = goal.reached_by(case.value)
    if now.as_of < plan.start and not (reached and target.kind == "level"):
        return case.answer("cannot_tell", "plan_not_started")
    if late:
        return (
            case.answer("reached", "reached_read_after_due")
            if reached
            else case.answer("behind", "due_passed")
        )
    if every_year:
        return _every_year(case, max(today or reading.as_of, reading.as_of))
    # What was added stays added; any other value may still change until the due date.
    if now.as_of < due < (today or now.as_of) and not (reached and target.kind == "increment"):
        return case.answer("cannot_tell", "figure_not_out")
    if target.kind == "per_year":
        return _average(case) if target.reading_of_holds == "average" else _last_year(case)
    return _towards(case)


def reading_day(target: Target, plan: Plan, today: dt.date) -> dt.date:
    """The day to read at: today, and the due date once it has passed."""
    return min(today, target.due(plan))


def goal_text(goal: Goal, unit: str) -> str:
    """The goal as signs: `≥91%`, `5～10个`, `>2%`."""
    if goal.low is not None and goal.high is not None:
        if goal.low == goal.high:
            return f"={plain(goal.low)}{unit}"
        return f"{plain(goal.low)}～{plain(goal.high)}{unit}"
    if goal.low is not None:
        return f"{'>' if goal.open_low else '≥'}{plain(goal.low)}{unit}"
    assert goal.high is not None
    return f"{'<' if goal.open_high else '≤'}{plain(goal.high)}{unit}"


def _deciding(reading: Reading, known: Sequence[Reading], due: dt.date) -> tuple[Reading, bool]:
    """The reading that decides, and whether it was taken after the due date for want of one at it."""
    if reading.as_of <= due:
        return reading, False
    at_due = [r for r in known if r.as_of == due]
    return (at_due[-1], False) if at_due else (next(r for r in known if r.as_of > due), True)


def _speaks_for_year(reading: Reading) -> bool:
    return (reading.as_of.month, reading.as_of.day) == (12, 31)


def _years(days: int) -> Decimal:
    return Decimal(days) / DAYS_OF_A_YEAR


def _on_line(case: _Case, start: Decimal, share: Decimal) -> Decimal:
    """Where the line from `start` to the nearest edge of the goal stands after `share` of the way."""
    goal = case.goal
    if goal.low is not None and start < goal.low:
        edge, rounding = goal.low, ROUND_FLOOR
    elif goal.high is not None and start > goal.high:
        edge, rounding = goal.high, ROUND_CEILING
    else:  # inside from the beginning: it must not fall out over the edge that is nearer
        return min((e for e in (goal.low, goal.high) if e is not None), key=lambda e: abs(e - case.value))
    expected = start + (edge - start) * share
    return expected.to_integral_value(rounding) if case.target.in_whole_things and share < 1 else expected


def _keeps_up(case: _Case, start: Decimal, expected: Decimal) -> bool:
    if case.goal.low is not None and case.value < case.goal.low:
        return start < case.goal.low and case.value >= expected
    if case.goal.high is not None and case.value > case.goal.high:
        return start > case.goal.high and case.value <= expected
    return False


def _base(case: _Case) -> tuple[dt.date, Decimal] | None:
    """Where the line begins."""
    target, plan = case.target, case.plan
    if target.kind == "increment":
        return plan.start, Decimal(0)
    if target.base_value is not None and target.base_year is not None:
        return dt.date(target.base_year, 12, 31), target.base_value
    before = [r for r in case.history if r.as_of <= plan.start]
    if before:
        return plan.start, before[-1].value or Decimal(0)
    if case.history:
        first = case.history[0]
        return first.as_of, first.value or Decimal(0)
    return None


def _pace(case: _Case, begin: dt.date, start: Decimal) -> Decimal | None:
    points = [(begin, start)]
    later = [r for r in (*case.history, case.now) if r.as_of > begin]
    points += [(r.as_of, r.value) for r in later if r.value is not None]
    found = trend(points)
    return found.per_year if found else None


def _towards(case: _Case) -> Attainment:
    """A level or a sum that has to be there on the due date."""
    base = _base(case)
    pace = _pace(case, *base) if base else None
    days_left = (case.due - case.now.as_of).days
    needed = case.goal.gap(case.value) / _years(days_left) if days_left > 0 else None
    if case.goal.reached_by(case.value):
        expected = _on_line(case, base[1], _share(base[0], case)) if base else None
        return case.answer("reached", "reached", expected=expected, pace=pace, needed=Decimal(0))
    if days_left <= 0:
        return case.answer("behind", "due_passed", pace=pace)
    if base is None:
        return case.answer("cannot_tell", "no_base_value", needed=needed)
    expected = _on_line(case, base[1], _share(base[0], case))
    if _keeps_up(case, base[1], expected):
        return case.answer("on_course", "on_line", expected=expected, pace=pace, needed=needed)
    over = case.target.kind == "increment" and case.goal.high is not None and case.value > case.goal.high
    code = "past_goal" if over else "below_line"
    return case.answer("behind", code, expected=expected, pace=pace, needed=needed)


def _share(begin: dt.date, case: _Case) -> Decimal:
    """The share of the way from `begin` to the due date that has passed on the day of the reading."""
    whole = (case.due - begin).days
    if whole <= 0:
        return Decimal(1)
    return min(Decimal(1), max(Decimal(0), Decimal((case.now.as_of - begin).days) / Decimal(whole)))


def _every_year(case: _Case, today: dt.date) -> Attainment:
    """稳定在, 每年: one year missed is a target missed."""
    first = case.plan.first_year or case.plan.start.year
    by_year = {r.as_of.year: r for r in (*case.history, case.now)}
    missed: list[int] = []
    unknown: list[int] = []
    for year in range(first, case.due.year + 1):
        last_day = min(dt.date(year, 12, 31), case.due)
        if case.now.as_of < last_day and today <= last_day:
            break  # this year is not over
        reading = by_year.get(year)
        if reading is None or reading.value is None:
            unknown.append(year)
        elif not case.goal.reached_by(reading.value):
            # A count that was taken before the year was over may have gone on; a rate stands for its year.
            whole = case.target.kind == "level" or case.target.is_rate or reading.as_of >= last_day
            (missed if whole else unknown).append(year)
    if missed:
        return case.answer("behind", "year_missed", years=missed, needed=_yearly_need(case))
    if unknown == [case.due.year] and case.now.as_of < case.due:
        return case.answer("cannot_tell", "figure_not_out")
    if unknown:
        return case.answer("cannot_tell", "years_missing", years=unknown)
    if max(today, case.now.as_of) > case.due or case.now.as_of == case.due:
        return case.answer("reached", "every_year_held", first=first, last=case.due.year)
    return _within_year(case, first)


def _within_year(case: _Case, first: int) -> Attainment:
    """No year missed so far, and the plan goes on."""
    if case.goal.reached_by(case.value):
        return case.answer("on_course", "holds_so_far", first=first, needed=_yearly_need(case))
    if case.target.kind == "level" or case.target.is_rate:
        return case.answer("behind", "not_held_now")
    january = dt.date(case.now.as_of.year, 1, 1)
    end = min(dt.date(january.year, 12, 31), case.due)
    gone = (case.now.as_of - january).days + 1
    expected = _on_line(case, Decimal(0), Decimal(gone) / Decimal((end - january).days + 1))
    pace = case.value / _years(gone)
    if _keeps_up(case, Decimal(0), expected):
        return case.answer("on_course", "on_line", expected=expected, pace=pace, needed=_yearly_need(case))
    over = case.goal.high is not None and case.value > case.goal.high
    return case.answer(
        "behind",
        "past_goal" if over else "below_line",
        expected=expected,
        pace=pace,
        needed=_yearly_need(case),
    )


def _last_year(case: _Case) -> Attainment:
    """A yearly amount that only the last year decides."""
    if case.now.as_of >= case.due:
        return _settled(case)
    return _within_year(case, case.now.as_of.year)


def _average(case: _Case) -> Attainment:
    """年均: the reading is the yearly average up to its day."""
    if case.now.as_of >= case.due:
        return _settled(case)
    if case.goal.reached_by(case.value):
        return case.answer("on_course", "average_so_far")
    return case.answer("behind", "not_held_now")


def _settled(case: _Case) -> Attainment:
    """On the due date there is nothing left to expect."""
    if case.goal.reached_by(case.value):
        return case.answer("reached", "reached")
    return case.answer("behind", "due_passed")


def _yearly_need(case: _Case) -> Decimal | None:
    return case.goal.low if case.target.kind == "per_year" else None
