"""Global trade item numbers (GS1 General Specifications; GB 12904 for the 13-digit bar code of goods).

GTIN-8, -12, -13 and -14, their common 14-digit key, and the number inside a GS1 Digital Link address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pinzhi.rules.identifiers.errors import IdentifierError
from pinzhi.rules.identifiers.text import normalised

_LENGTHS = (8, 12, 13, 14)
# Application identifier 01 or its convenience alias in the path of a GS1 Digital Link address.
_DIGITAL_LINK = re.compile(
    r"^https?://[^/?#\s]+(?:/[^?#\s]*?)?/(?:01|gtin)/(\d{8}|\d{12,14})(?=[/?#]|$)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Gtin:
    """A checked number; `text` as given (8, 12, 13 or 14 digits)."""

    text: str

    @property
    def key(self) -> str:
        """Fourteen digits, zeros in front: the same item has the same key however it was written."""
        return self.text.zfill(14)

    @property
    def prefix(self) -> str:
        """The three digits of the GS1 organisation that gave the number (of a GTIN-8 its own first three)."""
        return self.text[:3] if len(self.text) == 8 else self.key[1:4]

    @property
    def is_chinese(self) -> bool:
        """Whether GS1 China gave the number (690 to 699). It says nothing about where the goods were made."""
        return "690" <= self.prefix <= "699"

    @property
    def indicator(self) -> int:
        """Packaging level of a GTIN-14: 0 the item itself, 1 to 8 groupings, 9 variable measure."""
        return int(self.key[0])

    @property
    def is_internal(self) -> bool:
        """Numbers for use inside a company or region (02, 04, 2): they identify nothing elsewhere."""
        if len(self.text) == 8:
            return self.text[0] in "02"
        return self.prefix[0] == "2" or self.prefix[:2] in ("02", "04")

    def __str__(self) -> str:
        return self.text


def check_digit(body: str) -> str:
    """The last digit for 7, 11, 12 or 13 given ones: weights 3 and 1 from the right, complement to ten."""
    total = 3 * sum(map(int, body[::-2])) + sum(map(int, body[-2::-2]))
    return str(-total % 10)


def parse(text: str) -> Gtin:
    """Read a number or a GS1 Digital Link address; raise `IdentifierError`."""
    link = _DIGITAL_LINK.match(text.strip())
    code = normalised(link.group(1) if link else text)
    for separator in "-‐‑–":
        code = code.replace(separator, "")
    if not (code.isascii() and code.isdigit()) or len(code) not in _LENGTHS:
        raise IdentifierError(
            "length",
            zh=f"商品条码应为8、12、13或14位数字，实为“{code[:40]}”（{len(code)}位）",
            en=f"A GTIN has 8, 12, 13 or 14 digits; this is “{code[:40]}” ({len(code)} characters)",
            got=code[:40],
        )
    right = check_digit(code[:-1])
    if code[-1] != right:
        raise IdentifierError(
            "check",
            zh=f"商品条码校验码（第{len(code)}位）应为“{right}”，实为“{code[-1]}”",
            en=f"The check digit (digit {len(code)}) should be “{right}”, not “{code[-1]}”",
            position=len(code),
            got=code[-1],
            expected=right,
        )
    return Gtin(code)


def from_digital_link(uri: str) -> Gtin | None:
    """The GTIN in a GS1 Digital Link address, None where there is none; raises on a wrong check digit."""
    return parse(uri) if _DIGITAL_LINK.match(uri.strip()) else None


def is_valid(text: str) -> bool:
    try:
        parse(text)
    except IdentifierError:
        return False
    return True


def make(serial: int, *, prefix: str = "699", length: int = 13) -> Gtin:
    """A valid number for demonstrations and tests."""
    body = prefix + str(serial).zfill(length - 1 - len(prefix))
    if len(body) != length - 1:
        raise ValueError("serial does not fit")
    return Gtin(body + check_digit(body))
