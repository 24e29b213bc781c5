"""The reader's language, and errors that a user can mend as pages."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import translation
from django.utils.cache import patch_vary_headers

from pinzhi.kernel.errors import Refused

#: Programs choose their language by header; people by the switch, Chinese until then.
BY_HEADER = "/api/"
Get = Callable[[HttpRequest], HttpResponse]


def language_of(request: HttpRequest) -> str:
    """The language of the cookie; else the header's for the API, else Chinese whatever the browser was sold with."""
    known = dict(settings.LANGUAGES)
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in known:
        return chosen
    if request.path.startswith(BY_HEADER):
        return translation.get_language_from_request(request)
    return settings.LANGUAGE_CODE


class LanguageMiddleware:
    """Activates the reader's language and says so in Content-Language."""

    def __init__(self, get_response: Get) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        # Stays active after the response: a streamed body is written later, and the next request sets its own.
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.setdefault("Content-Language", "en" if language == "en" else "zh-Hans")
        patch_vary_headers(response, ("Cookie",))
        if request.path.startswith(BY_HEADER):
            patch_vary_headers(response, ("Accept-Language",))
        return response


class RefusedMiddleware:
    """An action's refusal that no view has turned into a form error becomes a page that says what, where and what to do;
    so does the address of a form that was loaded as if it were a page (an old tab, a bookmark)."""

    def __init__(self, get_response: Get) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            from pinzhi.kernel.web.errors import page

            allowed = response["Allow"]
            response = page(request, 405)
            response["Allow"] = allowed
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        from pinzhi.kernel.web.errors import refused

        return refused(request, exception)
