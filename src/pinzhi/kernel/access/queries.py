"""What may be asked about rights. `may` is the one place where a right is decided."""

from __future__ import annotations

from datetime import date

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor, Right
from pinzhi.kernel.access.models import User
from pinzhi.kernel.errors import NotPermitted


def actor_for_user(user: User, on: date) -> Actor:
    """The account as an actor, with the rights that are in force on the day."""
    rights = tuple(
        right
        for grant in user.grants.all()
        if (
            right := Right(
                grant.function, grant.register, grant.role, grant.region, grant.starts_on, grant.ends_on
            )
        ).in_force(on)
    )
    return Actor(
        username=user.username,
        speaks_for=user.speaks_for,  # type: ignore[arg-type]
        party=user.party,
        display_name=user.display_name,
        rights=rights,
        user_id=user.pk,
    )


def may(
    actor: Actor, role: str, *, register: str = "*", function: str = "*", region: str = "", on: date | None = None
) -> bool:
    """Whether the actor holds `role` for the register, the function and the region (its subtree) on the day."""
    if actor.is_system:
        return True
    on = on or clock.today()
    return any(
        right.role == role
        and right.function in ("*", function)
        and right.register in ("*", register)
        and covers(right.region, region, on)
        and right.in_force(on)
        for right in actor.rights
    )


def covers(whole: str, part: str, on: date) -> bool:
    """Whether region `part` lies in the subtree of `whole`; the empty whole is everywhere."""
    if not whole or whole == part:
        return True
    from pinzhi.kernel.places import queries as places

    return places.contains(whole, part, on)


def require(actor: Actor, role: str, *, register: str = "*", function: str = "*", region: str = "") -> None:
    """Raise NotPermitted, naming what is missing, unless `may`."""
    if not may(actor, role, register=register, function=function, region=region):
        raise NotPermitted(
            "not_permitted",
            zh=f"“{actor.display_name or actor.username}”没有“{register}”在地区“{region or '全部'}”的“{role}”权限。",
            en=f"{actor.username} does not hold the role {role} for {register} in region {region or 'any'}.",
            remedy_zh="请联系本单位管理员授予权限。",
            remedy_en="Ask your agency's administrator for this right.",
        )
