"""Identifiers: each table is a rule that an official can read; below them what must hold for any text at all."""

from __future__ import annotations

import csv
import importlib
import random
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.shared import SHARED

from pinzhi.rules.standards.identifiers import (
    Identifier,
    IdentifierError,
    Relation,
    parse,
    parse_leading,
    publishers,
    relate,
)

PUBID = SHARED / "data" / "standards" / "pubid"

ONE_KEY = [
    # every way to write it, one key
    (
        "GB/T 9001-2016",
        "GB/T 9001—2016|GB/T 9001–2016|GB/T9001-2016|GBT 9001-2016|gb/t 9001-2016|ＧＢ／Ｔ　９００１—２０１６|GB / T 9001 - 2016|GB T 9001-2016"
        "|GB/T 9001‐2016|GB／T 9001－2016|GB\\T 9001-2016|GB/T\u00a09001-2016|GB∕T 9001—2016|GB/T 9001-2016\u200b",
    ),
    ("GB/T 3836-2010", "GB/T 3836 2010|GB/T 3836（2010）|GB-T 3836-2010|GB_T 3836-2010|GB/T 3836-2010。|GB/T 3836-2010;|GB/T 3836：2010"
        "|GB/T 3836——2010|GB/T 3836－－2010|GB/T 3836--2010|GB/T 3836_2010|《GB/T 3836—2010》|（GB/T 3836-2010）|“GB/T 3836-2010”"),
    ("GBZ 2.1-2019", "GBZ 2.1—2019|GBZ2.1－2019|gbz2.1-2019"),
    ("GB/T 2423", "GB/T 2423(所有部分)|GB/T 2423（系列）|GB/T 2423系列标准|GB/T 2423 全部|GB/T 2423 (all parts)"),
    ("GB 17945-2010/XG1:2016/XG2:2018", "GB 17945-2010/XG1-2016、XG2-2018|GB 17945-2010/XG1-2016/XG2-2018"),
    ("ZB J76003-1988", "ZB J76 003-88|ZBJ76003-88|ZB J 76003-88"),
    ("JB 4732-1995", "JB 4732-1995(R2005)|JB 4732-1995（2005年确认）"),
    ("GB 5009.3-2016", "GB5009.3—2016|GB 5009．3-2016|gb 5009.3–2016"),
    ("GB 5009.3-2016/XG1", "GB 5009.3—2016第1号修改单|GB 5009.3-2016《第1号修改单》|GB 5009.3-2016 第一号修改单|GB 5009.3-2016/XG1|GB 5009.3-2016/XG 1"),
    ("T/CNTAC 8-2018", "T/CNTAC 8—2018|T／CNTAC 8-2018|t/cntac 8-2018|T/CNTAC8-2018"),
    ("DB35/T 1234.1-2020", "DB35/T 1234.1—2020|DB 35/T 1234.1-2020|DB35T 1234.1-2020|db35/t1234.1-2020"),
    ("DB11 307-2013", "DB11/ 307-2013|DB11/307-2013|DB11/ 307—2013"),
    ("YB/T 1-1980", "YB(T) 1-80|YB/T 1-80"),
    ("JJG 1001-1991", "JJG 1001-91|JJG1001—91"),
    ("Q/ABC001S-2020", "Q/ABC 001S-2020|Q/ABC001S—2020|q/abc 001S-2020"),
    ("ISO 9001:2015", "ISO9001:2015|ISO 9001：2015|ISO 9001-2015|iso 9001:2015|ISO 9001:2015(E)|ISO 9001:2015（E）|ISO 9001;2015"),
    ("ISO TS 16949:2009", "ISO/TS 16949:2009|ISO TS 16949:2009|ISOTS 16949:2009|ISO/TS16949-2009"),
    ("ISO 787-2:1981", "ISO 787/2:1981|ISO 787-2-1981|ISO 787/2-1981"),
    ("ISO 6326-5:1989", "ISO 6326.5:1989|ISO 6326/5:1989"),
    ("ISO/IEC 17025:2017", "ISO IEC 17025:2017|ISO-IEC 17025:2017|IEC/ISO 17025:2017|iso/iec17025-2017"),
    ("ISO 4892", "ISO 4892 (all parts)|ISO 4892（所有部分）|ISO 4892系列|ISO 4892 series"),
    ("GOST R50779.10:2000", "ГОСТ Р 50779.10-2000|GOST R 50779.10-2000"),
    ("GOST ISO 8124-1:2014", "ГОСТ ISO 8124-1-2014|GOST ISO 8124-1-2014"),
    ("GOST 30244:1994", "ГОСТ 30244-94|GOST 30244-94|GOST 30244:1994"),
    ("ITU-T G.652:2016", "ITU-T G.652 (11/2016)|ITU-T Rec. G.652 (11/2016)|ITU-T G.652:2016"),
    ("IEEE 1588:2019", "IEEE Std 1588-2019|IEEE 1588-2019|IEEE Std. 1588-2019"),
    ("CSA B44:2019", "CSA B44:19|CSA B44-2019|CAN/CSA-B44:19"),
    ("IEC 60034-1:1983", "IEC 34-1:1983|IEC 60034-1:1983|CEI 34-1:1983|IEC34-1:1983"),
    ("IEC 60050-712:1992", "IEC 60050(712):1992|IEC 60050-712:1992"),
    ("ISO/IEC GUIDE 98-3:2008", "ISO/IEC Guide 98-3:2008|Guide ISO/IEC 98-3:2008|ISO/IEC GUIDE 98-3:2008"),
    ("IEC 60335-1:2010+AMD1:2013", "IEC 60335-1:2010+AMD1:2013 CSV|IEC 60335-1:2010+A1:2013"),
    ("CISPR 13:2009", "CISPR 13:2009|IEC/CISPR 13:2009|IEC CISPR 13:2009"),
    ("ASTM D1765:2001", "ASTM D1765-01|ASTM D 1765-2001|ASTM D1765:2001"),
    ("JIS K 6323:1989", "JIS K6323:1989|JIS K 6323-1989"),
]  # fmt: skip

