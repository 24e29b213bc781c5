"""Units with exact factors: a small grammar over a table that the catalogue gives (catalogue/standards/units.yaml).

`mg/100g`, `µg/cm²/week`, `dm3/(m2*s)`, `毫克/千克` are read into a factor and dimensions. All arithmetic is done in
fractions, so a conversion there and back gives the same number. The dimensions do not tell quantities apart (a content
and a migration are both mass by mass): that is the business of the quantity kind.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from pinzhi.rules.standards.limits.errors import LimitError

_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:\^\d+)?")
_EXPONENT = re.compile(r"(?:\^|\*\*)?(-?\d+)\Z")

#: `mg kg-1`: a space before a factor with a negative exponent is a product sign.
_BESIDE = re.compile(r"(?<=[A-Za-z0-9])\s+(?=[A-Za-z]+\^?-[0-9])")

Dims = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: how much one of it is in the coherent unit of its dimensions, and the offset of a scale like ℃.

    `scale` names an own scale (grades, pH) that converts into nothing else.
    """

    symbol: str
    dims: Dims
    factor: Fraction
    offset: Fraction = Fraction(0)
    scale: str = ""
    made_of: frozenset[str] = frozenset()
    """The dimensions that were written, also those that cancel: mg/kg is made of masses, mL/L of lengths, % of nothing."""

    def base(self, value: Fraction) -> Fraction:
        """A value in this unit, expressed in the coherent unit."""
        return value * self.factor + self.offset

    def of_base(self, value: Fraction) -> Fraction:
        """A value in the coherent unit, expressed in this unit."""
        return (value - self.offset) / self.factor

    def alike(self, other: Unit) -> bool:
        """Whether values convert between the two."""
        return self.dims == other.dims and self.scale == other.scale


@dataclass(frozen=True, slots=True)
class _Base:
    symbol: str
    dims: Mapping[str, int]
    factor: Fraction
    offset: Fraction
    prefixes: bool
    affine: bool
    scale: str
    made_of: frozenset[str]


def exact(value: Any) -> Fraction:
    """A number of the table or of a limit as a fraction: whole numbers, decimals, `a/b`; never a float."""
    if isinstance(value, float):
        raise TypeError("a float is not exact; give the digits as text")
    text = str(value)
    over, slash, under = text.partition("/")
    if slash:
        return Fraction(Decimal(over)) / Fraction(Decimal(under))
    return Fraction(Decimal(text))


def plain_unit(text: str) -> str:
    """The text of a unit in one form: half-width, µ as u, no spaces, raised digits lowered, one sign of product."""
    text = text.translate(_SUPERSCRIPT)
    text = unicodedata.normalize("NFKC", text).replace("μ", "u").replace("µ", "u").replace("−", "-")
    text = _BESIDE.sub("*", text)
    text = re.sub(r"[·•∙×⋅]", "*", re.sub(r"\s+", "", text)).replace("每", "/").replace("╱", "/")
    return re.sub(r"(?<=[a-zA-Z])\.(?=[a-zA-Z])", "*", text)


