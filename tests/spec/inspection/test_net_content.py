"""Net content: tolerable deficiency, the plan by lot size, tares, the corrected mean, counts of short items."""

from __future__ import annotations

import csv
import datetime as dt
import statistics
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.shared import SHARED

import pinzhi
from pinzhi.rules import law
from pinzhi.rules.inspection import net_content as rule
from pinzhi.rules.inspection.errors import InputError

LAW = law.parse(
    yaml.safe_load(
        (Path(pinzhi.__file__).parent / "catalogue/law/net_content.yaml").read_text(encoding="utf-8")
    )
)
IN_FORCE = LAW.as_of(dt.date(2024, 5, 1))
D = Decimal
DATA = SHARED / "data/inspection"


# kind, nominal content in the base unit, T
DEFICIENCY = [
    ("mass", "10", "0.9"),
    ("mass", "50", "4.5"),
    ("mass", "50.1", "4.5"),
    ("mass", "100", "4.5"),
    ("mass", "125", "5.6"),  # 5.625
    ("mass", "200", "9.0"),
    ("mass", "201", "9"),
    ("volume", "300", "9"),
    ("volume", "330", "9.9"),
    ("volume", "500", "15.0"),
    ("volume", "550", "15"),
    ("volume", "1000", "15"),
    ("mass", "1001", "15"),  # 15.015
    ("mass", "2500", "38"),  # 37.5, to the even one
    ("mass", "10000", "150"),
    ("mass", "12000", "150"),
    ("mass", "25000", "250"),
    ("mass", "45", "4.0"),  # 4.05, to the even one
    ("length", "5", "0"),
    ("length", "5.01", "0.1002"),
    ("length", "100", "2"),
    ("area", "0.5", "0.015"),
    ("area", "20", "0.6"),
    ("count", "50", "0"),
    ("count", "51", "1"),
    ("count", "100", "1"),
    ("count", "101", "2"),
    ("count", "1000", "10"),
    ("mass", "75", "4.5"),
    ("volume", "250", "9"),
    ("mass", "400", "12.0"),
    ("mass", "1500", "22"),  # 22.5, to the even one
    ("volume", "5000", "75"),
    ("mass", "20000", "200"),
    ("length", "3", "0"),
    ("length", "20", "0.4"),
    ("count", "75", "1"),  # 0.75
    ("count", "250", "3"),  # 2.5
]


@pytest.mark.parametrize(("kind", "nominal", "tolerable"), DEFICIENCY)
def test_tolerable_deficiency(kind, nominal, tolerable):
    found, used = rule.tolerable_deficiency(kind, D(nominal), IN_FORCE)
    assert found == D(tolerable)
    assert not any(value.provisional for value in used)


@pytest.mark.skipif(not DATA.exists(), reason="the tables to compare with are not at hand")
def test_the_table_of_deficiency_is_the_one_at_hand():
    rows = list(csv.DictReader((DATA / "jjf1070_tolerable_deficiency.csv").open(encoding="utf-8")))
    kept = IN_FORCE.get("net_content.deficiency_mass_volume").value
    assert [
        (
            str(r["over"]),
            str(r["up_to"]),
            *(("pct", str(r["percent"])) if "percent" in r else ("abs", str(r["amount"]))),
        )
        for r in kept
    ] == [tuple(row.values()) for row in rows]


@pytest.mark.skipif(not DATA.exists(), reason="the tables to compare with are not at hand")
def test_the_plan_is_the_one_at_hand_and_its_factors_are_the_formula_rounded():
    rows = list(csv.DictReader((DATA / "jjf1070_sampling_plan.csv").open(encoding="utf-8")))
    formula = {
        int(r["n"]): float(r["lambda"])
        for r in csv.DictReader((DATA / "jjf1070_lambda_t0995.csv").open(encoding="utf-8"))
    }
    for row in rows:
        for lot in {int(row["N_lo"]), int(row["N_hi"] or 10**6)}:
            found, _ = rule.plan(lot, IN_FORCE)
            assert found.n == (lot if row["n"] == "N" else int(row["n"]))
            assert found.factor == (D(row["lambda"]) if row["lambda"] else None)
            assert (found.allowed_t1, found.allowed_t2) == (int(row["max_T1_to_T2"]), int(row["max_over_2T"]))
            if found.factor is not None:
                assert float(found.factor) == pytest.approx(formula[found.n], abs=0.001)


