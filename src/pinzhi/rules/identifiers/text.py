"""Normalisation that all identifiers share. Keys are normalised, stored text is never changed."""

from __future__ import annotations

import unicodedata

# Characters that spreadsheets, chat programs and PDF readers leave in copied text and that nobody can see.
_INVISIBLE = {
    ord(c): None for c in "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\u202a\u202b\u202c\u202d\u202e"
}


def normalised(text: str) -> str:
    """NFKC (full-width letters become ASCII), upper case, without any white space or invisible character."""
    plain = unicodedata.normalize("NFKC", text).translate(_INVISIBLE)
    return "".join(plain.split()).upper()


def shown(character: str) -> str:
    """A character for an error message, its code point where it cannot be seen."""
    if character.isprintable():
        return character
    return f"U+{ord(character):04X}"
