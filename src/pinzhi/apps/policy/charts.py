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
from pinzhi.rules.indicators.target import RATE_UNITS

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
    judged = target.unit in RATE_UNITS  # a number to be reached is the whole plan's, not each region's
    rows: list[Any] = []
    for reading in readings:
        name = places.region_name(reading.region)
        row = (in_language(name.zh, name.en) if name else reading.region, reading.value)
        rows.append((*row, reading.status) if judged else row)
    title = {"zh": f"各地区：{target.name}", "en": f"By region: {target.name}"}
    return charts.bars(title, rows, name=target.name, unit=target.unit)


def spark(row: Row) -> list[Decimal]:
    """The values of a row's trend, for a line as small as a word."""
    if row.reading is None:
        return []
    values = [Decimal(point["value"]) for point in row.reading.history]
    return [*values, row.reading.value] if row.reading.value is not None else values
