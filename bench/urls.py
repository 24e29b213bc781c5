"""The product's addresses, and one view by hand beside them: the same queries, the same template, nothing in between."""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.urls import include, path

_captured: dict[str, Any] = {}


def capture(response: Any, queries: list[str]) -> None:
    """Keep what the product's page was made of."""
    _captured["context"] = (
        response.context.flatten() if hasattr(response.context, "flatten") else response.context[0].flatten()
    )
    _captured["queries"] = queries


def by_hand(request: HttpRequest) -> HttpResponse:
    with connections["portal"].cursor() as cursor:
        for sql in _captured["queries"]:
            cursor.execute(sql)
            cursor.fetchall()
    return HttpResponse(get_template("portal/record.html").render(_captured["context"], request))


urlpatterns = [path("bench-by-hand/", by_hand), path("", include("pinzhi.config.urls"))]
