"""What stands before every public page: it reads the public side alone, and knows nobody.

A query on the main connection raises, in tests and in production; places come from the catalogue; session and account
are never looked at, so that a page is the same for everybody and may be kept by any cache that asks again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any, NoReturn

from django.contrib.auth.models import AnonymousUser
from django.db import connections
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    JsonResponse,
    StreamingHttpResponse,
)
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from pinzhi.doors.portal import frame
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.places.queries import catalogue_only
from pinzhi.kernel.web.problems import CONTENT_TYPE, refusal

READ = ("GET", "HEAD")
View = Callable[..., HttpResponseBase]


class PrivateSideTouchedError(RuntimeError):
    """A public page asked the main connection for something: an error of the program, never shown."""


def _refuse(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> NoReturn:
    raise PrivateSideTouchedError(f"a public page asked the main connection: {sql[:200]}")


@contextmanager
def public_only() -> Iterator[None]:
    """Inside the block the main connection answers nothing and places are the catalogue's."""
    with connections["default"].execute_wrapper(_refuse), catalogue_only():
        yield


def public(view: View, *, machine: bool = False, methods: Sequence[str] = READ) -> View:
    """The view as the public may reach it. `machine`: errors are problem+json instead of a page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in methods:
            return HttpResponseNotAllowed(methods)
        request.user = AnonymousUser()
        # Messages would be looked for in the session.
        if hasattr(request, "_messages"):
            del request._messages
        with public_only():
            try:
                response = view(request, *args, **kwargs)
            except Refused as error:
                response = _refused(request, error, machine)
        return _finished(request, response)

    guarded.public_only = True  # type: ignore[attr-defined]
    guarded.csrf_exempt = True  # type: ignore[attr-defined]  # nothing is kept and nobody is logged in
    return guarded


def _refused(request: HttpRequest, error: Refused, machine: bool) -> HttpResponse:
    if machine:
        return JsonResponse(
            refusal(error),
            status=error.status,
            content_type=CONTENT_TYPE,
            json_dumps_params={"ensure_ascii": False},
        )
    return frame.error_page(request, error)


def _finished(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Streams stay inside the guard; what is whole gets a mark of its content, and 304 where it is known."""
    if isinstance(response, StreamingHttpResponse):
        response.streaming_content = _guarded(response.streaming_content)  # type: ignore[arg-type]
    response.headers.setdefault("Cache-Control", "no-cache")
    if response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
        return response
    if request.method in READ and response.status_code == 200 and isinstance(response, HttpResponse):
        if not response.has_header("ETag"):
            digest = hashlib.sha256(response.content).hexdigest()[:32]
            response.headers["ETag"] = f"W/{quote_etag(digest)}"
        return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response
    return response


def _guarded(chunks: Iterable[bytes]) -> Iterator[bytes]:
    iterator = iter(chunks)
    while True:
        with public_only():
            try:
                chunk = next(iterator)
            except StopIteration:
                return
        yield chunk
