"""Around the whole API: the reader's language from the first moment, limits before a body is read, every error a problem."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from pinzhi.kernel.web.problems import CONTENT_TYPE, problem_response

HERE = "/api/"
#: The largest upload that any address takes: a table of a million rows. Each address has smaller limits of its own.
LARGEST_UPLOAD = 320 * 1024 * 1024
LARGEST_ELSEWHERE = 64 * 1024 * 1024  # several files of 20 MB in one form
TABLES = ("/imports", "/imports/", "/import", "/import/")


class ApiMiddleware:
    """Errors that Django or the framework would answer in their own words become problem+json under /api/.

    Uploads beyond what any address takes are refused by their announced length, on all pages, before they are read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_api = request.path_info.startswith(HERE)
        if is_api:
            translation.activate(translation.get_language_from_request(request))
        if _too_long(request):
            return _too_large(request, is_api)
        response = self.get_response(request)
        if is_api:
            response = _as_problem(request, response)
            response.setdefault("Cache-Control", "no-store")
        return response


def _too_long(request: HttpRequest) -> bool:
    """By the announced length: JSON as settings say, tables more than other files."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if not announced.isascii() or not announced.isdigit():
        return False
    kind = request.META.get("CONTENT_TYPE", "")
    if not kind.startswith("multipart/"):
        return int(announced) > (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or LARGEST_UPLOAD)
    largest = LARGEST_UPLOAD if request.path_info.endswith(TABLES) else LARGEST_ELSEWHERE
    return int(announced) > largest


def _too_large(request: HttpRequest, is_api: bool) -> HttpResponse:
    if not is_api:
        from pinzhi.kernel.web.errors import page

        response = page(request, 413)
    else:
        response = problem_response(
            413,
            _("The file or form is too large"),
            code="too_large",
            detail=_("Send smaller files or fewer at a time; the form says how large they may be."),
        )
    response["Connection"] = "close"  # what is still coming is not read
    return response


def _as_problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    kind = response.headers.get("Content-Type", "")
    if response.status_code < 400 or kind.startswith(CONTENT_TYPE):
        return response
    titles = {
        400: _("The request could not be read"),
        403: _("You may not see or do this"),
        404: _("There is nothing at this address"),
        405: _("This address does not take this method"),
        413: _("The file or form is too large"),
        429: _("Too many requests"),
        500: _("Something went wrong on our side"),
    }
    title = titles.get(response.status_code, _("It did not work"))
    codes = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 500: "internal"}
    kept = {name: response.headers[name] for name in ("Allow", "Retry-After") if name in response.headers}
    return problem_response(
        response.status_code, title, code=codes.get(response.status_code, ""), headers=kept
    )
