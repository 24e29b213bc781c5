"""How a parent plan is carried down (P08): suggestions for a child's rows, what is taken up where, and the gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pinzhi.apps.policy import queries
from pinzhi.apps.policy.models import Document, Measure, Review, Target
from pinzhi.kernel.errors import in_language
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.transfer.columns import Column
from pinzhi.rules.indicators.target import RATE_UNITS
from pinzhi.rules.policy.cascade import TargetRow, Verdict, suggest_measures, suggest_targets, verdict


@dataclass(frozen=True)
class ChildRow:
    """A child's row with what was decided or, where nothing was, what is suggested."""

    row: Target | Measure
    decided: bool
    parent_id: int | None
    likely: tuple[int, ...]

    @property
    def field(self) -> str:
        return f"{'target' if isinstance(self.row, Target) else 'measure'}-{self.row.pk}"

    @property
    def chosen(self) -> int | None:
        """What stands in the page's box: the decision, else the likeliest."""
        if self.decided:
            return self.parent_id
        return self.likely[0] if self.likely else None


@dataclass(frozen=True)
class Pairing:
    """A parent's row (None: none) beside the child's rows that take it up or may do so."""

    parent: Target | Measure | None
    children: list[ChildRow]


def mapping(child: Document) -> tuple[list[Pairing], list[Pairing]]:
    """The parent's targets and tasks in their order, each with the child's; the child's own ones at the end."""
    assert child.parent is not None
    above = list(child.parent.targets.filter(review=Review.CONFIRMED))
    known = [(row.pk, _as_row(row)) for row in above]
    targets = [
        ChildRow(
            row, row.mapped_at is not None, row.parent_target_id, _keys(suggest_targets(_as_row(row), known))
        )
        for row in child.targets.exclude(review=Review.DROPPED)
    ]
    tasks = list(child.parent.measures.filter(review=Review.CONFIRMED))
    titles = [(row.pk, row.title) for row in tasks]
    measures = [
        ChildRow(
            row, row.mapped_at is not None, row.parent_measure_id, _keys(suggest_measures(row.title, titles))
        )
        for row in child.measures.exclude(review=Review.DROPPED)
    ]
    return _paired(above, targets), _paired(tasks, measures)


def suggested(child: Document) -> dict[str, dict[int, int | None]]:
    """What stands in the boxes of the mapping page, as `map_child` takes it."""
    targets, measures = mapping(child)
    return {
        name: {row.row.pk: row.chosen for pairing in pairings for row in pairing.children}
        for name, pairings in (("targets", targets), ("measures", measures))
    }


def _as_row(target: Target) -> TargetRow:
    return TargetRow(target.name, target.quote, target.indicator, target.unit, target.kind, target.choices)


def _keys(found: Sequence[tuple[int, float]]) -> tuple[int, ...]:
    return tuple(key for key, _score in found)


def _paired(parents: Sequence[Target] | Sequence[Measure], rows: Sequence[ChildRow]) -> list[Pairing]:
    by_parent: dict[int | None, list[ChildRow]] = {}
    for row in rows:
        by_parent.setdefault(row.chosen, []).append(row)
    found = [Pairing(parent, by_parent.get(parent.pk, [])) for parent in parents]
    own = by_parent.get(None, [])
    return [*found, Pairing(None, own)] if own else found


@dataclass(frozen=True)
class RegionRow:
    """A region directly below, its plans, and how many of their rows wait for a decision."""

    code: str
    name: str
    plans: list[Document]
    waiting: int


@dataclass(frozen=True)
class Taken:
    """A parent's row: by which plans it is taken up, in which regions with a plan it is not, and whether it adds up."""

    parent: Target | Measure
    children: Sequence[Target] | Sequence[Measure]
    lacking: list[str]
    total: Decimal | None = None
    verdict: Verdict = "cannot_tell"
    short: Decimal | None = None


