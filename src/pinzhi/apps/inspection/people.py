"""Inspectors and laboratories as draws take them: places, capability, recusal, load."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Q

from pinzhi.apps.inspection.models import Capability, Draw, DrawnUnit, Inspector, Recusal, Sample
from pinzhi.kernel import clock
from pinzhi.kernel.places import queries as places
from pinzhi.rules.inspection.draws import assign


def unit_key(unit: DrawnUnit) -> str:
    """The key of a unit in its frame."""
    return f"{unit.uscc}:{unit.product_number}" if unit.product_number else unit.uscc


def _recused(on: date) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    rows = Recusal.objects.filter(since__lte=on).exclude(until__lt=on)
    for who, uscc in rows.values_list("who", "uscc"):
        found.setdefault(who, set()).add(uscc)
    return found


def inspectors(draw: Draw) -> list[assign.Inspector]:
    """Those of the department and of the departments in its region; each goes where it is at home."""
    recused = _recused(clock.today())
    rows = Inspector.objects.filter(active=True).filter(places.region_q(draw.region))
    return [
        assign.Inspector(row.code, _prefixes(row.region), frozenset(), frozenset(recused.get(row.code, ())))
        for row in rows.order_by("code")
    ]


def _prefixes(region: str) -> tuple[str, ...]:
    return tuple(sorted(prefix for prefix in places.area(region).prefixes if prefix))


def laboratories(draw: Draw) -> list[assign.Laboratory]:
    """Those that may test the draw's goods today, with what is left of their capacity this year."""
    today, recused = clock.today(), _recused(clock.today())
    able = Capability.objects.filter(valid_from__lte=today).exclude(valid_until__lt=today)
    if draw.product is not None:
        able = able.filter(rules=draw.product.rules_id)
    used = dict(
        Sample.objects.filter(sampled_on__year=today.year)
        .order_by()
        .values("laboratory")
        .annotate(count=Count("pk", filter=Q(outcome="taken")))
        .values_list("laboratory", "count")
    )
    found: dict[str, assign.Laboratory] = {}
    for row in able.select_related("rules").order_by("body_code", "valid_from"):
        left = None if not row.capacity else max(0, row.capacity - used.get(row.body_code, 0))
        found[row.body_code] = assign.Laboratory(
            row.body_code, frozenset({row.rules.code}), frozenset(recused.get(row.body_code, ())), left
        )
    return list(found.values())
