"""Means, shares, totals, ratios, variances and design effects with linearised standard errors.

Each estimate is a smooth function of weighted totals; its variance is that of the weighted sum of its influence
values (Taylor linearisation; Binder 1983, Woodruff 1971).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from pinzhi.rules.inspection.errors import InputError
from pinzhi.rules.inspection.estimates.design import Design
from pinzhi.rules.inspection.estimates.variance import Matrix, covariance

Values = Sequence[float | int | bool | None]


@dataclass(frozen=True, slots=True)
class Estimates:
    """Estimates with their covariance, in the order of `names`."""

    names: tuple[Hashable, ...]
    values: tuple[float, ...]
    covariance: Matrix
    degrees_of_freedom: int
    rows: int
    """Rows of the sample (of the domain) that were used."""

    @property
    def errors(self) -> tuple[float, ...]:
        """Standard errors."""
        return tuple(sqrt(max(0.0, self.covariance[a][a])) for a in range(len(self.names)))

    @property
    def value(self) -> float:
        """The first estimate."""
        return self.values[0]

    @property
    def error(self) -> float:
        """Its standard error."""
        return self.errors[0]

    @property
    def variation(self) -> tuple[float | None, ...]:
        """Coefficients of variation; None for an estimate of 0."""
        return tuple(e / abs(v) if v else None for e, v in zip(self.errors, self.values, strict=True))

    def of(self, name: Hashable) -> tuple[float, float]:
        """Estimate and standard error of one name."""
        at = self.names.index(name)
        return self.values[at], self.errors[at]

    def contrast(self, coefficients: Mapping[Hashable, float]) -> tuple[float, float]:
        """A linear combination and its standard error, the covariances counted."""
        at = [(self.names.index(name), c) for name, c in coefficients.items()]
        value = fsum(c * self.values[a] for a, c in at)
        return value, sqrt(max(0.0, fsum(c * d * self.covariance[a][b] for a, c in at for b, d in at)))


def mean(design: Design, variables: Mapping[Hashable, Values], *, skip_missing: bool = False) -> Estimates:
    """Weighted means of the variables (rows missing in any of them are left out where `skip_missing`)."""
    design, columns = _prepare(design, variables, skip_missing)
    rows = design.rows
    size = _size(design, rows)
    means = [fsum(design.weights[i] * c[i] for i in rows) / size for c in columns]
    within = set(rows)
    influence = [
        [(c[i] - m) / size if i in within else 0.0 for c, m in zip(columns, means, strict=True)]
        for i in range(len(design))
    ]
    return _made(design, tuple(variables), means, influence, rows)


def total(design: Design, variables: Mapping[Hashable, Values], *, skip_missing: bool = False) -> Estimates:
    """Weighted totals of the variables; of a domain, its own total in the population."""
    design, columns = _prepare(design, variables, skip_missing)
    rows = design.rows
    within = set(rows)
    totals = [fsum(design.weights[i] * c[i] for i in rows) for c in columns]
    influence = [[float(c[i]) if i in within else 0.0 for c in columns] for i in range(len(design))]
    return _made(design, tuple(variables), totals, influence, rows)


def shares(design: Design, categories: Sequence[Hashable], *, skip_missing: bool = False) -> Estimates:
    """Share of each category, in sorted order of the categories."""
    return mean(design, indicators(categories), skip_missing=skip_missing)


def counts(design: Design, categories: Sequence[Hashable], *, skip_missing: bool = False) -> Estimates:
    """How many of each category the population has."""
    return total(design, indicators(categories), skip_missing=skip_missing)


def indicators(categories: Sequence[Hashable]) -> dict[Hashable, list[int | None]]:
    """A column of 0 and 1 for each category; a missing value stays missing."""
    found = sorted({c for c in categories if c is not None}, key=lambda c: (str(type(c)), c))
    return {name: [None if c is None else int(c == name) for c in categories] for name in found}


def ratio(design: Design, numerator: Values, denominator: Values, *, skip_missing: bool = False) -> Estimates:
    """Ratio of two totals (combined over strata)."""
    design, (top, bottom) = _prepare(
        design, {"numerator": numerator, "denominator": denominator}, skip_missing
    )
    rows = design.rows
    base = fsum(design.weights[i] * bottom[i] for i in rows)
    if base == 0:
        raise InputError("denominator", "分母的总和为 0。", "The denominator adds up to 0.")
    value = fsum(design.weights[i] * top[i] for i in rows) / base
    within = set(rows)
    influence = [[(top[i] - value * bottom[i]) / base if i in within else 0.0] for i in range(len(design))]
    return _made(design, ("ratio",), [value], influence, rows)


def domain_means(
    design: Design, values: Values, groups: Sequence[Hashable], *, skip_missing: bool = False
) -> Estimates:
    """The mean in each group, with the covariances between groups (a contrast of two is then exact)."""
    if skip_missing:
        groups = [None if v is None else g for v, g in zip(values, groups, strict=True)]
        values = [0 if v is None else v for v in values]
    names = list(indicators(groups))
    _, (column,) = _prepare(design, {"values": values}, False)
    every = design.rows
    means, influence = [], [[0.0] * len(names) for _ in range(len(design))]
    used: set[int] = set()
    for at, name in enumerate(names):
        rows = [i for i in every if groups[i] == name]
        size = _size(design, rows)
        means.append(fsum(design.weights[i] * column[i] for i in rows) / size)
        for i in rows:
            influence[i][at] = (column[i] - means[at]) / size
        used.update(rows)
    return _made(design, tuple(names), means, influence, sorted(used))


def by(
    design: Design,
    groups: Sequence[Hashable],
    estimate: str,
    variables: Mapping[Hashable, Values],
    *,
    skip_missing: bool = False,
) -> dict[Hashable, Estimates]:
    """`mean` or `total` in each group, each as a domain of the whole design."""
    function = {"mean": mean, "total": total}[estimate]
    return {
        name: function(design.where([g == name for g in groups]), variables, skip_missing=skip_missing)
        for name in indicators(groups)
    }


def variance(design: Design, values: Values, *, skip_missing: bool = False) -> Estimates:
    """Estimated variance of a variable in the population (n - 1 in the denominator) with its standard error."""
    design, (column,) = _prepare(design, {"values": values}, skip_missing)
    rows = design.rows
    size, n = _size(design, rows), len(rows)
    if n < 2:
        raise InputError("values", "一个单位没有方差。", "A single unit has no variance.")
    centre = fsum(design.weights[i] * column[i] for i in rows) / size
    return mean(design, {"variance": [(v - centre) ** 2 * n / (n - 1) for v in column]})


def design_effect(
    design: Design,
    values: Values,
    *,
    of: str = "mean",
    replacement: bool = False,
    skip_missing: bool = False,
    found: Estimates | None = None,
) -> float | None:
    """Variance of the estimate over that of a simple random sample of as many rows (Kish's deff).

    Compared with drawing without replacement, or with it (`replacement`). None where all values are the same or the
    weights do not add up to more than the sample. `found`: the estimate, where it has been made already.
    """
    make = {"mean": mean, "total": total}[of]
    found = found or make(design, {"values": values}, skip_missing=skip_missing)
    if skip_missing:
        design = design.where([v is not None for v in values])
        values = [0 if v is None else v for v in values]
    rows = design.rows
    size, n = _size(design, rows), len(rows)
    spread = variance(design, values).value / n
    if not replacement:
        spread *= (size - n) / size
    if of == "total":
        spread *= size**2
    return found.covariance[0][0] / spread if spread > 0 else None


def _prepare(
    design: Design, variables: Mapping[Hashable, Values], skip_missing: bool
) -> tuple[Design, list[list[float]]]:
    if not variables:
        raise InputError("variables", "没有要估计的变量。", "There is nothing to estimate.")
    for name, column in variables.items():
        if len(column) != len(design):
            raise InputError(
                str(name),
                f"应当有 {len(design)} 个值。",
                f"{len(design)} values are needed, not {len(column)}.",
            )
    missing = [any(_missing(c[i]) for c in variables.values()) for i in range(len(design))]
    if any(missing):
        inside = design.inside
        if not skip_missing and any(missing[i] for i in range(len(design)) if inside is None or inside[i]):
            raise InputError(
                str(next(iter(variables))),
                "有缺失值；请补齐，或说明略去缺失的单位（估计的对象随之改变）。",
                "Values are missing; complete them, or say that those units are left out (which changes the population).",
            )
        design = design.where([not m for m in missing])
    if not design.rows:
        raise InputError("domain", "没有可用的单位。", "No unit is left.")
    return design, [[0.0 if _missing(v) else float(v) for v in c] for c in variables.values()]  # type: ignore[arg-type]


def _missing(value: float | int | bool | None) -> bool:
    return value is None or value != value


def _size(design: Design, rows: Sequence[int]) -> float:
    size = fsum(design.weights[i] for i in rows)
    if not rows or size <= 0:
        raise InputError("domain", "没有可用的单位。", "No unit is left.")
    return size


def _made(
    design: Design,
    names: tuple[Hashable, ...],
    values: Sequence[float],
    influence: Matrix,
    rows: Sequence[int],
) -> Estimates:
    return Estimates(
        names, tuple(values), covariance(design, influence), design.degrees_of_freedom, len(rows)
    )
