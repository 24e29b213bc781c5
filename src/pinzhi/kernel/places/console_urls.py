"""Mounted by the console under /console/places/."""

from __future__ import annotations

from django.urls import path

from pinzhi.kernel.places import console

urlpatterns = [
    path("", console.region, name="places"),
    path("enter/agency/", console.enter_agency, name="places_enter_agency"),
    path("enter/zone/", console.enter_region, name="places_enter_region"),
    path("enter/succession/", console.enter_succession, name="places_enter_succession"),
    path("enter/delegation/", console.enter_delegation, name="places_enter_delegation"),
    path("<str:code>/", console.region, name="places_region"),
]
