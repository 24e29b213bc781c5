"""From an appraisal's criteria to scores, ranks, grades, and what the ranks hang on (P04).

The rules of scoring, ranking and sensitivity stand in rules/appraisal; here they are given the values: targets and
indicators counted by region, duties by unit, scores that officials gave.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from pinzhi.apps.policy import indicators, queries, readings
from pinzhi.apps.policy.models import (
    Appraisal,
    Appraisee,
    Criterion,
    CriterionScore,
    Document,
    Duty,
    Review,
    Target,
)
from pinzhi.apps.policy.reports.figures import duty_line
from pinzhi.apps.policy.reports.period import Period
from pinzhi.kernel import clock, law
from pinzhi.kernel.errors import Refused
from pinzhi.rules.appraisal import ranking, scoring, sensitivity
from pinzhi.rules.indicators.target import RATE_UNITS, Plan
from pinzhi.rules.law import NoSuchLawError

GRADES = "appraisal.grades"
METHODS = {
    "attainment": {"zh": "按目标完成率计分（达到目标得满分）", "en": "By attainment of the goal"},
    "distance_to_target": {"zh": "按与目标的距离计分（最差0分，达标100分）", "en": "By distance to the goal"},
    "min_max": {"zh": "按极差计分（最好100分，最差0分）", "en": "Between the best and the worst"},
    "points": {"zh": "按分档表计分", "en": "By a table of points"},
}


@dataclass(frozen=True)
class Value:
    """What one unit has for one criterion."""

    value: Decimal | None
    goal: Decimal | None = None
    provisional: bool = False
    specs: Sequence[Mapping[str, Any]] = ()


@dataclass
class Result:
    """Everything a computation found; nothing of it is saved yet."""

    as_of: date
    values: dict[int, dict[str, Value]]
    table: ranking.Table
    spread: sensitivity.Spread
    flips: list[sensitivity.Flip]
    grades: dict[str, str]
    provisional: list[dict[str, str]] = field(default_factory=list)


def as_rule(criterion: Criterion) -> scoring.Criterion:
    """The criterion as the rules take it. Raises Refused where the rules would not."""
    table = tuple((Decimal(str(bound)), Decimal(str(points))) for bound, points in criterion.table)
    method = "attainment" if criterion.source == Criterion.Source.EXPERT else criterion.method
    goal = scoring.FULL if criterion.source == Criterion.Source.EXPERT else criterion.goal
    try:
        return scoring.Criterion(
            name=criterion.name,
            weight=criterion.weight,
            method=method,  # type: ignore[arg-type]
            direction=criterion.direction,  # type: ignore[arg-type]
            target=goal,
            cap=criterion.cap,
            table=table,
        )
    except ValueError as error:
        raise Refused(
            "invalid_criterion",
            zh=f"考核指标“{criterion.title}”不完整：权重应为正数，距离法应有目标值，分档法应有分档表。",
            en=f"The criterion {criterion.title} is not complete: {error}",
            place=criterion.title,
        ) from error


def compute(appraisal: Appraisal) -> Result:
    """Scores, ranks and grades as of the end of the year, or today while it lasts.

    Raises Refused: no criteria or units, a goal that is missing, an indicator that cannot be counted.
    """
    as_of = min(date(appraisal.year, 12, 31), clock.today())
    criteria = list(appraisal.criteria.select_related("target__document"))
    units = list(appraisal.appraisees.all())
    if not criteria or len(units) < 2:
        raise Refused(
            "nothing_to_appraise",
            zh="考核至少需要一项指标和两个对象。",
            en="An appraisal needs a criterion and two units.",
            remedy_zh="先设定考核指标和对象。",
            remedy_en="Set them first.",
        )
    values = {criterion.pk: _values(criterion, units, as_of) for criterion in criteria}
    rules = [as_rule(criterion) for criterion in criteria]
    scored = {}
    for criterion, rule in zip(criteria, rules, strict=True):
        found = values[criterion.pk]
        goals = {key: value.goal for key, value in found.items() if value.goal is not None}
        _refuse_without_goal(criterion, rule, found, units)
        try:
            scored[rule.name] = scoring.scores(
                rule, {key: value.value for key, value in found.items()}, goals
            )
        except ValueError as error:
            raise Refused(
                "cannot_score",
                zh=f"指标“{criterion.title}”无法计分：目标值应为正数。",
                en=f"{criterion.title}: {error}",
                place=criterion.title,
            ) from error
    table = ranking.appraise(rules, scored, missing=appraisal.missing)  # type: ignore[arg-type]
    spread = sensitivity.monte_carlo(
        table, seed=appraisal.seed, draws=appraisal.draws, spread=float(appraisal.spread)
    )
    # Without grades no number of the law is needed, and so none that has yet to be compared with its text.
    grades, reasons = _grades(table, units, as_of) if appraisal.graded else ({}, [])
    reasons += _unsure(criteria, values)
    if as_of < date(appraisal.year, 12, 31):
        reasons.append({"code": "year_not_over", "zh": "考核年度尚未结束", "en": "the year is not over"})
    return Result(as_of, values, table, spread, sensitivity.flips(table), grades, reasons)


def _refuse_without_goal(
    criterion: Criterion, rule: scoring.Criterion, found: Mapping[str, Value], units: Sequence[Appraisee]
) -> None:
    if rule.method != "attainment" or rule.target is not None:
        return
    names = [
        unit.name for unit in units if found[unit.key].value is not None and found[unit.key].goal is None
    ]
    if names:
        raise Refused(
            "no_goal",
            zh=f"指标“{criterion.title}”按目标完成率计分，但{'、'.join(names[:10])}没有目标值。",
            en=f"{criterion.title} is scored by attainment, but {', '.join(names[:10])} have no goal.",
            place=criterion.title,
            remedy_zh="把其方案的目标与上级目标对应，或为该指标填写统一目标值，或改用其他计分方法。",
            remedy_en="Map their plans' targets to it, give one goal for all, or choose another method.",
        )


def _values(criterion: Criterion, units: Sequence[Appraisee], as_of: date) -> dict[str, Value]:
    match criterion.source:
        case Criterion.Source.EXPERT:
            given = dict(
                criterion.scores.filter(entered_at__isnull=False).values_list("appraisee__key", "value")
            )
            return {unit.key: Value(given.get(unit.key)) for unit in units}
        case Criterion.Source.DUTIES:
            return {unit.key: Value(duties_share(criterion.appraisal, unit.key, as_of)) for unit in units}
        case Criterion.Source.TARGET:
            assert criterion.target is not None
            goals = own_goals(criterion.target)
            return {unit.key: _counted(criterion, unit.key, as_of, goals.get(unit.key)) for unit in units}
    return {unit.key: _counted(criterion, unit.key, as_of, None) for unit in units}


def _counted(criterion: Criterion, region: str, as_of: date, goal: Decimal | None) -> Value:
    if criterion.target is not None:
        found = readings.value_at(criterion.target, as_of, region)
        if goal is None and criterion.goal is None and criterion.target.unit in RATE_UNITS:
            goal = criterion.target.value  # of a rate every region owes the same
    else:
        definition = indicators.get(criterion.indicator)
        year = Plan(date(as_of.year, 1, 1), date(as_of.year, 12, 31))
        found = readings.indicator_at(definition, definition.kinds[0], year, as_of, region, criterion.choices)
    return Value(found.reading.value, goal, found.reading.provisional, [dict(spec) for spec in found.specs])


def own_goals(target: Target) -> dict[str, Decimal]:
    """The regions' own goals: those of the child plans' targets that take this one up, in the same unit and kind."""
    rows = Target.objects.filter(
        parent_target=target,
        unit=target.unit,
        kind=target.kind,
        review=Review.CONFIRMED,
        document__status=Document.Status.IN_FORCE,
    )
    return dict(rows.values_list("document__region", "value"))


def duties_share(appraisal: Appraisal, key: str, as_of: date) -> Decimal | None:
    """Per cent of the duties that a unit, or a region's own plans, lead which were neither behind nor overdue then."""
    if appraisal.kind == Appraisal.Kind.UNIT:
        found = queries.duties_of(key, as_of)
    else:
        found = Duty.objects.filter(
            measure__document__region=key,
            measure__review=Review.CONFIRMED,
            measure__document__status=Document.Status.IN_FORCE,
        ).prefetch_related("notes")
    if appraisal.document_id and appraisal.kind == Appraisal.Kind.UNIT:
        found = found.filter(measure__document_id=appraisal.document_id)
    whole = Period(str(as_of.year), "year", date(as_of.year, 1, 1), as_of)
    lines = [duty_line(duty, whole, as_of) for duty in found if duty.role != Duty.Role.SUPPORT]
    good = sum(not line.overdue and line.state != Duty.State.BEHIND for line in lines)
    return round(Decimal(100) * good / len(lines), 4) if lines else None


