"""What a limit is for: the words of a standard's scope and class, and whether two scopes have products in common.

The words stand in catalogue/standards/scopes.yaml. What the words do not say is not guessed: a scope whose words are not
known overlaps only with the same words, and otherwise nobody can tell.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

Overlap = Literal["same", "partly", "none", "unclear"]
Facets = Mapping[str, frozenset[str]]

_OF_AGE = r"(?:years? of age|years? old|months? of age|months? old|years?|yrs?|y|周岁|岁|months?|mths?|m|个月|月龄|月)(?![a-z])"
_TO = r"(?:[-~–—至到]|to|and|及?以上(?:至|到)?)"
#: 3-14岁, 3个月～3岁, 3岁以上14岁以下, between 3 and 14 years.
_AGES = re.compile(
    rf"(?:between |from |大于|满)?(?P<a>\d+)\s*(?P<ua>{_OF_AGE})?\s*(?:含\s*)?{_TO}\s*(?:不满|未满|小于|under )?(?P<b>\d+)"
    rf"\s*(?P<ub>{_OF_AGE})"
    r"(?:\s*含)?(?:\s*(?:及?以下|以内|and under))?"
)
#: 不满3周岁, under 36 months; 大于3岁, from 3 years.
_AGE_AFTER_SIGN = re.compile(
    rf"(?:(?P<under>[<≤]=?|under |below |up to |less than |younger than |小于(?:等于)?|不满|未满|不超过|低于)|[>≥]=?|over |above |from "
    rf"|at least |older than |大于(?:等于)?|满|超过|不小于)\s*(?P<n>\d+)\s*(?P<u>{_OF_AGE})"
)
#: 3周岁及以上, 36个月以下, 3 years and over.
_AGE_BEFORE_SIGN = re.compile(
    rf"(?P<n>\d+)\s*(?P<u>{_OF_AGE})\s*(?:含\s*)?(?:(?P<under>及?以下|以内|and under|and below|and younger|or under|or younger)"
    r"|及?以上|and over|and above|and older|or over|or older|\+)"
)


def plain_words(text: str) -> str:
    """Half-width, lower case, one space between words."""
    text = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
    return " ".join(re.sub(r"[()\[\],;:_]", " ", text).split())


@dataclass(frozen=True)
class Scope:
    """A scope as it was understood."""

    groups: frozenset[str]
    facets: Facets
    age: tuple[Fraction, Fraction] | None
    """Years, from and up to (exclusive); None where the words name no age."""
    level: str
    """The class of requirement, empty where there is none: products may be declared to meet it."""
    others: str
    """Words of the class that were not understood."""
    everything: bool = False
    meant_for: frozenset[str] = field(default_factory=frozenset)
    plain: str = ""


class Scopes:
    def __init__(self, data: Mapping[str, Any]) -> None:
        self.titles: dict[str, Mapping[str, str]] = {}
        self._words: list[tuple[str, str]] = []
        self._within: dict[str, tuple[str, ...]] = {}
        self._group_facets: dict[str, dict[str, frozenset[str]]] = {}
        for entry in data["groups"]:
            name = str(entry["group"])
            self.titles[name] = entry["title"]
            self._within[name] = tuple(entry.get("within") or ())
            self._words += [(plain_words(str(word)), name) for word in entry["words"]]
            self._group_facets[name] = {k: frozenset(v) for k, v in (entry.get("facets") or {}).items()}
        self._words.sort(key=lambda pair: -len(pair[0]))
        self._under = {name: self._below(name) for name in self._within}
        covers = {str(k): frozenset(map(str, v)) for k, v in (data.get("covers") or {}).items()}
        self._facets: list[tuple[str, str, frozenset[str]]] = sorted(
            (
                (plain_words(str(word)), str(facet), covers.get(str(value), frozenset()) | {str(value)})
                for facet, values in data["facets"].items()
                for value, words in values.items()
                for word in words
            ),
            key=lambda one: -len(one[0]),
        )
        self._levels: dict[str, frozenset[str]] = {
            plain_words(str(word)).replace(" ", ""): frozenset(entry.get("for") or ())
            for entry in data["levels"]
            for word in entry["words"]
        }
        self._everything = {plain_words(str(word)) for word in data["everything"]} | {""}

    def _below(self, name: str) -> frozenset[str]:
        found = {name}
        while more := {one for one, above in self._within.items() if set(above) & found} - found:
            found |= more
        return frozenset(found)

    def read(self, scope: str, applies: str = "") -> Scope:
        """The scope of a limit: what the standard is for, and the class or part that the limit is for."""
        words, class_words = plain_words(scope), plain_words(applies)
        groups, left = self._groups(words)
        facets: dict[str, frozenset[str]] = {}
        for name in groups:
            for facet, values in self._group_facets[name].items():
                facets[facet] = facets.get(facet, frozenset()) | values
        class_groups, class_left = (
            self._groups(class_words) if class_words not in self._everything else (frozenset(), "")
        )
        level = class_words.replace(" ", "")
        meant_for = self._levels.get(level, frozenset())
        is_level = level in self._levels
        said = " ".join((left, "" if is_level else class_left))
        found, said = self._said(said)
        for facet, values in found.items():
            facets[facet] = values
        age, said = _age(said)
        others = ""
        if class_words not in self._everything and not is_level:
            _, rest = self._said(class_left)
            _, rest = _age(rest)
            others = " ".join(re.findall(r"[^\s/&、,]+", rest))
            if class_groups or others != class_words:
                others = ""
        return Scope(
            groups=_narrowest(groups | class_groups, self._under) if class_groups & groups else groups,
            facets=facets,
            age=age,
            level=level if is_level else "",
            others=others,
            everything=words in self._everything,
            meant_for=meant_for,
            plain=f"{words}|{'' if class_words in self._everything else class_words}",
        )

    def _groups(self, words: str) -> tuple[frozenset[str], str]:
        found = set()
        for word, name in self._words:
            words, count = _take(words, word)
            if count:
                found.add(name)
        return frozenset(found), words

    def _said(self, words: str) -> tuple[dict[str, frozenset[str]], str]:
        found: dict[str, frozenset[str]] = {}
        for word, facet, values in self._facets:
            words, count = _take(words, word)
            if count:
                found[facet] = found.get(facet, frozenset()) | values
        return found, words

    def overlap(self, a: Scope, b: Scope) -> Overlap:
        """Whether some product falls under both."""
        if a.plain == b.plain:
            return "same"
        for facet in a.facets.keys() & b.facets.keys():
            if not a.facets[facet] & b.facets[facet]:
                return "none"
        if a.age and b.age and (a.age[1] <= b.age[0] or b.age[1] <= a.age[0]):
            return "none"
        groups = self._groups_meet(a, b)
        if groups in ("none", "unclear"):
            return groups
        if a.others and b.others and a.others != b.others:
            return "unclear"
        same = groups == "same" and dict(a.facets) == dict(b.facets) and a.age == b.age
        return "same" if same and a.others == b.others else "partly"

    def _groups_meet(self, a: Scope, b: Scope) -> Overlap:
        if a.everything or b.everything:
            return "same" if a.everything and b.everything else "partly"
        if a.groups and b.groups:
            if a.groups == b.groups:
                return "same"
            meets = any(self._under[one] & self._under[other] for one in a.groups for other in b.groups)
            return "partly" if meets else "none"
        return "same" if a.plain.partition("|")[0] == b.plain.partition("|")[0] else "unclear"

    def contains(self, wide: Scope, narrow: Scope) -> bool:
        """Whether every product under `narrow` is known to be under `wide`; classes of requirement are left aside."""
        if wide.everything:
            return True
        if not wide.groups or not narrow.groups:
            return bool(wide.plain) and wide.plain.partition("|")[0] == narrow.plain.partition("|")[0]
        if not any(one in self._under[group] for one in narrow.groups for group in wide.groups):
            return False
        for facet, values in wide.facets.items():
            if not narrow.facets.get(facet) or not narrow.facets[facet] <= values:
                return False
        if wide.age is None:
            return True
        return narrow.age is not None and wide.age[0] <= narrow.age[0] and narrow.age[1] <= wide.age[1]

    def beside(self, a: Scope, b: Scope) -> bool:
        """Whether a table would put the two side by side: their classes are meant for the same users, or unsaid."""
        return not a.meant_for or not b.meant_for or bool(a.meant_for & b.meant_for)


def _narrowest(groups: Iterable[str], under: Mapping[str, frozenset[str]]) -> frozenset[str]:
    names = set(groups)
    return frozenset(n for n in names if not any(o != n and o in under[n] for o in names))


def _take(words: str, word: str) -> tuple[str, int]:
    """Take a word out of a text; a word of letters must stand alone (a plural s allowed)."""
    if word not in words:
        return words, 0
    pattern = re.escape(word)
    if word[0].isascii() and word[0].isalnum():
        pattern = r"(?<![a-z0-9])" + pattern
    if word[-1].isascii() and word[-1].isalnum():
        pattern += r"s?(?![a-z0-9])"
    return re.subn(pattern, " ", words)


_OLDEST = Fraction(200)


def _years(number: str, unit: str) -> Fraction:
    return Fraction(int(number), 12 if unit.startswith("m") or "月" in unit else 1)


def _age(words: str) -> tuple[tuple[Fraction, Fraction] | None, str]:
    found = _AGES.search(words)
    if found is not None:
        rest = words[: found.start()] + " " + words[found.end() :]
        return (_years(found["a"], found["ua"] or found["ub"]), _years(found["b"], found["ub"])), rest
    found = _AGE_AFTER_SIGN.search(words) or _AGE_BEFORE_SIGN.search(words)
    if found is None:
        return None, words
    rest = words[: found.start()] + " " + words[found.end() :]
    bound = _years(found["n"], found["u"])
    return ((Fraction(0), bound) if found["under"] else (bound, _OLDEST)), rest
