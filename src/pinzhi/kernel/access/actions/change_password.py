"""Change the own password, or set one for somebody who lost it."""

from __future__ import annotations

from django.db import transaction

from pinzhi.kernel import audit
from pinzhi.kernel.access.accounts import check_password
from pinzhi.kernel.access.actions._permission import refuse_oneself, require_keeper
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.models import User
from pinzhi.kernel.access.queries import get_user
from pinzhi.kernel.errors import NotFound, Refused


@transaction.atomic
def change_password(*, old: str, new: str, by: Actor) -> User:
    """The own password; every other session of the account ends. Raises Refused (place = the field)."""
    user = User.objects.select_for_update().filter(pk=by.user_id or 0, is_active=True).first()
    if user is None:
        raise NotFound("no_such_account", zh="没有这个账号。", en="There is no such account.")
    if not user.check_password(old):
        raise Refused(
            "wrong_password",
            zh="原密码不对。",
            en="The present password is not right.",
            place="old",
            remedy_zh="请重新输入；忘记密码请找管理员重置。",
            remedy_en="Type it again; if it is lost, ask your administrator.",
        )
    if old == new:
        raise Refused(
            "same_password",
            zh="新密码与原密码相同。",
            en="The new password is the same as the old.",
            place="new",
            remedy_zh="请换一个密码。",
            remedy_en="Choose another.",
        )
    _set(user, new, must_change=False)
    audit.record("access.change_password", by=by, subject_kind="user", subject_key=user.username)
    return user


@transaction.atomic
def reset_password(*, username: str, new: str, by: Actor) -> User:
    """An administrator sets a password that has to be changed at the next login. Raises like the other."""
    user = get_user(username, by=by)
    require_keeper(by, user.region)
    refuse_oneself(
        by, user, zh="请用“修改密码”改自己的密码。", en="Change your own password in your account."
    )
    _set(user, new, must_change=True)
    audit.record(
        "access.reset_password", by=by, subject_kind="user", subject_key=user.username, region=user.region
    )
    return user


def _set(user: User, password: str, *, must_change: bool) -> None:
    check_password(password, user)
    user.set_password(password)
    user.must_change_password = must_change
    user.save(update_fields=["password", "must_change_password"])
