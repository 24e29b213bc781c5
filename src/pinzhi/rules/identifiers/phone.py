"""Telephone numbers: a plausible form, a key for comparing, a mask for showing."""

from __future__ import annotations

import re

from pinzhi.rules.identifiers.errors import IdentifierError
from pinzhi.rules.identifiers.text import normalised

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0\d{2,3}[1-9]\d{6,7}")
_SERVICE = re.compile(r"(?:400|800)\d{7}|1[02]\d{3}|96\d{3,4}")
_NOISE = re.compile(r"[-‐‑–—()()./]")
_EXTENSION = re.compile(r"(?:转|EXT\.?|[#*X])(\d{1,6})$")


def parse(text: str) -> str:
    """The number as digits (an extension after `-`): mobile, landline with area code, or service number."""
    plain = normalised(text)
    extension = _EXTENSION.search(plain)
    if extension:
        plain = plain[: extension.start()]
    digits = re.sub(r"^(?:\+?86|0086)(?=1[3-9]\d{9}$|0?\d{9,12}$)", "", _NOISE.sub("", plain))
    # After the country code the area code loses its zero.
    if plain.startswith(("+86", "0086")) and not _MOBILE.fullmatch(digits) and not digits.startswith("0"):
        digits = "0" + digits
    if digits.isascii() and any(p.fullmatch(digits) for p in (_MOBILE, _LANDLINE, _SERVICE)):
        return f"{digits}-{extension.group(1)}" if extension else digits
    raise IdentifierError(
        "phone",
        zh="不是有效的电话号码：应为11位手机号，或带区号的固定电话（如 0591-87654321）",
        en="Not a telephone number: a mobile has 11 digits, a landline its area code (0591-87654321)",
    )


def is_valid(text: str) -> bool:
    try:
        parse(text)
    except IdentifierError:
        return False
    return True


def mask(text: str) -> str:
    """First three and last four digits of a number of eight or more, else nothing but asterisks."""
    digits = "".join(c for c in normalised(text) if c.isascii() and c.isdigit())
    if len(digits) < 8:
        return "*" * len(digits)
    return digits[:3] + "*" * (len(digits) - 7) + digits[-4:]
