"""Further users of an enterprise: invited by its keeper, joined through a link, ended by keeper or official."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction

from pinzhi.apps.parties import access
from pinzhi.apps.parties.models import Enterprise, EnterpriseUser, Invitation
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.accounts import close_account, open_account
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.models import SpeaksFor, User
from pinzhi.kernel.access.queries import users_of_party
from pinzhi.kernel.errors import Conflict, NotFound, NotPermitted, Refused

VALID = timedelta(days=7)
MOST_OPEN = 20


@transaction.atomic
def invite_user(display_name: str, *, by: Actor) -> str:
    """Invite a person to speak for the actor's enterprise; returns the token of the link, which is kept nowhere.

    Raises NotPermitted unless the actor keeps the firm's accounts, Refused, Conflict.
    """
    keeper = _keeper(by)
    name = display_name.strip()
    if not name or len(name) > 64:
        raise Refused(
            "name_needed", zh="请填写姓名（不超过 64 字）。", en="Give the name.", place="display_name"
        )
    now = clock.now()
    waiting = Invitation.objects.filter(
        enterprise=keeper.enterprise, used_at=None, withdrawn_at=None, expires_at__gt=now
    )
    if waiting.count() >= MOST_OPEN:
        raise Conflict("invitations_open", zh="未使用的邀请过多。", en="Too many invitations are open.")
    token = secrets.token_urlsafe(24)
    Invitation.objects.create(
        enterprise=keeper.enterprise,
        token=_hash(token),
        display_name=name,
        invited_by=by.username,
        made_at=now,
        expires_at=now + VALID,
    )
    _record("parties.invite_user", keeper.enterprise, by, {"invited": name})
    return token


def invitation(token: str) -> Invitation:
    """The invitation of a link; NotFound where it is used, withdrawn, over, or was none."""
    row = (
        Invitation.objects.select_related("enterprise")
        .filter(token=_hash(token), used_at=None, withdrawn_at=None)
        .first()
    )
    if row is None or row.expires_at < clock.now():
        raise NotFound(
            "no_such_invitation",
            zh="邀请链接无效或已过期。",
            en="The invitation is not valid any more.",
            remedy_zh="请联系本企业管理员重新邀请。",
            remedy_en="Ask your firm's keeper of accounts for a new one.",
        )
    return row


@transaction.atomic
def join_enterprise(token: str, *, username: str, password: str, phone: str = "", email: str = "") -> User:
    """Open the invited person's account. Raises NotFound, Refused, Conflict."""
    row = invitation(token)
    row = Invitation.objects.select_for_update(of=("self",)).select_related("enterprise").get(pk=row.pk)
    if row.used_at is not None:
        raise Conflict("invitation_used", zh="邀请已被使用。", en="The invitation was used.")
    by = Actor.system(row.invited_by)
    user = open_account(
        username=username,
        display_name=row.display_name,
        speaks_for=SpeaksFor.ENTERPRISE,
        party=row.enterprise.uscc,
        region=row.enterprise.region,
        phone=phone,
        email=email,
        password=password,
        must_change_password=False,
        by=by,
    )
    EnterpriseUser.objects.create(
        user=user, enterprise=row.enterprise, invited_by=row.invited_by, since=clock.now()
    )
    row.used_at = clock.now()
    row.save(update_fields=["used_at"])
    _record("parties.join_enterprise", row.enterprise, by, {"joined": user.username})
    return user


@transaction.atomic
def withdraw_invitation(invitation_id: int, *, by: Actor) -> None:
    keeper = _keeper(by)
    done = Invitation.objects.filter(
        pk=invitation_id, enterprise=keeper.enterprise, used_at=None, withdrawn_at=None
    )
    if not done.update(withdrawn_at=clock.now()):
        raise NotFound("no_such_invitation", zh="没有这个邀请。", en="There is no such invitation.")


