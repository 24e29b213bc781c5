"""Addresses of the catalogue, the system tables and the alerts, under /console/standards/."""

from __future__ import annotations

from django.urls import include, path

from pinzhi.apps.standards import console_alerts, console_catalogue, console_system
from pinzhi.apps.standards.actions.import_catalogue import IMPORTS
from pinzhi.kernel.transfer.console import import_urls

urlpatterns = [
    path("catalogue/", console_catalogue.catalogue, name="standards_catalogue"),
    path("catalogue/new/", console_catalogue.new, name="standards_new"),
    path("catalogue/as-of/", console_catalogue.as_of, name="standards_as_of"),
    path("catalogue/download.<str:kind>", console_catalogue.download, name="standards_download"),
    path("catalogue/imports/", include(import_urls(IMPORTS))),
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
