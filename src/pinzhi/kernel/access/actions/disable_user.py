"""Close an account, or open it again."""

from __future__ import annotations

from django.db import transaction

from pinzhi.kernel import audit
from pinzhi.kernel.access.accounts import close_account
from pinzhi.kernel.access.actions._permission import keep_an_administrator, refuse_oneself, require_keeper
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.models import User
from pinzhi.kernel.access.queries import get_user


@transaction.atomic
def disable_user(*, username: str, by: Actor) -> User:
    """Close the account; who is logged in with it is out with the next click. Its history stays.

    Raises NotFound, NotPermitted, Conflict (the last administrator).
    """
    user = get_user(username, by=by)
    require_keeper(by, user.region)
    refuse_oneself(by, user, zh="不能停用自己的账号。", en="Nobody closes the own account.")
    keep_an_administrator(user)
    if user.is_active:
        close_account(user, by=by)
    return user


@transaction.atomic
def enable_user(*, username: str, by: Actor) -> User:
    """Open a closed account again; its tokens stay revoked."""
    user = get_user(username, by=by)
    require_keeper(by, user.region)
    refuse_oneself(by, user, zh="不能启用自己的账号。", en="Nobody opens the own account again.")
    if not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
        audit.record(
            "access.enable_user", by=by, subject_kind="user", subject_key=user.username, region=user.region
        )
    return user
