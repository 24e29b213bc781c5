"""The table attainment.yaml, row by row, and what must hold for any target."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.rules.indicators.attainment import attainment, goal_text, reading_day
from pinzhi.rules.indicators.reading import Bounds, Reading
from pinzhi.rules.indicators.sums import parts_sum
from pinzhi.rules.indicators.target import Goal, Plan, Target, coverage, suggested_holds
from pinzhi.rules.indicators.units import UnitMismatchError, factor
from pinzhi.rules.indicators.why import MISSING, SENTENCES

D = Decimal
TABLE = yaml.safe_load((Path(__file__).with_name("attainment.yaml")).read_text(encoding="utf-8"))
ROWS = [
    pytest.param(row, id=f"{section['en']}: {row['says']}")
    for section in TABLE["sections"]
    for row in section["rows"]
]
NUMBERS = ("value", "value_max", "tolerance", "base_value")


def target_of(data: dict[str, Any]) -> Target:
    return Target(**{k: D(str(v)) if k in NUMBERS else v for k, v in data.items()})


@pytest.mark.parametrize("row", ROWS)
def test_row(row):
    readings = [Reading(D(str(v)), day) for day, v in sorted(row["readings"].items())]
    now, history = (readings[-1], readings[:-1]) if readings else (None, [])
    found = attainment(
        target_of(row["target"]), now, history, plan=Plan(**TABLE["plan"]), today=row.get("today")
    )
    gives = row["gives"]
    assert (found.status, found.why.code) == (gives["status"], gives["why"])
    assert found.why.zh
    assert found.why.en
    if "gap" in gives:
        assert found.gap == D(str(gives["gap"]))
    if "expected" in gives:
        assert found.expected_now == D(str(gives["expected"]))
    if "judged" in gives:
        assert found.judged.as_of == gives["judged"]


def test_every_reason_stands_in_the_table():
    shown = {row["gives"]["why"] for section in TABLE["sections"] for row in section["rows"]}
    assert shown == set(SENTENCES)


def test_the_sentence_names_the_numbers():
    readings = [Reading(D(450), dt.date(2016, 12, 31)), Reading(D(640), dt.date(2018, 12, 31))]
    found = attainment(Target(">=", D(850), "个", "level"), readings[1], readings[:1], plan=PLAN)
    assert found.why.zh == "截至2018年12月31日为640个，按进度应为649个，进度滞后；距目标（≥850个）还差210个。"
    assert "640个 on 2018-12-31, 649个 expected by now: behind; 210个 to go" in found.why.en


PLAN = Plan(dt.date(2017, 1, 1), dt.date(2020, 12, 31))


def test_pace_is_least_squares_and_need_is_what_is_left():
    counted = {2016: 450, 2017: 500, 2018: 600, 2019: 650}
    ends = [Reading(D(v), dt.date(y, 12, 31)) for y, v in counted.items()]
    found = attainment(Target(">=", D(850), "个", "level"), ends[-1], ends[:-1], plan=PLAN)
    assert round(found.pace_per_year) == 70  # by hand: (−1.5·450 − 0.5·500 + 0.5·600 + 1.5·650) / 5
    assert round(found.needed_per_year) == 200  # 200 in the one year left
    assert found.status == "behind"


def test_an_interval_says_how_sure_it_is():
    def at(low, value, high):
        reading = Reading(
            D(value), dt.date(2020, 12, 31), interval=Bounds(D(low), D(high), D("0.95"), "wilson")
        )
        return attainment(Target(">=", D(91), "%", "level"), reading, plan=PLAN)

    assert (at("91.5", "93", "94.5").status, at("91.5", "93", "94.5").certain) == ("reached", True)
    assert (at("90.1", "92", "93.4").status, at("90.1", "92", "93.4").certain) == ("reached", False)
    assert (at("86.0", "88", "90.5").status, at("86.0", "88", "90.5").certain) == ("behind", True)
    assert (at("86.0", "90", "92.5").status, at("86.0", "90", "92.5").certain) == ("behind", False)


def test_one_provisional_reading_makes_the_judgement_provisional():
    begin = Reading(D(450), dt.date(2016, 12, 31), provisional=True)
    now = Reading(D(600), dt.date(2018, 12, 31))
    assert attainment(Target(">=", D(850), "个", "level"), now, [begin], plan=PLAN).provisional
    assert not attainment(Target(">=", D(850), "个", "level"), now, plan=PLAN).provisional


@pytest.mark.parametrize("reason", sorted(MISSING))
def test_a_missing_value_says_why(reason):
    found = attainment(
        Target(">=", D(1), "个", "level"), Reading(None, dt.date(2018, 1, 1), missing=reason), plan=PLAN
    )
    assert found.status == "cannot_tell"
    assert MISSING[reason][0] in found.why.zh


targets = st.builds(
    Target,
    comparator=st.sampled_from([">=", "<=", "=", ">", "<", "~"]),
    value=st.integers(0, 200).map(D),
    unit=st.sampled_from(["个", "%"]),
    kind=st.sampled_from(["level", "increment", "per_year"]),
    tolerance=st.one_of(st.none(), st.integers(0, 5).map(D)),
    equals=st.sampled_from(["at_least", "exactly"]),
    holds=st.sampled_from([None, "every_year", "last_year", "average"]),
    by_year=st.sampled_from([None, 2018, 2019, 2020]),
)
series = st.dictionaries(
    st.dates(dt.date(2015, 1, 1), dt.date(2022, 12, 31)), st.integers(0, 250).map(D), min_size=1, max_size=8
)


@given(targets, series)
def test_whatever_the_case_there_is_an_answer_and_it_agrees_with_the_goal(target, values):
    readings = [Reading(v, d) for d, v in sorted(values.items())]
    found = attainment(target, readings[-1], readings[:-1], plan=PLAN)
    if found.why.code == "tolerance_not_set":
        assert target.comparator == "~"
        assert target.tolerance is None
        return
    goal = target.goal()
    assert found.judged in readings
    if found.status == "reached":
        assert goal.reached_by(found.judged.value)
        assert found.gap == 0
    if found.judged.as_of >= target.due(PLAN):
        assert found.status in ("reached", "behind", "cannot_tell")
    assert (found.gap == 0) or not goal.reached_by(found.judged.value)


@given(st.integers(1, 500), st.integers(0, 500), st.integers(0, 500), st.dates(dt.date(2017, 1, 2), PLAN.end))
def test_more_is_never_worse(asked, less, more, day):
    less, more = sorted((less, more))
    begin = Reading(D(0), dt.date(2016, 12, 31))
    order = ["behind", "on_course", "reached"]
    status = [
        attainment(Target(">=", D(asked), "个", "level"), Reading(D(v), day), [begin], plan=PLAN).status
        for v in (less, more)
    ]
    assert order.index(status[0]) <= order.index(status[1])


@pytest.mark.parametrize(
    ("goal", "text"),
    [
        (Goal(low=D(91)), "≥91%"),
        (Goal(low=D(2), open_low=True), ">2%"),
        (Goal(high=D(5)), "≤5%"),
        (Goal(high=D(5), open_high=True), "<5%"),
        (Goal(low=D(19), high=D("21.50")), "19～21.5%"),
        (Goal(low=D(1), high=D(1)), "=1%"),
    ],
)
def test_goal_as_signs(goal, text):
    assert goal_text(goal, "%") == text


@pytest.mark.parametrize(
    ("sentence", "kind", "holds"),
    [
        ("消费品质量国家监督抽查合格率稳定在91%以上", "level", "every_year"),
        ("合格率保持在95%以上", "level", "every_year"),
        ("每年新增10件以上", "per_year", "every_year"),
        ("增加值年均增速保持两位数", "per_year", "average"),
        ("达到90%以上", "level", "last_year"),
    ],
)
def test_the_reading_put_first(sentence, kind, holds):
    assert suggested_holds(sentence, kind) == holds


@pytest.mark.parametrize(
    ("total", "parts", "complete", "adds_up"),
    [
        (100, [40, 30, 20, 10], True, True),
        (100, [40, 30, 20], True, False),
        (100, [40, 30, 20], False, True),  # 其中：only some of them
        (100, [60, 50], False, False),
        ("0.3", ["0.1", "0.2"], True, True),
    ],
)
def test_parts_and_total(total, parts, complete, adds_up):
    found = parts_sum(D(total), [D(p) for p in parts], complete=complete)
    assert found.adds_up is adds_up
    assert str(found.sum) in found.zh
    assert str(found.sum) in found.en


def test_full_coverage_is_one_hundred_percent():
    assert coverage(2020) == Target(">=", D(100), "%", "level", by_year=2020)


def test_after_the_due_date_it_is_read_at_the_due_date():
    target = Target(">=", D(1), "个", "level", by_year=2019)
    assert reading_day(target, PLAN, dt.date(2018, 5, 1)) == dt.date(2018, 5, 1)
    assert reading_day(target, PLAN, dt.date(2021, 5, 1)) == dt.date(2019, 12, 31)


@pytest.mark.parametrize(
    ("unit", "into", "times"),
    [
        ("家", "家", 1),
        ("万家", "家", 10000),
        ("个", "项", 1),
        ("亿元", "万元", 10000),
        ("%", "百分点", 1),
        ("万吨", "吨", 10000),
        ("千人", "人", 1000),
        ("", "", 1),
        ("家", "万家", "0.0001"),
    ],
)
def test_units(unit, into, times):
    assert factor(unit, into) == D(times)


@pytest.mark.parametrize(("unit", "into"), [("吨", "元"), ("%", "个"), ("", "%")])
def test_units_that_do_not_fit(unit, into):
    with pytest.raises(UnitMismatchError):
        factor(unit, into)


@pytest.mark.parametrize(
    "wrong",
    [
        {"value_max": D(1)},
        {"tolerance": D(-1)},
        {"base_value": D(1)},
        {"base_year": 2015},
    ],
)
def test_a_senseless_target_is_refused(wrong):
    with pytest.raises(ValueError, match=r"range|tolerance|base"):
        Target(**{"comparator": ">=", "value": D(5), "unit": "个", "kind": "level", **wrong})
