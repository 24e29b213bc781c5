"""The delete-one-cluster jackknife, for statistics that have no ready linearisation.

JK1 without strata, JKn with them; the finite population correction of the first stage enters as a factor. Weights
that were fitted to known totals are fitted anew in each replicate. Rust, Journal of Official Statistics 1 (1985).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from math import fsum, inf

from pinzhi.rules.inspection.errors import InputError
from pinzhi.rules.inspection.estimates.design import CERTAINTY, Design
from pinzhi.rules.inspection.estimates.linear import Estimates

Statistic = Callable[[Sequence[float]], Sequence[float]]
"""Estimates from weights (rows outside the domain weigh 0)."""


def jackknife(design: Design, statistic: Statistic, names: Sequence[Hashable] = ("value",)) -> Estimates:
    """Estimates and covariance from replicates that each leave out one primary unit.

    Raises `InputError` for a stratum with a single unit unless that is taken as certain.
    """
    first = design.stages[0]
    thetas: list[Sequence[float]] = []
    scales: list[float] = []
    for stratum, clusters in design.units.items():
        row = next(iter(clusters.values()))[0]
        n = first.sampled[row]
        size = inf if first.population is None else first.population[row]
        unsampled = 1.0 if size == inf else (size - n) / size
        if n == 1:
            if unsampled > 1e-7 and design.lonely != CERTAINTY:
                name = design.stratum_names.get(stratum, stratum)
                raise InputError(
                    "strata", f"层“{name}”只有一个抽中单位。", f"Stratum '{name}' has a single sampled unit."
                )
            continue
        for members in clusters.values():
            thetas.append(statistic(_without(design, clusters, members, n)))
            scales.append((n - 1) / n * unsampled)
    width = range(len(names))
    counted = [t for t, s in zip(thetas, scales, strict=True) if s > 0]
    centre = [fsum(t[a] for t in counted) / len(counted) if counted else 0.0 for a in width]
    spread = [
        [
            fsum(s * (t[a] - centre[a]) * (t[b] - centre[b]) for s, t in zip(scales, thetas, strict=True))
            for b in width
        ]
        for a in width
    ]
    values = statistic(_inside(design, design.weights))
    return Estimates(tuple(names), tuple(values), spread, design.degrees_of_freedom, len(design.rows))


def weighted_means(*columns: Sequence[float]) -> Statistic:
    """The statistic of weighted means."""

    def statistic(weights: Sequence[float]) -> list[float]:
        size = fsum(weights)
        if size == 0:
            raise InputError(
                "domain", "某个重复样本中没有子总体的单位。", "A replicate has no unit of the domain."
            )
        return [fsum(w * v for w, v in zip(weights, c, strict=True)) / size for c in columns]

    return statistic


def weighted_totals(*columns: Sequence[float]) -> Statistic:
    """The statistic of weighted totals."""
    return lambda weights: [fsum(w * v for w, v in zip(weights, c, strict=True)) for c in columns]


def _without(
    design: Design, clusters: Mapping[int, Sequence[int]], left_out: Sequence[int], n: int
) -> list[float]:
    weights = list(design.drawn_weights or design.weights)
    for members in clusters.values():
        for i in members:
            weights[i] *= n / (n - 1)
    for i in left_out:
        weights[i] = 0.0
    for refit in design.refits:
        weights = refit(weights)
    return _inside(design, weights)


def _inside(design: Design, weights: Sequence[float]) -> list[float]:
    if design.inside is None:
        return list(weights)
    return [w if kept else 0.0 for w, kept in zip(weights, design.inside, strict=True)]
