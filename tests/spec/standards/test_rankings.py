"""Rankings and front runners: tiers from declared values, ties, refusals; the same for every order of the entries."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.spec.standards.vocabulary import vocabulary

from pinzhi.rules.standards.declarations import Indicator
from pinzhi.rules.standards.rankings import Entry, Plan, PlanError, PlanIndicator, Ranked, check_plan, rank


def graded(name: str = "甲醛含量", **more: Any) -> PlanIndicator:
    given: dict[str, Any] = {
        "name": name, "role": "core", "kind": vocabulary().kind("mass_fraction"), "unit": "mg/kg", "floor": "≤75 mg/kg",
        "floor_source": "GB 18401—2010",
    }  # fmt: skip
    return PlanIndicator(**{**given, **more})


FASTNESS = PlanIndicator(
    "耐水色牢度", "core", vocabulary().kind("grey_scale_grade"), "higher", "级", "≥3级", "GB 18401—2010"
)
PH = PlanIndicator("pH值", "basic", vocabulary().kind("ph"), floor="4.0–8.5", floor_source="GB 18401—2010")
ODOUR = PlanIndicator("抗菌率", "innovative", vocabulary().kind("ratio"), "higher", "%")


def plan(*indicators: PlanIndicator, most_tiers: int = 3) -> Plan:
    return Plan("针织T恤", indicators or (graded(),), most_tiers, fewer_core="该类产品可分级的指标只有这些")


def entry(key: str, *values: tuple[str, str, str], gate: Any = ()) -> Entry:
    return Entry(key, [Indicator(name, value, unit) for name, value, unit in values], gate)


def of(key: str, formaldehyde: str, unit: str = "mg/kg", *more: tuple[str, str, str]) -> Entry:
    return entry(key, ("甲醛", formaldehyde, unit), *more)


def run(given_plan: Plan, *entries: Entry) -> Ranked:
    return rank(given_plan, entries, vocabulary())


def tiers(found: Ranked, at: int = 0) -> list[list[str]]:
    return [[placed.key for placed in placed_all] for _, _, placed_all in found.lists[at].tiers]


def test_tiers_by_the_plans_thresholds() -> None:
    found = run(
        plan(graded(tiers=("≤20 mg/kg", "≤50 mg/kg", "≤75 mg/kg"))),
        of("e", "≤75"), of("a", "≤20"), of("b", "≤0.002", "%"), of("c", "<20"), of("d", "≤20.01"), of("f", "≤60"),
    )  # fmt: skip
    assert tiers(found) == [["a", "b", "c"], ["d"], ["e", "f"]]
    assert [text for _, text, _ in found.lists[0].tiers] == ["≤20 mg/kg", "≤50 mg/kg", "≤75 mg/kg"]
    assert found.leaders == ["a", "b", "c"]


def test_tiers_by_the_declared_values_part_no_equals() -> None:
    values = {"a": "≤10", "b": "≤10", "c": "≤20", "d": "≤30", "e": "≤40", "f": "≤40", "g": "≤75"}
    found = run(plan(), *(of(key, value) for key, value in values.items()))
    assert tiers(found) == [["a", "b", "c"], ["d", "e", "f"], ["g"]]
    few = run(plan(), of("a", "≤10"), of("b", "≤20"), of("c", "≤20"))
    assert tiers(few) == [["a"], ["b", "c"]]


def test_inside_a_tier_the_order_says_nothing() -> None:
    found = run(plan(graded(tiers=("≤20 mg/kg", "≤75 mg/kg"))), of("z", "≤1"), of("m", "≤19"), of("a", "≤20"))
    assert tiers(found) == [["a", "m", "z"]]


@pytest.mark.parametrize("same", [("≤20", "20"), ("≤20 mg/kg", "≤0.002 %"), ("不大于20", "≤20.0")])
def test_no_list_where_all_values_are_equal(same: tuple[str, str]) -> None:
    first, second = (of(key, *value.split(" ")) for key, value in zip("ab", same, strict=True))
    found = run(plan(), first, second)
    assert found.lists[0].none is not None and "都相同" in found.lists[0].none[0]
    assert not found.lists[0].tiers and not found.leaders


def test_below_the_standard_is_in_no_tier() -> None:
    found = run(plan(), of("a", "≤20"), of("b", "≤76"), of("c", "≤75"))
    assert tiers(found) == [["a"], ["c"]]
    (refused,) = found.refused
    assert refused.key == "b" and "GB 18401—2010" in refused.zh and refused.indicator == "甲醛含量"


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        ("10～20", "mg/kg", "范围"),
        ("符合要求", "", "看不懂"),
        ("≤20", "mg/m3", "单位"),
        ("不得检出", "", "范围或文字"),
    ],
)
def test_what_cannot_be_graded_is_refused_with_its_reason(value: str, unit: str, words: str) -> None:
    found = run(plan(), of("a", "≤20"), of("b", "≤30"), of("c", value, unit))
    assert tiers(found) == [["a"], ["b"]]
    (refused,) = found.refused
    assert refused.key == "c" and words in refused.zh


def test_not_detected_counts_by_its_detection_limit() -> None:
    found = run(plan(), of("a", "≤20"), of("b", "不得检出（检出限 20 mg/kg）", ""), of("c", "≤30"))
    assert tiers(found) == [["b"], ["a"], ["c"]]


def test_unlike_methods_are_not_ranked_together() -> None:
    one = Entry("a", [Indicator("甲醛", "≤20", "mg/kg", "GB/T 2912.1-2009")])
    same = Entry("b", [Indicator("甲醛", "≤30", "mg/kg", "ISO 14184-1")])
    other = Entry("c", [Indicator("甲醛", "≤10", "mg/kg", "GB/T 2912.2-2009")])
    found = run(plan(graded(method="GB/T 2912.1")), one, same, other)
    assert tiers(found) == [["a"], ["b"]] and "不等效" in found.refused[0].zh


def test_the_gate_and_the_basic_indicators_come_first() -> None:
    ok = ("pH", "4.5～7.5", "")
    found = run(
        plan(PH, graded(), ODOUR),
        of("a", "≤20", "mg/kg", ok, ("抗菌率", "≥99", "%")),
        of("b", "≤10", "mg/kg", ("pH", "3～9", "")),
        of("c", "≤10", "mg/kg"),
        entry("d", ("甲醛", "≤5", "mg/kg"), ok, gate=[("引用的方法标准已废止", "a method was withdrawn")]),
        of("e", "≤30", "mg/kg", ok),
    )
    assert list(found.entered) == ["a", "e"] and tiers(found) == [["a"], ["e"]]
    assert {r.key: r.zh for r in found.refused} == {
        "b": "基础指标“pH值”声明 3～9，没有达到 GB 18401—2010 的 4.0–8.5",
        "c": "没有声明基础指标“pH值”",
        "d": "引用的方法标准已废止",
    }
    assert list(found.innovative) == [("a", "抗菌率", "≥99 %")]


def test_a_front_runner_is_in_the_first_tier_of_every_list() -> None:
    grade = lambda text: ("耐水色牢度", text, "级")  # noqa: E731
    found = run(
        plan(graded(tiers=("≤20 mg/kg", "≤75 mg/kg")), FASTNESS),
        of("a", "≤20", "mg/kg", grade("4")), of("b", "≤10", "mg/kg", grade("4-5")), of("c", "≤30", "mg/kg", grade("4-5")),
    )  # fmt: skip
    assert tiers(found, 0) == [["a", "b"], ["c"]] and tiers(found, 1) == [["b", "c"], ["a"]]
    assert list(found.leaders) == ["b"]


def test_an_indicator_declared_for_several_conditions_counts_by_its_worst() -> None:
    both = entry("a", ("甲醛", "≤10", "mg/kg"), ("甲醛", "≤40", "mg/kg"))
    assert tiers(run(plan(), both, of("b", "≤30"))) == [["b"], ["a"]]


@pytest.mark.parametrize(
    ("bad", "words", "right"),
    [
        ([PH], "没有核心指标", "可分级"),
        ([graded(), graded("甲醛")], "列了两次", "保留一项"),
        ([graded(tiers=("≤50 mg/kg", "≤20 mg/kg"))], "从最好到最低", "顺序"),
        ([graded(tiers=("≤20 mg/kg", "≤80 mg/kg"))], "低于 GB 18401—2010 的 ≤75 mg/kg", "不得低于"),
        ([graded(tiers=("10～20 mg/kg",))], "单边限值", "≤20"),
        ([graded(tiers=("≤20 mg/m3",))], "单位", "mg/kg"),
        ([graded(floor="10-20 mg/kg")], "不能分档", "基础指标"),
        ([graded(role="innovative", tiers=("≤20 mg/kg",)), graded("铅")], "不是核心指标", "核心"),
    ],
)
def test_a_plan_that_cannot_be_used_is_refused(bad: list[PlanIndicator], words: str, right: str) -> None:
    with pytest.raises(PlanError) as caught:
        check_plan(plan(*bad), vocabulary(), core_in_principle=3)
    assert words in caught.value.zh and right in caught.value.right_zh and caught.value.en


def test_fewer_core_indicators_than_in_principle_need_a_reason() -> None:
    (note,) = check_plan(plan(), vocabulary(), core_in_principle=3)
    assert "少于原则上的 3 项" in note[0]
    with pytest.raises(PlanError):
        check_plan(Plan("T恤", [graded()]), vocabulary(), core_in_principle=3)
    assert check_plan(plan(graded(), graded("铅"), FASTNESS), vocabulary(), core_in_principle=3) == []


def test_an_entry_that_stands_twice_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="twice"):
        run(plan(), of("a", "≤20"), of("a", "≤30"))


#: Values as people write them, with what they mean in mg/kg.
written = st.integers(1, 3000).flatmap(
    lambda n: (
        st.sampled_from(
            [(f"≤{Fraction(n, 10)}".replace("/1", ""), "mg/kg", n)]
            if n % 10 == 0
            else [(f"≤{n / 10:.1f}", "mg/kg", n)]
        )
        | st.just((f"≤{n * 100}", "μg/kg", n))
        | st.just((f"不大于 {n / 10:.1f} mg/kg", "", n))
    )
)


@settings(max_examples=60, deadline=None)
@given(st.lists(written, min_size=1, max_size=25), st.randoms(use_true_random=False), st.integers(1, 6))
def test_the_result_is_the_same_for_every_order_and_follows_the_values(
    values: Any, random: Any, most: int
) -> None:
    meant = {f"{at:03d}": n for at, (_, _, n) in enumerate(values)}
    entries = [of(f"{at:03d}", text, unit) for at, (text, unit, _) in enumerate(values)]
    shuffled = list(entries)
    random.shuffle(shuffled)
    found = run(plan(most_tiers=most), *entries)
    assert run(plan(most_tiers=most), *shuffled) == found
    placed = {p.key: p.tier for _, _, row in found.lists[0].tiers for p in row}
    fit = {key: n for key, n in meant.items() if n <= 750}
    if len(set(fit.values())) < 2:
        assert not placed
        return
    assert set(placed) == set(fit)
    for one, other in ((a, b) for a in fit for b in fit):
        if fit[one] == fit[other]:
            assert placed[one] == placed[other]
        elif fit[one] < fit[other]:
            assert placed[one] <= placed[other]
    assert (
        sorted(set(placed.values())) == list(range(1, max(placed.values()) + 1))
        and max(placed.values()) <= most
    )
    assert list(found.leaders) == sorted(key for key, tier in placed.items() if tier == 1)
