"""Set what an appraisal looks at: criteria with weights and methods, and how what is missing is treated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction

from pinzhi.apps.policy import appraisal as adapter
from pinzhi.apps.policy import indicators
from pinzhi.apps.policy.actions.create_appraisal import editable, note, wrong
from pinzhi.apps.policy.models import Appraisal, Criterion, Document, Review, Target
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused
from pinzhi.rules.appraisal.ranking import MISSING_TITLES

#: Of a unit there is no count by region: it is judged by its duties and by officials.
UNIT_SOURCES = (Criterion.Source.DUTIES, Criterion.Source.EXPERT)


def set_criteria(
    appraisal_id: int,
    criteria: Sequence[Mapping[str, Any]],
    *,
    by: Actor,
    missing: str | None = None,
    spread: Decimal | None = None,
) -> Appraisal:
    """Replace all criteria. Each has title, source, weight, and by its source target (pk) or indicator (name);
    method, direction, goal, cap, table [(bound, points)].

    A criterion that keeps its place, source and title keeps the scores that officials gave. A result is taken back and the
    method's version rises. Raises NotPermitted, Conflict, Refused naming the field.
    """
    with transaction.atomic():
        found = editable(appraisal_id, by)
        if missing is not None:
            if missing not in MISSING_TITLES:
                raise wrong("missing", "请选择缺项处理办法", "choose how what is missing is treated")
            found.missing = missing
        if spread is not None:
            if not Decimal("0.01") <= spread <= 1:
                raise wrong("spread", "应在 0.01 至 1 之间", "lies between 0.01 and 1")
            found.spread = spread
        rows = [_criterion(found, place, data) for place, data in enumerate(criteria, 1)]
        titles = [row.title for row in rows]
        if len(set(titles)) != len(titles):
            raise wrong("title", "考核指标名称重复", "two criteria have the same name")
        _replace(found, rows)
        adapter.clear(found)
        found.version += 1
        found.set_by, found.set_at = by.username, clock.now()
        found.save()
        note("set_criteria", found, by, criteria=len(rows))
    return found


def _replace(found: Appraisal, rows: Sequence[Criterion]) -> None:
    known = {(row.source, row.title): row for row in found.criteria.all()}
    kept = [known.get((row.source, row.title)) for row in rows]
    found.criteria.exclude(pk__in=[row.pk for row in kept if row]).delete()
    # Places are unique: those that stay step aside before they take their new ones.
    for row in kept:
        if row:
            Criterion.objects.filter(pk=row.pk).update(position=row.position + 1000)
    for row, old in zip(rows, kept, strict=True):
        if old is not None:
            row.pk = old.pk
            row.save(force_update=True)
        else:
            row.save(force_insert=True)


def _criterion(found: Appraisal, place: int, data: Mapping[str, Any]) -> Criterion:
    title = str(data.get("title") or "").strip()
    if not title or len(title) > 120:
        raise wrong("title", "应为 1 至 120 字", "1 to 120 characters")
    source = str(data.get("source") or "")
    if source not in Criterion.Source.values:
        raise wrong("source", "请选择数据来源", "choose a source")
    if found.kind == Appraisal.Kind.UNIT and source not in UNIT_SOURCES:
        raise wrong(
            "source",
            "考核单位时只能选任务完成率或评议打分",
            "units are judged by their duties or by officials",
        )
    row = Criterion(
        appraisal=found,
        position=place,
        title=title,
        source=source,
        weight=_number(data.get("weight"), "weight") or Decimal(0),
        method=str(data.get("method") or "attainment"),
        direction=str(data.get("direction") or "up"),
        goal=_number(data.get("goal"), "goal"),
        cap=_number(data.get("cap"), "cap") or Decimal(100),
        table=_table(data.get("table") or ()),
    )
    if not Decimal("0.001") <= row.weight < 10_000:
        raise wrong("weight", "权重应为正数，小于 10000", "a weight is positive and below 10,000")
    if not 0 < row.cap <= 1000:
        raise wrong("cap", "最高得分应大于 0，不超过 1000", "the highest score lies above 0 and up to 1,000")
    if row.method not in adapter.METHODS:
        raise wrong("method", "请选择计分方法", "choose a method")
    if row.direction not in ("up", "down"):
        raise wrong("direction", "请选择方向", "choose a direction")
    if source == Criterion.Source.TARGET:
        row.target = _target(data.get("target"))
        row.unit = row.target.unit
    elif source == Criterion.Source.INDICATOR:
        definition = indicators.get(str(data.get("indicator") or ""))
        row.indicator, row.unit, row.choices = (
            definition.name,
            definition.unit,
            dict(data.get("choices") or definition.defaults()),
        )
    elif source == Criterion.Source.DUTIES:
        row.unit, row.goal = "%", row.goal if row.goal is not None else Decimal(100)
    if (
        row.source != Criterion.Source.EXPERT
        and row.method == "attainment"
        and source == Criterion.Source.INDICATOR
        and row.goal is None
    ):
        raise wrong("goal", "按目标完成率计分应填写目标值", "attainment needs a goal")
    adapter.as_rule(row)
    return row


def _target(key: Any) -> Target:
    target = Target.objects.filter(
        pk=key, review=Review.CONFIRMED, document__status=Document.Status.IN_FORCE
    ).first()
    if target is None or not target.indicator:
        raise wrong(
            "target",
            "应选择已确认并绑定指标的目标",
            "choose a confirmed target that is bound to an indicator",
        )
    return target


def _number(raw: Any, field: str) -> Decimal | None:
    if raw is None or str(raw).strip() == "":
        return None
    try:
        value = Decimal(str(raw).strip().rstrip("%"))
    except InvalidOperation:
        raise wrong(field, "应为数字", "is not a number") from None
    if not value.is_finite() or abs(value) >= Decimal(10) ** 12:
        raise wrong(field, "数值过大", "is too large")
    return value


def _table(rows: Sequence[Sequence[Any]]) -> list[list[str]]:
    found = []
    for row in rows:
        if len(row) != 2:
            raise Refused(
                "invalid_appraisal",
                zh="分档表每档应有界限和得分",
                en="each step has a bound and points",
                place="table",
            )
        bound, points = (_number(cell, "table") for cell in row)
        if bound is None or points is None or not 0 <= points <= 100:
            raise wrong("table", "分档得分应在 0 至 100 之间", "points lie between 0 and 100")
        found.append([str(bound), str(points)])
    return found
