"""Intervals for rates against published values and against the exact binomial sum."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinzhi.rules.statistics.proportions import beta_cdf, clopper_pearson, compare, wilson

# Newcombe (1998), Statistics in Medicine 17: 857-872, table I: hits, base, Wilson, Clopper-Pearson
PUBLISHED = [
    (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
    (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
    (0, 20, (0.0000, 0.1611), (0.0000, 0.1684)),
    (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
]

# Newcombe (1998), Statistics in Medicine 17: 873-890, table II, method 10
DIFFERENCES = [
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (6, 7, 2, 7, 0.0582, 0.8062),
    (5, 56, 0, 29, -0.0381, 0.1926),
    (0, 10, 0, 20, -0.1611, 0.2775),
    (0, 10, 0, 10, -0.2775, 0.2775),
    (10, 10, 0, 20, 0.6791, 1.0000),
    (10, 10, 0, 10, 0.6075, 1.0000),
]


@pytest.mark.parametrize(("hits", "base", "score", "exact"), PUBLISHED)
def test_published_intervals(hits, base, score, exact):
    for interval, (low, high) in ((wilson(hits, base), score), (clopper_pearson(hits, base), exact)):
        assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


@pytest.mark.parametrize(("a", "m", "b", "n", "low", "high"), DIFFERENCES)
def test_published_differences(a, m, b, n, low, high):
    found = compare(a, m, b, n)
    assert (round(found.interval.low, 4), round(found.interval.high, 4)) == (low, high)
    assert found.distinguishable == (low > 0)


def tail(hits: int, base: int, share: Fraction) -> Fraction:
    """P(X >= hits), summed exactly."""
    terms = (comb(base, k) * share**k * (1 - share) ** (base - k) for k in range(hits, base + 1))
    return sum(terms, Fraction(0))


proportions = st.integers(1, 60).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base)))


@given(proportions, st.fractions(Fraction(1, 100), Fraction(99, 100), max_denominator=100))
@settings(max_examples=150, deadline=None)
def test_incomplete_beta_is_the_binomial_tail(proportion, share):
    hits, base = proportion
    if hits:
        assert beta_cdf(float(share), hits, base - hits + 1) == pytest.approx(
            float(tail(hits, base, share)), rel=1e-11, abs=1e-14
        )


@given(proportions, st.sampled_from([0.8, 0.9, 0.95, 0.99]))
@settings(max_examples=150, deadline=None)
def test_at_the_exact_bounds_each_tail_is_half_of_what_is_left(proportion, confidence):
    hits, base = proportion
    found = clopper_pearson(hits, base, confidence)
    if hits:
        assert float(tail(hits, base, Fraction(found.low))) == pytest.approx((1 - confidence) / 2, rel=1e-9)
    if hits < base:
        below = 1 - tail(hits + 1, base, Fraction(found.high))
        assert float(below) == pytest.approx((1 - confidence) / 2, rel=1e-9)


@given(st.integers(1, 2_000_000).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base))))
@settings(max_examples=100, deadline=None)
def test_any_interval_holds_the_rate_and_mirrors(proportion):
    hits, base = proportion
    for method in (wilson, clopper_pearson):
        found, mirrored = method(hits, base), method(base - hits, base)
        assert 0 <= found.low <= hits / base <= found.high <= 1
        assert found.low == pytest.approx(1 - mirrored.high, abs=1e-9)
        assert method(hits, base, 0.99).low <= found.low


@pytest.mark.parametrize(("hits", "base"), [(1, 0), (-1, 5), (6, 5)])
def test_no_proportion_is_refused(hits, base):
    for method in (wilson, clopper_pearson):
        with pytest.raises(ValueError, match=r"base|proportion"):
            method(hits, base)
    with pytest.raises(ValueError, match="confidence"):
        wilson(1, 2, 1.0)
