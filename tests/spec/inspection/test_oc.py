"""Operating characteristics against exact arithmetic, and the least plan against trying them all."""

from __future__ import annotations

import math
import random
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pinzhi.rules.inspection.acceptance import declared, oc, search
from pinzhi.rules.inspection.errors import InputError

D = Decimal


# ---- the other implementation: whole numbers and fractions


def exact_binomial(n: int, c: int, p: Fraction) -> Fraction:
    return sum((math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(min(n, c) + 1)), Fraction(0))


def exact_hypergeometric(lot: int, n: int, c: int, bad: int) -> Fraction:
    ways = sum(math.comb(bad, k) * math.comb(lot - bad, n - k) for k in range(min(n, c) + 1))
    return Fraction(ways, math.comb(lot, n))


def exact_poisson(n: int, c: int, p: Decimal) -> Decimal:
    with localcontext() as context:
        context.prec = 60
        mean = n * p
        term = total = (-mean).exp()
        for k in range(1, c + 1):
            term = term * mean / k
            total += term
        return total


@given(st.integers(1, 400), st.integers(0, 400), st.fractions(0, 1, max_denominator=10**6))
@settings(max_examples=60, deadline=None)
def test_binomial(n, c, p):
    found = oc.binomial(n, c, p)
    exact = exact_binomial(n, c, p)
    assert abs(found.accepted - float(exact)) < 1e-12
    assert abs(found.rejected - float(1 - exact)) < 1e-12


@pytest.mark.parametrize(
    ("n", "c", "p"),
    [(800, 7, "0.5"), (50, 30, "0.999"), (2000, 43, "0.1"), (315, 12, "0.716"), (60, 59, "0.01")],
)
def test_a_far_tail_keeps_its_digits(n, c, p):
    """Where hardly a lot is accepted (or refused) the small probability is still right to ten digits."""
    exact = exact_binomial(n, c, Fraction(p))
    found = oc.binomial(n, c, D(p))
    assert found.accepted == pytest.approx(float(exact), rel=1e-10, abs=0)
    assert found.rejected == pytest.approx(float(1 - exact), rel=1e-10, abs=0)
    whole = oc.hypergeometric(5000, n, c, int(5000 * D(p)))
    assert whole.accepted == pytest.approx(
        float(exact_hypergeometric(5000, n, c, int(5000 * D(p)))), rel=1e-10, abs=0
    )
    assert oc.poisson(n, c, D(p)).accepted == pytest.approx(
        float(exact_poisson(n, c, D(p))), rel=1e-10, abs=0
    )


@given(st.integers(1, 3000), st.data())
@settings(max_examples=60, deadline=None)
def test_hypergeometric(lot, data):
    n = data.draw(st.integers(0, lot))
    bad = data.draw(st.integers(0, lot))
    c = data.draw(st.integers(0, n))
    found = oc.hypergeometric(lot, n, c, bad)
    exact = exact_hypergeometric(lot, n, c, bad)
    assert abs(found.accepted - float(exact)) < 1e-12
    assert abs(found.rejected - float(1 - exact)) < 1e-12


@given(st.integers(1, 3000), st.integers(0, 200), st.decimals("0", "0.2", places=6))
@settings(max_examples=50, deadline=None)
def test_poisson(n, c, p):
    assert abs(oc.poisson(n, c, p).accepted - float(exact_poisson(n, c, p))) < 1e-12


# Lots of a million, qualities down to one item: where log-gamma values lose their digits.
LARGE = [
    (10**6, 1250, 3, 1000),
    (10**6, 1250, 0, 1),
    (10**6, 2000, 21, 10000),
    (10**6, 800, 0, 1),
    (10**6, 3150, 1, 500),
    (10**6, 4000, 50, 10000),
    (10**6, 999_999, 4, 5),
    (2_000_000, 5000, 12, 5000),
    (123_457, 500, 2, 617),
]


@pytest.mark.parametrize(("lot", "n", "c", "bad"), LARGE)
def test_large_lots(lot, n, c, bad):
    exact = exact_hypergeometric(lot, n, c, bad) if n < lot // 2 else exact_hypergeometric(lot, bad, c, n)
    found = oc.hypergeometric(lot, n, c, bad)
    assert abs(found.accepted - float(exact)) < 1e-12
    assert abs(found.accepted / float(exact) - 1) < 1e-11


