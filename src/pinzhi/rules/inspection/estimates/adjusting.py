"""Weights fitted to totals that are known of the population: post-stratification and calibration.

The variance is that of what the known totals leave unexplained (Deville and Särndal 1992; Särndal, Swensson and
Wretman 1992, chapters 6 and 7). Fit weights first, take domains after: a total known of all says nothing of a part.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from math import exp, fsum, inf, sqrt

from pinzhi.rules.inspection.errors import InputError
from pinzhi.rules.inspection.estimates.design import Adjustment, Design

LINEAR, RAKING = "linear", "raking"
_ROUNDS = 50
_CLOSE = 1e-10


def post_stratify(design: Design, groups: Sequence[Hashable], totals: Mapping[Hashable, float]) -> Design:
    """Weights of each group brought to its known size. Raises `InputError` for a group without one or without rows."""
    _whole(design)
    groups = _column(groups, len(design), "groups")
    missing = sorted({str(g) for g in groups} - {str(g) for g in totals})
    unseen = [str(g) for g, size in totals.items() if size > 0 and g not in set(groups)]
    if missing or unseen:
        raise InputError(
            "totals",
            f"缺少总数的组：{'、'.join(missing) or '无'}；样本中没有单位的组：{'、'.join(unseen) or '无'}（可先合并组）。",
            f"Groups without a total: {', '.join(missing) or 'none'}; without a sampled unit: "
            f"{', '.join(unseen) or 'none'} (merge groups first).",
        )
    old = design.weights

    def refit(weights: Sequence[float]) -> list[float]:
        size = _sums(groups, weights)
        return [w * totals[g] / size[g] if size[g] else 0.0 for w, g in zip(weights, groups, strict=True)]

    new = refit(old)
    base = _sums(groups, old)

    def adjust(weights: Sequence[float], z: list[list[float]]) -> list[list[float]]:
        scaled = [[v * o / n if n else 0.0 for v in row] for row, o, n in zip(z, old, new, strict=True)]
        width = len(z[0])
        centre = {
            g: [v / base[g] if base[g] else 0.0 for v in sums]
            for g, sums in _row_sums(groups, scaled, width).items()
        }
        return [
            [v - centre[g][a] * n for a, v in enumerate(row)]
            for row, g, n in zip(z, groups, new, strict=True)
        ]

    return _adjusted(design, new, adjust, refit)


def calibrate(
    design: Design,
    variables: Mapping[Hashable, Sequence[float]],
    totals: Mapping[Hashable, float],
    *,
    method: str = LINEAR,
    bounds: tuple[float, float] = (-inf, inf),
    spread: Sequence[float] | None = None,
) -> Design:
    """Weights changed as little as possible so that each variable's weighted total is the known one.

    Give a column of ones with the population's size among the variables. `linear` is the regression estimator,
    `raking` keeps weights positive; `bounds` hold new over old weight. `spread` is the residual variance of each row
    that the model assumes (its size for a ratio estimator). Raises `InputError` where the totals cannot be met.
    """
    _whole(design)
    n = len(design)
    names = list(variables)
    if set(names) != set(totals):
        raise InputError("totals", "变量与总数不对应。", "Variables and totals do not match.")
    columns = [_column(variables[name], n, str(name)) for name in names]
    x = [[float(c[i]) for c in columns] for i in range(n)]
    aims = [float(totals[name]) for name in names]
    sigma = [1.0] * n if spread is None else [float(s) for s in _column(spread, n, "spread")]
    if any(s <= 0 for s in sigma):
        raise InputError("spread", "方差应当大于 0。", "A variance is more than 0.")
    old = design.weights

    def refit(weights: Sequence[float]) -> list[float]:
        g = _factors(x, weights, aims, sigma, method, bounds)
        return [w * f for w, f in zip(weights, g, strict=True)]

    new = refit(old)
    normal = [
        [fsum(w * r[a] * r[b] / s for w, r, s in zip(old, x, sigma, strict=True)) for b in range(len(names))]
        for a in range(len(names))
    ]

    def adjust(weights: Sequence[float], z: list[list[float]]) -> list[list[float]]:
        result = [list(row) for row in z]
        for column in range(len(z[0])):
            influence = [row[column] / w if w else 0.0 for row, w in zip(z, new, strict=True)]
            right = [
                fsum(w * r[a] * u / s for w, r, u, s in zip(old, x, influence, sigma, strict=True))
                for a in range(len(names))
            ]
            beta = solve(normal, right)
            for i, w in enumerate(new):
                result[i][column] = w * (influence[i] - fsum(b * v for b, v in zip(beta, x[i], strict=True)))
        return result

    return _adjusted(design, new, adjust, refit)


def rake(design: Design, margins: Sequence[tuple[Sequence[Hashable], Mapping[Hashable, float]]]) -> Design:
    """Weights that meet the known sizes of the groups of several classifications at once.

    `margins` are (group of each row, size of each group). The sizes of all classifications have to add up to the
    same population. Raises `InputError`.
    """
    _whole(design)
    sizes = [fsum(totals.values()) for _, totals in margins]
    if not margins or any(abs(size - sizes[0]) > 1e-6 * abs(sizes[0]) for size in sizes):
        raise InputError(
            "totals",
            "各分类的总数之和应当相同。",
            "The sizes of all classifications add up to the same population.",
        )
    columns: dict[Hashable, list[float]] = {}
    aims: dict[Hashable, float] = {}
    for at, (groups, totals) in enumerate(margins):
        post_stratify(design, groups, totals)  # refuses groups without a size or without rows
        # All groups of the first; of each further one the last group follows from the others.
        for name in list(totals)[: None if at == 0 else -1]:
            columns[at, name] = [float(g == name) for g in groups]
            aims[at, name] = totals[name]
    return calibrate(design, columns, aims, method=RAKING)


def solve(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """The solution of a small symmetric system, rows and columns scaled. Raises `InputError` where there is none."""
    n = len(right)
    scale = [1 / sqrt(matrix[a][a]) if matrix[a][a] > 0 else 1.0 for a in range(n)]
    rows = [[matrix[a][b] * scale[a] * scale[b] for b in range(n)] + [right[a] * scale[a]] for a in range(n)]
    for at in range(n):
        pivot = max(range(at, n), key=lambda r: abs(rows[r][at]))
        if abs(rows[pivot][at]) < 1e-11:
            raise InputError(
                "variables",
                "辅助变量线性相关，请去掉一个。",
                "The variables depend on each other; leave one out.",
            )
        rows[at], rows[pivot] = rows[pivot], rows[at]
        for r in range(at + 1, n):
            factor = rows[r][at] / rows[at][at]
            for c in range(at, n + 1):
                rows[r][c] -= factor * rows[at][c]
    found = [0.0] * n
    for at in range(n - 1, -1, -1):
        found[at] = (rows[at][n] - fsum(rows[at][c] * found[c] for c in range(at + 1, n))) / rows[at][at]
    return [v * s for v, s in zip(found, scale, strict=True)]


def _factors(
    x: Sequence[Sequence[float]],
    weights: Sequence[float],
    aims: Sequence[float],
    sigma: Sequence[float],
    method: str,
    bounds: tuple[float, float],
) -> list[float]:
    """New over old weight, by Newton's method (one step where nothing bounds a linear change).

    A step that leads further away, as one from far below does on the exponential scale, is halved until it does not.
    """
    low, high = bounds
    width = range(len(aims))

    def factors(eta: Sequence[float]) -> list[float]:
        u = [fsum(e * v for e, v in zip(eta, row, strict=True)) / s for row, s in zip(x, sigma, strict=True)]
        return [min(high, max(low, exp(min(v, 500.0)) if method == RAKING else 1 + v)) for v in u]

    def misses(g: Sequence[float]) -> list[float]:
        return [
            t - fsum(w * f * r[a] for w, f, r in zip(weights, g, x, strict=True)) for a, t in enumerate(aims)
        ]

    def distance(short: Sequence[float]) -> float:
        return max(abs(s) / (1 + abs(t)) for s, t in zip(short, aims, strict=True))

    eta = [0.0] * len(aims)
    g = factors(eta)
    short = misses(g)
    for _ in range(_ROUNDS):
        if distance(short) <= _CLOSE:
            return g
        slope = [0.0 if not low < f < high else f if method == RAKING else 1.0 for f in g]
        normal = [
            [
                fsum(w * d * r[a] * r[b] / s for w, d, r, s in zip(weights, slope, x, sigma, strict=True))
                for b in width
            ]
            for a in width
        ]
        step = solve(normal, short)
        for halved in range(40):
            tried = [e + d / 2**halved for e, d in zip(eta, step, strict=True)]
            g = factors(tried)
            missed = misses(g)
            if distance(missed) < distance(short):
                break
        eta, short = tried, missed
    raise InputError(
        "totals",
        "不能满足这些总数（可放宽界限或减少变量）。",
        "The totals cannot be met; widen the bounds or use fewer.",
    )


def _adjusted(
    design: Design, new: list[float], adjust: Adjustment, refit: Callable[[Sequence[float]], list[float]]
) -> Design:
    return replace(
        design,
        weights=tuple(new),
        adjustments=(*design.adjustments, adjust),
        refits=(*design.refits, refit),
        drawn_weights=design.drawn_weights or design.weights,
    )


def _whole(design: Design) -> None:
    if design.inside is not None:
        raise InputError("domain", "先校准权数，再取子总体。", "Fit weights first, take domains after.")


def _column(values: Sequence, n: int, field: str) -> list:
    if len(values) != n or any(v is None for v in values):
        raise InputError(field, f"应当有 {n} 个值且不缺。", f"{n} values without a gap are needed.")
    return list(values)


def _sums(groups: Sequence[Hashable], values: Sequence[float]) -> dict[Hashable, float]:
    parts: dict[Hashable, list[float]] = {}
    for g, v in zip(groups, values, strict=True):
        parts.setdefault(g, []).append(v)
    return {g: fsum(p) for g, p in parts.items()}


def _row_sums(groups: Sequence[Hashable], rows: list[list[float]], width: int) -> dict[Hashable, list[float]]:
    columns = [_sums(groups, [row[a] for row in rows]) for a in range(width)]
    return {g: [column[g] for column in columns] for g in columns[0]}
