"""Note that a sample changed hands: who, when, in which state its seals were."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pinzhi.apps.inspection import access, attempts, queries_sampling
from pinzhi.apps.inspection.models import CustodyEvent, Sample
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, NotPermitted, Refused

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
    number: str,
    kind: str,
    *,
    part: str = "",
    to: str = "",
    seals_intact: bool | None,
    note: str = "",
    by: Actor,
) -> CustodyEvent:
    """Note one hand-over now. The laboratory that takes a sample over for the first time has received it.

    `part`: test, backup, or empty for both together. `seals_intact` None: the seals could not be looked at. Raises
    NotFound, NotPermitted, Refused (no such step or part, a broken seal without a word on it, a sample that was never
    taken, a part that was disposed of); what is refused is kept.
    """
    try:
        with transaction.atomic():
            return _hand_over(number, kind, part, to, seals_intact, note, by)
    except Refused as refused:
        if refused.status != 404:
            said = {"kind": kind, "part": part, "to": to, "note": note}
            attempts.keep("custody", refused, key=number, by=by, said=said)
        raise


def _hand_over(
    number: str, kind: str, part: str, to: str, seals_intact: bool | None, note: str, by: Actor
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
    # Two at once take turns: what the other has noted is seen.
    locked = Sample.objects.select_for_update(of=("self",)).get(pk=sample.pk)
    _check_part(sample, part, by)
    if seals_intact is False and not note.strip():
        raise Refused(
            "say_what",
            zh="封签破损或不符，必须写明情况。",
            en="A seal is broken or wrong: say what you found.",
            place="note",
            remedy_zh="写明哪个封签、什么样子，并拍照留存。",
            remedy_en="Say which seal and how it looks, and keep a photograph.",
        )
    given: dict[str, Any] = {
        "kind": kind, "part": part, "by": by.username, "to": to.strip()[:64], "seals_intact": seals_intact,
        "note": note.strip()[:300],
    }  # fmt: skip
    _check_again(sample, given)
    first = by.speaks_for == "body" and by.party == locked.laboratory
    if kind == "received" and part != CustodyEvent.Part.BACKUP and locked.received_on is None and first:
        locked.received_on = clock.today()
        locked.save(update_fields=["received_on"])
    event = CustodyEvent.objects.create(sample=locked, at=clock.now(), **given)
    audit.record(
        "inspection.hand_over",
        by=by,
        subject_kind="sample",
        subject_key=locked.number,
        register=access.RESULTS,
        region=locked.region,
        detail={"kind": kind, "part": part, "seals_intact": seals_intact},
    )
    return event


def _check_again(sample: Sample, given: Mapping[str, Any]) -> None:
    """A second click: nothing has happened to this part since the same person noted the same."""
    same = [last for name, last in queries_sampling.parts_now(sample) if given["part"] in ("", name)]
    if same and all(
        last is not None and all(getattr(last, name) == value for name, value in given.items())
        for last in same
    ):
        raise Conflict(
            "noted_already",
            zh="这次交接已经登记过，没有重复登记。",
            en="This hand-over was noted already; it was not noted twice.",
        )


def _check_part(sample: Sample, part: str, by: Actor) -> None:
    if part not in ("", *CustodyEvent.Part.values):
        raise Refused("no_such_part", zh="样品没有这一部分。", en="A sample has no such part.", place="part")
    if part == CustodyEvent.Part.BACKUP and not sample.backup_samples:
        raise Refused(
            "no_backup", zh="这个样品没有备用样品。", en="There is no backup of this sample.", place="part"
        )
    second = by.speaks_for == "body" and by.party != sample.laboratory
    if second and part != CustodyEvent.Part.BACKUP:
        raise Refused(
            "backup_only",
            zh="复检机构只接收备用样品。",
            en="The laboratory of a re-inspection has the backup sample only.",
            place="part",
            remedy_zh="请选择“备用样品”。",
            remedy_en="Choose the backup sample.",
        )
    for name, last in queries_sampling.parts_now(sample):
        if part in ("", name) and last is not None and last.kind == "disposed":
            zh, en = {"test": ("检验样品", "test sample"), "backup": ("备用样品", "backup sample")}[name]
            day = clock.day_of(last.at).isoformat()
            raise Refused(
                "disposed_already",
                zh=f"{zh}已于 {day} 处置，不能再交接。",
                en=f"The {en} was disposed of on {day}.",
                place="part",
                remedy_zh="只交接另一部分的，请选择该部分。",
                remedy_en="Choose the other part if only that is handed over.",
            )
