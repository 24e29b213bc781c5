"""Tell people something: in their inbox, and by e-mail or SMS where the installation sends them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from pinzhi.kernel import clock
from pinzhi.kernel.access.models import User
from pinzhi.kernel.access.queries import users_of_party, users_with_role
from pinzhi.kernel.jobs.delivery import anything_sent
from pinzhi.kernel.jobs.models import Notice
from pinzhi.kernel.jobs.queue import defer


@transaction.atomic
def notify(
    *,
    zh: str,
    en: str,
    users: Iterable[User] = (),
    party: str = "",
    role: str = "",
    register: str = "*",
    function: str = "*",
    region: str = "",
    link: str = "",
    due: date | None = None,
    key: str = "",
) -> int:
    """Tell given accounts, all of a party, and all who hold a role for register, function and region.

    Somebody who was told under the same `key` is not told again. What is for a role that nobody holds goes to
    the administrators there. In the caller's transaction. Returns how many were newly told.
    """
    told: dict[int, User] = {user.pk: user for user in users}
    told |= {user.pk: user for user in users_of_party(party)}
    if role:
        holders = users_with_role(role, register=register, function=function, region=region)
        if not holders:
            holders = users_with_role("administrator", region=region)
        told |= {user.pk: user for user in holders}
    if key:
        known = Notice.objects.filter(user_id__in=told, key=key).values_list("user_id", flat=True)
        for user_id in known:
            del told[user_id]
    now = clock.now()
    Notice.objects.bulk_create(
        [
            Notice(
                user_id=user_id,
                key=key,
                text_zh=zh[:500],
                text_en=en[:500],
                link=link,
                due=due,
                created_at=now,
            )
            for user_id in told
        ],
        ignore_conflicts=bool(key),
    )
    if told and anything_sent():
        from pinzhi.kernel.jobs.tasks import deliver

        for user_id in told:
            defer(deliver, user_id=user_id, zh=zh[:500], en=en[:500], link=link)
    return len(told)
