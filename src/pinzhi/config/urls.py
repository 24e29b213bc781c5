"""Root addresses: the portal at /, the console at /console/, the API at /api/, accounts at /accounts/."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("pinzhi.kernel.access.urls")),
    path("console/", include("pinzhi.doors.console.urls")),
    path("api/", include("pinzhi.doors.api.urls")),
    path("", include("pinzhi.doors.portal.urls")),
]
