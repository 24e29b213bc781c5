"""GB/T 4754-2017 as in the catalogue."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import pinzhi
from pinzhi.rules.identifiers import IdentifierError
from pinzhi.rules.identifiers.trade import TradeTable

_FILE = Path(pinzhi.__file__).parent / "catalogue" / "trades.yaml"
TABLE = TradeTable.from_data(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def test_all_sections_and_divisions_are_there() -> None:
    codes = TABLE.trades
    assert sorted(c for c in codes if len(c) == 1) == list("ABCDEFGHIJKLMNOPQRST")
    assert sorted(c for c in codes if len(c) == 2) == [f"{n:02d}" for n in range(1, 98)]
    assert all(t.zh and t.en for t in codes.values())


def test_every_code_stands_below_a_listed_parent() -> None:
    for code in TABLE.trades:
        if len(code) > 2:
            assert code[:-1] in TABLE.trades, code


@pytest.mark.parametrize(
    ("text", "code", "section", "zh"),
    [
        ("C1512", "1512", "C", "白酒制造"),
        ("1512", "1512", "C", "白酒制造"),
        ("ｃ15", "15", "C", "酒、饮料和精制茶制造业"),
        ("C", "C", "C", "制造业"),
        ("1519", "1519", "C", "酒的制造"),  # not listed: named after its group
        ("A01", "01", "A", "农业"),
    ],
)
def test_codes(text: str, code: str, section: str, zh: str) -> None:
    trade = TABLE.parse(text)
    assert (trade.code, trade.section, trade.zh) == (code, section, zh)


@pytest.mark.parametrize("text", ["", "98", "C98", "A15", "15123", "U", "酒"])
def test_what_is_no_code(text: str) -> None:
    with pytest.raises(IdentifierError):
        TABLE.parse(text)


def test_subtree() -> None:
    assert TABLE.contains("C", "1512") and TABLE.contains("15", "1512") and TABLE.contains("151", "1512")
    assert not TABLE.contains("14", "1512") and not TABLE.contains("D", "1512")
    assert {t.code for t in TABLE.subtree("153")} == {"153"}
    assert TABLE.prefixes("D") == ("44", "45", "46") and TABLE.prefixes("151") == ("151",)


def test_consumer_goods_follow_the_dated_list() -> None:
    on = date(2020, 12, 31)
    assert TABLE.is_consumer_goods("1512", on) and TABLE.is_consumer_goods("2682", on)
    assert TABLE.is_consumer_goods("3110", on) is False and TABLE.is_consumer_goods("26", on) is False
    assert TABLE.is_consumer_goods("1512", date(2010, 1, 1)) is None
    for choice in TABLE.consumer_goods:
        assert choice.source and all(c in TABLE.trades for c in choice.codes)


@given(st.text())
def test_no_string_crashes(text: str) -> None:
    try:
        TABLE.parse(text)
    except IdentifierError as fault:
        assert fault.zh and fault.en


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("食品制造业", "14"),
        ("食品制造", "14"),
        ("C14食品制造业", "14"),
        ("1421 糖果、巧克力制造", "1421"),
        ("糖果、巧克力制造（1421）", "1421"),
        ("制造业", "C"),
        ("14", "14"),
        ("Ｃ１４２１", "1421"),
        ("1429糖果制品", "1429"),
    ],
)
def test_titles_are_read_as_well(text: str, code: str) -> None:
    assert TABLE.read(text).code == code


@pytest.mark.parametrize("text", ["", "食品", "卖东西的", "C15食品制造业", "99 其他", "食品制造业（15）"])
def test_titles_that_are_none_or_disagree(text: str) -> None:
    with pytest.raises(IdentifierError):
        TABLE.read(text)


def test_every_title_of_the_standard_reads_as_a_code_that_bears_it() -> None:
    for trade in TABLE.trades.values():
        if not set(trade.zh) & set("()（）0123456789"):
            assert TABLE.trades[TABLE.read(trade.zh).code].zh == trade.zh


@given(st.text(max_size=20))
def test_no_title_crashes(text: str) -> None:
    try:
        TABLE.read(text)
    except IdentifierError as error:
        assert error.zh and error.en