FIELDS = [
    # text, body, level, nature, number, parts, year
    ("GB/T 1.1—2020", "GB", "national", "recommended", "1", ("1",), 2020),
    ("GB 4806.1-2016", "GB", "national", "mandatory", "4806", ("1",), 2016),
    ("GB/Z 12345-2010", "GB", "national", "guide", "12345", (), 2010),
    ("GBn 1-77", "GBn", "national", "mandatory", "1", (), 1977),
    ("GBZ/T 160.1-2004", "GBZ", "national", "recommended", "160", ("1",), 2004),
    ("GB 15629.11-2003", "GB", "national", "mandatory", "15629", ("11",), 2003),
    ("GJB 150.1A-2009", "GJB", "national", "mandatory", "150", ("1A",), 2009),
    ("JJG(机械) 58-1992", "JJG(机械)", "national", "mandatory", "58", (), 1992),
    ("TSG T7001-2009", "TSG", "national", "mandatory", "T7001", (), 2009),
    ("GSB 07-1185-2000", "GSB", "national", "mandatory", "07-1185", (), 2000),
    ("DG/TJ 08-2071-2016", "DG", "local", "recommended", "08-2071", (), 2016),
    ("DGJ32/TJ 21-2009", "DGJ32", "local", "recommended", "21", (), 2009),
    ("DGJ 08-205-2015", "DGJ", "local", "mandatory", "08-205", (), 2015),
    ("DBJ/ 15-60-2019", "DBJ", "local", "mandatory", "15-60", (), 2019),
    ("ITU-T K.21 (2022)", "ITU-T", "international", "none", "K.21", (), 2022),
    ("DB/T 29.1-2008", "DB", "industry", "recommended", "29", ("1",), 2008),
    ("YBB00032002-2015", "YBB", "national", "mandatory", "00032002", (), 2015),
    ("QCn 29008.1-91", "QCn", "industry", "mandatory", "29008", ("1",), 1991),
    ("CAS 115-2005", "CAS", "group", "recommended", "115", (), 2005),
    ("Q/GLBA 0012 S-2020", "Q/GLBA", "enterprise", "none", "0012S", (), 2020),
    ("AS/NZS ISO 8124.1:2019", "AS/NZS ISO", "foreign", "none", "8124", ("1",), 2019),
    ("KS G ISO 8124-3:2015", "KS G ISO", "foreign", "none", "8124", ("3",), 2015),
    ("QB/T 1002-2005", "QB", "industry", "recommended", "1002", (), 2005),
    ("YY 0505—2012", "YY", "industry", "mandatory", "0505", (), 2012),
    ("HG 2-1466-82", "HG", "industry", "mandatory", "2-1466", (), 1982),
    ("NB/SH/T 0001-2008", "NB/SH", "industry", "recommended", "0001", (), 2008),
    ("DB3502/T 001-2019", "DB3502", "local", "recommended", "001", (), 2019),
    ("DB/T 29-88-2014", "DB", "local", "recommended", "29-88", (), 2014),
    ("DBS35/ 001-2017", "DBS35", "local", "mandatory", "001", (), 2017),
    ("DBJ50/T-123-2011", "DBJ50", "local", "recommended", "123", (), 2011),
    ("SZDB/Z 1-2010", "SZDB", "local", "guide", "1", (), 2010),
    ("T/ZZB 0123-2017", "T/ZZB", "group", "recommended", "0123", (), 2017),
    ("T/GDC 1.2-2020", "T/GDC", "group", "recommended", "1", ("2",), 2020),
    ("T/31SCTA 001-2017", "T/31SCTA", "group", "recommended", "001", (), 2017),
    ("T/CECS G:D20-2019", "T/CECS", "group", "recommended", "G:D20", (), 2019),
    ("CECS 01:2020", "CECS", "group", "recommended", "01", (), 2020),
    ("Q/320583 ABC 001-2023", "Q/320583 ABC", "enterprise", "none", "001", (), 2023),
    ("Q/JD 12345.67—2019", "Q/JD", "enterprise", "none", "12345", ("67",), 2019),
    ("Q/12HG1234-2020", "Q/12HG", "enterprise", "none", "1234", (), 2020),
    ("JTG F80/1-2017", "JTG", "industry", "mandatory", "F80/1", (), 2017),
    ("T/CAB CSISA 0001-2020", "T/CAB CSISA", "group", "recommended", "0001", (), 2020),
    ("CNCA-C11-01:2020", "CNCA", "national", "none", "C11-01", (), 2020),
    ("ISO 105-S01:1993", "ISO", "international", "none", "105", ("S01",), 1993),
    ("ISO/IEC/IEEE 8802-1Q:2024", "ISO/IEC/IEEE", "international", "none", "8802", ("1Q",), 2024),
    ("IEC 60335-2-30:2009", "IEC", "international", "none", "60335", ("2", "30"), 2009),
    ("ITU-T X.85/Y.1321:2000", "ITU-T", "international", "none", "X.85/Y.1321", (), 2000),
    ("EN 71-3:2019+A1:2021", "EN", "regional", "none", "71", ("3",), 2019),
    ("DIN EN ISO 9001:2015-11", "DIN EN ISO", "foreign", "none", "9001", (), 2015),
    ("BS EN ISO 13485:2016+A11:2021", "BS EN ISO", "foreign", "none", "13485", (), 2016),
    ("AS/NZS 4020:2005", "AS/NZS", "foreign", "none", "4020", (), 2005),
]  # fmt: skip

