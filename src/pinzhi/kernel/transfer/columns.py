"""A column as both sides understand it, and how the headers of a file are matched to columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

# Formats whose values are codes: never numbers, whatever a spreadsheet made of them.
CODES = frozenset(
    {"uscc", "gtin", "phone", "id-number", "region", "agency", "trade", "standard", "code", "bank"}
)
NUMERIC = frozenset({"integer", "number", "money", "year"})
_MARKS = re.compile(r"[*:]+$|[((](?:必填|选填|required|optional)[))]")
_BRACKETS = re.compile(r"[((\[【].*?[))\]】]$")


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `type` and `format` are those of register definitions (Frictionless, plus money, text and file)."""

    name: str
    zh: str
    en: str
    type: str = "string"
    format: str = "default"
    required: bool = False
    options: tuple[Option, ...] = ()
    many: bool = False
    unit: str = ""
    aliases: tuple[str, ...] = ()
    help_zh: str = ""
    help_en: str = ""
    example: str = ""
    max_length: int | None = None
    minimum: str | None = None
    maximum: str | None = None
    pattern: str | None = None
    columns: tuple[Column, ...] = ()
    """Of a `table`: what its rows hold. In CSV and XLSX a table is JSON text in one cell."""

    @property
    def is_code(self) -> bool:
        return self.format in CODES

    def title(self, lang: str) -> str:
        """Name, Chinese or English title: `lang` is "name", "zh" or "en"."""
        return {"name": self.name, "en": self.en}.get(lang, self.zh)

    def option_title(self, value: object, lang: str) -> object:
        """The title of an enumerated value; the value itself where it is none or names are wanted."""
        if lang == "name":
            return value
        return next(((o.en if lang == "en" else o.zh) for o in self.options if o.value == value), value)


def folded(header: object) -> str:
    """A header without what varies: width, case, blanks, marks of what must be filled in."""
    text = unicodedata.normalize("NFKC", str(header or ""))
    text = "".join(text.split()).casefold()
    return _MARKS.sub("", text)


@dataclass(frozen=True)
class Matching:
    """Which column stands at which position; headers that fit none, columns that occur twice."""

    positions: dict[str, int]
    unknown: tuple[str, ...]
    twice: tuple[str, ...]

    @property
    def hits(self) -> int:
        return len(self.positions)


def match(headers: Sequence[object], columns: Sequence[Column]) -> Matching:
    """Match headers to columns by name, Chinese or English title or alias; units in brackets do not matter."""
    exact: dict[str, str] = {}
    for column in columns:
        for title in (column.name, column.zh, column.en, *column.aliases):
            exact.setdefault(folded(title), column.name)
    loose = {_BRACKETS.sub("", title): name for title, name in exact.items()}
    positions: dict[str, int] = {}
    unknown: list[str] = []
    twice: list[str] = []
    for at, header in enumerate(headers):
        title = folded(header)
        if not title:
            continue
        bare = _BRACKETS.sub("", title)
        name = exact.get(title) or exact.get(bare) or loose.get(title) or loose.get(bare)
        if name is None:
            unknown.append(str(header).strip())
        elif name in positions:
            twice.append(str(header).strip())
        else:
            positions[name] = at
    return Matching(positions, tuple(unknown), tuple(twice))


def find_headers(rows: Sequence[Sequence[object]], columns: Sequence[Column]) -> tuple[int, Matching] | None:
    """Index of the header row among the first rows of a file, and what it matches.

    Forms bear a title above the headers, and headers of two rows with merged cells: a cell that is empty because
    the one above spans it takes that one's text. None where no row looks like headers.
    """
    best: tuple[int, int, Matching] | None = None
    above: Sequence[object] = ()
    for index, row in enumerate(rows):
        filled = [cell if _text(cell) else _at(above, i) for i, cell in enumerate(row)]
        for headers in (row, filled):
            found = match(headers, columns)
            if found.hits and (best is None or found.hits > best[0]):
                best = (found.hits, index, found)
        above = row
    if best is None:
        return None
    return best[1], best[2]


def _text(cell: object) -> str:
    return str(cell).strip() if cell is not None else ""


def _at(row: Sequence[object], index: int) -> object:
    return row[index] if index < len(row) else None
