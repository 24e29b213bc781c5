"""Gives each request a number that stands in its audit lines, its log lines and its response."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from pinzhi.kernel.audit.recording import request_id

FROM_PROXY = re.compile(r"[A-Za-z0-9_-]{8,40}")


class RequestIdMiddleware:
    """Takes X-Request-ID from a proxy where it is a plain token, else makes one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        number = given if FROM_PROXY.fullmatch(given) else secrets.token_hex(8)
        token = request_id.set(number)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response["X-Request-ID"] = number
        return response
