"""The gate before every page of those who are logged in: nobody passes without an account in good order.

Public pages never come here, so they touch neither session nor account and can be cached by anyone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.access.queries import needs_totp

CONSOLE, ACCOUNTS, API = "/console/", "/accounts/", "/api/"
LOGIN_SERVICE = "/accounts/oidc/"
#: Where outsiders knock: who claims a firm has no account yet, who comments on a draft standard needs none.
OPEN_TO_ALL = ("/console/claim/", "/console/comment/")
SINCE, SEEN = "pinzhi_since", "pinzhi_seen"
# The session is not written more often than this, or every page view would be a write.
SEEN_EVERY = timedelta(minutes=1)


class NoNulMiddleware:
    """An address or a form with a NUL in it is nobody's mistake, and no database text holds it: 400, not 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("NUL in the address")
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        if request.method != "POST" or request.path.startswith(API):
            return
        if any("\0" in value for _name, values in request.POST.lists() for value in values):
            raise BadRequest("NUL in the form")


class AccountGate:
    """Console and account pages: login, session limits, first password, second factor, language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith((CONSOLE, ACCOUNTS)):
            return self.get_response(request)
        response = self._stop(request) or self.get_response(request)
        response["Content-Language"] = "en" if translation.get_language() == "en" else "zh-Hans"
        add_never_cache_headers(response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """A login service that does not answer is no fault of ours: say so, and that there is another way in."""
        if not isinstance(error, OSError) or not request.path.startswith(LOGIN_SERVICE):
            return None
        logging.getLogger(__name__).warning("the login service does not answer: %s", error)
        return render(request, "socialaccount/unreachable.html", status=503)

    def _stop(self, request: HttpRequest) -> HttpResponseBase | None:
        in_console = request.path.startswith(CONSOLE) and not request.path.startswith(OPEN_TO_ALL)
        if not request.user.is_authenticated:
            return to_login(request) if in_console else None
        if session_is_over(request):
            logout(request)
            messages.info(request, _("You were logged out because nothing happened for a while."))
            return to_login(request)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        if not in_console:
            return None
        if request.user.must_change_password:
            messages.warning(request, _("Choose a password of your own before you go on."))
            return send(request, reverse("account_change_password"))
        if totp_is_missing(request):
            messages.warning(request, _("Your rights call for a second factor. Set it up before you go on."))
            return send(request, reverse("mfa_activate_totp"))
        return None


def session_is_over(request: HttpRequest) -> bool:
    """Whether the session has been idle or open for too long; also notes that it was seen now."""
    now = clock.now().timestamp()
    since = request.session.setdefault(SINCE, now)
    seen = request.session.get(SEEN, now)
    if now - seen > settings.SESSION_IDLE_SECONDS or now - since > settings.SESSION_LONGEST_SECONDS:
        return True
    if SEEN not in request.session or now - seen >= SEEN_EVERY.total_seconds():
        request.session[SEEN] = now
    return False


def totp_is_missing(request: HttpRequest) -> bool:
    """Whether the account's rights call for a second factor that it has not."""
    if not settings.REQUIRE_TOTP or not needs_totp(actor_of(request)):
        return False
    from allauth.mfa.models import Authenticator

    return not Authenticator.objects.filter(user_id=request.user.pk, type=Authenticator.Type.TOTP).exists()


def to_login(request: HttpRequest) -> HttpResponseBase:
    """To the login page and, where the visit was for reading, back here afterwards."""
    address = reverse("account_login")
    if request.method == "GET" and request.headers.get("HX-Request") != "true":
        address += "?" + urlencode({"next": request.get_full_path()})
    return send(request, address)


def send(request: HttpRequest, address: str) -> HttpResponse:
    """A redirect that a part of a page (htmx) follows as a whole page."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponseClientRedirect(address)
    return redirect(address)
