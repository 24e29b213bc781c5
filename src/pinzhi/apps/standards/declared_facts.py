"""What the check of declarations is given: how the named standards stand, and the confirmed limits a product is under.

Gathered for a set at once: one look at the editions for all numbers that the set names, one at the limits for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Count, Max, Q

from pinzhi.apps.standards import loading
from pinzhi.apps.standards.fields_catalogue import DOMESTIC
from pinzhi.apps.standards.limit_words import vocabulary
from pinzhi.apps.standards.models import Edition, LimitEntry, Relation
from pinzhi.apps.standards.numbers import Number, read_number
from pinzhi.kernel import law
from pinzhi.kernel.registers.values import Wrong
from pinzhi.rules.law import LawAsOf
from pinzhi.rules.standards.declarations import Bound, Cited, Declared, Facts, Indicator, cites
from pinzhi.rules.standards.edition_facts import EditionFact, Status
from pinzhi.rules.standards.editions import EditionIndex, Found, Resolution
from pinzhi.rules.standards.identifiers import Identifier, IdentifierError, parse_leading
from pinzhi.rules.standards.limits import Limit, LimitError, read_limit
from pinzhi.rules.standards.limits.scopes import Scope

_STATES = {
    Status.IN_FORCE: "in_force",
    Status.PUBLISHED: "not_yet",
    Status.DRAFT: "draft",
    Status.WITHDRAWN: "withdrawn",
}
_CELLS, _BLANKS = ("indicator", "value", "unit", "method"), ("", "", "", "")
_LEVELS = {"national", "industry", "local", "group", "enterprise", "international"}


def declared_of(kept: Mapping[str, Any]) -> Declared:
    """A declaration's kept values as the rule takes them."""
    return Declared(
        standard=str(kept.get("standard_no") or ""),
        title=str(kept.get("standard_name") or ""),
        product_class=str(kept.get("product_class") or ""),
        indicators=[Indicator(*map(row.get, _CELLS, _BLANKS)) for row in kept.get("indicators") or ()],
    )


class Gathered:
    """The facts of a set of declarations on a day."""

    def __init__(self, declared: Sequence[Declared], on: date) -> None:
        self.on = on
        self.law: LawAsOf = law.as_of(on)
        self.vocabulary = vocabulary()
        self._cited: dict[str, Cited] = {}
        self._methods: dict[str, tuple[Cited, ...]] = {}
        self._memo: dict[Any, Any] = {}
        methods = {i.method for one in declared for i in one.indicators if i.method.strip()}
        parts = {method: cites(method) for method in methods}
        texts = {one.standard for one in declared if one.standard.strip()}
        self._resolve(texts | {part for found in parts.values() for part in found})
        for method, found in parts.items():
            self._methods[method] = tuple(c for p in found if (c := self._cited[p]).state != "unreadable")
        self._bounds = confirmed_bounds()

    def of(self, declared: Declared, product: str = "") -> Facts:
        """The facts for one of them; `product`: what else is known of what it is (name, generic name)."""
        words = _words(declared.product_class, product)
        return Facts(
            on=self.on,
            standard=self._cited.get(declared.standard, Cited(declared.standard, "unreadable")),
            vocabulary=self.vocabulary,
            bounds=bounds_for(words, self._bounds, self.on),
            understood=_understood(words),
            methods=self._methods,
            memo=self._memo,
        )

    def cited(self, text: str) -> Cited:
        return self._cited.get(text) or Cited(text, "unreadable")

    def number(self, text: str) -> Number | None:
        """The number in its kept forms, None for what cannot be read."""
        found = _read(text)
        return found if isinstance(found, Number) else None

    def _resolve(self, texts: Iterable[str]) -> None:
        read = {text: _read(text) for text in texts}
        series = {n.series_key for n in read.values() if isinstance(n, Number)}
        index, rows, after = _editions(series)
        for text, found in read.items():
            if isinstance(found, tuple):
                self._cited[text] = Cited(
                    text, "unreadable", wrong=(found[0], found[1]), right=(found[2], found[3])
                )
                continue
            resolution = index.resolve(found.identifier or text, self.on)
            self._cited[text] = _cited(text, found, resolution, rows, after)


@lru_cache(maxsize=65536)
def _read(text: str) -> Number | tuple[str, str, str, str]:
    try:
        return read_number(text)
    except Wrong as wrong:
        # “GB/T 2912.1-2009 水萃取法”, “GB 31701-2015（B类）”: the number stands first.
        try:
            found, _rest = parse_leading(text)
        except IdentifierError:
            return wrong.args4
        return _number(found)


