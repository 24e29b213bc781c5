"""Open an account for an official, or for a person of an enterprise or a technical body."""

from __future__ import annotations

from pinzhi.kernel.access.accounts import open_account
from pinzhi.kernel.access.actions._permission import require_keeper
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.models import User


def create_user(
    *,
    username: str,
    display_name: str,
    speaks_for: str,
    party: str,
    region: str,
    email: str = "",
    phone: str = "",
    language: str = "zh-hans",
    password: str | None = None,
    must_change_password: bool = True,
    by: Actor,
) -> User:
    """An administrator of the region opens an account there; its first password is to be changed at once.

    Raises NotPermitted, Refused (place = the field), Conflict (user name taken).
    """
    require_keeper(by, region)
    return open_account(
        username=username,
        display_name=display_name,
        speaks_for=speaks_for,
        party=party,
        region=region,
        email=email,
        phone=phone,
        language=language,
        password=password,
        must_change_password=must_change_password,
        by=by,
    )
