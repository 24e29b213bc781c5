"""Errors for programs: application/problem+json after RFC 9457, in the language that the caller asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import JsonResponse

from pinzhi.kernel.errors import Refused, RefusedRows

CONTENT_TYPE = "application/problem+json"
ROWS_SHOWN = 1000


def problem(status: int, title: str, *, code: str = "", detail: str = "", **more: Any) -> dict[str, Any]:
    """The members of a problem; `code` is stable, texts are for people."""
    body: dict[str, Any] = {
        "type": f"urn:pinzhi:error:{code or status}",
        "title": title,
        "status": status,
        "code": code or f"http_{status}",
    }
    if detail:
        body["detail"] = detail
    body.update({key: value for key, value in more.items() if value not in (None, "", [])})
    return body


def problem_response(
    status: int,
    title: str,
    *,
    code: str = "",
    detail: str = "",
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> JsonResponse:
    return JsonResponse(
        problem(status, title, code=code, detail=detail, **more),
        status=status,
        content_type=CONTENT_TYPE,
        json_dumps_params={"ensure_ascii": False},
        headers=dict(headers or {}),
    )


def refusal(error: Refused) -> dict[str, Any]:
    """The problem of an action's refusal: what happened, where, what to do; wrong rows one by one."""
    rows = [row.as_dict() for row in error.rows[:ROWS_SHOWN]] if isinstance(error, RefusedRows) else []
    return problem(
        error.status,
        error.text,
        code=error.code,
        detail=error.remedy,
        place=error.place,
        errors=rows,
        errors_total=len(error.rows) if isinstance(error, RefusedRows) else None,
    )
