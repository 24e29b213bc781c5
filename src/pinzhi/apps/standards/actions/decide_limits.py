"""The second person: confirm limits, send them back, take confirmed ones down."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from pinzhi.apps.standards import access, publishing_limits
from pinzhi.apps.standards.access_verbs_limits import CONFIRM, ENTER
from pinzhi.apps.standards.models.limits import LimitEntry
from pinzhi.apps.standards.publishing_limits import LIMITS
from pinzhi.apps.standards.queries_limits import clashing
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused, RefusedRows, RowError

State = LimitEntry.State


@transaction.atomic
def confirm_limits(ids: Sequence[int], *, over: str = "", by: Actor) -> list[LimitEntry]:
    """Confirm limits that others entered, and publish them. All or none.

    Where another entry on the same demand says something else, `over` must say why this one is right: the others are then
    sent back (a confirmed one taken down) with that reason. Raises NotPermitted, RefusedRows.
    """
    entries = _locked(ids)
    for entry in entries:
        access.require(by, CONFIRM, [entry.document.region], register=LIMITS)
    errors = []
    beaten: dict[int, LimitEntry] = {}
    clashes = clashing(entries)
    for number, entry in enumerate(entries, 1):
        if entry.state != State.ENTERED:
            errors.append(_wrong(number, entry, "不在待核对状态", "does not wait for confirmation"))
        elif entry.entered_by == by.username and not by.is_system:
            errors.append(
                _wrong(
                    number,
                    entry,
                    "由您本人录入，须由他人核对",
                    "was entered by you; somebody else confirms it",
                )
            )
        others = clashes[entry.pk]
        if others and not over.strip():
            said = "、".join(sorted({other.value for other in others}))
            errors.append(
                RowError(
                    number,
                    entry.analyte,
                    entry.value,
                    f"与同一要求的另一录入（{said}）不一致",
                    f"clashes with another entry on the same demand ({said})",
                    "核对原文后写明采用本条的理由，其余将退回",
                    "compare the text and say why this one is right; the others are sent back",
                )
            )
        for other in others:
            if other.pk in {one.pk for one in entries}:
                errors.append(
                    _wrong(
                        number,
                        entry,
                        "同时选了互相矛盾的录入",
                        "is chosen together with what it clashes with",
                    )
                )
            beaten[other.pk] = other
    if errors:
        raise RefusedRows(errors)
    now = clock.now()
    down = [other for other in beaten.values() if other.state == State.CONFIRMED]
    for other in beaten.values():
        other.state = State.WITHDRAWN if other.state == State.CONFIRMED else State.REFUSED
        other.reason, other.decided_by, other.decided_at = over.strip()[:300], by.username, now
    for entry in entries:
        entry.state, entry.decided_by, entry.decided_at, entry.reason = (
            State.CONFIRMED,
            by.username,
            now,
            over.strip()[:300],
        )
    LimitEntry.objects.bulk_update(
        [*entries, *beaten.values()], ["state", "decided_by", "decided_at", "reason"]
    )
    if down:
        publishing_limits.withdraw_limits(down, reason=over.strip()[:300], by=by)
    publishing_limits.publish_limits(entries, by=by)
    _note("standards.confirm_limits", entries, by)
    return entries


@transaction.atomic
def refuse_limits(ids: Sequence[int], *, reason: str, by: Actor) -> list[LimitEntry]:
    """Send limits back that are not right; the reason is kept. Raises NotPermitted, Refused, RefusedRows."""
    return _end(ids, State.ENTERED, State.REFUSED, "standards.refuse_limits", reason, by)


@transaction.atomic
def withdraw_limits(ids: Sequence[int], *, reason: str, by: Actor) -> list[LimitEntry]:
    """Take confirmed limits down, from the public register too. Raises NotPermitted, Refused, RefusedRows."""
    entries = _end(ids, State.CONFIRMED, State.WITHDRAWN, "standards.withdraw_limits", reason, by)
    publishing_limits.withdraw_limits(entries, reason=reason.strip()[:300], by=by)
    return entries


def _end(ids: Sequence[int], before: str, after: str, step: str, reason: str, by: Actor) -> list[LimitEntry]:
    if not reason.strip():
        raise Refused("no_reason", zh="请写明理由。", en="Give the reason.", place="reason")
    entries = _locked(ids)
    for entry in entries:
        # Who entered a limit may take it back before anybody has looked at it.
        own = before == State.ENTERED and entry.entered_by == by.username
        access.require(by, ENTER if own else CONFIRM, [entry.document.region], register=LIMITS)
    wrong = [
        _wrong(number, entry, "状态已变化", "has been decided on meanwhile")
        for number, entry in enumerate(entries, 1)
        if entry.state != before
    ]
    if wrong:
        raise RefusedRows(wrong)
    for entry in entries:
        entry.state, entry.reason = after, reason.strip()[:300]
        entry.decided_by, entry.decided_at = by.username, clock.now()
    LimitEntry.objects.bulk_update(entries, ["state", "reason", "decided_by", "decided_at"])
    _note(step, entries, by)
    return entries


def _locked(ids: Sequence[int]) -> list[LimitEntry]:
    rows = (
        LimitEntry.objects.select_for_update(of=("self",)).select_related("document").filter(pk__in=list(ids))
    )
    entries = list(rows.order_by("pk"))
    if not entries:
        raise Refused("nothing_chosen", zh="没有选中限值。", en="No limit was chosen.")
    return entries


def _wrong(number: int, entry: LimitEntry, zh: str, en: str) -> RowError:
    return RowError(number, entry.analyte, entry.value, zh, en)


def _note(step: str, entries: Sequence[LimitEntry], by: Actor) -> None:
    document = entries[0].document
    audit.record(
        step,
        by=by,
        subject_kind="limit_document",
        subject_key=str(document.pk),
        register=LIMITS,
        region=document.region,
        count=len(entries),
    )
