"""The least sampling plan for two points: producer's quality accepted, consumer's quality refused.

For an acceptance number c let n(c) be the least sample with which the consumer's quality is accepted with at most
β. It grows with c, so the first c whose n(c) still accepts the producer's quality with at least 1 - α gives the
least n of all plans. Hald, Statistical Theory of Sampling Inspection by Attributes (1981), chapter 2.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pinzhi.rules.inspection.acceptance import oc
from pinzhi.rules.inspection.errors import InputError

MOST_SAMPLES = 10**8
_SCAN = 400
"""Acceptance numbers up to here are tried one by one; beyond, a bisection leads near the first that will do."""
_BACK = 64
_CLOSE = 1e-10


@dataclass(frozen=True, slots=True)
class Found:
    """A plan with the risks that it really has."""

    n: int
    c: int
    accepted_at_producer: float
    """Probability of acceptance at the producer's quality: at least 1 - α."""
    accepted_at_consumer: float
    """Probability of acceptance at the consumer's quality: at most β."""


def find(
    kind: str,
    producer: Decimal,
    consumer: Decimal,
    alpha: Decimal = Decimal("0.05"),
    beta: Decimal = Decimal("0.10"),
    lot: int | None = None,
) -> Found:
    """Least (n, c) with acceptance >= 1 - `alpha` at `producer` and <= `beta` at `consumer` quality.

    `kind` is binomial, poisson or hypergeom (which needs `lot`). Raises `InputError` where there is none.
    """
    if consumer <= producer:
        raise InputError(
            "crp",
            f"使用方风险质量 {consumer} 应当差于（大于）生产方风险质量 {producer}。",
            f"The consumer's quality {consumer} has to be worse (greater) than the producer's {producer}.",
        )
    if alpha + beta >= 1:
        raise InputError(
            "beta",
            f"两类风险之和应当小于 1（{alpha} + {beta}）。",
            f"The risks {alpha} and {beta} add up to 1 or more.",
        )
    question = _Question(kind, producer, consumer, alpha, beta, lot)
    # In a lot, an acceptance number of one less than the bad lot's nonconforming items always tells the two apart.
    most: int | None = None
    if lot is not None and kind == "hypergeom":
        good, bad = oc.nonconforming_of(lot, producer), oc.nonconforming_of(lot, consumer)
        most = bad - 1
        if good == bad:
            raise InputError(
                "N",
                f"批量 {lot} 中两种质量都是 {good} 件不合格，无法区分。",
                f"In a lot of {lot} both qualities are {good} nonconforming items: no plan can tell them apart.",
            )
    c = 0
    while c <= _SCAN:
        n = question.least(c)
        if question.producer_is_safe(n, c):
            return question.found(n, c)
        c += 1
    c = max(_SCAN + 1, _first(question.nearly, _SCAN, most) - _BACK)
    while True:
        n = question.least(c)
        if question.producer_is_safe(n, c):
            return question.found(n, c)
        c += 1


@dataclass(frozen=True, slots=True)
class _Question:
    kind: str
    producer: Decimal
    consumer: Decimal
    alpha: Decimal
    beta: Decimal
    lot: int | None

    def accepted(self, n: int, c: int, quality: Decimal) -> float:
        return oc.acceptance(self.kind, n, c, quality, self.lot).accepted

    def consumer_is_safe(self, n: int, c: int) -> bool:
        """Compared exactly where floating point cannot tell."""
        gap = self.accepted(n, c, self.consumer) - float(self.beta)
        if abs(gap) > _CLOSE or (exact := self._exact(n, c, self.consumer)) is None:
            return gap <= 0
        return exact <= Fraction(self.beta)

    def producer_is_safe(self, n: int, c: int) -> bool:
        gap = float(self.alpha) - oc.acceptance(self.kind, n, c, self.producer, self.lot).rejected
        if abs(gap) > _CLOSE or (exact := self._exact(n, c, self.producer)) is None:
            return gap >= 0
        return 1 - exact <= Fraction(self.alpha)

    def _exact(self, n: int, c: int, quality: Decimal) -> Fraction | None:
        if self.kind == "hypergeom":
            assert self.lot is not None
            bad = oc.nonconforming_of(self.lot, quality)
            ways = sum(math.comb(bad, k) * math.comb(self.lot - bad, n - k) for k in range(min(c, n) + 1))
            return Fraction(ways, math.comb(self.lot, n))
        if self.kind == "binomial" and n <= 5000:
            p = Fraction(quality)
            return sum(
                (math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(min(c, n) + 1)), Fraction(0)
            )
        return None

    def least(self, c: int) -> int:
        """The least n with which the consumer's quality passes with at most β; acceptance falls as n grows."""
        low, step = c, 1 + int(float(c) / max(float(self.consumer), 1e-300)) if c else 1
        high = min(low + step, self.lot or MOST_SAMPLES)
        while not self.consumer_is_safe(high, c):
            if high >= (self.lot or MOST_SAMPLES):
                raise InputError(
                    "crp",
                    f"没有合适的方案：样本量到 {high} 仍不能满足使用方风险。",
                    f"There is no plan: even a sample of {high} does not meet the consumer's risk.",
                )
            low, high = high, min(2 * high, self.lot or MOST_SAMPLES)
        while high - low > 1:
            middle = (low + high) // 2
            if self.consumer_is_safe(middle, c):
                high = middle
            else:
                low = middle
        return high

    def nearly(self, c: int) -> bool:
        """Whether c would do if one item fewer sufficed: true a little before the first c that really does."""
        n = self.least(c)
        return self.accepted(n - 1, c, self.producer) >= 1 - float(self.alpha)

    def found(self, n: int, c: int) -> Found:
        return Found(n, c, self.accepted(n, c, self.producer), self.accepted(n, c, self.consumer))


def _first(holds: Callable[[int], bool], start: int, most: int | None) -> int:
    """The first whole number above `start` for which `holds`, which stays true once it is (at `most` it is)."""
    low, high = start, 2 * start if most is None else min(2 * start, most)
    while high != most and not holds(high):
        low, high = high, 2 * high if most is None else min(2 * high, most)
    while high - low > 1:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle
    return high
