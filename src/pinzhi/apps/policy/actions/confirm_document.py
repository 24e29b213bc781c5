"""Confirm a document: what was read becomes the plan, binding and public."""

from __future__ import annotations

from django.db import transaction

from pinzhi.apps.policy import publishing
from pinzhi.apps.policy.access import require_approver
from pinzhi.apps.policy.models import Document, Duty, Review
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, Refused


def confirm_document(document_id: int, *, by: Actor) -> Document:
    """Confirm all rows of a document that were not dropped, put it in force, publish document, targets and duties.

    Raises NotPermitted; Refused where the plan period is missing; Conflict where it is confirmed already.
    """
    with transaction.atomic():
        document = Document.objects.select_for_update().get(pk=document_id)
        require_approver(by, document.region)
        if document.status != Document.Status.READ:
            raise Conflict(
                "already_confirmed", zh="该文件已确认。", en="The document has been confirmed already."
            )
        if document.plan_from is None or document.plan_until is None:
            raise Refused(
                "no_plan_period",
                zh="确认前应填写规划期起止日期。",
                en="Set the plan period before confirming.",
                place="plan_until",
                remedy_zh="在“文件信息”中填写。",
                remedy_en="Fill it in under document details.",
            )
        now = clock.now()
        for target in document.targets.filter(review=Review.READ):
            target.review, target.confirmed_by, target.confirmed_at = Review.CONFIRMED, by.username, now
            target.save(update_fields=["review", "confirmed_by", "confirmed_at"])
        document.measures.filter(review=Review.READ).update(review=Review.CONFIRMED)
        Duty.objects.filter(measure__document=document, due_on=None).update(due_on=document.plan_until)
        document.status, document.confirmed_by, document.confirmed_at = (
            Document.Status.IN_FORCE,
            by.username,
            now,
        )
        document.save(update_fields=["status", "confirmed_by", "confirmed_at"])
        publish_all(document, by=by)
        audit.record(
            "policy.confirm_document",
            by=by,
            subject_kind="document",
            subject_key=document.code,
            region=document.region,
        )
    return document


def publish_all(document: Document, *, by: Actor) -> None:
    """Bring the public registers of a document in force up to date."""
    publishing.publish_document(document, by=by)
    publishing.publish_targets(list(document.targets.filter(review=Review.CONFIRMED)), by=by)
    duties = Duty.objects.filter(measure__document=document, measure__review=Review.CONFIRMED).select_related(
        "measure__document"
    )
    publishing.publish_duties(list(duties.prefetch_related("notes")), clock.today(), by=by)
