"""The account that all others come from: made on the command line, where no administrator exists yet."""

from __future__ import annotations

from django.db import transaction

from pinzhi.kernel import clock
from pinzhi.kernel.access.accounts import give_right, open_account
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.models import Grant, Role, SpeaksFor, User
from pinzhi.kernel.access.queries import grants_in_force
from pinzhi.kernel.errors import Conflict


@transaction.atomic
def create_first_administrator(
    *, username: str, display_name: str, password: str, party: str = "", email: str = ""
) -> User:
    """An administrator of everything. Raises Conflict where there is one, Refused for a weak password."""
    present: Grant | None = (
        grants_in_force(clock.today())
        .filter(role=Role.ADMINISTRATOR, region="", register="*", function="*", user__is_active=True)
        .select_related("user")
        .first()
    )
    if present is not None:
        raise Conflict(
            "administrator_exists",
            zh=f"已有全局管理员“{present.user.username}”。",
            en=f"There is an administrator of everything already: {present.user.username}.",
            remedy_zh="请由该管理员在控制台新建账号。",
            remedy_en="Let this administrator open further accounts in the console.",
        )
    by = Actor.system("command line")
    user = open_account(
        username=username,
        display_name=display_name,
        speaks_for=SpeaksFor.AGENCY,
        party=party,
        email=email,
        password=password,
        must_change_password=False,
        by=by,
    )
    give_right(user, role=Role.ADMINISTRATOR, by=by)
    return user
