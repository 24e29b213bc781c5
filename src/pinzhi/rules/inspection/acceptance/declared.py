"""Assessment of a declared quality level, after GB/T 2828.4 (large populations) and GB/T 2828.11 (small ones).

A body declares a quality level (DQL); the check contradicts the declaration or does not. It never shows that lots
may be accepted: not contradicting is no proof. The standards' printed plans were not obtained. What is computed here
is their logic: with exact probabilities, the risk of contradicting a true declaration is at most α, and the risk of
not contradicting is at most β when the actual level is LQR × DQL. A printed plan may differ by its rounding; the
risks of any given plan can be computed with `risks`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pinzhi.rules.inspection.acceptance import oc, search
from pinzhi.rules.inspection.errors import InputError


@dataclass(frozen=True, slots=True)
class Assessment:
    """A sample of `n`, the declaration contradicted by more than `limit` nonconforming items."""

    n: int
    limit: int
    false_contradiction: float
    """Probability of contradicting although the actual level is the declared one."""
    missed: float
    """Probability of not contradicting although the actual level is LQR × DQL."""


def assessment(
    declared: Decimal, ratio: Decimal, alpha: Decimal, beta: Decimal, population: int | None = None
) -> Assessment:
    """The least plan with both risks kept: binomial, or hypergeometric where the population is given.

    `declared` is the DQL as a share, `ratio` the LQR (greater than 1). Raises `InputError`.
    """
    _check(declared, ratio)
    kind = "binomial" if population is None else "hypergeom"
    found = search.find(kind, declared, declared * ratio, alpha, beta, population)
    return risks(found.n, found.c, declared, ratio, population)


def limit_for(
    n: int, declared: Decimal, ratio: Decimal, alpha: Decimal, population: int | None = None
) -> Assessment:
    """The smallest limit for a sample of a given size with the first risk at most α; the second is what it is."""
    _check(declared, ratio)
    limit = 0
    while risks(n, limit, declared, ratio, population).false_contradiction > alpha:
        limit += 1
    return risks(n, limit, declared, ratio, population)


def risks(n: int, limit: int, declared: Decimal, ratio: Decimal, population: int | None = None) -> Assessment:
    """Both risks of a plan."""
    _check(declared, ratio)
    kind = "binomial" if population is None else "hypergeom"
    true = oc.acceptance(kind, n, limit, declared, population)
    false = oc.acceptance(kind, n, limit, declared * ratio, population)
    return Assessment(n, limit, true.rejected, false.accepted)


def contradicted(plan: Assessment, found: int) -> bool:
    """Whether `found` nonconforming items in the sample contradict the declaration."""
    if not 0 <= found <= plan.n:
        raise InputError(
            "found",
            f"样本 {plan.n} 件中不可能有 {found} 件不合格。",
            f"{found} of {plan.n} cannot be nonconforming.",
        )
    return found > plan.limit


def _check(declared: Decimal, ratio: Decimal) -> None:
    if not 0 < declared < 1:
        raise InputError(
            "dql", "声称质量水平应当大于 0、小于 1。", "A declared quality level lies between 0 and 1."
        )
    if ratio <= 1:
        raise InputError("lqr", "极限质量比应当大于 1。", "A limiting quality ratio is greater than 1.")
    if declared * ratio > 1:
        raise InputError(
            "lqr", f"{ratio} × {declared} 超过 1。", f"{ratio} times {declared} is more than every item."
        )
