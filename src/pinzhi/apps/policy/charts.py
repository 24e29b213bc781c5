"""What the plan's charts say: a target's way against its line, its regions in order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pinzhi.apps.policy.models import Target, TargetReading
from pinzhi.apps.policy.queries import Row
from pinzhi.kernel.errors import in_language
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.web import charts

STATUSES = ("reached", "on_course", "behind", "cannot_tell")


def trend(target: Target, points: Sequence[tuple[date, Decimal]]) -> Any | None:
    """The target's values through the plan against the goal."""
    if len(points) < 2:
        return None
    return charts.trend(
        target.name,
        [day.isoformat() for day, _value in points],
        [(target.name, [value for _day, value in points])],
        target=target.value,
        unit=target.unit,
    )


def regions(target: Target, readings: Sequence[TargetReading]) -> Any:
    """The regions below, the furthest first."""
    rows = []
    for reading in readings:
        name = places.region_name(reading.region)
        rows.append(
            (in_language(name.zh, name.en) if name else reading.region, reading.value, reading.status)
        )
    return charts.bars(target.name, rows, unit=target.unit)


def spark(row: Row) -> list[Decimal]:
    """The values of a row's trend, for a line as small as a word."""
    if row.reading is None:
        return []
    values = [Decimal(point["value"]) for point in row.reading.history]
    return [*values, row.reading.value] if row.reading.value is not None else values
