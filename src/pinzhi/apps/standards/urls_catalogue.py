"""Addresses of the catalogue, the system tables and the alerts, under /console/standards/."""

from __future__ import annotations

from django.urls import path

from pinzhi.apps.standards import console_alerts, console_catalogue, console_imports_catalogue, console_system

urlpatterns = [
    path("catalogue/", console_catalogue.catalogue, name="standards_catalogue"),
    path("catalogue/new/", console_catalogue.new, name="standards_new"),
    path("catalogue/as-of/", console_catalogue.as_of, name="standards_as_of"),
    path("catalogue/download.<str:kind>", console_catalogue.download, name="standards_download"),
    path("catalogue/imports/", console_imports_catalogue.imports, name="standards_imports"),
    path(
        "catalogue/imports/template/<slug:what>/",
        console_imports_catalogue.template,
        name="standards_template",
    ),
    path(
        "catalogue/imports/<uuid:import_id>/", console_imports_catalogue.import_page, name="standards_import"
    ),
    path(
        "catalogue/imports/<uuid:import_id>/decide/",
        console_imports_catalogue.import_decide,
        name="standards_import_decide",
    ),
    path(
        "catalogue/imports/<uuid:import_id>/report.csv",
        console_imports_catalogue.import_report,
        name="standards_import_report",
    ),
    path("catalogue/edit/<path:key>/", console_catalogue.edit, name="standards_edit"),
    path("catalogue/relate/<path:key>/", console_catalogue.relate, name="standards_relate"),
    path(
        "catalogue/unrelate/<int:relation_id>/<path:key>/",
        console_catalogue.unrelate,
        name="standards_unrelate",
    ),
    path("catalogue/at/<path:key>/", console_catalogue.edition, name="standards_edition"),
    path("system/", console_system.systems, name="standards_systems"),
    path("system/new/", console_system.edit, name="standards_system_new"),
    path("system/<slug:code>/", console_system.system, name="standards_system"),
    path("system/<slug:code>/edit/", console_system.edit, name="standards_system_edit"),
    path("system/<slug:code>/publish/", console_system.publish, name="standards_system_publish"),
    path("alerts/", console_alerts.alerts_page, name="standards_alerts"),
    path("alerts/decide/", console_alerts.decide, name="standards_alert_decide"),
]
