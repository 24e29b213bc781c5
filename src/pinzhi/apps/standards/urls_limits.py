"""Addresses of limits, comparisons and the degree of conformity, under /console/standards/."""

from __future__ import annotations

from django.urls import path

from pinzhi.apps.standards import console_comparisons as comparisons
from pinzhi.apps.standards import console_conformity as conformity
from pinzhi.apps.standards import console_limits as limits

urlpatterns = [
    path("limits/", limits.documents, name="standards_limits"),
    path("limits/new/", limits.new_document, name="standards_limit_document_new"),
    path("limits/waiting/", limits.waiting, name="standards_limits_waiting"),
    path("limits/download.<str:kind>", limits.download, name="standards_limits_download"),
    path("limits/template.xlsx", limits.template, name="standards_limit_template"),
    path("limits/import/", limits.import_file, name="standards_limit_import"),
    path("limits/import/<uuid:import_id>/", limits.import_page, name="standards_limit_import_page"),
    path("limits/<int:pk>/", limits.document, name="standards_limit_document"),
    path("limits/<int:pk>/edit/", limits.edit_document, name="standards_limit_document_edit"),
    path("limits/<int:pk>/enter/", limits.enter, name="standards_limit_enter"),
    path("limits/<int:pk>/decide/", limits.decide, name="standards_limit_decide"),
    path("limits/<int:pk>/download.<str:kind>", limits.download, name="standards_limit_download"),
    path("limits/entries/<int:pk>/", limits.edit, name="standards_limit_edit"),
    path("comparisons/", comparisons.choose, name="standards_comparisons"),
    path("comparisons/table/", comparisons.matrix, name="standards_comparison"),
    path("comparisons/studies/", comparisons.studies, name="standards_studies"),
    path("comparisons/studies/new/", comparisons.new_study, name="standards_study_new"),
    path("comparisons/studies/<str:number>/", comparisons.study, name="standards_study"),
    path("comparisons/studies/<str:number>/edit/", comparisons.edit_study, name="standards_study_edit"),
    path("comparisons/studies/<str:number>/step/", comparisons.study_step, name="standards_study_step"),
    path("conformity/", conformity.overview, name="standards_conformity"),
    path("conformity/compute/", conformity.compute, name="standards_conformity_compute"),
    path("conformity/runs/<int:pk>/", conformity.run, name="standards_conformity_run"),
    path("conformity/runs/<int:pk>/publish/", conformity.publish, name="standards_conformity_publish"),
    path("conformity/fields/new/", conformity.new_field, name="standards_key_field_new"),
    path("conformity/fields/<int:pk>/", conformity.key_field, name="standards_key_field"),
    path("conformity/fields/<int:pk>/off/", conformity.off_list, name="standards_off_list"),
    path(
        "conformity/fields/<int:pk>/standards/new/",
        conformity.key_standard,
        name="standards_key_standard_new",
    ),
    path(
        "conformity/fields/<int:pk>/standards/<int:standard>/",
        conformity.key_standard,
        name="standards_key_standard",
    ),
    path(
        "conformity/fields/<int:pk>/international/new/",
        conformity.international,
        name="standards_international_new",
    ),
    path(
        "conformity/fields/<int:pk>/international/<int:standard>/",
        conformity.international,
        name="standards_international",
    ),
]
