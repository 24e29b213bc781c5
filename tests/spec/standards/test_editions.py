"""Editions by date: status on a day, what a reference means, what replaced what."""

from __future__ import annotations

import csv
import gzip
import random
from datetime import date, timedelta
from itertools import pairwise
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.shared import SHARED

from pinzhi.rules.standards.adoption import read_adoption
from pinzhi.rules.standards.edition_facts import (
    STATUS_ZH,
    EditionFact,
    Status,
    edition_fact,
    read_status,
    status_on,
)
from pinzhi.rules.standards.editions import EditionIndex, Found
from pinzhi.rules.standards.identifiers import IdentifierError, parse
from pinzhi.rules.standards.replacement_chains import ReplacementLoop, find_loops
from pinzhi.rules.standards.replacements import Replacement, read_replacements

DATA = SHARED / "data" / "standards"
RECORDED = date(2025, 11, 30)


def _day(text: str) -> date | None:
    if not text:
        return None
    year, month, day = ([int(one) for one in text.split("-")] + [1, 1])[:3]
    return date(year, month, day)


# published, effective, withdrawn, recorded word → on the day
STATUS = [
    ("2020-01-10", "2020-08-01", "", "现行", "2020-01-09", Status.DRAFT),
    ("2020-01-10", "2020-08-01", "", "现行", "2020-01-10", Status.PUBLISHED),
    ("2020-01-10", "2020-08-01", "", "现行", "2020-07-31", Status.PUBLISHED),
    ("2020-01-10", "2020-08-01", "", "现行", "2020-08-01", Status.IN_FORCE),
    ("2020-01-10", "2020-08-01", "2024-03-01", "废止", "2024-02-29", Status.IN_FORCE),
    ("2020-01-10", "2020-08-01", "2024-03-01", "废止", "2024-03-01", Status.WITHDRAWN),
    # recorded in force, its successor comes later: 现行 until then
    ("2020-01-10", "2020-08-01", "2026-03-01", "现行", "2025-11-30", Status.IN_FORCE),
    ("2020-01-10", "2020-08-01", "2026-03-01", "现行", "2026-03-01", Status.WITHDRAWN),
    # withdrawn, nobody knows when: from the day of the record on
    ("1989-03-31", "1990-01-01", "", "废止", "2025-11-30", Status.WITHDRAWN),
    ("1989-03-31", "1990-01-01", "", "废止", "1995-01-01", Status.IN_FORCE),
    # replaced before it was implemented: never in force
    ("2020-01-10", "2021-01-01", "2020-12-01", "废止", "2020-11-30", Status.PUBLISHED),
    ("2020-01-10", "2021-01-01", "2020-12-01", "废止", "2021-01-01", Status.WITHDRAWN),
    # dates missing: the word
    ("", "", "", "现行", "2025-11-30", Status.IN_FORCE),
    ("", "", "", "即将实施", "2025-11-30", Status.PUBLISHED),
    ("", "", "", "废止", "2025-11-30", Status.WITHDRAWN),
]  # fmt: skip


@pytest.mark.parametrize(("published", "effective", "withdrawn", "word", "on", "status"), STATUS)
def test_status_on_a_day(
    published: str, effective: str, withdrawn: str, word: str, on: str, status: Status
) -> None:
    fact = edition_fact(
        "GB/T 1-2020",
        status=read_status(word),
        recorded_on=RECORDED,
        published_on=_day(published),
        effective_on=_day(effective),
        withdrawn_on=_day(withdrawn),
    )
    assert status_on(fact, date.fromisoformat(on)) is status


def test_status_words_and_stages() -> None:
    words = {
        "现行": "in_force",
        "即将实施": "published",
        "废止": "withdrawn",
        "已作废": "withdrawn",
        "60.60": "in_force",
        "95": "withdrawn",
        "现 行": "in_force",
        "In force": "in_force",
        "已废止（2020-01-01）": "withdrawn",
        "已被替代": "withdrawn",
        "尚未生效": "published",
    }
    assert {word: read_status(word) for word in words} == {
        word: Status(status) for word, status in words.items()
    }
    assert (
        read_status("40.00") is Status.DRAFT
        and read_status("REVISED") is Status.WITHDRAWN
        and read_status("?") is None
    )


