"""Declared values of the plainest form that meet every limit on them: told without making anything of them.

Most values of most declarations are a sign, a number and a unit (`≤20`, `mg/kg`) within every limit. What an indicator
has in common wherever it is declared in the same words under the same limits is prepared once; then one comparison of
whole numbers a limit is left. Everything else (words, ranges, another quantity, another method, a limit not met) goes
the long way of `values` and `floors`, which tells why; where this way says something, the long way says the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction

from pinzhi.rules.standards.declarations.facts import Bound, Compared, Indicator
from pinzhi.rules.standards.limits.accepted import Accepted, Interval
from pinzhi.rules.standards.limits.vocabulary import Vocabulary

#: A sign and a number above nothing.
PLAIN = re.compile(r"([≤≥<>])\s*(?=[\d.]*[1-9])(\d{1,12})(?:\.(\d{1,12}))?")
_TENS = tuple(10**places for places in range(13))

#: A declared whole number n of p decimals lies to a limit as n*mine lies to theirs*10**p; and whether the limit includes it.
#: None where the limit has no bound on that side.
Side = tuple[int, int, bool] | None


class Column:
    """An indicator as it is declared again and again: name, unit, method, under the same limits."""

    __slots__ = ("_bounds", "_lower", "_made", "_most", "_upper")

    def __init__(
        self, bounds: Sequence[Bound], upper: list[Side] | None, lower: list[Side] | None, most: list[Side]
    ) -> None:
        self._bounds, self._upper, self._lower, self._most = bounds, upper, lower, most
        self._made: dict[tuple[int, int], tuple[Compared, ...]] = {}

    def met(self, row: int, raw: str) -> tuple[Compared, ...] | None:
        """The verdicts on a value that meets every limit, in their order; None for all else."""
        found = PLAIN.fullmatch(raw)
        if found is None:
            return None
        sign, whole, rest = found.groups()
        number, tens = (int(whole + rest), _TENS[len(rest)]) if rest else (int(whole), 1)
        upper, included = sign in "≤<", sign in "≤≥"
        sides = self._upper if upper else self._lower
        if sides is None:
            return None
        minimum, maximum = self._most
        if minimum is not None and number * minimum[0] <= minimum[1] * tens:
            return None
        if maximum is not None and number * maximum[0] >= maximum[1] * tens:
            return None
        equal = 0
        for at, side in enumerate(sides):
            if side is None:
                continue
            mine, theirs = number * side[0], side[1] * tens
            if mine == theirs:
                if included == side[2]:
                    equal |= 1 << at
                elif included:
                    return None
            elif (mine > theirs) is upper:
                return None
        made = self._made.get((row, equal))
        if made is None:
            made = self._made[row, equal] = tuple(
                Compared(row, bound, "equal" if equal >> at & 1 else "stricter")
                for at, bound in enumerate(self._bounds)
            )
        return made


def column(
    indicator: Indicator,
    bounds: Sequence[Bound],
    vocabulary: Vocabulary,
    methods: Callable[[], frozenset[str]],
    accepted: Callable[[Bound], tuple[Accepted | None, frozenset[str]]],
) -> Column | None:
    """The column that an indicator stands in; None where its values have to go the long way.

    `methods` gives the classes of the method it cites; `accepted` a limit's set and the classes of its method.
    """
    name = indicator.unit.strip()
    if not name or not vocabulary.units.knows(name):
        return None
    unit = vocabulary.units.read(name)
    if unit.offset:
        return None
    if not bounds:
        return Column((), [], [], [None, None])
    kind = bounds[0].limit.kind
    if not kind.numeric or not kind.takes(unit):
        return None
    ordered: dict[str, list[Bound]] = {}
    for bound in bounds:
        ordered.setdefault(bound.number, []).append(bound)
    listed = [bound for group in ordered.values() for bound in group]
    upper: list[Side] | None = []
    lower: list[Side] | None = []
    for bound in listed:
        if bound.limit.kind is not kind or bound.limit.aggregate == "unclear":
            return None
        theirs, classes = accepted(bound)
        if not isinstance(theirs, Interval):
            return None
        if classes and indicator.method and (mine := methods()) and not mine & classes:
            return None
        # What has a bound on the other side is never met by a bound on this side alone.
        if upper is not None:
            upper = (
                None if theirs.low is not None else [*upper, _side(theirs.high, theirs.high_in, unit.factor)]
            )
        if lower is not None:
            lower = (
                None if theirs.high is not None else [*lower, _side(theirs.low, theirs.low_in, unit.factor)]
            )
    natural = [_side(bound_, True, unit.factor) for bound_ in (kind.minimum, kind.maximum)]
    return Column(listed, upper, lower, natural)


def _side(bound: Fraction | None, included: bool, factor: Fraction) -> Side:
    if bound is None:
        return None
    return factor.numerator * bound.denominator, bound.numerator * factor.denominator, included
