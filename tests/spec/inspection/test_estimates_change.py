"""Years compared, trends, and the pass rate as it is shown: raw share, estimate, intervals, words."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import random
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import pinzhi
from pinzhi.rules import law
from pinzhi.rules.inspection.errors import InputError
from pinzhi.rules.inspection.estimates import change, intervals, linear, rates, words
from pinzhi.rules.inspection.estimates.change import Point
from pinzhi.rules.inspection.estimates.design import describe
from pinzhi.rules.inspection.estimates.rates import Checked

# probability, degrees of freedom, Student's quantile (printed tables, four decimals)
QUANTILES = [
    (0.975, 1, 12.7062),
    (0.975, 2, 4.3027),
    (0.975, 10, 2.2281),
    (0.975, 30, 2.0423),
    (0.995, 5, 4.0321),
    (0.95, 120, 1.6577),
    (0.975, math.inf, 1.9600),
]


@pytest.mark.parametrize(("probability", "degrees", "quantile"), QUANTILES)
def test_students_quantiles(probability, degrees, quantile):
    assert intervals.t_quantile(probability, degrees) == pytest.approx(quantile, abs=5.1e-5)
    assert intervals.t_quantile(1 - probability, degrees) == pytest.approx(-quantile, abs=5.1e-5)


@given(st.floats(0.0001, 0.9999), st.integers(1, 500))
def test_distribution_and_quantile_undo_each_other(probability, degrees):
    assert intervals.t_cdf(intervals.t_quantile(probability, degrees), degrees) == pytest.approx(
        probability, abs=1e-10
    )


@given(st.integers(0, 60), st.integers(1, 60))
@settings(deadline=None)
def test_for_a_simple_random_sample_the_design_interval_is_the_exact_one(hits, more):
    """Korn and Graubard's interval without a design effect: Clopper and Pearson's at n - 1 of n units."""
    n = hits + more
    y = [1] * hits + [0] * more
    if n < 2:
        return
    design = describe(n)
    found = intervals.of_share(design, y)
    p = hits / n
    size = n - 1 if 0 < p < 1 else n
    low = 0.0 if hits == 0 else intervals.beta_quantile(0.025, p * size, size * (1 - p) + 1)
    high = 1.0 if hits == n else intervals.beta_quantile(0.975, p * size + 1, size * (1 - p))
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))
    assert found.low <= p <= found.high


@given(
    st.floats(0.02, 0.98),
    st.floats(0.001, 0.05),
    st.integers(20, 500),
    st.integers(3, 60),
    st.sampled_from(["beta", "logit", "asin", "likelihood", "wilson", "mean"]),
)
@settings(deadline=None)
def test_intervals_hold_the_estimate_and_grow_with_the_confidence(p, error, rows, degrees, method):
    narrow = intervals.share(p, error**2, rows, degrees, method, 0.8)
    wide = intervals.share(p, error**2, rows, degrees, method, 0.95)
    assert wide.low <= narrow.low <= p <= narrow.high <= wide.high
    mirrored = intervals.share(1 - p, error**2, rows, degrees, method, 0.95)
    assert (1 - mirrored.high, 1 - mirrored.low) == (
        pytest.approx(wide.low, abs=1e-6),
        pytest.approx(wide.high, abs=1e-6),
    )


def test_all_passed_is_not_certainty():
    found = intervals.of_share(describe(20), [1] * 20)
    assert found.high == 1 and found.low == pytest.approx(0.8316, abs=5e-5)  # 0.025 ** (1/20)


def test_a_share_that_the_strata_fix_is_certain():
    design = describe(6, strata=[list("aaabbb")], weights=[2, 2, 2, 5, 5, 5])
    for method in ("beta", "wilson", "logit", "asin", "likelihood", "mean"):
        found = intervals.of_share(design, [1, 1, 1, 0, 0, 0], method)
        assert found.low == found.high == pytest.approx(6 / 21)


# ---- two years


def test_welch_by_hand():
    found = change.difference(Point(0.90, 0.02, 30), Point(0.95, 0.01, 50))
    assert found.difference == pytest.approx(0.05)
    assert found.error == pytest.approx(math.sqrt(0.0005))
    degrees = 0.0005**2 / (0.02**4 / 30 + 0.01**4 / 50)
    assert found.degrees == pytest.approx(degrees)
    assert found.statistic == pytest.approx(0.05 / math.sqrt(0.0005))
    assert found.p_value == pytest.approx(2 * (1 - intervals.t_cdf(found.statistic, degrees)))
    assert found.distinguishable() and found.interval.low > 0
    back = change.difference(Point(0.95, 0.01, 50), Point(0.90, 0.02, 30))
    assert back.p_value == pytest.approx(found.p_value) and back.difference == -found.difference


@given(st.floats(0.5, 0.99), st.floats(0.5, 0.99), st.floats(0.001, 0.1), st.floats(0.001, 0.1))
def test_the_interval_and_the_test_say_the_same(a, b, sa, sb):
    found = change.difference(Point(a, sa, 20), Point(b, sb, 40))
    leaves_out_none = found.interval.low > 0 or found.interval.high < 0
    if abs(found.p_value - 0.05) > 1e-6:
        assert leaves_out_none == found.distinguishable()


@given(st.integers(1, 25), st.integers(1, 25), st.data())
@settings(deadline=None)
def test_fishers_test_against_all_tables(base, other, data):
    hits, other_hits = data.draw(st.integers(0, base)), data.draw(st.integers(0, other))
    every = hits + other_hits
    chances = {
        k: Fraction(math.comb(base, k) * math.comb(other, every - k), math.comb(base + other, every))
        for k in range(every + 1)
    }
    expected = float(sum(c for c in chances.values() if c <= chances[hits]))
    assert change.exact_difference(hits, base, other_hits, other) == pytest.approx(expected)


def test_fishers_tea():
    assert change.exact_difference(3, 4, 1, 4) == pytest.approx(34 / 70)
    assert change.exact_difference(4, 4, 0, 4) == pytest.approx(2 / 70)


def test_the_size_of_the_test_is_what_it_says():
    """Two years without a change: about one test in twenty says otherwise."""
    dice = random.Random(2)
    false = 0
    for _ in range(200):
        points = []
        for _ in range(2):
            y = [int(dice.random() < 0.9) for _ in range(150)]
            found = linear.mean(describe(150), {"y": y})
            points.append(Point(found.value, found.error, found.degrees_of_freedom))
        false += change.difference(*points).distinguishable()
    assert 2 <= false <= 22


# ---- trend


def test_a_trend_of_equal_errors_is_least_squares():
    points = [(2021 + i, Point(v, 0.01)) for i, v in enumerate((0.88, 0.90, 0.91, 0.94))]
    found = change.trend(points)
    assert found.per_year == pytest.approx(0.019)  # slope of 0.88 0.90 0.91 0.94
    assert found.error == pytest.approx(0.01 / math.sqrt(5))
    assert found.p_value < 0.001
    flat = change.trend([(year, Point(0.9, 0.01)) for year, _ in points])
    assert flat.per_year == pytest.approx(0) and flat.p_value == pytest.approx(1)


def test_two_points_make_a_trend_that_is_their_difference():
    a, b = Point(0.90, 0.02), Point(0.95, 0.01)
    line, gap = change.trend([(2022, a), (2024, b)]), change.difference(a, b)
    assert line.per_year == pytest.approx(gap.difference / 2)
    assert line.p_value == pytest.approx(gap.p_value)


def test_trend_of_counts_against_permutations():
    rows = [(0, 3, 6), (1, 4, 6), (2, 6, 6)]
    z, p = change.trend_of_counts(rows)
    outcomes = [1] * 3 + [0] * 3 + [1] * 4 + [0] * 2 + [1] * 6
    years = [0] * 6 + [1] * 6 + [2] * 6
    p_bar, centre = sum(outcomes) / 18, 1
    over = sum((y - centre) * (o - p_bar) for y, o in zip(years, outcomes, strict=True))
    spread = p_bar * (1 - p_bar) * sum((y - centre) ** 2 for y in years)
    assert z == pytest.approx(over / math.sqrt(spread))
    # Of all ways to place the five failures, the share at least as far from even.
    ways = far = 0
    for failed in itertools.combinations(range(18), 5):
        drift = -sum(years[i] - centre for i in failed)
        ways += 1
        # Ties count half: the normal curve knows no steps.
        far += 0.5 if abs(abs(drift) - abs(over)) < 1e-9 else abs(drift) > abs(over)
    assert p == pytest.approx(far / ways, abs=0.02)


WRONG = [
    (lambda: change.difference(Point(1, 0), Point(1, 0)), "error"),
    (lambda: change.contrast(0.1, 0, 5), "error"),
    (lambda: change.exact_difference(5, 4, 1, 4), "base"),
    (lambda: change.exact_difference(0, 0, 1, 4), "base"),
    (lambda: change.trend([(2024, Point(0.9, 0.1))]), "points"),
    (lambda: change.trend([(2023, Point(0.9, 0.1)), (2024, Point(1, 0))]), "points"),
    (lambda: change.trend_of_counts([(2024, 1, 2)]), "rows"),
    (lambda: change.trend_of_counts([(2023, 2, 2), (2024, 2, 2)]), "rows"),
]


@pytest.mark.parametrize(("wrong", "field"), WRONG)
def test_what_has_no_answer_is_refused_by_name(wrong, field):
    with pytest.raises(InputError) as refused:
        wrong()
    assert refused.value.field == field


# ---- the rate as it is shown

SMALL_SHOPS = [Checked(i % 10 != 0, 20 / 2000, "small") for i in range(20)]  # 18 of 20
LARGE_FIRMS = [Checked(True, 100 / 100, "large") for _ in range(100)]
SIZES = {"small": 2000, "large": 100}


def test_raw_share_and_estimate_differ_where_chances_do():
    found = rates.rate(SMALL_SHOPS + LARGE_FIRMS, strata_sizes=SIZES)
    assert found.share == pytest.approx(118 / 120)
    assert found.weighted is not None
    assert found.weighted.value == pytest.approx((0.9 * 2000 + 100) / 2100)
    # By hand: the large firms were all checked; the small ones have (1 - f) s² / n.
    variance = (2000 / 2100) ** 2 * (1 - 0.01) * (0.9 * 0.1 * 20 / 19) / 20
    assert found.weighted.error == pytest.approx(math.sqrt(variance))
    assert found.weighted.size == pytest.approx(2100)
    assert found.weighted.interval and found.weighted.interval.low < 0.9 < found.weighted.interval.high
    assert all(text.zh and text.en for text in found.meaning)
    assert "98.3%" in found.meaning[0].zh and "90.5%" in found.meaning[1].zh


def test_a_targeted_unit_makes_the_estimate_impossible_and_says_so():
    found = rates.rate([*SMALL_SHOPS, Checked(False, None, "small")])
    assert found.weighted is None and found.base == 21
    assert words.TARGETED in found.meaning


def test_a_census_has_no_error_and_says_so():
    found = rates.rate(LARGE_FIRMS, strata_sizes=SIZES)
    assert found.weighted and found.weighted.error == 0 and found.weighted.interval is None
    assert words.CENSUS in found.meaning


def test_a_domain_keeps_the_design():
    rows = SMALL_SHOPS + LARGE_FIRMS
    mask = [i % 3 != 0 for i in range(len(rows))]
    found = rates.rate(rows, strata_sizes=SIZES, domain=mask)
    assert found.base == sum(mask)
    design = rates.design_of(rows, SIZES).where(mask)
    direct = linear.mean(design, {"y": [int(r.passed) for r in rows]})
    assert found.weighted
    assert (found.weighted.value, found.weighted.error) == (direct.value, direct.error)
    alone = rates.rate([r for r, kept in zip(rows, mask, strict=True) if kept], strata_sizes=SIZES)
    assert alone.weighted and alone.weighted.error != pytest.approx(found.weighted.error, rel=1e-3)


def test_groups_are_domains_of_one_draw():
    rows = [*SMALL_SHOPS, *LARGE_FIRMS]
    groups = [i % 3 for i in range(len(rows))]
    together = rates.rates_by(rows, groups, strata_sizes=SIZES)
    assert list(together) == [0, 1, 2]
    for name, found in together.items():
        assert found == rates.rate(rows, strata_sizes=SIZES, domain=[g == name for g in groups])
    # Targeted checks beside the draw leave the drawn part its estimate, and have none themselves.
    mixed = [*rows, Checked(False, None), Checked(True, None)]
    parts = rates.rates_by(mixed, ["drawn"] * len(rows) + ["targeted"] * 2, strata_sizes=SIZES)
    assert parts["drawn"].weighted == rates.rate(rows, strata_sizes=SIZES).weighted
    assert parts["targeted"].weighted is None and parts["targeted"].base == 2


def test_products_of_one_firm_count_as_one_cluster():
    firms = [
        Checked(passed=(f + p) % 7 != 0, probability=0.1, stratum="s", cluster=f)
        for f in range(12)
        for p in range(4)
    ]
    together = rates.rate(firms, strata_sizes={"s": 120})
    apart = rates.rate([Checked(r.passed, r.probability, "s") for r in firms], strata_sizes={"s": 480})
    assert together.weighted and apart.weighted
    assert together.weighted.degrees_of_freedom == 11 and apart.weighted.degrees_of_freedom == 47
    assert together.weighted.value == pytest.approx(apart.weighted.value)


def test_a_firm_passes_when_all_its_batches_do():
    rows = [("a", Checked(True, 0.5)), ("a", Checked(False, 0.5)), ("b", Checked(True, 0.5))]
    firms = rates.by_unit(rows)
    assert [f.passed for f in firms] == [False, True]
    assert all(f.probability is None for f in firms)  # a firm's chance is not its batches'
    assert [f.probability for f in rates.by_unit(rows, {"a": 0.2, "b": 0.4})] == [0.2, 0.4]


def test_nothing_checked_has_no_rate():
    found = rates.rate([])
    assert found.share is None and found.weighted is None and found.meaning == (words.NOTHING,)


def test_few_are_called_few():
    assert rates.rate(SMALL_SHOPS[:29]).small and not rates.rate(LARGE_FIRMS[:30]).small


def test_one_firm_gives_no_interval():
    found = rates.rate([Checked(True, 0.1, "s", "firm"), Checked(False, 0.1, "s", "firm")])
    assert found.weighted and found.weighted.interval is None
    assert words.NO_INTERVAL in found.meaning


def test_years_compared_in_words():
    def year(passed: int) -> rates.Rate:
        return rates.rate([Checked(i < passed, 0.1) for i in range(200)])

    found, text = rates.compare(year(170), year(194))
    assert found.distinguishable() and "+12.0" in text.zh and "+12.0" in text.en
    found, text = rates.compare(year(180), year(182))
    assert not found.distinguishable() and "不能说" in text.zh
    # All passed twice: still no certainty.
    found, _ = rates.compare(year(199), year(200))
    assert found.p_value > 0.2
    found, _ = rates.compare(year(200), year(200))
    assert found.p_value == 1
    with pytest.raises(InputError):
        rates.compare(year(180), rates.rate([Checked(True, None)] * 50))


def test_a_trend_of_rates_in_words():
    def year(passed: int) -> rates.Rate:
        return rates.rate([Checked(i < passed, 0.1) for i in range(400)])

    line, text = rates.trend([(2023, year(340)), (2024, year(360)), (2025, year(380))])
    assert line.per_year == pytest.approx(0.05, abs=0.003) and line.p_value < 0.001
    assert "个百分点" in text.zh and "more than sampling error" in text.en
    _, text = rates.trend([(2023, year(360)), (2024, year(361)), (2025, year(362))])
    assert "看不出趋势" in text.zh
    with pytest.raises(InputError) as refused:
        rates.trend([(2023, year(360)), (2024, rates.rate([Checked(True, None)]))])
    assert "2024" in refused.value.zh


def test_conventions_are_read_as_of_the_day():
    file = Path(pinzhi.__file__).parent / "catalogue/law/inspection_statistics.yaml"
    known = law.parse(yaml.safe_load(file.read_text(encoding="utf-8"))).as_of(dt.date(2026, 1, 1))
    assert rates.conventions(known) == {"confidence": 0.95, "small_count": 30}
    assert rates.rate(SMALL_SHOPS, **rates.conventions(known)).small


def test_percentages_never_round_to_all_or_nothing():
    assert words.percent(0.9996) == ">99.9%"
    assert words.percent(0.00001) == "<0.1%"
    assert words.percent(1) == "100.0%" and words.percent(0) == "0.0%" and words.percent(0.876) == "87.6%"


def test_a_probability_has_to_be_one():
    for wrong in (0, -0.1, 1.5):
        with pytest.raises(InputError):
            rates.rate([Checked(True, wrong), Checked(False, 0.5)])
    with pytest.raises(InputError) as refused:
        rates.rate(SMALL_SHOPS, strata_sizes={"large": 5})
    assert "small" in refused.value.zh


def some(n: int, passed: int, stratum: str, size: int, cluster: str | None = None) -> list[Checked]:
    """`n` units drawn with equal probability of a stratum of `size`, the first `passed` of which passed."""
    return [Checked(at < passed, n / size, stratum, cluster) for at in range(n)]


def shops(*found: tuple[str, int, int]) -> list[Checked]:
    """Products of firms, the firms drawn: name, products, of them passed. One in ten."""
    return [Checked(at < passed, 0.1, "", name) for name, n, passed in found for at in range(n)]


# The formulas of stratified, one-stage cluster and domain estimates worked with a pencil, before they were asked here.
# drawn, sizes of the strata, which of the rows are meant; the rate, its standard error
BY_HAND = [
    # 0.25 · 0.8 + 0.75 · 0.85; 0.0625 · 0.9 · 0.16/9 + 0.5625 · 280/300 · 0.1275/19 = 0.004523026
    (some(10, 8, "a", 100) + some(20, 17, "b", 300), {"a": 100, "b": 300}, None, 0.8375, 0.0672534),
    # 0.6 · 0.09/19 = 0.002842105
    (some(20, 18, "a", 50), {"a": 50}, None, 0.9, 0.0533114),
    # One stratum was checked whole, of the other all passed: nothing is left to chance.
    (some(5, 4, "a", 5) + some(19, 19, "b", 95), {"a": 5, "b": 95}, None, 0.99, 0.0),
    # 0.2 · 0.75 + 0.3 + 0.5 · 0.8; 0.04 · 0.8 · 0.1875/3 + 0 + 0.25 · 0.8 · 0.16/9 = 0.005555556
    (
        some(4, 3, "a", 20) + some(6, 6, "b", 30) + some(10, 8, "c", 50),
        {"a": 20, "b": 30, "c": 50},
        None,
        0.85,
        0.0745356,
    ),
    # A domain of six among ten of forty: 0.75 · 10/9 · (5/36 + 25/36)/36 = 0.019290123
    (some(10, 5, "a", 40), {"a": 40}, [True] * 6 + [False] * 4, 5 / 6, 0.1388889),
    # Three firms with 2, 2 and 1 products: 3/2 · (0.08² + 0.12² + 0.04²) = 0.0336, without the share that was drawn
    (shops(("f", 2, 2), ("g", 2, 1), ("h", 1, 1)), None, None, 0.8, 0.1833030),
]


@pytest.mark.parametrize(("drawn", "sizes", "domain", "value", "error"), BY_HAND)
def test_rates_worked_with_a_pencil(drawn, sizes, domain, value, error):
    found = rates.rate(drawn, strata_sizes=sizes, domain=domain).weighted
    assert found is not None
    assert (found.value, found.error) == (pytest.approx(value), pytest.approx(error, abs=5e-8))
