"""Yearly growth and trend."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.rules.statistics.change import compound_growth, mean_growth, trend

D = Decimal

# begin, end, years, average yearly growth
GROWTH = [
    ("100", "161.051", 5, "0.1"),
    ("100", "133.1", 3, "0.1"),
    ("200", "200", 4, "0"),
    ("100", "25", 2, "-0.5"),
    ("100", "0", 3, "-1"),
    ("78.98", "80.99", 2, "0.0126"),  # a published quality index, 2005 to 2007
]


@pytest.mark.parametrize(("begin", "end", "years", "rate"), GROWTH)
def test_compound_growth(begin, end, years, rate):
    found = compound_growth(D(begin), D(end), years)
    assert round(found, 4) == D(rate)


def test_growth_of_whole_rates_is_exact():
    assert compound_growth(D(100), D("161.051"), 5) == D("0.1")
    assert mean_growth([D("0.1")] * 3) == D("0.1")


def test_mean_of_yearly_rates_is_geometric():
    assert round(mean_growth([D("0.10"), D("-0.10")]), 6) == D("-0.005013")
    assert mean_growth([D("0.5"), D(-1)]) == -1


@given(st.lists(st.decimals("-0.5", "1", places=3), min_size=1, max_size=8))
def test_rates_and_levels_agree(rates):
    level = D(100)
    for rate in rates:
        level *= 1 + rate
    assert abs(mean_growth(rates) - compound_growth(D(100), level, len(rates))) < D("1e-20")


SENSELESS = [("0", "1", 1), ("-1", "1", 1), ("1", "-1", 1), ("1", "2", 0)]


@pytest.mark.parametrize(("begin", "end", "years"), SENSELESS)
def test_growth_that_has_no_meaning_is_refused(begin, end, years):
    with pytest.raises(ValueError, match="growth"):
        compound_growth(D(begin), D(end), years)


def test_a_straight_line_is_found_exactly():
    points = [(dt.date(2017, 1, 1) + dt.timedelta(days=73 * i), D(100 + 20 * i)) for i in range(6)]
    found = trend(points)
    assert abs(found.per_year - D(20) / 73 * D("365.2425")) < D("1e-25")
    assert abs(found.at_last - 200) < D("1e-25")
    assert round(found.fit, 20) == 1


def test_least_squares_against_a_worked_case():
    # x = -3, -2, -1, 0 in years of 365.2425 days; by hand the slope of 2, 4, 5, 8 on -3..0 is 1.9
    days = [dt.date(2020, 1, 1), dt.date(2021, 1, 1), dt.date(2022, 1, 1), dt.date(2023, 1, 1)]
    found = trend(list(zip(days, map(D, (2, 4, 5, 8)), strict=True)))
    assert round(found.per_year, 2) == D("1.90")
    assert round(found.at_last, 2) == D("7.60")
    assert round(found.fit, 2) == D("0.96")


def test_one_day_has_no_trend():
    assert trend([]) is None
    assert trend([(dt.date(2020, 1, 1), D(1))]) is None
    assert trend([(dt.date(2020, 1, 1), D(1)), (dt.date(2020, 1, 1), D(3))]) is None
    assert trend([(dt.date(2020, 1, 1), D(1)), (dt.date(2021, 1, 1), D(1))]).fit is None
