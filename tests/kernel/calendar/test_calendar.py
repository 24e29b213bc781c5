"""Working days of China: the table is the State Council's arrangement of the years named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.kernel.access.actor import Actor, Right
from pinzhi.kernel.calendar import queries
from pinzhi.kernel.calendar.actions.arrange_year import arrange_year
from pinzhi.kernel.calendar.actions.set_day import set_day
from pinzhi.kernel.calendar.workdays import Workdays
from pinzhi.kernel.errors import NotPermitted, Refused

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    queries.forget()
    yield
    queries.forget()


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2024, 2, 9), True),  # New Year's Eve was not a holiday in 2024
        (date(2024, 2, 10), False),
        (date(2024, 2, 17), False),
        (date(2024, 2, 18), True),  # a Sunday worked instead
        (date(2024, 4, 28), True),
        (date(2024, 5, 1), False),
        (date(2024, 10, 7), False),
        (date(2024, 10, 8), True),
        (date(2020, 1, 31), False),  # the Spring Festival of 2020 was prolonged
        (date(2020, 2, 3), True),
    ],
)
def test_known_days(day: date, working: bool) -> None:
    assert queries.is_working(day) is working


@pytest.mark.parametrize(
    ("start", "days", "working", "end"),
    [
        (
            date(2024, 9, 27),
            5,
            True,
            date(2024, 10, 10),
        ),  # Sunday 29 September is worked; 1 to 7 October is off
        (date(2024, 9, 27), 1, True, date(2024, 9, 29)),
        (date(2024, 9, 27), 0, True, date(2024, 9, 27)),
        (date(2024, 10, 8), -1, True, date(2024, 9, 30)),
        (date(2024, 9, 27), 7, False, date(2024, 10, 4)),
    ],
)
def test_adding_days(start: date, days: int, working: bool, end: date) -> None:
    assert queries.add_days(start, days, working) == end


def test_a_period_of_days_does_not_end_on_a_day_of_rest() -> None:
    found = queries.deadline(date(2024, 9, 27), 7)
    assert (found.day, found.provisional) == (date(2024, 10, 8), False)
    assert queries.deadline(date(2024, 9, 27), 5, working=True).day == date(2024, 10, 10)


def test_counting_between() -> None:
    assert queries.working_days_between(date(2024, 9, 27), date(2024, 10, 10)) == 5
    assert queries.working_days_between(date(2024, 10, 10), date(2024, 9, 27)) == -5
    assert queries.working_days_between(date(2024, 10, 1), date(2024, 10, 1)) == 0


def test_beyond_the_known_end_is_provisional_or_refused() -> None:
    end = queries.known_until()
    assert end >= date(2026, 12, 31) and end.month == 12
    start = end - timedelta(days=3)
    assert queries.deadline(start, 20, working=True).provisional
    assert queries.add_days(end, 1, working=True) != date(end.year + 1, 1, 1)
    for ask in (
        lambda: queries.add_days(start, 20, True, strict=True),
        lambda: queries.deadline(start, 20, True, strict=True),
        lambda: queries.working_days_between(start, end + timedelta(days=9), strict=True),
        lambda: queries.is_working(date(1999, 1, 1), strict=True),
    ):
        with pytest.raises(Refused) as caught:
            ask()
        assert caught.value.code == "calendar_unknown" and caught.value.remedy_zh


def test_a_year_that_an_official_enters_is_known() -> None:
    year = queries.known_until().year + 1
    new_year = date(year, 1, 1)
    worked = next(d for d in (date(year, 1, 2) + timedelta(days=i) for i in range(7)) if d.weekday() == 6)
    arrange_year(year=year, days_off={new_year: "元旦"}, working_days=[worked], source="国办通知", by=SYSTEM)
    assert queries.known_until() == date(year, 12, 31)
    assert not queries.is_working(new_year, strict=True) and queries.is_working(worked)
    assert queries.name_of(new_year) == "元旦"
    assert not queries.deadline(date(year, 1, 4), 3, working=True).provisional


def test_a_single_day() -> None:
    day = date(2024, 7, 26)
    assert queries.is_working(day)
    set_day(day=day, working=False, name="台风停工", source="市防指令", by=SYSTEM)
    assert not queries.is_working(day)
    assert queries.add_days(date(2024, 7, 25), 1, working=True) == date(2024, 7, 29)


@pytest.mark.parametrize(
    "given",
    [
        {"days_off": {}},
        {"days_off": {date(2030, 1, 1): "元旦"}},
        {"days_off": {date(2031, 1, 1): "元旦"}, "working_days": [date(2031, 1, 1)]},
        {"days_off": {date(2031, 1, 1): "元旦"}, "source": " "},
    ],
)
def test_wrong_arrangements_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(Refused):
        arrange_year(**({"year": 2031, "source": "国办通知", "by": SYSTEM} | given))  # type: ignore[arg-type]


def test_only_an_administrator_without_limit_may() -> None:
    right = Right("*", "*", "administrator", "350000", date(2000, 1, 1))
    local = Actor(username="a", speaks_for="agency", rights=(right,))
    with pytest.raises(NotPermitted):
        set_day(day=date(2024, 7, 26), working=False, source="x", by=local)


_CALENDAR = Workdays({date(2024, 10, d): False for d in range(1, 8)}, frozenset(range(2004, 2027)))
_DAYS = st.dates(date(2010, 1, 1), date(2025, 12, 31))


@given(_DAYS, st.integers(1, 60))
def test_adding_and_counting_agree(start: date, days: int) -> None:
    end = _CALENDAR.add(start, days, working=True)
    assert _CALENDAR.between(start, end) == days
    assert _CALENDAR.is_working(end)


@given(_DAYS, st.integers(1, 60))
def test_a_deadline_is_a_working_day(start: date, days: int) -> None:
    for working in (True, False):
        assert _CALENDAR.is_working(_CALENDAR.deadline(start, days, working=working).day)
