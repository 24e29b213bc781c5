"""Which row of a parent plan a child plan's row most likely takes up.

Plans are copied downwards with small changes (省 becomes 市, the number becomes smaller), so likeness of titles says
much, and the same indicator says more. The official decides; this only puts the likeliest first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, TypeVar

from pinzhi.rules.policy.text import squeeze

Key = TypeVar("Key")

#: Below this a title says nothing about another one.
LEAST_TITLE = 0.34
LEAST_TARGET = 0.30
_NOISE = re.compile(
    r"[0-9０-９.%％‰,，、。；：“”《》（）()\s]|全(?:省|市|县|区)|(?:省|市|县)(?:级|属)|进一步|着力|大力|积极|达到|以上|左右|超过|不低于|力争"
)


@dataclass(frozen=True)
class TargetRow:
    """What of a target speaks for or against its being the same as another."""

    name: str
    quote: str = ""
    indicator: str = ""
    unit: str = ""
    kind: str = ""
    choices: Mapping[str, Any] = field(default_factory=dict)


def alike(one: str, other: str) -> float:
    """Dice's coefficient of the pairs of neighbouring characters, 0 to 1; digits and words of rank left out."""
    x, y = _pairs(one), _pairs(other)
    return 2 * len(x & y) / (len(x) + len(y)) if x and y else 0.0


def _pairs(text: str) -> set[str]:
    plain = _NOISE.sub("", squeeze(text))
    return {plain[i : i + 2] for i in range(len(plain) - 1)}


def likeness(child: TargetRow, parent: TargetRow) -> float:
    """How much a child's target looks like a parent's: 0 to 1."""
    words = max(alike(child.name, parent.name), 0.8 * alike(child.quote, parent.quote))
    if child.indicator and child.indicator == parent.indicator:
        chosen = 0.1 if dict(child.choices) == dict(parent.choices) else 0.0
        return min(1.0, 0.6 + chosen + 0.3 * words)
    # Two indicators that differ are two things, however alike the sentences.
    if child.indicator and parent.indicator:
        words *= 0.5
    if child.unit != parent.unit:
        words *= 0.7
    return words * (1.0 if child.kind == parent.kind else 0.9)


def suggest_targets(
    child: TargetRow, parents: Sequence[tuple[Key, TargetRow]], limit: int = 3
) -> list[tuple[Key, float]]:
    """Parents' targets for a child's, the likeliest first; nothing where nothing speaks for any."""
    return _best([(key, likeness(child, row)) for key, row in parents], LEAST_TARGET, limit)


def suggest_measures(
    title: str, parents: Sequence[tuple[Key, str]], limit: int = 3
) -> list[tuple[Key, float]]:
    """Parents' tasks for a child's task by their titles, the likeliest first."""
    return _best([(key, alike(title, other)) for key, other in parents], LEAST_TITLE, limit)


def _best(scored: Sequence[tuple[Key, float]], least: float, limit: int) -> list[tuple[Key, float]]:
    found = [(key, round(score, 4)) for key, score in scored if score >= least]
    return sorted(found, key=lambda pair: -pair[1])[:limit]


Verdict = Literal["nobody", "enough", "short", "below", "cannot_tell"]


def verdict(
    comparator: str, value: Decimal, unit_alike: bool, is_rate: bool, below: Sequence[Decimal]
) -> tuple[Verdict, Decimal | None]:
    """Whether what child plans promise makes up the parent's goal, and by how much it falls short.

    Things counted are added up; of a rate every child must promise at least the parent's. Only goals from below
    (≥, >, =, 左右) can be added up; of an upper bound each child's is held against the parent's.
    """
    if not below:
        return "nobody", None
    if not unit_alike:
        return "cannot_tell", None
    if comparator in ("<=", "<"):
        worst = max(below)
        return ("enough", None) if worst <= value else ("below", worst - value)
    if is_rate:
        least = min(below)
        return ("enough", None) if least >= value else ("below", value - least)
    total = sum(below, Decimal(0))
    return ("enough", None) if total >= value else ("short", value - total)
