"""Enter the State Council's arrangement of a year's holidays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.queries import require
from pinzhi.kernel.audit.recording import record
from pinzhi.kernel.calendar.models import CalendarDay, CalendarYear
from pinzhi.kernel.errors import Refused


@transaction.atomic
def arrange_year(
    *,
    year: int,
    days_off: Mapping[date, str],
    working_days: Sequence[date] = (),
    source: str,
    by: Actor,
) -> CalendarYear:
    """Needs an administrator of the whole country's or installation's scope.

    `days_off` are the days of rest with the holiday's name (weekends need not be given), `working_days` the
    weekend days that are worked instead. Entered again, a year is replaced.
    """
    require(by, "administrator")
    stray = [d for d in (*days_off, *working_days) if d.year != year]
    both = set(days_off) & set(working_days)
    if stray or both or not days_off:
        day = (stray or sorted(both) or [date(year, 1, 1)])[0]
        raise Refused(
            "calendar_days",
            zh=f"{day}：应为{year}年的日期，不能既放假又上班，且至少有一个放假日。",
            en=f"{day}: days must lie in {year}, be either off or worked, and some must be off.",
            place="days_off",
        )
    if not source.strip():
        raise Refused("source_missing", zh="请注明依据的通知文号。", en="Name the notice.", place="source")
    CalendarDay.objects.filter(day__year=year).delete()
    common = {"source": source.strip(), "entered_by": by.username, "entered_at": clock.now()}
    CalendarDay.objects.bulk_create(
        [CalendarDay(day=d, working=False, name=name, **common) for d, name in days_off.items()]
        + [CalendarDay(day=d, working=True, **common) for d in working_days]
    )
    row, _ = CalendarYear.objects.update_or_create(year=year, defaults=common)
    record("calendar.arrange_year", by=by, subject_kind="year", subject_key=str(year), count=len(days_off))
    return row
