"""An official decides that two entries are one firm, or that they are not."""

from __future__ import annotations

from django.db import transaction

from pinzhi.apps.parties import access, loading
from pinzhi.apps.parties.models import DuplicateProposal, Enterprise, FormerName, Product
from pinzhi.apps.parties.saving import update_enterprises, update_products
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, NotFound, Refused

Status = DuplicateProposal.Status
#: What the survivor takes over where it has nothing itself.
_TAKEN_OVER = (
    "trade", "size", "address", "business_scope", "registration_no", "legal_representative", "contact_name",
    "contact_phone", "contact_email", "registered_on",
)  # fmt: skip
_LONGEST_REASON = 500


@transaction.atomic
def merge_enterprises(survivor: str, merged: str, *, reason: str, by: Actor) -> None:
    """The entry `merged` is the firm `survivor`: its code points there from now on, its products and names go over.

    Entries under the merged code stay in all registers as they are. Raises NotFound, NotPermitted (for both regions),
    Refused, Conflict (one of them was merged already).
    """
    reason = _reason(reason)
    first, second = (loading.enterprise(code) for code in sorted((survivor, merged)))
    kept, gone = (first, second) if first.uscc == survivor else (second, first)
    access.require(by, "parties.decide_duplicate", access.ENTERPRISES, {kept.region, gone.region})
    if kept.pk == gone.pk:
        raise Refused("same_enterprise", zh="不能与自身合并。", en="An entry is not merged into itself.")
    for row in (kept, gone):
        if row.merged_into:
            raise Conflict(
                "merged",
                zh=f"{row.uscc} 已并入 {row.merged_into}。",
                en=f"{row.uscc} was merged into {row.merged_into}.",
            )
    for name in _TAKEN_OVER:
        if not getattr(kept, name):
            setattr(kept, name, getattr(gone, name))
    kept.roles = [*kept.roles, *(role for role in gone.roles if role not in kept.roles)]
    if gone.name != kept.name:
        _bore(kept, gone.name, by)
    for borne in FormerName.objects.filter(enterprise=gone).exclude(name=kept.name):
        _bore(kept, borne.name, by)
    gone.merged_into = gone.successor_code = kept.uscc
    gone.status, gone.closed_on = "merged", clock.today()
    # Who pointed at the merged code points at the survivor.
    Enterprise.objects.filter(merged_into=gone.uscc).update(merged_into=kept.uscc, successor_code=kept.uscc)
    update_enterprises([kept, gone], by=by)
    products = list(Product.objects.select_for_update().filter(producer_code=gone.uscc))
    for product in products:
        product.producer_code, product.region = kept.uscc, kept.region
    if products:
        update_products(products, {kept.uscc: kept.name}, by=by)
    pair = DuplicateProposal.objects.filter(first__in=[kept.pk, gone.pk], second__in=[kept.pk, gone.pk])
    pair.update(status=Status.MERGED, decided_by=by.username, decided_at=clock.now(), reason=reason)
    DuplicateProposal.objects.filter(status=Status.OPEN, first=gone).delete()
    DuplicateProposal.objects.filter(status=Status.OPEN, second=gone).delete()
    audit.record(
        "parties.merge_enterprises",
        by=by,
        subject_kind="enterprise",
        subject_key=kept.uscc,
        register=access.ENTERPRISES,
        region=kept.region,
        detail={"merged": gone.uscc, "products": len(products), "reason": reason[:300]},
    )


@transaction.atomic
def reject_duplicate(proposal_id: int, *, reason: str, by: Actor) -> None:
    """The two are two firms; the pair is not proposed again. Raises NotFound, NotPermitted, Refused, Conflict."""
    reason = _reason(reason)
    row = open_proposal(proposal_id, by=by)
    row.status, row.reason = Status.REJECTED, reason
    row.decided_by, row.decided_at = by.username, clock.now()
    row.save()
    audit.record(
        "parties.reject_duplicate",
        by=by,
        subject_kind="enterprise",
        subject_key=row.first.uscc,
        register=access.ENTERPRISES,
        region=row.region,
        detail={"other": row.second.uscc, "reason": reason[:300]},
    )


def open_proposal(proposal_id: int, *, by: Actor) -> DuplicateProposal:
    """A pair that waits for a decision, locked; the actor must be permitted for both regions."""
    row = (
        DuplicateProposal.objects.select_for_update(of=("self",))
        .select_related("first", "second")
        .filter(pk=proposal_id)
        .first()
    )
    if row is None:
        raise NotFound("no_such_proposal", zh="没有这条疑似重复。", en="There is no such proposal.")
    access.require(by, "parties.decide_duplicate", access.ENTERPRISES, {row.first.region, row.second.region})
    if row.status != Status.OPEN:
        raise Conflict(
            "decided", zh=f"已由 {row.decided_by} 裁定。", en=f"{row.decided_by} has decided this."
        )
    return row


def _bore(kept: Enterprise, name: str, by: Actor) -> None:
    if name != kept.name and not FormerName.objects.filter(enterprise=kept, name=name).exists():
        FormerName.objects.create(
            enterprise=kept, name=name, recorded_at=clock.now(), recorded_by=by.username
        )


def _reason(text: str) -> str:
    reason = text.strip()
    if not reason or len(reason) > _LONGEST_REASON:
        raise Refused(
            "reason_needed",
            zh="请填写理由（不超过 500 字）。",
            en="Give the reason (500 characters at most).",
            place="reason",
        )
    return reason
