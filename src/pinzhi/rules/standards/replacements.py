"""What a cell says of replacement: which editions, wholly or partly."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pinzhi.rules.standards.identifiers import (
    IdentifierError,
    parse_leading,
)


@dataclass(frozen=True, slots=True)
class Replacement:
    """One edition named in a replacement: as written, its key where it can be read, and whether wholly or partly."""

    written: str
    key: str | None
    wholly: bool = True


#: Where a cell with several numbers is cut; what stands before a number; how a partial replacement is marked.
CELL = re.compile(
    r"\s*[;；\n]\s*(?=[A-Za-z\uff21-\uff3a代替全部]{1,8}\s*[/／: \d\uff10-\uff19(])"
    r"|\s*(?:[、,，]|以及|及|和|与|(?<=[0-9)）])\s)\s*(?=[A-Z]{1,6}(?:\s?/\s?[A-Z]{1,6})?\s?[0-9]{1,6}(?:\.[0-9]+)*\s?[-—–:])"
    r"|(?<=[0-9)）])\s+(?=(?:部分|全部|完全)?(?:代替|替代))"
)
LEAD = re.compile(r"^(?:部分|全部|完全)?\s*(?:代替|替代|被)\s*[:：]?\s*")
PARTLY = re.compile(
    r"部分(?:代替|替代|废止)|非完全代替|非全部代替|(?:^|[\s(（])部分\s*[)）]?\s*$|partial|partly|in part",
    re.IGNORECASE,
)


NOTHING = frozenset({"无", "-", "--", "—", "——", "/", "\\", "N/A", "n/a", "NA", "none", "None", "不适用"})
"""What people write into a cell that has nothing to say."""


def says_partly(text: str) -> bool:
    """Whether what stands beside a number marks a partial replacement; 第3部分 in a title does not."""
    return PARTLY.search(text) is not None


def read_replacements(cell: str, *, wholly: bool = True) -> tuple[Replacement, ...]:
    """A cell like `GB/T 11042-1989 纺织品… (全部代替); GB/T 1-2000 … (部分代替)`; `wholly` holds where it says nothing.

    What cannot be read as an identifier stays, with key None.
    """
    found = []
    for piece in CELL.split(cell):
        piece = piece.strip(" ;；\t\n")
        if not piece or piece in NOTHING:
            continue
        partly = says_partly(piece)
        if not partly and re.search(r"全部|完全|wholly|complete", piece, re.IGNORECASE):
            whole = True
        else:
            whole = wholly and not partly
        try:
            number = LEAD.sub("", piece)
            one, rest = parse_leading(number)
            written = number[: len(number) - len(rest)].strip() if rest else number
            found.append(Replacement(written, one.key, whole))
        except IdentifierError:
            found.append(Replacement(piece, None, whole))
    return tuple(found)
