"""Addresses of the API: /api/v1/…, the OpenAPI file at /api/openapi.json, a page that lists it at /api/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from pinzhi.doors.api.docs import page
from pinzhi.doors.api.root import api

urlpatterns: list[URLPattern | URLResolver] = [path("", page, name="api_docs"), path("", api.urls)]
