"""How a sample was drawn: stages, strata, clusters, weights, population sizes. What R's `svydesign` describes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import fsum, inf, isfinite, prod

from pinzhi.rules.inspection.errors import InputError

FAIL, CERTAINTY, ADJUST, AVERAGE = "fail", "certainty", "adjust", "average"
LONELY = (FAIL, CERTAINTY, ADJUST, AVERAGE)
"""What a stratum with a single sampled unit contributes to the variance: refuse to answer; nothing (it is in the
sample for certain); its distance from the overall mean; the average of the other strata."""

Columns = Sequence[Sequence[Hashable]]
Adjustment = Callable[[Sequence[float], list[list[float]]], list[list[float]]]
"""Takes the weighted influence of each row (given the final weights) and leaves what the known totals do not explain."""


Groups = Mapping[int, Mapping[int, Sequence[int]]]
"""Rows by stratum and unit."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of selection, a value for each row."""

    clusters: tuple[int, ...]
    strata: tuple[int, ...]
    sampled: tuple[int, ...]
    """Units drawn in the row's stratum."""
    population: tuple[float, ...] | None
    """Units in the row's stratum; None: with replacement, no finite population correction. Where units were drawn
    with unequal probabilities, `sampled` over the unit's own probability."""


@dataclass(frozen=True, slots=True)
class Design:
    """A drawn sample of `len(weights)` rows. Made with `describe`."""

    weights: tuple[float, ...]
    stages: tuple[Stage, ...]
    stratum_names: Mapping[int, Hashable]
    has_strata: bool = False
    lonely: str = FAIL
    lonely_domains: bool = False
    """Whether a domain's single unit in a stratum counts as lonely too."""
    inside: tuple[bool, ...] | None = None
    """The domain's rows; None: all."""
    adjustments: tuple[Adjustment, ...] = ()
    refits: tuple[Callable[[Sequence[float]], list[float]], ...] = field(default=(), repr=False)
    """How each adjustment makes its weights from earlier ones: replicates repeat it."""
    drawn_weights: tuple[float, ...] | None = None
    """Weights before any adjustment, where there was one."""
    units: Groups = field(default_factory=dict, repr=False)
    """Rows of each primary unit of each stratum: the same for all domains, so found once."""

    def __len__(self) -> int:
        return len(self.weights)

    @property
    def rows(self) -> list[int]:
        """Rows of the domain that carry weight."""
        inside = self.inside
        return [i for i, w in enumerate(self.weights) if w != 0 and (inside is None or inside[i])]

    @property
    def degrees_of_freedom(self) -> int:
        """Primary units less strata, among the rows of the domain."""
        first = self.stages[0]
        rows = self.rows
        return len({first.clusters[i] for i in rows}) - len({first.strata[i] for i in rows})

    def where(self, mask: Sequence[bool]) -> Design:
        """A domain (subpopulation) of the sample: the design stays, rows outside count as zero."""
        if len(mask) != len(self):
            raise InputError(
                "domain", f"应当有 {len(self)} 个值。", f"A domain needs {len(self)} values, not {len(mask)}."
            )
        inside = self.inside
        return replace(
            self, inside=tuple(bool(m) and (inside is None or inside[i]) for i, m in enumerate(mask))
        )

    def with_lonely(self, lonely: str, in_domains: bool = False) -> Design:
        """The same sample with another treatment of strata that have a single unit."""
        if lonely == "remove":
            lonely = CERTAINTY
        if lonely not in LONELY:
            raise InputError(
                "lonely", f"可用：{'、'.join(LONELY)}。", f"Use one of {', '.join(LONELY)}, not {lonely}."
            )
        return replace(self, lonely=lonely, lonely_domains=in_domains)


def describe(
    n: int,
    *,
    clusters: Columns = (),
    strata: Columns = (),
    weights: Sequence[float] | None = None,
    probabilities: Sequence[float] | None = None,
    population: Sequence[Sequence[float]] = (),
    nest: bool = False,
    unequal: bool = False,
    lonely: str = FAIL,
) -> Design:
    """A design of `n` rows. Each argument in the plural has one column for each stage, the first stage first.

    Without clusters every row is a unit of its own. `population` is the number of units in the stratum (all values at
    least 1) or the sampled share (all at most 1); stages without one were taken whole, and with none at all the first
    stage counts as drawn with replacement. Without weights and probabilities the weights follow from `population`.
    `nest`: cluster names repeat from stratum to stratum. `unequal`: the shares are each unit's own inclusion
    probability (Brewer's approximation for drawing without replacement). Raises `InputError`.
    """
    if n < 1:
        raise InputError("rows", "样本为空。", "The sample is empty.")
    ids = [_column(c, n, "clusters") for c in clusters] or [list(range(n))]
    layers = [_column(s, n, "strata") for s in strata] or [[0] * n]
    pops = [[_number(v, "population") for v in _column(p, n, "population")] for p in population]
    for at in range(1, len(ids)):
        ids[at] = _cross(ids[at - 1], ids[at])
    if nest and strata:
        ids = [_cross(layers[min(at, len(layers) - 1)], column) for at, column in enumerate(ids)]
    _check_nested(ids[0], layers[0])
    stages: list[Stage] = []
    named: dict[int, Hashable] = {}
    as_count = any(v > 1 for column in pops for v in column)
    for at, column in enumerate(ids):
        layer = layers[min(at, len(layers) - 1)]
        stratum = layer if at == 0 else _cross(layer, ids[at - 1])
        numbers = _numbered(stratum)
        if at == 0:
            named = dict(zip(numbers, layer, strict=True))
        units = _numbered(column)
        members: dict[int, set[int]] = {}
        for s, u in zip(numbers, units, strict=True):
            members.setdefault(s, set()).add(u)
        sampled = tuple(len(members[s]) for s in numbers)
        pop = _population(pops[at], sampled, numbers, as_count, unequal) if at < len(pops) else None
        stages.append(Stage(units, numbers, sampled, pop))
    made = _weights(n, weights, probabilities, stages)
    by_stratum = grouped(stages[0], range(n))
    return Design(made, tuple(stages), named, bool(strata), units=by_stratum).with_lonely(lonely)


