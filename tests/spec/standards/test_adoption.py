"""Adoption sentences: the degree, the numbers, and the sentences that state nothing."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.shared import SHARED

from pinzhi.rules.standards.adoption import DEGREE_ZH, read_adoption

SAMPLE = SHARED / "data" / "standards" / "gb_adoption_sample_3500.csv"

# sentence → degree, number as written, keys
READ = [
    ("本标准等同采用ISO国际标准：ISO 9001:2015。; 采标中文名称:质量管理体系 要求。", "IDT", "ISO 9001:2015", ["ISO 9001:2015"]),
    ("本标准修改采用IEC国际标准：IEC/TR 61364:1999。; 采标中文名称:。", "MOD", "IEC/TR 61364:1999", ["IEC TR 61364:1999"]),
    ("本标准非等效采用ITU国际标准：ASTM D3961:1985。; 采标中文名称:。", "NEQ", "ASTM D3961:1985", ["ASTM D3961:1985"]),
    ("本标准等效采用ISO国际标准：ISO 1242:1973。; 采标中文名称:。", "EQV", "ISO 1242:1973", ["ISO 1242:1973"]),
    ("本标准修改采用国际标准：FCC。; 采标中文名称:。", "MOD", "FCC", [None]),
    ("本标准等同采用IEC国际标准：IEC 63068-3:2020。\n采标中文名称:半导体器件。", "IDT", "IEC 63068-3:2020", ["IEC 63068-3:2020"]),
    ("本标准修改采用ISO国际标准：ISO 20918:2007 。\n采标中文名称:道路车辆。", "MOD", "ISO 20918:2007", ["ISO 20918:2007"]),
    (
        "本标准修改采用ISO国际标准：ISO 9221-1:1992、ISO 9221-2:1992。; 采标中文名称:《家具》、《家具》。",
        "MOD", "ISO 9221-1:1992、ISO 9221-2:1992", ["ISO 9221-1:1992", "ISO 9221-2:1992"],
    ),
    ("本标准修改采用ISO国际标准：ISO 1810:1976、\nISO 4743:1984。; 采标中文名称:。", "MOD", "ISO 1810:1976、ISO 4743:1984", ["ISO 1810:1976", "ISO 4743:1984"]),
    ("本标准等同采用IEC国际标准：IEC 60747-3-2:1986\n QC 750005。; 采标中文名称:。", "IDT", "IEC 60747-3-2:1986", ["IEC 60747-3-2:1986"]),
    ("本标准非等效采用ISO国际标准：ISO 15649;2001。; 采标中文名称:。", "NEQ", "ISO 15649;2001", ["ISO 15649:2001"]),
    (
        "本标准修改采用ISO国际标准：ISO 18363-1:2015, ISO 18363-2:2018, MOD。; 采标中文名称:。",
        "MOD", "ISO 18363-1:2015, ISO 18363-2:2018, MOD", ["ISO 18363-1:2015", "ISO 18363-2:2018"],
    ),
    ("本标准修改采用IEC国际标准：IEC 60721-3-4:1995 and Amd 1:1996。; 采标中文名称:。", "MOD", "IEC 60721-3-4:1995 and Amd 1:1996", ["IEC 60721-3-4:1995/AMD1:1996"]),
    ("本标准等同采用IEC国际标准：IEC/86B(Secretariat)408。; 采标中文名称:。", "IDT", "IEC/86B(Secretariat)408", [None]),
    ("本标准非等效采用其他国际标准：国际种子检验规程:1999。; 采标中文名称:。", "NEQ", "国际种子检验规程:1999", [None]),
    ("本文件等同采用ISO 9001:2015《质量管理体系 要求》（英文版）。", "IDT", "ISO 9001:2015", ["ISO 9001:2015"]),
    ("本部分修改采用IEC 60335-2-30:2009《家用和类似用途电器的安全 室内加热器的特殊要求》。", "MOD", "IEC 60335-2-30:2009", ["IEC 60335-2-30:2009"]),
    ("本标准与ISO 3310:1990《试验筛》的一致性程度为非等效。", "NEQ", "ISO 3310:1990", ["ISO 3310:1990"]),
    ("ISO 9001:2015, IDT", "IDT", "ISO 9001:2015", ["ISO 9001:2015"]),
    ("IDT ISO 9001:2015", "IDT", "ISO 9001:2015", ["ISO 9001:2015"]),
    ("ISO 14001:2015（等同采用）", "IDT", "ISO 14001:2015", ["ISO 14001:2015"]),
    ("（ISO 14001:2015，IDT）", "IDT", "ISO 14001:2015", ["ISO 14001:2015"]),
    ("ISO/IEC 17025:2017, Identical", "IDT", "ISO/IEC 17025:2017", ["ISO/IEC 17025:2017"]),
    ("采用国际标准：ISO 8124-3:2020，采标程度：修改采用", "MOD", "ISO 8124-3:2020", ["ISO 8124-3:2020"]),
    ("国际标准编号: ISO 10993-5:2009 采用程度: 等同", "IDT", "ISO 10993-5:2009", ["ISO 10993-5:2009"]),
    ("This document is identical to ISO 9001:2015.", "IDT", "ISO 9001:2015", ["ISO 9001:2015"]),
    ("Modified adoption of IEC 60335-1:2010", "MOD", "IEC 60335-1:2010", ["IEC 60335-1:2010"]),
    ("本标准等同采用国际电工委员会IEC 60065:2014标准。", "IDT", "IEC 60065:2014", ["IEC 60065:2014"]),
    ("本标准对应于ISO 105-C06:2010，与ISO 105-C06:2010一致性程度为等同。", "IDT", "ISO 105-C06:2010", ["ISO 105-C06:2010"]),
    ("ISO 9001:2015（MOD）", "MOD", "ISO 9001:2015", ["ISO 9001:2015"]),
]  # fmt: skip

NOTHING = [
    ("", "empty"),
    ("  ", "empty"),
    ("无", "no_statement"),
    (
        "主要起草单位北京未来科学城发展集团有限公司、智城国际标准信息咨询（杭州）有限公司、中国标准化研究院。",
        "no_statement",
    ),
    ("起草单位：中标国际标准技术研究院、某某等同标准化服务有限公司。", "no_statement"),
    ("归口单位：全国国际标准采用工作组。", "no_statement"),
    ("本标准由国际标准（北京）检测有限公司起草，ISO 9001认证企业。", "no_statement"),
    ("本标准未采用国际标准。", "no_statement"),
    ("起草单位：某市等同采用检测中心（ISO 9001认证）。", "no_statement"),
    ("采标程度：等同采用", "no_statement"),
    ("本标准等同采用ISO国际标准：。; 采标中文名称:。", "no_number"),
]


@pytest.mark.parametrize(("sentence", "degree", "number", "keys"), READ)
def test_what_a_sentence_states(sentence: str, degree: str, number: str, keys: list[str | None]) -> None:
    found = read_adoption(sentence)
    assert (found.degree, found.number, [one.key for one in found.numbers]) == (degree, number, keys)
    assert found.adopts == (degree in ("IDT", "MOD"))


@pytest.mark.parametrize(("sentence", "reason"), NOTHING)
def test_sentences_that_state_nothing(sentence: str, reason: str) -> None:
    found = read_adoption(sentence)
    assert (found.number, found.numbers, found.reason) == (None, (), reason)


@given(
    st.lists(
        st.sampled_from(
            [
                "本标准",
                "等同",
                "采用",
                "国际标准",
                "：",
                "ISO 9001:2015",
                "。",
                "; 采标中文名称:",
                "、",
                "\n",
                "有限公司",
                "x",
                "（",
                "IDT",
            ]
        )
    ).map("".join)
    | st.text()
)
def test_any_text_is_answered(sentence: str) -> None:
    found = read_adoption(sentence)
    assert (found.number is None) == bool(found.reason) or not found.numbers
    assert set(found.as_dict()) >= {"number", "degree"}


@pytest.mark.skipif(not SAMPLE.exists(), reason="the sentences are not at hand")
def test_real_sentences() -> None:
    with SAMPLE.open(encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    codes = {zh: code for code, zh in DEGREE_ZH.items()}
    answers = [read_adoption(row["采标情况"]) for row in rows]
    degrees = sum(
        answer.degree == codes.get(row["采标类型"]) for row, answer in zip(rows, answers, strict=True)
    )
    numbers = sum(
        answer.number == (row["国际标准编号"].strip() or None)
        for row, answer in zip(rows, answers, strict=True)
    )
    assert degrees >= 0.999 * len(rows) and numbers >= 0.99 * len(rows)
    assert not [
        answer for row, answer in zip(rows, answers, strict=True) if not row["采标类型"] and answer.number
    ]


@pytest.mark.parametrize(
    "text", ["ISO 9001:2015《质量管理体系 要求》，IDT", "ISO 9001:2015《质量管理体系 要求》"]
)
def test_a_title_in_its_marks_is_no_part_of_the_adopted_number(text: str) -> None:
    found = read_adoption(text)
    assert (found.number, [one.key for one in found.numbers]) == ("ISO 9001:2015", ["ISO 9001:2015"])


@pytest.mark.parametrize(
    "text",
    [
        "本标准没有等同采用ISO 9001:2015。",
        "本文件未修改采用ISO 8124-1:2018。",
        "本标准不等同采用国际标准：ISO 9001:2015。",
        "GB/T 19001-2016",
    ],
)
def test_what_is_denied_or_not_said_is_no_adoption(text: str) -> None:
    found = read_adoption(text)
    assert (found.degree, found.numbers) == (None, ())


@pytest.mark.parametrize(
    ("text", "degree", "number"),
    [
        ("GB/T 19022—2003 idt ISO 10012:2003", "IDT", "ISO 10012:2003"),
        ("GB/T 16886.1-2022 (ISO 10993-1:2018, MOD)", "MOD", "ISO 10993-1:2018"),
        ("GB/T 24001-2016/ISO 14001:2015", "IDT", "ISO 14001:2015"),
        ("本标准不等效采用ISO 9001:2015。", "NEQ", "ISO 9001:2015"),
    ],
)
def test_the_own_number_may_stand_before_what_it_adopts(text: str, degree: str, number: str) -> None:
    found = read_adoption(text)
    assert (found.degree, found.number) == (degree, number)