class Units:
    """The table of units, and the reader of what is built from them."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._prefixes = {str(k): exact(v) for k, v in data["prefixes"].items()}
        self._spellings = {plain_unit(str(k)): str(v) for k, v in data.get("spellings", {}).items()}
        self._bases: dict[str, _Base] = {}
        for entry in data["units"]:
            base = _Base(
                symbol=str(entry["symbol"]),
                dims=dict(entry.get("dims") or {}),
                factor=exact(entry.get("factor", 1)),
                offset=exact(entry.get("offset", 0)),
                prefixes=bool(entry.get("prefixes")),
                affine=bool(entry.get("affine")),
                scale=str(entry.get("scale", "")),
                made_of=frozenset(entry.get("made_of", ())),
            )
            for name in (base.symbol, *entry.get("aliases", ())):
                plain = plain_unit(str(name))
                if self._bases.get(plain, base) is not base:
                    raise ValueError(f"units: {name} stands twice")
                self._bases[plain] = base
        self._read = lru_cache(maxsize=4096)(self._read_uncached)

    def read(self, text: str) -> Unit:
        """The unit that a text writes. Raises LimitError `unknown_unit` naming the part that is not known."""
        return self._read(text)

    def knows(self, text: str) -> bool:
        try:
            self._read(text)
        except LimitError:
            return False
        return True

    def _read_uncached(self, text: str) -> Unit:
        plain = plain_unit(text)
        plain = self._spellings.get(plain, plain)
        whole = self._base(plain)
        if whole is not None and (whole[0].scale or whole[0].affine):
            base = whole[0]
            return Unit(base.symbol, _dims(base.dims), base.factor, base.offset, base.scale)
        if whole is not None:  # with brackets of its own: dB(A), %(v/v)
            base, prefix = whole
            return Unit(
                text.strip(),
                _dims(base.dims),
                prefix * base.factor,
                made_of=base.made_of or frozenset(base.dims),
            )
        dims: dict[str, int] = {}
        factor = self._product(plain, text, dims, 1)
        return Unit(text.strip(), _dims(dims), factor, made_of=frozenset(dims))

    def _product(self, plain: str, text: str, dims: dict[str, int], sign: int) -> Fraction:
        """Factors left to right: after a slash everything divides until a product sign; parentheses hold together."""
        factor, side, at = Fraction(1), sign, 0
        if not plain:
            raise _unknown(text, text)
        while at < len(plain):
            if plain[at] == "(":
                end = _closing(plain, at, text)
                factor *= self._product(plain[at + 1 : end], text, dims, side)
                at = end + 1
            else:
                end = at
                while end < len(plain) and plain[end] not in "*/()":
                    end += 1
                factor *= self._factor(plain[at:end], text, dims, side)
                at = end
            if at < len(plain):
                if plain[at] not in "*/" or at + 1 == len(plain):
                    raise _unknown(text, plain[at:])
                # `a/b·c` is written for a/(b·c) as often as not; it is refused rather than guessed.
                if plain[at] == "*" and side == -sign:
                    raise LimitError(
                        "ambiguous_unit",
                        f"单位“{text}”写法有歧义",
                        f"the unit {text} can be read in two ways",
                        place="unit",
                        remedy_zh="请用括号写明分母，例如 mg/(m2·h)",
                        remedy_en="put what divides in parentheses, as in mg/(m2·h)",
                    )
                side = -sign if plain[at] == "/" else sign
                at += 1
        return factor

    def _factor(self, part: str, text: str, dims: dict[str, int], sign: int) -> Fraction:
        number = _NUMBER.match(part)
        value = Fraction(1)
        if number and number.end() <= len(part) and part != "1":
            written, caret, power = number.group().partition("^")
            if not exact(written) or len(power) > 3:
                raise _unknown(
                    text, part
                )  # nothing is divided by 0; no unit holds a number of a thousand digits
            value = exact(written) ** (int(power) if caret else 1)
            part = part[number.end() :]
            if not part:
                return value**sign
        found = self._base(part)
        exponent = 1
        if found is None and (raised := _EXPONENT.search(part)):
            exponent = int(raised.group(1))
            found = self._base(part[: raised.start()])
        if found is None or found[0].scale or found[0].affine or abs(exponent) > 9:
            raise _unknown(text, part or text)
        base, prefix = found
        for name, power_ in base.dims.items():
            dims[name] = dims.get(name, 0) + sign * exponent * power_
        return (value * (prefix * base.factor) ** exponent) ** sign

    def _base(self, part: str) -> tuple[_Base, Fraction] | None:
        base = self._bases.get(part)
        if base is not None:
            return base, Fraction(1)
        inner = self._spellings.get(part)
        if inner is not None and inner != part:
            return self._base(inner)
        for prefix, factor in self._prefixes.items():
            base = self._bases.get(part.removeprefix(prefix)) if part.startswith(prefix) else None
            if base is not None and base.prefixes:
                return base, factor
        return None


def _dims(dims: Mapping[str, int]) -> Dims:
    return tuple(sorted((name, power) for name, power in dims.items() if power))


def _closing(plain: str, at: int, text: str) -> int:
    depth = 0
    for index in range(at, len(plain)):
        depth += {"(": 1, ")": -1}.get(plain[index], 0)
        if depth == 0:
            return index
    raise _unknown(text, plain[at:])


def _unknown(text: str, part: str) -> LimitError:
    return LimitError(
        "unknown_unit",
        f"不认识单位“{text}”" + (f"中的“{part}”" if part != text else ""),
        f"the unit {text} is not known" + (f" (at {part})" if part != text else ""),
        place="unit",
        remedy_zh="例如 mg/kg、%、mg/L、mg/m3、mg/100g、级",
        remedy_en="for example mg/kg, %, mg/L, mg/m3, mg/100g, 级",
    )
