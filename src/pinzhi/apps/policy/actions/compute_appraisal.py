"""Count all criteria, score, rank and grade, and work out how far the ranking depends on its weights."""

from __future__ import annotations

from django.db import transaction

from pinzhi.apps.policy import appraisal as adapter
from pinzhi.apps.policy.actions.create_appraisal import editable, note
from pinzhi.apps.policy.models import Appraisal
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor


def compute_appraisal(appraisal_id: int, *, by: Actor) -> Appraisal:
    """Replace the result by one of today. Raises NotPermitted, Conflict, and what `appraisal.compute` raises."""
    with transaction.atomic():
        found = editable(appraisal_id, by)
        adapter.clear(found)
        found.save()
        result = adapter.compute(found)
        adapter.save(found, result)
        found.state, found.as_of, found.provisional = (
            Appraisal.State.COMPUTED,
            result.as_of,
            result.provisional,
        )
        found.sensitivity = adapter.sensitivity_as_kept(result)
        found.computed_by, found.computed_at = by.username, clock.now()
        found.save()
        note("compute", found, by, criteria=len(result.values))
    return found