@dataclass(frozen=True)
class Cascade:
    """All about how a plan is carried down."""

    regions: list[RegionRow]
    targets: list[Taken]
    measures: list[Taken]

    @property
    def without_plan(self) -> list[RegionRow]:
        return [row for row in self.regions if not row.plans]

    @property
    def waiting(self) -> int:
        return sum(row.waiting for row in self.regions)


def region_title(code: str) -> str:
    """The region's name in the reader's language, else its code."""
    name = places.region_name(code)
    return in_language(name.zh, name.en) if name else code


def cascade(parent: Document) -> Cascade:
    """Regions below with and without a plan, and what of each target and task is taken up by plans in force."""
    children = list(parent.children.filter(status=Document.Status.IN_FORCE).defer("text", "reading"))
    undecided = _undecided(children)
    regions = []
    for region in places.children(parent.region):
        plans = [child for child in children if child.region == region.code]
        regions.append(
            RegionRow(
                region.code,
                region_title(region.code),
                plans,
                sum(undecided.get(plan.pk, 0) for plan in plans),
            )
        )
    planned = {child.region: region_title(child.region) for child in children}
    targets, measures = queries.coverage(parent)
    return Cascade(
        regions,
        [_target(row, planned) for row in targets],
        [Taken(row.parent, row.children, _lacking(row.children, planned)) for row in measures],
    )


def _undecided(children: Sequence[Document]) -> dict[int, int]:
    found: dict[int, int] = {}
    for model in (Target, Measure):
        keys = (
            model._default_manager.filter(document__in=children, mapped_at=None)
            .exclude(review=Review.DROPPED)
            .values_list("document_id", flat=True)
        )
        for key in keys:
            found[key] = found.get(key, 0) + 1
    return found


def _target(row: queries.Coverage, planned: dict[str, str]) -> Taken:
    parent = row.parent
    assert isinstance(parent, Target)
    below = [child for child in row.children if isinstance(child, Target)]
    same = all(child.unit == parent.unit and child.kind == parent.kind for child in below)
    is_rate = parent.unit in RATE_UNITS
    found, short = verdict(parent.comparator, parent.value, same, is_rate, [child.value for child in below])
    return Taken(parent, below, _lacking(below, planned), row.total, found, short)


def _lacking(rows: Sequence[Target] | Sequence[Measure], planned: dict[str, str]) -> list[str]:
    have = {row.document.region for row in rows}
    return [name for code, name in planned.items() if code not in have]


GAP_COLUMNS = (
    Column("kind", "缺口类型", "Kind of gap"),
    Column("number", "序号", "Number"),
    Column("title", "上级目标（任务）", "Parent's target or task"),
    Column("goal", "上级目标值", "Parent's goal", type="number"),
    Column("unit", "单位", "Unit"),
    Column("region", "地区", "Region"),
    Column("sum", "下级合计", "Sum below", type="number"),
    Column("short", "差额", "Short by", type="number"),
)


def gaps(parent: Document) -> Iterator[dict[str, Any]]:
    """What is missing below, a line each: regions without a plan, rows not taken up there, goals that do not add up."""
    found = cascade(parent)
    for region in found.without_plan:
        yield {"kind": in_language("无配套方案", "no plan"), "region": region.name}
    for taken in [*found.targets, *found.measures]:
        row = taken.parent
        line: dict[str, Any] = {"number": row.number, "title": str(row)}
        if isinstance(row, Target):
            line |= {"goal": row.value.normalize(), "unit": row.unit}
        if taken.verdict in ("short", "below") and isinstance(row, Target):
            kind = (
                in_language("合计不足", "does not add up")
                if taken.verdict == "short"
                else in_language("低于上级", "less than above")
            )
            yield {**line, "kind": kind, "sum": taken.total, "short": taken.short}
        for region_name in taken.lacking:
            is_target = isinstance(row, Target)
            kind = in_language(
                "目标未承接" if is_target else "任务未承接",
                f"{'target' if is_target else 'task'} not taken up",
            )
            yield {**line, "kind": kind, "region": region_name}
