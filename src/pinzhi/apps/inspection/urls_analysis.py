"""Addresses of the analysis of rates, the plan calculators, the quality file and graded supervision."""

from __future__ import annotations

from django.urls import URLPattern, path

from pinzhi.apps.inspection import (
    console_analysis,
    console_calculators,
    console_classes,
    console_quality_file,
)

urlpatterns: list[URLPattern] = [
    path("analysis/", console_analysis.page, name="inspection_analysis"),
    path("analysis/rates.csv", console_analysis.table_csv, name="inspection_analysis_csv"),
    path("analysis/records/", console_analysis.records, name="inspection_analysis_records"),
    path("analysis/records.csv", console_analysis.records_csv, name="inspection_analysis_records_csv"),
    path("classes/", console_classes.page, name="inspection_classes"),
    path("classes/publish/", console_classes.publish, name="inspection_classes_publish"),
    path("classes/<str:name>/", console_classes.firms, name="inspection_class"),
    path("calculators/", console_calculators.single, name="inspection_calculators"),
    path("calculators/oc/", console_calculators.characteristic, name="inspection_calculator_oc"),
    path(
        "calculators/net-content/", console_calculators.net_content, name="inspection_calculator_net_content"
    ),
    path("enterprises/<str:uscc>/", console_quality_file.page, name="inspection_quality_file"),
]
