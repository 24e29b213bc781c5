"""The life of one key from its entries: which entry holds on which days.

Order is (effective day, number of recording). An entry that a later one replaces is void for good; an entry without a
state only replaces. The same rules stand, for strangers, in `rules/proof/verify.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Happening:
    """The part of an entry that decides when it holds; `number` rises with recording."""

    number: int
    state: str
    effective_on: date
    replaces: int | None = None


@dataclass(frozen=True)
class Held:
    """From `starts` until the day before `ends` (None: still), what entry `number` says holds."""

    number: int
    starts: date
    ends: date | None


def timeline(happenings: Iterable[Happening]) -> list[Held]:
    """The stretches of days of all entries that are not void, in order. Entries of one day: the last holds."""
    entries = sorted(happenings, key=lambda h: h.number)
    void = {h.replaces for h in entries if h.replaces is not None}
    living = sorted(
        (h for h in entries if h.number not in void and h.state), key=lambda h: (h.effective_on, h.number)
    )
    return [
        Held(h.number, h.effective_on, living[i + 1].effective_on if i + 1 < len(living) else None)
        for i, h in enumerate(living)
    ]


def standing_on(held: Sequence[Held], day: date) -> int | None:
    """The number of the entry that holds on the day, or None."""
    found = None
    for stretch in held:
        if stretch.starts <= day:
            found = stretch.number
    return found
