"""Addresses of the plan's pages, below /console/."""

from __future__ import annotations

from django.urls import path

from pinzhi.apps.policy import (
    console_appraisal,
    console_cascade,
    console_documents,
    console_duties,
    console_figures,
    console_incentives,
    console_reports,
    console_scoreboard,
    console_year_plans,
)

urlpatterns = [
    path("policy/", console_documents.documents, name="policy_documents"),
    path("policy/new/", console_documents.new, name="policy_new"),
    path("policy/<str:code>/", console_documents.document, name="policy_document"),
    path("policy/<str:code>/review/", console_documents.review_page, name="policy_review"),
    path("policy/<str:code>/title/", console_documents.title, name="policy_title"),
    path("policy/<str:code>/confirm/", console_documents.confirm, name="policy_confirm"),
    path("policy/<str:code>/details/", console_documents.head, name="policy_head"),
    path("policy/<str:code>/settle/", console_figures.settle, name="policy_settle"),
    path("policy/<str:code>/targets/new/", console_documents.target_form, name="policy_target_new"),
    path("policy/<str:code>/targets/<str:number>/", console_scoreboard.target, name="policy_target"),
    path(
        "policy/<str:code>/targets/<str:number>/edit/",
        console_documents.target_form,
        name="policy_target_edit",
    ),
    path(
        "policy/<str:code>/targets/<str:number>/decide/",
        console_documents.decide_target,
        name="policy_target_decide",
    ),
    path("policy/<str:code>/targets/<str:number>/report/", console_figures.figure, name="policy_figure"),
    path("policy/<str:code>/targets/<str:number>/regions/", console_cascade.regions, name="policy_regions"),
    path(
        "policy/<str:code>/targets/<str:number>/regions/compute/",
        console_cascade.compute,
        name="policy_regions_compute",
    ),
    path("policy/<str:code>/cascade/", console_cascade.overview, name="policy_cascade"),
    path("policy/<str:code>/cascade/compute/", console_cascade.compute, name="policy_cascade_compute"),
    path("policy/<str:code>/cascade/gaps.<str:kind>", console_cascade.gaps, name="policy_gaps"),
    path("policy/<str:code>/mapping/", console_cascade.mapping, name="policy_mapping"),
    path("policy/<str:code>/tasks/new/", console_documents.measure_form, name="policy_measure_new"),
    path(
        "policy/<str:code>/tasks/<int:position>/", console_documents.measure_form, name="policy_measure_edit"
    ),
    path("policy/<str:code>/reports/", console_reports.reports, name="policy_reports"),
    path("policy/<str:code>/reports/<str:period>/", console_reports.report, name="policy_report"),
    path(
        "policy/<str:code>/reports/<str:period>/count/",
        console_reports.report_count,
        name="policy_report_count",
    ),
    path(
        "policy/<str:code>/reports/<str:period>/text/", console_reports.report_text, name="policy_report_text"
    ),
    path(
        "policy/<str:code>/reports/<str:period>/report.docx",
        console_reports.report_paper,
        {"kind": "docx"},
        name="policy_report_word",
    ),
    path(
        "policy/<str:code>/reports/<str:period>/report.pdf",
        console_reports.report_paper,
        {"kind": "pdf"},
        name="policy_report_pdf",
    ),
    path("policy/<str:code>/matters/new/", console_reports.new_matter, name="policy_matter_new"),
    path("matters/", console_reports.matters, name="policy_matters"),
    path("matters/<str:code>/", console_reports.matter, name="policy_matter"),
    path(
        "matters/<str:code>/<str:paper>.docx",
        console_reports.matter_paper,
        {"kind": "docx"},
        name="policy_matter_word",
    ),
    path(
        "matters/<str:code>/<str:paper>.pdf",
        console_reports.matter_paper,
        {"kind": "pdf"},
        name="policy_matter_pdf",
    ),
    path("matters/<str:code>/files/<str:sha256>/", console_reports.matter_file, name="policy_matter_file"),
    path("appraisals/", console_appraisal.appraisals, name="policy_appraisals"),
    path("appraisals/new/", console_appraisal.new, name="policy_appraisal_new"),
    path("appraisals/<str:code>/", console_appraisal.appraisal, name="policy_appraisal"),
    path(
        "appraisals/<str:code>/result.<str:kind>",
        console_appraisal.download,
        name="policy_appraisal_download",
    ),
    path("appraisals/<str:code>/method/", console_appraisal.method, name="policy_appraisal_method"),
    path("appraisals/<str:code>/do/<str:verb>/", console_appraisal.step, name="policy_appraisal_step"),
    path("appraisals/<str:code>/criteria/new/", console_appraisal.criterion, name="policy_criterion_new"),
    path(
        "appraisals/<str:code>/criteria/<int:position>/", console_appraisal.criterion, name="policy_criterion"
    ),
    path("appraisals/<str:code>/units/<str:key>/", console_appraisal.unit, name="policy_appraisal_unit"),
    path(
        "appraisals/<str:code>/units/<str:key>/<int:position>/", console_appraisal.score, name="policy_score"
    ),
    path(
        "appraisals/<str:code>/units/<str:key>/<int:position>/files/<str:sha256>/",
        console_appraisal.score_file,
        name="policy_score_file",
    ),
    path("incentives/", console_incentives.incentives, name="policy_incentives"),
    path("incentives/rules/new/", console_incentives.rule, name="policy_incentive_rule"),
    path("incentives/rules/<int:rule_id>/use/", console_incentives.rule_use, name="policy_rule_use"),
    path("incentives/propose/<str:code>/", console_incentives.propose, name="policy_incentive_propose"),
    path("incentives/<int:award_id>/decide/", console_incentives.decide, name="policy_award_decide"),
    path("plans/", console_year_plans.plans, name="policy_year_plans"),
    path("plans/new/", console_year_plans.new, name="policy_year_plan_new"),
    path("plans/<str:code>/", console_year_plans.plan, name="policy_year_plan"),
    path("plans/<str:code>/publish/", console_year_plans.publish, name="policy_year_plan_publish"),
    path("plans/<str:code>/import/", console_year_plans.bring_in, name="policy_year_plan_import"),
    path("plans/<str:code>/template.xlsx", console_year_plans.template, name="policy_year_plan_template"),
    path("plans/<str:code>/plan.<str:kind>", console_year_plans.download, name="policy_year_plan_download"),
    path("plans/<str:code>/products/new/", console_year_plans.product, name="policy_product_new"),
    path("plans/<str:code>/products/<int:number>/", console_year_plans.product, name="policy_product"),
    path(
        "plans/<str:code>/products/<int:number>/progress/",
        console_year_plans.progress,
        name="policy_product_progress",
    ),
    path("scoreboard/", console_scoreboard.scoreboard, name="policy_scoreboard"),
    path("scoreboard/compute/", console_scoreboard.compute, name="policy_compute"),
    path("duties/", console_duties.duties, name="policy_duties"),
    path("duties/calendar.ics", console_duties.calendar, name="policy_calendar"),
    path("duties/<int:duty_id>/", console_duties.duty, name="policy_duty"),
    path("duties/<int:duty_id>/files/<str:sha256>/", console_duties.note_file, name="policy_note_file"),
]
