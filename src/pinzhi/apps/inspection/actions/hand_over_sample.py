"""Note that a sample changed hands: who, when, in which state its seals were."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pinzhi.apps.inspection import access, attempts, queries_sampling
from pinzhi.apps.inspection.models import CustodyEvent, Sample
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotPermitted, Refused

#: What may happen to a sample on its way; "taken" comes with its record.
KINDS = {
    "taken": _("Taken and sealed"),
    "handed_over": _("Handed over"),
    "received": _("Taken over"),
    "stored": _("Put into store"),
    "opened": _("Seal opened for the test"),
    "returned": _("Returned"),
    "disposed": _("Disposed of"),
}


def hand_over_sample(
    number: str, kind: str, *, to: str = "", seals_intact: bool | None, note: str = "", by: Actor
) -> CustodyEvent:
    """Note one hand-over now. The laboratory that takes a sample over for the first time has received it.

    `seals_intact` None: the seals could not be looked at. Raises NotFound, NotPermitted, Refused (no such step, a
    broken seal without a word on it, a sample that was never taken); what is refused is kept.
    """
    try:
        with transaction.atomic():
            return _hand_over(number, kind, to, seals_intact, note, by)
    except Refused as refused:
        if refused.status != 404:
            attempts.keep("custody", refused, key=number, by=by, said={"kind": kind, "to": to, "note": note})
        raise


def _hand_over(
    number: str, kind: str, to: str, seals_intact: bool | None, note: str, by: Actor
) -> CustodyEvent:
    sample = queries_sampling.sample_in_custody(number, by=by)
    if not queries_sampling.may_hand_over(sample, by=by):
        raise NotPermitted(
            "not_permitted",
            zh="您没有登记这个样品交接的权限。",
            en="You hold no right to note a hand-over of this sample.",
            remedy_zh="由抽样单位或承检机构登记。",
            remedy_en="The sampling office or the laboratory notes it.",
        )
    if kind not in KINDS or kind == "taken":
        raise Refused("no_such_step", zh="没有这种交接。", en="There is no such step.", place="kind")
    if sample.outcome != Sample.Outcome.TAKEN:
        raise Refused("never_taken", zh="这个样品没有抽取。", en="This sample was never taken.")
    if seals_intact is False and not note.strip():
        raise Refused(
            "say_what",
            zh="封签破损或不符，必须写明情况。",
            en="A seal is broken or wrong: say what you found.",
            place="note",
            remedy_zh="写明哪个封签、什么样子，并拍照留存。",
            remedy_en="Say which seal and how it looks, and keep a photograph.",
        )
    locked = Sample.objects.select_for_update(of=("self",)).get(pk=sample.pk)
    if kind == "received" and locked.received_on is None and by.speaks_for == "body":
        locked.received_on = clock.today()
        locked.save(update_fields=["received_on"])
    event = CustodyEvent.objects.create(
        sample=locked,
        at=clock.now(),
        kind=kind,
        by=by.username,
        to=to.strip()[:64],
        seals_intact=seals_intact,
        note=note.strip()[:300],
    )
    audit.record(
        "inspection.hand_over",
        by=by,
        subject_kind="sample",
        subject_key=locked.number,
        register=access.RESULTS,
        region=locked.region,
        detail={"kind": kind, "seals_intact": seals_intact},
    )
    return event
