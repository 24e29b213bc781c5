"""The lists that a plan gives on a set of declarations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pinzhi.rules.standards.declarations.facts import Indicator
from pinzhi.rules.standards.limits.accepted import Choice, Interval
from pinzhi.rules.standards.limits.errors import LimitError
from pinzhi.rules.standards.limits.model import LimitValue, accepted
from pinzhi.rules.standards.limits.reading import read_limit
from pinzhi.rules.standards.limits.vocabulary import Vocabulary
from pinzhi.rules.standards.rankings.plan import Better, Plan, PlanIndicator, Score, Text
from pinzhi.rules.standards.rankings.plan import score as score_of


@dataclass(frozen=True, slots=True)
class Entry:
    """A declaration that may be ranked. `gate`: what keeps it out before any value is looked at (zh, en)."""

    key: str
    indicators: Sequence[Indicator]
    gate: Sequence[Text] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """A declaration in a list: its tier (1 is the best) and the value as declared."""

    key: str
    tier: int
    value: str


@dataclass(frozen=True, slots=True)
class SingleList:
    """The list of one core indicator; `none` says why there is none (zh, en)."""

    indicator: str
    better: Better
    tiers: Sequence[tuple[int, str, Sequence[Placed]]] = ()
    """(number, the values of the tier in words, its declarations in the order of their keys)."""
    none: Text | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a declaration is in no list, or not in one of them (`indicator`)."""

    key: str
    zh: str
    en: str
    indicator: str = ""


@dataclass(frozen=True, slots=True)
class Ranked:
    """What a plan gives on a set of declarations. `leaders`: those in the first tier of every list, by key."""

    lists: Sequence[SingleList]
    refused: Sequence[Refused]
    entered: Sequence[str]
    leaders: Sequence[str]
    innovative: Sequence[tuple[str, str, str]] = ()
    """(key, indicator, declared value): shown beside the lists and never graded."""


def rank(plan: Plan, entries: Sequence[Entry], vocabulary: Vocabulary) -> Ranked:
    """The lists of a plan over a set of declarations: the same for every order in which they are given.

    Raises PlanError for a plan that cannot be used, ValueError where a key stands twice.
    """
    ordered = sorted(entries, key=lambda entry: entry.key)
    if len({entry.key for entry in ordered}) < len(ordered):
        raise ValueError("an entry stands twice")
    refused: list[Refused] = []
    entered = [entry for entry in ordered if _enters(plan, entry, vocabulary, refused)]
    lists, scored = [], []
    for indicator in plan.indicators:
        if indicator.role != "core":
            continue
        placed = _placed(indicator, entered, plan.most_tiers, vocabulary, refused)
        scored.append({key for key, tier in placed[1].items() if tier == 1})
        lists.append(placed[0])
    published = [best for best, one in zip(scored, lists, strict=True) if one.none is None]
    leaders = sorted(set.intersection(*published)) if published else []
    shown = [
        (entry.key, indicator.name, one.value if not one.unit else f"{one.value} {one.unit}")
        for entry in entered
        for indicator in plan.indicators
        if indicator.role == "innovative"
        for one in _declared(indicator, entry, vocabulary)
    ]
    return Ranked(lists, refused, [entry.key for entry in entered], leaders, shown)


def _enters(plan: Plan, entry: Entry, vocabulary: Vocabulary, refused: list[Refused]) -> bool:
    """The gate, then the basic indicators: each must be declared and be no worse than its standard."""
    reasons = [Refused(entry.key, zh, en) for zh, en in entry.gate]
    for indicator in plan.indicators:
        if indicator.role == "basic" and not reasons:
            wrong = _basic(indicator, entry, vocabulary)
            if wrong is not None:
                reasons.append(Refused(entry.key, wrong[0], wrong[1], indicator.name))
    refused += reasons
    return not reasons


