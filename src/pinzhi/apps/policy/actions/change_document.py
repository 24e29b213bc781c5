"""Correct the head of a document: number, issuer, dates, the period in which its plan binds, what it implements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from pinzhi.apps.policy import publishing
from pinzhi.apps.policy.access import require_approver, require_clerk
from pinzhi.apps.policy.models import Basis, Document
from pinzhi.kernel import audit
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.registers.values import Wrong, parse_date

TEXTS = {"title": 300, "doc_number": 80, "index_number": 80, "issuer": 120, "issuer_agency": 64}
DAYS = ("issued_on", "plan_from", "plan_until")


def change_document(document_id: int, changes: Mapping[str, Any], *, by: Actor) -> Document:
    """Set fields of the head (TEXTS, DAYS), `basis_numbers` (a list) and `parent` (a document's code or "").

    Raises NotPermitted; Refused naming the field.
    """
    with transaction.atomic():
        document = Document.objects.select_for_update().get(pk=document_id)
        (require_clerk if document.status == Document.Status.READ else require_approver)(by, document.region)
        for name, longest in TEXTS.items():
            if name in changes:
                text = str(changes[name] or "").strip()
                if len(text) > longest or (name == "title" and not text):
                    raise Refused(
                        "invalid_document",
                        zh=f"应为 1 至 {longest} 个字",
                        en=f"1 to {longest} characters",
                        place=name,
                    )
                setattr(document, name, text)
        if "title" in changes:
            document.title_is_proposed = False
        for name in DAYS:
            if name in changes:
                try:
                    setattr(document, name, parse_date(changes[name]) if changes[name] else None)
                except Wrong as wrong:
                    zh, en, right_zh, right_en = wrong.args4
                    raise Refused(
                        "invalid_document", zh=zh, en=en, place=name, remedy_zh=right_zh, remedy_en=right_en
                    ) from None
        if document.plan_from and document.plan_until and document.plan_until < document.plan_from:
            raise Refused(
                "invalid_document",
                zh="规划期止早于规划期起",
                en="the plan ends before it begins",
                place="plan_until",
            )
        if "basis_numbers" in changes:
            _set_bases(document, [str(n).strip() for n in changes["basis_numbers"] if str(n).strip()])
        if "parent" in changes:
            _set_parent(document, str(changes["parent"] or ""))
        document.save()
        if document.status == Document.Status.IN_FORCE:
            publishing.publish_document(document, by=by)
        audit.record(
            "policy.change_document",
            by=by,
            subject_kind="document",
            subject_key=document.code,
            region=document.region,
            detail={"fields": ",".join(sorted(changes))[:200]},
        )
    return document


def _set_bases(document: Document, numbers: list[str]) -> None:
    document.bases.exclude(number__in=numbers).delete()
    have = set(document.bases.values_list("number", flat=True))
    for number in dict.fromkeys(numbers):
        if number not in have:
            upper = Document.objects.filter(doc_number=number).exclude(pk=document.pk).first()
            Basis.objects.create(document=document, number=number, upper=upper)


def _set_parent(document: Document, code: str) -> None:
    parent = Document.objects.filter(code=code).first() if code else None
    if code and parent is None:
        raise Refused(
            "invalid_document",
            zh=f"没有编号为 {code} 的文件",
            en=f"There is no document {code}.",
            place="parent",
        )
    above = parent
    while above is not None:
        if above.pk == document.pk:
            raise Refused(
                "invalid_document",
                zh="上级文件不能是自己或下级文件",
                en="A document cannot stand above itself.",
                place="parent",
            )
        above = above.parent
    document.parent = parent