REFUSED = [
    # text, code, position
    ("", "empty", 1),
    ("   ", "empty", 1),
    ("GB/T", "no_number", 5),
    ("GB/T 9001-20166", "bad_year", 11),
    ("GB/T 9001-16", "bad_year", 11),
    ("GB/T 9001-2016 质量管理体系", "trailing", 16),
    ("ABC 123", "unknown_body", 1),
    ("9001-2015", "unknown_body", 1),
    ("DB98/T 1-2020", "unknown_region", 3),
    ("DB/T 1", "unknown_region", 6),
    ("GB/T 8170～2008", "bad_range", 11),
    ("GB/T 5271.15~5271.1-2000", "bad_range", 14),
    ("《GB/T 8170-2008》等", "unknown_body", 1),
    ("T/ 001-2020", "no_number", 4),
    ("Q/", "no_number", 3),
    ("ISO", "no_number", 4),
    ("IEC/86B(Secretariat)408", "committee_paper", 1),
    ("主要起草单位", "unknown_body", 1),
    ("GB/T " + "1" * 400, "too_long", 301),
]

ZH = [
    ("GB/T 9001-2016", "GB/T 9001—2016"),
    ("db35/t1234.1-2020", "DB35/T 1234.1—2020"),
    ("DB11/307-2013", "DB11/ 307—2013"),
    ("t/cntac8-2018", "T/CNTAC 8—2018"),
    ("GBn 1-77", "GBn 1—77"),
    ("GB 50016-2014(2018年版)", "GB 50016—2014(2018年版)"),
    ("GB/T 9001-2016/ISO 9001:2015", "GB/T 9001—2016/ISO 9001:2015"),
    ("GB/T 9001-2016 idt ISO 9001:2015", "GB/T 9001—2016 IDT ISO 9001:2015"),
    ("ISO 9001-2015", "ISO 9001:2015"),
    ("HG 2-1466-82", "HG 2-1466—82"),
    ("GB/T 9001", "GB/T 9001"),
]

