"""Citizen identification numbers after GB 11643-1999. Personal data: show them masked, never log them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pinzhi.rules.identifiers.errors import IdentifierError
from pinzhi.rules.identifiers.text import normalised

_WEIGHTS = tuple(pow(2, 17 - i, 11) for i in range(17))
_CHECK = "10X98765432"


@dataclass(frozen=True, slots=True)
class IdNumber:
    text: str

    @property
    def region(self) -> str:
        return self.text[:6]

    @property
    def born_on(self) -> date:
        return date(int(self.text[6:10]), int(self.text[10:12]), int(self.text[12:14]))

    def __repr__(self) -> str:  # so that a traceback or a log line shows no number
        return f"IdNumber({mask(self.text)!r})"


def check_character(body: str) -> str:
    """The eighteenth character for seventeen digits (ISO 7064 MOD 11-2)."""
    return _CHECK[sum(int(d) * w for d, w in zip(body, _WEIGHTS, strict=True)) % 11]


def parse(text: str) -> IdNumber:
    """Read an 18-character number. The messages name positions only: they never repeat the number."""
    code = normalised(text)
    if len(code) != 18:
        raise IdentifierError(
            "length",
            zh=f"公民身份号码应为18位，实为{len(code)}位",
            en=f"A citizen identification number has 18 characters, this has {len(code)}",
        )
    for position, character in enumerate(code, start=1):
        if character not in "0123456789" and not (position == 18 and character == "X"):
            raise IdentifierError(
                "character",
                zh=f"公民身份号码第{position}位应为数字" + ("或X" if position == 18 else ""),
                en=f"Character {position} should be a digit" + (" or X" if position == 18 else ""),
                position=position,
            )
    try:
        date(int(code[6:10]), int(code[10:12]), int(code[12:14]))
    except ValueError:
        raise IdentifierError(
            "birth_date",
            zh="公民身份号码第7至14位不是有效的出生日期",
            en="Characters 7 to 14 are no valid date of birth",
            position=7,
        ) from None
    if code[17] != check_character(code[:17]):
        raise IdentifierError(
            "check",
            zh="公民身份号码校验码（第18位）不符，请核对",
            en="The check character (18th) does not agree: compare the number",
            position=18,
        )
    return IdNumber(code)


def is_valid(text: str) -> bool:
    try:
        parse(text)
    except IdentifierError:
        return False
    return True


def mask(text: str) -> str:
    """The first three and last two characters, asterisks between; anything short is hidden whole."""
    code = normalised(text)
    if len(code) < 15:
        return "*" * len(code)
    return code[:3] + "*" * (len(code) - 5) + code[-2:]
