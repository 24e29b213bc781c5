"""Whole numbers for the cells of a draw: bounds, proportions, ties; and the rule against repeats."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import pinzhi
from pinzhi.rules import law
from pinzhi.rules.dates import add_months
from pinzhi.rules.inspection.draws.design import Allocation, Design, DrawError, allocated
from pinzhi.rules.inspection.draws.repeats import Check, ProductKey, excluded_until, readings
from pinzhi.rules.inspection.verify_draw import share

# weights, lower bounds, upper bounds, total, shares
SHARES: list[tuple[list[int], list[int], list[int], int, list[int]]] = [
    ([10, 10, 10], [0, 0, 0], [99, 99, 99], 10, [4, 3, 3]),  # ties go in order
    ([1, 1, 98], [1, 1, 1], [99, 99, 99], 10, [1, 1, 8]),  # a minimum takes from the others
    ([1, 1, 98], [0, 0, 0], [99, 99, 5], 10, [3, 2, 5]),  # a cap gives to the others
    ([5, 3, 2], [1, 1, 1], [5, 3, 2], 10, [5, 3, 2]),
    (
        [6, 3, 1],
        [0, 0, 0],
        [99, 99, 99],
        4,
        [3, 1, 0],
    ),  # 2.4, 1.2, 0.4: of two largest remainders the earlier
    ([6, 3, 2], [0, 0, 0], [99, 99, 99], 4, [2, 1, 1]),  # 2.18, 1.09, 0.73
    ([1, 100], [5, 0], [9, 6], 10, [5, 5]),  # both bounds would bind; the side that binds more goes first
    ([7], [1], [9], 9, [9]),
]


@pytest.mark.parametrize(("weights", "low", "high", "total", "wanted"), SHARES)
def test_shares(weights: Any, low: Any, high: Any, total: int, wanted: list[int]) -> None:
    keyed = [dict(enumerate(numbers)) for numbers in (weights, low, high)]
    assert [n for _, n in sorted(share(total, *keyed).items())] == wanted


bounded = st.lists(
    st.tuples(st.integers(1, 10**6), st.integers(0, 20), st.integers(0, 50)), min_size=1, max_size=25
).flatmap(
    lambda cells: st.tuples(
        st.just(cells), st.integers(sum(c[1] for c in cells), sum(c[1] + c[2] for c in cells))
    )
)


@given(bounded)
def test_shares_keep_the_total_and_the_bounds_and_are_fair(
    case: tuple[list[tuple[int, int, int]], int],
) -> None:
    cells, total = case
    weights = {at: c[0] for at, c in enumerate(cells)}
    low = {at: c[1] for at, c in enumerate(cells)}
    high = {at: c[1] + c[2] for at, c in enumerate(cells)}
    found = share(total, weights, low, high)
    assert sum(found.values()) == total
    assert all(low[c] <= found[c] <= high[c] for c in found)
    # One rate fits all: within the bounds nobody is a whole unit off rate × weight, and at a bound nobody is further
    # from it than the bound makes him.
    least = max((Fraction(found[c] - 1, weights[c]) for c in found if found[c] > low[c]), default=Fraction(0))
    most = min((Fraction(found[c] + 1, weights[c]) for c in found if found[c] < high[c]), default=least + 1)
    assert least < most


cells = st.dictionaries(
    st.tuples(
        st.sampled_from(["350101", "350102", "350103"]), st.sampled_from("ABCD"), st.sampled_from("01")
    ),
    st.integers(1, 500),
    min_size=1,
)
RATIOS = {"A": "0.05", "B": "0.2", "C": "0.6", "D": "1"}


@given(cells)
def test_class_ratios_are_met_in_each_stratum_and_nobody_is_left_out(numbers: dict[Any, int]) -> None:
    found = allocated(Design(Allocation("ratios", RATIOS)), numbers)
    for cell, n in found.items():
        assert 1 <= n <= numbers[cell]
        assert n == numbers[cell] or cell[2] == "0"
    for stratum in {c[0] for c in numbers}:
        own = [c for c in numbers if c[0] == stratum and c[2] == "0"]
        wanted = sum(Fraction(RATIOS[c[1]]) * numbers[c] for c in own)
        assert wanted <= sum(found[c] for c in own) < max(wanted + 1, len(own) + 1)


@given(cells, st.integers(1, 400))
def test_a_total_is_met_or_refused(numbers: dict[Any, int], total: int) -> None:
    plain = {(s, "", m): n for (s, _, m), n in numbers.items()}
    musts = sum(n for c, n in plain.items() if c[2] == "1")
    rest = [c for c in plain if c[2] == "0"]
    fits = len(rest) <= total - musts <= sum(plain[c] for c in rest)
    if not fits:
        with pytest.raises(DrawError):
            if allocated(Design(Allocation("total", total)), plain) and not rest:
                raise DrawError("", "")  # nothing but certain units: they are taken whatever the total says
    else:
        assert sum(allocated(Design(Allocation("total", total)), plain).values()) == total


def test_capacity_includes_certain_units() -> None:
    numbers = {("a", "", "0"): 50, ("a", "", "1"): 4, ("b", "", "0"): 50}
    found = allocated(Design(Allocation("total", 30), capacity={"a": 10}), numbers)
    assert found == {("a", "", "0"): 6, ("a", "", "1"): 4, ("b", "", "0"): 20}
    with pytest.raises(DrawError):
        allocated(Design(Allocation("total", 30), capacity={"a": 4}), numbers)


# ---- the rule against repeats -----------------------------------------------------------------------------------
LAW = law.parse(
    yaml.safe_load(
        (Path(pinzhi.__file__).parent / "catalogue" / "law" / "inspection_draw.yaml").read_text("utf-8")
    )
)
KEY = ProductKey.of("91350102MA00000014", "GB/T 1-2020", "鑫", "A-1")

# reading, checked by (department, level), passed, purpose before; asking department, level, purpose; day; until
REPEATS = [
    (
        "same_department",
        ("p", "province", True, "routine"),
        ("p", "province", "routine"),
        "2026-01-01",
        "2026-03-30",
    ),
    (
        "same_department",
        ("p", "province", False, "routine"),
        ("p", "province", "routine"),
        "2026-01-01",
        "2026-03-30",
    ),
    (
        "same_department",
        ("p", "province", True, "routine"),
        ("p", "province", "routine"),
        "2026-03-29",
        "2026-03-30",
    ),
    ("same_department", ("p", "province", True, "routine"), ("p", "province", "routine"), "2026-03-30", None),
    (
        "same_department",
        ("p", "province", True, "routine"),
        ("c", "city", "routine"),
        "2026-01-01",
        "2026-03-30",
    ),
    ("same_department", ("c", "city", True, "routine"), ("p", "province", "routine"), "2026-01-01", None),
    ("same_department", ("d", "city", True, "routine"), ("c", "city", "routine"), "2026-01-01", None),
    (
        "same_department",
        ("p", "province", True, "routine"),
        ("p", "province", "follow_up"),
        "2026-01-01",
        None,
    ),
    (
        "same_department",
        ("p", "province", True, "emergency"),
        ("p", "province", "routine"),
        "2026-01-01",
        None,
    ),
    ("same_department", ("p", "province", True, "routine"), ("p", "province", "routine"), "2025-09-29", None),
    (
        "passed_national",
        ("n", "national", True, "routine"),
        ("c", "city", "routine"),
        "2026-01-01",
        "2026-03-30",
    ),
    ("passed_national", ("n", "national", False, "routine"), ("c", "city", "routine"), "2026-01-01", None),
    ("passed_national", ("n", "national", None, "routine"), ("c", "city", "routine"), "2026-01-01", None),
    ("passed_national", ("p", "province", True, "routine"), ("p", "province", "routine"), "2026-01-01", None),
]


@pytest.mark.parametrize(("name", "before", "asking", "day", "until"), REPEATS)
def test_no_repeat(name: str, before: Any, asking: Any, day: str, until: str | None) -> None:
    reading = readings(LAW.as_of(dt.date(2026, 1, 1)))[name]
    assert reading.months == 6 and reading.provisional
    check = Check(KEY, dt.date(2025, 9, 30), *before[:2], passed=before[2], purpose=before[3])
    found = excluded_until(
        reading,
        [check],
        day=dt.date.fromisoformat(day),
        department=asking[0],
        level=asking[1],
        purpose=asking[2],
    )
    assert (found and found[0]) == (dt.date.fromisoformat(until) if until else None)


@pytest.mark.parametrize(
    ("day", "months", "wanted"),
    [
        ("2025-08-31", 6, "2026-02-28"),
        ("2023-08-31", 6, "2024-02-29"),
        ("2025-12-15", 6, "2026-06-15"),
        ("2025-06-30", 6, "2025-12-30"),
    ],
)
def test_months_end_on_the_same_day_or_the_last(day: str, months: int, wanted: str) -> None:
    assert add_months(dt.date.fromisoformat(day), months) == dt.date.fromisoformat(wanted)


def test_width_case_and_blanks_do_not_make_another_product() -> None:
    assert ProductKey.of("９１３５０１０２ma00000014", "gb／T １-２０２０", " 鑫 ", "a-1") == KEY
    assert ProductKey.of("91350102MA00000014", "GB/T 1-2020", "鑫", "A-2") != KEY