RELATED = [
    ("GB/T 9001-2016", "gbt9001—2016", Relation.SAME),
    ("ISO 9001:2015(E)", "ISO 9001:2015", Relation.SAME_EDITION),
    ("IEC 60335-1:2010 RLV", "IEC 60335-1:2010", Relation.SAME_EDITION),
    ("GB/T 9001-2016/ISO 9001:2015", "GB/T 9001-2016", Relation.SAME_EDITION),
    ("GB/T 9001-2016", "GB/T 9001-2008", Relation.OTHER_EDITION),
    ("GB/T 9001", "GB/T 9001-2008", Relation.OTHER_EDITION),
    ("GB/T 10810.2-2025", "GB 10810.2-2006", Relation.OTHER_EDITION),
    ("GB/T 3836.1-2021", "GB/T 3836.2-2021", Relation.PART_OF_SAME),
    ("GB 5009.3-2016/XG1-2020", "GB 5009.3-2016", Relation.AMENDMENT_OF),
    ("ISO 9001:2008", "ISO 9001:2008/Cor 1:2009", Relation.AMENDED_BY),
    ("GB/T 9001-2016/ISO 9001:2015", "ISO 9001:2015", Relation.ADOPTS),
    ("ISO 13485:2016", "BS EN ISO 13485:2016", Relation.ADOPTED_BY),
    ("GB/T 9001-2016", "GB/T 9000-2016", Relation.UNRELATED),
    ("ISO 9001:2015", "IEC 9001:2015", Relation.UNRELATED),
]


@pytest.mark.parametrize(("key", "ways"), ONE_KEY)
def test_all_ways_to_write_it_are_one_key(key: str, ways: str) -> None:
    assert {way: parse(way).key for way in ways.split("|")} == dict.fromkeys(ways.split("|"), key)


@pytest.mark.parametrize(("text", "body", "level", "nature", "number", "parts", "year"), FIELDS)
def test_fields(
    text: str, body: str, level: str, nature: str, number: str, parts: tuple[str, ...], year: int
) -> None:
    one = parse(text)
    assert (one.body, one.level, one.nature, one.number, one.parts, one.year) == (
        body,
        level,
        nature,
        number,
        parts,
        year,
    )
    assert one.input == text


@pytest.mark.parametrize(("text", "code", "position"), REFUSED)
def test_refusals_say_what_was_expected_where(text: str, code: str, position: int) -> None:
    with pytest.raises(IdentifierError) as caught:
        parse(text)
    assert (caught.value.code, caught.value.position) == (code, position)
    assert caught.value.expected_zh in caught.value.zh and caught.value.expected_en in caught.value.en


@pytest.mark.parametrize(("text", "shown"), ZH)
def test_chinese_display_has_the_em_dash(text: str, shown: str) -> None:
    assert parse(text).render("zh") == shown


@pytest.mark.parametrize(("a", "b", "relation"), RELATED)
def test_relations(a: str, b: str, relation: Relation) -> None:
    assert relate(parse(a), parse(b)) is relation