def _declared(indicator: PlanIndicator, entry: Entry, vocabulary: Vocabulary) -> list[Indicator]:
    wanted = vocabulary.analyte(indicator.name).key
    return [one for one in entry.indicators if vocabulary.analyte(one.name).key == wanted]


def _basic(indicator: PlanIndicator, entry: Entry, vocabulary: Vocabulary) -> Text | None:
    declared = _declared(indicator, entry, vocabulary)
    if not declared:
        return (
            f"没有声明基础指标“{indicator.name}”",
            f"the basic indicator {indicator.name} is not declared",
        )
    if not indicator.floor:
        return None
    floor = read_limit(indicator.floor, indicator.kind, vocabulary, unit=indicator.unit)
    wide = accepted(floor, indicator.kind, vocabulary)
    for one in declared:
        value, _ = _read(indicator, one, vocabulary)
        narrow = accepted(value, indicator.kind, vocabulary) if value is not None else None
        if narrow is not None and wide is not None and _within(narrow, wide):
            return None
    shown = declared[0].value
    return (
        f"基础指标“{indicator.name}”声明 {shown}，没有达到 {indicator.floor_source} 的 {indicator.floor}",
        f"the basic indicator {indicator.name}, declared {shown}, does not meet {indicator.floor} of {indicator.floor_source}",
    )


def _within(narrow: Interval | Choice, wide: Interval | Choice) -> bool:
    if isinstance(narrow, Interval) and isinstance(wide, Interval):
        return narrow.within(wide)
    if isinstance(narrow, Choice) and isinstance(wide, Choice):
        return narrow.values <= wide.values
    return False


def _read(
    indicator: PlanIndicator, declared: Indicator, vocabulary: Vocabulary
) -> tuple[LimitValue | None, Text]:
    """The declared value in the plan's kind of quantity, or why it cannot be taken.

    A bare number is taken on the side of the plan's indicator, as the declaration's check takes it.
    """
    if indicator.method and declared.method.strip():
        mine, theirs = (vocabulary.method_classes(m) for m in (indicator.method, declared.method))
        if not mine & theirs:
            return None, (
                f"试验方法 {declared.method} 与评估方案的 {indicator.method} 不等效",
                f"its test method {declared.method} is not equivalent to {indicator.method} of the plan",
            )
    texts = [declared.value]
    if declared.value.strip()[:1].isdigit():
        texts.append(("≤" if indicator.better == "lower" else "≥") + declared.value.strip())
    first: LimitError | None = None
    for text in texts:
        try:
            return read_limit(text, indicator.kind, vocabulary, unit=declared.unit), ("", "")
        except LimitError as error:
            first = first or error
    assert first is not None
    return None, (first.zh, first.en)


def _placed(
    indicator: PlanIndicator,
    entries: Sequence[Entry],
    most_tiers: int,
    vocabulary: Vocabulary,
    refused: list[Refused],
) -> tuple[SingleList, dict[str, int]]:
    """The list of one core indicator, and the tier of each declaration in it."""
    floor = (
        read_limit(indicator.floor, indicator.kind, vocabulary, unit=indicator.unit)
        if indicator.floor
        else None
    )
    least = score_of(indicator, floor, vocabulary)
    scores: dict[str, tuple[Score, str]] = {}
    for entry in entries:
        found, why = _best(indicator, entry, vocabulary)
        if found is not None and least is not None and found[0] > least:
            why = (
                f"声明 {found[1]}，低于 {indicator.floor_source} 的 {indicator.floor}",
                f"declared {found[1]}, below {indicator.floor} of {indicator.floor_source}",
            )
            found = None
        if found is None:
            refused.append(Refused(entry.key, why[0], why[1], indicator.name))
        else:
            scores[entry.key] = found
    return _tiered(indicator, scores, most_tiers, vocabulary, refused)


