"""Organisation codes after GB 11714-1997: eight characters and a check character.

In use by themselves until 2015, and since then as characters 9 to 17 of every unified social credit code.
"""

from __future__ import annotations

from dataclasses import dataclass

from pinzhi.rules.identifiers.errors import IdentifierError
from pinzhi.rules.identifiers.text import normalised, shown

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VALUE = {c: i for i, c in enumerate(_ALPHABET)}
_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class OrganisationCode:
    """A checked organisation code; `text` is the nine characters without the hyphen."""

    text: str

    @property
    def display(self) -> str:
        return f"{self.text[:8]}-{self.text[8]}"


def check_character(body: str) -> str:
    """The ninth character for eight given ones: 11 minus the weighted sum modulo 11, where 10 is X."""
    rest = (11 - sum(_VALUE[c] * w for c, w in zip(body, _WEIGHTS, strict=True)) % 11) % 11
    return "X" if rest == 10 else str(rest)


def parse(text: str) -> OrganisationCode:
    """Read a legacy organisation code, with or without the hyphen before the check character."""
    code = normalised(text)
    if len(code) == 10 and code[8] in "-‐‑–—−":
        code = code[:8] + code[9]
    if len(code) != 9:
        raise IdentifierError(
            "length",
            zh=f"组织机构代码应为9位（8位本体代码加1位校验码），实为{len(code)}位",
            en=f"An organisation code has 9 characters (8 and a check character), this has {len(code)}",
            got=code,
        )
    for position, character in enumerate(code, start=1):
        if character not in _VALUE:
            raise IdentifierError(
                "character",
                zh=f"第{position}位“{shown(character)}”不是数字或大写字母",
                en=f"Character {position}, “{shown(character)}”, is not a digit or a capital letter",
                position=position,
                got=character,
            )
    right = check_character(code[:8])
    if code[8] != right:
        raise IdentifierError(
            "check",
            zh=f"组织机构代码校验码（第9位）应为“{right}”，实为“{code[8]}”",
            en=f"The check character (9th) should be “{right}”, not “{code[8]}”",
            position=9,
            got=code[8],
            expected=right,
        )
    return OrganisationCode(code)


def is_valid(text: str) -> bool:
    try:
        parse(text)
    except IdentifierError:
        return False
    return True