def _grades(
    table: ranking.Table, units: Sequence[Appraisee], as_of: date
) -> tuple[dict[str, str], list[dict[str, str]]]:
    """The grade of each ranked unit by the law of the day, and why it is provisional where it is."""
    try:
        found = law.value(GRADES, as_of)
    except NoSuchLawError:
        return {}, [
            {"code": "no_grades", "zh": "当日没有等级划分规定", "en": "no rule on grades was in force"}
        ]
    veto = {unit.key: bool(unit.veto) for unit in units}
    grades = {
        row.unit: ranking.grade(row.score, found.value, veto=veto.get(row.unit, False))
        for row in table.rows
        if row.score is not None
    }
    if not found.provisional:
        return grades, []
    why_zh = "等级划分标准已失效" if found.lapsed else "等级划分标准尚未与原文核对"
    why_en = (
        "the rule on grades has lapsed"
        if found.lapsed
        else "the rule on grades has not been compared with its text"
    )
    return grades, [{"code": GRADES, "zh": f"{why_zh}（{found.source}）", "en": f"{why_en} ({found.source})"}]


def _unsure(criteria: Iterable[Criterion], values: Mapping[int, Mapping[str, Value]]) -> list[dict[str, str]]:
    return [
        {
            "code": criterion.name,
            "zh": f"指标“{criterion.title}”的数据为暂定数",
            "en": f"values of {criterion.title} are provisional",
        }
        for criterion in criteria
        if any(value.provisional for value in values[criterion.pk].values())
    ]


