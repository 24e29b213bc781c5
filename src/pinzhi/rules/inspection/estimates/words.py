"""What each number means, in plain words: texts that stand beside a rate wherever it is shown."""

from __future__ import annotations

from dataclasses import dataclass

from pinzhi.rules.statistics.proportions import Interval


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages."""

    zh: str
    en: str


TARGETED = Text(
    "有的样本不是按已知概率抽取的（如专项、举报、复查），只能说明查了什么，不能推断全部产品的合格率。",
    "Some units were not drawn with a known probability (targeted checks, complaints, re-checks): the share says what "
    "was found among those checked, not what the rate of all products is.",
)
CENSUS = Text(
    "总体中的每个单位都查了，这个率就是总体的率，没有抽样误差。",
    "Every unit of the population was checked: this is its rate, without sampling error.",
)
NO_INTERVAL = Text(
    "抽中的初级单位太少，无法估计误差。",
    "Too few primary units were drawn for an error to be estimated.",
)
NOTHING = Text("没有检查过的单位，没有率。", "Nothing was checked, so there is no rate.")


def percent(value: float, digits: int = 1) -> str:
    """A share as a percentage; what is not 0 or 1 is never shown as such."""
    shown = f"{100 * value:.{digits}f}"
    if 0 < value < 1 and float(shown) in (0.0, 100.0):
        smallest = 10**-digits
        return f"<{smallest:.{digits}f}%" if value < 0.5 else f">{100 - smallest:.{digits}f}%"
    return f"{shown}%"


def raw(hits: int, base: int, exact: Interval) -> Text:
    """The share among what was checked."""
    return Text(
        f"查了 {base} 个，合格 {hits} 个，检出合格率 {percent(hits / base)}。这只是所查样本的比例，没有考虑各单位抽中机会的不同；"
        f"若样本是等概率抽取的，{percent(exact.confidence, 0)} 精确区间（Clopper–Pearson）为 "
        f"{percent(exact.low)} 至 {percent(exact.high)}。",
        f"{hits} of {base} checked passed: {percent(hits / base)}. This is the share of the sample only and does not "
        f"count that units had different chances to be drawn; had all the same chance, the exact "
        f"{percent(exact.confidence, 0)} interval (Clopper-Pearson) is {percent(exact.low)} to {percent(exact.high)}.",
    )


def weighted(value: float, error: float, interval: Interval | None, size: float) -> Text:
    """The estimate for the population that was sampled from."""
    span_zh = span_en = ""
    if interval is not None:
        span_zh = f"，{percent(interval.confidence, 0)} 置信区间 {percent(interval.low)} 至 {percent(interval.high)}"
        span_en = f", {percent(interval.confidence, 0)} interval {percent(interval.low)} to {percent(interval.high)}"
    return Text(
        f"按抽中概率加权，抽样总体（约 {size:,.0f} 个）的合格率估计为 {percent(value)}"
        f"（标准误 {100 * error:.2f} 个百分点{span_zh}）。每个样本代表 1/抽中概率 个同类单位。",
        f"Weighted by the chances of being drawn, the rate of the population sampled from (about {size:,.0f} units) is "
        f"estimated at {percent(value)} (standard error {100 * error:.2f} percentage points{span_en}). Each unit drawn "
        "stands for 1 / its probability units.",
    )


def effect(design_effect: float, rows: int) -> Text:
    """What the design cost or gained."""
    return Text(
        f"设计效应 {design_effect:.2f}：{rows} 个样本的精度相当于简单随机抽样的 {rows / design_effect:,.0f} 个。",
        f"Design effect {design_effect:.2f}: the {rows} units tell as much as {rows / design_effect:,.0f} of a simple "
        "random sample.",
    )


def apart(first: float, second: float, p_value: float, level: float = 0.05) -> Text:
    """Two years compared."""
    points = 100 * (second - first)
    if p_value < level:
        return Text(
            f"由 {percent(first)} 到 {percent(second)}，变化 {points:+.1f} 个百分点，超出抽样误差所能解释的范围（P={p_value:.3g}）。",
            f"From {percent(first)} to {percent(second)}, a change of {points:+.1f} percentage points: more than "
            f"sampling error explains (P={p_value:.3g}).",
        )
    return Text(
        f"由 {percent(first)} 到 {percent(second)}，相差 {points:+.1f} 个百分点，抽样误差就能造成这样的差别（P={p_value:.3g}），"
        "不能说质量变了，也不能说没有变。",
        f"From {percent(first)} to {percent(second)}, a difference of {points:+.1f} percentage points: sampling error "
        f"alone makes such differences (P={p_value:.3g}). It shows neither a change nor that there was none.",
    )


def drift(per_year: float, error: float, p_value: float, years: int, level: float = 0.05) -> Text:
    """A trend over several years."""
    zh = f"{years} 年平均每年变化 {100 * per_year:+.2f} 个百分点（标准误 {100 * error:.2f}，P={p_value:.3g}）"
    en = (
        f"Over {years} years a change of {100 * per_year:+.2f} percentage points a year (standard error "
        f"{100 * error:.2f}, P={p_value:.3g})"
    )
    if p_value < level:
        return Text(f"{zh}，超出抽样误差所能解释的范围。", f"{en}: more than sampling error explains.")
    return Text(
        f"{zh}，抽样误差就能造成，看不出趋势。",
        f"{en}: sampling error alone makes such lines; no trend shows.",
    )


def small(base: int, least: int) -> Text:
    """Few units."""
    return Text(
        f"只有 {base} 个单位（少于 {least} 个），请看区间，不要看点估计。",
        f"Only {base} units (fewer than {least}): read the interval, not the single figure.",
    )
