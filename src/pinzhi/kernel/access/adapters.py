"""How django-allauth is fitted in: no sign-up, sealed secrets, 429 where somebody guesses passwords."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import respond_429
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import render

from pinzhi.kernel import clock
from pinzhi.kernel.access.accounts import normal_username
from pinzhi.kernel.access.gate import SINCE


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by administrators; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Too many wrong passwords from one address or for one name: 429, not another try."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            raise ImmediateHttpResponse(respond_429(request)) from error

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # One name, one count: other widths, other cases and other host names are not further tries.
        return normal_username(str(credentials.get("username") or credentials.get("email") or ""))

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not of somebody who has logged in just now, second factor included."""
        since = context.request.session.get(SINCE)
        return since is None or clock.now().timestamp() - since > account_settings.REAUTHENTICATION_TIMEOUT

    def clean_username(self, username: str, shallow: bool = False) -> str:
        return super().clean_username(normal_username(username), shallow=shallow)


class SocialAdapter(DefaultSocialAccountAdapter):
    """The login service proves who somebody is; whether there is an account is decided here."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        if not sociallogin.is_existing:
            raise ImmediateHttpResponse(render(request, "socialaccount/no_account.html", status=403))

    def can_authenticate_by_email(self, login: Any, email: str) -> bool:
        return (
            False  # an address is not an identity: whoever controls the mailbox is not thereby the official
        )


class MfaAdapter(DefaultMFAAdapter):
    """Secrets of second factors are sealed with a key derived from the installation's secret key."""

    def encrypt(self, text: str) -> str:
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _seal().decrypt(encrypted_text.encode()).decode()


def _seal() -> MultiFernet:
    """Seals with the present key, opens with former ones too, so that the secret key can be rotated."""
    keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"pinzhi.access.mfa\0" + key.encode()).digest()))
            for key in keys
        ]
    )