@pytest.mark.parametrize(
    "p", ["1e-12", "1e-9", "0.000001", "0.0005", "0.013", "0.5", "0.9999", "0.999999999999"]
)
@pytest.mark.parametrize(("n", "c"), [(1, 0), (50, 1), (3150, 1), (2000, 21), (2000, 1999)])
def test_binomial_at_the_edges(n, c, p):
    with localcontext() as context:
        context.prec = 80
        q = D(p)
        exact = sum((math.comb(n, k) * q**k * (1 - q) ** (n - k) for k in range(c + 1)), D(0))
        assert abs(D(oc.binomial(n, c, q).accepted) - exact) < D("1e-12")


def test_a_sample_of_a_hundred_thousand():
    # P(X <= n/2) for a fair coin and even n is 1/2 + C(n, n/2) / 2^(n+1).
    n = 40_000
    middle = Fraction(math.comb(n, n // 2), 2 ** (n + 1))
    assert abs(oc.binomial(n, n // 2, 0.5).accepted - 0.5 - float(middle)) < 1e-12


def test_certain_cases():
    assert oc.binomial(10, 0, 0).accepted == 1 and oc.binomial(10, 9, 1).accepted == 0
    assert oc.binomial(10, 10, 1).accepted == 1
    assert oc.hypergeometric(100, 100, 4, 5).accepted == 0
    assert oc.hypergeometric(100, 10, 0, 0).accepted == 1
    assert oc.hypergeometric(100, 95, 0, 6).accepted == 0  # six nonconforming, five left out
    assert oc.poisson(10, 0, 0).accepted == 1


# Poisson: n·p at which a plan accepts 95 % and 10 % (the constants of every textbook, three decimals)
CONSTANTS = [
    (0, 0.0513, 2.303),
    (1, 0.355, 3.890),
    (2, 0.818, 5.322),
    (3, 1.366, 6.681),
    (5, 2.613, 9.275),
    (7, 3.981, 11.771),
    (10, 6.169, 15.407),
]


@pytest.mark.parametrize(("c", "producer", "consumer"), CONSTANTS)
def test_published_poisson_constants(c, producer, consumer):
    assert oc.poisson(1, c, producer).accepted == pytest.approx(0.95, abs=2e-4)
    assert oc.poisson(1, c, consumer).accepted == pytest.approx(0.10, abs=1e-4)


@given(st.integers(1, 200), st.integers(0, 20), st.floats(0, 1), st.floats(0, 1))
def test_acceptance_falls_with_worse_quality_and_grows_with_the_acceptance_number(n, c, p, q):
    p, q = sorted((p, q))
    assert oc.binomial(n, c, p).accepted >= oc.binomial(n, c, q).accepted - 1e-13
    assert oc.binomial(n, c + 1, p).accepted >= oc.binomial(n, c, p).accepted - 1e-13
    assert oc.poisson(n, c, p).accepted >= oc.poisson(n, c, q).accepted - 1e-13
    assert oc.binomial(n + 1, c, p).accepted <= oc.binomial(n, c, p).accepted + 1e-13


@given(st.integers(2, 300), st.data())
def test_a_lot_of_worse_quality_is_accepted_less_often(lot, data):
    n = data.draw(st.integers(1, lot))
    c = data.draw(st.integers(0, n))
    pas = [oc.hypergeometric(lot, n, c, bad).accepted for bad in range(lot + 1)]
    assert all(a >= b - 1e-13 for a, b in pairwise(pas))
    assert pas[0] == 1


def test_nearest_whole_number_of_nonconforming_items():
    assert oc.nonconforming_of(1000, D("0.02")) == 20
    assert oc.nonconforming_of(100, D("0.145")) == 14  # 14.5, to the even one
    assert oc.nonconforming_of(100, 0.155) == 16  # 15.5, to the even one
    assert oc.nonconforming_of(10**6, D("1e-7")) == 0


def test_average_sample_number_by_simulation():
    dice = random.Random(7)
    n, c, p = 50, 2, 0.08
    used = []
    for _ in range(15_000):
        seen = 0
        bad = 0
        while seen < n and bad <= c:
            seen += 1
            bad += dice.random() < p
        used.append(seen)
    assert oc.average_sample_number(n, c, p) == pytest.approx(sum(used) / len(used), abs=0.4)
    assert oc.average_sample_number(n, c, 0) == n
    assert oc.average_sample_number(n, c, 1) == pytest.approx(c + 1)


# Dodge and Romig: AOQL of single plans for large lots is y / n with y by acceptance number
@pytest.mark.parametrize(("c", "y"), [(0, 0.3679), (1, 0.8400), (2, 1.3711), (3, 1.9424), (5, 3.1682)])
def test_outgoing_quality_limit(c, y):
    limit, at = oc.outgoing_quality_limit(5000, c)
    assert limit * 5000 == pytest.approx(y, rel=2e-3)
    for p in (at * 0.5, at * 0.9, at * 1.1, at * 2):
        assert oc.average_outgoing_quality(5000, c, p) <= limit


# ---- the least plan


def brute(kind, producer, consumer, alpha, beta, lot, most=90):
    """All plans from the smallest on; binomial terms in plain floating point, doubtful cases left out."""
    for n in range(1, (lot or most) + 1):
        for c in range(n + 1):
            if kind == "hypergeom":
                good = exact_hypergeometric(lot, n, c, oc.nonconforming_of(lot, producer))
                bad = exact_hypergeometric(lot, n, c, oc.nonconforming_of(lot, consumer))
            else:
                good, bad = (
                    math.fsum(math.comb(n, k) * float(q) ** k * float(1 - q) ** (n - k) for k in range(c + 1))
                    for q in (producer, consumer)
                )
                assume(abs(good - float(1 - alpha)) > 1e-9 and abs(bad - float(beta)) > 1e-9)
            if good >= 1 - Fraction(alpha) and bad <= Fraction(beta):
                return n, c
            if bad > Fraction(beta):
                break  # a larger acceptance number accepts more
    return None


shares = st.sampled_from([D(k) / 100 for k in range(1, 60)])
risks = st.sampled_from([D("0.01"), D("0.05"), D("0.1"), D("0.2"), D("0.25")])


@given(shares, shares, risks, risks)
@settings(max_examples=40, deadline=None)
def test_binomial_search_is_the_least_of_all(a, b, alpha, beta):
    producer, consumer = sorted((a, b))
    assume(consumer > 4 * producer or consumer - producer > D("0.25"))
    expected = brute("binomial", producer, consumer, alpha, beta, None)
    assume(expected is not None)
    found = search.find("binomial", producer, consumer, alpha, beta)
    assert (found.n, found.c) == expected


@given(st.integers(5, 60), shares, shares, risks, risks)
@settings(max_examples=60, deadline=None)
def test_hypergeometric_search_is_the_least_of_all(lot, a, b, alpha, beta):
    producer, consumer = sorted((a, b))
    assume(oc.nonconforming_of(lot, producer) < oc.nonconforming_of(lot, consumer))
    found = search.find("hypergeom", producer, consumer, alpha, beta, lot)
    assert (found.n, found.c) == brute("hypergeom", producer, consumer, alpha, beta, lot)


@given(st.decimals("0.001", "0.3", places=4), st.decimals("2", "12", places=2), risks, risks)
@settings(max_examples=15, deadline=None)
def test_the_found_plan_keeps_both_risks_and_one_less_does_not(producer, factor, alpha, beta):
    for kind in ("binomial", "poisson"):
        consumer = producer * factor
        assume(consumer < 1)
        found = search.find(kind, producer, consumer, alpha, beta)
        assert found.accepted_at_producer >= 1 - float(alpha) - 1e-12
        assert found.accepted_at_consumer <= float(beta) + 1e-12
        for c in range(max(0, found.c - 2), found.c + 1):
            n = found.n - 1
            if n > c:
                both = (
                    oc.acceptance(kind, n, c, producer).accepted >= 1 - float(alpha) + 1e-12
                    and oc.acceptance(kind, n, c, consumer).accepted <= float(beta) - 1e-12
                )
                assert not both


# type, prp, crp, alpha, beta, N; n, c
KNOWN = [
    ("binomial", "0.01", "0.05", "0.05", "0.10", None, 132, 3),
    ("poisson", "0.01", "0.05", "0.05", "0.10", None, 134, 3),
    ("hypergeom", "0.01", "0.05", "0.05", "0.10", 1000, 128, 3),
    ("binomial", "0", "0.1", "0.05", "0.10", None, 22, 0),
    ("binomial", "0.05", "0.2", "0.05", "0.10", None, 38, 4),
    ("hypergeom", "0.05", "0.1", "0.05", "0.10", 20, 19, 1),  # the consumer's risk is 0.10 exactly,
]


@pytest.mark.parametrize(("kind", "prp", "crp", "alpha", "beta", "lot", "n", "c"), KNOWN)
def test_known_plans(kind, prp, crp, alpha, beta, lot, n, c):
    found = search.find(kind, D(prp), D(crp), D(alpha), D(beta), lot)
    assert (found.n, found.c) == (n, c)


def test_qualities_that_lie_close_together_still_have_their_least_plan():
    found = search.find("poisson", D("0.01"), D("0.0115"))
    assert found.c > 400
    for c in range(found.c - 40, found.c):
        low, high = c, found.n
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (
                (low, middle) if oc.poisson(middle, c, D("0.0115")).accepted <= 0.10 else (middle, high)
            )
        assert oc.poisson(high, c, D("0.01")).accepted < 0.95


def test_qualities_that_lie_close_together_in_a_lot():
    lot, good, bad = 20_000, 1000, 1020
    found = search.find("hypergeom", D("0.05"), D("0.051"), lot=lot)
    assert found.c > 400 and found.n <= lot
    assert oc.hypergeometric(lot, found.n, found.c, good).accepted >= 0.95
    assert oc.hypergeometric(lot, found.n, found.c, bad).accepted <= 0.10
    for c in range(found.c - 30, found.c + 1):
        assert (
            oc.hypergeometric(lot, found.n - 1, c, good).accepted < 0.95
            or oc.hypergeometric(lot, found.n - 1, c, bad).accepted > 0.10
        )


@pytest.mark.parametrize(
    ("kind", "prp", "crp", "alpha", "beta", "lot", "field"),
    [
        ("binomial", "0.05", "0.05", "0.05", "0.1", None, "crp"),
        ("binomial", "0.06", "0.05", "0.05", "0.1", None, "crp"),
        ("binomial", "0.01", "0.05", "0.5", "0.5", None, "beta"),
        ("hypergeom", "0.011", "0.012", "0.05", "0.1", 100, "N"),
        ("binomial", "1e-13", "1e-12", "0.05", "0.1", None, "crp"),
    ],
)
def test_what_no_plan_can_do_is_refused(kind, prp, crp, alpha, beta, lot, field):
    with pytest.raises(InputError) as refused:
        search.find(kind, D(prp), D(crp), D(alpha), D(beta), lot)
    assert refused.value.field == field


# ---- declared quality levels


@pytest.mark.parametrize("population", [None, 250, 60])
@pytest.mark.parametrize(("dql", "lqr"), [("0.02", "5"), ("0.05", "4"), ("0.01", "20")])
def test_an_assessment_keeps_the_stated_risks(dql, lqr, population):
    plan = declared.assessment(D(dql), D(lqr), D("0.05"), D("0.10"), population)
    assert plan.false_contradiction <= 0.05 + 1e-12
    assert plan.missed <= 0.10 + 1e-12
    assert not declared.contradicted(plan, plan.limit)
    assert declared.contradicted(plan, plan.limit + 1)
    if population is None:
        assert plan.missed == pytest.approx(
            float(exact_binomial(plan.n, plan.limit, Fraction(dql) * Fraction(lqr)))
        )
    else:
        assert plan.n <= population


def test_a_given_sample_has_its_limit_and_says_what_it_misses():
    plan = declared.limit_for(20, D("0.05"), D("3"), D("0.05"))
    assert plan.limit == 3
    assert float(1 - exact_binomial(20, 2, Fraction(1, 20))) > 0.05 >= plan.false_contradiction
    assert plan.missed == pytest.approx(float(exact_binomial(20, 3, Fraction(3, 20))))


@pytest.mark.parametrize(
    ("dql", "lqr", "field"), [("0", "5", "dql"), ("0.02", "1", "lqr"), ("0.3", "4", "lqr")]
)
def test_declarations_without_sense_are_refused(dql, lqr, field):
    with pytest.raises(InputError) as refused:
        declared.assessment(D(dql), D(lqr), D("0.05"), D("0.10"))
    assert refused.value.field == field
