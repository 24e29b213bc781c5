"""What may be asked about rights. `may` is the one place where a right is decided."""

from __future__ import annotations

from datetime import date

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor, Right
from pinzhi.kernel.access.models import User
from pinzhi.kernel.errors import NotPermitted

ROLE_TITLES = {
    "clerk": {"zh": "经办", "en": "Clerk"},
    "reviewer": {"zh": "审核", "en": "Reviewer"},
    "approver": {"zh": "审批", "en": "Approver"},
    "auditor": {"zh": "审计", "en": "Auditor"},
    "administrator": {"zh": "管理", "en": "Administrator"},
    "subject": {"zh": "申请", "en": "Applicant"},
}


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
    actor: Actor,
    role: str,
    *,
    register: str = "*",
    function: str = "*",
    region: str = "",
    on: date | None = None,
) -> bool:
    """Whether the actor holds `role` for register, function and region (its subtree) on the day."""
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
        name, place = actor.display_name or actor.username, region or "全部"
        raise NotPermitted(
            "not_permitted",
            zh=f"“{name}”没有“{register}”在地区“{place}”的“{ROLE_TITLES.get(role, {}).get('zh', role)}”权限。",
            en=f"{name} does not hold the role {role} for {register} in region {region or 'any'}.",
            remedy_zh="请联系本单位管理员授予权限。",
            remedy_en="Ask your agency's administrator for this right.",
        )


def regions_held(
    actor: Actor, role: str, *, register: str = "*", function: str = "*", on: date | None = None
) -> frozenset[str] | None:
    """The region codes, subtrees included, for which the actor holds the role; None means everywhere."""
    if actor.is_system:
        return None
    on = on or clock.today()
    held: set[str] = set()
    for right in actor.rights:
        if right.role != role or not right.in_force(on):
            continue
        if right.register not in ("*", register) or right.function not in ("*", function):
            continue
        if not right.region:
            return None
        held |= subtree(right.region, on)
    return frozenset(held)


def subtree(region: str, on: date) -> frozenset[str]:
    """A region's code and the codes of all that lies in it on the day."""
    from pinzhi.kernel.places import queries as places

    return frozenset({region, *places.subtree(region, on)})


def require_any_region(actor: Actor, role: str, *, register: str = "*") -> frozenset[str] | None:
    """Like regions_held, but raises NotPermitted where the actor holds the role nowhere."""
    regions = regions_held(actor, role, register=register)
    if regions is not None and not regions:
        require(actor, role, register=register)
    return regions
