"""The evaluation plan of a class of products, whether it can be used, and how good a one-sided limit is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from pinzhi.rules.standards.limits.accepted import Choice, Interval
from pinzhi.rules.standards.limits.errors import LimitError
from pinzhi.rules.standards.limits.model import LimitValue, accepted
from pinzhi.rules.standards.limits.reading import read_limit
from pinzhi.rules.standards.limits.vocabulary import QuantityKind, Vocabulary

Role = Literal["basic", "core", "innovative"]
Better = Literal["lower", "higher"]
Text = tuple[str, str]


class PlanError(ValueError):
    """A plan that cannot be used: what is wrong and what would be right, with the indicator's number in the plan."""

    def __init__(
        self, zh: str, en: str, right_zh: str = "", right_en: str = "", *, row: int | None = None
    ) -> None:
        super().__init__(en)
        self.zh, self.en, self.right_zh, self.right_en, self.row = zh, en, right_zh, right_en, row


@dataclass(frozen=True, slots=True)
class PlanIndicator:
    """One indicator of a plan.

    `floor`: what the national or industry standard demands. `tiers`: thresholds as limits, the best first, for a core
    indicator; empty: the tiers follow from the declared values. `methods`: results by other methods are not ranked.
    """

    name: str
    role: Role
    kind: QuantityKind
    better: Better = "lower"
    unit: str = ""
    floor: str = ""
    floor_source: str = ""
    tiers: Sequence[str] = ()
    method: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """An evaluation plan. `most_tiers`: into how many tiers declared values are put where the plan names no thresholds."""

    product_class: str
    indicators: Sequence[PlanIndicator]
    most_tiers: int = 3
    fewer_core: str = ""
    """Why the plan has fewer core indicators than the rule asks in principle."""


def check_plan(plan: Plan, vocabulary: Vocabulary, *, core_in_principle: int) -> list[Text]:
    """Notes on a plan that departs from what is asked in principle. Raises PlanError for one that cannot be used."""
    core = [i for i in plan.indicators if i.role == "core"]
    names = [vocabulary.analyte(i.name).key for i in plan.indicators]
    for row, indicator in enumerate(plan.indicators, start=1):
        if names.count(names[row - 1]) > 1 and names.index(names[row - 1]) != row - 1:
            raise PlanError(
                f"“{indicator.name}”列了两次",
                f"{indicator.name} stands twice",
                "保留一项",
                "keep one",
                row=row,
            )
        floor = _limit(indicator, indicator.floor, row, vocabulary) if indicator.floor else None
        steps = [_limit(indicator, text, row, vocabulary) for text in indicator.tiers]
        if indicator.role != "core" and steps:
            raise PlanError(
                f"“{indicator.name}”不是核心指标，不分档",
                f"{indicator.name} is no core indicator and has no tiers",
                "删去分档，或改为核心指标",
                "remove the tiers or make it a core indicator",
                row=row,
            )
        if indicator.role == "core" and score(indicator, floor, vocabulary) is None and floor is not None:
            raise PlanError(
                f"“{indicator.name}”不能分档：标准要求的是一个范围",
                f"{indicator.name} cannot be graded: the standard asks for a range",
                "列为基础指标",
                "make it a basic indicator",
                row=row,
            )
        _steps_in_order(indicator, steps, floor, row, vocabulary)
    if not core:
        raise PlanError(
            "没有核心指标",
            "there is no core indicator",
            "至少列一项可分级的指标",
            "name one that can be graded",
        )
    if len(core) < core_in_principle and not plan.fewer_core.strip():
        raise PlanError(
            f"核心指标原则上不少于 {core_in_principle} 项，现有 {len(core)} 项",
            f"core indicators are {core_in_principle} in principle; there are {len(core)}",
            "补充核心指标，或说明理由",
            "add some, or say why",
        )
    if len(core) < core_in_principle:
        return [
            (
                f"核心指标 {len(core)} 项，少于原则上的 {core_in_principle} 项：{plan.fewer_core}",
                f"{len(core)} core indicators instead of {core_in_principle}: {plan.fewer_core}",
            )
        ]
    return []


def _limit(indicator: PlanIndicator, text: str, row: int, vocabulary: Vocabulary) -> LimitValue:
    try:
        return read_limit(text, indicator.kind, vocabulary, unit=indicator.unit)
    except LimitError as error:
        raise PlanError(
            f"“{indicator.name}”的“{text}”：{error.zh}",
            f"{indicator.name}, {text}: {error.en}",
            error.remedy_zh,
            error.remedy_en,
            row=row,
        ) from None


def _steps_in_order(
    indicator: PlanIndicator,
    steps: Sequence[LimitValue],
    floor: LimitValue | None,
    row: int,
    vocabulary: Vocabulary,
) -> None:
    scores = [score(indicator, step, vocabulary) for step in steps]
    if any(score is None for score in scores):
        raise PlanError(
            f"“{indicator.name}”的分档应为单边限值",
            f"tiers of {indicator.name} must be one-sided limits",
            "例如 ≤20 mg/kg",
            "e.g. ≤20 mg/kg",
            row=row,
        )
    if any(one >= other for one, other in pairwise(scores)):  # type: ignore[operator]
        raise PlanError(
            f"“{indicator.name}”的分档应从最好到最低",
            f"tiers of {indicator.name} must go from the best to the lowest",
            "调整顺序",
            "reorder them",
            row=row,
        )
    least = score(indicator, floor, vocabulary)
    if steps and least is not None and scores[-1] > least:  # type: ignore[operator]
        raise PlanError(
            f"“{indicator.name}”的最低一档低于 {indicator.floor_source} 的 {indicator.floor}",
            f"the lowest tier of {indicator.name} is below {indicator.floor} of {indicator.floor_source}",
            "最低一档不得低于国家标准、行业标准",
            "it may not be below the national or industry standard",
            row=row,
        )


#: Smaller is better; the second part tells `< 20` from `≤ 20`.
Score = tuple[Fraction, int]


def score(indicator: PlanIndicator, value: LimitValue | None, vocabulary: Vocabulary) -> Score | None:
    """How good a one-sided limit is; None for a range, a choice of words, “not detected” without a detection limit."""
    if value is None:
        return None
    passes = accepted(value, indicator.kind, vocabulary)
    lower = indicator.better == "lower"
    if isinstance(passes, Interval):
        bound, included, other = (
            (passes.high, passes.high_in, passes.low) if lower else (passes.low, passes.low_in, passes.high)
        )
        if bound is None or other is not None:
            return None
        return (bound if lower else -bound, 1 if included else 0)
    if isinstance(passes, Choice) and indicator.kind.scale is not None:
        steps = {int(step) for step in passes.values}
        ends = indicator.kind.scale.steps()
        # One-sided: all that is better than the worst of them passes too.
        if lower and min(steps) == ends[0]:
            return (Fraction(max(steps)), 1)
        if not lower and max(steps) == ends[-1]:
            return (-Fraction(min(steps)), 1)
    return None
