"""Addresses for the tests: the product's own, with the console pages of places and calendar mounted."""

from django.urls import include, path

from pinzhi.config.urls import handler403, handler404  # noqa: F401
from pinzhi.config.urls import urlpatterns as product

urlpatterns = [
    path("console/places/", include("pinzhi.kernel.places.console_urls")),
    path("console/calendar/", include("pinzhi.kernel.calendar.console_urls")),
    *product,
]
