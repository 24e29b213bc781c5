"""Report a major matter in carrying out a plan to the government, and keep its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from pinzhi.apps.policy.access import answers_for, may_edit, require_clerk
from pinzhi.apps.policy.models import Document, Duty, MajorMatter
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, NotPermitted, Refused
from pinzhi.kernel.places import queries as places

LONGEST = 20_000


def report_major_matter(
    document_id: int,
    *,
    by: Actor,
    title: str,
    text: str,
    reported_to: str,
    urgency: str = "normal",
    duty_id: int | None = None,
    doc_number: str = "",
    signatory: str = "",
    files: Sequence[Mapping[str, Any]] = (),
) -> MajorMatter:
    """A unit that has a duty in the plan reports, or the clerk of the lead bureau.

    Raises NotPermitted; Refused naming the field; Refused where the plan is not in force.
    """
    with transaction.atomic():
        document = Document.objects.select_for_update().get(pk=document_id)
        duty = Duty.objects.filter(pk=duty_id, measure__document=document).first() if duty_id else None
        if duty_id and duty is None:
            raise _wrong("duty", "任务不在该文件中", "is no duty of this plan")
        if not may_report_matter(by, document):
            raise NotPermitted(
                "not_your_plan",
                zh="只有承担该文件任务的单位可以报告重大事项。",
                en="Only units with a duty in this plan report on it.",
            )
        if document.status != Document.Status.IN_FORCE:
            raise Refused(
                "not_in_force", zh="文件尚未确认，不能报告。", en="The document is not in force yet."
            )
        values = {"title": (title, 200), "text": (text, LONGEST), "reported_to": (reported_to, 120)}
        for name, (value, longest) in values.items():
            if not value.strip() or len(value.strip()) > longest:
                raise _wrong(name, f"应为 1 至 {longest} 字", f"1 to {longest} characters")
        if urgency not in MajorMatter.Urgency.values:
            raise _wrong("urgency", "请选择紧急程度", "choose the urgency")
        unit = places.agency_name(by.party) if by.speaks_for == "agency" else None
        matter = MajorMatter.objects.create(
            code=_next_code(document.region),
            document=document,
            duty=duty,
            region=document.region,
            agency=by.party,
            unit=unit.zh if unit else (by.display_name or by.username),
            title=title.strip(),
            text=text.strip(),
            urgency=urgency,
            reported_to=reported_to.strip(),
            doc_number=doc_number.strip()[:80],
            signatory=signatory.strip()[:40],
            files=[dict(file) for file in files],
            at=clock.now(),
            by=by.username,
        )
        audit.record(
            "policy.report_matter",
            by=by,
            subject_kind="document",
            subject_key=document.code,
            region=document.region,
            detail={"matter": matter.code, "urgency": urgency},
        )
    return matter


def may_report_matter(actor: Actor, document: Document) -> bool:
    """Whether the account's unit has a part in the plan, or keeps it."""
    if may_edit(actor, document):
        return True
    named = (
        Duty.objects.filter(measure__document=document)
        .exclude(agency="")
        .values_list("agency", flat=True)
        .distinct()
    )
    return any(answers_for(actor, agency) for agency in named)


def reply(matter_id: int, *, by: Actor, text: str) -> MajorMatter:
    """Keep the government's answer; once. Raises NotPermitted, Refused, Conflict (answered already)."""
    with transaction.atomic():
        matter = MajorMatter.objects.select_for_update().get(pk=matter_id)
        require_clerk(by, matter.region)
        if matter.replied_at is not None:
            raise Conflict(
                "already_answered", zh="该事项已有答复。", en="The matter has been answered already."
            )
        if not text.strip() or len(text) > LONGEST:
            raise _wrong("reply", f"应为 1 至 {LONGEST} 字", f"1 to {LONGEST} characters")
        matter.reply, matter.replied_at, matter.replied_by = text.strip(), clock.now(), by.username
        matter.save(update_fields=["reply", "replied_at", "replied_by"])
        audit.record(
            "policy.reply_matter", by=by, subject_kind="matter", subject_key=matter.code, region=matter.region
        )
    return matter


def _next_code(region: str) -> str:
    prefix = f"ZD-{region}-{clock.today().year}-"
    last = (
        MajorMatter.objects.filter(code__startswith=prefix)
        .order_by("-code")
        .values_list("code", flat=True)
        .first()
    )
    return f"{prefix}{int(last.rsplit('-', 1)[1]) + 1 if last else 1:04d}"


def _wrong(field: str, zh: str, en: str) -> Refused:
    return Refused("invalid_matter", zh=zh, en=en, place=field)
