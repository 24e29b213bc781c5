"""Mounted by the console under /console/standards/; each part of the app brings its own addresses."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from pinzhi.apps.standards import console_catalogue

urlpatterns: list[URLPattern | URLResolver] = [
    path("", console_catalogue.index, name="standards_index"),
]
for part in ("catalogue", "limits", "declarations", "rankings"):
    if find_spec(f"pinzhi.apps.standards.urls_{part}") is not None:
        import_module(f"pinzhi.apps.standards.urls_{part}")
        urlpatterns.append(path("", include(f"pinzhi.apps.standards.urls_{part}")))
