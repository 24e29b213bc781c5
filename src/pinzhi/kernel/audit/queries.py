"""What may be asked of the audit trail. An auditor sees the events of the own region subtree only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.queries import require_any_region
from pinzhi.kernel.audit.models import AuditEvent

ROLE = "auditor"


@dataclass(frozen=True)
class EventFilter:
    """What an auditor looks for; empty fields filter nothing. Days (Asia/Shanghai) are both included."""

    who: str = ""
    action: str = ""
    register: str = ""
    region: str = ""
    subject: str = ""
    request: str = ""
    since: date | None = None
    until: date | None = None
    reads: bool | None = None


def events(filters: EventFilter, *, by: Actor) -> QuerySet[AuditEvent]:
    """The events that `by` may see, newest first. Raises NotPermitted unless `by` is an auditor somewhere."""
    regions = require_any_region(by, ROLE)
    found = AuditEvent.objects.order_by("-id")
    if regions is not None:
        found = found.filter(region__in=regions)
    if filters.who:
        found = found.filter(username=filters.who)
    if filters.action:
        found = found.filter(Q(action=filters.action) | Q(action__startswith=filters.action + "."))
    if filters.register:
        found = found.filter(register=filters.register)
    if filters.region:
        found = found.filter(region=filters.region)
    if filters.subject:
        found = found.filter(subject_key=filters.subject)
    if filters.request:
        found = found.filter(request_id=filters.request)
    if filters.reads is not None:
        found = found.filter(is_read=filters.reads)
    if filters.since:
        found = found.filter(at__gte=_start(filters.since))
    if filters.until:
        found = found.filter(at__lt=_start(filters.until + timedelta(days=1)))
    return found


def page(
    filters: EventFilter, *, by: Actor, before: int | None = None, limit: int = 50
) -> tuple[list[AuditEvent], int | None]:
    """One page, newest first, and where the next one begins (None at the end)."""
    found = events(filters, by=by)
    if before is not None:
        found = found.filter(id__lt=before)
    rows = list(found[: limit + 1])
    return rows[:limit], rows[limit - 1].pk if len(rows) > limit else None


def count(filters: EventFilter, *, by: Actor, cap: int = 10_000) -> int:
    """How many events there are, counted up to `cap`."""
    return events(filters, by=by)[:cap].count()


def all_events(filters: EventFilter, *, by: Actor) -> Iterator[AuditEvent]:
    """Every event that fits, for an export, without holding them in memory."""
    return events(filters, by=by).iterator(chunk_size=2000)


def of_subject(subject_key: str, *, limit: int = 50) -> list[AuditEvent]:
    """What was done to one subject, newest first. The caller checks the permission to see the subject."""
    return list(AuditEvent.objects.filter(subject_key=subject_key).order_by("-id")[:limit])


def of_action(action: str, since: datetime, *, register: str = "") -> list[AuditEvent]:
    """The events of an action from an instant on, oldest first. The caller checks the permission."""
    found = AuditEvent.objects.filter(action=action, at__gte=since)
    return list((found.filter(register=register) if register else found).order_by("id"))


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), clock.SHANGHAI)
