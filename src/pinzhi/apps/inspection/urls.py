"""Mounted by the console under /console/inspection/."""

from __future__ import annotations

from django.urls import include, path

from pinzhi.apps.inspection import console, console_cases, console_draws, console_papers

urlpatterns = [
    path("", include("pinzhi.apps.inspection.urls_analysis")),
    path("", include("pinzhi.apps.inspection.urls_sampling")),
    path("", include("pinzhi.apps.inspection.urls_lists")),
    path("", include("pinzhi.apps.inspection.urls_cases")),
    path("", console.index, name="inspection_index"),
    path("programmes/<slug:number>/draw/", console_draws.draw_new, name="inspection_draw_new"),
    path("samples/", console.samples, name="inspection_samples"),
    path("samples/<str:number>/", console.sample, name="inspection_sample"),
    path("samples/<str:number>/report/", console.report, name="inspection_report"),
    path("samples/<str:number>/correct/", console.correct, name="inspection_correct"),
    path("imports/", console.imports, name="inspection_imports"),
    path("imports/template.xlsx", console.template, name="inspection_template"),
    path("attempts/", console.attempts, name="inspection_attempts"),
    path("publish/", console.publish, name="inspection_publish"),
    path("cases/", console_cases.cases, name="inspection_cases"),
    path("cases/<slug:number>/", console_cases.case, name="inspection_case"),
    path("cases/<slug:number>/event/", console_cases.case_event, name="inspection_case_event"),
    path("cases/<slug:number>/paper/<slug:kind>/", console_papers.case_paper, name="inspection_case_paper"),
    path("draws/", console_draws.draws, name="inspection_draws"),
    path("draws/<slug:number>/", console_draws.draw, name="inspection_draw"),
    path("draws/<slug:number>/freeze/", console_draws.draw_freeze, name="inspection_draw_freeze"),
    path("draws/<slug:number>/value/", console_draws.draw_value, name="inspection_draw_value"),
    path("draws/<slug:number>/make/", console_draws.draw_make, name="inspection_draw_make"),
    path("draws/<slug:number>/open/", console_draws.draw_open, name="inspection_draw_open"),
    path("draws/<slug:number>/abandon/", console_draws.draw_abandon, name="inspection_draw_abandon"),
    path("draws/<slug:number>/result/", console_draws.draw_result, name="inspection_draw_result"),
    path("draws/<slug:number>/proof/<str:key>/", console_draws.draw_proof, name="inspection_draw_proof"),
    path("tasks/", console_draws.tasks, name="inspection_tasks"),
    path("tasks/<slug:number>/close/", console_draws.task_close, name="inspection_task_close"),
]
