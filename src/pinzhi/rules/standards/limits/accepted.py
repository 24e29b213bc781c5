"""What a limit lets pass, as a set: an interval of an exact line, or some of a list. Sets are compared, not numbers.

An interval is kept in the coherent unit of its quantity, so units play no part any more. A bound that the quantity
cannot pass anyhow (a content below nothing) is no bound: `0-20 mg/kg` accepts what `≤ 20 mg/kg` accepts.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Relation = Literal["inside", "equal", "around", "apart", "crossing"]


@dataclass(frozen=True, slots=True)
class Interval:
    """Values from `low` to `high`; None is no bound. Inclusive as said."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_in: bool = True
    high_in: bool = True

    def __post_init__(self) -> None:
        # One way to write each set: where there is no bound nothing is included.
        if self.low is None and self.low_in:
            object.__setattr__(self, "low_in", False)
        if self.high is None and self.high_in:
            object.__setattr__(self, "high_in", False)

    @property
    def empty(self) -> bool:
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and not (self.low_in and self.high_in))

    def without_natural_bounds(self, minimum: Fraction | None, maximum: Fraction | None) -> Interval:
        """The same set of possible values with bounds dropped that the quantity cannot pass."""
        low, low_in, high, high_in = self.low, self.low_in, self.high, self.high_in
        if low is not None and minimum is not None and (low < minimum or (low == minimum and low_in)):
            low = None
        if high is not None and maximum is not None and (high > maximum or (high == maximum and high_in)):
            high = None
        return Interval(low, high, low_in, high_in)

    def contains(self, value: Fraction) -> bool:
        above = self.low is None or value > self.low or (self.low_in and value == self.low)
        below = self.high is None or value < self.high or (self.high_in and value == self.high)
        return above and below

    def within(self, other: Interval) -> bool:
        """Whether every value of this one is a value of the other."""
        low_ok = other.low is None or (
            self.low is not None
            and (self.low > other.low or (self.low == other.low and (other.low_in or not self.low_in)))
        )
        high_ok = other.high is None or (
            self.high is not None
            and (self.high < other.high or (self.high == other.high and (other.high_in or not self.high_in)))
        )
        return low_ok and high_ok

    def meets(self, other: Interval) -> bool:
        low, low_in = max(
            ((i.low, i.low_in) for i in (self, other) if i.low is not None),
            key=lambda bound: (bound[0], not bound[1]),
            default=(None, False),
        )
        high, high_in = min(
            ((i.high, i.high_in) for i in (self, other) if i.high is not None),
            key=lambda bound: (bound[0], bound[1]),
            default=(None, False),
        )
        return not Interval(low, high, low_in, high_in).empty


@dataclass(frozen=True, slots=True)
class Choice:
    """Some of a list: grades in half steps as text, or words."""

    values: frozenset[str]

    @property
    def empty(self) -> bool:
        return not self.values


Accepted = Interval | Choice


def relation(a: Accepted, b: Accepted) -> Relation:
    """How set a lies to set b. Raises TypeError for sets of different sorts: they never belong to one quantity."""
    if isinstance(a, Interval) and isinstance(b, Interval):
        a_in, b_in, meets = a.within(b), b.within(a), a.meets(b)
    elif isinstance(a, Choice) and isinstance(b, Choice):
        a_in, b_in = a.values <= b.values, b.values <= a.values
        meets = bool(a.values & b.values)
    else:
        raise TypeError("an interval and a list are not sets of one quantity")
    if a_in and b_in:
        return "equal"
    if a_in:
        return "inside"
    if b_in:
        return "around"
    return "crossing" if meets else "apart"
