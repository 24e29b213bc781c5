"""Take a right away."""

from __future__ import annotations

from django.db import transaction

from pinzhi.kernel.access.accounts import take_right
from pinzhi.kernel.access.actions._permission import keep_an_administrator, require_keeper
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.models import Grant, Role
from pinzhi.kernel.access.queries import require
from pinzhi.kernel.errors import NotFound


@transaction.atomic
def revoke_right(*, grant_id: int, by: Actor) -> Grant:
    """An administrator who could give the right ends it at once. Raises NotFound, NotPermitted, Conflict."""
    grant = Grant.objects.select_related("user").select_for_update(of=("self",)).filter(pk=grant_id).first()
    if grant is None or grant.revoked_at is not None:
        raise NotFound(
            "no_such_right",
            zh="没有这项权限，或已被撤销。",
            en="There is no such right, or it has been revoked.",
        )
    require_keeper(by, grant.user.region)
    require(by, Role.ADMINISTRATOR, register=grant.register, function=grant.function, region=grant.region)
    keep_an_administrator(grant)
    take_right(grant, by=by)
    return grant