CELLS = [
    ("GB/T 11042-1989 纺织品耐热空气硫化色牢度试验方法 (全部代替)", [("GB/T 11042-1989", True)]),
    (
        "GB/T 10-1989 甲 (部分代替); GB/T 11-1989 乙 (全部代替)",
        [("GB/T 10-1989", False), ("GB/T 11-1989", True)],
    ),
    (
        "GB/T 10944.3-2013 自动换刀7:24圆锥工具柄  第3部分:AC、AD、JD 和 JF型拉钉 (全部代替)",
        [("GB/T 10944.3-2013", True)],
    ),
    (
        "GB/T 11018.1-2008(partial); GB/T 11018.2-2008(partial)",
        [("GB/T 11018.1-2008", False), ("GB/T 11018.2-2008", False)],
    ),
    (
        "GB/T 1—2000、GB/T 2—2001；GB 3.1—1999",
        [("GB/T 1-2000", True), ("GB/T 2-2001", True), ("GB 3.1-1999", True)],
    ),
    ("代替 GB/T 9001—2008", [("GB/T 9001-2008", True)]),
    ("代替GB/T 1.1-2009 部分代替GB/T 1.2-2002", [("GB/T 1.1-2009", True), ("GB/T 1.2-2002", False)]),
    ("GB/T 2910-1997 部分; GB/T 2911-1997", [("GB/T 2910-1997", False), ("GB/T 2911-1997", True)]),
    ("GB/T 1-2000 和 GB/T 2-2000", [("GB/T 1-2000", True), ("GB/T 2-2000", True)]),
    ("GB/T 4667.1-84 GB/T 4667.2-84", [("GB/T 4667.1-1984", True), ("GB/T 4667.2-1984", True)]),
    ("GB/T 3-2000 玩具安全 第3部分", [("GB/T 3-2000", True)]),
    ("见公告", [(None, True)]),
    ("无", []),
    ("——", []),
    ("", []),
]


@pytest.mark.parametrize(("cell", "found"), CELLS)
def test_replacement_cells(cell: str, found: list[tuple[str | None, bool]]) -> None:
    assert [(one.key, one.wholly) for one in read_replacements(cell)] == found


def _index() -> EditionIndex:
    rows = [
        ("GB/T 9001-2000", "2001-06-01", "2009-03-01"),
        ("GB/T 9001-2008", "2009-03-01", "2017-07-01"),
        ("GB/T 9001-2016", "2017-07-01", ""),
        ("GB/T 7777-2031", "2032-01-01", ""),
        ("GB 8888-1990", "1991-01-01", "2005-01-01"),
        ("GB/T 10810.2-2006", "2006-12-01", ""),
        ("GB 5009.12-2017", "2017-10-06", ""),
        ("GB 5009.12-2017/XG1-2020", "2020-05-01", ""),
        ("ISO 9001:2015", "", ""),
        ("ISO/R 226:1961", "", ""),
        ("ISO/IEC 9126:1991", "", ""),
        ("IEC 60034-1:1983", "", ""),
        ("IEC 60335-2-27:2002", "", ""),
        ("IEC 60335-2-27:2002+AMD1:2004 CSV", "", ""),
        ("ISO/IEC Guide 2:2004", "", ""),
        ("IEC 61158-1:2014", "", ""),
    ]
    return EditionIndex(
        edition_fact(number, effective_on=_day(start), withdrawn_on=_day(end)) for number, start, end in rows
    )


RESOLVED = [
    ("GB/T 9001-2008", "2010-01-01", Found.EXACT, "GB/T 9001-2008", ""),
    ("gbt9001—2008", "2020-01-01", Found.EXACT, "GB/T 9001-2008", ""),  # withdrawn by then: still that edition
    ("GB/T 9001", "2005-01-01", Found.UNDATED, "GB/T 9001-2000", ""),
    ("GB/T 9001", "2009-02-28", Found.UNDATED, "GB/T 9001-2000", ""),
    ("GB/T 9001", "2009-03-01", Found.UNDATED, "GB/T 9001-2008", ""),
    ("GB/T 9001", "2026-01-01", Found.UNDATED, "GB/T 9001-2016", ""),
    ("GB/T 9001", "1999-01-01", Found.NOT_YET, None, ""),
    # a modification sheet amends the edition, it is none
    ("GB 5009.12", "2021-01-01", Found.UNDATED, "GB 5009.12-2017", ""),
    ("GB 5009.12-2017/XG1-2020", "2021-01-01", Found.EXACT, "GB 5009.12-2017/XG1:2020", ""),
    ("GB 5009.12-2017 第1号修改单", "2021-01-01", Found.EXACT, "GB 5009.12-2017/XG1:2020", "sheet_of_unsaid_year"),
    ("GB 5009.12-2017/XG2", "2021-01-01", Found.EXACT, "GB 5009.12-2017", "edition_of_amendment"),
    ("GB/T 9001-2015", "2026-01-01", Found.UNKNOWN_YEAR, None, ""),
    ("GB/T 7777", "2026-01-01", Found.NOT_YET, None, ""),
    ("GB 8888", "2026-01-01", Found.WITHDRAWN, None, ""),
    ("GB 10810.2-2006", "2026-01-01", Found.EXACT, "GB/T 10810.2-2006", "nature_changed"),
    ("GB/T 4321-2000", "2026-01-01", Found.UNKNOWN_NUMBER, None, ""),
    ("ISO 226:1961", "2026-01-01", Found.EXACT, "ISO R 226:1961", "same_number_other_body_or_type"),
    ("ISO 9126:1991", "2026-01-01", Found.EXACT, "ISO/IEC 9126:1991", "same_number_other_body_or_type"),
    ("IEC 34-1:1983", "2026-01-01", Found.EXACT, "IEC 60034-1:1983", ""),
    ("IEC 60335-2-27:2004(Ed4.1)", "2026-01-01", Found.EXACT, "IEC 60335-2-27:2002+AMD1:2004", "consolidated"),
    ("ISO/DIS 9001:2014", "2026-01-01", Found.DRAFT_CITED, None, "same_number_other_body_or_type"),
    ("ISO/IEC 2:2004", "2026-01-01", Found.UNKNOWN_NUMBER, None, ""),  # a guide has a number of its own
    ("IEC 61158:2003", "2026-01-01", Found.UNKNOWN_PART, None, ""),
    ("something", "2026-01-01", Found.UNREADABLE, None, ""),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "on", "found", "key", "rule"), RESOLVED)
