"""How far a ranking depends on its weights.

Weights are agreed, not measured. Two answers to "what if they were others": by drawing many sets of weights
around the agreed ones (Saisana, Saltelli and Tarantola, JRSS A 168 (2005) 307-323), and exactly, for two
neighbours in the ranking: to what one weight would have to change, or how much weight would have to move, for
them to change places.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from pinzhi.rules.appraisal.ranking import Table

Draw = Literal["uniform", "dirichlet"]


@dataclass(frozen=True, slots=True)
class RankSpread:
    """The ranks of one unit over all draws."""

    unit: str
    rank: int
    """With the agreed weights."""
    best: int
    worst: int
    low: int
    """5 of 100 draws give a better rank at most."""
    high: int
    """5 of 100 draws give a worse rank at most."""
    median: int
    first: float
    """Share of draws in which it comes first (with others or alone)."""
    kept: float
    """Share of draws that leave its rank as it is."""


@dataclass(frozen=True, slots=True)
class Spread:
    draws: int
    draw: Draw
    spread: float
    seed: int
    units: tuple[RankSpread, ...]
    mean_shift: float
    """Places by which a unit moves, on average over units and draws."""


def monte_carlo(
    table: Table,
    *,
    seed: int,
    draws: int = 2000,
    draw: Draw = "uniform",
    spread: float = 0.25,
) -> Spread:
    """Ranks under `draws` sets of random weights.

    `uniform`: every weight times a factor between 1 - spread and 1 + spread. `dirichlet`: around the agreed
    weights, the standard deviation of a weight w being spread * sqrt(w (1 - w)). The same seed gives the same
    result.
    Raises `ValueError` for draws below 1 or a spread outside (0, 1].
    """
    if draws < 1 or not 0 < spread <= 1:
        raise ValueError("draws are at least 1; a spread lies above 0 and up to 1")
    rows = [row for row in table.rows if row.rank is not None]
    names = list(table.weights)
    agreed = [float(table.weights[name]) for name in names]
    known = [[None if (s := row.parts[n].score) is None else float(s) for n in names] for row in rows]
    source = random.Random(seed)  # noqa: S311 - a simulation that must be repeatable
    seen: list[list[int]] = [[] for _ in rows]
    for _ in range(draws):
        weights = _weights(source, agreed, draw, spread)
        scored = [_score(scores, weights) for scores in known]
        # The ninth decimal is far below what is printed and far above what the order of adding up changes.
        ordered = sorted((round(score, 9) for score in scored), reverse=True)
        first: dict[float, int] = {}
        for place, score in enumerate(ordered, start=1):
            first.setdefault(score, place)
        for at, score in enumerate(scored):
            seen[at].append(first[round(score, 9)])
    units = tuple(_spread_of(row.unit, row.rank or 0, ranks) for row, ranks in zip(rows, seen, strict=True))
    moved = sum(abs(r - (row.rank or 0)) for row, ranks in zip(rows, seen, strict=True) for r in ranks)
    return Spread(draws, draw, spread, seed, units, moved / (draws * max(1, len(rows))))


def _weights(source: random.Random, agreed: Sequence[float], draw: Draw, spread: float) -> list[float]:
    if draw == "uniform":
        drawn = [w * source.uniform(1 - spread, 1 + spread) for w in agreed]
    else:
        # Var of a Dirichlet weight is w (1 - w) / (concentration + 1).
        concentration = max(1 / spread**2 - 1, 1e-6)
        drawn = [source.gammavariate(w * concentration, 1.0) for w in agreed]
    total = sum(drawn)
    return [w / total for w in drawn] if total else list(agreed)


def _score(scores: Sequence[float | None], weights: Sequence[float]) -> float:
    above = base = 0.0
    for score, weight in zip(scores, weights, strict=True):
        if score is not None:
            above += weight * score
            base += weight
    return above / base if base else 0.0


def _spread_of(unit: str, agreed: int, ranks: Sequence[int]) -> RankSpread:
    ordered, n = sorted(ranks), len(ranks)
    return RankSpread(
        unit=unit,
        rank=agreed,
        best=ordered[0],
        worst=ordered[-1],
        low=ordered[int(0.05 * (n - 1))],
        high=ordered[-1 - int(0.05 * (n - 1))],
        median=ordered[(n - 1) // 2],
        first=sum(r == 1 for r in ranks) / n,
        kept=sum(r == agreed for r in ranks) / n,
    )


@dataclass(frozen=True, slots=True)
class Flip:
    """What would let `behind` draw level with `ahead`."""

    ahead: str
    behind: str
    lead: Decimal
    """By how many points it leads, unrounded."""
    single: Mapping[str, Decimal]
    """By criterion: the share at which the two are equal, the other weights keeping their proportions.
    Criteria that cannot do it alone are left out."""
    smallest_shift: Decimal | None
    """The least weight (share of 1) that has to move between criteria; `None`: no weights can do it."""


def flips(table: Table, pairs: Sequence[tuple[str, str]] | None = None) -> list[Flip]:
    """Exact bounds for pairs of units, by default each with the next in the ranking.

    A pair is left out where a unit's missing values change its weights: then its score is no straight line of
    them.
    """
    if pairs is None:
        ranked = [row.unit for row in table.rows if row.rank is not None]
        pairs = list(pairwise(ranked))
    found = []
    for ahead, behind in pairs:
        one, two = table.row(ahead), table.row(behind)
        difference: dict[str, Decimal] = {}
        for name in table.weights:
            a, b = one.parts[name].score, two.parts[name].score
            if a is None or b is None:
                break
            difference[name] = a - b
        else:
            found.append(_flip(ahead, behind, table.weights, difference))
    return found


def _flip(ahead: str, behind: str, weights: Mapping[str, Decimal], difference: Mapping[str, Decimal]) -> Flip:
    lead = sum((weights[n] * d for n, d in difference.items()), Decimal(0))
    single: dict[str, Decimal] = {}
    for name, d in difference.items():
        if weights[name] == 1:
            continue
        rest = (lead - weights[name] * d) / (1 - weights[name])
        # At the share w of this criterion the lead is w d + (1 - w) rest.
        if d != rest and 0 <= (share := rest / (rest - d)) <= 1:
            single[name] = share
    return Flip(ahead, behind, lead, single, _smallest_shift(weights, difference, lead))


def _smallest_shift(
    weights: Mapping[str, Decimal], difference: Mapping[str, Decimal], lead: Decimal
) -> Decimal | None:
    """Weight moves from where the leader is strongest to where it is weakest until the lead is gone."""
    sign = 1 if lead >= 0 else -1
    left = abs(lead)
    if not left:
        return Decimal(0)
    weakest = min(sign * d for d in difference.values())
    moved = Decimal(0)
    for name, d in sorted(difference.items(), key=lambda pair: -sign * pair[1]):
        gain = sign * d - weakest
        if gain <= 0:
            break
        needed = left / gain
        if needed <= weights[name]:
            return moved + needed
        moved += weights[name]
        left -= weights[name] * gain
    return moved if not left else None
