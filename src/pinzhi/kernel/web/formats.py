"""Numbers, dates and spans of days as people read them. Pure: language from the thread, the day from the caller."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pinzhi.kernel.clock import SHANGHAI

NOTHING = "—"


def as_decimal(value: Any) -> Decimal | None:
    """A Decimal of whatever holds a number, None where it holds none (empty, not a number, infinite)."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() else None


def number_text(value: Any, precision: Any = None) -> str:
    """`1234.5` → `1,234.5`. `precision`: decimals shown, rounded half to even after GB/T 8170."""
    number = as_decimal(value)
    if number is None:
        return NOTHING
    if precision not in (None, ""):
        number = number.quantize(Decimal(1).scaleb(-int(precision or 0)), ROUND_HALF_EVEN)
    elif number == number.to_integral_value():
        number = number.quantize(Decimal(1))
    return f"{number:,f}".replace("-", "\N{MINUS SIGN}")


def as_date(value: Any) -> date | None:
    """A day of a date, an instant (its day in Asia/Shanghai) or ISO text; None where there is none."""
    if isinstance(value, datetime):
        return (value.astimezone(SHANGHAI) if value.tzinfo else value).date()
    if isinstance(value, date):
        return value
    if isinstance(value, str) and len(value) >= 10:
        try:
            return date.fromisoformat(value[:10])
        except ValueError:
            return None
    return None


def date_text(value: Any) -> str:
    """`2026-11-21`; text that is no day (a year, a quarter) is shown as it is."""
    day = as_date(value)
    if day is not None:
        return day.isoformat()
    return str(value) if value not in (None, "") else NOTHING


def datetime_text(value: Any, seconds: bool = False) -> str:
    """`2026-11-21 14:05`, the clock of Asia/Shanghai."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return value or NOTHING
    if not isinstance(value, datetime):
        return date_text(value)
    local = value.astimezone(SHANGHAI) if value.tzinfo else value
    return local.strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")


def days_left_text(due: date, today: date) -> str:
    """ "5 days left", "due today", "3 days late"."""
    days = (due - today).days
    if days > 0:
        return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": f"{days:,}"}
    if days == 0:
        return _("due today")
    return ngettext("%(days)s day late", "%(days)s days late", -days) % {"days": f"{-days:,}"}


def size_text(size: int) -> str:
    """A file's size: `812 KB`, `3.4 MB`."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024)):,} KB"
    return f"{size / 1024 / 1024:,.1f} MB"
