"""Mounted by the console under /console/audit/."""

from __future__ import annotations

from django.urls import path

from pinzhi.kernel.audit import console

urlpatterns = [
    path("", console.events, name="audit_events"),
    path("export/", console.export, name="audit_export"),
]
