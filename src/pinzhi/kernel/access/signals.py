"""What happens at the door, written to the audit trail; the session starts its clock."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.exceptions import PermissionDenied
from django.dispatch import receiver
from django.http import HttpRequest

from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.accounts import normal_username
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.gate import SEEN, SINCE
from pinzhi.kernel.access.models import User
from pinzhi.kernel.access.queries import actor_for_user


def address_of(request: HttpRequest | None) -> str:
    """The client's network address, as the rate limits see it; "?" where there is none."""
    if request is None:
        return "?"
    try:
        return get_adapter().get_client_ip(request) or "?"
    except PermissionDenied:
        return "?"


def _actor(user: User) -> Actor:
    return actor_for_user(user, clock.today())


@receiver(user_logged_in)
def _logged_in(sender: Any, request: HttpRequest, user: User, **_kwargs: Any) -> None:
    now = clock.now().timestamp()
    request.session[SINCE] = request.session[SEEN] = now
    audit.record(
        "access.login",
        by=_actor(user),
        subject_kind="user",
        subject_key=user.username,
        region=user.region,
        detail={"address": address_of(request)},
    )


@receiver(user_logged_out)
def _logged_out(sender: Any, request: HttpRequest, user: User | None, **_kwargs: Any) -> None:
    if user is not None:
        audit.record(
            "access.logout",
            by=_actor(user),
            subject_kind="user",
            subject_key=user.username,
            region=user.region,
        )


@receiver(user_login_failed)
def _login_failed(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_kwargs: Any
) -> None:
    # What is typed as a name may be somebody's password: only the names of real accounts are written down.
    user = User.objects.filter(username=normal_username(str(credentials.get("username") or ""))).first()
    audit.record(
        "access.login_failed",
        by=Actor.system("login"),
        subject_kind="user",
        subject_key=user.username if user else "?",
        region=user.region if user else "",
        detail={"address": address_of(request)},
    )


@receiver(authenticator_added)
def _factor_added(sender: Any, user: User, authenticator: Any, **_kwargs: Any) -> None:
    audit.record(
        "access.totp_on" if authenticator.type == Authenticator.Type.TOTP else "access.recovery_codes",
        by=_actor(user),
        subject_kind="user",
        subject_key=user.username,
        region=user.region,
        detail={"type": str(authenticator.type)},
    )


@receiver(authenticator_removed)
def _factor_removed(sender: Any, user: User, authenticator: Any, **_kwargs: Any) -> None:
    if authenticator.type != Authenticator.Type.TOTP:
        return  # recovery codes go with the factor that they stand in for
    audit.record(
        "access.totp_off",
        by=_actor(user),
        subject_kind="user",
        subject_key=user.username,
        region=user.region,
        detail={"type": str(authenticator.type)},
    )
