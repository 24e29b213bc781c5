"""What the actions on accounts and rights stand on: checked values and an audit line, no permission.

Only actions call this, each after its own permission: those of this app, and those of an app that decides on
accounts by itself (an enterprise's claim that an official has approved).
"""

from __future__ import annotations

import unicodedata
from datetime import date

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import override

from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.models import ApiToken, Grant, Role, SpeaksFor, User
from pinzhi.kernel.errors import Conflict, Refused

#: What each kind of party may do at all: only an agency's people decide.
ROLES_OF = {
    SpeaksFor.AGENCY: frozenset(Role) - {Role.SUBJECT},
    SpeaksFor.ENTERPRISE: frozenset({Role.SUBJECT}),
    SpeaksFor.BODY: frozenset({Role.SUBJECT}),
}


def normal_username(text: str) -> str:
    """User names are one spelling: NFKC, lower case, no blanks around."""
    return unicodedata.normalize("NFKC", text).strip().lower()


@transaction.atomic
def open_account(
    *,
    username: str,
    display_name: str,
    speaks_for: str,
    party: str,
    region: str = "",
    email: str = "",
    phone: str = "",
    language: str = "zh-hans",
    password: str | None = None,
    must_change_password: bool = True,
    by: Actor,
) -> User:
    """Make an account. Without a password it can be entered by a linked identity only.

    Raises Refused (place = the field) for a value that does not do, Conflict for a user name that is taken.
    """
    user = User(
        username=normal_username(username),
        display_name=display_name.strip(),
        speaks_for=speaks_for,
        party=party.strip(),
        region=region,
        email=email.strip(),
        phone=phone.strip(),
        language=language,
        must_change_password=must_change_password and password is not None,
        date_joined=clock.now(),
    )
    if User.objects.filter(username=user.username).exists():
        raise _taken(user.username)
    if password is not None:
        check_password(password, user)
    user.set_password(password)
    check_values(user)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise _taken(user.username) from error
    audit.record(
        "access.create_user",
        by=by,
        subject_kind="user",
        subject_key=user.username,
        region=user.region,
        detail={"speaks_for": speaks_for, "for_party": party},
    )
    return user


@transaction.atomic
def close_account(user: User, *, by: Actor) -> None:
    """Nobody comes in with the account any more; its sessions and tokens end with this."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    ApiToken.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=clock.now())
    audit.record(
        "access.disable_user", by=by, subject_kind="user", subject_key=user.username, region=user.region
    )


@transaction.atomic
def give_right(
    user: User,
    *,
    role: str,
    register: str = "*",
    function: str = "*",
    region: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    by: Actor,
) -> Grant:
    """Add a right.

    Raises Refused for a role that the account's kind of party cannot hold or for days the wrong way round,
    Conflict where the account has the same right already.
    """
    starts_on = starts_on or clock.today()
    if role not in ROLES_OF[SpeaksFor(user.speaks_for)]:
        raise Refused(
            "role_not_for_party",
            zh=f"{SpeaksFor(user.speaks_for).label}账号不能担任“{role}”角色。",
            en=f"An account that speaks for an {user.speaks_for} cannot hold the role {role}.",
            place="role",
            remedy_zh="机关账号可任经办、审核、审批、审计、管理；其他账号只能申请。",
            remedy_en="Officials may hold every role but applicant; others apply only.",
        )
    if ends_on is not None and ends_on < starts_on:
        raise Refused(
            "ends_before_start",
            zh=f"截止日 {ends_on} 早于开始日 {starts_on}。",
            en=f"The last day {ends_on} is before the first {starts_on}.",
            place="ends_on",
            remedy_zh="请把截止日改为不早于开始日。",
            remedy_en="Choose a last day that is not before the first.",
        )
    same = user.grants.filter(
        role=role, register=register, function=function, region=region, revoked_at__isnull=True
    )
    for grant in same:
        if grant.ends_on is None or grant.ends_on >= starts_on:
            raise Conflict(
                "right_exists",
                zh=f"“{user}”已有相同权限（自 {grant.starts_on} 起）。",
                en=f"{user} has this right already, from {grant.starts_on}.",
                remedy_zh="如需改期限，请先撤销原权限。",
                remedy_en="To change its days, revoke it first.",
            )
    grant = Grant.objects.create(
        user=user,
        role=role,
        register=register,
        function=function,
        region=region,
        starts_on=starts_on,
        ends_on=ends_on,
        granted_by=by.username,
        granted_at=clock.now(),
    )
    _record_right("access.grant_right", grant, by)
    return grant


@transaction.atomic
def take_right(grant: Grant, *, by: Actor) -> None:
    """End a right at once. Its row stays, with who ended it and when."""
    grant.revoked_by, grant.revoked_at = by.username, clock.now()
    grant.save(update_fields=["revoked_by", "revoked_at"])
    _record_right("access.revoke_right", grant, by)


def check_password(password: str, user: User | None = None) -> None:
    """Raise Refused, with every reason in both languages, unless the password will do."""
    reasons = {}
    for name, language in (("zh", "zh-hans"), ("en", "en")):
        with override(language):
            try:
                validate_password(password, user)
            except ValidationError as error:
                reasons[name] = " ".join(error.messages)
    if reasons:
        raise Refused("weak_password", zh=reasons["zh"], en=reasons["en"], place="password")


def _record_right(action: str, grant: Grant, by: Actor) -> None:
    audit.record(
        action,
        by=by,
        subject_kind="user",
        subject_key=grant.user.username,
        register="" if grant.register == "*" else grant.register,
        region=grant.region or grant.user.region,
        detail={
            "role": grant.role,
            "function": grant.function,
            "where": grant.region or "*",
            "right": grant.pk,
        },
    )


def _taken(username: str) -> Conflict:
    return Conflict(
        "username_taken",
        zh=f"用户名“{username}”已被使用。",
        en=f"The user name “{username}” is taken.",
        place="username",
        remedy_zh="请换一个用户名。",
        remedy_en="Choose another.",
    )


def check_values(user: User) -> None:
    """The model's own checks, as the one error that doors know. Speaks of the first field that is wrong."""
    texts: dict[str, tuple[str, str]] = {}
    for name, language in (("zh", "zh-hans"), ("en", "en")):
        with override(language):
            try:
                user.full_clean(exclude=["password"], validate_unique=False)
            except ValidationError as error:
                place, messages = next(iter(error.message_dict.items()))
                texts[name] = (place, " ".join(messages))
    if texts:
        raise Refused("invalid_value", zh=texts["zh"][1], en=texts["en"][1], place=texts["zh"][0])
