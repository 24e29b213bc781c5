"""Which goods are "the same" (产品质量监督抽查管理暂行办法 art. 8): results of different departments are matched by it.

The same producer, executed standard, trademark, specification and model. When a check bars another is said in
`draws.repeats`; here is the key that both sides of a match are brought to.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

_MARKS = re.compile(r"[^0-9A-Z\u3400-\u9fff./×+-]")


def plain(text: str) -> str:
    """Text as keys compare it: NFKC, capitals, without blanks, registered-trademark signs and brackets."""
    found = (
        unicodedata.normalize("NFKC", text)
        .upper()
        .replace("®", "")
        .replace("™", "")
        .replace("（", "")
        .replace("TM", "")
    )
    return _MARKS.sub("", found)


def standard_key(text: str) -> str:
    """A standard's number without its year and blanks: GB/T 20977-2007 and GB/T20977—2014 are one standard."""
    found = unicodedata.normalize("NFKC", text).upper().replace("—", "-").replace("–", "-")
    found = re.sub(r"[\s《》]", "", found)
    return re.sub(r"(?<=\d)-(19|20)\d\d(?=$|[;,、])", "", found)


def product_key(producer: str, standard: str, trademark: str, specification: str) -> str:
    """The key of the rule: 64 hex digits over producer, executed standard, trademark, specification and model.

    Empty where the producer or everything else is not known: what cannot be matched bars nothing.
    """
    parts = [plain(producer), standard_key(standard), plain(trademark), plain(specification)]
    if not parts[0] or not any(parts[1:]):
        return ""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
