"""Editions by date: which edition a reference means on a day, what status an edition has, what replaced what.

A dated reference means that edition and no other. An undated one means the edition in force on the day asked. Rules that
recognise an edition under an older way to number it (IEC before 1997, ISO/R, a change of nature GB to GB/T) are named in the
answer; they never lead to an edition of another year.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from pinzhi.rules.standards.edition_facts import EditionFact, Status, status_on
from pinzhi.rules.standards.identifiers import (
    Identifier,
    IdentifierError,
    Supplement,
    parse,
    to_identifier,
)
from pinzhi.rules.standards.identifiers.model import build
from pinzhi.rules.standards.replacement_chains import chain, find_loops
from pinzhi.rules.standards.second_numbers import second_numbers


class Found(StrEnum):
    """How a reference ended; every miss has one of these reasons."""

    EXACT = "exact"
    """The edition of that year."""
    UNDATED = "undated"
    """An undated reference: the edition in force on the day."""
    NOT_YET = "not_yet"
    """An undated reference, and every edition comes into force later."""
    WITHDRAWN = "withdrawn"
    """An undated reference, and no edition is in force any more."""
    UNKNOWN_YEAR = "unknown_year"
    """The standard is known, an edition of this year is not."""
    DRAFT_CITED = "draft_cited"
    """A draft (DIS, CD …) of a known standard; the draft itself is not in the list."""
    UNKNOWN_PART = "unknown_part"
    """The number is known, not the part (or only in parts); `candidates` are other parts."""
    UNKNOWN_NUMBER = "unknown_number"
    UNREADABLE = "unreadable"


class Resolution(NamedTuple):
    """The answer: `edition` only for exact and undated; `status` is its status on the day; `rule` is "" or how it was recognised.

    `candidates` are the editions of the same standard where the year is missing or unknown, latest first.
    """

    found: Found
    edition: EditionFact | None = None
    status: Status | None = None
    rule: str = ""
    identifier: Identifier | None = None
    candidates: tuple[EditionFact, ...] = ()

    @property
    def number_known(self) -> bool:
        """Whether the standard, of whatever edition, is in the list."""
        return self.edition is not None or bool(self.candidates)


def _without_nature(key: str) -> str:
    """GB/T 10810.2-2006 and GB 10810.2-2006 are one edition whose nature was changed."""
    return key.replace("/T ", " ", 1).replace("/Z ", " ", 1)


def _core(one: Identifier) -> str:
    """Number and parts, without who publishes them and of what type: what editions of one ISO/IEC document share."""
    number = one.series_key.split("/AMD")[0].split("/COR")[0].split("~")[0]
    return number.rsplit(" ", 1)[-1]


_YEARS = frozenset(map(str, range(1900, 2100)))
_PLAIN_LEVELS = frozenset({"national", "industry", "local", "group"})
_FAMILY = {"ISO": 1, "IEC": 1, "CISPR": 1}


def _international(one: Identifier) -> bool:
    return one.level == "international" and one.body.split("/")[0] in _FAMILY


def _unsupplemented(one: Identifier) -> str:
    return one.base_key


class _Target(NamedTuple):
    """What a raw string means, whatever the day: found once, kept."""

    identifier: Identifier | None
    exact: EditionFact | None
    rule: str
    candidates: tuple[EditionFact, ...]
    miss: Found


class _Grouped(NamedTuple):
    """Editions while an index is built: by series, by number alone, by number without its nature."""

    series: dict[str, list[EditionFact]]
    cores: dict[str, list[EditionFact]]
    natures: dict[str, list[EditionFact]]
    seconds: dict[str, list[EditionFact]]


class EditionIndex:
    """Editions by number. Building is linear; a look-up of a string that was seen before costs a dictionary and a few dates."""

    CACHE = 500_000

    def __init__(self, facts: Iterable[EditionFact]) -> None:
        self._by_key: dict[str, EditionFact] = {}
        self._series: dict[str, tuple[EditionFact, ...]] = {}
        self._cores: dict[str, tuple[EditionFact, ...]] = {}
        self._numbers: dict[str, list[EditionFact]] = {}
        self._consolidated: dict[str, EditionFact] = {}
        self._amendments: dict[str, EditionFact] = {}
        self._natures: dict[str, tuple[EditionFact, ...]] = {}
        self._seconds: dict[str, tuple[EditionFact, ...]] = {}
        self._by_second: dict[str, EditionFact] = {}
        self._seen: dict[str, _Target | Resolution] = {}
        self._known_years: dict[str, tuple[Identifier | None, frozenset[str], tuple[EditionFact, ...]]] = {}
        ways: tuple[tuple[str, Callable[[Identifier], EditionFact | None]], ...] = (
            ("nature_changed", self._other_nature),
            ("same_number_other_body_or_type", self._same_core),
            ("consolidated", self._consolidated_of),
            ("sheet_of_unsaid_year", self._sheet),
            ("edition_of_amendment", self._base),
            ("second_number", self._second),
        )
        self._ways, self._ways_chinese = (*ways[1:3], *ways[4:]), (ways[0], *ways[3:])
        grouped = _Grouped({}, {}, {}, {})
        sheets: list[tuple[EditionFact, Identifier]] = []
        for fact in facts:
            self._add(fact, grouped, sheets)
        for fact, one in sheets:
            self._add_sheet(fact, one, grouped)
        # As tuples: an answer hands out the same one each time, and the garbage collector passes it by.
        self._series, self._cores, self._natures, self._seconds = (
            {name: tuple(sorted(each, key=_recency, reverse=True)) for name, each in by_name.items()}
            for by_name in grouped
        )

    def __len__(self) -> int:
        return len(self._by_key)

    def get(self, key: str) -> EditionFact | None:
        """The edition of that key."""
        return self._by_key.get(key)

    def _add_sheet(self, fact: EditionFact, one: Identifier, grouped: _Grouped) -> None:
        """A modification sheet (修改单) is no edition: the undated number means what it amends, where that is in the list."""
        self._amendments.setdefault(_sheet_key(one), fact)
        if _without_nature(_unsupplemented(one)) not in grouped.natures:
            grouped.series.setdefault(fact.series_key, []).append(fact)
            grouped.natures.setdefault(_without_nature(fact.series_key), []).append(fact)

    def _add(
        self, fact: EditionFact, grouped: _Grouped, sheets: list[tuple[EditionFact, Identifier]]
    ) -> None:
        one = fact.identifier
        if one is None:
            try:
                one = parse(fact.number or fact.key)
            except IdentifierError:
                self._by_key.setdefault(fact.key, fact)
                return
        held = self._by_key.get(fact.key)
        if held is not None and not (held.status is Status.WITHDRAWN and fact.status is Status.IN_FORCE):
            return  # the same edition in another rendering (redline, consolidated): the first is the edition
        self._by_key[fact.key] = fact
        if one.chinese and one.supplements:
            sheets.append((fact, one))
            return
        grouped.series.setdefault(fact.series_key, []).append(fact)
        grouped.natures.setdefault(_without_nature(fact.key), []).append(fact)
        if one.adopted is not None or one.joint or "/" in one.body:
            for second in second_numbers(one):
                grouped.seconds.setdefault(second.series_key, []).append(fact)
                if second.key != second.series_key:
                    self._by_second.setdefault(second.key, fact)
        if _international(one):
            if one.supplements:
                if all(each.joined == "+" for each in one.supplements) and one.supplements[-1].year:
                    self._consolidated.setdefault(f"{_core(one)}:{one.supplements[-1].year}", fact)
            else:
                grouped.cores.setdefault(_core(one), []).append(fact)
                self._numbers.setdefault(_core(one).split("-")[0], []).append(fact)
        else:
            grouped.natures.setdefault(_without_nature(fact.series_key), []).append(fact)
            self._numbers.setdefault(_without_nature(fact.series_key).split(".")[0], []).append(fact)

    def resolve(self, raw: str | Identifier, on: date) -> Resolution:
        """Which edition the reference means on the day, or why none. Never raises."""
        text = raw if isinstance(raw, str) else raw.key
        target = self._seen.get(text)
        if target is None:
            plain = text.replace("—", "-")
            # Not kept: told anew as fast as found again, and there are as many of them as people can mistype.
            if (missed := self._other_year(text, plain)) is not None:
                return missed
            target = self._as_key(plain) or self._find(raw)
            if target.miss not in (Found.EXACT, Found.UNDATED):  # the same answer on every day
                target = Resolution(
                    target.miss, None, None, target.rule, target.identifier, target.candidates
                )
            if len(self._seen) >= self.CACHE:
                self._seen.clear()
            self._seen[text] = target
        if isinstance(target, Resolution):
            return target
        identifier, exact, rule, candidates, _miss = target
        if exact is not None:
            return Resolution(Found.EXACT, exact, status_on(exact, on), rule, identifier)
        later = False
        for fact in candidates:
            status = status_on(fact, on)
            if status is Status.IN_FORCE:
                return Resolution(Found.UNDATED, fact, status, rule, identifier, candidates)
            later = later or status is not Status.WITHDRAWN
        return Resolution(
            Found.NOT_YET if later else Found.WITHDRAWN, None, None, rule, identifier, candidates
        )

    def _as_key(self, text: str) -> _Target | None:
        """What is written as its own key (most of what a catalogue cites) need not be read first."""
        fact = self._by_key.get(text)
        if fact is not None and fact.identifier is not None and fact.identifier.dated:
            return _Target(fact.identifier, fact, "", (), Found.EXACT)
        editions = self._series.get(text)
        if editions and editions[0].identifier is not None and not editions[0].identifier.supplements:
            if _year(editions[0]) is not None and text not in self._by_key:
                return _Target(to_identifier(text), None, "", tuple(editions), Found.UNDATED)
        return None

    def _other_year(self, text: str, plain: str) -> Resolution | None:
        """A year that a known Chinese standard has no edition of: what is written as a key need not be read for that."""
        series, _dash, year = plain.rpartition("-")
        if year not in _YEARS:
            return None
        known = self._known_years.get(series)
        if known is None:
            known = self._known_years[series] = self._years_of(series)
        one, years, editions = known
        if one is None or year in years:
            return None
        dated = build(
            text, one.body, one.level, one.nature, one.type, one.number, one.parts, int(year), plain, series, plain, (), "", (), "", "",
            one.region,
        )  # fmt: skip
        return Resolution(Found.UNKNOWN_YEAR, None, None, "", dated, editions)

    def _years_of(self, series: str) -> tuple[Identifier | None, frozenset[str], tuple[EditionFact, ...]]:
        """An edition to tell the number by, the years that lead to one (also of another nature), the editions."""
        editions = self._series.get(series, ())
        one = editions[0].identifier if editions else None
        if (
            one is None
            or one.level not in _PLAIN_LEVELS
            or one.supplements
            or one.stage
            or one.designation != one.key
        ):
            return None, frozenset(), ()
        alike = self._natures.get(_without_nature(series), editions)
        return one, frozenset(str(_year(fact)) for fact in (*editions, *alike)), editions

    def _find(self, raw: str | Identifier) -> _Target:
        if isinstance(raw, str):
            try:
                one = parse(raw)
            except IdentifierError:
                return _Target(None, None, "", (), Found.UNREADABLE)
        else:
            one = raw
        if one.dated:
            exact = self._by_key.get(one.key)
            if exact is not None:
                return _Target(exact.identifier or one, exact, "", (), Found.EXACT)
            for rule, look in self._ways_chinese if one.chinese else self._ways:
                if (fact := look(one)) is not None:
                    return _Target(one, fact, rule, (), Found.EXACT)
        candidates, rule = self._same_standard(one)
        if candidates:
            if one.stage:
                return _Target(one, None, rule, candidates, Found.DRAFT_CITED)
            return _Target(one, None, rule, candidates, Found.UNKNOWN_YEAR if one.dated else Found.UNDATED)
        if not one.chinese and (editions := self._second_series(one)):
            miss = Found.UNKNOWN_YEAR if one.dated else Found.UNDATED
            return _Target(one, None, "second_number", editions, miss)
        known = (
            _core(one).split("-")[0] if _international(one) else _without_nature(one.series_key).split(".")[0]
        )
        others = [fact for fact in self._numbers.get(known, ()) if _same_kind(fact, one)]
        if others:  # the number is there, in other parts
            return _Target(one, None, "", tuple(others[:100]), Found.UNKNOWN_PART)
        return _Target(one, None, "", (), Found.UNKNOWN_NUMBER)

    def _consolidated_of(self, one: Identifier) -> EditionFact | None:
        """IEC 60335-2-27:2004 is how the consolidated edition 4.1 is cited: 2002 with its amendment of 2004."""
        if not _international(one) or one.stage:
            return None
        return self._consolidated.get(f"{_core(one)}:{one.year}")

    def _other_nature(self, one: Identifier) -> EditionFact | None:
        if not one.chinese:
            return None
        found = self._natures.get(_without_nature(one.key))
        return found[0] if found else None

    def _same_core(self, one: Identifier) -> EditionFact | None:
        """ISO 9126 for ISO/IEC 9126, ISO 226 for ISO/R 226: the bodies share their numbers, so number and year say enough."""
        if not _international(one) or one.stage:
            return None
        found = [
            fact
            for fact in self._cores.get(_core(one), ())
            if _year(fact) == one.year and _same_kind(fact, one)
        ]
        if not found:
            return None
        if one.supplements:
            for fact in found:
                tail = "".join(Supplement(each.kind, each.number, each.year).key for each in one.supplements)
                if (supplemented := self._by_key.get(fact.key + tail)) is not None:
                    return supplemented
            return None
        return min(found, key=lambda fact: (not fact.key.startswith(one.body), fact.key))

    def _sheet(self, one: Identifier) -> EditionFact | None:
        """第1号修改单 without its year: the sheet of that number."""
        if not one.supplements or any(each.year is not None for each in one.supplements):
            return None
        return self._amendments.get(_sheet_key(one))

    def _second(self, one: Identifier) -> EditionFact | None:
        """ISO 9001:2015 where the list holds GB/T 19001-2016/ISO 9001:2015; EN ISO 9001:2015 where it holds ISO 9001:2015.

        A dual Chinese number is no other way to cite the international one alone: it names the Chinese edition.
        """
        if (fact := self._by_second.get(one.key)) is not None:
            return fact
        if one.chinese and not one.joint:
            return None
        seconds = [other for other in second_numbers(one) if other.key != other.series_key]
        if one.chinese:
            seconds = [other for other in seconds if any(each.key == other.key for each in one.joint)]
        found = (self._by_key.get(key) or self._by_second.get(key) for key, _series in seconds)
        return next((fact for fact in found if fact is not None), None)

    def _second_series(self, one: Identifier) -> tuple[EditionFact, ...]:
        if editions := self._seconds.get(one.series_key):
            return editions
        for _key, series in second_numbers(one):
            if editions := self._series.get(series) or self._seconds.get(series):
                return editions
        return ()

    def _base(self, one: Identifier) -> EditionFact | None:
        """An amendment that the list does not hold: the edition that it amends, of the year that was cited."""
        if not one.supplements:
            return None
        base = _unsupplemented(one)
        fact = self._by_key.get(base)
        if fact is not None or not _international(one):
            return fact
        found = [
            fact
            for fact in self._cores.get(_core(one), ())
            if _year(fact) == one.year and _same_kind(fact, one)
        ]
        return found[0] if found else None

    def _same_standard(self, one: Identifier) -> tuple[tuple[EditionFact, ...], str]:
        if editions := self._series.get(one.series_key):
            return tuple(editions), ""
        if _international(one):
            same = [fact for fact in self._cores.get(_core(one), ()) if _same_kind(fact, one)]
            return tuple(same), "same_number_other_body_or_type" if same else ""
        if one.chinese and (editions := self._natures.get(_without_nature(one.series_key))):
            return tuple(editions), "nature_changed"
        return (), ""

    def replacement_chain(self, key: str, *, wholly_only: bool = False) -> tuple[EditionFact, ...]:
        """What replaced the edition, what replaced that, and so on (breadth first). Raises ReplacementLoop."""
        return chain(self._by_key, key, wholly_only)

    def loops(self) -> tuple[tuple[str, ...], ...]:
        """Every circle of replacements in the list, each named once."""
        graph = {
            key: tuple(one.key for one in fact.replaced_by if one.key) for key, fact in self._by_key.items()
        }
        for key, fact in self._by_key.items():
            for one in fact.replaces:
                if one.key and one.key in graph and key not in graph[one.key]:
                    graph[one.key] = (*graph[one.key], key)
        return find_loops(graph)


def _sheet_key(one: Identifier) -> str:
    return _unsupplemented(one) + "".join(each.series_key for each in one.supplements)


def _recency(fact: EditionFact) -> tuple[date, int, str]:
    on = fact.effective_on or fact.published_on
    year = _year(fact) or 0
    return on or date(max(min(year, 9999), 1), 1, 1), year, fact.key


_KEY_YEAR = re.compile(r"[:-]((?:19|20)[0-9]{2})(?=$|[/+(])")


def _year(fact: EditionFact) -> int | None:
    if fact.identifier is not None:
        return fact.identifier.year
    found = _KEY_YEAR.search(fact.key)
    return int(found[1]) if found else None


def _same_kind(fact: EditionFact, one: Identifier) -> bool:
    """Guides, workshop agreements and profiles have numbers of their own."""
    own = " GUIDE " in f" {one.key} "
    if own != (" GUIDE " in f" {fact.key} "):
        return False
    return ("IWA " in one.key) == ("IWA " in fact.key)
