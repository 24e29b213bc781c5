"""Days counted in calendar months, as terms and intervals of the law are."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def add_months(day: date, count: int) -> date:
    """The same day `count` months later (earlier if negative); the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
