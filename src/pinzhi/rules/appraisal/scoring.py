"""From values to scores of 0 to 100, by a declared method for each indicator.

- `attainment`: value against the unit's own target; reached is full marks, half of it is 50.
- `min_max`: the best of those compared has 100, the worst 0 (OECD/JRC Handbook on Composite Indicators).
- `distance_to_target`: from the worst of those compared (0) to the target (100), capped at both ends.
- `points`: a table of steps, as an appraisal's rules print it.

Where all units are equal, `min_max` gives full marks to all: nobody is behind anybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Method = Literal["attainment", "min_max", "distance_to_target", "points"]
Direction = Literal["up", "down"]

FULL = Decimal(100)
NIL = Decimal(0)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One indicator of an appraisal."""

    name: str
    weight: Decimal
    """Any positive number; weights are divided by their sum."""
    method: Method
    direction: Direction = "up"
    target: Decimal | None = None
    """For `attainment` (where a unit has none of its own) and `distance_to_target`."""
    cap: Decimal = FULL
    """`attainment`: the highest score, above 100 where going beyond the target earns more."""
    table: tuple[tuple[Decimal, Decimal], ...] = ()
    """`points`: (bound, score); up: from the bound on, down: up to the bound. Outside the table: 0."""

    def __post_init__(self) -> None:
        if self.weight <= 0:
            raise ValueError(f"{self.name}: a weight is positive, not {self.weight}")
        if self.method == "distance_to_target" and self.target is None:
            raise ValueError(f"{self.name}: distance to target needs a target")
        if self.method == "points" and not self.table:
            raise ValueError(f"{self.name}: points need a table")


def scores(
    criterion: Criterion,
    values: Mapping[str, Decimal | None],
    targets: Mapping[str, Decimal] | None = None,
) -> dict[str, Decimal | None]:
    """The score of each unit; `None` where its value is missing.

    `targets` are the units' own (each city its own share of the province's target). Raises `ValueError` where
    a unit with a value has no target, or a target from which no ratio can be formed.
    """
    known = [value for value in values.values() if value is not None]
    if not known:
        return dict.fromkeys(values)
    worst = min(known) if criterion.direction == "up" else max(known)
    best = max(known) if criterion.direction == "up" else min(known)

    def one(unit: str, value: Decimal) -> Decimal:
        match criterion.method:
            case "min_max":
                return FULL if best == worst else FULL * (value - worst) / (best - worst)
            case "distance_to_target":
                assert criterion.target is not None
                return _towards(value, worst, criterion.target, criterion.direction)
            case "points":
                return _points(value, criterion.table, criterion.direction)
            case "attainment":
                target = (targets or {}).get(unit, criterion.target)
                if target is None:
                    raise ValueError(f"{criterion.name}: {unit} has no target")
                return _attained(criterion, value, target)
            case _:
                raise ValueError(f"{criterion.name}: unknown method {criterion.method!r}")

    return {unit: None if value is None else one(unit, value) for unit, value in values.items()}


def _towards(value: Decimal, worst: Decimal, target: Decimal, direction: Direction) -> Decimal:
    reached = value >= target if direction == "up" else value <= target
    if reached:
        return FULL
    return max(NIL, FULL * (value - worst) / (target - worst))


def _points(value: Decimal, table: Sequence[tuple[Decimal, Decimal]], direction: Direction) -> Decimal:
    met = [points for bound, points in table if (value >= bound if direction == "up" else value <= bound)]
    return max(met, default=NIL)


def _attained(criterion: Criterion, value: Decimal, target: Decimal) -> Decimal:
    if target <= 0:
        raise ValueError(f"{criterion.name}: no ratio to a target of {target}")
    if criterion.direction == "up":
        ratio = value / target
    elif value <= 0:
        return criterion.cap
    else:
        ratio = target / value
    return min(criterion.cap, max(NIL, FULL * ratio))
