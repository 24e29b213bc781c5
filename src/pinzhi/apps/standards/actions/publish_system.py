"""Publish a standards-system table as it stands against the catalogue today."""

from __future__ import annotations

from django.db import transaction

from pinzhi.apps.standards import access, loading
from pinzhi.apps.standards.models import SystemTable
from pinzhi.apps.standards.systems import hold, published_values
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotPermitted, Refused
from pinzhi.kernel.registers.publish import Publication, publish


@transaction.atomic
def publish_system(code: str, *, by: Actor) -> None:
    """Publish it. Raises NotFound, NotPermitted (also for who drew it up), Refused (a table without a place)."""
    table = loading.system_table(code)
    access.require(by, "standards.publish_system", [table.region], register=access.SYSTEMS)
    if by.username == table.updated_by and not by.is_system:
        raise NotPermitted(
            "same_person",
            zh="编制人不能发布自己编制的体系表。",
            en="Who drew the table up does not publish it.",
            remedy_zh="请由另一位审批人发布。",
            remedy_en="Another approver publishes it.",
        )
    today = clock.today()
    held = hold(table, today)
    if not held.places:
        raise Refused(
            "no_places",
            zh="体系表还没有条目。",
            en="The table has no places yet.",
            remedy_zh="请先编制。",
            remedy_en="Draw it up first.",
        )
    item = Publication(key=table.code, region=table.region, values=published_values(held), effective_on=today)
    publish(access.SYSTEMS, [item], by=by)
    SystemTable.objects.filter(pk=table.pk).update(status=SystemTable.Status.PUBLISHED)
    audit.record(
        "standards.publish_system",
        by=by,
        subject_kind="system_table",
        subject_key=table.code,
        register=access.SYSTEMS,
        region=table.region,
    )
