"""Mounted by the console under /console/inspection/."""

from __future__ import annotations

from django.urls import path

from pinzhi.apps.inspection import console

urlpatterns = [
    path("", console.index, name="inspection_index"),
]
