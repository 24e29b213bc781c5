"""The plan's pages where the console mounts them."""

from __future__ import annotations

from django.urls import include, path

from pinzhi.config import urls

urlpatterns = [path("console/", include("pinzhi.apps.policy.urls")), *urls.urlpatterns]
