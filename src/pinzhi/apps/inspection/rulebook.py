"""Detailed rules as the judgement takes them: read once for many reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from pinzhi.apps.inspection.models import Capability, RuleItem, RulesVersion
from pinzhi.rules.inspection.judgement import Limit
from pinzhi.rules.inspection.matching import plain


@dataclass(frozen=True, slots=True)
class Item:
    """An item with its limit ready, and the limit as it is written."""

    id: int
    code: str
    name: str
    method: str
    limit: Limit
    wording: str
    serious: bool
    microbiological: bool


@dataclass(frozen=True)
class Book:
    """One version's items, found by code or by name."""

    version: int
    rules: int
    food: bool
    items: tuple[Item, ...]
    by_word: Mapping[str, Item]

    def find(self, word: str) -> Item | None:
        return self.by_word.get(word) or self.by_word.get(plain(word))


def number_text(value: Decimal | None) -> str:
    """A limit's number without trailing zeros."""
    if value is None:
        return ""
    text = f"{value.normalize():f}"
    return "0" if text in ("-0", "") else text


def wording(item: RuleItem) -> str:
    """A limit as people write it: ≤75 mg/kg."""
    if item.wording:
        return item.wording
    unit = f" {item.unit}" if item.unit else ""
    low, high = number_text(item.lower), number_text(item.upper)
    return {
        "max": f"≤{high}{unit}",
        "min": f"≥{low}{unit}",
        "range": f"{low}～{high}{unit}",
        "equal": f"={low or high}{unit}",
        "absent": "不得检出",
        "conforms": "应符合要求",
        "report": "—",
    }[item.kind]


def limit_of(item: RuleItem) -> Limit:
    return Limit(item.kind, item.unit, item.lower, item.upper, item.rounded)  # type: ignore[arg-type]


def books(versions: Iterable[int]) -> dict[int, Book]:
    """The books of these versions."""
    rows = RulesVersion.objects.filter(pk__in=set(versions)).select_related("rules").prefetch_related("items")
    found = {}
    for row in rows:
        items = tuple(
            Item(i.pk, i.code, i.name, i.method, limit_of(i), wording(i)[:80], i.serious, i.microbiological)
            for i in row.items.all()
        )
        words = {plain(i.name): i for i in items} | {i.name: i for i in items} | {i.code: i for i in items}
        found[row.pk] = Book(row.pk, row.rules_id, row.rules.food, items, words)
    return found


def version_on(rules: int, day: date) -> RulesVersion | None:
    """The released version of detailed rules that was in force on a day."""
    rows = RulesVersion.objects.filter(rules=rules, valid_from__lte=day, released_at__isnull=False)
    return rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day)).order_by("-number").first()


@dataclass(frozen=True)
class Capabilities:
    """Which laboratory may test after which rules, from when until when."""

    terms: Mapping[tuple[str, int], tuple[tuple[date, date | None], ...]]

    def holds(self, laboratory: str, rules: int, day: date) -> bool:
        return any(
            since <= day and (until is None or day <= until)
            for since, until in self.terms.get((laboratory, rules), ())
        )


def capabilities(laboratories: Iterable[str]) -> Capabilities:
    terms: dict[tuple[str, int], tuple[tuple[date, date | None], ...]] = {}
    rows = Capability.objects.filter(body_code__in=set(laboratories))
    for code, rules, since, until in rows.values_list("body_code", "rules_id", "valid_from", "valid_until"):
        terms[code, rules] = (*terms.get((code, rules), ()), (since, until))
    return Capabilities(terms)