def test_dual_number_amendment_and_range() -> None:
    one = parse("GB/T 9001-2016（ISO 9001：2015，IDT）")
    assert one.adopted is not None and (one.adopted.key, one.degree) == ("ISO 9001:2015", "IDT")
    amended = parse("GB 5009.3-2016/XG1-2020")
    assert [(s.kind, s.number, s.year) for s in amended.supplements] == [("XG", "1", 2020)]
    assert amended.base_key == "GB 5009.3-2016"
    assert parse("GB/T 20801.1～20801.6-2020").range_end == "20801.6"
    assert parse("BS EN ISO 13485:2016").adopted is not None
    assert parse_leading("GB/T 11042-1989 纺织品 (全部代替)")[1] == " 纺织品 (全部代替)"


def test_lists_are_ordered_as_people_count() -> None:
    texts = ["GB/T 10-2020", "GB/T 2.10-2001", "GB/T 2.9-2001", "GB/T 2.9-1998", "GB/T 2.9-1998/XG1-2000"]
    assert [one.designation for one in sorted(map(parse, texts))] == [
        "GB/T 2.9-1998", "GB/T 2.9-1998/XG1-2000", "GB/T 2.9-2001", "GB/T 2.10-2001", "GB/T 10-2020",
    ]  # fmt: skip


@pytest.mark.parametrize("code", sorted(publishers().chinese))
def test_every_chinese_code_of_the_list_is_read(code: str) -> None:
    number = "C11-01" if code == "CNCA" else "1234"
    one = parse(f"{code} {number}-2016")
    assert one.level == publishers().chinese[code].level and one.year == 2016
    assert publishers().chinese[code].zh


@pytest.mark.parametrize("code", sorted(publishers().abroad))
def test_every_publisher_abroad_is_read(code: str) -> None:
    assert parse(f"{code} 1234").number
    assert publishers().abroad[code].level in ("international", "regional", "foreign")


# What must hold for any text.

_CHINESE = st.builds(
    lambda code, number, part, year: f"{code} {number}{part}-{year}",
    st.sampled_from(
        [
            "GB",
            "GB/T",
            "GB/Z",
            "QB/T",
            "FZ/T",
            "YY",
            "HJ",
            "DB35/T",
            "DB3502/T",
            "T/CNTAC",
            "T/ZZB",
            "JJF",
            "CJJ/T",
        ]
    ),
    st.integers(1, 99999),
    st.sampled_from(["", ".1", ".12", ".3"]),
    st.integers(1995, 2035),
)
_INTERNATIONAL = st.builds(
    lambda body, number, part, year, tail: f"{body} {number}{part}:{year}{tail}",
    st.sampled_from(
        ["ISO", "IEC", "ISO/IEC", "ISO/TS", "IEC TR", "ISO/IEC TR", "EN", "BS EN", "EN ISO", "CISPR"]
    ),
    st.integers(1, 99999),
    st.sampled_from(["", "-1", "-2-30"]),
    st.integers(1950, 2035),
    st.sampled_from(["", "/AMD1:2003", "+AMD1:2013", "/COR2:2004"]),
)
_FRAGMENT = st.sampled_from(
    [
        "GB",
        "/T",
        " ",
        "-",
        "—",
        "2016",
        "ISO",
        "IEC",
        "/",
        "9001",
        ".1",
        ":",
        "DB35",
        "T/",
        "Q/",
        "XG1",
        "第1号修改单",
        "（",
        "）",
        "(2018年版)",
        "Amd 1",
        "+A1",
        "BS EN",
        "ASTM D",
        "JIS K",
        "~",
        "、",
        "idt",
        "Ed.2",
        "(E)",
        "十",
        "²",
        "٣",
        "Ⅳ",
        "#",
        "\\",
    ]
)
_ANYTHING = st.one_of(
    st.text(max_size=40),
    st.lists(_FRAGMENT, max_size=10).map("".join),
    st.tuples(_CHINESE, st.text(max_size=6)).map("".join),
)


