"""Addresses for the tests: the account pages, a console with one page, a public page, an API."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from ninja import NinjaAPI

from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.access.api_auth import AUTH
from pinzhi.kernel.errors import Refused

api = NinjaAPI(auth=AUTH, urls_namespace="access-tests", docs_url=None)


@api.exception_handler(Refused)
def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    response = api.create_response(request, {"code": error.code}, status=error.status)
    response["Content-Type"] = "application/problem+json"
    return response


def who(request: HttpRequest) -> dict[str, Any]:
    actor = actor_of(request)
    return {"username": actor.username, "roles": [right.role for right in actor.rights], "via": actor.via}


@api.get("/who")
def read(request: HttpRequest) -> dict[str, Any]:
    return who(request)


@api.post("/who")
def write(request: HttpRequest) -> dict[str, Any]:
    return who(request)


def public(request: HttpRequest) -> HttpResponse:
    touched = request.session.accessed or hasattr(request, "_cached_user")
    return HttpResponse("session touched" if touched else "session untouched")


urlpatterns = [
    path("accounts/", include("pinzhi.kernel.access.urls")),
    path("console/", lambda request: HttpResponse(f"Hello {request.user.username}"), name="console_home"),
    path("console/", include("pinzhi.doors.console.urls")),
    path("api/", api.urls),
    path("public/", public),
]
