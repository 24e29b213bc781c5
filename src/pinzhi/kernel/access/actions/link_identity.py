"""Tie an identity of the organisation's own login service (OpenID Connect) to an existing account."""

from __future__ import annotations

from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from pinzhi.kernel import audit
from pinzhi.kernel.access.actions._permission import refuse_oneself, require_keeper
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.queries import get_user
from pinzhi.kernel.errors import Conflict, Refused


@transaction.atomic
def link_identity(*, username: str, provider: str, subject: str, by: Actor) -> None:
    """Whom the provider calls `subject` (its `sub` claim) enters as `username`. It opens no account.

    Raises NotFound, NotPermitted, Refused, Conflict (the identity belongs to another account).
    """
    user = get_user(username, by=by)
    require_keeper(by, user.region)
    refuse_oneself(by, user, zh="不能绑定自己的账号。", en="Nobody links the own account.")
    subject = subject.strip()
    if not subject:
        raise Refused(
            "subject_missing", zh="请填写身份标识（sub）。", en="Give the subject.", place="subject"
        )
    present = SocialAccount.objects.filter(provider=provider, uid=subject).first()
    if present is not None:
        raise Conflict(
            "identity_taken",
            zh="该身份已绑定到一个账号。",
            en="This identity is linked to an account already.",
            place="subject",
            remedy_zh="请先解除原绑定。",
            remedy_en="Unlink it there first.",
        )
    SocialAccount.objects.create(user=user, provider=provider, uid=subject, extra_data={})
    audit.record(
        "access.link_identity",
        by=by,
        subject_kind="user",
        subject_key=user.username,
        region=user.region,
        detail={"provider": provider},
    )


@transaction.atomic
def unlink_identity(*, username: str, identity_id: int, by: Actor) -> None:
    """The identity no longer opens the account."""
    user = get_user(username, by=by)
    require_keeper(by, user.region)
    deleted, _ = SocialAccount.objects.filter(pk=identity_id, user=user).delete()
    if deleted:
        audit.record(
            "access.unlink_identity",
            by=by,
            subject_kind="user",
            subject_key=user.username,
            region=user.region,
        )
