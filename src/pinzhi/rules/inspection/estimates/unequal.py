"""Samples drawn with unequal probabilities whose joint probabilities are known: the unbiased variances.

Where only single probabilities are known, use a `Design` with `unequal` (Brewer's approximation) or `hajek` here.
Horvitz and Thompson 1952; Sen 1953, Yates and Grundy 1953; Hájek 1964; Hartley and Rao 1962.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, sqrt

from pinzhi.rules.inspection.errors import InputError

HORVITZ_THOMPSON, YATES_GRUNDY, HAJEK = "horvitz-thompson", "yates-grundy", "hajek"


def total(
    values: Sequence[float],
    probabilities: Sequence[float],
    joint: Sequence[Sequence[float]] | None = None,
    method: str = YATES_GRUNDY,
) -> tuple[float, float]:
    """Horvitz-Thompson total and its standard error. `joint` has the first-order probabilities on its diagonal.

    Yates-Grundy needs a sample of fixed size. An unbiased variance may come out negative by chance: the error is then
    0. Raises `InputError` where a probability is not above 0 and at most 1.
    """
    _check(values, probabilities, joint, method)
    expanded = [v / p for v, p in zip(values, probabilities, strict=True)]
    return fsum(expanded), sqrt(max(0.0, _variance(expanded, probabilities, joint, method)))


def mean(
    values: Sequence[float],
    probabilities: Sequence[float],
    joint: Sequence[Sequence[float]] | None = None,
    method: str = YATES_GRUNDY,
) -> tuple[float, float]:
    """Weighted mean (Hájek's estimator) and its linearised standard error."""
    _check(values, probabilities, joint, method)
    size = fsum(1 / p for p in probabilities)
    value = fsum(v / p for v, p in zip(values, probabilities, strict=True)) / size
    influence = [(v - value) / size / p for v, p in zip(values, probabilities, strict=True)]
    return value, sqrt(max(0.0, _variance(influence, probabilities, joint, method)))


def _variance(
    expanded: Sequence[float], p: Sequence[float], joint: Sequence[Sequence[float]] | None, method: str
) -> float:
    n = len(expanded)
    if method == HAJEK:
        free = [1 - q for q in p]
        if n < 2 or fsum(free) == 0:
            return 0.0
        centre = fsum(f * e for f, e in zip(free, expanded, strict=True)) / fsum(free)
        return n / (n - 1) * fsum(f * (e - centre) ** 2 for f, e in zip(free, expanded, strict=True))
    assert joint is not None
    if method == HORVITZ_THOMPSON:
        return fsum(
            expanded[i] * expanded[j] * ((1 - p[i]) if i == j else (joint[i][j] - p[i] * p[j]) / joint[i][j])
            for i in range(n)
            for j in range(n)
        )
    return fsum(
        (p[i] * p[j] - joint[i][j]) / joint[i][j] * (expanded[i] - expanded[j]) ** 2
        for i in range(n)
        for j in range(i)
    )


def _check(
    values: Sequence[float], p: Sequence[float], joint: Sequence[Sequence[float]] | None, method: str
) -> None:
    if method not in (HORVITZ_THOMPSON, YATES_GRUNDY, HAJEK):
        raise InputError("method", f"没有方法“{method}”。", f"There is no method '{method}'.")
    if len(values) != len(p) or not values or not all(0 < q <= 1 for q in p):
        raise InputError(
            "probabilities", "入样概率应当在 0 到 1 之间。", "A probability is above 0 and at most 1."
        )
    if method != HAJEK:
        if joint is None or len(joint) != len(p) or any(len(row) != len(p) for row in joint):
            raise InputError("joint", "缺少联合入样概率。", "The joint probabilities are missing.")
        if any(joint[i][j] <= 0 for i in range(len(p)) for j in range(i)):
            raise InputError(
                "joint",
                "有两个单位不可能同时入样，方差没有无偏估计。",
                "Two units can never be drawn together: the variance has no unbiased estimate.",
            )
