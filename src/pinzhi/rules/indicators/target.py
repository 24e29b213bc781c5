"""What a sentence of the policy asks for, as bounds that a value can be held against.

The policy's own words leave three things open; each is an explicit choice of the official who confirms the
target, never a guess of the program: the tolerance of 左右, whether a bare count (培育新产品100项) means at
least or exactly that many, and whether 稳定在 binds every year of the plan or the last one.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Comparator = Literal[">=", "<=", "=", ">", "<", "~"]
Kind = Literal["level", "increment", "per_year"]
Holds = Literal["last_year", "every_year", "average"]
Equals = Literal["at_least", "exactly"]

RATE_UNITS = frozenset({"%", "％", "‰", "百分点", "个百分点", ""})
"""Units of which a part of a year is not a part of the value. No unit: an index."""

COUNTING_UNITS = frozenset("个家项件名人户种条批处座次场张篇份套台辆支类只县市镇村") | {"批次", "人次"}
"""Units of whole things."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The years in which a plan binds."""

    start: dt.date
    end: dt.date
    first_year: int | None = None
    """The first calendar year that counts where every year must hold; the year of the start when `None`."""

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"the plan ends on {self.end}, before it starts on {self.start}")


@dataclass(frozen=True, slots=True)
class Target:
    comparator: Comparator
    value: Decimal
    unit: str
    kind: Kind
    value_max: Decimal | None = None
    """Upper end of a range (5 to 10)."""
    by_year: int | None = None
    """The year by the end of which it is due; the end of the plan when `None`."""
    tolerance: Decimal | None = None
    """For `~` (左右): how far off still counts, in the unit of the value."""
    equals: Equals = "at_least"
    """How `=` is read: at least so many, or exactly so many."""
    holds: Holds | None = None
    """Level: `every_year` for 稳定在, else `last_year`. Per year: `every_year` unless said otherwise;
    `average` where the reading itself is the yearly average (年均)."""
    base_value: Decimal | None = None
    base_year: int | None = None

    def __post_init__(self) -> None:
        if self.value_max is not None and self.value_max < self.value:
            raise ValueError(f"a range from {self.value} to {self.value_max} is empty")
        if self.tolerance is not None and self.tolerance < 0:
            raise ValueError(f"a tolerance is at least 0, not {self.tolerance}")
        if (self.base_value is None) != (self.base_year is None):
            raise ValueError("a base needs its value and its year")

    def due(self, plan: Plan) -> dt.date:
        """The last day to reach it."""
        if self.by_year is None or self.by_year == plan.end.year:
            return plan.end
        return dt.date(self.by_year, 12, 31)

    @property
    def is_rate(self) -> bool:
        return self.unit in RATE_UNITS

    @property
    def in_whole_things(self) -> bool:
        return self.unit in COUNTING_UNITS and self.value == self.value.to_integral_value()

    @property
    def reading_of_holds(self) -> Holds:
        return self.holds or ("every_year" if self.kind == "per_year" else "last_year")

    def goal(self) -> Goal | None:
        """The values that reach the target; `None` for 左右 without a tolerance."""
        top = self.value if self.value_max is None else self.value_max
        match self.comparator:
            case ">=":
                return Goal(low=self.value)
            case ">":
                return Goal(low=self.value, open_low=True)
            case "<=":
                return Goal(high=top)
            case "<":
                return Goal(high=top, open_high=True)
            case "=":
                return Goal(low=self.value, high=top if self.equals == "exactly" else None)
            case "~":
                if self.tolerance is None:
                    return None
                return Goal(low=self.value - self.tolerance, high=top + self.tolerance)
            case _:
                raise ValueError(f"unknown comparator {self.comparator!r}")


@dataclass(frozen=True, slots=True)
class Goal:
    """An interval of values; a missing bound is open to that side."""

    low: Decimal | None = None
    high: Decimal | None = None
    open_low: bool = False
    open_high: bool = False

    def reached_by(self, value: Decimal) -> bool:
        if self.low is not None and (value <= self.low if self.open_low else value < self.low):
            return False
        return self.high is None or not (value >= self.high if self.open_high else value > self.high)

    def gap(self, value: Decimal) -> Decimal:
        """What is still to be added (negative: to be taken off); 0 inside and on the edge."""
        if self.low is not None and value < self.low:
            return self.low - value
        if self.high is not None and value > self.high:
            return self.high - value
        return Decimal(0)


def coverage(by_year: int | None = None) -> Target:
    """全覆盖, 全部: a share of one hundred percent."""
    return Target(comparator=">=", value=Decimal(100), unit="%", kind="level", by_year=by_year)


STEADY_WORDS = ("稳定在", "保持在", "稳定保持", "始终保持", "常年保持")
AVERAGE_WORDS = ("年均", "平均每年")


def suggested_holds(sentence: str, kind: Kind) -> Holds:
    """The reading of 稳定在, 每年 and 年均 that is put before the official first."""
    if any(word in sentence for word in AVERAGE_WORDS):
        return "average"
    if kind == "per_year" or any(word in sentence for word in STEADY_WORDS):
        return "every_year"
    return "last_year"
