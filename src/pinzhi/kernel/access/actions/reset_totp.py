"""Take the second factor off an account whose holder lost it."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db import transaction

from pinzhi.kernel import audit
from pinzhi.kernel.access.actions._permission import refuse_oneself, require_keeper
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.queries import get_user


@transaction.atomic
def reset_totp(*, username: str, by: Actor) -> int:
    """Remove authenticator and recovery codes; who needs them sets them up anew at the next login.

    Returns how many were removed. Raises NotFound, NotPermitted.
    """
    user = get_user(username, by=by)
    require_keeper(by, user.region)
    refuse_oneself(by, user, zh="不能重置自己的验证器。", en="Nobody resets the own second factor here.")
    removed, _ = Authenticator.objects.filter(user=user).delete()
    audit.record(
        "access.reset_totp",
        by=by,
        subject_kind="user",
        subject_key=user.username,
        region=user.region,
        count=removed,
    )
    return removed