@given(st.one_of(_CHINESE, _INTERNATIONAL))
def test_rendering_and_reading_again_changes_nothing(text: str) -> None:
    one = parse(text)
    assert one.render("international") == text
    for style in ("zh", "international"):
        again = parse(one.render(style))
        assert (again.key, again.series_key, again.render(style)) == (
            one.key,
            one.series_key,
            one.render(style),
        )


@given(
    _CHINESE, st.sampled_from("—–‐－−"), st.booleans(), st.booleans(), st.sampled_from(["", "  ", "\u3000"])
)
def test_key_does_not_depend_on_dash_width_case_space(
    text: str, dash: str, wide: bool, small: bool, space: str
) -> None:
    other = text.replace("-", dash)
    if wide:
        other = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in other)
    if small:
        other = other.lower()
    assert parse(other.replace(" ", space)).key == parse(text).key


@settings(max_examples=400)
@given(_ANYTHING)
def test_nothing_is_raised_but_an_identifier_error(text: str) -> None:
    try:
        one = parse(text)
    except IdentifierError as error:
        assert 1 <= (error.position or 0) <= len(text) + 1
        assert error.zh and error.en and error.expected_zh
        return
    assert isinstance(one, Identifier) and one.key and one.as_dict()["normalised"]
    again = parse(one.render("international"))
    assert again.key == one.key


# The published identifiers at hand.

BARS = [("iso", 0.99), ("iec", 0.99), ("jis", 0.95), ("bsi", 0.95), ("astm", 0.95), ("cen_cenelec", 0.95)]


def _rows(name: str) -> Iterator[tuple[str, set[str]]]:
    with (PUBID / f"{name}_pass_half.tsv").open(encoding="utf-8") as lines:
        for line in lines:
            if "\t" not in line:
                continue
            raw = line.rstrip("\n").split("\t")[1]
            if raw.startswith("!"):
                _, raw, *normalised = raw.split("!")
                yield raw, {raw, *normalised}
            else:
                yield raw, {raw}


@pytest.mark.skipif(not PUBID.exists(), reason="the lists are not at hand")
@pytest.mark.parametrize(("name", "bar"), BARS)
def test_published_identifiers_come_back_as_they_are(name: str, bar: float) -> None:
    rows = list(_rows(name))
    wrong = []
    for raw, wanted in rows:
        try:
            rendered = parse(raw).render("international")
        except IdentifierError as error:
            rendered = error.en
        if rendered not in wanted:
            wrong.append((raw, rendered))
    assert len(wrong) <= (1 - bar) * len(rows), wrong[:20]


@pytest.mark.skipif(not PUBID.exists(), reason="the lists are not at hand")
def test_real_national_numbers_are_all_read() -> None:
    with (PUBID.parent / "gb_adoption_sample_3500.csv").open(encoding="utf-8-sig") as lines:
        numbers = [row["标准号"] for row in csv.DictReader(lines)]
    random.Random(1).shuffle(numbers)
    for number in numbers:
        assert parse(number).render("international") == number


def test_the_quick_way_reads_what_the_long_way_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    reading = importlib.import_module("pinzhi.rules.standards.identifiers.parse")
    monkeypatch.setattr(reading, "_LOOSE", re.compile(r"(?!)"))
    quick = 0
    for code in (*reading._CODES, "T/CNTAC", "T/ABC", "DB35", "DB3502", "DB99"):
        for nature in ("", "/T", "/Z"):
            for number in ("5", "123", "5009.3", "1.2.3", "100000"):
                for year in ("", "-2016", "—1999"):
                    text = f"{code}{nature} {number}{year}"
                    match = reading._COMMON.match(text)
                    if match is not None and (found := reading._common(text, match)) is not None:
                        quick += 1
                        assert parse_leading(text) == (found, ""), text
    assert quick > 3000


JOINT = [
    # one document of several social bodies, each with its number
    ("T/CBMF 37—2018/T/CCPA 7—2018", "T/CBMF 37-2018", ("T/CCPA 7-2018",)),
    ("T／CNFIA 001-2017／T／CCOA 1-2017", "T/CNFIA 001-2017", ("T/CCOA 1-2017",)),
    ("t/cas 1-2020 / t/cste 2-2020 / t/zzb 3-2020", "T/CAS 1-2020", ("T/CSTE 2-2020", "T/ZZB 3-2020")),
]


