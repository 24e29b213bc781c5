"""Sampling on a phone and samples on their way; included by `urls`."""

from __future__ import annotations

from django.urls import path

from pinzhi.apps.inspection import console_sampling

urlpatterns = [
    path("sampling/", console_sampling.page, name="inspection_sampling"),
    path("sampling/worker.js", console_sampling.worker, name="inspection_sampling_worker"),
    path("sampling/tasks/", console_sampling.tasks, name="inspection_sampling_tasks"),
    path("sampling/label/", console_sampling.label, name="inspection_sampling_label"),
    path("sampling/records/", console_sampling.send, name="inspection_sampling_send"),
    path("custody/<str:number>/", console_sampling.custody, name="inspection_custody"),
    path("custody/<str:number>/labels.pdf", console_sampling.labels, name="inspection_custody_labels"),
    path("custody/<str:number>/sheet.pdf", console_sampling.sheet, name="inspection_sampling_sheet"),
    path(
        "custody/<str:number>/reports/<int:report_id>.pdf",
        console_sampling.report,
        name="inspection_report_paper",
    ),
    path("custody/<str:number>/pictures/<str:sha256>/", console_sampling.picture, name="inspection_picture"),
]
