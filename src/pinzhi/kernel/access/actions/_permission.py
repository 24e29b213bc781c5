"""The rules that all actions on accounts and rights share."""

from __future__ import annotations

from django.db import connection

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.models import Grant, Role, User
from pinzhi.kernel.access.queries import grants_in_force, require
from pinzhi.kernel.errors import Conflict, NotPermitted


def require_keeper(by: Actor, region: str) -> None:
    """`by` keeps the accounts of a region: an administrator there or of a region around it."""
    require(by, Role.ADMINISTRATOR, region=region)


def refuse_oneself(by: Actor, user: User, *, zh: str, en: str) -> None:
    """What nobody does to the own account."""
    if by.user_id is not None and by.user_id == user.pk:
        raise NotPermitted(
            "not_to_oneself",
            zh=zh,
            en=en,
            remedy_zh="请由另一位管理员办理。",
            remedy_en="Ask another administrator.",
        )


def keep_an_administrator(leaving: User | Grant) -> None:
    """Raise Conflict where nobody would be left who can administer everything.

    Locks the rows that the answer rests on, so two administrators cannot remove each other at one moment.
    """
    everything = grants_in_force(clock.today()).filter(
        role=Role.ADMINISTRATOR, region="", register="*", function="*", user__is_active=True
    )
    if connection.in_atomic_block:
        list(everything.select_for_update().values_list("pk", flat=True))
    if isinstance(leaving, User):
        before, after = everything.filter(user=leaving), everything.exclude(user=leaving)
    else:
        before, after = everything.filter(pk=leaving.pk), everything.exclude(pk=leaving.pk)
    if before.exists() and not after.exists():
        raise Conflict(
            "last_administrator",
            zh="这是最后一位全局管理员，停用或撤销后将无人能管理账号。",
            en="This is the last administrator of everything; nobody could keep the accounts afterwards.",
            remedy_zh="请先授予另一账号全局管理权限。",
            remedy_en="Make another account administrator of everything first.",
        )
