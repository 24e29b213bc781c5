"""Weighted scores and ranks, with what is missing dealt with in the open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from pinzhi.rules.appraisal.scoring import FULL, NIL, Criterion

Missing = Literal["reweight", "zero", "mean", "leave_out"]

MISSING_TITLES: dict[Missing, dict[str, str]] = {
    "reweight": {
        "zh": "缺项不计，其余指标权重按比例放大",
        "en": "Left out; the other weights grow in proportion",
    },
    "zero": {"zh": "缺项记0分", "en": "Counts as 0"},
    "mean": {"zh": "缺项按其他单位的平均分计", "en": "Counts as the mean of the others"},
    "leave_out": {"zh": "有缺项的单位不参加排名", "en": "The unit is not ranked"},
}


@dataclass(frozen=True, slots=True)
class Part:
    """What one indicator adds to a unit's score."""

    score: Decimal | None
    weight: Decimal
    """As used for this unit: shares that add up to 1."""
    contribution: Decimal
    filled: bool = False
    """The score stands for a missing value."""


@dataclass(frozen=True, slots=True)
class Row:
    unit: str
    score: Decimal | None
    """`None`: not ranked."""
    rank: int | None
    parts: Mapping[str, Part]

    @property
    def complete(self) -> bool:
        return all(part.score is not None and not part.filled for part in self.parts.values())


@dataclass(frozen=True, slots=True)
class Table:
    rows: tuple[Row, ...]
    """By rank, units without a rank last; equal ranks by name."""
    missing: Missing
    weights: Mapping[str, Decimal]
    """As shares of 1."""

    def row(self, unit: str) -> Row:
        return next(row for row in self.rows if row.unit == unit)


def shares(criteria: Sequence[Criterion]) -> dict[str, Decimal]:
    """Weights as shares of 1. Raises `ValueError` for no criteria or one named twice."""
    names = [criterion.name for criterion in criteria]
    if not names or len(set(names)) != len(names):
        raise ValueError("an appraisal needs criteria, each once")
    total = sum((criterion.weight for criterion in criteria), NIL)
    return {criterion.name: criterion.weight / total for criterion in criteria}


def appraise(
    criteria: Sequence[Criterion],
    scored: Mapping[str, Mapping[str, Decimal | None]],
    *,
    missing: Missing,
    digits: int = 2,
    at_least: Decimal = NIL,
) -> Table:
    """The ranking by weighted arithmetic mean.

    `scored` holds by criterion the score of each unit (see `scoring.scores`). Scores are rounded to `digits`
    before they are ranked: what is printed equal is ranked equal, the next rank is left free (1, 2, 2, 4).
    A unit is not ranked when the criteria of which it has a value weigh less than the share `at_least`.
    """
    weights = shares(criteria)
    units = sorted({unit for name in weights for unit in scored[name]})
    filled = _filled(weights, scored, units, missing)
    rows = [_row(unit, weights, scored, filled, missing, digits, at_least) for unit in units]
    ranks = rank({row.unit: row.score for row in rows})
    ranked = [Row(row.unit, row.score, ranks.get(row.unit), row.parts) for row in rows]
    ranked.sort(key=lambda row: (row.rank is None, row.rank or 0, row.unit))
    return Table(tuple(ranked), missing, weights)


def rank(scored: Mapping[str, Decimal | None]) -> dict[str, int]:
    """Rank 1 to the highest; equal scores share the better rank. Units without a score have none."""
    known = sorted((score for score in scored.values() if score is not None), reverse=True)
    first: dict[Decimal, int] = {}
    for place, score in enumerate(known, start=1):
        first.setdefault(score, place)
    return {unit: first[score] for unit, score in scored.items() if score is not None}


def grade(score: Decimal, steps: Sequence[Mapping[str, Any]], *, veto: bool = False) -> str:
    """The grade of a score by a table of (`grade`, `at_least`), as `appraisal.grades` of the law holds it.

    `veto`: something happened (a regional quality-safety incident) that puts anybody into the lowest grade.
    Raises `ValueError` for a score below every step.
    """
    ordered = sorted(steps, key=lambda step: step["at_least"], reverse=True)
    if veto:
        return str(ordered[-1]["grade"])
    for step in ordered:
        if score >= step["at_least"]:
            return str(step["grade"])
    raise ValueError(f"{score} lies below every grade")


def _filled(
    weights: Mapping[str, Decimal],
    scored: Mapping[str, Mapping[str, Decimal | None]],
    units: Sequence[str],
    missing: Missing,
) -> dict[str, Decimal]:
    """What stands for a missing score, by criterion."""
    if missing == "zero":
        return dict.fromkeys(weights, NIL)
    if missing != "mean":
        return {}
    found = {}
    for name in weights:
        known = [score for unit in units if (score := scored[name].get(unit)) is not None]
        if known:
            found[name] = sum(known, NIL) / len(known)
    return found


def _row(
    unit: str,
    weights: Mapping[str, Decimal],
    scored: Mapping[str, Mapping[str, Decimal | None]],
    filled: Mapping[str, Decimal],
    missing: Missing,
    digits: int,
    at_least: Decimal,
) -> Row:
    own = {name: scored[name].get(unit) for name in weights}
    present = sum((weights[name] for name, score in own.items() if score is not None), NIL)
    used = {name: filled.get(name) if score is None else score for name, score in own.items()}
    base = sum((weights[name] for name, score in used.items() if score is not None), NIL)
    parts = {}
    for name, score in used.items():
        weight = NIL if score is None or not base else weights[name] / base
        parts[name] = Part(score, weight, NIL if score is None else weight * score, own[name] is None)
    gaps = any(score is None for score in own.values())
    if not base or present < at_least or (gaps and missing == "leave_out"):
        return Row(unit, None, None, parts)
    total = sum((part.contribution for part in parts.values()), NIL)
    return Row(unit, total.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP), None, parts)


__all__ = ["FULL", "MISSING_TITLES", "Missing", "Part", "Row", "Table", "appraise", "grade", "rank", "shares"]
