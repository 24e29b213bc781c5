"""Turn the status of editions whose day has come: published ones come into force, ended ones are withdrawn."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from pinzhi.apps.standards.access import STANDARDS
from pinzhi.apps.standards.models import Edition
from pinzhi.apps.standards.saving_catalogue import update_editions
from pinzhi.kernel import audit
from pinzhi.kernel.access.actor import Actor

_AT_ONCE = 2000


def turn_editions(day: date, *, by: Actor) -> int:
    """Turn all whose day has come, in portions that are whole each; returns how many. Done by the daily job as the system."""
    done = 0
    for status, becomes, condition in (
        ("published", "in_force", {"effective_on__lte": day}),
        ("in_force", "withdrawn", {"withdrawn_on__lte": day}),
    ):
        while True:
            with transaction.atomic():
                rows = list(
                    Edition.objects.select_for_update()
                    .filter(status=status, **condition)
                    .order_by("id")[:_AT_ONCE]
                )
                update_editions([(row, {"status": becomes}) for row in rows], by=by)
                if rows:
                    audit.record(
                        "standards.turn_editions",
                        by=by,
                        register=STANDARDS,
                        count=len(rows),
                        detail={"day": day.isoformat(), "to": becomes},
                    )
            done += len(rows)
            if len(rows) < _AT_ONCE:
                break
    return done
