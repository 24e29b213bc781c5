"""Settle at once what many targets of a document still lack: a lead unit, or somebody to report their figure."""

from __future__ import annotations

from django.db import transaction

from pinzhi.apps.policy.actions.change_target import change_target
from pinzhi.apps.policy.models import Document, Review
from pinzhi.apps.policy.readings import REPORTED
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.places import queries as places


def settle_targets(document_id: int, *, by: Actor, lead_unit: str = "", reported: bool = False) -> int:
    """Give the targets that have none this lead unit, and those without an indicator a reported figure.

    Returns how many targets changed. What an official has set stays. Raises NotPermitted; Refused where the unit is not
    known in the document's region.
    """
    with transaction.atomic():
        document = Document.objects.get(pk=document_id)
        unit = lead_unit.strip()
        agency = places.resolve_agency(unit, document.region, document.issued_on).agency if unit else None
        if unit and agency is None:
            raise Refused(
                "unknown_unit",
                zh=f"没有找到单位“{unit}”。",
                en=f"No unit named {unit} is known in this region.",
                place="lead_unit",
                remedy_zh="写文件中的称谓（如“省市场监管局”），或逐个目标填写。",
                remedy_en="Write it as the document does, or fill in each target.",
            )
        changed = 0
        for target in document.targets.exclude(review=Review.DROPPED):
            changes: dict[str, str] = {}
            if agency is not None and not target.lead_agency and not target.lead_unit:
                changes |= {"lead_unit": unit, "lead_agency": agency.code}
            if reported and not target.indicator:
                changes["indicator"] = REPORTED
            if changes:
                change_target(target.pk, changes, by=by)
                changed += 1
    return changed
