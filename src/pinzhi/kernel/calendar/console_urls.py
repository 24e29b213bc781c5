"""Mounted by the console under /console/calendar/."""

from __future__ import annotations

from django.urls import path

from pinzhi.kernel.calendar import console

urlpatterns = [
    path("", console.year, name="calendar"),
    path("<int:year>/", console.year, name="calendar_year"),
]
