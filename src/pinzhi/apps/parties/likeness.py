"""When two names or addresses are the same but for how they are written. Pure functions."""

from __future__ import annotations

import re
from functools import lru_cache

from pinzhi.kernel.search.folding import fold

_NOISE = re.compile(r"[\s()（）\[\]【】〔〕<>《》“”\"'‘’·•.,，。、\-—_/\\&＆]+")
_LIMITED = re.compile(r"(?:有限责任公司|有限公司)$")


def name_key(name: str) -> str:
    """A name without width, case, brackets, blanks and punctuation; the two ways of saying “limited” as one.

    `福建榕江（集团）食品有限责任公司` and `福建榕江(集团)食品有限公司` have the same key.
    """
    return _LIMITED.sub("有限公司", _NOISE.sub("", fold(name)))[:200]


@lru_cache(maxsize=20_000)
def address_key(address: str) -> str:
    """An address without width, case, blanks and punctuation; 号楼 and 幢 alike, provinces and cities left in."""
    return _NOISE.sub("", fold(address)).replace("号楼", "幢").replace("栋", "幢")
