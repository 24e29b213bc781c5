"""Keep a form that is not handed in yet, and drop it. A draft belongs to one account and is never an entry."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotFound, Refused
from pinzhi.kernel.registers.models import Draft

LARGEST = 500_000
KEPT_FOR = timedelta(days=180)


def keep_draft(
    draft_id: UUID, *, register: str, transition: str, data: Mapping[str, Any], key: str = "", by: Actor
) -> Draft:
    """Save what was typed so far under this id; a later save takes the place of an earlier one.

    Raises Refused for more than half a megabyte, NotFound where the id is another account's.
    """
    if len(json.dumps(data, ensure_ascii=False)) > LARGEST:
        raise Refused(
            "draft_too_large", zh="内容过长，无法暂存。", en="This is too long to be kept as a draft."
        )
    there = Draft.objects.filter(pk=draft_id).first()
    if there is not None and there.user_id != by.user_id:
        raise _none()
    draft, _new = Draft.objects.update_or_create(
        pk=draft_id,
        defaults={
            "register": register,
            "transition": transition,
            "key": key,
            "user_id": by.user_id or 0,
            "data": dict(data),
            "updated_at": clock.now(),
        },
    )
    return draft


def get_draft(draft_id: UUID, *, by: Actor) -> Draft:
    """The account's own draft; raises NotFound for anything else."""
    draft = Draft.objects.filter(pk=draft_id, user_id=by.user_id or 0).first()
    if draft is None:
        raise _none()
    return draft


def drop_draft(draft_id: UUID, *, by: Actor) -> None:
    """Forget a draft; nothing happens where there is none."""
    Draft.objects.filter(pk=draft_id, user_id=by.user_id or 0).delete()


def drop_old(day: date) -> int:
    """Drafts that nobody has touched for half a year; returns how many were dropped."""
    return Draft.objects.filter(updated_at__lt=clock.now() - KEPT_FOR).delete()[0]


def _none() -> NotFound:
    return NotFound(
        "no_such_draft",
        zh="没有这份暂存的表单，或已提交。",
        en="There is no such draft, or it was handed in.",
    )
