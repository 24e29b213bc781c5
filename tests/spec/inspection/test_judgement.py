"""Results against limits: units, detection limits, words, rounding; and which goods are the same goods."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.rules.inspection.judgement import Limit, Unreadable, factor, judge, of_batch, read_value, unit_of
from pinzhi.rules.inspection.matching import product_key

D = Decimal
MAX75 = Limit("max", "mg/kg", upper=D(75))
MIN40 = Limit("min", "N/cm", lower=D(40))
PH = Limit("range", "", D("4.0"), D("8.5"))

#: value, unit, limit, verdict.
JUDGED = [
    ("75", "mg/kg", MAX75, "pass"),
    ("75.0001", "mg/kg", MAX75, "fail"),
    ("0.075", "g/kg", MAX75, "pass"),
    ("0.0076", "%", MAX75, "fail"),
    ("75", "ppm", MAX75, "pass"),
    ("80", "μg/g", MAX75, "fail"),
    ("８０", "ｍｇ／ｋｇ", MAX75, "fail"),
    ("<5", "mg/kg", MAX75, "pass"),
    ("<100", "mg/kg", MAX75, "open"),
    (">100", "mg/kg", MAX75, "fail"),
    (">20", "mg/kg", MAX75, "open"),
    ("未检出", "mg/kg", MAX75, "pass"),
    ("ND", "", MAX75, "pass"),
    ("未检出（<5）", "mg/kg", MAX75, "pass"),
    ("1.2×10^2", "mg/kg", MAX75, "fail"),
    ("1.2x10-1", "mg/kg", MAX75, "pass"),
    ("1,200", "mg/kg", MAX75, "fail"),
    ("40", "N/cm", MIN40, "pass"),
    ("39.9", "N/cm", MIN40, "fail"),
    ("4", "kN/m", MIN40, "pass"),
    ("0.0004", "kN/cm", MIN40, "fail"),
    (">40", "N/cm", MIN40, "pass"),
    ("<40", "N/cm", MIN40, "fail"),
    ("未检出", "N/cm", MIN40, "fail"),
    ("8.5", "", PH, "pass"),
    ("8.51", "", PH, "fail"),
    ("3.99", "", PH, "fail"),
    ("8.54", "", Limit("range", "", D("4.0"), D("8.5"), rounded=1), "pass"),
    ("8.56", "", Limit("range", "", D("4.0"), D("8.5"), rounded=1), "fail"),
    ("8.55", "", Limit("max", "", upper=D("8.5"), rounded=1), "fail"),  # half to even: 8.6
    ("8.45", "", Limit("max", "", upper=D("8.4"), rounded=1), "pass"),  # half to even: 8.4
    ("检出", "", Limit("absent"), "fail"),
    ("未检出", "", Limit("absent"), "pass"),
    ("0", "", Limit("absent"), "pass"),
    ("0.3", "mg/kg", Limit("absent"), "fail"),
    ("符合", "", Limit("conforms"), "pass"),
    ("不符合", "", Limit("conforms"), "fail"),
    ("不合格", "mg/kg", MAX75, "fail"),
    ("1.1", "mm", Limit("equal", "mm", lower=D("1.1")), "pass"),
    ("1.2", "mm", Limit("equal", "mm", lower=D("1.1")), "fail"),
    ("whatever is written", "", Limit("report"), "unreadable"),
    ("12", "", Limit("report"), "pass"),
]


@pytest.mark.parametrize(("value", "unit", "limit", "verdict"), JUDGED)
def test_judged(value: str, unit: str, limit: Limit, verdict: str) -> None:
    if verdict == "unreadable":
        with pytest.raises(Unreadable):
            judge(value, unit, limit)
    else:
        assert judge(value, unit, limit).verdict == verdict


#: value, unit, limit, why not.
REFUSED = [
    ("", "mg/kg", MAX75, "value_missing"),
    ("80", "", MAX75, "unit_missing"),
    ("80", "mm", MAX75, "unit_mismatch"),
    ("80", "mg/L", MAX75, "unit_mismatch"),
    ("80", "mg", MAX75, "unit_mismatch"),
    ("80", "MPa", Limit("max", "MN", upper=D(1)), "unit_unknown"),
    ("25", "K", Limit("max", "℃", upper=D(30)), "unit_mismatch"),
    ("八十", "mg/kg", MAX75, "value_unreadable"),
    ("80±", "mg/kg", MAX75, "value_unreadable"),
    ("--", "mg/kg", MAX75, "value_unreadable"),
    ("nan", "mg/kg", MAX75, "value_unreadable"),
    ("1e999999", "mg/kg", MAX75, "value_unreadable"),
    ("12", "", Limit("conforms"), "value_unreadable"),
]


@pytest.mark.parametrize(("value", "unit", "limit", "code"), REFUSED)
def test_what_cannot_be_judged(value: str, unit: str, limit: Limit, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        judge(value, unit, limit)
    assert refused.value.code == code and refused.value.zh and refused.value.en


#: one unit, another, how many of the other in one.
UNITS = [
    ("kg", "g", 1000), ("g/100g", "%", 1), ("mg/100g", "mg/kg", 10), ("CFU/25g", "CFU/g", D("0.04")), ("mg/L", "μg/mL", 1),
    ("L", "mL", 1000), ("m2", "dm²", 100), ("mg/dm2", "mg/m2", 100), ("MPa", "kPa", 1000), ("mN", "N", D("0.001")),
    ("kW·h", "Wh", 1000), ("mg/m³", "μg/m3", 1000), ("min", "s", 60), ("μg/(kg·d)", "mg/(kg·d)", D("0.001")),
    ("公斤", "千克", 1), ("Ω", "\u2126", 1), ("N/mm2", "N/cm2", 100),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "times"), UNITS)
def test_units(one: str, other: str, times: Decimal) -> None:
    assert factor(one, other) == times


def test_the_limit_within_the_uncertainty_is_told() -> None:
    assert judge("80", "mg/kg", MAX75, "±8").close and not judge("80", "mg/kg", MAX75, "±4").close
    assert judge("0.08", "g/kg", MAX75, "0.008").close and not judge("80", "mg/kg", MAX75).close


@given(st.decimals(0, 1000, places=4), st.decimals(0, 1000, places=4))
def test_converting_changes_no_verdict(value: Decimal, bound: Decimal) -> None:
    limit = Limit("max", "mg/kg", upper=bound)
    said = judge(str(value), "mg/kg", limit).verdict
    assert said == ("pass" if value <= bound else "fail")
    assert (
        judge(f"{value / 1000:f}", "g/kg", limit).verdict
        == said
        == judge(f"{value * 1000:f}", "ug/kg", limit).verdict
    )


@given(st.text(max_size=20), st.text(max_size=8))
def test_whatever_is_typed_is_read_or_refused(value: str, unit: str) -> None:
    for call in (lambda: read_value(value), lambda: unit_of(unit), lambda: judge(value, unit, MAX75)):
        try:
            call()
        except Unreadable as refused:
            assert refused.code


@pytest.mark.parametrize(
    ("verdicts", "batch"),
    [("pp", "pass"), ("pf", "fail"), ("of", "fail"), ("po", "open"), ("", "open"), ("o", "open")],
)
def test_a_batch(verdicts: str, batch: str) -> None:
    names = {"p": "pass", "f": "fail", "o": "open"}
    assert of_batch([names[v] for v in verdicts]) == batch  # type: ignore[misc]


SAME = [
    (("榕江食品", "GB/T 20977-2007", "榕江", "500g"), ("榕江食品", "GB/T20977—2014", "榕江®", "500 g")),
    (("91350100M000100Y43", "GB 18401-2010", "", "A-1"), ("91350100m000100y43", "ＧＢ 18401", "", "a-1")),
]
OTHER = [
    (("榕江食品", "GB/T 20977-2007", "榕江", "500g"), ("榕江食品", "GB/T 20977-2007", "榕江", "250g")),
    (("榕江食品", "GB/T 20977-2007", "榕江", "500g"), ("榕江食品", "GB/T 20978-2007", "榕江", "500g")),
    (("榕江食品", "GB/T 20977-2007", "榕", "江500g"), ("榕江食品", "GB/T 20977-2007", "榕江", "500g")),
]


@pytest.mark.parametrize(("one", "two"), SAME)
def test_the_same_goods(one, two) -> None:
    assert product_key(*one) == product_key(*two) != ""


@pytest.mark.parametrize(("one", "two"), OTHER)
def test_other_goods(one, two) -> None:
    assert product_key(*one) != product_key(*two)
    assert product_key("", *one[1:]) == "" == product_key(one[0], "", "", "")


@pytest.mark.parametrize("unit", ["mg/kg", "g/kg", "ppm", "CFU/g", "mg/L", "g", "个", "MPN/100mL"])
def test_less_than_nothing_is_no_content(unit):
    with pytest.raises(Unreadable) as refused:
        judge("-5", unit, Limit("max", unit, upper=D(90)))
    assert refused.value.code == "value_negative"


@pytest.mark.parametrize(
    ("unit", "limit"),
    [
        ("%", Limit("range", "%", D(-3), D(3))),  # change of size in washing
        ("mm", Limit("max", "mm", upper=D(2))),
        ("℃", Limit("max", "℃", upper=D(4))),
        ("g", Limit("min", "g", lower=D(-9))),  # a shortage that is allowed
        ("", Limit("max", "", upper=D(1))),
    ],
)
def test_changes_and_deviations_may_be_negative(unit, limit):
    assert judge("-2", unit, limit).verdict == "pass"
