"""Probability proportional to size: joint inclusion probabilities of Sampford's design.

The design itself (`inclusion`, `sampford`) stands in `verify_draw`. With k units to draw, odds λ = π/(1-π) and
q = 1-π it is P(s) ∝ (Σ q over s) · (Π λ over s), for which the inclusion probabilities are π exactly (Sampford,
"On sampling without replacement with unequal probabilities of selection", Biometrika 54, 1967).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Context, Decimal, localcontext
from fractions import Fraction

from pinzhi.rules.inspection.verify_draw import inclusion, sampford

__all__ = ["Joint", "inclusion", "sampford"]

_Sums = list[tuple[Decimal, Decimal]]
"""By the number of units in the subset: Σ Π λ, and Σ (Σ q) Π λ, over all subsets."""


class Joint:
    """Joint inclusion probabilities for `n` of units with these sizes, in the frame's order."""

    def __init__(self, sizes: Sequence[int], n: int) -> None:
        self.single = inclusion(list(sizes), n)
        rest = [p for p in self.single if p < 1]
        self._left = n - (len(sizes) - len(rest))
        # Taking a unit out of the sums again loses digits where its odds are large: so many are carried on top.
        loss = 0.0
        if rest:
            odds = [float(p / (1 - p)) for p in rest]
            loss = self._left * math.log10(2 + max(odds) * (self._left + 1) / math.fsum(odds)) * 2
        self._context = Context(prec=60 + math.ceil(loss), Emax=10**9, Emin=-(10**9))
        with localcontext(self._context):
            self._sums: _Sums = [(Decimal(1), Decimal(0))] + [(Decimal(0), Decimal(0))] * self._left
            for p in rest:
                odd, out = self._parts(p)
                self._sums = [
                    self._sums[0],
                    *(
                        (e + odd * e1, f + odd * (f1 + out * e1))
                        for (e, f), (e1, f1) in zip(self._sums[1:], self._sums, strict=False)
                    ),
                ]
        self._without: dict[int, _Sums] = {}

    def _parts(self, p: Fraction) -> tuple[Decimal, Decimal]:
        low, whole = Decimal(p.numerator), Decimal(p.denominator)
        return low / (whole - low), (whole - low) / whole

    def _take_out(self, sums: _Sums, index: int) -> _Sums:
        odd, out = self._parts(self.single[index])
        found = [sums[0]]
        for e, f in sums[1:-1]:
            e1, f1 = found[-1]
            found.append((e - odd * e1, f - odd * (f1 + out * e1)))
        return found

    def of(self, first: int, second: int) -> Fraction:
        """The probability that both are drawn; of one unit with itself, its own. To some 30 digits."""
        a, b = self.single[first], self.single[second]
        if first == second:
            return a
        if 1 in (a, b):
            return a * b
        if self._left < 2:
            return Fraction(0)
        with localcontext(self._context):
            if first not in self._without:
                self._without[first] = self._take_out(self._sums, first)
            e, f = self._take_out(self._without[first], second)[self._left - 2]
            (odd_a, out_a), (odd_b, out_b) = self._parts(a), self._parts(b)
            found = odd_a * odd_b * ((out_a + out_b) * e + f) / self._sums[self._left][1]
        return Fraction(found.normalize(Context(prec=30)))
