"""Folding: the ways to write one character are one character, and positions stay what they were."""

from __future__ import annotations

import re

MAX_LENGTH = 300
"""Longer than any identifier; what is longer is a sentence or rubbish."""

_DASHES = (
    "\u00ad\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2500\u2501\u30fc\ufe58\ufe63\uff0d\u4e00"
)
_TILDES = "\u223c\u301c\uff5e\u02dc"
_SPACES = (
    "\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
)
_SPACES += "\u200a\u2028\u2029\u202f\u205f\u3000"
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a-\u202e]")

_FOLD: dict[int, int] = {0xFF01 + n: 0x21 + n for n in range(94)}
_FOLD |= {ord(c): ord("-") for c in _DASHES if c != "\u4e00"}  # 一 is a numeral in 第一号修改单
_FOLD |= {ord(c): ord("~") for c in _TILDES}
_FOLD |= {ord(c): ord(" ") for c in _SPACES}
_FOLD |= {ord(a): ord(b) for a, b in zip("〔〕【】﹝﹞∕⁄﹕∶︰", "()()()//:::", strict=True)}
# Greek and Cyrillic capitals that are typed for the Latin ones, as in «GB/Т».
_FOLD |= {
    ord(a): ord(b)
    for a, b in zip("АВЕКМНОРСТХаеорсхΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTXaeopcxABEZHIKMNOPTYX", strict=True)
}
_FOLD |= {0x2160 + n: ord("1") + n for n in range(9)}  # Ⅰ to Ⅸ: ISO 702/Ⅲ
_FOLD |= {ord("Ö"): ord("O"), ord("ö"): ord("o")}  # ÖNORM
_FOLD |= {ord("\\"): ord("/"), 0xFF3C: ord("/")}
_UPPER = dict(_FOLD)
for _code in range(ord("a"), ord("z") + 1):
    _UPPER[_code] = _code - 32
for _code, _to in _FOLD.items():
    if ord("a") <= _to <= ord("z"):
        _UPPER[_code] = _to - 32


def _plainly(text: str) -> str:
    """The two dashes that Chinese texts mostly have, before the table is asked for every character."""
    return text.replace("—", "-").replace("–", "-")


def _one_dash(folded: str) -> str:
    """The Chinese dash is two characters long (——) and is typed as one or as two: two are one and a space."""
    return folded.replace("--", "- ") if "--" in folded else folded


def visible(text: str) -> str:
    """Without characters that nobody sees; only then may positions move."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def fold(text: str) -> str:
    """One character for one: full-width to ASCII, every dash `-`, every space ` `, look-alike letters Latin."""
    easy = text if text.isascii() else _plainly(text)
    if easy.isascii() and easy.isprintable() and "\\" not in easy:
        return _one_dash(easy)
    return _one_dash(text.translate(_FOLD))


def fold_upper(text: str) -> str:
    """The same in capitals (of ASCII letters only, so that no character becomes two)."""
    easy = text if text.isascii() else _plainly(text)
    if easy.isascii() and easy.isprintable() and "\\" not in easy:
        return _one_dash(easy.upper())
    return _one_dash(text.translate(_UPPER))
