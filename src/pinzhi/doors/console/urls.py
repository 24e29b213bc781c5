"""The console's addresses: its own first page, the kernel's pages, and those of every app that has some."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from pinzhi.doors.console import work
from pinzhi.doors.console.navigation import has_app

urlpatterns: list[URLPattern | URLResolver] = [
    path("", work.my_work, name="console_work"),
    path("registers/", include("pinzhi.kernel.registers.console_urls")),
    path("users/", include("pinzhi.kernel.access.console_urls")),
    path("audit/", include("pinzhi.kernel.audit.console_urls")),
    path("jobs/", include("pinzhi.kernel.jobs.console_urls")),
    path("places/", include("pinzhi.kernel.places.console_urls")),
    path("calendar/", include("pinzhi.kernel.calendar.console_urls")),
]
# The plan's addresses are the console's own: /console/policy/, /console/scoreboard/, /console/duties/.
for app, place in (
    ("policy", ""),
    ("parties", "parties/"),
    ("standards", "standards/"),
    ("inspection", "inspection/"),
):
    if has_app(app):
        urlpatterns.append(path(place, include(f"pinzhi.apps.{app}.urls")))
# Outsiders claim their firm here; the gate lets them through.
urlpatterns.append(path("claim/", include("pinzhi.apps.parties.claim_urls")))
# So does whoever comments on a draft standard.
urlpatterns.append(path("comment/", include("pinzhi.apps.standards.comment_urls")))