def sensitivity_as_kept(result: Result) -> dict[str, Any]:
    """What is kept of how far the ranking depends on its weights."""
    spread = result.spread
    return {
        "draws": spread.draws,
        "seed": spread.seed,
        "spread": spread.spread,
        "mean_shift": round(spread.mean_shift, 4),
        "units": [
            {
                "unit": one.unit,
                "rank": one.rank,
                "best": one.best,
                "worst": one.worst,
                "low": one.low,
                "high": one.high,
                "median": one.median,
                "first": round(one.first, 4),
                "kept": round(one.kept, 4),
            }
            for one in spread.units
        ],
        "flips": [
            {
                "ahead": flip.ahead,
                "behind": flip.behind,
                "lead": str(round(flip.lead, 4)),
                "shift": None if flip.smallest_shift is None else str(round(flip.smallest_shift, 4)),
                "single": {name: str(round(share, 4)) for name, share in flip.single.items()},
            }
            for flip in result.flips
        ],
    }


def save(appraisal: Appraisal, result: Result) -> None:
    """Keep a computation's result with its units and criteria (in the caller's transaction)."""
    units = {unit.key: unit for unit in appraisal.appraisees.all()}
    ranges = {one.unit: one for one in result.spread.units}
    for key, unit in units.items():
        row, spread = result.table.row(key), ranges.get(key)
        unit.score, unit.rank, unit.grade = row.score, row.rank, result.grades.get(key, "")
        unit.rank_low, unit.rank_high = (spread.best, spread.worst) if spread else (None, None)
    Appraisee.objects.bulk_update(units.values(), ["score", "rank", "grade", "rank_low", "rank_high"])
    for criterion in appraisal.criteria.all():
        for key, unit in units.items():
            part, value = result.table.row(key).parts[criterion.name], result.values[criterion.pk][key]
            CriterionScore.objects.update_or_create(
                criterion=criterion,
                appraisee=unit,
                defaults={
                    "value": value.value,
                    "goal": value.goal if value.goal is not None else criterion.goal,
                    "score": None if part.score is None else round(part.score, 4),
                    "weight": round(part.weight, 6),
                    "points": round(part.contribution, 4),
                    "filled": part.filled,
                    "specs": [dict(spec) for spec in value.specs],
                },
            )


def clear(appraisal: Appraisal) -> None:
    """Take back a result whose ground has changed; scores that officials gave stay."""
    appraisal.appraisees.update(score=None, rank=None, grade="", rank_low=None, rank_high=None)
    scores = CriterionScore.objects.filter(criterion__appraisal=appraisal)
    scores.filter(entered_at=None).delete()
    scores.update(score=None, weight=None, points=None, filled=False)
    appraisal.state, appraisal.as_of, appraisal.provisional, appraisal.sensitivity = (
        Appraisal.State.DRAFT,
        None,
        [],
        {},
    )
    appraisal.computed_by, appraisal.computed_at = "", None
