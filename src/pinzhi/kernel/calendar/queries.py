"""What may be asked of the calendar. Days are legal days in Asia/Shanghai."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar.constants as official

from pinzhi.kernel.calendar.models import CalendarDay, CalendarYear
from pinzhi.kernel.calendar.workdays import Deadline, Workdays
from pinzhi.kernel.errors import Refused

__all__ = [
    "Deadline",
    "SpecialDay",
    "add_days",
    "days_of_rest",
    "deadline",
    "forget",
    "is_known",
    "is_working",
    "known_until",
    "name_of",
    "next_working_day",
    "special_days",
    "workdays",
    "working_days_between",
]

_FRESH = 60.0
_lock = threading.Lock()
_kept: tuple[float, Workdays, dict[date, str]] | None = None


def workdays() -> Workdays:
    """The calendar: the arrangements that the chinesecalendar package knows, with the officials' own days
    over them.
    """
    return _calendar()[0]


def _calendar() -> tuple[Workdays, dict[date, str]]:
    global _kept
    if _kept is None or time.monotonic() - _kept[0] > _FRESH:
        with _lock:
            if _kept is None or time.monotonic() - _kept[0] > _FRESH:
                _kept = (time.monotonic(), *_read())
    return _kept[1], _kept[2]


def forget() -> None:
    """Read anew at the next question."""
    global _kept
    _kept = None


def _read() -> tuple[Workdays, dict[date, str]]:
    special = dict.fromkeys(official.holidays, False) | dict.fromkeys(official.workdays, True)
    # The package names holidays in English; its constants hold the Chinese name beside it.
    names = {day: official.Holiday(name).chinese for day, name in official.holidays.items()}
    # The year of the last known holiday is known whole: an arrangement is announced for a year at a time.
    years = {day.year for day in official.holidays}
    for row in CalendarDay.objects.all():
        special[row.day] = row.working
        names[row.day] = row.name
    years |= set(CalendarYear.objects.values_list("year", flat=True))
    return Workdays(special, frozenset(years)), names


def known_until() -> date:
    """The last day whose holidays are known; beyond it counts are provisional."""
    return workdays().known_until


def is_known(day: date) -> bool:
    return workdays().known(day)


def is_working(day: date, *, strict: bool = False) -> bool:
    """Whether the day is worked. `strict` refuses for a year that is not arranged yet."""
    if strict:
        _require_known(day)
    return workdays().is_working(day)


def name_of(day: date) -> str:
    """The holiday's name in Chinese, empty for an ordinary day."""
    return _calendar()[1].get(day, "")


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that differs from what its weekday says, or that bears a name."""

    day: date
    working: bool
    name: str


def special_days(year: int) -> list[SpecialDay]:
    """The days of a year that differ from their weekday or are holidays, in order."""
    calendar, names = _calendar()
    return [
        SpecialDay(day, working, names.get(day, ""))
        for day, working in sorted(calendar.special.items())
        if day.year == year
    ]


def add_days(start: date, days: int, working: bool = False, *, strict: bool = False) -> date:
    """The day `days` days (or working days) after `start`, which is not counted.

    In a year whose holidays are not arranged yet, weekends and the holidays of fixed date are left out
    and the answer is provisional (`deadline` says so). `strict` raises Refused instead: for a decision that
    cannot wait to be corrected.
    """
    found = workdays().add(start, days, working=working)
    if strict and working:
        _require_known(start, found)
    return found


def next_working_day(day: date) -> date:
    """The day itself if it is worked, else the next that is."""
    return workdays().next_working(day)


def working_days_between(start: date, end: date, *, strict: bool = False) -> int:
    """Working days after `start` up to and with `end`; negative where `end` lies before `start`."""
    if strict:
        _require_known(start, end)
    return workdays().between(start, end)


def deadline(start: date, days: int, working: bool = False, *, strict: bool = False) -> Deadline:
    """The last day of a period counted from `start`; one of plain days never ends on a day of rest."""
    found = workdays().deadline(start, days, working=working)
    if strict:
        _require_known(start, found.day)
    return found


def days_of_rest(start: date, end: date) -> list[date]:
    """Days from `start` to `end`, both with, that are not worked: for drawing a calendar."""
    calendar = workdays()
    every = (start + timedelta(days=i) for i in range((end - start).days + 1))
    return [day for day in every if not calendar.is_working(day)]


def _require_known(*days: date) -> None:
    calendar = workdays()
    if calendar.all_known(days):
        return
    year = next(y for y in range(min(days).year, max(days).year + 1) if y not in calendar.years)
    raise Refused(
        "calendar_unknown",
        zh=f"{year}年的节假日安排尚未录入，不能计算工作日。",
        en=f"The holidays of {year} have not been entered: working days cannot be counted.",
        remedy_zh="请管理员按国务院办公厅的通知录入该年节假日安排。",
        remedy_en="Ask an administrator to enter the arrangement that the State Council announced.",
    )
