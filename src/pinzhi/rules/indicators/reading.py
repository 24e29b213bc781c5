"""A reading: the value of an indicator at a day, and what it rests on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Source = Literal["counted", "reported"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Interval of a rate, in the unit of the value (percent for a rate in percent)."""

    low: Decimal
    high: Decimal
    confidence: Decimal
    method: str


@dataclass(frozen=True, slots=True)
class Reading:
    value: Decimal | None
    """In the indicator's unit; a rate is in percent. `None`: nothing to read, `missing` says why."""
    as_of: dt.date
    """The day the value speaks of: the day counted at, or the last day of the period reported."""
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    interval: Bounds | None = None
    method_version: int = 1
    provisional: bool = False
    """It rests on a number of the law that is unverified or lapsed, or on a figure marked preliminary."""
    source: Source = "counted"
    """Counted from records here, or reported by somebody."""
    period: str | None = None
    """The period reported: `2019`, `2019Q2`."""
    missing: str | None = None
    """Why there is no value: `no_figure`, `base_is_zero`, `too_few_periods`, `no_positive_base`."""
