"""What may be asked about background work and notices."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.queries import may
from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.jobs.models import JobProgress, Notice


def get_job(job_id: UUID | str, *, by: Actor) -> JobProgress:
    """The job of whoever started it; an administrator of everything sees all. Raises NotFound for others."""
    job = JobProgress.objects.filter(pk=job_id).first()
    if job is None or not (_own(job, by) or may(by, "administrator")):
        raise NotFound("no_such_job", zh="没有这项后台任务。", en="There is no such background work.")
    return job


def list_jobs(*, by: Actor, limit: int = 50) -> list[JobProgress]:
    """The newest first: one's own, or all for an administrator of everything."""
    jobs = JobProgress.objects.order_by("-created_at")
    if not may(by, "administrator"):
        jobs = jobs.filter(user_id=by.user_id) if by.user_id else jobs.none()
    return list(jobs[:limit])


def inbox(*, by: Actor, unread: bool = False) -> QuerySet[Notice]:
    """What the account was told, newest first."""
    notices = Notice.objects.filter(user_id=by.user_id or 0).order_by("-id")
    return notices.filter(read_at__isnull=True) if unread else notices


def unread_count(*, by: Actor, cap: int = 99) -> int:
    """How many notices wait to be read, counted up to `cap`: for the number in the navigation."""
    return inbox(by=by, unread=True)[:cap].count()


def _own(job: JobProgress, by: Actor) -> bool:
    return by.user_id is not None and job.user_id == by.user_id
