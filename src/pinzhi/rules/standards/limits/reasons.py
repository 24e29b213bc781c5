"""Why a comparison came out as it did: codes for machines, one sentence in each language for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: code: (Chinese, English); `{a}` and `{b}` are what the two sides say.
REASONS: Mapping[str, tuple[str, str]] = {
    "inside": ("{a}的合格范围完全在{b}之内", "all that passes {a} passes {b}, and {b} lets more pass"),
    "around": ("{a}的合格范围包含{b}，更宽", "{a} lets everything pass that {b} does, and more"),
    "same_set": ("{a}与{b}的合格范围相同", "{a} and {b} let the same pass"),
    "same_limit": ("是同一限值", "it is the same limit"),
    "crossing": ("{a}与{b}互有宽严，只有部分重合", "{a} and {b} overlap in part: neither contains the other"),
    "apart": ("{a}与{b}没有共同的合格结果", "no result passes both {a} and {b}"),
    "analyte": ("指标不同：{a}与{b}", "different indicators: {a} and {b}"),
    "substance_set": ("所限物质的组合不同：{a}与{b}", "different sets of substances: {a} and {b}"),
    "aggregate": ("取值方式不同：{a}与{b}", "different ways to take the value: {a} and {b}"),
    "aggregate_unclear": ("看不出按单项还是按总和计", "it is not said whether each or the sum is limited"),
    "quantity_kind": ("量的种类不同：{a}与{b}，数值不可比", "different kinds of quantity: {a} and {b}; the numbers cannot be compared"),
    "unit": ("单位不能换算：{a}与{b}", "the units do not convert: {a} and {b}"),
    "method": ("试验方法不等效：{a}与{b}", "the test methods are not equivalent: {a} and {b}"),
    "method_unknown": (
        "该量由试验方法决定，而{a}没有写明方法",
        "the quantity depends on its method, and {a} names none",
    ),
    "scope": ("适用产品没有交集：{a}与{b}", "no product falls under both: {a} and {b}"),
    "scope_unclear": ("看不出适用产品是否有交集：{a}与{b}", "it cannot be told whether a product falls under both: {a} and {b}"),
    "conditions": ("试验条件不同：{a}与{b}", "different conditions: {a} and {b}"),
    "dates": ("不在同一时期有效：{a}与{b}", "not in force at the same time: {a} and {b}"),
    "detection_limit": ("“不得检出”没有写明检出限", "“not detected” gives no detection limit"),
    "forms": ("限值形式不同：{a}与{b}", "different forms of limit: {a} and {b}"),
    "sum_inside": (
        "同组物质，{a}的总和限量不超过{b}的单项限量，满足前者必满足后者",
        "same substances: the sum that {a} allows is not above what {b} allows for each, so {a} implies {b}",
    ),
    "sum_around": (
        "同组物质，{b}的总和限量不超过{a}的单项限量，满足前者不一定满足后者",
        "same substances: the sum that {b} allows is not above what {a} allows for each, so {b} implies {a}",
    ),
    "sum_crossing": (
        "同组物质，{a}与{b}一按总和、一按单项，互不包含",
        "same substances, one by the sum and one by each: neither {a} nor {b} contains the other",
    ),
    "max_inside": ("{a}限最大值，{b}限平均值，满足前者必满足后者", "{a} limits the largest, {b} the mean: {a} implies {b}"),
    "max_around": ("{a}限平均值，{b}限最大值，满足后者必满足前者", "{a} limits the mean, {b} the largest: {b} implies {a}"),
    "max_crossing": (
        "一限最大值、一限平均值，互不包含：{a}与{b}",
        "one limits the largest, one the mean, and neither contains the other: {a} and {b}",
    ),
}  # fmt: skip
CAVEATS: Mapping[str, tuple[str, str]] = {
    "method_not_stated": ("有一方没有写明试验方法", "one side does not name its test method"),
    "scope_partly": ("适用产品只有部分重合", "the products concerned overlap in part only"),
    "conditions_not_stated": ("有一方没有写明试验条件", "one side does not state its conditions"),
    "other_times": ("两项限值不在同一时期有效", "the two were not in force at the same time"),
}
RELATIONS: Mapping[str, tuple[str, str]] = {
    "stricter": ("严于", "stricter"),
    "equal": ("等同", "equal"),
    "laxer": ("宽于", "laxer"),
    "incomparable": ("不可比", "incomparable"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """A code, and what the two sides say in each language."""

    code: str
    a: tuple[str, str] = ("", "")
    b: tuple[str, str] = ("", "")

    @property
    def zh(self) -> str:
        return REASONS[self.code][0].format(a=self.a[0], b=self.b[0])

    @property
    def en(self) -> str:
        return REASONS[self.code][1].format(a=self.a[1], b=self.b[1])