def test_what_a_reference_means(raw: str, on: str, found: Found, key: str | None, rule: str) -> None:
    answer = _index().resolve(raw, date.fromisoformat(on))
    assert (answer.found, answer.edition and answer.edition.key, answer.rule) == (found, key, rule)


@given(st.integers(1950, 2040), st.dates(date(1980, 1, 1), date(2040, 1, 1)))
def test_an_exact_year_never_becomes_another(year: int, on: date) -> None:
    answer = _index().resolve(f"GB/T 9001-{year}", on)
    assert answer.edition is None or answer.edition.key == f"GB/T 9001-{year}"


def _replaced(number: str, *by: str, wholly: bool = True) -> EditionFact:
    return edition_fact(number, replaced_by=[Replacement(one, parse(one).key, wholly) for one in by])


def test_chains_are_followed_and_loops_named() -> None:
    facts = [
        _replaced("GB/T 1-1990", "GB/T 1-2000"),
        _replaced("GB/T 1-2000", "GB/T 1-2010", "GB/T 2-2010", wholly=False),
    ]
    facts += [_replaced("GB/T 1-2010"), _replaced("GB/T 2-2010")]
    index = EditionIndex(facts)
    assert [one.key for one in index.replacement_chain("GB/T 1-1990")] == [
        "GB/T 1-2000",
        "GB/T 1-2010",
        "GB/T 2-2010",
    ]
    assert [one.key for one in index.replacement_chain("GB/T 1-1990", wholly_only=True)] == ["GB/T 1-2000"]
    assert index.loops() == ()
    looped = EditionIndex([_replaced("GB/T 1-1990", "GB/T 1-2000"), _replaced("GB/T 1-2000", "GB/T 1-1990")])
    assert looped.loops() == (("GB/T 1-1990", "GB/T 1-2000", "GB/T 1-1990"),)
    with pytest.raises(ReplacementLoop) as caught:
        looped.replacement_chain("GB/T 1-1990")
    assert (
        caught.value.loop == ("GB/T 1-1990", "GB/T 1-2000", "GB/T 1-1990")
        and "GB/T 1-2000" in caught.value.zh
    )


@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=3).map(tuple)))
def test_every_loop_that_is_named_is_one(graph: dict[str, tuple[str, ...]]) -> None:
    loops = find_loops(graph)
    for loop in loops:
        assert loop[0] == loop[-1] and all(b in graph[a] for a, b in pairwise(loop))
    left = {key: set(to) & set(graph) for key, to in graph.items()}
    while ends := [key for key, to in left.items() if not to]:
        for key in ends:
            del left[key]
        left = {key: to - set(ends) for key, to in left.items()}
    assert bool(left) == bool(loops)


# Real rows.


