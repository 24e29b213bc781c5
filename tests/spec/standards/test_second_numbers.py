"""The second number of a document leads to the edition that a list keeps under the first."""

from __future__ import annotations

from datetime import date

import pytest

from pinzhi.rules.standards.edition_facts import edition_fact
from pinzhi.rules.standards.editions import EditionIndex, Found
from pinzhi.rules.standards.identifiers import parse
from pinzhi.rules.standards.second_numbers import second_numbers

DAY = date(2026, 11, 22)
KEPT = (
    "GB/T 19001-2016/ISO 9001:2015",
    "GB/T 3836.1-2021 MOD IEC 60079-0:2017",
    "ISO/IEC 9594-8:2020 | ITU-T X.509 (10/2019)",
    "ISO 5537|IDF 26:2004",
    "ISO/IEC/IEEE 42010:2022",
    "EN ISO 14184-1:2011",
    "T/CBMF 37-2018/T/CCPA 7-2018",
    "DB31/T 1400-2023/DB32/T 4400-2023",
    "ISO 17226-1:2021",
    "BS EN ISO 11612:2015",
    "ISO 8124-1:2018",
    "GB 6675.2-2014/ISO 8124-1:2000",
)

LEADS = [
    # cited, kept under, rule
    ("ISO 9001:2015", "GB/T 19001-2016", "second_number"),
    ("GB/T 19001-2016", "GB/T 19001-2016", ""),
    ("ITU-T X.509 (2019)", "ISO/IEC 9594-8:2020", "second_number"),
    ("ISO/IEC 9594-8:2020", "ISO/IEC 9594-8:2020", ""),
    ("ITU-T X.509 (10/2019) | ISO/IEC 9594-8:2020", "ISO/IEC 9594-8:2020", "second_number"),
    ("IDF 26:2004", "ISO 5537:2004", "second_number"),
    ("IEEE 42010-2022", "ISO/IEC/IEEE 42010:2022", "second_number"),
    ("IEEE/ISO/IEC 42010:2022", "ISO/IEC/IEEE 42010:2022", ""),
    ("ISO/IEC 42010:2022", "ISO/IEC/IEEE 42010:2022", "same_number_other_body_or_type"),
    ("ISO 14184-1:2011", "EN ISO 14184-1:2011", "second_number"),
    ("EN ISO 17226-1:2021", "ISO 17226-1:2021", "second_number"),
    ("DIN EN ISO 17226-1:2021", "ISO 17226-1:2021", "second_number"),
    ("EN ISO 11612:2015", "BS EN ISO 11612:2015", "second_number"),
    ("T/CCPA 7-2018", "T/CBMF 37-2018", "second_number"),
    ("DB32/T 4400-2023", "DB31/T 1400-2023", "second_number"),
    # what is in the list under its own number goes first
    ("ISO 8124-1:2018", "ISO 8124-1:2018", ""),
    ("ISO 8124-1:2000", "GB 6675.2-2014", "second_number"),
]


@pytest.fixture(scope="module")
def index() -> EditionIndex:
    return EditionIndex(edition_fact(number) for number in KEPT)


@pytest.mark.parametrize(("cited", "key", "rule"), LEADS)
def test_a_second_number_leads_to_the_document(index: EditionIndex, cited: str, key: str, rule: str) -> None:
    found = index.resolve(cited, DAY)
    assert (found.found, found.edition and found.edition.key, found.rule) == (Found.EXACT, key, rule)


@pytest.mark.parametrize(
    ("cited", "found"),
    [
        ("ISO 9001:2008", Found.UNKNOWN_YEAR),  # a year never falls back
        ("ISO 9001", Found.UNDATED),
        ("IEEE 42010", Found.UNDATED),
        ("IEC 60079-0:2017", Found.UNKNOWN_NUMBER),  # modified: another text
        (
            "GB/T 99999-2020/ISO 17226-1:2021",
            Found.UNKNOWN_NUMBER,
        ),  # it names a Chinese edition that is not there
        ("EN ISO 17226-1:2022", Found.UNKNOWN_YEAR),
        ("IDF 26:2005", Found.UNKNOWN_YEAR),
    ],
)
def test_what_a_second_number_does_not_say(index: EditionIndex, cited: str, found: Found) -> None:
    assert index.resolve(cited, DAY).found is found


def test_the_numbers_of_one_document() -> None:
    assert [one.key for one in second_numbers(parse("BS EN ISO 11612:2015"))] == ["ISO 11612:2015"]
    assert second_numbers(parse("GB/T 9001-2016")) == ()