def grouped(stage: Stage, rows: Iterable[int]) -> Groups:
    """Rows by the stratum and unit of a stage."""
    found: dict[int, dict[int, list[int]]] = {}
    for i in rows:
        found.setdefault(stage.strata[i], {}).setdefault(stage.clusters[i], []).append(i)
    return found


def _weights(
    n: int, weights: Sequence[float] | None, probabilities: Sequence[float] | None, stages: Sequence[Stage]
) -> tuple[float, ...]:
    if weights is not None and probabilities is not None:
        raise InputError("weights", "权数与入样概率只给一项。", "Give weights or probabilities, not both.")
    if weights is not None:
        made = [_number(w, "weights") for w in _column(weights, n, "weights")]
        if any(w < 0 for w in made):
            raise InputError("weights", "权数不能为负。", "A weight is not negative.")
    elif probabilities is not None:
        shares = [_number(p, "probabilities") for p in _column(probabilities, n, "probabilities")]
        if not all(0 < p <= 1 for p in shares):
            raise InputError(
                "probabilities", "入样概率应当在 0 到 1 之间。", "A probability is above 0 and at most 1."
            )
        made = [1 / p for p in shares]
    else:
        made = [
            prod(s.population[i] / s.sampled[i] for s in stages if s.population is not None) for i in range(n)
        ]
        if not all(isfinite(w) for w in made):
            raise InputError("weights", "总体无限时须给出权数。", "An infinite population needs weights.")
    if fsum(made) <= 0:
        raise InputError("weights", "权数之和应当大于 0。", "The weights add up to nothing.")
    return tuple(made)


def _population(
    values: list[float], sampled: Sequence[int], strata: Sequence[int], as_count: bool, unequal: bool
) -> tuple[float, ...]:
    if as_count and any(v < 1 for v in values):
        raise InputError(
            "population",
            "总体单位数应当都不小于 1，或抽样比都不大于 1，不能混用。",
            "Population sizes are all at least 1, or sampled shares all at most 1; do not mix them.",
        )
    if any(v <= 0 for v in values):
        raise InputError("population", "总体单位数应当大于 0。", "A population size is more than 0.")
    sizes = values if as_count else [n / v for n, v in zip(sampled, values, strict=True)]
    if not unequal:
        seen: dict[int, float] = {}
        for s, v in zip(strata, sizes, strict=True):
            if abs(seen.setdefault(s, v) - v) > 1e-9 * v:
                raise InputError(
                    "population",
                    "同一层内的总体单位数应当相同；若入样概率不等，请说明 unequal。",
                    "A stratum has one population size; where units have their own probabilities, say unequal.",
                )
    if any(v < n * (1 - 1e-12) for v, n in zip(sizes, sampled, strict=True)) and not unequal:
        raise InputError(
            "population", "样本单位数多于总体单位数。", "More units were sampled than the population has."
        )
    return tuple(sizes)


def _column(values: Sequence, n: int, field: str) -> list:
    if len(values) != n:
        raise InputError(
            field, f"应当有 {n} 个值，给出了 {len(values)} 个。", f"{n} values, not {len(values)}."
        )
    if any(v is None for v in values):
        raise InputError(field, "不能有缺失值。", "A value is missing.")
    return list(values)


def _number(value: object, field: str) -> float:
    try:
        found = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        found = float("nan")
    if found != found or found == -inf:
        raise InputError(field, f"“{value}”不是数。", f"'{value}' is not a number.")
    return found


def _cross(outer: Sequence[Hashable], inner: Sequence[Hashable]) -> list[Hashable]:
    return list(zip(outer, inner, strict=True))


def _numbered(column: Sequence[Hashable]) -> tuple[int, ...]:
    numbers: dict[Hashable, int] = {}
    return tuple(numbers.setdefault(value, len(numbers)) for value in column)


def _check_nested(units: Sequence[Hashable], strata: Sequence[Hashable]) -> None:
    home: dict[Hashable, Hashable] = {}
    for unit, stratum in zip(units, strata, strict=True):
        if home.setdefault(unit, stratum) != stratum:
            raise InputError(
                "clusters",
                f"群“{unit}”出现在两个层里；若各层的群编号重复使用，请说明 nest。",
                f"Cluster '{unit}' stands in two strata; where names repeat from stratum to stratum, say nest.",
            )
