"""Give a unit a score for a criterion that officials judge, with the reason and the evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction

from pinzhi.apps.policy import appraisal as adapter
from pinzhi.apps.policy.actions.create_appraisal import editable, note, wrong
from pinzhi.apps.policy.models import Appraisee, Criterion, CriterionScore
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor


def enter_expert_score(
    criterion_id: int,
    appraisee_id: int,
    *,
    by: Actor,
    score: Decimal,
    note_text: str,
    files: Sequence[Mapping[str, Any]] = (),
) -> CriterionScore:
    """Set a score of 0 to 100. Evidence is needed; files given before stay where none are given now.

    Raises NotPermitted, Conflict (confirmed), Refused naming the field.
    """
    with transaction.atomic():
        criterion = Criterion.objects.get(pk=criterion_id)
        found = editable(criterion.appraisal_id, by)
        unit = Appraisee.objects.filter(pk=appraisee_id, appraisal=found).first()
        if unit is None or criterion.source != Criterion.Source.EXPERT:
            raise wrong("criterion", "该指标不由评议打分", "this criterion is not scored by officials")
        if not score.is_finite() or not 0 <= score <= 100:
            raise wrong("score", "得分应在 0 至 100 之间", "a score lies between 0 and 100")
        if not note_text.strip():
            raise wrong("note_text", "请写明打分理由", "give the reason")
        row = CriterionScore.objects.filter(criterion=criterion, appraisee=unit).first() or CriterionScore(
            criterion=criterion, appraisee=unit
        )
        named = [dict(file) for file in files] or row.files
        if not named:
            raise wrong("files", "请附证明材料", "attach the evidence")
        row.value, row.note, row.files = score, note_text.strip()[:2000], named
        row.entered_by, row.entered_at = by.username, clock.now()
        row.save()
        adapter.clear(found)
        found.save()
        note("enter_score", found, by, criterion=criterion.name, unit=unit.key)
    return row