def _number(found: Identifier) -> Number:
    return Number(
        found.render("zh")[:160],
        found.key,
        found.series_key,
        found.body[:40],
        found.level,
        found.nature,
        found.dated,
        found,
    )


def _editions(series: set[str]) -> tuple[EditionIndex, dict[str, Edition], dict[str, list[str]]]:
    """The editions of these series as an index, by key, and what replaced those that are withdrawn."""
    named = Q(series_key__any_of=sorted(series))
    if others := loading.by_other_number(series):
        named |= Q(pk__in=others)
    rows = {
        row.key: row
        for row in Edition.objects.filter(named).only(
            "key", "series_key", "number", "title_zh", "title_en", "level", "nature", "status", "published_on",
            "effective_on", "withdrawn_on",
        )
    }  # fmt: skip
    facts = [
        EditionFact(
            key=row.key,
            series_key=row.series_key,
            number=row.number,
            status=Status(row.status),
            published_on=row.published_on,
            effective_on=row.effective_on,
            withdrawn_on=row.withdrawn_on,
            identifier=found.identifier if isinstance(found := _read(row.number), Number) else None,
        )
        for row in rows.values()
    ]
    after: dict[str, list[str]] = {}
    old = [row.key for row in rows.values() if row.status == Edition.Status.WITHDRAWN or row.withdrawn_on]
    if old:
        found_rows = Relation.objects.filter(kind=Relation.Kind.REPLACES, to_key__in=old)
        for key, number in found_rows.order_by("from_edition__effective_on").values_list(
            "to_key", "from_edition__number"
        ):
            after.setdefault(key, []).append(number)
    return EditionIndex(facts), rows, after


def _cited(
    text: str,
    number: Number,
    resolution: Resolution,
    rows: Mapping[str, Edition],
    after: Mapping[str, Sequence[str]],
) -> Cited:
    known = tuple(fact.number for fact in resolution.candidates[:5])
    level = number.level if number.level in _LEVELS else "foreign"
    common: dict[str, Any] = {"raw": text, "number": number.number, "level": level, "known": known}
    edition = resolution.edition
    if edition is not None and resolution.rule == "second_number":
        # What became of the Chinese edition of an international standard says nothing of the latter.
        if (rows[edition.key].level in DOMESTIC) != (number.level in DOMESTIC):
            return Cited(**{**common, "known": ()}, state="unknown_number", dated=number.dated)
    if edition is None and resolution.found is Found.WITHDRAWN and resolution.candidates:
        edition = resolution.candidates[0]
        common["known"] = ()
    if edition is not None:
        row = rows[edition.key]
        status = resolution.status if resolution.edition is not None else Status.WITHDRAWN
        state: Any = _STATES[status or Status.IN_FORCE]
        return Cited(
            **{**common, "number": row.number},
            state="own" if level == "enterprise" and state == "in_force" else state,
            title=row.title_zh or row.title_en,
            dated=number.dated,
            effective_on=row.effective_on,
            withdrawn_on=row.withdrawn_on,
            successors=tuple(after.get(row.key, ())),
        )
    if level == "enterprise":
        return Cited(**common, state="own", dated=number.dated)
    if resolution.found is Found.NOT_YET and resolution.candidates:
        fact = resolution.candidates[0]
        return Cited(**{**common, "known": ()}, state="not_yet", effective_on=fact.effective_on)
    missing: Any = "unknown_year" if resolution.candidates else "unknown_number"
    return Cited(**common, state=missing, dated=number.dated)


# ---- confirmed limits ----


class Bounds:
    """The confirmed limits of this country's standards, each with the scope that its words mean."""

    def __init__(self, rows: Sequence[tuple[Bound, Scope]], mark: tuple[Any, ...]) -> None:
        self.rows, self.mark = rows, mark


_kept: list[Bounds] = []


def confirmed_bounds() -> Bounds:
    """Read once a process, and again when a limit or a document has changed."""
    rows = LimitEntry.objects.filter(state=LimitEntry.State.CONFIRMED, document__market="CN")
    mark = tuple(
        rows.aggregate(
            Count("id"),
            Max("decided_at"),
            Max("id"),
            Max("document__updated_at"),
            Max("document__edition__updated_at"),
        ).values()
    )
    if not _kept or _kept[0].mark != mark:
        _kept[:] = [Bounds(list(_bounds(rows.select_related("document__edition").order_by("id"))), mark)]
    return _kept[0]


