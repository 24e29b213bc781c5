"""The degree of conformity with international standards (一致性程度): three rates, always together, by a named method.

No official formula is published; the nearest precedent is the national comparison of 2015 (3,816 indicators: 2,299
stricter, 728 equal, 529 laxer, 260 different). So the choices of a method are data with a version:

    R1  documents   key standards with a current IDT or MOD adoption ÷ key standards with an international counterpart
    R2  indicators  (stricter + equal) ÷ all compared; `R2 without different` leaves out what cannot be ordered
    R3  conversion  international standards converted ÷ those that can be

A rate without a base is None, never 0 or 100 %.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

Degree = Literal["IDT", "MOD", "NEQ", "EQV"]
Outcome = Literal["stricter", "equal", "laxer", "different"]
OUTCOMES: tuple[Outcome, ...] = ("stricter", "equal", "laxer", "different")


@dataclass(frozen=True, slots=True)
class Method:
    version: str
    since: dt.date
    title: Mapping[str, str]
    degrees: frozenset[str]
    different_counts: bool
    source: str


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its base: `numerator` of `denominator`."""

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        if not 0 <= self.numerator <= max(self.denominator, 0):
            raise ValueError(f"{self.numerator} of {self.denominator} is no share")

    @property
    def value(self) -> Fraction | None:
        """Between 0 and 1; None without a base."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None


@dataclass(frozen=True, slots=True)
class KeyStandard:
    """A key standard as of a day: its international counterpart (empty: none) and how it is adopted now."""

    number: str
    counterpart: str = ""
    degree: str = ""
    """Degree of a current adoption of the counterpart's current edition; empty where there is none."""
    current: bool = True
    """Whether the edition that is adopted is the counterpart's edition in force."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """An international standard of the field: whether it can be converted at all, and whether it was."""

    number: str
    convertible: bool
    converted: bool


@dataclass(frozen=True, slots=True)
class Outcomes:
    """How many compared indicators came out how."""

    stricter: int = 0
    equal: int = 0
    laxer: int = 0
    different: int = 0

    @property
    def compared(self) -> int:
        return self.stricter + self.equal + self.laxer + self.different


@dataclass(frozen=True, slots=True)
class Conformity:
    method: Method
    r1: Rate
    r2: Rate
    r2_ordered: Rate
    """R2 without the indicators that cannot be ordered."""
    r3: Rate
    outcomes: Outcomes


def methods(data: Mapping[str, Any]) -> tuple[Method, ...]:
    """The versions of catalogue/standards/conformity.yaml, oldest first. Raises ValueError where one stands twice."""
    found = [
        Method(
            version=str(entry["version"]),
            since=entry["from"]
            if isinstance(entry["from"], dt.date)
            else dt.date.fromisoformat(str(entry["from"])),
            title=entry["title"],
            degrees=frozenset(entry["degrees"]),
            different_counts=bool(entry["different_counts"]),
            source=str(entry["source"]),
        )
        for entry in data["versions"]
    ]
    if len({one.version for one in found}) != len(found):
        raise ValueError("conformity: a version stands twice")
    return tuple(sorted(found, key=lambda one: one.since))


def method_on(known: Sequence[Method], day: dt.date) -> Method:
    """The method in force on a day. Raises ValueError before the first."""
    begun = [one for one in known if one.since <= day]
    if not begun:
        raise ValueError(f"no method of the degree of conformity is in force on {day}")
    return begun[-1]


def conforms(standard: KeyStandard, method: Method) -> bool:
    """Whether a key standard counts for R1: a counterpart, adopted in its current edition to a degree that counts."""
    return bool(standard.counterpart) and standard.current and standard.degree in method.degrees


def outcome(relation: str) -> Outcome:
    """What a verdict counts as: incomparable is `different`."""
    if relation in ("stricter", "equal", "laxer"):
        return relation  # type: ignore[return-value]
    return "different"


def count(relations: Iterable[str]) -> Outcomes:
    found = dict.fromkeys(OUTCOMES, 0)
    for relation in relations:
        found[outcome(relation)] += 1
    return Outcomes(**found)


def rates(
    method: Method,
    *,
    standards: Iterable[KeyStandard] = (),
    outcomes: Outcomes | None = None,
    conversions: Iterable[Conversion] = (),
) -> Conformity:
    """The three rates of a set of facts by one method."""
    listed, found, foreign = tuple(standards), outcomes or Outcomes(), tuple(conversions)
    good = found.stricter + found.equal
    ordered = good + found.laxer
    convertible = [one for one in foreign if one.convertible]
    return Conformity(
        method=method,
        r1=Rate(sum(conforms(one, method) for one in listed), sum(bool(one.counterpart) for one in listed)),
        r2=Rate(good, found.compared if method.different_counts else ordered),
        r2_ordered=Rate(good, ordered),
        r3=Rate(sum(one.converted for one in convertible), len(convertible)),
        outcomes=found,
    )
