"""Variance of a linear statistic over the stages of a design.

V = Σ_h f_h n_h/(n_h - 1) Σ_i (z_hi - mean)² for the first stage, plus the sampled share times the same within each
unit, stage by stage (Särndal, Swensson and Wretman, 1992, result 4.3.1; Bellhouse 1985). Lonely strata and domains as
R `survey` treats them, so that numbers can be compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum, inf

from pinzhi.rules.inspection.errors import InputError
from pinzhi.rules.inspection.estimates.design import ADJUST, AVERAGE, CERTAINTY, FAIL, Design, Groups, grouped

Matrix = list[list[float]]
_WHOLE = 1e-7


def covariance(design: Design, influence: Sequence[Sequence[float]]) -> Matrix:
    """Covariance of the columns' weighted sums; `influence` has a row for each row of the design.

    A row outside the domain has to be zero. Raises `InputError` for a lonely stratum that is not allowed.
    """
    z = [[w * u for u in row] for w, row in zip(design.weights, influence, strict=True)]
    for adjust in design.adjustments:
        z = adjust(design.weights, z)
    return _stage(design, z, design.units, 0)


def _stage(design: Design, z: Matrix, strata: Groups, at: int) -> Matrix:
    stage = design.stages[at]
    width = len(z[0])
    parts = [_stratum(design, z, clusters, at) for clusters in strata.values()]
    counted = [part for part in parts if part is not None and part]
    present = [part for part in parts if part is None or part]
    # An average stratum stands in for each that has none of its own.
    scale = len(present) / len(counted) if counted else 0.0
    result = [[scale * fsum(part[a][b] for part in counted) for b in range(width)] for a in range(width)]
    if at + 1 < len(design.stages) and stage.population is not None:
        for clusters in strata.values():
            for members in clusters.values():
                share = stage.sampled[members[0]] / stage.population[members[0]]
                within = _stage(design, z, grouped(design.stages[at + 1], members), at + 1)
                for a in range(width):
                    for b in range(width):
                        result[a][b] += share * within[a][b]
    return result


def _stratum(design: Design, z: Matrix, clusters: Mapping[int, Sequence[int]], at: int) -> Matrix | None:
    """A stratum's part; None where it is lonely and averaged over, [] where the domain does not touch it."""
    stage, width = design.stages[at], len(z[0])
    inside = design.inside
    touched = sum(inside is None or any(inside[i] for i in members) for members in clusters.values())
    if touched == 0:
        return []
    first = next(iter(clusters.values()))[0]
    n = stage.sampled[first]
    factors = [_unsampled(stage.population, members[0], n) for members in clusters.values()]
    if all(f < _WHOLE for f in factors):
        return [[0.0] * width for _ in range(width)]
    sums = [[fsum(z[i][a] for i in members) for a in range(width)] for members in clusters.values()]
    if n == 1:
        if design.lonely == FAIL:
            name = design.stratum_names.get(stage.strata[first], stage.strata[first]) if at == 0 else at + 1
            raise InputError(
                "strata",
                f"第 {at + 1} 阶段的层“{name}”只有一个抽中单位，无法估计方差；可合并层，或选择 certainty、adjust、average。",
                f"Stratum '{name}' of stage {at + 1} has a single sampled unit; merge strata, or choose certainty, "
                "adjust or average.",
            )
        if design.lonely == AVERAGE:
            return None
        if design.lonely == CERTAINTY:
            return [[0.0] * width for _ in range(width)]
        return _squares(sums, factors, [0.0] * width)
    if touched == 1 and design.lonely_domains and design.lonely == AVERAGE:
        return None
    weight = n / (n - 1)
    if touched == 1 and design.lonely_domains and design.lonely == ADJUST:
        centre = [0.0] * width
    else:
        centre = [fsum(row[a] for row in sums) / n for a in range(width)]
    missing = n - len(sums)
    if missing > 0:
        sums += [[0.0] * width] * missing
        factors += [factors[0]] * missing
    return _squares(sums, [f * weight for f in factors], centre)


def _squares(sums: Matrix, factors: Sequence[float], centre: Sequence[float]) -> Matrix:
    width = len(centre)
    away = [[row[a] - centre[a] for a in range(width)] for row in sums]
    return [
        [fsum(f * row[a] * row[b] for f, row in zip(factors, away, strict=True)) for b in range(width)]
        for a in range(width)
    ]


def _unsampled(population: Sequence[float] | None, row: int, n: int) -> float:
    if population is None or population[row] == inf:
        return 1.0
    return (population[row] - n) / population[row]
