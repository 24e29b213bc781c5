"""The degree of conformity: three rates by a named method."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
import yaml
from tests.spec.standards.vocabulary import CATALOGUE

from pinzhi.rules.standards.conformity import (
    Conversion,
    KeyStandard,
    Outcomes,
    Rate,
    conforms,
    count,
    method_on,
    methods,
    rates,
)

METHODS = methods(yaml.safe_load((CATALOGUE / "conformity.yaml").read_text(encoding="utf-8")))


def percent(rate: Rate) -> str:
    assert rate.value is not None
    return f"{float(rate.value * 100):.1f}"


def test_the_national_comparison_of_2015() -> None:
    found = rates(METHODS[0], outcomes=Outcomes(stricter=2299, equal=728, laxer=529, different=260))
    assert found.outcomes.compared == 3816
    assert percent(found.r2) == "79.3"
    assert percent(found.r2_ordered) == "85.1"
    assert (found.r2.numerator, found.r2.denominator) == (3027, 3816)
    assert (found.r2_ordered.numerator, found.r2_ordered.denominator) == (3027, 3556)


@pytest.mark.parametrize(
    ("standard", "counts"),
    [
        (KeyStandard("GB 1", "ISO 1", "IDT"), True),
        (KeyStandard("GB 1", "ISO 1", "MOD"), True),
        (KeyStandard("GB 1", "ISO 1", "NEQ"), False),
        (KeyStandard("GB 1", "ISO 1", "EQV"), False),
        (KeyStandard("GB 1", "ISO 1", ""), False),
        (KeyStandard("GB 1", "", "IDT"), False),
        (KeyStandard("GB 1", "ISO 1", "IDT", current=False), False),
    ],
)
def test_what_counts_as_conforming(standard: KeyStandard, counts: bool) -> None:
    assert conforms(standard, METHODS[-1]) is counts


def test_three_rates_and_their_bases() -> None:
    found = rates(
        METHODS[-1],
        standards=[KeyStandard("a", "ISO 1", "IDT"), KeyStandard("b", "ISO 2", "NEQ"), KeyStandard("c")],
        outcomes=count(["stricter", "incomparable", "equal", "laxer"]),
        conversions=[
            Conversion("ISO 1", True, True),
            Conversion("ISO 2", True, False),
            Conversion("ISO 3", False, True),
        ],
    )
    assert (found.r1.value, found.r2.value, found.r3.value) == (
        Fraction(1, 2),
        Fraction(1, 2),
        Fraction(1, 2),
    )
    assert found.r2_ordered.value == Fraction(2, 3)


def test_no_base_no_rate() -> None:
    found = rates(METHODS[-1])
    assert [found.r1.value, found.r2.value, found.r2_ordered.value, found.r3.value] == [None] * 4


def test_the_method_of_a_day() -> None:
    assert method_on(METHODS, dt.date(2020, 6, 1)).version == "2015-national"
    assert method_on(METHODS, dt.date(2026, 6, 1)).version == "2026-1"
    with pytest.raises(ValueError, match="no method"):
        method_on(METHODS, dt.date(2001, 1, 1))


def test_a_share_above_its_base_is_refused() -> None:
    with pytest.raises(ValueError, match="no share"):
        Rate(3, 2)
