"""Addresses of the plan's pages, below /console/."""

from __future__ import annotations

from django.urls import path

from pinzhi.apps.policy import console, console_cascade, console_reports

urlpatterns = [
    path("policy/", console.documents, name="policy_documents"),
    path("policy/new/", console.new, name="policy_new"),
    path("policy/<str:code>/", console.document, name="policy_document"),
    path("policy/<str:code>/review/", console.review_page, name="policy_review"),
    path("policy/<str:code>/confirm/", console.confirm, name="policy_confirm"),
    path("policy/<str:code>/details/", console.head, name="policy_head"),
    path("policy/<str:code>/targets/new/", console.target_form, name="policy_target_new"),
    path("policy/<str:code>/targets/<str:number>/", console.target, name="policy_target"),
    path("policy/<str:code>/targets/<str:number>/edit/", console.target_form, name="policy_target_edit"),
    path("policy/<str:code>/targets/<str:number>/decide/", console.decide_target, name="policy_target_decide"),
    path("policy/<str:code>/targets/<str:number>/regions/", console_cascade.regions, name="policy_regions"),
    path("policy/<str:code>/targets/<str:number>/regions/compute/", console_cascade.compute, name="policy_regions_compute"),
    path("policy/<str:code>/cascade/", console_cascade.overview, name="policy_cascade"),
    path("policy/<str:code>/cascade/compute/", console_cascade.compute, name="policy_cascade_compute"),
    path("policy/<str:code>/cascade/gaps.<str:kind>", console_cascade.gaps, name="policy_gaps"),
    path("policy/<str:code>/mapping/", console_cascade.mapping, name="policy_mapping"),
    path("policy/<str:code>/tasks/new/", console.measure_form, name="policy_measure_new"),
    path("policy/<str:code>/tasks/<int:position>/", console.measure_form, name="policy_measure_edit"),
    path("policy/<str:code>/reports/", console_reports.reports, name="policy_reports"),
    path("policy/<str:code>/reports/<str:period>/", console_reports.report, name="policy_report"),
    path("policy/<str:code>/reports/<str:period>/text/", console_reports.report_text, name="policy_report_text"),
    path("policy/<str:code>/reports/<str:period>/report.docx", console_reports.report_word, name="policy_report_word"),
    path("policy/<str:code>/matters/new/", console_reports.new_matter, name="policy_matter_new"),
    path("matters/", console_reports.matters, name="policy_matters"),
    path("matters/<str:code>/", console_reports.matter, name="policy_matter"),
    path("matters/<str:code>/<str:paper>.docx", console_reports.matter_word, name="policy_matter_word"),
    path("matters/<str:code>/files/<str:sha256>/", console_reports.matter_file, name="policy_matter_file"),
    path("scoreboard/", console.scoreboard, name="policy_scoreboard"),
    path("scoreboard/compute/", console.compute, name="policy_compute"),
    path("duties/", console.duties, name="policy_duties"),
    path("duties/calendar.ics", console.calendar, name="policy_calendar"),
    path("duties/<int:duty_id>/", console.duty, name="policy_duty"),
]
