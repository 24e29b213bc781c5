"""End an access token at once."""

from __future__ import annotations

from django.db import transaction

from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.models import ApiToken, Role
from pinzhi.kernel.access.queries import may
from pinzhi.kernel.errors import NotFound


@transaction.atomic
def revoke_token(*, prefix: str, by: Actor) -> ApiToken:
    """By its owner, or by an administrator of the owner's region. Raises NotFound for any other."""
    token = ApiToken.objects.select_related("user").filter(prefix=prefix, revoked_at__isnull=True).first()
    if token is None or not (
        token.user_id == by.user_id or may(by, Role.ADMINISTRATOR, region=token.user.region)
    ):
        raise NotFound(
            "no_such_token",
            zh="没有这个令牌，或已被撤销。",
            en="There is no such token, or it has been revoked.",
        )
    token.revoked_at = clock.now()
    token.save(update_fields=["revoked_at"])
    audit.record(
        "access.revoke_token",
        by=by,
        subject_kind="token",
        subject_key=prefix,
        region=token.user.region,
        detail={"owner": token.user.username},
    )
    return token
