"""How a caller of the API says who it is: `auth=AUTH` on a django-ninja router.

`request.auth` (and actor_of(request)) is then the Actor. A machine sends `Authorization: Bearer pz_…`; a page
of the console sends its session, with the CSRF token where it changes something.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from ninja.security import HttpBearer
from ninja.security.apikey import APIKeyCookie

from pinzhi.kernel.access.actor import Actor, actor_of
from pinzhi.kernel.access.gate import session_is_over, totp_is_missing
from pinzhi.kernel.access.tokens import authenticate_token
from pinzhi.kernel.errors import NotPermitted

READS = frozenset({"GET", "HEAD", "OPTIONS"})


class TokenAuth(HttpBearer):
    """An access token; its scopes narrow what its owner may do."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        actor = authenticate_token(f"Bearer {token}", writes=request.method not in READS)
        if actor is not None:
            request._pinzhi_actor = actor  # type: ignore[attr-defined]
        return actor


class SessionAuth(APIKeyCookie):
    """The session of the console, with the same conditions as its pages."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Actor | None:
        if self.param_name not in request.COOKIES:
            return None  # nobody is logged in: 401 says more than a failed CSRF check
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        if not request.user.is_authenticated or session_is_over(request):
            return None
        if request.user.must_change_password:
            raise NotPermitted(
                "must_change_password",
                zh="请先修改初始密码。",
                en="Change the first password before you go on.",
                remedy_zh="登录控制台即可修改。",
                remedy_en="Log in to the console to change it.",
            )
        if totp_is_missing(request):
            raise NotPermitted(
                "second_factor_missing",
                zh="您的权限要求启用动态口令。",
                en="Your rights call for a second factor.",
                remedy_zh="请登录控制台启用。",
                remedy_en="Log in to the console to set it up.",
            )
        return actor_of(request)


AUTH = [TokenAuth(), SessionAuth()]
