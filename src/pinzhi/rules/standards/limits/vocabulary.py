"""The words that limits are written in, as the catalogue keeps them: units, quantity kinds, methods, analytes, scopes.

Nothing here reads files: `Vocabulary.build` is given what the files of catalogue/standards say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from pinzhi.rules.standards.limits.errors import LimitError
from pinzhi.rules.standards.limits.scopes import Scopes
from pinzhi.rules.standards.limits.units import Unit, Units, exact

Titles = Mapping[str, str]


@dataclass(frozen=True)
class Scale:
    """Ordered grades: from `low` to `high`, with half steps (3-4) or without."""

    low: int
    high: int
    half_steps: bool

    def steps(self) -> range:
        """All grades in half steps: 7 is grade 3-4."""
        return range(2 * self.low, 2 * self.high + 1, 1 if self.half_steps else 2)


@dataclass(frozen=True, eq=False)
class QuantityKind:
    """A kind of quantity; there is one object of each in a vocabulary."""

    kind: str
    title: Titles
    unit: Unit
    minimum: Fraction | None
    """The least there can be, in the coherent unit; None where there is no such bound."""
    maximum: Fraction | None
    by_method: bool
    """The number exists only together with its test method."""
    scale: Scale | None
    better: str
    """`higher` where a grade written alone is the lowest that passes."""

    made_of: frozenset[str] | None = None
    """For bare ratios: of what (masses for a mass fraction); None where the dimensions say enough."""

    @property
    def numeric(self) -> bool:
        return self.scale is None and self.unit.scale != "category"

    def takes(self, unit: Unit) -> bool:
        """Whether a unit measures this kind of quantity; a pH also goes without a unit."""
        if self.unit.scale and not unit.scale and unit.symbol == "1":
            return True
        return self.unit.alike(unit) and (self.made_of is None or unit.made_of <= self.made_of)


@dataclass(frozen=True)
class Analyte:
    """What is limited. `members`: the substances of a group; empty where it is one thing or the list is not given."""

    key: str
    title: Titles
    members: frozenset[str] = frozenset()
    count: int = 0
    """How many substances a group has where they are not listed here; 0 where nobody says."""
    group: str = ""
    """What lists of one family share (azo amines, 22 or 24 of them)."""

    @property
    def size(self) -> int:
        return len(self.members) or self.count


def plain(text: str) -> str:
    """A name in the form in which names are compared: half-width, lower case, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).lower().replace("’", "'").split())


def plain_method(text: str) -> str:
    """A method's number without its year, in one spelling."""
    found = unicodedata.normalize("NFKC", text).upper()
    found = re.sub(r"[‐‑‒–—―−－]", "-", "".join(found.split()))
    return re.sub(r"[-:](?:19|20)\d\d(?!\d)", "", found)


_PLUS = re.compile(r"[+＋]")
_LISTED = re.compile(r"[、,，和与及]| and ")
_METHOD = re.compile(r"[、;；，]|或者?|及|\bor\b|\band\b|, ")


