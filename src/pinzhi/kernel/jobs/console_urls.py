"""Mounted by the console under /console/jobs/."""

from __future__ import annotations

from django.urls import path

from pinzhi.kernel.jobs import console

urlpatterns = [
    path("", console.jobs, name="jobs_jobs"),
    path("inbox/", console.inbox, name="jobs_inbox"),
    path("inbox/read/", console.open_all, name="jobs_open_all"),
    path("inbox/<int:notice_id>/", console.open_notice, name="jobs_open_notice"),
    path("<uuid:job_id>/", console.job, name="jobs_job"),
    path("<uuid:job_id>/stop/", console.stop, name="jobs_stop"),
]
