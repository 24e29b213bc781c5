"""Operating characteristic of a single plan: exact probabilities of acceptance.

The probabilities are built from ratios of neighbouring terms, outwards from the most likely one, and divided by
their sum. No factorial, gamma function or subtraction of near-equal numbers enters, so the result is good to about
12 digits for lots of a million and more, where differences of log-gamma values lose nine. Sources of the formulas:
GB/T 2828.1-2012 clause 12 and table 10 (binomial, Poisson); Stephens, Handbook of Applied Acceptance Sampling (2001).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

_NEGLIGIBLE = 1e-30
_ZERO = 1e-320


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Probability that a lot is accepted, and that it is not; each keeps its own digits near zero."""

    accepted: float
    rejected: float


ALWAYS, NEVER = Acceptance(1.0, 0.0), Acceptance(0.0, 1.0)


def binomial(n: int, c: int, p: float | Decimal | Fraction) -> Acceptance:
    """At most `c` nonconforming among `n` independent items, each nonconforming with probability `p` (0 to 1)."""
    if c >= n or p == 0:
        return ALWAYS if c >= 0 else NEVER
    if c < 0 or p == 1:
        return NEVER
    odds = _odds(p)
    mode = min(n, int((n + 1) * float(p)))
    return _sum(c, 0, n, mode, lambda k: (n - k) / (k + 1) * odds)


def poisson(n: int, c: int, p: float | Decimal | Fraction) -> Acceptance:
    """At most `c` nonconformities in `n` items with `p` nonconformities an item on average (0 or more)."""
    if c < 0:
        return NEVER
    mean = n * float(p)
    if mean == 0:
        return ALWAYS
    return _sum(c, 0, None, int(mean), lambda k: mean / (k + 1))


def hypergeometric(lot: int, n: int, c: int, bad: int) -> Acceptance:
    """At most `c` nonconforming among `n` drawn without replacement from a lot of which `bad` are nonconforming."""
    low, high = max(0, n + bad - lot), min(n, bad)
    if c >= high:
        return ALWAYS
    if c < low:
        return NEVER
    mode = (n + 1) * (bad + 1) // (lot + 2)
    mode = min(max(mode, low), high)
    rest = lot - bad - n + 1
    return _sum(c, low, high, mode, lambda k: (bad - k) * (n - k) / ((k + 1) * (rest + k)))


def nonconforming_of(lot: int, p: Decimal | float) -> int:
    """How many nonconforming items a lot of quality `p` has: the nearest whole number, ties to the even one."""
    exact = p if isinstance(p, Decimal) else Decimal(repr(p))
    return int((exact * lot).to_integral_value(ROUND_HALF_EVEN))


def acceptance(kind: str, n: int, c: int, p: Decimal | float, lot: int | None = None) -> Acceptance:
    """Probability of acceptance for one of the three distributions (`hypergeom` needs the lot)."""
    if kind == "binomial":
        return binomial(n, c, p)
    if kind == "poisson":
        return poisson(n, c, p)
    assert lot is not None
    return hypergeometric(lot, n, c, nonconforming_of(lot, p))


def curve(
    kind: str, n: int, c: int, qualities: Sequence[Decimal | float], lot: int | None = None
) -> list[tuple[float, float]]:
    """Points (quality, probability of acceptance) of the operating characteristic."""
    return [(float(p), acceptance(kind, n, c, p, lot).accepted) for p in qualities]


def average_sample_number(n: int, c: int, p: float) -> float:
    """Items inspected on average when inspection stops at the item that decides rejection (binomial).

    Without stopping it is `n`. Phatak and Bhatt, Technometrics 9 (1967) 219-228:
    n P(X_n <= c) + (c + 1) / p · P(X_{n+1} >= c + 2).
    """
    if p == 0 or c >= n:
        return float(n)
    return n * binomial(n, c, p).accepted + (c + 1) / p * binomial(n + 1, c + 1, p).rejected


def average_outgoing_quality(n: int, c: int, p: float, lot: int | None = None) -> float:
    """Share nonconforming after inspection, where what is found is replaced and rejected lots are screened.

    With the lot size: p · Pa · (N - n) / N; without it the lot is large against the sample (binomial).
    """
    left = 1.0 if lot is None else (lot - n) / lot
    return p * binomial(n, c, p).accepted * left


def outgoing_quality_limit(n: int, c: int, lot: int | None = None) -> tuple[float, float]:
    """The worst average outgoing quality (AOQL) and the incoming quality at which it occurs.

    p · Pa has one maximum, below (c + 2) / n; found by golden section to about 1e-9 of p.
    """
    ratio = (math.sqrt(5) - 1) / 2
    low, high = 0.0, min(1.0, (c + 2) / n)
    while high - low > 1e-10 * high:
        a, b = high - ratio * (high - low), low + ratio * (high - low)
        if average_outgoing_quality(n, c, a, lot) < average_outgoing_quality(n, c, b, lot):
            low = a
        else:
            high = b
    at = (low + high) / 2
    return average_outgoing_quality(n, c, at, lot), at


def _odds(p: float | Decimal | Fraction) -> float:
    exact = p if isinstance(p, Fraction) else Fraction(p)
    return float(exact / (1 - exact))


def _sum(c: int, low: int, high: int | None, mode: int, ratio: Callable[[int], float]) -> Acceptance:
    """Terms relative to the one at `mode`; `ratio(k)` is term k + 1 over term k."""
    kept: list[float] = [1.0] if mode <= c else []
    lost: list[float] = [] if mode <= c else [1.0]
    term, k, floor = 1.0, mode, _ZERO
    while k > low:
        k -= 1
        term /= ratio(k)
        if term < floor:
            break
        if k <= c:
            # Beyond c the terms only fall: what is negligible beside the first of them stays so.
            floor = max(floor, term * _NEGLIGIBLE)
        (kept if k <= c else lost).append(term)
    term, k, floor = 1.0, mode, _ZERO
    while high is None or k < high:
        term *= ratio(k)
        k += 1
        if term < floor:
            break
        if k > c:
            floor = max(floor, term * _NEGLIGIBLE)
        (kept if k <= c else lost).append(term)
    accepted, rejected = math.fsum(kept), math.fsum(lost)
    return Acceptance(accepted / (accepted + rejected), rejected / (accepted + rejected))
