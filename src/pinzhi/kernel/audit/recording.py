"""Writing the trail: one insert in the caller's transaction, so action and line stand or fall together."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from pinzhi.kernel import clock
from pinzhi.kernel.audit import kinds

if TYPE_CHECKING:
    from pinzhi.kernel.access.actor import Actor

#: The request (or job) that the present work belongs to; set by the middleware and the worker.
request_id: ContextVar[str] = ContextVar("pinzhi_request_id", default="")

# What a line may hold beside keys: short facts on how it was done, never a value of the record.
LONGEST_TEXT = 300


def record(
    action: str,
    *,
    by: Actor,
    subject_kind: str = "",
    subject_key: str = "",
    register: str = "",
    region: str = "",
    count: int = 1,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write one line: `by` did `action` to the subject.

    `detail` takes short facts that are not personal (digests, counts, names of fields, role, step): values
    stay in the entry. Raises kinds.UndeclaredError for an action that no app declared, ValueError for a text
    of over 300 characters.
    """
    _write(action, by, subject_kind, subject_key, register, region, count, detail, is_read=False)


def record_read(
    action: str,
    *,
    by: Actor,
    subject_kind: str = "",
    subject_key: str = "",
    register: str = "",
    region: str = "",
    count: int = 1,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write one line for the reading of something sensitive (private fields, files, the trail itself)."""
    _write(action, by, subject_kind, subject_key, register, region, count, detail, is_read=True)


def _write(
    action: str,
    by: Actor,
    subject_kind: str,
    subject_key: str,
    register: str,
    region: str,
    count: int,
    detail: Mapping[str, Any] | None,
    *,
    is_read: bool,
) -> None:
    from pinzhi.kernel.audit.models import AuditEvent

    kinds.kind_of(action)
    for name, value in (detail or {}).items():
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            raise ValueError(
                f"audit detail {name!r} of {action} holds {len(value)} characters: keep values in the entry"
            )
    AuditEvent.objects.create(
        at=clock.now(),
        action=action,
        username=by.username,
        party=by.party,
        user_id=by.user_id,
        subject_kind=subject_kind,
        subject_key=subject_key[:200],
        register=register,
        region=region,
        count=count,
        is_read=is_read,
        detail=dict(detail or {}),
        request_id=request_id.get(),
    )
