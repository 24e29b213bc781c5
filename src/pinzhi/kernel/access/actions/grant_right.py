"""Give an account a right."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from pinzhi.kernel import clock
from pinzhi.kernel.access.accounts import give_right
from pinzhi.kernel.access.actions._permission import refuse_oneself, require_keeper
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.models import Grant, Role, User
from pinzhi.kernel.access.queries import get_user, grants_in_force, require
from pinzhi.kernel.errors import Conflict

# Who administers accounts must not be the one who audits what administrators do.
APART = {Role.ADMINISTRATOR: Role.AUDITOR, Role.AUDITOR: Role.ADMINISTRATOR}


@transaction.atomic
def grant_right(
    *,
    username: str,
    role: str,
    register: str = "*",
    function: str = "*",
    region: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    by: Actor,
) -> Grant:
    """An administrator gives a right within the own register, function and region subtree; never to oneself.

    Raises NotFound, NotPermitted, Refused (place = the field), Conflict (has it already; administrator and
    auditor in one hand).
    """
    user = get_user(username, by=by)
    require_keeper(by, user.region)
    require(by, Role.ADMINISTRATOR, register=register, function=function, region=region)
    refuse_oneself(by, user, zh="不能给自己授权。", en="Nobody grants a right to oneself.")
    _keep_apart(user, role)
    return give_right(
        user,
        role=role,
        register=register,
        function=function,
        region=region,
        starts_on=starts_on,
        ends_on=ends_on,
        by=by,
    )


def _keep_apart(user: User, role: str) -> None:
    other = APART.get(Role(role)) if role in Role.values else None
    if other and grants_in_force(clock.today()).filter(user=user, role=other).exists():
        raise Conflict(
            "separation_of_duties",
            zh="管理与审计须由不同的人担任。",
            en="Administrator and auditor must be two people.",
            place="role",
            remedy_zh="请为审计另开账号，或先撤销另一权限。",
            remedy_en="Use another account, or revoke the other right first.",
        )