@transaction.atomic
def revoke_user(username: str, *, reason: str = "", by: Actor) -> None:
    """End an account that speaks for an enterprise: by its keeper (not the own one), or by an official with a reason.

    Raises NotFound, NotPermitted, Refused, Conflict.
    """
    account = User.objects.filter(username=username).first()
    if account is not None:
        _adopt(account)
    row = (
        EnterpriseUser.objects.select_for_update(of=("self",))
        .select_related("user", "enterprise")
        .filter(user__username=username, revoked_at=None)
        .first()
    )
    if row is None:
        raise NotFound(
            "no_such_user", zh=f"没有企业账号“{username}”。", en=f"There is no account {username}."
        )
    own = by.is_subject(row.enterprise.uscc, access.ENTERPRISES)
    if own:
        _keeper(by)
        if row.user_id == by.user_id:
            raise NotPermitted(
                "not_to_oneself", zh="不能撤销自己的账号。", en="Nobody ends the own account.",
                remedy_zh="请先移交给他人，或联系市场监管部门。", remedy_en="Ask the bureau.",
            )  # fmt: skip
    else:
        access.require(by, "parties.revoke_user", access.ENTERPRISES, [row.enterprise.region])
        if not reason.strip():
            raise Refused("reason_needed", zh="请填写理由。", en="Give the reason.", place="reason")
    row.revoked_at, row.revoked_by, row.reason = clock.now(), by.username, reason.strip()[:500]
    row.save()
    close_account(row.user, by=by)
    if row.is_keeper:
        _hand_over(row)
    _record("parties.revoke_user", row.enterprise, by, {"reason": row.reason[:300]}, row.user.username)


@transaction.atomic
def hand_over(username: str, *, by: Actor) -> None:
    """Make another user of the firm the keeper of its accounts, in the actor's place."""
    keeper = _keeper(by)
    heir = EnterpriseUser.objects.filter(
        enterprise=keeper.enterprise, user__username=username, revoked_at=None
    ).first()
    if heir is None:
        raise NotFound(
            "no_such_user", zh=f"没有企业账号“{username}”。", en=f"There is no account {username}."
        )
    EnterpriseUser.objects.filter(pk=keeper.pk).update(is_keeper=False)
    EnterpriseUser.objects.filter(pk=heir.pk).update(is_keeper=True)
    _record("parties.hand_over", keeper.enterprise, by, {"heir": username})


def _hand_over(gone: EnterpriseUser) -> None:
    """The longest-standing other user keeps the accounts once the keeper is gone."""
    heir = (
        EnterpriseUser.objects.filter(enterprise=gone.enterprise, revoked_at=None).order_by("since").first()
    )
    EnterpriseUser.objects.filter(pk=gone.pk).update(is_keeper=False)
    if heir is not None:
        EnterpriseUser.objects.filter(pk=heir.pk).update(is_keeper=True)


def _adopt(user: User) -> EnterpriseUser | None:
    """The row of an account that an administrator opened for an enterprise without a claim."""
    if user.speaks_for != SpeaksFor.ENTERPRISE or not user.is_active:
        return None
    enterprise = Enterprise.objects.filter(uscc=user.party).first()
    if enterprise is None:
        return None
    first = not EnterpriseUser.objects.filter(enterprise=enterprise, is_keeper=True, revoked_at=None).exists()
    oldest = min((one.pk for one in users_of_party(user.party)), default=None)
    return EnterpriseUser.objects.get_or_create(
        user=user,
        defaults={
            "enterprise": enterprise,
            "is_keeper": first and user.pk == oldest,
            "since": user.date_joined,
        },
    )[0]


def _keeper(by: Actor) -> EnterpriseUser:
    user = None if by.user_id is None else User.objects.filter(pk=by.user_id).first()
    row = _adopt(user) if user is not None else None
    if (
        row is None
        or row.revoked_at is not None
        or not row.is_keeper
        or not by.is_subject(row.enterprise.uscc, access.ENTERPRISES)
    ):
        raise NotPermitted(
            "not_keeper",
            zh="只有本企业的账号管理员可以办理。",
            en="Only the keeper of the firm's accounts may do this.",
            remedy_zh="请联系本企业账号管理员。",
            remedy_en="Ask the keeper of your firm's accounts.",
        )
    return row


def _record(
    action: str, enterprise: Enterprise, by: Actor, detail: dict[str, str], subject: str = ""
) -> None:
    audit.record(
        action,
        by=by,
        subject_kind="user" if subject else "enterprise",
        subject_key=subject or detail.get("joined", enterprise.uscc),
        register=access.ENTERPRISES,
        region=enterprise.region,
        detail={"uscc": enterprise.uscc, **detail},
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
