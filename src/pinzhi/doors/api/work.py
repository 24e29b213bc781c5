"""The caller's own work: who it is, what waits, jobs and notices; accounts and the audit trail for those who keep them."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.access.queries import UserFilter, list_users
from pinzhi.kernel.audit import queries as audit
from pinzhi.kernel.jobs import queries as jobs
from pinzhi.kernel.jobs.models import JobProgress
from pinzhi.kernel.registers.waiting import ending_soon, waiting_for
from pinzhi.kernel.web.api import Page, PageParams, cursor_page, sequence_page, with_etag

router = Router(by_alias=True)


class MeOut(Schema):
    """The account behind the token or session, with the rights it has here and now."""

    username: str
    display_name: str
    speaks_for: str
    party: str
    via: str
    rights: list[dict[str, Any]]


class JobOut(Schema):
    """A piece of background work."""

    id: UUID
    kind: str
    title: dict[str, str]
    state: str
    done: int
    total: int | None
    message: dict[str, str]
    result: dict[str, Any]
    created_at: dt.datetime
    updated_at: dt.datetime


class WaitingOut(Schema):
    """A record that waits for a step of the caller."""

    register_name: str = Field(serialization_alias="register")
    key: str
    label: str
    state: str
    steps: list[str]
    due_on: dt.date | None


class UserParams(PageParams):
    search: str = Field("", max_length=100)
    region: str = Field("", max_length=12)
    active: bool | None = None


class AuditParams(PageParams):
    who: str = Field("", max_length=64)
    action: str = Field("", max_length=64)
    register_name: str = Field("", max_length=64, alias="register")
    subject: str = Field("", max_length=160)
    since: dt.date | None = None
    until: dt.date | None = None


@router.get("/me", response=MeOut, summary="Who am I")
def me(request: HttpRequest) -> dict[str, Any]:
    """The account, and its rights narrowed to the token."""
    actor = actor_of(request)
    names = ("username", "display_name", "speaks_for", "party", "via")
    rights = [
        {
            "role": right.role,
            "register": right.register,
            "function": right.function,
            "region": right.region,
            "ends_on": right.ends_on,
        }
        for right in actor.rights
    ]
    return {**{name: getattr(actor, name) for name in names}, "rights": rights}


@router.get("/work", response=list[WaitingOut], summary="What waits")
def work(request: HttpRequest, limit: int = Query(50, ge=1, le=200)) -> HttpResponse:
    """Records that wait for a step of the caller, the most urgent first."""
    rows = [
        {
            "register": one.register.name,
            "key": one.record.key,
            "label": one.record.label,
            "state": one.record.state,
            "steps": [step.step.name for step in one.steps],
            "due_on": one.due.on if one.due else None,
        }
        for one in waiting_for(actor_of(request), limit)
    ]
    return with_etag(request, rows)


@router.get("/work/ending", response=list[dict[str, Any]], summary="What ends soon")
def ending(
    request: HttpRequest, days: int = Query(60, ge=1, le=366), limit: int = Query(50, ge=1, le=200)
) -> HttpResponse:
    """Valid records whose validity ends within so many days, the nearest first."""
    rows = [
        {
            "register": register.name,
            "key": record.key,
            "label": record.label,
            "valid_until": record.valid_until,
        }
        for register, record in ending_soon(actor_of(request), days, limit)
    ]
    return with_etag(request, rows)


def _job(job: JobProgress) -> dict[str, Any]:
    names = ("id", "kind", "state", "done", "total", "result", "created_at", "updated_at")
    return {
        **{name: getattr(job, name) for name in names},
        "title": {"zh": job.title_zh, "en": job.title_en},
        "message": {"zh": job.message_zh, "en": job.message_en},
    }


@router.get("/jobs", response=Page[JobOut], summary="Background work")
def all_jobs(request: HttpRequest, params: Query[PageParams]) -> HttpResponse:
    """The caller's background work, newest first."""
    return with_etag(
        request, sequence_page(jobs.list_jobs(by=actor_of(request), limit=500), params, shape=_job)
    )


@router.get("/jobs/{job_id}", response=JobOut, summary="Job")
def job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """How far a piece of work is."""
    return with_etag(request, _job(jobs.get_job(job_id, by=actor_of(request))))


@router.get("/notices", response=Page[dict[str, Any]], summary="Notices")
def notices(request: HttpRequest, params: Query[PageParams], unread: bool = False) -> HttpResponse:
    """What the caller was told, newest first."""

    def shape(notice: Any) -> dict[str, Any]:
        text = {"zh": notice.text_zh, "en": notice.text_en}
        names = ("id", "link", "due", "created_at", "read_at")
        return {**{name: getattr(notice, name) for name in names}, "text": text}

    return with_etag(
        request,
        cursor_page(jobs.inbox(by=actor_of(request), unread=unread), params, order=("-pk",), shape=shape),
    )


@router.get("/users", response=Page[dict[str, Any]], summary="Accounts")
def users(request: HttpRequest, params: Query[UserParams]) -> HttpResponse:
    """The accounts that the caller keeps as administrator, with their rights in force."""
    found = list_users(
        UserFilter(search=params.search, region=params.region, active=params.active), by=actor_of(request)
    ).prefetch_related("grants")
    today = clock.today()

    def shape(user: Any) -> dict[str, Any]:
        names = ("username", "display_name", "speaks_for", "party", "region", "is_active")
        grants = [
            {"role": g.role, "register": g.register, "function": g.function, "region": g.region}
            for g in user.grants.all()
            if g.revoked_at is None and g.starts_on <= today and (g.ends_on is None or today <= g.ends_on)
        ]
        return {**{name: getattr(user, name) for name in names}, "rights": grants}

    return with_etag(request, cursor_page(found, params, order=("username",), shape=shape))


@router.get("/audit", response=Page[dict[str, Any]], summary="Audit trail")
def events(request: HttpRequest, params: Query[AuditParams]) -> HttpResponse:
    """The audit trail of the regions in which the caller is auditor, newest first."""
    asked = audit.EventFilter(
        who=params.who,
        action=params.action,
        register=params.register_name,
        subject=params.subject,
        since=params.since,
        until=params.until,
    )

    def shape(event: Any) -> dict[str, Any]:
        names = (
            "id",
            "at",
            "action",
            "username",
            "subject_kind",
            "subject_key",
            "register",
            "region",
            "count",
            "is_read",
        )
        return {**{name: getattr(event, name) for name in names}, "detail": event.detail}

    return with_etag(
        request, cursor_page(audit.events(asked, by=actor_of(request)), params, order=("-pk",), shape=shape)
    )
