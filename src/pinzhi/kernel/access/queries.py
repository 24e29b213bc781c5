"""What may be asked about accounts and rights. `may` is the one place where a right is decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor, Right
from pinzhi.kernel.access.models import ApiToken, Grant, User
from pinzhi.kernel.errors import NotFound, NotPermitted

ROLE_TITLES = {
    "clerk": {"zh": "经办", "en": "Clerk"},
    "reviewer": {"zh": "审核", "en": "Reviewer"},
    "approver": {"zh": "审批", "en": "Approver"},
    "auditor": {"zh": "审计", "en": "Auditor"},
    "administrator": {"zh": "管理", "en": "Administrator"},
    "subject": {"zh": "申请", "en": "Applicant"},
}
#: Roles whose holders must have set up a second factor before they see anything of the console.
ROLES_WITH_TOTP = frozenset({"approver", "administrator"})


def actor_for_user(user: User, on: date) -> Actor:
    """The account as an actor, with the rights that are in force on the day."""
    rights = tuple(
        right
        for grant in user.grants.all()
        if grant.revoked_at is None and (right := right_of(grant)).in_force(on)
    )
    return Actor(
        username=user.username,
        speaks_for=user.speaks_for,  # type: ignore[arg-type]
        party=user.party,
        display_name=user.display_name,
        rights=rights,
        user_id=user.pk,
    )


def right_of(grant: Grant) -> Right:
    return Right(grant.function, grant.register, grant.role, grant.region, grant.starts_on, grant.ends_on)


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
    """Whether region `part` lies in the subtree of `whole`; the empty code is everywhere."""
    if not whole or whole == part:
        return True
    if not part:
        return False
    from pinzhi.kernel.places import queries as places

    return places.contains(whole, part, on)


def require(actor: Actor, role: str, *, register: str = "*", function: str = "*", region: str = "") -> None:
    """Raise NotPermitted, naming what is missing, unless `may`."""
    if not may(actor, role, register=register, function=function, region=region):
        raise not_permitted(actor, role, register=register, region=region)


def not_permitted(actor: Actor, role: str, *, register: str = "*", region: str = "") -> NotPermitted:
    """The refusal that names the right that is missing."""
    name, title = actor.display_name or actor.username, ROLE_TITLES.get(role, {"zh": role, "en": role})
    what_zh = "" if register == "*" else f"对“{register}”"
    what_en = "" if register == "*" else f" for {register}"
    return NotPermitted(
        "not_permitted",
        zh=f"“{name}”在地区“{region or '全部'}”{what_zh}没有“{title['zh']}”权限。",
        en=f"{name} does not hold the role “{title['en']}”{what_en} in region {region or 'everywhere'}.",
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
        raise not_permitted(actor, role, register=register)
    return regions


def holds_any(actor: Actor, roles: Sequence[str] | frozenset[str]) -> bool:
    """Whether the actor holds one of the roles for anything anywhere: for menus, never for a decision."""
    return actor.is_system or any(right.role in roles for right in actor.rights)


def needs_totp(actor: Actor) -> bool:
    """Whether the account's rights are such that a password alone is not enough."""
    return any(right.role in ROLES_WITH_TOTP for right in actor.rights)


@dataclass(frozen=True)
class UserFilter:
    """What an administrator looks for; empty fields filter nothing."""

    search: str = ""
    speaks_for: str = ""
    role: str = ""
    region: str = ""
    active: bool | None = None


def list_users(filters: UserFilter, *, by: Actor) -> QuerySet[User]:
    """The accounts that `by` keeps, by user name. Raises NotPermitted unless an administrator somewhere."""
    regions = require_any_region(by, "administrator")
    users = User.objects.order_by("username")
    if regions is not None:
        users = users.filter(region__in=regions)
    if filters.search:
        words = filters.search.strip()
        users = users.filter(
            Q(username__icontains=words) | Q(display_name__icontains=words) | Q(party__icontains=words)
        )
    if filters.speaks_for:
        users = users.filter(speaks_for=filters.speaks_for)
    if filters.region:
        users = users.filter(region=filters.region)
    if filters.active is not None:
        users = users.filter(is_active=filters.active)
    if filters.role:
        users = users.filter(
            Exists(grants_in_force(clock.today()).filter(user=OuterRef("pk"), role=filters.role))
        )
    return users


def get_user(username: str, *, by: Actor) -> User:
    """One account that `by` keeps. Raises NotFound where there is none (or none that `by` may know of)."""
    user = User.objects.filter(username=username).first()
    if user is not None and may(by, "administrator", region=user.region):
        return user
    raise NotFound(
        "no_such_account",
        zh=f"没有用户名为“{username}”的账号，或不在您的管辖范围内。",
        en=f"There is no account “{username}”, or it is not yours to keep.",
    )


def grants_in_force(on: date) -> QuerySet[Grant]:
    """The rights in force on a day."""
    return Grant.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on, revoked_at__isnull=True
    )


def list_grants(user: User) -> list[Grant]:
    """Every right that the account has or had, those in force first."""
    return sorted(
        user.grants.all(),
        key=lambda grant: (grant.revoked_at is not None, grant.register, grant.role, grant.region, grant.pk),
    )


def users_with_role(role: str, *, register: str = "*", function: str = "*", region: str = "") -> list[User]:
    """The active accounts that hold the role for the thing: whom a notice for a role reaches."""
    today = clock.today()
    found: dict[int, User] = {}
    grants = grants_in_force(today).filter(role=role, user__is_active=True).select_related("user")
    for grant in grants.filter(register__in=["*", register], function__in=["*", function]).order_by(
        "user_id"
    ):
        if covers(grant.region, region, today):
            found[grant.user_id] = grant.user
    return list(found.values())


def users_of_party(party: str) -> list[User]:
    """The active accounts that speak for an agency, an enterprise or a body."""
    return list(User.objects.filter(party=party, is_active=True).order_by("pk")) if party else []


def list_tokens(user: User) -> list[ApiToken]:
    """The account's tokens, newest first; the secret is not among what is kept."""
    return list(user.tokens.order_by("-created_at"))
