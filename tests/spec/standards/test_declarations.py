"""The check of a declaration, as a table: what is declared, of which product, and what is to be said of it by which clause."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.spec.standards.vocabulary import vocabulary

import pinzhi
from pinzhi.rules.law import Law, parse_all
from pinzhi.rules.standards.declarations import (
    Bound,
    Checked,
    Cited,
    Declared,
    Facts,
    Indicator,
    check,
    cites,
)
from pinzhi.rules.standards.limits import Limit, read_limit

CATALOGUE = Path(pinzhi.__file__).parent / "catalogue"
TODAY = dt.date(2026, 11, 20)
OWN = Cited("Q/YL 001-2026", "own", "Q/YL 001—2026", level="enterprise")
METHOD = {"GB/T 2912.1-2009": [Cited("GB/T 2912.1-2009", "in_force", "GB/T 2912.1—2009", level="national")]}


@lru_cache(maxsize=1)
def law() -> Law:
    paths = sorted((CATALOGUE / "law").glob("*.yaml"))
    return parse_all(yaml.safe_load(path.read_text(encoding="utf-8")) for path in paths)


def bound(
    name: str,
    kind: str,
    text: str,
    *,
    nature: Any = "mandatory",
    number: str = "GB 18401—2010",
    method: str = "",
    applies: str = "B类",
) -> Bound:
    found = vocabulary().kind(kind)
    value = read_limit(text, found, vocabulary())
    limit = Limit(number, name, found, value, scope="textiles", applies=applies, method=method)
    return Bound(
        number,
        "5.1",
        nature,
        vocabulary().analyte(name).key,
        name,
        text,
        limit,
        f"{number}:{name}:{kind}:{applies}",
    )


BOUNDS = [
    bound("甲醛含量", "mass_fraction", "≤75 mg/kg", method="GB/T 2912.1"),
    bound("pH值", "ph", "4.0–8.5"),
    bound("耐水色牢度", "grey_scale_grade", "≥3级"),
    bound("起球", "grey_scale_grade", "≥3级", nature="recommended", number="GB/T 22849—2014"),
    bound("水洗尺寸变化率", "ratio", "-6.5～2.0 %", nature="recommended", number="GB/T 22849—2014"),
]
FULL = [
    Indicator("甲醛含量", "≤75", "mg/kg", "GB/T 2912.1-2009"),
    Indicator("pH值", "4.0～8.5", "", "GB/T 2912.1-2009"),
    Indicator("耐水色牢度", "3-4", "级", "GB/T 2912.1-2009"),
    Indicator("起球", "≥3级", "", "GB/T 2912.1-2009"),
    Indicator("水洗尺寸变化率", "-5～2", "%", "GB/T 2912.1-2009"),
]


def checked(
    *indicators: Indicator,
    standard: Cited = OWN,
    bounds: list[Bound] = BOUNDS,
    on: dt.date = TODAY,
    **more: Any,
) -> Checked:
    declared = Declared(**{"standard": standard.raw, "title": "针织T恤", "indicators": indicators, **more})
    facts = Facts(on, standard, vocabulary(), bounds, METHOD)
    return check(declared, facts, law().as_of(on))


def changed(row: int, **to: str) -> list[Indicator]:
    """The full declaration with one row changed."""
    rows = list(FULL)
    one = rows[row - 1]
    said = {"name": one.name, "value": one.value, "unit": one.unit, "method": one.method, **to}
    rows[row - 1] = Indicator(**said)
    return rows


def codes(found: Checked, level: str = "") -> set[str]:
    return {f.code for f in found.findings if not level or f.level == level}


def test_a_full_declaration_of_an_own_standard_has_nothing_against_it() -> None:
    found = checked(*FULL)
    assert not found.findings and not found.refused
    assert {c.relation for c in found.compared} == {"equal", "stricter"}


@pytest.mark.parametrize(
    ("row", "to", "code", "level", "clause", "words"),
    [
        # art. 21: not below mandatory standards; told in public, not forbidden
        (1, {"value": "≤100"}, "below_mandatory", "flag", "第二十一条", "75 mg/kg"),
        (1, {"value": "≤0.01", "unit": "%"}, "below_mandatory", "flag", "第二十一条", "GB 18401"),
        (2, {"value": "4.0～9.0"}, "below_mandatory", "flag", "第二十一条", "4.0–8.5"),
        (3, {"value": "≥2-3"}, "below_mandatory", "flag", "第二十一条", "3级"),
        # pH overlaps in part: neither stricter nor laxer
        (2, {"value": "3.5～7.0"}, "not_comparable", "warn", "第二十一条", "互有宽严"),
        (1, {"method": "GB/T 2912.2-2009"}, "not_comparable", "warn", "第二十一条", "方法"),
        (1, {"unit": "mg/m3"}, "not_comparable", "warn", "第二十一条", "同一种量"),
        # art. 14: below the recommended standard is for the firm to decide and for the public to know
        (4, {"value": "≥2级"}, "lower_than_recommended", "flag", "第十四条", "GB/T 22849"),
        (5, {"value": "-8～2"}, "lower_than_recommended", "flag", "第十四条", "明示"),
        # art. 12: methods
        (4, {"method": ""}, "methods_missing", "flag", "第十二条", "第 4 行"),
        (1, {"method": "本标准附录A"}, "methods_not_cited", "flag", "第十二条", "GB/T 2912.1"),
        # what cannot be read: place and remedy
        (1, {"value": "20～10"}, "value_unreadable", "refuse", "读不懂", "10–20"),
        (1, {"value": "≤20", "unit": ""}, "value_unreadable", "refuse", "读不懂", "mg/kg"),
        (1, {"value": "≤≤"}, "value_unreadable", "refuse", "读不懂", "≤20 mg/kg"),
        (1, {"value": "abc"}, "value_unreadable", "refuse", "读不懂", "≤20"),
        (1, {"value": "≤0,5"}, "value_unreadable", "refuse", "读不懂", "0.5"),
        (3, {"value": "7级"}, "value_unreadable", "refuse", "读不懂", "1～5"),
        (4, {"value": ""}, "cell_missing", "refuse", "读不懂", "第4行"),
        (4, {"name": ""}, "cell_missing", "refuse", "读不懂", "第4行"),
        # what can be read in spite of haste
        (1, {"value": "75"}, "value_taken_as", "note", "读不懂", "≤75 mg/kg"),
        (1, {"value": "符合要求"}, "value_words", "warn", "读不懂", "数值"),
    ],
)
def test_what_is_said_of_a_row(
    row: int, to: dict[str, str], code: str, level: str, clause: str, words: str
) -> None:
    found = checked(*changed(row, **to))
    (finding,) = [f for f in found.findings if f.code == code]
    assert finding.level == level and clause in finding.article and not finding.provisional
    assert words in f"{finding.zh}{finding.right_zh}" and finding.row == row
    assert finding.en and finding.place == "indicators"
    assert found.refused == (level == "refuse")
    assert (code in found.flags) == (level == "flag")


def test_fewer_indicators_than_the_recommended_standard_are_named() -> None:
    found = checked(*FULL[:4])
    (finding,) = found.findings
    assert finding.code == "fewer_than_recommended" and "水洗尺寸变化率" in finding.zh
    assert found.flags == ["fewer_than_recommended"] and not found.refused


def test_mandatory_indicators_that_are_not_declared_are_told_to_the_firm_alone() -> None:
    found = checked(*FULL[1:])
    assert codes(found) == {"mandatory_missing"} and codes(found, "warn") and not found.flags


def test_an_own_standard_without_indicators_is_shown_as_such() -> None:
    found = checked()
    assert "indicators_missing" in found.flags and not found.refused


def test_of_a_published_standard_neither_indicators_nor_methods_are_asked() -> None:
    found = checked(standard=Cited("GB/T 22849-2014", "in_force", "GB/T 22849—2014", level="national"))
    assert codes(found, "refuse") == codes(found, "flag") == set()
    laxer = checked(
        Indicator("起球", "≥2级"),
        standard=Cited("GB/T 22849-2014", "in_force", "GB/T 22849—2014", level="national"),
    )
    assert not laxer.flags


LAPSED = Cited(
    "GB/T 1-2000",
    "withdrawn",
    "GB/T 1—2000",
    level="national",
    withdrawn_on=dt.date(2015, 1, 1),
    successors=("GB/T 1—2014",),
)


@pytest.mark.parametrize(
    ("standard", "code", "level", "words"),
    [
        (LAPSED, "standard_lapsed", "flag", "GB/T 1—2014"),
        (
            Cited("GB 1-2027", "not_yet", "GB 1—2027", level="national", effective_on=dt.date(2027, 6, 1)),
            "standard_not_yet", "warn", "2027-06-01",
        ),
        (Cited("GB/T 9-2019", "unknown_year", "GB/T 9—2019", known=("GB/T 9—2018",)), "standard_unknown_year", "warn", "GB/T 9—2018"),
        (Cited("GB/T 99999-2019", "unknown_number", "GB/T 99999—2019"), "standard_unknown", "warn", "可以照常声明"),
        (Cited("GB/T 9", "in_force", "GB/T 9—2018", dated=False), "standard_undated", "note", "GB/T 9—2018"),
        (Cited("GB/T 9-2030", "draft", "GB/T 9—2030"), "standard_draft", "warn", "草案"),
        (
            Cited("国标", "unreadable", wrong=("第 1 个字符处：不是标准代号", "no code"), right=("例如 GB 31701-2015", "e.g.")),
            "standard_unreadable", "refuse", "第 1 个字符",
        ),
    ],
)  # fmt: skip
def test_how_the_declared_standard_stands(standard: Cited, code: str, level: str, words: str) -> None:
    found = checked(standard=standard, bounds=[])
    (finding,) = [f for f in found.findings if f.code == code]
    assert finding.level == level and finding.place == "standard" and words in finding.zh + finding.right_zh
    assert found.refused == (level == "refuse")


def test_number_and_name_are_what_a_declaration_is() -> None:
    assert codes(checked(bounds=[], standard=Cited("", "unreadable")), "refuse") == {"no_standard"}
    nameless = checked(*FULL, title=" ")
    assert codes(nameless, "refuse") == {"no_title"}
    known = Cited("GB/T 9", "in_force", "GB/T 9—2018", title="标准化工作导则", level="national")
    assert not checked(standard=known, title="", bounds=[]).refused


def test_a_lapsed_test_method_is_named_with_its_successor() -> None:
    declared = Declared("Q/YL 1-2026", "衣", indicators=[Indicator("起毛", "≥3级", "", "GB/T 4802.1-1997")])
    old = Cited(
        "GB/T 4802.1-1997",
        "withdrawn",
        "GB/T 4802.1—1997",
        level="national",
        successors=("GB/T 4802.1—2008",),
    )
    facts = Facts(TODAY, OWN, vocabulary(), [], {"GB/T 4802.1-1997": [old]})
    (finding,) = check(declared, facts, law().as_of(TODAY)).findings
    assert finding.code == "method_lapsed" and finding.level == "warn" and "2008" in finding.right_zh


def test_a_declaration_is_judged_by_the_law_of_its_day() -> None:
    before = checked(*changed(4, method=""), on=dt.date(2023, 12, 31))
    assert "methods_missing" not in codes(before)
    assert "methods_missing" in codes(checked(*changed(4, method=""), on=dt.date(2024, 1, 1)))
    assert not checked(*changed(1, value="≤100"), on=dt.date(2017, 12, 31)).findings


def test_two_kinds_of_one_substance_are_two_indicators() -> None:
    bounds = [
        bound("可迁移铅", "migration", "≤90 mg/kg", number="GB 6675.4—2014", method="GB 6675.4"),
        bound("总铅", "mass_fraction", "≤600 mg/kg", number="GB 1—1", method="GB/T 1"),
    ]
    found = checked(Indicator("可迁移铅", "≤100", "mg/kg", "GB 6675.4-2014"), bounds=bounds, title="积木")
    assert [c.relation for c in found.compared] == ["laxer"] and found.compared[
        0
    ].bound.number == "GB 6675.4—2014"
    total = checked(Indicator("总铅含量", "≤500", "mg/kg", "GB/T 1"), bounds=bounds, title="积木")
    assert [(c.relation, c.bound.number) for c in total.compared] == [("stricter", "GB 1—1")]


CLASSES = [
    bound("甲醛含量", "mass_fraction", f"≤{most} mg/kg", method="GB/T 2912.1", applies=applies)
    for most, applies in ((20, "A类"), (75, "B类"), (300, "C类"))
]


@pytest.mark.parametrize(
    ("value", "code", "level"),
    [
        ("≤20", "", ""),
        ("≤75", "class_not_stated", "note"),
        ("≤300", "class_not_stated", "note"),
        ("≤301", "below_mandatory", "flag"),
    ],
)
def test_nobody_is_below_a_class_that_was_not_stated(value: str, code: str, level: str) -> None:
    """Three classes, and the declaration does not say which: below the standard is only what is below all of them."""
    found = checked(Indicator("甲醛含量", value, "mg/kg", "GB/T 2912.1-2009"), bounds=CLASSES)
    assert {(f.code, f.level) for f in found.findings} == ({(code, level)} if code else set())
    assert all("B类" in f.zh or "A类" in f.zh for f in found.findings)


def test_what_a_method_column_cites() -> None:
    assert cites("GB/T 2912.1-2009、ISO 3071；附录A 或 FZ/T 01057") == [
        "GB/T 2912.1-2009",
        "ISO 3071",
        "FZ/T 01057",
    ]
    assert cites("目测") == []


@settings(deadline=None)
@given(
    st.text(max_size=30),
    st.text(max_size=8),
    st.sampled_from(["甲醛含量", "pH值", "耐水色牢度", "图案", "外观"]),
)
def test_whatever_is_typed_is_answered_and_only_slips_are_refused(value: str, unit: str, name: str) -> None:
    found = checked(*[i for i in FULL if i.name != name], Indicator(name, value, unit, "GB/T 2912.1-2009"))
    for finding in found.findings:
        assert finding.zh and finding.en and finding.level in ("refuse", "flag", "warn", "note")
        assert finding.level != "refuse" or (finding.row and finding.column)


@settings(deadline=None)
@given(st.decimals(0, 300, places=2), st.decimals(0, 300, places=2))
def test_a_stricter_declaration_never_gets_more_flags(one: Any, other: Any) -> None:
    low, high = sorted((one, other))
    flags = [set(checked(*changed(1, value=f"≤{value}")).flags) for value in (low, high)]
    assert flags[0] <= flags[1]
    assert ("below_mandatory" in flags[1]) == (high > 75)


@settings(deadline=None)
@given(st.permutations(FULL))
def test_the_order_of_rows_changes_nothing_but_the_rows(rows: list[Indicator]) -> None:
    assert not checked(*rows).findings


#: Limits of every form on one side, on both, of two classes, of two standards, by another method, of another quantity.
MANY = [
    *BOUNDS,
    bound("甲醛含量", "mass_fraction", "≤20 mg/kg", applies="A类", method="GB/T 2912.1"),
    bound("甲醛含量", "mass_fraction", "<75 mg/kg", nature="recommended", number="GB/T 22849—2014"),
    bound("断裂强力", "force", "≥180 N"),
    bound("断裂强力", "force", ">200 N", nature="recommended", number="GB/T 22849—2014"),
    bound("铅", "mass_fraction", "≤90 mg/kg", method="GB/T 30157"),
    bound("铅", "migration", "≤13.5 mg/kg"),
    bound("镉", "mass_fraction", "0–100 mg/kg"),
    bound("灰分", "mass_fraction", "1–5 %"),
]
VALUES = st.one_of(
    st.builds(
        "{}{}".format,
        st.sampled_from(["≤", "<", "≥", ">", "", "≤ "]),
        st.one_of(
            st.sampled_from([0, 1, 5, 13.5, 20, 75, 90, 100, 180, 200, "0.0075", "75.0", "0.02", "1000000"]),
            st.decimals(0, 300, places=3),
        ),
    ),
    st.sampled_from(["0-20", "4.0～8.5", "≥3级", "不得检出", "无", "≤", "≤1e3", "≤75 mg/kg"]),
)


def both_ways(rows: list[Indicator], bounds: list[Bound]) -> tuple[Checked, Checked]:
    short = checked(*rows, bounds=bounds)
    with patch("pinzhi.rules.standards.declarations.floors._column", return_value=None):
        return short, checked(*rows, bounds=bounds)


def test_at_every_edge_the_short_way_says_what_the_long_way_says() -> None:
    edges = [0, 1, 5, 13.5, 20, 75, 90, 100, 180, 200, "0.0075", "0.002", "18000", "0.075", "0.2"]
    rows = [
        Indicator(name, f"{sign}{value}", unit, method)
        for name in ("甲醛含量", "断裂强力", "铅", "镉", "灰分", "水洗尺寸变化率")
        for sign in "≤<≥>"
        for value in edges
        for unit in ("mg/kg", "%", "N", "cN", "g/kg")
        for method in ("GB/T 2912.1-2009", "GB/T 30157", "")
    ]
    short, long = both_ways(rows, MANY)
    assert short.findings == long.findings
    assert short.compared == long.compared and {"stricter", "equal"} <= {c.relation for c in short.compared}


@settings(deadline=None)
@given(
    st.lists(
        st.builds(
            Indicator,
            st.sampled_from(["甲醛含量", "断裂强力", "铅", "镉", "灰分", "pH值", "水洗尺寸变化率", "新指标"]),
            VALUES,
            st.sampled_from(["mg/kg", "%", "N", "cN", "g/kg", "℃", "件", "", "mg/kg ", "级"]),
            st.sampled_from(["GB/T 2912.1-2009", "GB/T 30157", "附录A", ""]),
        ),
        max_size=6,
    ),
    st.sampled_from([MANY, BOUNDS, []]),
)
def test_the_short_way_says_what_the_long_way_says(rows: list[Indicator], bounds: list[Bound]) -> None:
    short, long = both_ways(rows, bounds)
    assert short.findings == long.findings
    assert short.compared == long.compared


def test_memory_of_a_set_changes_no_verdict() -> None:
    memo: dict[Any, Any] = {}
    for value in ("≤75", "≤100", "≤75", "75", "≤100"):
        declared = Declared("Q/YL 1-2026", "衣", indicators=changed(1, value=value))
        first = check(declared, Facts(TODAY, OWN, vocabulary(), BOUNDS, METHOD, memo), law().as_of(TODAY))
        fresh = check(declared, Facts(TODAY, OWN, vocabulary(), BOUNDS, METHOD), law().as_of(TODAY))
        assert [(f.code, f.row, f.zh) for f in first.findings] == [
            (f.code, f.row, f.zh) for f in fresh.findings
        ]


def test_a_class_that_nobody_knows_is_not_silently_uncompared() -> None:
    def said(understood: bool, bounds: list[Bound], product_class: str) -> list[str]:
        declared = Declared(OWN.raw, "衣", product_class, FULL[:1])
        facts = Facts(TODAY, OWN, vocabulary(), bounds, METHOD, understood=understood)
        return [
            f"{f.level} {f.zh}"
            for f in check(declared, facts, law().as_of(TODAY)).findings
            if f.code == "class_unknown"
        ]

    (found,) = said(False, [], "玄铁重剑")
    assert found.startswith("warn ") and "没有与标准的限值比较" in found and "“玄铁重剑”不在词表" in found
    assert "没有写产品类别" in said(False, [], "")[0]
    assert not said(True, [], "玩具") and not said(False, BOUNDS, "B类")
