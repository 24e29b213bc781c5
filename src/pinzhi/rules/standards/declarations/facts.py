"""What the check of a declaration is given, and what it finds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from pinzhi.rules.law import LawAsOf, LawValue, NoSuchLawError
from pinzhi.rules.standards.limits.model import Limit
from pinzhi.rules.standards.limits.vocabulary import Vocabulary

Level = Literal["refuse", "flag", "warn", "note"]
State = Literal[
    "in_force", "withdrawn", "not_yet", "draft", "unknown_year", "unknown_number", "own", "unreadable"
]
Relation = Literal["stricter", "equal", "laxer", "incomparable"]

#: Order of weight: what is refused first.
LEVELS: tuple[Level, ...] = ("refuse", "flag", "warn", "note")
#: Finding codes that are shown to the public beside the declaration, as the register's field `flags` names them.
FLAGS = (
    "below_mandatory",
    "standard_lapsed",
    "indicators_missing",
    "methods_missing",
    "methods_not_cited",
    "fewer_than_recommended",
    "lower_than_recommended",
)


class Indicator(NamedTuple):
    """One declared indicator as it was typed; the row in the declaration's table is its place."""

    name: str
    value: str
    unit: str = ""
    method: str = ""


@dataclass(frozen=True, slots=True)
class Declared:
    """What a declaration says, as it was typed."""

    standard: str
    title: str = ""
    product_class: str = ""
    indicators: Sequence[Indicator] = ()


@dataclass(frozen=True, slots=True)
class Cited:
    """A standard as it stands on the day: the declared one, or one cited as a test method.

    `number` as publishers print it; `successors` what replaced it; `known` the editions known under the number.
    `wrong` and `right` (zh, en) say what cannot be read in an unreadable one.
    """

    raw: str
    state: State
    number: str = ""
    title: str = ""
    level: str = ""
    dated: bool = True
    effective_on: dt.date | None = None
    withdrawn_on: dt.date | None = None
    successors: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    wrong: tuple[str, str] = ("", "")
    right: tuple[str, str] = ("", "")

    @property
    def own(self) -> bool:
        """Whether it is the firm's own standard, whose contents nobody knows but by the declaration."""
        return self.level == "enterprise"


@dataclass(frozen=True, slots=True)
class Bound:
    """A confirmed limit that the declared product is under. `nature`: mandatory, or recommended."""

    number: str
    clause: str
    nature: Literal["mandatory", "recommended"]
    analyte: str
    """The key of what is limited, as the vocabulary gives it."""
    title: str
    """The indicator as its standard names it."""
    text: str
    """The limit as its standard writes it, with its unit."""
    limit: Limit
    key: str = ""


class Compared(NamedTuple):
    """The verdict on a declared indicator against one bound; `reason` (zh, en) where the two cannot be compared."""

    row: int
    bound: Bound
    relation: Relation
    reason: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the check is given besides the declaration: the standards named in it, the limits its product is under."""

    on: dt.date
    standard: Cited
    vocabulary: Vocabulary
    bounds: Sequence[Bound] = ()
    methods: Mapping[str, Sequence[Cited]] = field(default_factory=dict)
    """What each text of a method column cites; a text that cites nothing is missing or empty."""
    memo: dict[Any, Any] = field(default_factory=dict)
    """What was read and compared before, shared by the declarations of a set that have the same vocabulary."""
    understood: bool = True
    """Whether the words for the product are in the vocabulary of scopes: of unknown ones nobody knows which limits hold."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `place` is a field of the declaration; in the table of indicators `row` counts from 1."""

    code: str
    level: Level
    place: str
    zh: str
    en: str
    right_zh: str = ""
    right_en: str = ""
    row: int | None = None
    column: str = ""
    law: LawValue | None = None

    @property
    def article(self) -> str:
        """The clause that it rests on, empty where none does."""
        return self.law.source if self.law else ""

    @property
    def provisional(self) -> bool:
        return self.law is not None and self.law.provisional


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check says of one declaration."""

    findings: Sequence[Finding]
    compared: Sequence[Compared]

    @property
    def refused(self) -> bool:
        return any(finding.level == "refuse" for finding in self.findings)

    @property
    def flags(self) -> list[str]:
        """Codes of what the public sees beside the declaration, each once, in a fixed order."""
        found = {finding.code for finding in self.findings if finding.level == "flag"}
        return [code for code in FLAGS if code in found]


class Work:
    """One check under way: the findings so far."""

    def __init__(self, declared: Declared, facts: Facts, law: LawAsOf) -> None:
        self.declared, self.facts, self.law = declared, facts, law
        self.findings: list[Finding] = []
        self.compared: list[Compared] = []

    def say(
        self,
        key: str,
        code: str,
        place: str,
        zh: str,
        en: str,
        right_zh: str = "",
        right_en: str = "",
        *,
        row: int | None = None,
        column: str = "",
        at_most: Level | None = None,
    ) -> None:
        """A finding under a parameter of the law; nothing where it was not in force yet. `at_most` makes it milder."""
        try:
            law = self.law.get(key)
        except NoSuchLawError:
            return
        level: Level = law.value
        if at_most is not None and LEVELS.index(level) < LEVELS.index(at_most):
            level = at_most
        self.findings.append(Finding(code, level, place, zh, en, right_zh, right_en, row, column, law))
