"""Root addresses: the portal at /, the console at /console/, the API at /api/, accounts at /accounts/."""

from __future__ import annotations

from django.urls import include, path

handler400 = "pinzhi.kernel.web.errors.bad_request"
handler403 = "pinzhi.kernel.web.errors.forbidden"
handler404 = "pinzhi.kernel.web.errors.not_found"
handler500 = "pinzhi.kernel.web.errors.server_error"

urlpatterns = [
    path("", include("pinzhi.kernel.web.urls")),
    path("accounts/", include("pinzhi.kernel.access.urls")),
    path("console/", include("pinzhi.doors.console.urls")),
    path("api/", include("pinzhi.doors.api.urls")),
    path("", include("pinzhi.doors.portal.urls")),
]