class Vocabulary:
    """What is known of the words. Built once; reading a word is fast."""

    def __init__(
        self,
        units: Units,
        kinds: Mapping[str, QuantityKind],
        kind_names: Mapping[str, str],
        methods: Mapping[str, str],
        method_titles: Mapping[str, Titles],
        analytes: Mapping[str, Analyte],
        analyte_names: Mapping[str, str],
        strip: tuple[str, ...],
        scopes: Scopes,
    ) -> None:
        self.units = units
        self.kinds = kinds
        self._kind_names = kind_names
        self._methods = methods
        self.method_titles = method_titles
        self.analytes = analytes
        self._analyte_names = analyte_names
        latin = "|".join(re.escape(word) for word in strip if word.isascii())
        others = "|".join(re.escape(word) for word in strip if not word.isascii())
        self._strip_words = re.compile(rf"\b(?:{latin})\b")
        self._strip_ends = re.compile(rf"^(?:{others})|(?:{others})$")
        self.scopes = scopes
        self.analyte = lru_cache(maxsize=8192)(self._analyte)
        self.scope = lru_cache(maxsize=8192)(scopes.read)
        self.method_classes = lru_cache(maxsize=8192)(self._method_classes)

    @classmethod
    def build(
        cls,
        units: Mapping[str, Any],
        quantities: Mapping[str, Any],
        methods: Mapping[str, Any],
        analytes: Mapping[str, Any],
        scopes: Mapping[str, Any],
    ) -> Vocabulary:
        """The vocabulary of the mappings of catalogue/standards. Raises ValueError naming what is wrong in a file."""
        table = Units(units)
        kinds: dict[str, QuantityKind] = {}
        kind_names: dict[str, str] = {}
        for entry in quantities["quantities"]:
            kind = _kind(entry, table)
            kinds[kind.kind] = kind
            names = (kind.kind, kind.title["zh"], kind.title["en"], *entry.get("aliases", ()))
            for name in names:
                kind_names.setdefault(plain(str(name)), kind.kind)
        classes: dict[str, str] = {}
        titles: dict[str, Titles] = {}
        for entry in methods["classes"]:
            titles[str(entry["class"])] = entry["title"]
            for name in entry["methods"]:
                if classes.setdefault(plain_method(str(name)), str(entry["class"])) != entry["class"]:
                    raise ValueError(f"methods: {name} stands in two classes")
        known: dict[str, Analyte] = {}
        names_of: dict[str, str] = {}
        for entry in analytes["analytes"]:
            one = Analyte(
                str(entry["analyte"]),
                entry["title"],
                count=int(entry.get("count", 0)),
                group=str(entry.get("group", "")),
            )
            known[one.key] = one
            for name in (one.key, one.title["zh"], one.title["en"], *entry.get("aliases", ())):
                if names_of.setdefault(plain(str(name)), one.key) != one.key:
                    raise ValueError(f"analytes: {name} stands twice")
        strip = tuple(sorted((plain(str(word)) for word in analytes["strip"]), key=len, reverse=True))
        return cls(table, kinds, kind_names, classes, titles, known, names_of, strip, Scopes(scopes))

    def kind(self, text: str) -> QuantityKind:
        """The kind of quantity of a name. Raises LimitError `unknown_kind`; an empty name is `no_kind`."""
        if not text.strip():
            raise LimitError(
                "no_kind",
                "没有写明量的种类",
                "the kind of quantity is missing",
                place="kind",
                remedy_zh="例如：含量、迁移量、pH、色牢度级数。单位相同的量不一定可比，所以必须写明",
                remedy_en="for example content, migration, pH: the unit alone does not tell what may be compared",
            )
        name = self._kind_names.get(plain(text))
        if name is None:
            raise LimitError(
                "unknown_kind",
                f"不认识量的种类“{text}”",
                f"the kind of quantity {text} is not known",
                place="kind",
                remedy_zh="请从列表中选取，例如：含量（质量分数）、向食品（模拟物）的迁移量、pH值",
                remedy_en="take one of the list, for example content (mass fraction), migration, pH",
            )
        return self.kinds[name]

    def _analyte(self, text: str) -> Analyte:
        """What a name of an indicator limits; a name that is not known stands for itself."""
        if known := self._known(text):
            return known
        body = unicodedata.normalize("NFKC", text).partition(":")[2] or text
        if known := self._known(body):
            return known
        body = re.sub(r"(?:之)?[总合]和\s*$|总量\s*$|合计\s*$|^\s*sum of\b", "", body, flags=re.IGNORECASE)
        for separator in (_PLUS, _LISTED):
            parts = [part for part in separator.split(body) if part.strip()]
            members = [self._known(part) for part in parts]
            if len(parts) > 1 and (separator is _PLUS or all(members)):
                keys = [
                    one.key if one else self._core(part) for one, part in zip(members, parts, strict=True)
                ]
                return Analyte("+".join(sorted(set(keys))), {"zh": text, "en": text}, frozenset(keys))
        return Analyte(self._core(text), {"zh": text, "en": text})

    def _known(self, name: str) -> Analyte | None:
        key = self._analyte_names.get(plain(name)) or self._analyte_names.get(self._core(name))
        return self.analytes[key] if key else None

    def _core(self, name: str) -> str:
        """A name without the words that say how it is measured; never nothing."""
        words = self._strip_words.sub(" ", unicodedata.normalize("NFKC", name).lower())
        found = plain(words) or plain(name)
        while found not in self._analyte_names:
            shorter = self._strip_ends.sub("", found)
            if shorter in (found, ""):
                break
            found = shorter
        return found

    def _method_classes(self, text: str) -> frozenset[str]:
        """The classes of equivalent methods that a text names; a method in no class stands for itself."""
        whole = plain_method(text)
        if whole in self._methods:
            return frozenset({self._methods[whole]})
        parts = [plain_method(part) for part in _METHOD.split(text)]
        return frozenset(self._methods.get(part, f"={part}") for part in parts if part)


def _kind(entry: Mapping[str, Any], units: Units) -> QuantityKind:
    unit = units.read(str(entry["unit"]))
    scale = entry.get("scale")

    def bound(name: str) -> Fraction | None:
        return unit.base(exact(entry[name])) if name in entry else None

    return QuantityKind(
        kind=str(entry["kind"]),
        title=entry["title"],
        unit=unit,
        minimum=bound("minimum"),
        maximum=bound("maximum"),
        by_method=bool(entry.get("by_method")),
        scale=Scale(int(scale["low"]), int(scale["high"]), bool(scale["half_steps"])) if scale else None,
        better=str(entry.get("better", "")),
        made_of=None if unit.dims or unit.scale else unit.made_of,
    )