def even(nominal: str, n: int, **changed: str) -> list[Decimal]:
    """A sample at the nominal content, single items changed (a1="-9" makes the first nine less)."""
    values = [D(nominal)] * n
    for at, away in changed.items():
        values[int(at[1:]) - 1] += D(away)
    return values


# kind, nominal, lot, contents; passed, items over T, items over 2T, mean passed
VERDICTS = [
    ("mass", "500", 5, even("500", 5), True, 0, 0, True),
    ("mass", "500", 5, even("500", 5, a1="-15"), True, 0, 0, True),  # short by T: tolerated
    ("mass", "500", 5, even("500", 5, a1="-15.01"), False, 1, 0, True),
    ("mass", "500", 5, even("500", 5, a1="-30"), False, 1, 0, True),  # by 2 T: still the first kind
    ("mass", "500", 5, even("500", 5, a1="-30.01"), False, 0, 1, True),
    ("mass", "500", 60, even("500", 13, a1="-16", a2="20"), True, 1, 0, True),  # one is allowed
    ("mass", "500", 60, even("500", 13, a1="-16", a2="-16", a3="40"), False, 2, 0, True),
    ("mass", "500", 60, even("500", 13, a1="-31", a2="40"), False, 0, 1, True),  # none over 2 T
    ("mass", "500", 200, even("500", 50, a1="-16", a2="-16", a3="-16", a4="60"), True, 3, 0, True),
    ("mass", "500", 200, even("499", 50), False, 0, 0, False),  # all a little short: s = 0
    ("mass", "500", 11, even("500", 10, a1="-1"), True, 0, 0, True),  # -0.1 against 1.028 s = 0.325
    ("length", "5", 3, even("5", 3, a1="-0.001"), False, 0, 1, True),  # none may be short
    ("count", "50", 3, even("50", 3, a1="-1"), False, 0, 1, True),
    ("count", "120", 3, even("120", 3, a1="-2"), True, 0, 0, True),
    ("area", "2", 3, even("2", 3, a1="-0.06"), True, 0, 0, True),
    # Worked out by hand from annex 4: mean, s, λs and the counts of each, before they were asked here.
    ("mass", "250", 30, [D("249")] * 5 + [D("250.5")] * 5, True, 0, 0, True),  # 249.75 ≥ 250 - 1.028·0.7906
    ("mass", "250", 30, [D("248.5")] * 5 + [D("250")] * 5, True, 0, 0, True),  # 249.25 ≥ 249.187
    ("mass", "250", 30, [D("248.3")] * 5 + [D("249.8")] * 5, False, 0, 0, False),  # 249.05 < 249.187
    ("mass", "500", 100, [D("499")] * 25 + [D("500.6")] * 25, True, 0, 0, True),  # 499.8 ≥ 500 - 0.379·0.8081
    ("mass", "500", 100, [D("498.8")] * 25 + [D("500.4")] * 25, False, 0, 0, False),  # 499.6 < 499.694
    ("volume", "1000", 800, [D(980)] * 5 + [D(1002)] * 75, True, 5, 0, True),  # five of 80 are allowed
    ("volume", "1000", 800, [D(980)] * 6 + [D(1002)] * 74, False, 6, 0, True),
    ("mass", "100", 99, [D("95.4")] + [D("100.5")] * 12, True, 1, 0, True),  # one of 13 is allowed
    ("mass", "100", 4000, [D("90.9")] + [D("100.1")] * 124, False, 0, 1, True),  # by 9.1 > 2·4.5
    ("count", "200", 8, [D(198)] + [D(200)] * 7, True, 0, 0, True),
    ("count", "200", 8, [D(197)] + [D(200)] * 7, False, 1, 0, True),
    ("length", "10", 3, even("10", 3, a1="-0.21"), False, 1, 0, True),
]


