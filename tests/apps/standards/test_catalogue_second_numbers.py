"""A document's second number leads to the edition that the catalogue keeps under the first; a market's rule is kept as one."""

from __future__ import annotations

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps

from pinzhi.apps.standards import queries
from pinzhi.apps.standards.actions.change_edition import change_edition
from pinzhi.apps.standards.actions.register_editions import register_editions
from pinzhi.apps.standards.models import Edition, OtherNumber
from pinzhi.kernel.access.actor import Actor
from pinzhi.rules.standards.editions import Found
from tests.apps.standards.test_catalogue import clerk, definitions, row, wrong

__all__ = ["clerk", "definitions"]
pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)
LEADS = {
    "ISO 9001:2015": "GB/T 19001-2016",
    "ITU-T X.509 (2019)": "ISO/IEC 9594-8:2020",
    "IDF 26:2004": "ISO 5537:2004",
    "IEEE 42010:2022": "ISO/IEC/IEEE 42010:2022",
    "ISO 14184-1:2011": "EN ISO 14184-1:2011",
    "EN ISO 17226-1:2021": "ISO 17226-1:2021",
    "T/CCPA 7-2018": "T/CBMF 37-2018",
    "DB32/T 4400-2023": "DB31/T 1400-2023",
}


def kept(clerk: Actor) -> None:
    register_editions(
        [
            row("GB/T 19001-2016/ISO 9001:2015"),
            row("ISO/IEC 9594-8:2020 | ITU-T X.509 (10/2019)"),
            row("ISO 5537|IDF 26:2004"),
            row("ISO/IEC/IEEE 42010:2022"),
            row("EN ISO 14184-1:2011"),
            row("ISO 17226-1:2021"),
            row("T/CBMF 37-2018/T/CCPA 7-2018"),
            row("DB31/T 1400-2023/DB32/T 4400-2023"),
            row("GB/T 22048-2022"),
        ],
        by=clerk,
    )


def test_the_catalogue_is_asked_by_a_second_number(clerk: Actor) -> None:
    kept(clerk)
    for cited, key in LEADS.items():
        found = queries.resolve(cited, DAY)
        assert (found.found, found.edition and found.edition.key) == (Found.EXACT, key), cited
        assert found.rule == "second_number"
    many = queries.index_for(LEADS)
    assert [many.resolve(cited, DAY).edition.key for cited in LEADS] == list(LEADS.values())  # type: ignore[union-attr]
    assert queries.resolve("ISO 9001:2008", DAY).found is Found.UNKNOWN_YEAR
    assert queries.find_edition("iso 9001:2015") == Edition.objects.get(key="GB/T 19001-2016")


def test_a_second_number_that_comes_later_is_known_too(clerk: Actor) -> None:
    kept(clerk)
    assert queries.resolve("ISO 8124-6:2018", DAY).found is Found.UNKNOWN_NUMBER
    edition = Edition.objects.get(key="GB/T 22048-2022")
    change_edition(
        edition.key, {"number": "GB/T 22048-2022/ISO 8124-6:2018"}, revision=edition.revision, by=clerk
    )
    found = queries.resolve("ISO 8124-6:2018", DAY)
    assert found.edition is not None and found.edition.key == edition.key


def test_editions_that_were_kept_before_get_their_other_numbers(clerk: Actor) -> None:
    kept(clerk)
    before = set(OtherNumber.objects.values_list("edition__key", "key", "series_key"))
    OtherNumber.objects.all().delete()
    import_module("pinzhi.apps.standards.migrations.0008_other_numbers").fill(apps, None)
    assert set(OtherNumber.objects.values_list("edition__key", "key", "series_key")) == before
    assert len(before) >= len(LEADS) - 1


def test_a_rule_of_a_market_stands_beside_standards(clerk: Actor) -> None:
    keys = register_editions(
        [
            row("16 CFR Part 1303", level="foreign"),
            row("(EC) No.1907/2006"),
            row("欧盟指令2009/48/EC", level="regional"),
        ],
        by=clerk,
    )
    assert keys == ["16 CFR 1303", "REGULATION (EC) NO 1907/2006", "DIRECTIVE 2009/48/EC"]
    levels = Edition.objects.order_by("id").values_list("number", "level", "nature")
    assert list(levels) == [
        ("16 CFR 1303", "foreign", "mandatory"),
        ("Regulation (EC) No 1907/2006", "regional", "mandatory"),
        ("Directive 2009/48/EC", "regional", "mandatory"),
    ]
    assert queries.resolve("16 C.F.R. § 1303", DAY).found is Found.UNDATED
    assert queries.resolve("2009/48/EC", DAY).found is Found.EXACT
    ((column, words),) = wrong(lambda: register_editions([row("16 CFR 1307", level="national")], by=clerk))
    assert column == "标准编号" and "16 CFR 1307" in words