@pytest.mark.parametrize(("text", "key", "others"), JOINT)
def test_numbers_of_several_bodies_for_one_document(text: str, key: str, others: tuple[str, ...]) -> None:
    found = parse(text)
    assert found.key == key
    assert tuple(one.key for one in found.joint) == others
    assert parse(found.render("zh")) == replace(
        found, input=found.render("zh"), joint=parse(found.render("zh")).joint
    )
    assert [one["key"] for one in found.as_dict()["joint"]] == list(others)
    assert relate(found, parse(others[0])) is Relation.SAME_EDITION
    assert relate(parse(others[-1]), found) is Relation.SAME_EDITION
    for half in ("T/CAS 1-2020/T/CSTE", "T/CAS 1-2020/T/2"):
        with pytest.raises(IdentifierError) as caught:
            parse(half)
        assert (caught.value.code, caught.value.position) == ("trailing", 13)


def test_a_title_behind_the_number_in_its_marks_is_kept_apart() -> None:
    for number in (
        "GB/T 1.1—2020",
        "QB/T 1002-2015",
        "DB33/T 2315—2021",
        "ISO 9001:2015",
        "EN ISO 9001:2015",
        "BS EN ISO 9001:2015+A1:2024",
        "DIN EN 71-3:2021-06",
        "JIS B 0001:2019",
        "ASTM F963-23",
        "T/CBMF 37-2018/T/CCPA 7-2018",
        "GB/T 19001-2016/ISO 9001:2015",
    ):
        found = parse(f"{number}《标题 第1部分：〈内〉要求》")
        assert (found.key, found.title) == (parse(number).key, "标题 第1部分：〈内〉要求")
        for wrong in ("《》", "《一》《二》", "《一", " 标题"):
            with pytest.raises(IdentifierError, match="something follows"):
                parse(number + wrong)
    assert (
        parse("GB 6675.1-2014《第1号修改单》").supplements
        and not parse("GB 6675.1-2014《第1号修改单》").title
    )


SPACELESS = [
    ("T CAS 123-2021", "T/CAS 123-2021"),
    ("Q HXZY 001-2021", "Q/HXZY001-2021"),
    ("JISB0001-2019", "JIS B 0001:2019"),
    ("TSGR0006-2014", "TSG R0006-2014"),
    ("BSEN 71-3:2019+A1:2021", "BS EN 71-3:2019+AMD1:2021"),
    ("ENISO9001:2015", "EN ISO 9001:2015"),
    ("BSENISO 9001:2015", "BS EN ISO 9001:2015"),
    ("DINEN71-3:2021-06", "DIN EN 71-3:2021"),
    ("ISO/IECTR 20000-11:2021", "ISO/IEC TR 20000-11:2021"),
    ("ISO/IECGuide 51:2014", "ISO/IEC GUIDE 51:2014"),
    ("JTGB01-2014", "JTG B01-2014"),
    ("JTGT3360-2018", "JTG/T 3360-2018"),
    ("JISZ8301:2019", "JIS Z 8301:2019"),
    ("ASTMF963-17", "ASTM F963:2017"),
    ("ASTME1333-14", "ASTM E1333:2014"),
    ("ГОСТ Р ИСО 9001-2015", "GOST R ISO 9001:2015"),
    ("ГОСТ Р ИСО/МЭК 27001-2021", "GOST R ISO IEC 27001:2021"),
]


@pytest.mark.parametrize(("text", "key"), SPACELESS)
def test_letters_run_together_and_slashes_forgotten(text: str, key: str) -> None:
    assert parse(text).key == key


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("ANSI/ASHRAE 62.1-2022", "62.1"),
        ("ANSI/BIFMA X5.1-2017", "X5.1"),
        ("ETSI EN 300 328 V2.2.2", "EN 300 328"),
        ("ETSI TS 102 221", "TS 102 221"),
        ("SAE AS9100D", "AS9100D"),
        ("NIST SP 800-53", "SP 800-53"),
    ],
)
def test_a_publishers_own_number_is_whole(text: str, number: str) -> None:
    assert parse(text).number == number
