"""Fifteen-digit registration numbers of industry and commerce, given until 2015 (GS 15-2006).

Six digits of the registering authority, eight in sequence, one check digit: ISO 7064 MOD 11,10.
"""

from __future__ import annotations

from dataclasses import dataclass

from pinzhi.rules.identifiers.errors import IdentifierError
from pinzhi.rules.identifiers.text import normalised


@dataclass(frozen=True, slots=True)
class RegistrationNumber:
    text: str

    @property
    def region(self) -> str:
        return self.text[:6]


def check_digit(body: str) -> str:
    """The fifteenth digit for fourteen given ones (hybrid system MOD 11,10 of ISO 7064)."""
    product = 10
    for digit in body:
        product = (product + int(digit)) % 10 or 10
        product = product * 2 % 11
    return str((11 - product) % 10)


def parse(text: str) -> RegistrationNumber:
    code = normalised(text)
    if len(code) != 15 or not (code.isascii() and code.isdigit()):
        raise IdentifierError(
            "length",
            zh="工商注册号应为15位数字",
            en="A registration number of industry and commerce has 15 digits",
            got=code[:40],
        )
    right = check_digit(code[:14])
    if code[14] != right:
        raise IdentifierError(
            "check",
            zh=f"工商注册号校验码（第15位）应为“{right}”，实为“{code[14]}”",
            en=f"The check digit (15th) should be “{right}”, not “{code[14]}”",
            position=15,
            got=code[14],
            expected=right,
        )
    return RegistrationNumber(code)
