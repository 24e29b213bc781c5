"""Folding: what two texts must share for one to be found by the other."""

from __future__ import annotations

import re
import unicodedata

_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)} | {1: " ", 0: None}
_SURROGATES = re.compile("[\ud800-\udfff]")


def fold(text: str) -> str:
    """NFKC, ASCII letters in lower case; exactly the SQL function `pinzhi_fold`.

    Letters beyond ASCII keep their case, because what PostgreSQL's `lower` does with them depends on the
    server's locale. Characters that PostgreSQL cannot keep (NUL, lone surrogates) are left out.
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKC", _SURROGATES.sub("", text))
    return plain.translate(_ASCII_LOWER)


def terms_of(typed: str) -> list[str]:
    """The folded terms of a query, parted by white space, each once; all of them must be found."""
    return list(dict.fromkeys(fold(typed).split()))


def searchable(*parts: str | None) -> str:
    """The text to keep in a searched column: the parts folded, a line each, so no match runs across two."""
    return "\n".join(fold(p) for p in parts if p)