def _bounds(entries: Iterable[LimitEntry]) -> Iterable[tuple[Bound, Scope]]:
    words = vocabulary()
    for entry in entries:
        document, nature = entry.document, _nature(entry)
        if not nature:
            continue
        try:
            kind = words.kind(entry.kind)
            value = read_limit(entry.value, kind, words, unit=str(entry.read.get("unit") or ""))
        except LimitError:
            continue
        limit = Limit(
            edition=document.number,
            analyte=entry.analyte,
            kind=kind,
            value=value,
            clause=entry.clause,
            scope=entry.scope,
            applies=entry.applies,
            aggregate=entry.aggregate,  # type: ignore[arg-type]
            method=entry.method,
            conditions=entry.conditions,
            effective_on=entry.effective_on or document.effective_on,
            withdrawn_on=entry.withdrawn_on or document.withdrawn_on,
            market="CN",
            source=entry.source,
        )
        unit = value.unit if value.unit and value.unit not in entry.value else ""
        bound = Bound(
            number=document.number,
            clause=entry.clause,
            nature=nature,  # type: ignore[arg-type]
            analyte=words.analyte(entry.analyte).key,
            title=entry.analyte,
            text=f"{entry.value} {unit}".strip(),
            limit=limit,
            key=str(entry.pk),
        )
        yield bound, words.scope(entry.scope, entry.applies)


def _nature(entry: LimitEntry) -> str:
    """Mandatory or recommended; empty for what is no standard, or no longer one."""
    edition = entry.document.edition
    if edition is not None:
        nature = edition.nature
    else:
        found = _read(entry.document.number)
        nature = found.nature if isinstance(found, Number) else ""
    return nature if nature in ("mandatory", "recommended") else ""


def bounds_for(product: str, bounds: Bounds, on: date) -> list[Bound]:
    """The limits that the words of a product place it under on a day; none where its words are not known."""
    return [
        bound
        for bound in _under(product, bounds.mark)
        if (bound.limit.effective_on is None or bound.limit.effective_on <= on)
        and (bound.limit.withdrawn_on is None or on <= bound.limit.withdrawn_on)
    ]


@lru_cache(maxsize=4096)
def _under(product: str, mark: tuple[Any, ...]) -> tuple[Bound, ...]:
    """`mark`: which state of the limits is meant; it only makes the memory forget."""
    words = vocabulary()
    level, meant = _level(product)
    scope = words.scope(meant, "")
    found = []
    for bound, wide in _kept[0].rows:
        if level and wide.level and level != wide.level:
            continue
        if words.scopes.contains(wide, scope):
            found.append(bound)
    return tuple(found)


@lru_cache(maxsize=4096)
def _understood(product_class: str) -> bool:
    return bool(vocabulary().scope(_level(product_class)[1], "").groups)


def _words(product_class: str, product: str) -> str:
    """The class says what a product is; its names are asked where the class alone is not understood."""
    return (
        product_class
        if product_class and _understood(product_class)
        else f"{product_class} {product}".strip()
    )


@lru_cache(maxsize=4096)
def _level(product: str) -> tuple[str, str]:
    """The class of requirement among the words of a product (B类), and the other words."""
    words = vocabulary()
    parts = product.replace("（", " ").replace("）", " ").replace("(", " ").replace(")", " ").split()
    for part in parts:
        level = words.scope("", part).level
        if level:
            return level, " ".join(p for p in parts if p != part)
    for part in parts:
        for piece, left in _ends_of(part):
            if level := words.scope("", piece).level:
                return level, " ".join(left if p is part else p for p in parts)
    return "", product


def _ends_of(part: str) -> Iterator[tuple[str, str]]:
    """(piece, what is left) of a word that people write without a space: 儿童纺织产品B类, A类婴幼儿纺织产品; longest first.

    A piece never begins or ends inside a run of letters and digits: of AB类 no B类 is cut off.
    """
    for size in range(min(len(part) - 1, _LONGEST_LEVEL), 1, -1):
        for cut, piece, left in (
            (len(part) - size, part[-size:], part[:-size]),
            (size, part[:size], part[size:]),
        ):
            if not (_in_run(part[cut - 1]) and _in_run(part[cut])):
                yield piece, left


_LONGEST_LEVEL = 6


def _in_run(character: str) -> bool:
    return character.isascii() and character.isalnum()
