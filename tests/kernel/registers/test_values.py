"""What people write in cells: read where it can mean one thing only, else refused with what it looks like."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.kernel.registers.definitions import FieldDef
from pinzhi.kernel.registers.values import Wrong, clean_value, parse_date


def _field(**more: Any) -> FieldDef:
    return FieldDef.model_validate(
        {"name": "x", "title": {"zh": "栏", "en": "Field"}, "type": "string", **more}
    )


@pytest.mark.parametrize(
    "text",
    [
        "2024-5-1",
        "2024.05.1",
        "2024/5/01",
        "2024年5月1日",
        "２０２４．５．１",
        "20240501",
        "二〇二四年五月一日",
        "2024-05-01 14:22:10",
        "2024年5月1号",
    ],
)
def test_days(text: str) -> None:
    assert parse_date(text) == date(2024, 5, 1)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("gb/t 9001-2016", "GB/T 9001—2016"),
        ("ＧＢ／Ｔ９００１－２０１６", "GB/T 9001—2016"),
        ("GB/T 9001—2016《质量管理体系 要求》", "GB/T 9001—2016"),
        ("GB 31701", "GB 31701"),
        ("t/cntac 8-2018", "T/CNTAC 8—2018"),
        ("Q/RJ 001-2026", "Q/RJ 001—2026"),
        ("iso 8124-1:2018", "ISO 8124-1:2018"),
        ("GB/T 27025-2019/ISO/IEC 17025:2017", "GB/T 27025—2019/ISO/IEC 17025:2017"),
    ],
)
def test_the_number_of_a_standard_is_kept_as_documents_print_it(text: str, kept: str) -> None:
    field = _field(format="standard")
    assert clean_value(field, text) == clean_value(field, kept) == kept


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("国标", "不是已知的标准代号"),
        ("GB/T", "没有读到标准顺序号"),
        ("GB/T 9001-20166", "年代号"),
        ("GB/T 9001-2016、GB/T 9004-2018", "多余的内容"),
        ("〔2024〕13号", "文号"),
        ("16 CFR 1303", "法规"),
        ("2009/48/EC", "法规"),
    ],
)
def test_what_is_no_standard_is_refused_with_its_reason(text: str, words: str) -> None:
    with pytest.raises(Wrong) as wrong:
        clean_value(_field(format="standard"), text)
    zh, en, right_zh, right_en = wrong.value.args4
    assert words in zh and en and "GB 31701" in right_zh and "GB 31701" in right_en
    several = _field(format="standard", many=True)
    assert clean_value(several, "GB/T 9001-2016；GB/T 9004-2018") == ["GB/T 9001—2016", "GB/T 9004—2018"]


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2150, 12, 31)))
def test_days_in_chinese_numerals(day: date) -> None:
    digits = "〇一二三四五六七八九"

    def number(value: int) -> str:
        tens, ones = divmod(value, 10)
        return ("" if tens == 0 else "十" if tens == 1 else digits[tens] + "十") + (
            digits[ones] if ones else ""
        )

    year = "".join(digits[int(digit)] for digit in str(day.year))
    assert parse_date(f"{year}年{number(day.month)}月{number(day.day)}日") == day


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2024年5月", "没有日"),
        ("2024.5", "没有日"),
        ("45413", "2024-05-01"),
        ("5/1/2024", "分不清"),
        ("24.5.1", "两位"),
        ("2024-02-30", "不是有效日期"),
        ("二〇二四年十三月一日", "不是有效日期"),
        ("长期", "不是有效日期"),
        ("0001-01-01", "不是有效日期"),
    ],
)
def test_what_is_no_day_is_told_by_what_it_looks_like(text: str, words: str) -> None:
    with pytest.raises(Wrong) as caught:
        parse_date(text)
    assert words in caught.value.args4[0] and all(caught.value.args4)


@given(st.text(max_size=24))
def test_no_text_crashes_the_reading_of_days(text: str) -> None:
    try:
        parse_date(text)
    except Wrong as wrong:
        assert wrong.args4[0]


def test_the_fields_own_unit_may_stand_behind_a_number_and_no_other() -> None:
    people, rate = _field(type="integer", unit="人"), _field(type="number", unit="%")
    assert clean_value(people, "1,320人") == 1320 and clean_value(rate, "91.3％") == "91.3"
    for field, text in ((people, "3万人"), (people, "3家"), (rate, "0.5‰"), (_field(type="integer"), "3人")):
        with pytest.raises(Wrong):
            clean_value(field, text)


CHOICES = [
    {"value": "active", "zh": "存续（在营）", "en": "Active"},
    {"value": "big", "zh": "A级（大）", "en": "Big"},
    {"value": "small", "zh": "A级（小）", "en": "Small"},
]


def test_choices_but_for_width_case_and_brackets() -> None:
    one, several = _field(options=CHOICES), _field(options=CHOICES, many=True)
    for text in ("存续", "存续(在营)", " 存 续 （在营）", "ACTIVE", "存续（开业）"):
        assert clean_value(one, text) == "active"
    assert clean_value(several, "存续，Ａ级（大）/A级(小)") == ["active", "big", "small"]
    size = _field(
        options=[{"value": "m", "zh": "中型", "en": "M"}, {"value": "s", "zh": "国有企业", "en": "S"}]
    )
    assert clean_value(size, "中型企业") == "m" and clean_value(size, "国有") == "s"
    with pytest.raises(Wrong):
        clean_value(size, "企业")
    with pytest.raises(Wrong):  # two of them begin so
        clean_value(one, "A级")
