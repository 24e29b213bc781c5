"""Numbers of standards as this app keeps them: read by the identifier rules, refused with what was expected where."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pinzhi.kernel.registers.values import Wrong
from pinzhi.rules.standards.identifiers import Identifier, IdentifierError, parse, parse_leading
from pinzhi.rules.standards.replacements import CELL, LEAD, NOTHING, says_partly
from pinzhi.rules.standards.second_numbers import SecondNumber, second_numbers

#: Whose documents need not bear a standard's number: a directive, a section of a code of regulations.
LAWS_OF = frozenset({"regional", "foreign"})
_DASHES = re.compile(r"\s*[‐‑‒–—―−﹣－ー─]+\s*")
_HARD, _SOFT = re.compile(r"[;；\n]+"), re.compile(r"[,，、]+")
_LONGEST = 160


@dataclass(frozen=True)
class Number:
    """A number in its kept forms. `number` as Chinese documents print it; `key` empty where it names no standard."""

    number: str
    key: str
    series_key: str
    body: str
    level: str
    nature: str
    dated: bool
    identifier: Identifier | None = None


@lru_cache(maxsize=65536)
def read_number(text: str) -> Number:
    """A standard's number; raises Wrong naming the character."""
    try:
        found = parse(text)
    except IdentifierError as error:
        raise Wrong(
            error.zh.rstrip("。"),
            error.en.rstrip("."),
            "写成 GB 31701-2015、FZ/T 73025-2019、ISO 8124-1:2018 的样式",
            "such as GB 31701-2015, FZ/T 73025-2019, ISO 8124-1:2018",
        ) from None
    return _kept(found)


def leading_number(text: str) -> Number | None:
    """The number that a text begins with (GB 31701-2015（B类）); None where it begins with none."""
    try:
        return _kept(parse_leading(text)[0])
    except IdentifierError:
        return None


def _kept(found: Identifier) -> Number:
    return Number(
        number=found.render("zh")[:_LONGEST],
        key=found.key,
        series_key=found.series_key,
        body=found.body[:40],
        level=found.level,
        nature=found.nature,
        # A rule of law is amended, not issued anew: its number names it whole (16 CFR 1303).
        dated=found.dated or bool(found.stage) or found.regulation,
        identifier=found,
    )


# Most numbers have no second one, and need not be read again to say so.
_TWO = re.compile(r"[|]|[0-9)]\s?/|IDT|EN (?:ISO|IEC)|ISO/|IEC/")


def other_numbers(number: str) -> tuple[SecondNumber, ...]:
    """The numbers besides its own by which an edition is cited; `number` as it is kept."""
    if _TWO.search(number) is None:
        return ()
    try:
        found = read_number(number).identifier
    except Wrong:
        return ()
    return second_numbers(found) if found is not None else ()


def read_law(text: str, level: str) -> Number:
    """A rule of another market that bears no standard's number (16 CFR 1303, Directive 2009/48/EC)."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split())[:_LONGEST]
    key = plain.upper()
    return Number(plain, key, key, "", level, "mandatory", True)


@dataclass(frozen=True)
class Named:
    """A number out of a list, with what stands beside it."""

    number: Number
    rest: str

    @property
    def part(self) -> str:
        return "partly" if says_partly(self.rest) else "wholly"


def read_list(text: str) -> Iterator[Named]:
    """Numbers of a list such as `GB/T 1-2000 name (全部代替)；GB/T 2-2001（部分代替）`; raises Wrong for the first that is none."""
    if text.strip() in NOTHING:
        return
    for piece in (one for part in pieces(text) for one in CELL.split(part) if one.strip()):
        lead = LEAD.match(piece)
        number = piece[lead.end() :] if lead is not None else piece
        try:
            found, rest = parse_leading(number)
        except IdentifierError as error:
            raise Wrong(
                f"“{piece[:40]}”{error.zh.rstrip('。')}",
                f"{piece[:40]}: {error.en.rstrip('.')}",
                "多个标准号用分号分开，部分代替的在后面注明（部分代替）",
                "part several numbers by semicolons; mark partial replacement by (partly)",
            ) from None
        yield Named(_kept(found), f"{lead[0]} {rest}" if lead is not None else rest)


def pieces(text: str) -> list[str]:
    """The parts of a list of numbers. A semicolon always parts; a comma does where a number begins after it, not in a title."""
    found: list[str] = []
    for part in _HARD.split(text):
        first = True
        for piece in (one.strip() for one in _SOFT.split(part)):
            if not piece:
                continue
            if first or _begins_number(piece):
                found.append(piece)
            else:
                found[-1] = f"{found[-1]}、{piece}"
            first = False
    return found


_CODE = re.compile(r"\s*[A-Za-zＡ-Ｚａ-ｚ]{1,10}")


def _begins_number(piece: str) -> bool:
    if not _CODE.match(piece):
        return False
    try:
        parse_leading(piece)
    except IdentifierError:
        return any(ch.isdigit() for ch in piece.split()[0]) or bool(re.match(r"\s*[A-Za-z/]+\s*\d", piece))
    return True


def typed(text: str) -> str:
    """What is typed into a search: dash variants as the plain hyphen, no blanks around it."""
    plain = unicodedata.normalize("NFKC", _DASHES.sub("-", text))
    return re.sub(r"(?<=[0-9A-Za-z])\s*-\s*(?=[0-9])", "-", plain)


def writings(number: Number) -> tuple[str, ...]:
    """How people write the number: with hyphen, without blanks, without the slash; folded by the search itself."""
    plain = typed(number.number)
    close = plain.replace(" ", "")
    forms = [plain, close, close.replace("/", ""), number.key]
    return tuple(dict.fromkeys(forms))


_DIGITS = re.compile(r"\d+")


def sort_key(key: str) -> str:
    """Keys so that GB 2 stands before GB 10 and a number without T before the one with it."""
    return _DIGITS.sub(lambda run: run[0].zfill(8), key)[:220]
