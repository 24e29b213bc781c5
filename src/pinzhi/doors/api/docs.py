"""The page that lists the API's operations, made from the OpenAPI file; nothing is loaded from anywhere else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """All operations by part, with their parameters."""
    from pinzhi.doors.api.root import api

    schema = api.get_openapi_schema()
    parts: dict[str, list[dict[str, Any]]] = {}
    for operation in _operations(schema):
        parts.setdefault(operation["tag"], []).append(operation)
    return render(request, "api/docs.html", {"info": schema["info"], "parts": parts})


def _operations(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for address, methods in schema["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {})
            yield {
                "tag": (operation.get("tags") or [""])[0],
                "method": method.upper(),
                "address": address,
                "summary": operation.get("summary", ""),
                "description": operation.get("description", ""),
                "parameters": [
                    {
                        "name": parameter["name"],
                        "in": parameter["in"],
                        "required": parameter.get("required", False),
                        "about": parameter.get("schema", {}).get("description", ""),
                    }
                    for parameter in operation.get("parameters", [])
                ],
                "body": ", ".join(body),
            }
