"""Mark notices as read."""

from __future__ import annotations

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.jobs.models import Notice
from pinzhi.kernel.jobs.queries import inbox


def read_notice(*, notice_id: int, by: Actor) -> Notice:
    """One of the own notices. Raises NotFound for another's."""
    notice = inbox(by=by).filter(pk=notice_id).first()
    if notice is None:
        raise NotFound("no_such_notice", zh="没有这条消息。", en="There is no such notice.")
    if notice.read_at is None:
        notice.read_at = clock.now()
        notice.save(update_fields=["read_at"])
    return notice


def read_all(*, by: Actor) -> int:
    """All of the own notices; returns how many were unread."""
    return inbox(by=by, unread=True).update(read_at=clock.now())
