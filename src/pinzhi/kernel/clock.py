"""The one clock. Legal dates are days in Asia/Shanghai, instants are UTC.

Nobody else asks the machine for the time, so a test, a replay or the demonstration can set it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_set: ContextVar[datetime | None] = ContextVar("pinzhi_clock", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _set.get() or datetime.now(UTC)


def today() -> date:
    """The present day in Asia/Shanghai: the day that deadlines and validity are counted in."""
    return day_of(now())


def day_of(instant: datetime) -> date:
    """The legal day on which an aware instant falls."""
    return instant.astimezone(SHANGHAI).date()


@contextmanager
def at(moment: datetime | date) -> Iterator[None]:
    """Set the clock inside the block. A bare date means noon of that day in Asia/Shanghai."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(12), SHANGHAI)
    if moment.tzinfo is None:
        raise ValueError("the clock takes aware instants only")
    token = _set.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set.reset(token)
