"""Traditional characters typed by people are found in names that are written in simplified ones."""

from __future__ import annotations

import pytest

from pinzhi.kernel.search.traditional import _PAIRS, simplified


def _in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def test_the_table_leads_from_traditional_to_simplified_characters_only() -> None:
    """GB 2312 holds the simplified characters: what is in it must not be changed, and what comes out is in it."""
    pairs = _PAIRS.split()
    assert len(pairs) > 900 and all(len(pair) == 2 for pair in pairs)
    assert len({pair[0] for pair in pairs}) == len(pairs)
    assert not [pair for pair in pairs if _in_gb2312(pair[0]) or not _in_gb2312(pair[1])]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("臨江國際", "临江国际"),
        ("絲綢廠", "丝绸厂"),
        ("福建茶葉", "福建茶叶"),
        ("老鳳祥銀樓", "老凤祥银楼"),
        ("GTIN 690", "GTIN 690"),
    ],
)
def test_names(typed: str, found: str) -> None:
    assert simplified(typed) == found and simplified(found) == found
