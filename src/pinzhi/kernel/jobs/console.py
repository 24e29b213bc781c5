"""Background work and the inbox in the console."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.errors import in_language
from pinzhi.kernel.jobs import queries
from pinzhi.kernel.jobs.actions.read_notice import read_all, read_notice
from pinzhi.kernel.jobs.actions.stop_job import stop_job
from pinzhi.kernel.jobs.models import JobProgress

PER_PAGE = 50


@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """What was started lately."""
    rows = [as_shown(job) for job in queries.list_jobs(by=actor_of(request))]
    return render(request, "jobs/jobs.html", {"rows": rows})


@require_safe
def job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """One piece of work: a page, its moving part for htmx, or JSON for a program."""
    shown = as_shown(queries.get_job(job_id, by=actor_of(request)))
    if request.headers.get("Accept", "").startswith("application/json"):
        found: JobProgress = shown["job"]
        return JsonResponse(
            {
                "id": str(found.pk),
                "kind": found.kind,
                "title": shown["title"],
                "state": found.state,
                "done": found.done,
                "total": found.total,
                "message": shown["message"],
                "result": found.result,
                "link": found.link,
            }
        )
    part = request.headers.get("HX-Request") == "true"
    response = render(request, "jobs/_job.html" if part else "jobs/job.html", shown)
    if part and shown["job"].state == "done" and _is_watched_elsewhere(request, shown["job"]):
        # The page that shows the result watches its own work: it shows it now.
        response["HX-Refresh"] = "true"
    return response


def _is_watched_elsewhere(request: HttpRequest, job: JobProgress) -> bool:
    """Whether the moving part stands on the page that the work leads to, and not on the work's own."""
    return (
        bool(job.link) and urlsplit(request.headers.get("HX-Current-URL", "")).path == job.link.split("?")[0]
    )


@require_POST
def stop(request: HttpRequest, job_id: UUID) -> HttpResponse:
    stop_job(job_id=job_id, by=actor_of(request))
    messages.success(request, _("Asked to stop; nothing of it is saved."))
    return redirect("jobs_job", job_id)


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What I was told."""
    actor = actor_of(request)
    unread = request.GET.get("show") != "all"
    page = Paginator(queries.inbox(by=actor, unread=unread), PER_PAGE).get_page(request.GET.get("page"))
    rows = [{"notice": notice, "text": in_language(notice.text_zh, notice.text_en)} for notice in page]
    return render(request, "jobs/inbox.html", {"page": page, "rows": rows, "unread": unread})


@require_POST
def open_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Marks a notice as read and goes where it points, within this site."""
    notice = read_notice(notice_id=notice_id, by=actor_of(request))
    if notice.link and url_has_allowed_host_and_scheme(notice.link, allowed_hosts=None):
        return redirect(notice.link)
    return redirect("jobs_inbox")


@require_POST
def open_all(request: HttpRequest) -> HttpResponse:
    read_all(by=actor_of(request))
    return redirect("jobs_inbox")


def as_shown(job: JobProgress) -> dict[str, Any]:
    return {
        "job": job,
        "title": in_language(job.title_zh, job.title_en),
        "message": in_language(job.message_zh, job.message_en),
        "result": sorted(job.result.items()) if isinstance(job.result, dict) else [],
    }
