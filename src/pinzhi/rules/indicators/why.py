"""The sentence that says why a target stands where it stands: one code, two languages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

SENTENCES: dict[str, tuple[str, str]] = {
    # reached
    "reached": (
        "截至{as_of}为{value}，已达到目标（{goal}）。",
        "{value} on {as_of}: the target ({goal}) is reached.",
    ),
    "every_year_held": (
        "{first}至{last}年每年均达到目标（{goal}）。",
        "The target ({goal}) was reached in every year from {first} to {last}.",
    ),
    "reached_read_after_due": (
        "到期日{due}没有读数；其后{as_of}为{value}，达到目标（{goal}）。",
        "There is no reading at the due date {due}; later, on {as_of}, {value} reaches the target ({goal}).",
    ),
    # on course
    "on_line": (
        "截至{as_of}为{value}，按进度应为{expected}，进度正常；距目标（{goal}）还差{gap}。",
        "{value} on {as_of}, {expected} expected by now: on course; {gap} to go to the target ({goal}).",
    ),
    "holds_so_far": (
        "{first}年以来每年均达到目标（{goal}），目前为{value}；须保持到{due}。",
        "Reached ({goal}) in every year since {first}, now {value}; it must hold until {due}.",
    ),
    "average_so_far": (
        "截至{as_of}的年平均为{value}，达到目标（{goal}）；计算到{due}为止。",
        "The yearly average up to {as_of} is {value}, within the target ({goal}); it is settled on {due}.",
    ),
    # behind
    "below_line": (
        "截至{as_of}为{value}，按进度应为{expected}，进度滞后；距目标（{goal}）还差{gap}。",
        "{value} on {as_of}, {expected} expected by now: behind; {gap} to go to the target ({goal}).",
    ),
    "past_goal": (
        "截至{as_of}为{value}，已超出目标允许的范围（{goal}）。",
        "{value} on {as_of} lies beyond what the target allows ({goal}).",
    ),
    "year_missed": (
        "{years}年未达到目标（{goal}），而目标要求每年达到。",
        "The target ({goal}) must hold in every year and was missed in {years}.",
    ),
    "not_held_now": (
        "截至{as_of}为{value}，低于或偏离须保持的目标（{goal}），差{gap}。",
        "{value} on {as_of} does not hold the target ({goal}); {gap} is missing.",
    ),
    "due_passed": (
        "期限{due}已过，为{value}，未达到目标（{goal}），差{gap}。",
        "The due date {due} has passed; {value} misses the target ({goal}) by {gap}.",
    ),
    # cannot be told
    "no_reading": ("没有可用的数值，无法判断：{reason}", "There is no value to judge by: {reason}"),
    "tolerance_not_set": (
        "目标用了“左右”，尚未设定允许偏差，无法判断。",
        "The target says “about” and nobody has set a tolerance yet.",
    ),
    "plan_not_started": (
        "计划自{start}起执行，目前尚未开始。",
        "The plan starts on {start}, which is still to come.",
    ),
    "no_base_value": (
        "截至{as_of}为{value}，尚未达到目标（{goal}）；没有基期数值，无法判断进度。",
        "{value} on {as_of} does not reach the target ({goal}) yet; no base value, so no pace.",
    ),
    "years_missing": (
        "目标要求每年达到，但{years}年没有数值，无法判断。",
        "The target must hold in every year, and there is no value for {years}.",
    ),
    "figure_not_out": (
        "期限{due}已过，最近的数值截至{as_of}（{value}），到期年度的数值尚未公布。",
        "The due date {due} has passed and the latest value is of {as_of} ({value}); the figure of the due "
        "year is not out yet.",
    ),
}

MISSING: dict[str, tuple[str, str]] = {
    "plan_not_started": ("计划尚未开始执行。", "the plan has not started yet."),
    "no_figure": ("尚无上报数值。", "nothing was reported yet."),
    "base_is_zero": ("分母为零。", "the denominator is zero."),
    "too_few_periods": ("期数不足，不能计算增速。", "too few periods for a growth rate."),
    "no_positive_base": ("基期数值不为正，不能计算增速。", "growth needs a base value above zero."),
    "not_bound": ("尚未选定指标。", "no indicator is chosen yet."),
}


@dataclass(frozen=True, slots=True)
class Why:
    code: str
    zh: str
    en: str


def because(code: str, **facts: Any) -> Why:
    """The sentence of `code` with the facts put in; facts that a sentence does not name are left out."""
    zh, en = SENTENCES[code]
    return Why(
        code,
        zh.format(**{k: _text(v, "zh") for k, v in facts.items()}),
        en.format(**{k: _text(v, "en") for k, v in facts.items()}),
    )


def because_missing(reason: str | None) -> Why:
    zh, en = MISSING.get(reason or "no_figure", MISSING["no_figure"])
    shown_zh, shown_en = SENTENCES["no_reading"]
    return Why("no_reading", shown_zh.format(reason=zh), shown_en.format(reason=en))


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit, as a reader wants to see it."""

    value: Decimal
    unit: str


def plain(value: Decimal, digits: int = 2) -> str:
    """At most `digits` decimals, without trailing zeros or an exponent."""
    rounded = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{rounded.normalize() + Decimal(0):f}"


def _text(value: Any, language: str) -> str:
    if isinstance(value, Amount):
        return plain(value.value) + value.unit
    if isinstance(value, dt.date):
        return f"{value.year}年{value.month}月{value.day}日" if language == "zh" else value.isoformat()
    if isinstance(value, list | tuple):
        return ("、" if language == "zh" else ", ").join(str(v) for v in value)
    return str(value)
