"""Dated parameters: which value counts on which day."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from pinzhi.rules import law

TITLE = {"zh": "评审期限", "en": "Days for the review"}

FILE = """
review_days:
  title: {zh: 评审期限, en: Days for the review}
  unit: working_day
  values:
    - {from: 2020-01-01, value: 20, source: 第十二条, verified: false}
    - {from: 2017-03-01, until: 2019-06-30, value: 30, source: 第十条, verified: true}
deficiency_share:
  title: {zh: 允许短缺量, en: Tolerable deficiency}
  unit: "%"
  values:
    - {from: 2023-06-01, value: 4.5, source: 附表3, verified: true}
plan:
  title: {zh: 抽样方案, en: Sampling plan}
  values:
    - from: 2005-01-01
      until: 2024-10-11
      value: [{from_n: 11, to_n: 50, n: 10, factor: 1.028}]
      source: 附表4
      verified: true
"""

# day asked, key, value, lapsed, provisional
AS_OF = [
    ("2017-03-01", "review_days", 30, False, False),  # the first day counts
    ("2019-06-30", "review_days", 30, False, False),  # and so does the last
    ("2019-07-01", "review_days", 30, True, True),  # nothing took its place yet: lapsed
    ("2019-12-31", "review_days", 30, True, True),
    ("2020-01-01", "review_days", 20, False, True),  # in force, not compared with the text
    ("2033-01-01", "review_days", 20, False, True),
    ("2024-01-01", "deficiency_share", Decimal("4.5"), False, False),
]


@pytest.fixture
def rules() -> law.Law:
    return law.parse(yaml.safe_load(FILE))


@pytest.mark.parametrize(("day", "key", "value", "lapsed", "provisional"), AS_OF)
def test_value_of_the_day(rules, day, key, value, lapsed, provisional):
    found = rules.as_of(dt.date.fromisoformat(day)).get(key)
    assert (found.value, found.lapsed, found.provisional) == (value, lapsed, provisional)
    assert type(found.value) is type(value)
    assert found.number == value


def test_a_table_is_read_only_and_exact(rules):
    row = rules.as_of(dt.date(2010, 1, 1)).get("plan").value[0]
    assert row["factor"] == Decimal("1.028")
    with pytest.raises(TypeError):
        row["factor"] = 1
    with pytest.raises(TypeError, match="not a number"):
        _ = rules.as_of(dt.date(2010, 1, 1)).get("plan").number


def test_before_the_first_day_there_is_no_law(rules):
    with pytest.raises(law.NoSuchLawError, match="2017-03-01"):
        rules.as_of(dt.date(2017, 2, 28)).get("review_days")
    assert rules.as_of(dt.date(2017, 2, 28)).find("review_days") is None
    with pytest.raises(law.NoSuchLawError, match="unheard"):
        rules.as_of(dt.date(2020, 1, 1)).get("unheard")


def entry(**changes):
    value = {"from": "2020-01-01", "value": 1, "source": "x", "verified": True}
    return {"title": TITLE, "unit": "day", "values": [{**value, **changes}]}


WRONG = [
    ({"k": {**entry(), "titel": 1}}, "k: unknown: titel"),
    ({"k": entry(until="2019-01-01")}, "before it begins"),
    ({"k": entry(**{"from": "1 May"})}, "not a day"),
    ({"k": entry(verified="yes")}, "true or false"),
    ({"k": entry(source=None)}, "lacks source"),
    ({"k": {"title": {"zh": "x"}, "values": [{}]}}, "zh and en"),
    ({"k": {"title": TITLE, "values": []}}, "at least one value"),
    (
        {
            "k": {
                "title": TITLE,
                "values": [entry()["values"][0], entry(**{"from": "2021-01-01"})["values"][0]],
            }
        },
        "still in force",
    ),
    ({"k": 7}, "expected title"),
]


@pytest.mark.parametrize(("data", "message"), WRONG)
def test_a_wrong_file_is_refused_by_name(data, message):
    with pytest.raises(law.LawError, match=message):
        law.parse(data)


def test_a_key_stands_in_one_file_only():
    with pytest.raises(law.LawError, match="defined twice: k"):
        law.parse_all([{"k": entry()}, {"k": entry()}])


CATALOGUE = Path(__file__).parents[3] / "src/pinzhi/catalogue/law"


def test_the_shipped_law_files_can_be_read():
    files = sorted(CATALOGUE.glob("*.yaml"))
    assert files
    whole = law.parse_all(yaml.safe_load(f.read_text(encoding="utf-8")) for f in files)
    assert all(p.periods for p in whole)