def _best(
    indicator: PlanIndicator, entry: Entry, vocabulary: Vocabulary
) -> tuple[tuple[Score, str] | None, Text]:
    """The declared value that counts; where an indicator is declared for several conditions, the least good one."""
    declared = _declared(indicator, entry, vocabulary)
    if not declared:
        return None, ("没有声明这一指标", "the indicator is not declared")
    found: list[tuple[Score, str]] = []
    for one in declared:
        value, why = _read(indicator, one, vocabulary)
        score = score_of(indicator, value, vocabulary)
        if value is not None and score is None:
            why = ("声明的是范围或文字，不能分档", "a range or words are declared and cannot be graded")
        if score is None:
            return None, why
        shown = (
            one.value.strip() if not one.unit or one.unit in one.value else f"{one.value.strip()} {one.unit}"
        )
        found.append((score, shown))
    return max(found), ("", "")


def _tiered(
    indicator: PlanIndicator,
    scores: Mapping[str, tuple[Score, str]],
    most_tiers: int,
    vocabulary: Vocabulary,
    refused: list[Refused],
) -> tuple[SingleList, dict[str, int]]:
    values = sorted({score for score, _ in scores.values()})
    if not values:
        return SingleList(
            indicator.name, indicator.better, none=("没有可比的声明", "no declaration can be compared")
        ), {}
    if len(values) == 1:
        none = (
            f"{len(scores)} 项声明的指标值都相同，不发布榜单",
            f"all {len(scores)} declarations have the same value: no list is published",
        )
        return SingleList(indicator.name, indicator.better, none=none), {}
    steps = [
        score_of(indicator, read_limit(text, indicator.kind, vocabulary, unit=indicator.unit), vocabulary)
        for text in indicator.tiers
    ]
    even = {} if steps else _even_tiers([score for score, _ in scores.values()], most_tiers)
    tiers: dict[int, list[Placed]] = {}
    placed: dict[str, int] = {}
    for key in sorted(scores):
        score, shown = scores[key]
        tier = _tier_of(score, steps) if steps else even[score]
        if tier is None:
            text = indicator.tiers[-1]
            refused.append(
                Refused(
                    key,
                    f"声明 {shown}，没有达到最低一档 {text}",
                    f"declared {shown}, below the lowest tier {text}",
                    indicator.name,
                )
            )
            continue
        placed[key] = tier
        tiers.setdefault(tier, []).append(Placed(key, tier, shown))
    rows = [(tier, _said(indicator, tier, tiers[tier], scores), tiers[tier]) for tier in sorted(tiers)]
    return SingleList(indicator.name, indicator.better, rows), placed


def _tier_of(score: Score, steps: Sequence[Score | None]) -> int | None:
    return next((at for at, step in enumerate(steps, start=1) if step is not None and score <= step), None)


def _even_tiers(scores: Sequence[Score], most: int) -> dict[Score, int]:
    """At most so many tiers of about equal size from the declared values; equal values are never parted."""
    ordered = sorted(scores)
    distinct = sorted(set(scores))
    if len(distinct) <= most:
        return {score: at for at, score in enumerate(distinct, start=1)}
    raw = {score: ordered.index(score) * most // len(ordered) for score in distinct}
    used = sorted(set(raw.values()))
    return {score: used.index(tier) + 1 for score, tier in raw.items()}


def with_unit(text: str, unit: str) -> str:
    """A limit with its unit, where the text does not bear it already."""
    return text if not unit or unit in text else f"{text} {unit}"


def _said(
    indicator: PlanIndicator, tier: int, placed: Sequence[Placed], scores: Mapping[str, tuple[Score, str]]
) -> str:
    """The values of a tier in words: the plan's threshold, else the declared values from the best to the least good."""
    if indicator.tiers:
        return with_unit(indicator.tiers[tier - 1], indicator.unit)
    ordered = sorted({scores[one.key] for one in placed})
    best, last = ordered[0][1], ordered[-1][1]
    return best if ordered[0][0] == ordered[-1][0] else f"{best} … {last}"