@pytest.mark.parametrize(("kind", "nominal", "lot", "contents", "passed", "t1", "t2", "mean"), VERDICTS)
def test_verdict(kind, nominal, lot, contents, passed, t1, t2, mean):
    found = rule.verdict(kind, D(nominal), lot, contents, IN_FORCE)
    assert (found.passed, len(found.t1), len(found.t2), found.mean.passed) == (passed, t1, t2, mean)
    assert not found.provisional


def test_a_mean_exactly_at_its_limit_passes():
    # Two values d and -d about a mean of 100 - m with n = 10: s² = 10 d² / 9 · … chosen so that m = λs exactly.
    factor = D("1.028")
    away = [D(a) for a in ("3", "-3", "3", "-3", "3", "-3", "3", "-3", "0", "0")]
    variance = sum(a * a for a in away) / 9  # 8
    assert variance == 8
    short = (factor**2 * variance).sqrt()
    assert rule.verdict("mass", D(60), 20, [D(60) - D("2.9") + a for a in away], IN_FORCE).mean.passed
    assert short > D("2.907")
    assert not rule.verdict("mass", D(60), 20, [D(60) - D("2.908") + a for a in away], IN_FORCE).mean.passed


@given(
    st.lists(st.decimals("470", "530", places=2), min_size=10, max_size=10),
    st.decimals("0", "5", places=2),
)
@settings(deadline=None)
def test_the_mean_is_tested_as_the_formula_says_and_more_content_never_harms(values, more):
    found = rule.verdict("mass", D(500), 30, values, IN_FORCE)
    mean, s = statistics.fmean(values), float(statistics.stdev(values))
    limit = 500 - 1.028 * s
    assert found.mean.limit == pytest.approx(limit, abs=1e-9)
    if abs(mean - limit) > 1e-6:
        assert found.mean.passed == (mean >= limit)
    fuller = rule.verdict("mass", D(500), 30, [v + more for v in values], IN_FORCE)
    assert fuller.passed or not found.passed


def test_the_table_lapses_on_the_day_its_successor_came_into_force():
    asked = {"nominal": "500 g", "lot_size": 4, "values": [500, 500, 500, 500]}
    for day, provisional in [
        ("2023-05-31", False),
        ("2024-10-11", False),
        ("2024-10-12", True),
        ("2030-01-01", True),
    ]:
        assert rule.inspect(asked, LAW.as_of(dt.date.fromisoformat(day))).provisional is provisional
    with pytest.raises(InputError) as refused:
        rule.inspect(asked, LAW.as_of(dt.date(2005, 12, 31)))
    assert refused.value.field == "on"


# as people put it; kind, content of the first item in the base unit
ASKED = [
    ({"nominal": "500 g", "lot_size": 1, "values": [499]}, "mass", "499"),
    ({"nominal": "0.5kg", "lot_size": 1, "values": ["499 g"]}, "mass", "499"),
    ({"nominal": 0.5, "unit": "kg", "lot_size": "1", "values": [0.499]}, "mass", "499"),
    ({"nominal": "５００克", "lot_size": 1, "values": ["499"]}, "mass", "499"),
    ({"nominal": "1 L", "kind": "体积", "lot_size": 1, "values": ["990 mL"]}, "volume", "990"),
    ({"nominal": "100 cm", "lot_size": 1, "values": ["1 m"]}, "length", "1"),
    ({"nominal": "100 cm²", "lot_size": 1, "values": [99]}, "area", "0.0099"),
    ({"nominal": "60片", "kind": "count", "lot_size": 1, "values": [60]}, "count", "60"),
    ({"nominal": "1,500 g", "lot_size": 1, "values": ["1,499.5"]}, "mass", "1499.5"),
    ({"nominal": "500 g", "lot_size": 1, "values": [0]}, "mass", "0"),  # an empty packet is a finding
    ({"nominal": "500 g", "lot_size": 1, "gross": [520], "tare": 21}, "mass", "499"),
    ({"nominal": "500 g", "lot_size": 1, "gross": ["0.52 kg"], "tare": ["21 g"]}, "mass", "499"),
    ({"nominal": "500 mL", "lot_size": 1, "gross": [480], "tare": 20, "density": 0.92}, "volume", "500"),
]


