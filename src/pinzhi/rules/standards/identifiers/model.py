"""What an identifier says, as values."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields, make_dataclass
from typing import Any

NATIONAL, INDUSTRY, LOCAL, GROUP, ENTERPRISE = "national", "industry", "local", "group", "enterprise"
INTERNATIONAL, REGIONAL, FOREIGN = "international", "regional", "foreign"
CHINESE_LEVELS = frozenset({NATIONAL, INDUSTRY, LOCAL, GROUP, ENTERPRISE})

MANDATORY, RECOMMENDED, GUIDE, NO_NATURE = "mandatory", "recommended", "guide", "none"

REGULATION, DIRECTIVE, DECISION = "REGULATION", "DIRECTIVE", "DECISION"
"""Types of what is no standard: an act of the European Union, a part of the US federal code."""
_ACTS = frozenset({REGULATION, DIRECTIVE, DECISION})


@dataclass(frozen=True, slots=True)
class Supplement:
    """What amends an edition: kind AMD, COR, ADD, ISH, XG (修改单) …; `joined` by + into a consolidated text, or by /."""

    kind: str
    number: str = ""
    year: int | None = None
    joined: str = "/"
    stage: str = ""

    @property
    def key(self) -> str:
        """Such as `/AMD1:2003`."""
        stage = f"{self.stage} " if self.stage else ""
        year = f":{self.year}" if self.year else ""
        return f"{self.joined}{stage}{self.kind}{self.number}{year}"

    @property
    def series_key(self) -> str:
        """The same without its year."""
        return f"/{self.kind}{self.number}"


@dataclass(frozen=True, slots=True)
class Identifier:
    """A standard's identifier.

    `input` is the text as given. `body` is whose standard it is: GB, QB, DB35, T/CNTAC, Q/ABC, ISO, ISO/IEC, BS EN ISO.
    `type` is the kind of document: T, Z (Chinese), TS, TR, PAS, GUIDE, R … or "". `number`, `parts` ("3", or "2", "30")
    and `year` are those of the edition; `range_end` is the last number of a range, `*` for all parts. `key` is the one string
    for all ways to write this edition, `series_key` the same without the edition. `designation` is the text as the publisher
    writes it. `adopted` is the other number of a dual one; `joint` the numbers that other bodies gave the same document
    (T/CBMF 37-2018/T/CCPA 7-2018); `title` what stood behind it in 《》.
    """

    input: str
    body: str
    level: str
    nature: str
    type: str
    number: str
    parts: tuple[str, ...]
    year: int | None
    key: str
    series_key: str
    designation: str
    supplements: tuple[Supplement, ...] = ()
    stage: str = ""
    languages: tuple[str, ...] = ()
    edition: str = ""
    format: str = ""
    region: str = ""
    range_end: str = ""
    reaffirmed: int | None = None
    degree: str = ""
    adopted: Identifier | None = None
    joint: tuple[Identifier, ...] = ()
    title: str = ""

    @property
    def part(self) -> str | None:
        """The first part, or None."""
        return self.parts[0] if self.parts else None

    @property
    def subpart(self) -> str | None:
        """What stands below the first part, or None."""
        return "-".join(self.parts[1:]) or None

    @property
    def chinese(self) -> bool:
        """Whether it is written in the Chinese manner."""
        return self.level in CHINESE_LEVELS

    @property
    def dated(self) -> bool:
        """Whether it names one edition: by its year, of 3GPP by its version."""
        return self.year is not None or (self.body == "3GPP" and self.edition[:1] == "V")

    @property
    def regulation(self) -> bool:
        """Whether it is no standard but a rule of law of another market (16 CFR 1303, Directive 2009/48/EC)."""
        return self.type in _ACTS

    @property
    def base_key(self) -> str:
        """The key of the edition without its amendments."""
        cut = sum(len(one.key) for one in self.supplements)
        return self.key[: len(self.key) - cut] if cut else self.key

    @property
    def sort_key(self) -> tuple[Any, ...]:
        """For lists: body, then number and parts as numbers, then year, then amendments."""
        return (
            self.body,
            tuple(_natural(self.number)),
            tuple(tuple(_natural(part)) for part in self.parts),
            self.type,
            self.year or 0,
            tuple((one.kind, *_natural(one.number), one.year or 0) for one in self.supplements),
            self.key,
        )

    def __lt__(self, other: Identifier) -> bool:
        return self.sort_key < other.sort_key

    def __str__(self) -> str:
        return self.designation

    def render(self, style: str = "zh") -> str:
        """The text: `zh` as Chinese documents print it (em-dash before the year), `international` with hyphens."""
        if style == "zh":
            text = _zh(self.designation) if self.chinese and self.year else self.designation
        elif style == "international":
            text = self.designation
        else:
            raise ValueError(f"style is zh or international, not {style!r}")
        if self.adopted is not None and self.chinese:
            other = self.adopted.render(style)
            text = f"{text} {self.degree} {other}" if self.degree else f"{text}/{other}"
        for one in self.joint:
            text = f"{text}/{one.render(style)}"
        return text

    def as_dict(self) -> dict[str, Any]:
        """For JSON: the fields that are filled."""
        filled = {
            "input": self.input,
            "ok": True,
            "normalised": self.render("international"),
            "display": self.render("zh"),
            "key": self.key,
            "series_key": self.series_key,
            "body": self.body,
            "level": self.level,
            "nature": self.nature,
            "type": self.type or None,
            "number": self.number,
            "part": self.part,
            "subpart": self.subpart,
            "year": self.year,
        }
        if self.supplements:
            filled["supplements"] = [
                {"kind": one.kind, "number": one.number or None, "year": one.year} for one in self.supplements
            ]
        for name in ("stage", "edition", "format", "region", "range_end", "reaffirmed", "degree"):
            if value := getattr(self, name):
                filled[name] = value
        if self.languages:
            filled["languages"] = list(self.languages)
        if self.adopted is not None:
            filled["adopted"] = {"normalised": self.adopted.render("international"), "key": self.adopted.key}
        if self.joint:
            filled["joint"] = [
                {"normalised": one.render("international"), "key": one.key} for one in self.joint
            ]
        if self.title:
            filled["title"] = self.title
        if self.regulation:
            filled["regulation"] = True
        return filled


# A frozen dataclass sets its fields one by one through object.__setattr__, which takes longer than reading the identifier. So
# the readers fill a twin with the same slots that is not frozen, and hand it out as an Identifier.
_Twin: Any = make_dataclass(
    "_Twin",
    [
        (one.name, object, field() if one.default is MISSING else field(default=one.default))
        for one in fields(Identifier)
    ],
    slots=True,
    eq=False,
)


def build(*values: Any, **named: Any) -> Identifier:
    """An Identifier from the values of its fields, in their order or by name."""
    one = _Twin(*values, **named)
    one.__class__ = Identifier
    made: Identifier = one
    return made


def _zh(designation: str) -> str:
    """The em-dash before each year (and nowhere else)."""
    out = []
    for piece in designation.split("/"):
        head, dash, tail = piece.rpartition("-")
        if dash and len(tail) >= 2 and tail[:2].isdigit() and (tail[:4].isdigit() or not tail[2:3].isdigit()):
            piece = f"{head}—{tail}"
        out.append(piece)
    return "/".join(out)


def _natural(text: str) -> list[tuple[int, int, str]]:
    """Digits as numbers, letters as letters, so that 2 stands before 10 and both before A."""
    out: list[tuple[int, int, str]] = []
    run = ""
    for character in text:
        if run and ("0" <= run[-1] <= "9") != ("0" <= character <= "9"):
            out.append(_run(run))
            run = ""
        run += character
    if run:
        out.append(_run(run))
    return out


def _run(run: str) -> tuple[int, int, str]:
    return (0, int(run), "") if "0" <= run[-1] <= "9" else (1, 0, run)
