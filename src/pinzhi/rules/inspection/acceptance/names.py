"""Numbers and names as people write them: levels, severities, code letters, percentages, full-width digits."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from pinzhi.rules.inspection.errors import InputError

LEVELS = ("S-1", "S-2", "S-3", "S-4", "I", "II", "III")
NORMAL, TIGHTENED, REDUCED = "normal", "tightened", "reduced"
SEVERITIES = (NORMAL, TIGHTENED, REDUCED)
LETTERS = tuple("ABCDEFGHJKLMNPQR")
"""The code letters that a lot size leads to; I and O are left out, S stands in one table only."""

_GENERAL = {"1": "I", "2": "II", "3": "III", "一": "I", "二": "II", "三": "III"}
_SEVERITY = {
    "normal": NORMAL,
    "n": NORMAL,
    "正常": NORMAL,
    "一般": NORMAL,
    "tightened": TIGHTENED,
    "tight": TIGHTENED,
    "t": TIGHTENED,
    "加严": TIGHTENED,
    "reduced": REDUCED,
    "r": REDUCED,
    "放宽": REDUCED,
}
_KINDS = {
    "binomial": "binomial",
    "binom": "binomial",
    "二项": "binomial",
    "poisson": "poisson",
    "pois": "poisson",
    "泊松": "poisson",
    "hypergeom": "hypergeom",
    "hypergeometric": "hypergeom",
    "hyper": "hypergeom",
    "超几何": "hypergeom",
}


def text(value: Any) -> str:
    """NFKC, without blanks around it: Ⅱ becomes II, full-width digits plain ones."""
    return unicodedata.normalize("NFKC", str(value)).strip()


def level(value: Any, field: str = "level") -> str:
    """The inspection level as the standard writes it. Raises `InputError`."""
    said = re.sub(r"[\s_‐-]+", "", text(value).upper())
    said = re.sub(
        r"^(一般|特殊)?(检验|检查)?水平|^(GENERAL|SPECIAL)?(INSPECTION)?LEVEL|^(GENERAL|SPECIAL)", "", said
    )
    said = re.sub(r"(级|水平)$", "", said)
    if re.fullmatch(r"S[1-4]", said):
        return f"S-{said[1]}"
    found = _GENERAL.get(said, said)
    if found in LEVELS:
        return found
    raise InputError(
        field,
        f"没有检验水平“{value}”；可用：一般水平 I、II、III，特殊水平 S-1 至 S-4。",
        f"There is no inspection level '{value}'; use I, II, III or S-1 to S-4.",
    )


def severity(value: Any, field: str = "severity") -> str:
    """normal, tightened or reduced. Raises `InputError`."""
    said = re.sub(r"(检验|检查|inspection)$", "", text(value).lower()).strip()
    if said in _SEVERITY:
        return _SEVERITY[said]
    raise InputError(
        field,
        f"没有严格程度“{value}”；可用：正常 normal、加严 tightened、放宽 reduced。",
        f"There is no severity '{value}'; use normal, tightened or reduced.",
    )


def letter(value: Any, field: str = "code_letter") -> str:
    """One of the sixteen code letters. Raises `InputError`."""
    said = text(value).upper()
    if said in LETTERS:
        return said
    raise InputError(
        field,
        f"没有样本量字码“{value}”；可用：{'、'.join(LETTERS)}。",
        f"There is no code letter '{value}'; use one of {', '.join(LETTERS)}.",
    )


def kind(value: Any, field: str = "type") -> str:
    """binomial, poisson or hypergeom. Raises `InputError`."""
    said = re.sub(r"(分布)$", "", text(value).lower())
    if said in _KINDS:
        return _KINDS[said]
    raise InputError(
        field,
        f"没有分布“{value}”；可用：binomial 二项、poisson 泊松、hypergeom 超几何。",
        f"There is no distribution '{value}'; use binomial, poisson or hypergeom.",
    )


def whole(value: Any, field: str, at_least: int = 0, at_most: int = 10**12) -> int:
    """A whole number (500, 500.0, "500", "1,200"). Raises `InputError`."""
    found = number(value, field)
    if found != found.to_integral_value() or not at_least <= found <= at_most:
        raise InputError(
            field,
            f"“{value}”不是 {at_least} 到 {at_most} 之间的整数。",
            f"'{value}' is not a whole number from {at_least} to {at_most}.",
        )
    return int(found)


def number(value: Any, field: str) -> Decimal:
    """A finite number, also as text, with thousands separators or in per cent. Raises `InputError`."""
    if value is not None and not isinstance(value, bool | list | tuple | dict):
        said = text(repr(value) if isinstance(value, float) else value).replace(" ", "")
        # A comma parts thousands only: 0,5 is not 5, and nobody should have to guess.
        if re.match(r"[+-]?\d{1,3}(,\d{3})+(?!\d)", said):
            said = said.replace(",", "")
        percent = said.endswith("%")
        try:
            found = Decimal(said.removesuffix("%"))
        except InvalidOperation:
            found = Decimal("NaN")
        if found.is_finite() and abs(found.adjusted()) <= 400:
            return found / 100 if percent else found
    raise InputError(field, f"“{value}”不是数。", f"'{value}' is not a number.")


def share(value: Any, field: str, at_most: int | None = 1) -> Decimal:
    """A quality level from 0 to `at_most` (None: no upper bound, nonconformities per item). Raises `InputError`."""
    found = number(value, field)
    if found < 0 or (at_most is not None and found > at_most):
        top_zh, top_en = (
            ("", "0 or more") if at_most is None else (f"、不大于 {at_most}", f"from 0 to {at_most}")
        )
        raise InputError(
            field,
            f"“{value}”应当不小于 0{top_zh}（5% 写作 0.05）。",
            f"'{value}' should be {top_en} (5 % is 0.05).",
        )
    return found


def risk(value: Any, field: str) -> Decimal:
    """A risk strictly between 0 and 1. Raises `InputError`."""
    found = number(value, field)
    if not 0 < found < 1:
        raise InputError(
            field,
            f"风险“{value}”应当大于 0、小于 1。",
            f"A risk lies between 0 and 1, not '{value}'.",
        )
    return found