@pytest.mark.parametrize(("asked", "kind", "content"), ASKED)
def test_quantities_as_people_write_them(asked, kind, content):
    found = rule.inspect(asked, IN_FORCE)
    assert found.kind == kind
    assert float(found.mean.mean) == pytest.approx(float(content))


REFUSED = [
    ({"lot_size": 1, "values": [1]}, "nominal"),
    ({"nominal": 500, "lot_size": 1, "values": [500]}, "unit"),  # a value without a unit
    ({"nominal": "500 pounds", "lot_size": 1, "values": [500]}, "nominal"),
    ({"nominal": "500 g", "lot_size": 1, "values": ["500 mL"]}, "values"),  # a unit that does not convert
    ({"nominal": "500 g", "kind": "volume", "lot_size": 1, "values": [500]}, "kind"),
    ({"nominal": "500 g", "values": [500]}, "lot_size"),
    ({"nominal": "500 g", "lot_size": 0, "values": [500]}, "lot_size"),
    ({"nominal": "500 g", "lot_size": 1}, "values"),
    ({"nominal": "500 g", "lot_size": 1, "values": []}, "values"),
    ({"nominal": "500 g", "lot_size": 1, "values": "500"}, "values"),
    ({"nominal": "500 g", "lot_size": 1, "values": [-1]}, "values"),
    ({"nominal": "500 g", "lot_size": 1, "values": ["a lot"]}, "values"),
    ({"nominal": "500 g", "lot_size": 40, "values": [500] * 9}, "values"),
    ({"nominal": "500 g", "lot_size": 40, "values": [500] * 11}, "values"),
    ({"nominal": "0.5 kg", "lot_size": 1, "values": [500]}, "values"),  # grams, most likely
    ({"nominal": "500 g", "lot_size": 1, "values": [0.5]}, "values"),  # kilograms, most likely
    ({"nominal": "0,5 kg", "lot_size": 1, "values": ["500 g"]}, "nominal"),  # a comma is not a point
    ({"nominal": "500 g", "lot_size": 1, "values": ["499,5 g"]}, "values"),
    ({"nominal": "500 g", "lot_size": 1, "values": ["499,5"]}, "values"),
    ({"nominal": "0 g", "lot_size": 1, "values": [0]}, "nominal"),
    ({"nominal": "60 kg", "lot_size": 1, "values": [60]}, "nominal"),  # beyond the table
    ({"nominal": "60个", "lot_size": 1, "values": [59.5]}, "values"),
    ({"nominal": "5 m", "lot_size": 1, "gross": [5], "tare": 0}, "gross"),
    ({"nominal": "500 mL", "lot_size": 1, "gross": [500], "tare": 0}, "density"),
    ({"nominal": "500 g", "lot_size": 1, "gross": [500]}, "tare"),
    ({"nominal": "500 g", "lot_size": 2, "gross": [500, 500], "tare": [1, 1, 1]}, "tare"),
    ({"nominal": "500 g", "lot_size": 1, "gross": [20], "tare": 21}, "tare"),
]


@pytest.mark.parametrize(("asked", "field"), REFUSED)
def test_what_cannot_be_judged_is_refused_by_name(asked, field):
    with pytest.raises(InputError) as refused:
        rule.inspect(asked, IN_FORCE)
    assert refused.value.field == field


def test_a_mean_tare_stands_for_light_and_for_even_packaging_only():
    asked = {"nominal": "500 g", "lot_size": 1, "gross": [530]}
    light = rule.inspect({**asked, "tare_sample": [30] * 10}, IN_FORCE)
    assert light.mean.mean == 500
    assert light.provisional  # the rule of tares has not been compared with its text
    for tares, field in [
        ([30] * 9, "tare_sample"),  # light, but too few
        ([60] * 24, "tare_sample"),  # heavy: 25
        ([56, 64] * 13, "tare_sample"),  # heavy and uneven: s = 4.1 against 0.25 · 15
    ]:
        with pytest.raises(InputError) as refused:
            rule.inspect({**asked, "gross": [560], "tare_sample": tares}, IN_FORCE)
        assert refused.value.field == field
    assert rule.inspect({**asked, "gross": [560], "tare_sample": [59, 61] * 13}, IN_FORCE).mean.mean == 500