@pytest.mark.skipif(not DATA.exists(), reason="the rows are not at hand")
def test_status_and_replacement_of_real_rows() -> None:
    with (DATA / "gb_temporal_sample_500.csv").open(encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    facts = {}
    for row in rows:
        fact = edition_fact(
            row["标准号"], status=read_status(row["当前状态"]), recorded_on=RECORDED, published_on=_day(row["发布日期"]),
            effective_on=_day(row["实施日期"]), withdrawn_on=_day(row["失效日期"]), replaces=read_replacements(row["代替标准"]),
            replaced_by=read_replacements(row["完全代替后继标准"]) + read_replacements(row["非完全代替后继标准"], wholly=False),
        )  # fmt: skip
        assert STATUS_ZH[status_on(fact, RECORDED)] == row["当前状态"]
        assert all(one.key for one in (*fact.replaces, *fact.replaced_by)), row
        assert len(fact.replaces) == row["代替标准"].count("代替)")
        assert [one.wholly for one in fact.replaces] == [
            "部分代替" not in one for one in row["代替标准"].split("); ") if one
        ]
        if fact.withdrawn_on is not None:
            assert status_on(fact, fact.withdrawn_on - timedelta(days=1)) is not Status.WITHDRAWN
        facts[fact.key] = fact
    pairs = 0
    for fact in facts.values():
        for one in fact.replaces:
            before = facts.get(one.key or "")
            if before is not None:
                pairs += 1
                assert (fact.key, one.wholly) in [(after.key, after.wholly) for after in before.replaced_by]
                assert not one.wholly or before.withdrawn_on == fact.effective_on
    assert pairs > 50 and EditionIndex(facts.values()).loops() == ()


@pytest.mark.slow
@pytest.mark.skipif(not DATA.exists(), reason="the lists are not at hand")
def test_real_references_to_iso_and_iec() -> None:
    facts = []
    for name in ("iso", "iec"):
        with gzip.open(DATA / f"{name}_documents.csv.gz", "rt", encoding="utf-8-sig") as lines:
            for row in csv.DictReader(lines):
                try:
                    facts.append(
                        edition_fact(
                            row["docid"],
                            status=read_status(row["stage"]),
                            published_on=_day(row["published"]),
                        )
                    )
                except IdentifierError:
                    continue
    index = EditionIndex(facts)
    with (DATA / "gb_adoption_sample_3500.csv").open(encoding="utf-8-sig") as lines:
        sentences = [row["采标情况"] for row in csv.DictReader(lines)]
    random.Random(7).shuffle(sentences)
    answers = []
    for sentence in sentences:
        for one in read_adoption(sentence).numbers:
            if one.written.upper().startswith(("ISO", "IEC", "CISPR")):
                answers.append(index.resolve(one.identifier or one.written, RECORDED))
    known = [
        one for one in answers if one.found is not Found.UNREADABLE and one.found is not Found.UNKNOWN_NUMBER
    ]
    assert sum(one.found is Found.EXACT for one in answers) >= 0.92 * len(answers)
    assert sum(one.number_known for one in known) >= 0.99 * len(known)
    for one in answers:
        if one.edition is not None and one.identifier is not None and one.identifier.year:
            assert str(one.identifier.year) in one.edition.key


WAYS = EditionIndex(
    edition_fact(number, effective_on=date(2000, 1, 1))
    for number in (
        "GB/T 5009.3-2003", "GB 5009.3-2010", "GB 18401-2010", "GB 18401-2003", "GB/Z 100-2001", "DB35/T 10-2010", "T/ABC 001-2020",
        "QB/T 5-1999", "GB/T 1.1-2020/XG1-2021", "GB/T 1.1-2020", "Q/ABC 12-2020", "ISO 9001:2015", "QC/T 1-2000",
    )
)  # fmt: skip


@given(
    st.sampled_from(
        ["GB/T 5009.3", "GB 5009.3", "GB/Z 5009.3", "GB 18401", "GB/T 18401", "GB/Z 100", "DB35/T 10", "T/ABC 001", "QB/T 5",
         "GB/T 1.1", "Q/ABC 12", "ISO 9001", "QC/T 1", "GB/T 7"]
    ),
    st.sampled_from(["-", "—", ":", " -"]),
    st.one_of(st.integers(1995, 2022).map(str), st.sampled_from(["95", "0001", "２００３", "20033", "2150", ""])),
)  # fmt: skip
def test_a_year_that_there_is_not_is_told_as_if_it_had_been_read(series: str, dash: str, year: str) -> None:
    text = f"{series}{dash}{year}"
    quick = WAYS.resolve(text, date(2021, 1, 1))
    with patch.object(EditionIndex, "_other_year", return_value=None), patch.object(WAYS, "_seen", {}):
        read = WAYS.resolve(text, date(2021, 1, 1))
    assert quick._replace(identifier=None) == read._replace(identifier=None)
    if quick.identifier is not None and read.identifier is not None:
        assert quick.identifier == read.identifier
    assert (quick.identifier is None) == (read.identifier is None)
