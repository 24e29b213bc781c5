"""Spreadsheets as bureaus send them in a hurry: understood, or refused with place, reason and remedy; never mistaken."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from pinzhi.kernel.errors import Refused
from pinzhi.kernel.transfer.columns import Column, match
from pinzhi.kernel.transfer.reading import Row, Table, open_table, stands_below
from pinzhi.kernel.transfer.units import differ, unit_in

COLUMNS = [
    Column("code", "统一社会信用代码", "Credit code", format="uscc", required=True),
    Column("name", "企业名称", "Name", required=True),
    Column("place", "所在县（市、区）", "County"),
    Column("money", "投资额", "Investment", type="money", unit="万元"),
    Column("rate", "合格率", "Pass rate", type="number", unit="%"),
    Column("staff", "从业人员数", "Staff", type="integer", unit="人"),
    Column("since", "发证日期", "Issued on", type="date"),
]
CODES = ("91350100M000100Y43", "91110000802100433B", "9144030071526726XG", "91330100799655058B")


def _open(content: bytes) -> Table:
    return open_table(io.BytesIO(content), COLUMNS)


def _book(*sheets: tuple[str, list[list[Any]]], merge: tuple[str, ...] = (), hidden: str = "") -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for area in merge:
            sheet.merge_cells(area)
        if title == hidden:
            sheet.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _csv(text: str) -> list[Row]:
    return list(_open(text.encode()))


HEAD = ["统一社会信用代码", "企业名称"]


def test_a_value_written_once_over_several_rows_holds_for_each() -> None:
    rows = [["序号", *HEAD, "所在县（市、区）", "从业人员数"]]
    rows += [[i, CODES[i], f"甲{i}", "鼓楼区" if i == 0 else None, 5] for i in range(4)]
    read = list(_open(_book(("表", rows), merge=("D2:D4",))))
    assert [row.values["place"] for row in read] == ["鼓楼区", "鼓楼区", "鼓楼区", None]
    # A merged title above the headers, and cells merged along a row, spread nothing.
    titled = [["名单", None, None], [*HEAD, "从业人员数"], [CODES[0], "甲", 5], [CODES[1], None, 6]]
    read = list(_open(_book(("表", titled), merge=("A1:C1", "A4:B4"))))
    assert [row.values["name"] for row in read] == ["甲", None]


def test_several_filled_sheets_are_refused_and_hidden_ones_are_not_read() -> None:
    one, other = [HEAD, [CODES[0], "甲"]], [HEAD, [CODES[1], "乙"]]
    with pytest.raises(Refused) as caught:
        _open(_book(("鼓楼", one), ("台江", other)))
    assert (
        caught.value.code == "several_sheets" and "鼓楼、台江" in caught.value.zh and caught.value.remedy_zh
    )
    assert [r.values["name"] for r in _open(_book(("鼓楼", one), ("旧", other), hidden="旧"))] == ["甲"]
    assert [r.values["name"] for r in _open(_book(("鼓楼", one), ("空", [HEAD])))] == ["甲"]


@pytest.mark.parametrize("header", ["投资额（亿元）", "投资额(元)", "投资额[万美元]"])
def test_another_unit_in_the_header_is_refused(header: str) -> None:
    with pytest.raises(Refused) as caught:
        _open(f"统一社会信用代码,企业名称,{header}\n{CODES[0]},甲,3\n".encode())
    assert (
        caught.value.code == "units_differ"
        and caught.value.place == header
        and "万元" in caught.value.remedy_zh
    )


def test_the_unit_above_the_table_counts_unless_the_header_has_its_own() -> None:
    with pytest.raises(Refused, match="亿元"):
        _open(f"一览表,,单位：亿元\n统一社会信用代码,企业名称,投资额\n{CODES[0]},甲,3\n".encode())
    for head, above in (
        ("投资额（万元）", "单位：亿元"),
        ("投资额", "单位：万元"),
        ("投资额", "填报单位：某局"),
    ):
        read = _csv(f"一览表,,{above}\n统一社会信用代码,企业名称,{head}\n{CODES[0]},甲,3\n")
        assert read[0].values["money"] == "3" and not read[0].errors


def test_units() -> None:
    assert (
        unit_in("产值(亿元)") == "亿元" and unit_in("名称（全称）") == "" and unit_in("合格率（％）") == "%"
    )
    assert differ("亿元", "万元") and differ("‰", "%") and differ("万人", "人") and differ("kg", "吨")
    assert (
        not differ("家", "个")
        and not differ("公斤", "kg")
        and not differ("㎡", "平方米")
        and not differ("箱", "个")
    )


@pytest.mark.parametrize(
    "text",
    ["合计", "合  计", "总计：5", "小计(家)", "注：以上为初步统计", "填表人：王某", "制表人签字：", "Total"],
)
def test_rows_below_the_table_are_no_records(text: str) -> None:
    assert stands_below(text)
    rows = _csv(f"序号,统一社会信用代码,企业名称,从业人员数\n1,{CODES[0]},甲,3\n{text},,,3\n")
    assert not rows[0].errors and "合计" in rows[1].errors[0].wrong_zh and rows[1].number == 3
    sheet = [["序号", *HEAD, "从业人员数"], [1, CODES[0], "甲", 3], [text, None, None, 3]]
    assert list(_open(_book(("表", sheet))))[1].errors


@pytest.mark.parametrize(
    "name",
    [
        "合计算机有限公司",
        "总部经济有限公司",
        "注塑机厂",
        "小天鹅股份有限公司",
        "TOTAL石化有限公司",
        "说明书印刷厂",
    ],
)
def test_firms_are_not_taken_for_totals(name: str) -> None:
    assert not stands_below(name)


def test_rows_that_hold_nothing_but_their_number_are_left_out() -> None:
    assert len(_csv(f"序号,统一社会信用代码,企业名称\n1,{CODES[0]},甲\n2,,\n3,,\n")) == 1


def test_a_day_that_has_lost_its_format_is_a_day() -> None:
    rows = [
        [*HEAD, "发证时间"],
        [CODES[0], "甲", 45413],
        [CODES[1], "乙", datetime(2024, 5, 1)],
        [CODES[2], "丙", 20240501],
    ]
    assert [r.values["since"] for r in _open(_book(("表", rows)))] == [
        date(2024, 5, 1),
        date(2024, 5, 1),
        "20240501",
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"<html><body><table><tr><td>x</table>",
        b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>",
        "\ufeff<!DOCTYPE html><table>".encode("utf-16-le"),
    ],
)
def test_pages_with_the_name_of_a_spreadsheet(content: bytes) -> None:
    with pytest.raises(Refused) as caught:
        _open(content)
    assert caught.value.code == "file_kind" and "网页" in caught.value.zh


def test_names_in_use_and_names_of_something_else() -> None:
    assert match(["单位全称", "信用代码", "职工人数", "发证时间"], COLUMNS).positions == {
        "name": 0, "code": 1, "staff": 2, "since": 3,
    }  # fmt: skip
    found = match(["企业名称（曾用名）", "企业名称"], COLUMNS)
    assert found.positions == {"name": 1} and found.unknown == ("企业名称（曾用名）",)
    trade = [Column("trade", "行业代码（GB/T 4754）", "Trade code")]
    assert match(["所属行业"], trade).positions == {"trade": 0}
    # A title goes before another column's other name.
    both = [Column("a", "联系人电话", "A", aliases=("电话",)), Column("b", "电话", "B")]
    assert match(["电话", "联系人电话"], both).positions == {"b": 0, "a": 1}


def test_the_headers_found_are_shown_not_the_title() -> None:
    with pytest.raises(Refused) as caught:
        _open(_book(("表", [["某区名单"], ["企业名称", "地址"], ["甲", "路1号"]])))
    assert "统一社会信用代码" in caught.value.zh and "企业名称、地址" in caught.value.zh
