"""Which row of a parent plan a child's row takes up, and whether what is promised below adds up."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.rules.policy.cascade import TargetRow, alike, likeness, suggest_measures, suggest_targets, verdict

TASKS = [(1, "推行首席质量官制度"), (2, "加强监督抽查"), (3, "培育知名品牌"), (4, "完善消费品标准体系")]


@pytest.mark.parametrize(
    ("title", "first"),
    [
        ("全面推行首席质量官制度", 1),
        ("强化监督抽查", 2),
        ("大力培育知名品牌", 3),
        ("健全全市消费品标准体系", 4),
        ("举办食品节", None),
        ("", None),
    ],
)
def test_tasks_by_their_titles(title: str, first: int | None) -> None:
    found = suggest_measures(title, TASKS)
    assert (found[0][0] if found else None) == first


OFFICERS = TargetRow(
    "建立首席质量官制度的企业", "建立首席质量官制度的企业达到4500家以上", "i18", "家", "level"
)
RATE = TargetRow("监督抽查合格率", "国家监督抽查合格率稳定在91%以上", "i01", "%", "level")
BRANDS = TargetRow("中国驰名商标", "中国驰名商标达到500件", "i09", "件", "level")
PARENTS = [("officers", OFFICERS), ("rate", RATE), ("brands", BRANDS)]


@pytest.mark.parametrize(
    ("child", "first"),
    [
        (TargetRow("首席质量官企业数", "", "i18", "家", "level"), "officers"),
        (TargetRow("产品合格率", "市级监督抽查合格率达到93%", "i01", "%", "level"), "rate"),
        (TargetRow("监督抽查合格率", "监督抽查合格率稳定在92%以上", "", "%", "level"), "rate"),
        (TargetRow("注册商标总量", "注册商标达到2万件", "", "件", "level"), None),
        (TargetRow("游客数", "接待游客1000万人次", "i30", "人次", "level"), None),
    ],
)
def test_targets_by_indicator_and_words(child: TargetRow, first: str | None) -> None:
    found = suggest_targets(child, PARENTS)
    assert (found[0][0] if found else None) == first


def test_the_same_indicator_with_the_same_options_comes_first() -> None:
    green = TargetRow("绿色食品", "", "i16", "个", "level", {"kind": "green"})
    organic = TargetRow("有机产品", "", "i16", "个", "level", {"kind": "organic"})
    child = TargetRow("认证产品", "", "i16", "个", "level", {"kind": "organic"})
    assert suggest_targets(child, [("green", green), ("organic", organic)])[0][0] == "organic"


@pytest.mark.parametrize(
    ("comparator", "value", "alike_", "rate", "below", "expected"),
    [
        (">=", "40", True, False, [], ("nobody", None)),
        (">=", "40", True, False, ["25", "15"], ("enough", None)),
        (">=", "40", True, False, ["25", "14"], ("short", "1")),
        (">=", "40", False, False, ["25", "14"], ("cannot_tell", None)),
        (">=", "92", True, True, ["93", "92"], ("enough", None)),
        (">=", "92", True, True, ["93", "91.5"], ("below", "0.5")),
        ("<=", "0.5", True, True, ["0.4", "0.7"], ("below", "0.2")),
        ("<=", "100", True, False, ["60", "60"], ("enough", None)),
    ],
)
def test_what_is_promised_below(
    comparator: str, value: str, alike_: bool, rate: bool, below: list[str], expected: tuple[str, str | None]
) -> None:
    found = verdict(comparator, Decimal(value), alike_, rate, [Decimal(b) for b in below])
    assert found == (expected[0], None if expected[1] is None else Decimal(expected[1]))


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_is_a_share_and_the_same_both_ways(one: str, other: str) -> None:
    assert 0 <= alike(one, other) == alike(other, one) <= 1
    assert 0 <= likeness(TargetRow(one, other), TargetRow(other, one)) <= 1
