"""Yearly growth and trend, in decimals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

DAYS_OF_A_YEAR = Decimal("365.2425")
_DIGITS = 34


def compound_growth(begin: Decimal, end: Decimal, years: Decimal | int) -> Decimal:
    """Average yearly growth from `begin` to `end` as a share: (end / begin) ** (1 / years) - 1.

    Raises `ValueError` for a begin that is not positive, a negative end, or years that are not positive.
    """
    if begin <= 0:
        raise ValueError(f"growth starts from a positive value, not {begin}")
    if end < 0:
        raise ValueError(f"growth ends at a value of at least 0, not {end}")
    if years <= 0:
        raise ValueError(f"growth needs a positive number of years, not {years}")
    with localcontext() as context:
        context.prec = _DIGITS
        if end == 0:
            return Decimal(-1)
        return _settled((end / begin) ** (1 / Decimal(years)) - 1)


def mean_growth(rates: Sequence[Decimal]) -> Decimal:
    """Average yearly growth of published yearly rates (shares, such as 0.104): their geometric mean.

    Raises `ValueError` for no rates or a rate below -1.
    """
    if not rates:
        raise ValueError("no yearly rates")
    with localcontext() as context:
        context.prec = _DIGITS
        product = Decimal(1)
        for rate in rates:
            if rate < -1:
                raise ValueError(f"nothing shrinks by more than all of it: {rate}")
            product *= 1 + rate
        return Decimal(-1) if product == 0 else _settled(product ** (1 / Decimal(len(rates))) - 1)


@dataclass(frozen=True, slots=True)
class Trend:
    """A straight line by least squares."""

    per_year: Decimal
    """Slope: units of the value a year."""
    at_last: Decimal
    """The line's value on the last day."""
    fit: Decimal | None
    """Share of the variance explained (R squared); `None` where the values do not differ."""
    points: int


def trend(points: Sequence[tuple[dt.date, Decimal]]) -> Trend | None:
    """The trend of dated values; `None` for fewer than two different days."""
    if len({day for day, _ in points}) < 2:
        return None
    with localcontext() as context:
        context.prec = _DIGITS
        last = max(day for day, _ in points)
        xs = [Decimal((day - last).days) / DAYS_OF_A_YEAR for day, _ in points]
        ys = [value for _, value in points]
        n = Decimal(len(points))
        mean_x, mean_y = sum(xs, Decimal(0)) / n, sum(ys, Decimal(0)) / n
        sxx = sum(((x - mean_x) ** 2 for x in xs), Decimal(0))
        sxy = sum(((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)), Decimal(0))
        syy = sum(((y - mean_y) ** 2 for y in ys), Decimal(0))
        slope = sxy / sxx
        return Trend(slope, mean_y - slope * mean_x, sxy * sxy / (sxx * syy) if syy else None, len(points))


def _settled(value: Decimal) -> Decimal:
    """Without the last digits that a root leaves: 1.1 ** 3 grows by 0.1 a year, not by 0.0999…9."""
    return value.quantize(Decimal(1).scaleb(4 - _DIGITS)).normalize() + Decimal(0)
