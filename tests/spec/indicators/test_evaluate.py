"""From a definition to a reading, counted by the published verifier over a small register."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import count as numbers
from typing import Any

import pytest

from pinzhi.rules import law
from pinzhi.rules.indicators.attainment import attainment
from pinzhi.rules.indicators.definition import IndicatorError, parse_indicator
from pinzhi.rules.indicators.evaluate import Question, end_of, evaluate, over_the_plan, subtree
from pinzhi.rules.indicators.target import Plan, Target
from pinzhi.rules.proof import verify

D = Decimal
PLAN = Plan(dt.date(2017, 1, 1), dt.date(2020, 12, 31))
TEXT = {"zh": "甲", "en": "A"}


def definition(source: dict[str, Any], **more: Any) -> Any:
    return parse_indicator(
        {
            "indicator": "i00_test",
            "number": 0,
            "title": TEXT,
            "unit": "个",
            "why": TEXT,
            "watch": TEXT,
            "words": ["甲"],
            "kinds": ["level", "increment", "per_year"],
            "source": source,
            "stands_on": "counted",
            "author": "x",
            "review_on": "2027-06-30",
            "method_version": 3,
            **more,
        }
    )


serial = numbers()


def entry(
    day: str,
    state: str = "granted",
    *,
    key: str = "",
    region: str = "350102",
    subject: str = "",
    until: str | None = None,
    **values: Any,
) -> verify.Entry:
    at = next(serial)
    envelope = {
        "id": f"e{at}",
        "key": key or f"K{at}",
        "kind": "grant",
        "state": state,
        "record_type": None,
        "effective_on": day,
        "valid_from": None,
        "valid_until": until,
        "region": region,
        "agency": None,
        "subject": subject or f"S{at}",
        "recorded_at": f"{day}T08:00:00Z",
        "replaces": None,
    }
    return verify.Entry(at, envelope, values)


BRANDS = [
    entry("2015-06-01", until="2018-05-31", consumer_goods=True),
    entry("2017-03-01", until="2020-02-29", consumer_goods=True),
    entry("2017-09-01", until="2020-08-31", consumer_goods=False),
    entry("2018-02-01", until="2021-01-31", consumer_goods=True, region="350203"),
    entry("2019-04-01", until="2022-03-31", consumer_goods=True, region="350203"),
    entry("2019-05-01", "rejected", consumer_goods=True),
]
COUNTS: dict[tuple[str, str], dict[str, Any]] = {
    ("brands", "valid"): {"mode": "level", "states": ["granted"], "filters": []},
    ("brands", "new"): {"mode": "increment", "states": ["granted"], "filters": []},
    ("firms", "all"): {"mode": "level", "states": ["listed"], "filters": [], "distinct": "subject"},
    ("firms", "with"): {
        "mode": "level",
        "states": ["listed"],
        "distinct": "subject",
        "filters": [{"field": "declares", "op": "eq", "value": True}],
    },
    ("stats", "rate"): {
        "mode": "series",
        "states": ["published"],
        "aggregate": "latest",
        "value_field": "value",
        "filters": [{"field": "series", "op": "eq", "value": "rate"}],
    },
    ("stats", "output"): {
        "mode": "series",
        "states": ["published"],
        "aggregate": "latest",
        "value_field": "value",
        "filters": [{"field": "series", "op": "eq", "value": "output"}],
    },
    ("stats", "all_output"): {
        "mode": "series",
        "states": ["published"],
        "aggregate": "latest",
        "value_field": "value",
        "filters": [{"field": "series", "op": "eq", "value": "all_output"}],
    },
}
FIRMS = [entry("2016-01-01", "listed", subject=f"S{n % 8}", declares=n % 8 < 3) for n in range(10)]


def figure(
    series: str, year: int, value: str, region: str = "350000", status: str = "final", **more: Any
) -> verify.Entry:
    return entry(
        f"{year + 1}-03-15",
        "published",
        key=f"{series}-{region}-{year}",
        region=region,
        series=series,
        period=str(year),
        value=value,
        data_status=status,
        **more,
    )


STATS = [
    *(
        figure("rate", y, v, numerator=n, denominator="500")
        for y, v, n in ((2016, "90.0", "450"), (2017, "91.2", "456"), (2018, "92.0", "460"))
    ),
    figure("rate", 2018, "85.0", region="350100", numerator="85", denominator="100"),
    figure("rate", 2019, "93.0", status="preliminary", numerator="465", denominator="500"),
    *(figure("output", y, v) for y, v in ((2016, "100"), (2017, "110"), (2018, "132"))),
    *(figure("all_output", y, v) for y, v in ((2016, "500"), (2017, "520"), (2018, "660"))),
]
ENTRIES = {"brands": BRANDS, "firms": FIRMS, "stats": STATS}


def counter(spec: dict[str, Any]) -> Decimal | None:
    value = verify.count(ENTRIES[spec["register"]], spec).value
    return (
        None
        if value is None
        else D(value.numerator) / D(value.denominator)
        if isinstance(value, Fraction)
        else D(value)
    )


def ask(made: Any, kind: str = "level", day: str = "2018-06-30", **more: Any) -> Any:
    question = Question(kind, dt.date.fromisoformat(day), PLAN, **more)
    return evaluate(made, question, counter=counter, count_of=lambda r, n: COUNTS[r, n])


BRAND = definition(
    {
        "type": "register",
        "register": "brands",
        "counts": {"level": "valid", "increment": "new", "per_year": "new"},
    },
    options=[
        {
            "name": "goods",
            "title": TEXT,
            "why": TEXT,
            "default": "consumer",
            "values": [
                {
                    "value": "consumer",
                    "zh": "消费品",
                    "en": "Consumer goods",
                    "words": ["消费品"],
                    "filters": [{"field": "consumer_goods", "op": "eq", "value": True}],
                },
                {"value": "all", "zh": "全部", "en": "All", "words": ["全部产品"]},
            ],
        }
    ],
)

# kind, day, choices, region, value: counted by hand from BRANDS
COUNTED = [
    ("level", "2018-05-31", {}, None, 3),
    ("level", "2018-06-01", {}, None, 2),  # the first one has run out
    ("level", "2018-06-01", {"goods": "all"}, None, 3),
    ("level", "2018-06-01", {"goods": "all"}, "350200", 1),  # with its subtree
    ("level", "2018-06-01", {"goods": "all"}, "350000", 3),
    ("increment", "2018-06-01", {}, None, 2),  # granted since the plan began
    ("increment", "2020-12-31", {"goods": "all"}, None, 4),
    ("per_year", "2017-12-31", {"goods": "all"}, None, 2),
    ("per_year", "2018-06-01", {}, None, 1),
]


@pytest.mark.parametrize(("kind", "day", "chosen", "region", "value"), COUNTED)
def test_counts_of_a_register(kind, day, chosen, region, value):
    found = ask(BRAND, kind, day, chosen=chosen, region=region)
    assert found.reading.value == value
    assert (found.reading.as_of, found.reading.source) == (dt.date.fromisoformat(day), "counted")
    assert found.reading.method_version == 3
    assert all(ok for *_, ok in verify.recount(dict(found.published), ENTRIES.__getitem__))


def test_yearly_average_of_a_count():
    found = ask(BRAND, "per_year", "2018-12-31", average=True)
    assert round(found.reading.value, 2) == D("1.00")  # two in two years
    assert found.reading.numerator == 2


def test_a_rate_of_two_counts_with_its_interval():
    made = definition(
        {
            "type": "ratio",
            "numerator": {"register": "firms", "count": "with"},
            "denominator": {"register": "firms", "count": "all"},
        },
        unit="%",
        kinds=["level"],
        interval="wilson",
        precision=1,
    )
    found = ask(made)
    assert (found.reading.value, found.reading.numerator, found.reading.denominator) == (D("37.50"), 3, 8)
    assert found.reading.interval.low < D("37.50") < found.reading.interval.high
    assert all(ok for *_, ok in verify.recount(dict(found.published), ENTRIES.__getitem__))
    before = ask(made, day="2015-01-01")
    assert (before.reading.value, before.reading.missing) == (None, "base_is_zero")


RATE = definition(
    {
        "type": "series",
        "register": "stats",
        "count": "rate",
        "numerator_field": "numerator",
        "denominator_field": "denominator",
        "preliminary": {"field": "data_status", "op": "eq", "value": "preliminary"},
    },
    unit="%",
    kinds=["level"],
    interval="clopper_pearson",
    precision=1,
    stands_on="reported",
    stands_on_note=TEXT,
)

# day asked, known on, region, period, value, provisional
REPORTED = [
    ("2018-06-30", None, "350000", "2017", "91.2", False),
    ("2018-02-28", None, "350000", "2016", "90.0", False),  # the figure of 2017 came out in March
    ("2017-12-31", "2018-06-30", "350000", "2017", "91.2", False),  # the end of 2017 as known later
    ("2019-06-30", None, "350100", "2018", "85.0", False),  # a city's own figure
    ("2020-06-30", None, "350000", "2019", "93.0", True),  # preliminary
    ("2018-06-30", None, "350300", None, None, False),
]


@pytest.mark.parametrize(("day", "known", "region", "period", "value", "provisional"), REPORTED)
def test_reported_series(day, known, region, period, value, provisional):
    found = ask(RATE, day=day, region=region, known_on=known and dt.date.fromisoformat(known))
    reading = found.reading
    assert (reading.period, reading.provisional, reading.source) == (period, provisional, "reported")
    assert reading.value == (None if value is None else D(value))
    if value is None:
        assert reading.missing == "no_figure"
        return
    assert reading.as_of == end_of(period)
    assert reading.interval.low < reading.value < reading.interval.high
    assert all(ok for *_, ok in verify.recount(dict(found.published), ENTRIES.__getitem__))


def test_figures_added_up_over_the_plan():
    made = definition(
        {"type": "series", "register": "stats", "count": "output"}, kinds=["increment", "per_year"]
    )
    found = ask(made, "increment", "2019-06-30", region="350000")
    assert (found.reading.value, found.reading.as_of) == (242, dt.date(2018, 12, 31))
    assert all(ok for *_, ok in verify.recount(dict(found.published), ENTRIES.__getitem__))
    assert ask(made, "per_year", "2019-06-30", region="350000").reading.value == 132


def test_growth_and_share():
    level = definition(
        {"type": "growth", "register": "stats", "count": "output", "of": "level"},
        unit="%",
        kinds=["per_year"],
        precision=1,
    )
    year = ask(level, "per_year", "2019-06-30", region="350000").reading
    assert (year.value, year.period) == (D("20.00"), "2018")  # 110 to 132
    average = ask(level, "per_year", "2019-06-30", region="350000", average=True).reading
    assert (average.value, average.period) == (D("14.89"), "2016/2018")  # the root of 132/100
    rates = definition(
        {"type": "growth", "register": "stats", "count": "rate", "of": "yearly_rate"},
        unit="%",
        kinds=["per_year"],
        precision=1,
    )
    assert ask(rates, "per_year", "2018-06-30", region="350000").reading.value == D("91.20")
    mean = ask(rates, "per_year", "2019-06-30", region="350000", average=True).reading
    assert round(mean.value, 1) == D("91.6")  # the root of 1.912 * 1.920 is 1.916
    assert ask(level, "per_year", "2017-06-30", region="350000").reading.missing == "too_few_periods"
    share = definition(
        {
            "type": "share",
            "numerator": {"register": "stats", "count": "output"},
            "denominator": {"register": "stats", "count": "all_output"},
        },
        unit="%",
        kinds=["level"],
        precision=2,
    )
    found = ask(share, day="2019-06-30", region="350000")
    assert (found.reading.value, found.reading.period) == (D("20.00"), "2018")
    assert all(ok for *_, ok in verify.recount(dict(found.published), ENTRIES.__getitem__))


def test_readings_over_the_plan_feed_the_judgement():
    question = Question("level", dt.date(2020, 6, 30), PLAN, region="350000")
    count_of = lambda r, n: COUNTS[r, n]  # noqa: E731
    now = evaluate(RATE, question, counter=counter, count_of=count_of).reading
    past = [e.reading for e in over_the_plan(RATE, question, counter=counter, count_of=count_of)]
    assert [(r.period, r.value) for r in past] == [
        ("2016", D("90.0")),
        ("2017", D("91.2")),
        ("2018", D("92.0")),
        ("2019", D("93.0")),
    ]
    target = Target(">=", D(91), "%", "level", holds="every_year")
    found = attainment(target, now, past, plan=PLAN, today=question.day)
    assert (found.status, found.why.code, found.provisional) == ("on_course", "holds_so_far", True)
    strict = replace(target, value=D("91.5"))
    assert attainment(strict, now, past, plan=PLAN, today=question.day).why.code == "year_missed"


def test_a_value_that_rests_on_an_unverified_number_is_provisional():
    made = definition(
        {"type": "register", "register": "brands", "count": "valid"},
        kinds=["level"],
        rests_on=["brand.years"],
    )
    value = {"from": "2010-01-01", "value": 3, "source": "x", "verified": False}
    books = law.parse({"brand.years": {"title": TEXT, "values": [value]}})
    checked = law.parse({"brand.years": {"title": TEXT, "values": [{**value, "verified": True}]}})
    question = Question("level", dt.date(2018, 6, 30), PLAN)
    for book, provisional in ((books, True), (checked, False), (law.EMPTY, True)):
        found = evaluate(
            made, question, counter=counter, count_of=lambda r, n: COUNTS[r, n], law=book.as_of(question.day)
        )
        assert found.reading.provisional is provisional


def test_a_free_choice_filters_its_field():
    made = definition(
        {"type": "register", "register": "brands", "count": "valid"},
        options=[{"name": "region", "title": TEXT, "why": TEXT, "type": "text", "field": "region"}],
    )
    assert ask(made, day="2019-06-30").reading.value == 4
    assert ask(made, day="2019-06-30", chosen={"region": "350203"}).reading.value == 2
    assert ask(made, day="2019-06-30", chosen={"region": ""}).reading.value == 4


def test_choices_by_the_words_of_a_sentence():
    assert BRAND.defaults() == {"goods": "consumer"}
    assert BRAND.choices_for("新增名牌产品（全部产品）25个") == {"goods": "all"}


WRONG = [
    ({"kinds": ["weekly"]}, "'weekly' is none of"),
    ({"source": {"type": "sheet"}}, "'sheet' is none of"),
    ({"source": {"type": "register", "register": "b"}}, "either count or counts"),
    (
        {"source": {"type": "register", "register": "b", "counts": {"level": "x"}}},
        "nothing for the kind increment",
    ),
    ({"source": {"type": "growth", "register": "b", "count": "x", "of": "month"}}, "level or yearly_rate"),
    ({"words": []}, "no target finds it"),
    ({"title": {"zh": "甲"}}, "title: needs zh and en"),
    ({"interval": "guess"}, "'guess' is none of"),
    ({"stands_on": "reported"}, "stands_on_note: needs zh and en"),
    ({"review_on": "soon"}, "'soon' is not a day"),
    ({"colour": 1}, "unknown: colour"),
    (
        {
            "options": [
                {
                    "name": "o",
                    "title": TEXT,
                    "why": TEXT,
                    "default": "c",
                    "values": [{"value": "a", **TEXT}, {"value": "b", **TEXT}],
                }
            ]
        },
        "'c' is none of its values",
    ),
]


@pytest.mark.parametrize(("change", "message"), WRONG)
def test_a_wrong_file_names_the_place(change, message):
    with pytest.raises(IndicatorError, match=message):
        definition(**{"source": {"type": "register", "register": "brands", "count": "valid"}, **change})


def test_questions_that_make_no_sense_are_refused():
    with pytest.raises(IndicatorError, match="serves level, not increment"):
        ask(
            definition({"type": "register", "register": "brands", "count": "valid"}, kinds=["level"]),
            "increment",
        )
    with pytest.raises(IndicatorError, match="is none of: consumer, all"):
        ask(BRAND, chosen={"goods": "some"})
    with pytest.raises(IndicatorError, match="no option 'gods'"):
        ask(BRAND, chosen={"gods": "all"})
    with pytest.raises(IndicatorError, match="no count 'odd'"):
        ask(definition({"type": "register", "register": "brands", "count": "odd"}))


@pytest.mark.parametrize(
    ("code", "prefix"),
    [("350000", "35"), ("350100", "3501"), ("350102", "350102"), ("350100-HT", "350100-HT")],
)
def test_subtree(code, prefix):
    assert subtree(code) == prefix


@pytest.mark.parametrize(
    ("period", "day"),
    [("2019", "2019-12-31"), ("2020Q1", "2020-03-31"), ("2020-02", "2020-02-29"), ("2019Q4", "2019-12-31")],
)
def test_end_of_a_period(period, day):
    assert end_of(period).isoformat() == day
