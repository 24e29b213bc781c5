"""Region codes: nesting, dates, names."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pinzhi
from pinzhi.rules.places.regions import (
    RegionTable,
    is_code,
    level_of,
    parent_of,
    prefix_of,
    read_rows,
    short_name,
)

_FOLDER = Path(pinzhi.__file__).parent / "catalogue" / "regions"


def _catalogue() -> RegionTable:
    rows = []
    for file in sorted(_FOLDER.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            rows += list(read_rows(lines))
    return RegionTable(rows)


TABLE = _catalogue()
D2015 = date(2015, 6, 30)
D2016, D2018, D2020, D2022 = date(2016, 12, 31), date(2018, 6, 1), date(2020, 12, 31), date(2022, 12, 31)
CODES = sorted({r.code for r in TABLE})


@pytest.mark.parametrize(
    ("code", "level", "parent", "prefix"),
    [
        ("100000", "country", None, ""),
        ("350000", "province", "100000", "35"),
        ("350100", "city", "350000", "3501"),
        ("350102", "county", "350100", "350102"),
        ("419001", "county", "410000", "419001"),
        ("35Z001", "zone", "350000", "35Z001"),
        ("3501Z1", "zone", "350100", "3501Z1"),
        ("350181Z1", "zone", "350181", "350181Z1"),
    ],
)
def test_codes_nest_by_their_digits(code: str, level: str, parent: str | None, prefix: str) -> None:
    assert is_code(code)
    assert (level_of(code), parent_of(code), prefix_of(code)) == (level, parent, prefix)


@pytest.mark.parametrize("text", ["", "35", "35010", "3501021", "35010A", "Z1", "福建"])
def test_what_is_no_code(text: str) -> None:
    assert not is_code(text)


@pytest.mark.parametrize(
    ("whole", "part", "on", "inside"),
    [
        ("100000", "350102", D2020, True),
        ("350000", "350102", D2020, True),
        ("350100", "350102", D2020, True),
        ("350100", "350203", D2020, False),
        ("350000", "630000", D2020, False),
        ("350000", "35Z001", D2020, True),
        ("350100", "3501Z1", D2020, True),
        ("35Z001", "350128", D2020, True),  # the zone covers a whole county
        ("35Z001", "350102", D2020, False),
        ("350128", "35Z001", D2020, False),
        ("370100", "371202", D2018, False),  # 莱芜 joins 济南 at the end of 2018
        ("370100", "371202", D2020, True),
        ("370100", "371200", D2020, True),
        ("371200", "371202", D2020, True),  # its own old records stay its own
        ("370000", "371202", D2020, True),
        ("350112", "350182", D2016, False),  # 长乐市 becomes 长乐区
        ("350112", "350182", D2020, True),
        ("350404", "350402", D2022, True),
        ("350100", "350199", D2020, True),  # an unknown code nests all the same
        ("341500", "341521", D2015, True),  # 寿县 goes from 六安 to 淮南 and gets another code
        ("340400", "341521", D2015, False),
        ("341500", "341521", D2020, False),
        ("340400", "341521", D2020, True),
        ("340000", "341521", D2020, True),
        ("990000", "9901Z1", D2020, True),
        ("99Z001", "990623", D2020, True),
    ],
)
def test_subtree_by_date(whole: str, part: str, on: date, inside: bool) -> None:
    assert TABLE.contains(whole, part, on) is inside
    assert (part in TABLE.area(whole, on)) is inside


@given(st.sampled_from(CODES), st.sampled_from(CODES), st.sampled_from([D2015, D2016, D2018, D2020, D2022]))
def test_area_says_the_same_as_contains(whole: str, part: str, on: date) -> None:
    assert (part in TABLE.area(whole, on)) is TABLE.contains(whole, part, on)
    assert (part in TABLE.subtree(whole, on)) is TABLE.contains(whole, part, on)


def test_catalogue_is_sound() -> None:
    provinces = [r for r in TABLE if r.level == "province" and not r.is_demonstration]
    assert len(provinces) == 34
    for region in TABLE:
        parent = parent_of(region.code)
        assert parent is None or TABLE.get(parent), region
        for other in (*region.becomes, *region.covers):
            assert TABLE.get(other), region
        assert not (region.valid_from and region.valid_until and region.valid_from > region.valid_until)
        assert not region.becomes or region.valid_until, region


def test_every_pair_of_an_abolished_code_is_consistent() -> None:
    for part in (r.code for r in TABLE if r.becomes):
        for whole in CODES:
            for on in (D2015, D2018, D2022):
                assert (part in TABLE.area(whole, on)) is TABLE.contains(whole, part, on), (whole, part, on)


@pytest.mark.parametrize(("province", "cities", "counties"), [("35", 9, 84), ("63", 8, 44), ("64", 5, 22)])
def test_provinces_of_the_documents_are_complete(province: str, cities: int, counties: int) -> None:
    on = [r for r in TABLE if r.code.startswith(province) and r.in_force(date(2023, 12, 31))]
    assert sum(r.level == "city" for r in on) == cities
    assert sum(r.level == "county" for r in on) == counties


def test_demonstration_province_is_marked_and_alone() -> None:
    demo = [r for r in TABLE if r.is_demonstration]
    assert sum(r.level == "city" and r.code.startswith("99") for r in demo) == 9  # beside it one next door
    assert sum(r.level == "zone" for r in demo) == 3
    assert 55 <= sum(r.level == "county" and r.in_force(D2022) for r in demo) <= 65
    real = {r.zh for r in TABLE if not r.is_demonstration}
    assert not real & {r.zh for r in demo}


@pytest.mark.parametrize(
    ("zh", "short"),
    [
        ("福建省", "福建"),
        ("宁夏回族自治区", "宁夏"),
        ("内蒙古自治区", "内蒙古"),
        ("新疆维吾尔自治区", "新疆"),
        ("广西壮族自治区", "广西"),
        ("西藏自治区", "西藏"),
        ("香港特别行政区", "香港"),
        ("海西蒙古族藏族自治州", "海西"),
        ("巴音郭楞蒙古自治州", "巴音郭楞"),
        ("大通回族土族自治县", "大通"),
        ("阿里地区", "阿里"),
        ("兴安盟", "兴安"),
        ("沙县", "沙县"),
        ("鼓楼区", "鼓楼"),
        ("厦门市", "厦门"),
    ],
)
def test_short_names(zh: str, short: str) -> None:
    assert short_name(zh) == short


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("福建省", "350000"),
        ("福建", "350000"),
        ("厦门", "350200"),
        ("厦门市", "350200"),
        ("福建省厦门市思明区", "350203"),
        ("福建厦门思明", "350203"),
        ("青海", "630000"),
        ("海南", "460000"),  # the province goes before the prefecture
        ("青海省海南州", "632500"),
        ("灵武", "640181"),
        ("宁夏灵武市", "640181"),
        ("平潭综合实验区", "35Z001"),
        ("福州高新区", "3501Z1"),
        ("云澜", "990000"),
        ("350203", "350203"),
        ("吉林", "220000"),
        ("吉林市", "220200"),
        ("吉林省吉林市", "220200"),
    ],
)
def test_finding_by_name(text: str, code: str) -> None:
    found = TABLE.find(text)
    assert found and found[0].code == code


@pytest.mark.parametrize("text", ["", "不存在", "福建省不存在市", "999999"])
def test_unknown_names(text: str) -> None:
    assert TABLE.find(text) == []


def test_finding_as_of_a_day() -> None:
    assert TABLE.find("三元区", on=D2016)[0].code == "350403"
    assert TABLE.find("三元区", on=D2022)[0].code == "350404"
    assert [r.code for r in TABLE.find("鼓楼", within="350000")] == ["350102"]


def test_names_in_running_text() -> None:
    text = "在福建省厦门市、平潭综合实验区和银川市开展试点"
    assert [r.code for _, _, r in TABLE.named_in(text)] == ["350000", "350200", "35Z001", "640100"]


@given(st.text(max_size=20))
def test_no_text_crashes(text: str) -> None:
    TABLE.find(text)
    TABLE.named_in(text)
    short_name(text)
