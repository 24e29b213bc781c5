"""A sort key for Chinese names: no Chinese collation can be counted on, so the order is stored.

pypinyin reads its dictionaries as it is imported, for half a second: only who romanises something waits for that.
"""

from __future__ import annotations

from functools import lru_cache

from pinzhi.kernel.search.folding import fold


def sort_key(name: str, length: int = 200) -> str:
    """Pinyin syllables parted by blanks, tones last: `福建` → `fu jian`, before `福州` and after `安徽`.

    Comparing keys by code point gives the order of a Chinese dictionary for names of common characters; other
    letters keep their folded form. At most `length` characters.
    """
    return _syllables(fold(name))[:length]


@lru_cache(maxsize=4096)
def _syllables(folded: str) -> str:
    if not folded:
        return ""
    from pypinyin.seg.simpleseg import seg

    return " ".join([syllable for word in seg(folded) for syllable in _of_word(word)])


@lru_cache(maxsize=65536)
def _of_word(word: str) -> tuple[str, ...]:
    """Names are different, the words in them are not: each is looked up once."""
    from pypinyin import Style, lazy_pinyin

    return tuple(lazy_pinyin(word, style=Style.NORMAL))


def initials(name: str) -> str:
    """First letters, for typing a name on a keyboard without an input method: `福建省` → `fjs`."""
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(fold(name), style=Style.FIRST_LETTER))


def romanised(name: str) -> str:
    """The name as one capitalised word of pinyin: `厦门` → `Xiamen`; for places without an English name."""
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(fold(name), style=Style.NORMAL)).capitalize()
