"""Every term of a failed check at the last day, the day before and the day after, over holidays and make-up days.

The tables are the test. Days of rest are those that the State Council announced: 2024 (New Year 1 Jan, Spring Festival
10–17 Feb with 4 and 18 Feb worked, Qingming 4–6 Apr with 7 Apr worked, Labour Day 1–5 May with 28 Apr and 11 May
worked, Dragon Boat 10 Jun, Mid-Autumn 15–17 Sep with 14 Sep worked, National Day 1–7 Oct with 29 Sep and 12 Oct worked).
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.rules import law as law_rules
from pinzhi.rules.inspection import deadlines
from pinzhi.rules.inspection.deadlines import BY_NAME, CLOCKS, Pause, days_late, due, state_on
from pinzhi.rules.inspection.follow_up import EVENTS, Event, NotNow, check, next_steps, replay, walk

LAW = law_rules.parse(
    yaml.safe_load(
        (Path(__file__).parents[3] / "src/pinzhi/catalogue/law/inspection.yaml").read_text(encoding="utf-8")
    )
)
REST = [
    ("2024-01-01", 1), ("2024-02-10", 8), ("2024-04-04", 3), ("2024-05-01", 5), ("2024-06-10", 1), ("2024-09-15", 3),
    ("2024-10-01", 7),
]  # fmt: skip
WORKED = [
    "2024-02-04",
    "2024-02-18",
    "2024-04-07",
    "2024-04-28",
    "2024-05-11",
    "2024-09-14",
    "2024-09-29",
    "2024-10-12",
]


class Announced:
    """2024 as it was announced; no other year is known."""

    def __init__(self) -> None:
        self.rest = {date.fromisoformat(d) + timedelta(days=n) for d, count in REST for n in range(count)}
        self.worked = {date.fromisoformat(d) for d in WORKED}

    def known(self, day: date) -> bool:
        return day.year == 2024

    def is_working(self, day: date) -> bool:
        return day in self.worked or (day.weekday() < 5 and day not in self.rest)


CALENDAR = Announced()
D = date.fromisoformat


def law_on(day: date) -> law_rules.LawAsOf:
    return LAW.as_of(day)


#: What the text says: clock, days, unit, verified.
TERMS = [
    ("objection", 15, "day", True),
    ("food_objection", 7, "working_day", True),
    ("acceptance", 3, "working_day", False),
    ("food_acceptance", 5, "working_day", True),
    ("filing", 7, "day", False),
    ("laboratory", 10, "day", False),
    ("food_laboratory", 5, "working_day", True),
    ("food_laboratory_declines", 2, "working_day", True),
    ("food_re_inspection", 10, "working_day", True),
    ("stop_sale", 0, "day", True),
    ("correction", 60, "day", True),
    ("re_check", 75, "day", True),
    ("second_re_check", 90, "day", True),
]


@pytest.mark.parametrize(("name", "days", "unit", "verified"), TERMS)
def test_the_terms_of_the_law(name: str, days: int, unit: str, verified: bool) -> None:
    assert deadlines.term(law_on(D("2024-06-03")), BY_NAME[name].law) == (days, unit, not verified)


def test_every_clock_is_in_the_table() -> None:
    assert [row[0] for row in TERMS] == [rule.name for rule in CLOCKS]
    for rule in CLOCKS:
        assert rule.starts in EVENTS and set(rule.ends) | set(rule.drops) <= set(EVENTS) and rule.article


#: Counted from, clock, last day; why it falls there stands in the file.
TABLE = yaml.safe_load(Path(__file__).with_name("deadlines.yaml").read_text(encoding="utf-8"))
ROWS = [(row["from"], row["clock"], row["last"]) for row in TABLE["rows"]]


def test_every_clock_has_a_last_day_in_the_table() -> None:
    assert {name for _, name, _ in ROWS} == set(BY_NAME)


@pytest.mark.parametrize(("start", "name", "last"), ROWS)
def test_last_day(start: date, name: str, last: date) -> None:
    days, unit, _ = deadlines.term(law_on(start), BY_NAME[name].law)
    found = due(start, days, unit, CALENDAR)
    assert found.day == last and found.unknown_year is None


@pytest.mark.parametrize(("start", "name", "last"), ROWS)
@pytest.mark.parametrize("shift", [-1, 0, 1])
def test_the_day_before_the_last_day_and_the_day_after(
    start: date, name: str, last: date, shift: int
) -> None:
    days, unit, _ = deadlines.term(law_on(start), BY_NAME[name].law)
    found, day = due(start, days, unit, CALENDAR), last + timedelta(days=shift)
    assert state_on(found, None, day) == ("overdue" if shift == 1 else "running")
    assert state_on(found, day, D("2024-12-31")) == ("late" if shift == 1 else "met")
    assert days_late(found, day, D("2024-12-31")) == max(0, shift) == days_late(found, None, day)


def naive(start: date, days: int, unit: str) -> date:
    """Counted day by day, another way."""
    if unit == "working_day":
        worked = [d for n in range(1, 400) if CALENDAR.is_working(d := start + timedelta(days=n))]
        return worked[days - 1] if days else start
    last = start + timedelta(days=days)
    while days and not CALENDAR.is_working(last):
        last += timedelta(days=1)
    return last


@given(
    st.dates(D("2023-12-31"), D("2024-08-20")), st.integers(0, 90), st.sampled_from(["day", "working_day"])
)
def test_any_term_within_a_known_year(start: date, days: int, unit: str) -> None:
    wanted = naive(start, days, unit)
    if wanted.year == 2024 or days == 0:
        assert due(start, days, unit, CALENDAR).day == wanted  # type: ignore[arg-type]


#: Counted from, days, unit, pauses (both days with), last day.
PAUSED = [
    ("2024-03-11", 60, "day", [("2024-04-01", "2024-04-10")], "2024-05-20"),
    ("2024-03-11", 60, "day", [("2024-04-01", "2024-04-10"), ("2024-04-08", "2024-04-15")], "2024-05-27"),
    ("2024-03-04", 5, "working_day", [("2024-03-06", "2024-03-06")], "2024-03-12"),
    (
        "2024-03-04",
        5,
        "working_day",
        [("2024-03-09", "2024-03-10")],
        "2024-03-11",
    ),  # a weekend stands still anyway
    (
        "2024-03-04",
        15,
        "day",
        [("2024-02-01", "2024-03-04")],
        "2024-03-19",
    ),  # over before the first day counted
    ("2024-03-04", 15, "day", [("2024-03-19", "2024-03-19")], "2024-03-20"),  # on the last day itself
]


@pytest.mark.parametrize(("start", "days", "unit", "pauses", "last"), PAUSED)
def test_a_pause_moves_the_last_day(start, days, unit, pauses, last) -> None:
    assert due(D(start), days, unit, CALENDAR, [Pause(D(a), D(b)) for a, b in pauses]).day == D(last)


def test_a_clock_that_stands_still_has_no_last_day() -> None:
    found = due(D("2024-03-04"), 15, "day", CALENDAR, [Pause(D("2024-03-10"), None)])
    assert found.day is None and found.halted
    over = due(D("2024-03-04"), 5, "day", CALENDAR, [Pause(D("2024-03-10"), None)])
    assert over.day == D(
        "2024-03-11"
    )  # Saturday the 9th rolls to Monday: the pause came after the term was counted


#: Beyond what is known nothing is guessed.
UNKNOWN = [
    ("2024-12-20", 15, "day", "2025-01-04", 2025),
    ("2024-12-20", 12, "working_day", "2025-01-05", 2025),
    ("2024-12-30", 7, "working_day", "2025-01-06", 2025),  # a weekend may be worked too
]


@pytest.mark.parametrize(("start", "days", "unit", "not_before", "year"), UNKNOWN)
def test_a_year_that_is_not_arranged_is_not_guessed(start, days, unit, not_before, year) -> None:
    found = due(D(start), days, unit, CALENDAR)
    assert (found.day, found.not_before, found.unknown_year) == (None, D(not_before), year)
    assert state_on(found, None, D(not_before) + timedelta(days=30)) == "unknown"
    assert state_on(found, D(not_before), D(not_before)) == "met"


# --- whole cases ------------------------------------------------------------------------------------------


def case(*events: tuple[str, str], food: bool = False, today: str = "2024-09-30", micro: bool = False):
    listed = [Event(kind, D(day), number) for number, (kind, day) in enumerate(events)]
    return replay(listed, food=food, today=D(today), law_on=law_on, calendar=CALENDAR, microbiological=micro)


def clocks(standing) -> dict[str, tuple[str, int]]:
    return {c.name: (c.status, c.late) for c in standing.clocks}


SERVED = ("result_served", "2024-03-04")
ORDERED = ("correction_ordered", "2024-03-11")


def test_nothing_runs_before_service() -> None:
    now = case()
    assert (now.stage, now.clocks, now.next_steps) == ("to_serve", (), ("result_served",))


def test_who_was_late() -> None:
    now = case(
        SERVED,
        ("sale_stopped", "2024-03-06"),
        ORDERED,
        ("corrected", "2024-05-13"),
        ("re_check_failed", "2024-05-29"),
    )
    assert now.stage == "second_failure"
    assert clocks(now) == {
        "objection": ("lapsed", 0),
        "stop_sale": ("late", 2),
        "correction": ("late", 3),
        "re_check": ("late", 2),
    }
    assert now.late_parties() == {"enterprise": 5, "agency": 2}


def test_the_same_case_on_other_days() -> None:
    events = [SERVED, ("sale_stopped", "2024-03-04"), ORDERED]
    for today, status, late in (
        ("2024-05-09", "running", 0),
        ("2024-05-10", "running", 0),
        ("2024-05-11", "overdue", 1),
    ):
        now = case(*events, today=today)
        assert clocks(now)["correction"] == (status, late)
        assert now.due == D("2024-05-10")
    # As it stood before the order: later events are not known yet.
    assert case(*events, today="2024-03-08").stage == "served"


def test_food_counts_working_days_and_goods_do_not() -> None:
    goods, food = case(SERVED), case(SERVED, food=True)
    assert [c.name for c in goods.clocks] == ["objection", "stop_sale"]
    assert [(c.name, c.due.day) for c in food.clocks] == [
        ("food_objection", D("2024-03-13")),
        ("stop_sale", D("2024-03-04")),
    ]


def test_microbiological_failures_of_food_are_not_re_inspected() -> None:
    now = case(SERVED, food=True, micro=True)
    assert [c.name for c in now.clocks] == ["stop_sale"] and "objected" not in now.next_steps
    with pytest.raises(NotNow) as refused:
        check(
            [Event(*SERVED[:1], D(SERVED[1]))], Event("objected", D("2024-03-05")), food=True, today=D("2024-03-06"),
            law_on=law_on, calendar=CALENDAR, microbiological=True,
        )  # fmt: skip
    assert refused.value.code == "microbiological"


def test_an_overturned_result_ends_what_hung_on_it() -> None:
    now = case(
        SERVED, ("objected", "2024-03-06"), ("objection_accepted", "2024-03-08"), ("re_inspection_filed", "2024-03-12"),
        ("laboratory_named", "2024-03-15"), ("re_inspection_sent", "2024-03-18"), ("re_inspection_passed", "2024-03-29"),
        ("result_overturned", "2024-04-01"),
    )  # fmt: skip
    assert now.stage == "overturned" and now.ended and now.due is None
    assert clocks(now)["stop_sale"] == ("late", 28)  # it had to stop until the result was overturned


def test_another_laboratory_starts_its_own_clock() -> None:
    now = case(
        SERVED, ("objected", "2024-03-06"), ("objection_accepted", "2024-03-08"), ("laboratory_named", "2024-03-12"),
        ("laboratory_declined", "2024-03-14"), ("laboratory_named", "2024-03-18"), ("re_inspection_sent", "2024-03-20"),
        food=True,
    )  # fmt: skip
    named = [c for c in now.clocks if c.name == "food_laboratory_declines"]
    assert [(c.started, c.status) for c in named] == [(D("2024-03-12"), "met"), (D("2024-03-18"), "dropped")]


def note(
    events: list[tuple[str, str]], kind: str, day: str, *, today: str = "2024-12-31", food: bool = False
) -> str:
    listed = [Event(k, D(d), n) for n, (k, d) in enumerate(events)]
    try:
        check(listed, Event(kind, D(day), 99), food=food, today=D(today), law_on=law_on, calendar=CALENDAR)
    except NotNow as refused:
        return refused.code
    return ""


FAILED_TWICE = [
    SERVED,
    ORDERED,
    ("re_check_failed", "2024-05-20"),
    ("second_failure_published", "2024-07-03"),
]
#: What is noted after what on which day, and why it is refused.
NOTED = [
    ([], "correction_ordered", "2024-03-04", "not_now"),
    ([SERVED], "objected", "2024-03-18", ""),
    ([SERVED], "objected", "2024-03-19", ""),
    ([SERVED], "objected", "2024-03-20", "too_late"),
    ([SERVED, ("objected", "2024-03-06")], "objected", "2024-03-07", "noted_already"),
    ([SERVED, ("objected", "2024-03-06")], "objection_withdrawn", "2024-03-07", ""),
    (
        [SERVED, ("objected", "2024-03-06"), ("objection_refused", "2024-03-07")],
        "objection_withdrawn",
        "2024-03-08",
        "not_now",  # there is none any more
    ),
    ([SERVED], "re_inspection_passed", "2024-03-20", "not_now"),
    ([SERVED], "objected", "2024-03-01", "out_of_order"),
    ([SERVED], "nonsense", "2024-03-05", "no_such_event"),
    ([SERVED, ORDERED], "corrected", "2024-06-30", ""),  # late, and noted as late
    ([SERVED, ORDERED], "second_re_check_passed", "2024-06-30", "not_now"),
    ([SERVED], "handed_over", "2024-03-05", "not_now"),
    ([SERVED, ORDERED], "handed_over", "2024-05-01", ""),
    ([SERVED, ORDERED, ("handed_over", "2024-05-01")], "handed_over", "2024-05-02", "not_now"),  # nothing new
    ([*FAILED_TWICE, ("handed_over", "2024-07-04")], "handed_over", "2024-07-05", "not_now"),
    (  # the second failure is a ground of its own
        [SERVED, ORDERED, ("handed_over", "2024-05-01"), ("re_check_failed", "2024-05-20")],
        "handed_over",
        "2024-05-21",
        "",
    ),
    (FAILED_TWICE, "second_re_check_passed", "2024-08-31", "too_early"),  # day 59
    (FAILED_TWICE, "second_re_check_passed", "2024-09-01", ""),  # day 60
    (FAILED_TWICE, "second_re_check_passed", "2024-10-09", ""),  # late, and noted as late
    ([SERVED, ("closed", "2024-03-20")], "sale_stopped", "2024-03-21", "not_now"),
]


@pytest.mark.parametrize(("events", "kind", "day", "code"), NOTED)
def test_what_may_be_noted(events, kind, day, code) -> None:
    assert note(events, kind, day) == code


def test_nothing_is_noted_ahead() -> None:
    assert note([SERVED], "objected", "2024-03-06", today="2024-03-05") == "in_the_future"


@given(st.data(), st.booleans())
def test_any_way_through_a_case_can_be_replayed(data, food) -> None:
    """Whatever is offered next may be noted; histories are accepted as they came, and replaying changes nothing."""
    day, events = D("2024-01-03"), []
    for number in range(data.draw(st.integers(1, 14))):
        offered = next_steps(events, food=food)
        if not offered:
            break
        day += timedelta(days=data.draw(st.integers(0, 5)))
        events.append(Event(data.draw(st.sampled_from(offered)), day, number))
        walk(events, food=food)
    one = replay(events, food=food, today=day, law_on=law_on, calendar=CALENDAR)
    two = replay(reversed(events), food=food, today=day, law_on=law_on, calendar=CALENDAR)
    assert one == two and all(c.late >= 0 for c in one.clocks)
    assert all(
        c.late == 0 for c in one.clocks if c.status in ("met", "running", "dropped", "lapsed", "unknown")
    )
