"""Change one day of the calendar, as after a local order to close."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.queries import require
from pinzhi.kernel.audit.recording import record
from pinzhi.kernel.calendar.models import CalendarDay
from pinzhi.kernel.errors import Refused


@transaction.atomic
def set_day(*, day: date, working: bool, name: str = "", source: str, by: Actor) -> CalendarDay:
    """Needs an administrator without limit of region. The day counts so for every deadline from now on."""
    require(by, "administrator")
    if not source.strip():
        raise Refused("source_missing", zh="请注明依据。", en="Name the grounds.", place="source")
    row, _ = CalendarDay.objects.update_or_create(
        day=day,
        defaults={
            "working": working,
            "name": name.strip(),
            "source": source.strip(),
            "entered_by": by.username,
            "entered_at": clock.now(),
        },
    )
    record("calendar.set_day", by=by, subject_kind="day", subject_key=day.isoformat())
    return row
