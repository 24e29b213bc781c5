"""Counting days. Pure: what is known of the calendar is given.

A period begins on the day after the one it is counted from (Civil Code art. 201). A period of working
days leaves out days of rest (Administrative Licensing Law art. 82); one of days does not, but where it
would end on a day of rest it ends on the next working day (Civil Code art. 203).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

_ONE = timedelta(days=1)
# Days of rest with a fixed date in the regulation on public holidays: what can be said of a year not yet
# arranged.
_FIXED = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a period; `provisional` where the holidays of its year are not known yet."""

    day: date
    provisional: bool


@dataclass(frozen=True)
class Workdays:
    """Which days are worked. `special` holds the days that differ from their weekday."""

    special: Mapping[date, bool]
    years: frozenset[int]

    def known(self, day: date) -> bool:
        """Whether the holidays of the day's year have been arranged."""
        return day.year in self.years

    @property
    def known_until(self) -> date:
        """The last day up to which every year is known, counted from the first known one."""
        year = min(self.years)
        while year + 1 in self.years:
            year += 1
        return date(year, 12, 31)

    def is_working(self, day: date) -> bool:
        """Whether the day is worked; in a year that is not known: a weekday without a fixed holiday."""
        special = self.special.get(day)
        if special is not None:
            return special
        return day.weekday() < 5 and (self.known(day) or (day.month, day.day) not in _FIXED)

    def add(self, start: date, days: int, *, working: bool) -> date:
        """The day that lies `days` days (or working days) after `start`, which is not counted; before, if
        negative.
        """
        if not working:
            return start + timedelta(days=days)
        step = _ONE if days >= 0 else -_ONE
        day, left = start, abs(days)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; negative where `end` lies before."""
        if end < start:
            return -self.between(end, start)
        return sum(self.is_working(start + timedelta(days=i)) for i in range(1, (end - start).days + 1))

    def next_working(self, day: date) -> date:
        """The day itself if it is worked, else the next that is."""
        while not self.is_working(day):
            day += _ONE
        return day

    def deadline(self, start: date, days: int, *, working: bool) -> Deadline:
        """The last day of a period of `days` that is counted from `start`."""
        last = self.add(start, days, working=working)
        if not working:
            last = self.next_working(last)
        return Deadline(last, not self.all_known((start, last)))

    def all_known(self, days: Iterable[date]) -> bool:
        days = list(days)
        return all(year in self.years for year in range(min(days).year, max(days).year + 1))
