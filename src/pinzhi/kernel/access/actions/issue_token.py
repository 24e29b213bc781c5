"""Make an access token for the own account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.models import ApiToken, User
from pinzhi.kernel.access.queries import actor_for_user
from pinzhi.kernel.access.tokens import READ, SCOPE, narrowed, new_secret
from pinzhi.kernel.errors import NotFound, NotPermitted, Refused

LONGEST_DAYS = 366


@transaction.atomic
def issue_token(
    *, name: str, scopes: Sequence[str], region: str = "", days: int = 90, by: Actor
) -> tuple[ApiToken, str]:
    """A token and its text, which is shown this once. It acts for `by`, within its scopes, until it expires.

    Raises Refused (place = the field), NotPermitted for a scope beyond the own rights or for a request that
    itself came with a token.
    """
    if by.via:
        raise NotPermitted(
            "not_with_a_token",
            zh="不能用令牌签发令牌。",
            en="A token does not issue tokens.",
            remedy_zh="请登录控制台，在“我的账号”中签发。",
            remedy_en="Log in and issue it on your account page.",
        )
    user = User.objects.prefetch_related("grants").filter(pk=by.user_id or 0, is_active=True).first()
    if user is None:
        raise NotFound("no_such_account", zh="没有这个账号。", en="There is no such account.")
    if not name.strip():
        raise Refused("name_missing", zh="请给令牌取名。", en="Give the token a name.", place="name")
    if not 1 <= days <= LONGEST_DAYS:
        raise Refused(
            "days_out_of_range",
            zh=f"有效期为 1 至 {LONGEST_DAYS} 天。",
            en=f"A token is valid for 1 to {LONGEST_DAYS} days.",
            place="days",
        )
    chosen = list(dict.fromkeys(scope.strip() for scope in scopes if scope.strip()))
    if not chosen:
        raise Refused("scopes_missing", zh="请至少选一个范围。", en="Choose a scope.", place="scopes")
    prefix, text, digest = new_secret()
    now = clock.now()
    token = ApiToken(
        user=user,
        name=name.strip()[:64],
        prefix=prefix,
        hash=digest,
        scopes=chosen,
        region=region,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    for scope in chosen:
        _check_scope(scope, token, by)
    token.save()
    audit.record(
        "access.issue_token",
        by=by,
        subject_kind="token",
        subject_key=prefix,
        region=region or user.region,
        detail={"scopes": chosen, "days": days},
    )
    return token, text


def _check_scope(scope: str, token: ApiToken, by: Actor) -> None:
    if SCOPE.fullmatch(scope) is None:
        raise Refused(
            "unknown_scope",
            zh=f"没有“{scope}”这种范围。",
            en=f"There is no scope “{scope}”.",
            place="scopes",
            remedy_zh="范围为 read，或“登记册:角色”，例如 e01_cqo:clerk。",
            remedy_en="A scope is read or register:role, such as e01_cqo:clerk.",
        )
    if scope == READ:
        return
    alone = ApiToken(user=token.user, prefix=token.prefix, scopes=[scope], region=token.region)
    left = narrowed(actor_for_user(token.user, clock.today()), alone, writes=True)
    if not left.rights and not (left.own_registers and left.speaks_for != "agency"):
        raise NotPermitted(
            "scope_beyond_rights",
            zh=f"范围“{scope}”超出您自己的权限。",
            en=f"The scope “{scope}” is beyond your own rights.",
            place="scopes",
            remedy_zh="请只选您自己拥有的权限。",
            remedy_en="Choose among the rights that you hold.",
        )
