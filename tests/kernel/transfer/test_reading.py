"""Reading tables that people upload."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.kernel.errors import Refused
from pinzhi.kernel.transfer import read_xlsx
from pinzhi.kernel.transfer.columns import Column, Option, folded, match
from pinzhi.kernel.transfer.reading import Row, open_table

COLUMNS = [
    Column("credit_code", "统一社会信用代码", "Credit code", format="uscc", required=True),
    Column("name", "企业名称", "Name", required=True, aliases=("单位名称",)),
    Column("gtin", "商品条码", "GTIN", format="gtin"),
    Column("phone", "联系电话", "Telephone", format="phone"),
    Column("share", "合格率", "Pass rate", type="number", unit="%"),
    Column("staff", "从业人数", "Staff", type="integer"),
    Column("since", "成立日期", "Founded", type="date"),
    Column("spec", "规格型号", "Specification"),
    Column("kind", "类型", "Kind", options=(Option("a", "甲类", "Class A"), Option("b", "乙类", "Class B"))),
    Column("active", "是否在业", "Active", type="boolean"),
]
CODE = "91350100M000100Y43"


def _rows(content: bytes, name: str = "a.csv", **kwargs: Any) -> list[Row]:
    return list(open_table(io.BytesIO(content), COLUMNS, name=name, **kwargs))


def _book(rows: list[list[Any]], **formats: str) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for place, number_format in formats.items():
        sheet[place].number_format = number_format
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _refused(content: bytes, code: str, name: str = "a.csv", **kwargs: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        _rows(content, name, **kwargs)
    assert caught.value.code == code and caught.value.zh and caught.value.en
    return caught.value


TEXT = f"统一社会信用代码,企业名称,联系电话\r\n{CODE},福建某某茶业有限公司,0591-87654321\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_csv_in_every_encoding_and_separator(encoding: str, separator: str) -> None:
    rows = _rows(TEXT.replace(",", separator).encode(encoding))
    assert len(rows) == 1 and not rows[0].errors and rows[0].number == 2
    assert rows[0].values["name"] == "福建某某茶业有限公司"
    assert rows[0].values["credit_code"] == CODE and rows[0].values["spec"] is None


def test_gb18030_that_begins_in_ascii() -> None:
    content = (
        f"credit_code,name\n{CODE},ACME\n" + "".join(f"{CODE},ACME {i}\n" for i in range(4000))
    ).encode()
    content += f"{CODE},福建公司\n".encode("gb18030")
    rows = _rows(content)
    assert rows[-1].values["name"] == "福建公司" and len(rows) == 4002


def test_bytes_that_are_no_text_name_their_line() -> None:
    content = TEXT.encode() + "甲\n".encode() * 3 + b"\xff\xfe\xff broken\n"
    error = _refused(content, "encoding")
    assert error.place == "6" and "6" in error.zh


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("统一社会信用代码", "credit_code"),
        ("统一社会信用代码*", "credit_code"),
        (" 统一社会信用代码（必填） ", "credit_code"),
        ("Credit Code", "credit_code"),
        ("credit_code", "credit_code"),
        ("单位名称", "name"),
        ("合格率（%）", "share"),
        ("合格率(%)", "share"),
        ("从业\n人数", "staff"),
    ],
)
def test_headers(header: str, name: str) -> None:
    assert match([header], COLUMNS).positions == {name: 0}


def test_unknown_headers_are_told_and_missing_ones_refused() -> None:
    table = open_table(io.BytesIO(f"备注,统一社会信用代码,企业名称\nx,{CODE},甲\n".encode()), COLUMNS)
    assert table.unknown == ("备注",) and table.format == "csv" and table.encoding == "utf-8"
    error = _refused("企业名称,联系电话\n甲,1\n".encode(), "headers_missing")
    assert "统一社会信用代码" in error.zh and "企业名称、联系电话" in error.zh and error.remedy_zh
    _refused(f"统一社会信用代码,企业名称,单位名称\n{CODE},甲,乙\n".encode(), "headers_twice")
    _refused("完全无关\n1\n".encode(), "headers_missing")
    _refused(b"", "file_empty")


def test_title_above_and_headers_in_two_merged_rows() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = "福建省企业登记表(2017年)"
    sheet.merge_cells("A1:D1")
    sheet["A2"], sheet["B2"], sheet["C2"] = "统一社会信用代码", "企业名称", "联系方式"
    sheet.merge_cells("A2:A3")
    sheet.merge_cells("B2:B3")
    sheet.merge_cells("C2:D2")
    sheet["C3"], sheet["D3"] = "联系电话", "规格型号"
    sheet.append([CODE, "甲公司", "13812345678", "A-1"])
    out = io.BytesIO()
    book.save(out)
    rows = _rows(out.getvalue(), "a.xlsx")
    assert len(rows) == 1 and rows[0].number == 4 and not rows[0].errors
    assert rows[0].values["credit_code"] == CODE and rows[0].values["phone"] == "13812345678"


def test_blank_rows_are_left_out_and_numbers_count_them() -> None:
    rows = _rows(f"统一社会信用代码,企业名称\n\n , \n{CODE},甲\n".encode())
    assert [r.number for r in rows] == [4]


def test_too_many_cells_and_open_quotes() -> None:
    rows = _rows(f"统一社会信用代码,企业名称\n{CODE},甲,乙\n{CODE},丙\n".encode())
    assert rows[0].errors and "双引号" in rows[0].errors[0].right_zh and not rows[1].errors
    error = _refused(f'统一社会信用代码,企业名称\n{CODE},"甲\n'.encode() + b"x" * 300_000, "csv_broken")
    assert error.place == "2"


def test_code_that_a_spreadsheet_made_a_number() -> None:
    rows = _rows(
        f"统一社会信用代码,企业名称,商品条码\n9.1350E+17,甲,6.90123E+12\n{CODE},乙,6901234567892\n".encode()
    )
    assert [e.column for e in rows[0].errors] == ["统一社会信用代码", "商品条码"]
    assert rows[0].errors[0].value == "9.1350E+17" and "文本" in rows[0].errors[0].right_zh
    assert not rows[1].errors


@pytest.mark.parametrize(
    ("column", "cell", "number_format", "value"),
    [
        ("商品条码", 6901234567892, "0", "6901234567892"),
        ("商品条码", 36000291452, "000000000000", "036000291452"),  # shown with its zero by the cell's format
        ("联系电话", 13812345678, "General", "13812345678"),
        ("合格率", 91.3, "General", Decimal("91.3")),
        ("合格率", 0.913, "0.0%", Decimal("91.3")),
        ("合格率", 91, "General", 91),
        ("从业人数", 120.0, "General", 120),
        ("规格型号", 500, "General", "500"),
        ("规格型号", 1.5, "General", Decimal("1.5")),
        ("成立日期", datetime(2017, 3, 1), "yyyy-mm-dd", date(2017, 3, 1)),
        ("成立日期", "2017年3月1日", "@", "2017年3月1日"),
        ("是否在业", True, "General", True),
        ("规格型号", "'=A1", "@", "=A1"),
    ],
)
def test_typed_cells(column: str, cell: Any, number_format: str, value: Any) -> None:
    rows = _rows(
        _book([["统一社会信用代码", "企业名称", column], [CODE, "甲", cell]], C2=number_format), "a.xlsx"
    )
    name = match([column], COLUMNS).positions.popitem()[0]
    assert not rows[0].errors and rows[0].values[name] == value
    assert type(rows[0].values[name]) is type(value)


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("商品条码", 36000291452, "0可能已丢失"),
        ("联系电话", 59187654321, "0可能已丢失"),
        ("统一社会信用代码", 913501000000001000, "超过15位"),
        ("规格型号", datetime(2024, 3, 5), "日期"),
        ("规格型号", "#REF!", None),
    ],
)
def test_damaged_cells(column: str, cell: Any, words: str | None) -> None:
    headers, values = (
        ["统一社会信用代码", "企业名称", "规格型号", "商品条码", "联系电话"],
        [CODE, "甲", None, None, None],
    )
    values[headers.index(column)] = cell
    row = _rows(_book([headers, values]), "a.xlsx")[0]
    if words is not None:
        assert [e.column for e in row.errors] == [column]
        assert words in row.errors[0].wrong_zh and row.errors[0].right_zh and row.errors[0].wrong_en


def _replace_in_sheet(content: bytes, old: bytes, new: bytes) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for item in source.infolist():
            data = source.read(item.filename)
            if item.filename == "xl/worksheets/sheet1.xml":
                assert old in data
                data = data.replace(old, new)
            target.writestr(item, data)
    return out.getvalue()


def test_formulas_are_never_executed() -> None:
    rows = [["统一社会信用代码", "企业名称", "从业人数", "合格率"], [CODE, "甲", "=1+1", "=1/0"]]
    fresh = _book(rows)
    unsaved = _rows(fresh, "a.xlsx")[0]
    assert len(unsaved.errors) == 2 and "没有保存" in unsaved.errors[0].wrong_zh
    cached = _replace_in_sheet(fresh, b"<f>1+1</f><v></v>", b"<f>1+1</f><v>7</v>")
    cached = _replace_in_sheet(
        cached, b'<c r="D2"><f>1/0</f><v></v></c>', b'<c r="D2" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
    )
    row = _rows(cached, "a.xlsx")[0]
    assert row.values["staff"] == 7  # what the spreadsheet last showed, not 2
    assert [e.column for e in row.errors] == ["合格率"] and "#DIV/0!" in row.errors[0].wrong_zh


def test_sheet_whose_headers_fit_is_taken() -> None:
    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.active.append(["请勿修改本页"])
    sheet = book.create_sheet("数据")
    sheet.append(["统一社会信用代码", "企业名称"])
    sheet.append([CODE, "甲"])
    out = io.BytesIO()
    book.save(out)
    table = open_table(io.BytesIO(out.getvalue()), COLUMNS)
    assert table.sheet == "数据" and len(list(table)) == 1
    _refused(out.getvalue(), "headers_missing", "a.xlsx", sheet="说明")


def test_bombs_and_damaged_books_are_refused() -> None:
    bomb = _replace_in_sheet(
        _book([["统一社会信用代码", "企业名称"]]), b"<sheetData>", b"<sheetData>" + b" " * 40_000_000
    )
    _refused(bomb, "zip_bomb", "a.xlsx")
    entity = _replace_in_sheet(
        _book([["统一社会信用代码", "企业名称"]]), b"<worksheet", b'<!DOCTYPE w [<!ENTITY a "b">]><worksheet'
    )
    _refused(entity, "document_type", "a.xlsx")
    whole = _book([["统一社会信用代码", "企业名称"], [CODE, "甲"]])
    _refused(_replace_in_sheet(whole, b"</worksheet>", b"</worksheet"), "file_damaged", "a.xlsx")
    _refused(whole[: len(whole) // 2], "file_kind", "a.xlsx")
    _refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "file_kind", "a.xls")


def test_a_cell_in_the_last_column_costs_nothing() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["统一社会信用代码", "企业名称"])
    sheet.append([CODE, "甲"])
    sheet["XFD3"] = "x"
    sheet["A60000"], sheet["B60000"] = CODE, "乙"
    out = io.BytesIO()
    book.save(out)
    assert [r.number for r in _rows(out.getvalue(), "a.xlsx")] == [2, 60000]


def test_json_and_json_lines() -> None:
    items = [{"credit_code": CODE, "企业名称": "甲", "share": 91.30, "staff": 5, "active": True, "extra": 1}]
    rows = _rows(json.dumps(items).encode(), "a.json")
    assert rows[0].values["name"] == "甲" and rows[0].values["share"] == Decimal("91.3")
    assert rows[0].values["active"] is True and rows[0].number == 1
    lines = (
        json.dumps(items[0])
        + "\n\nnot json\n[1]\n"
        + json.dumps({"credit_code": 913501000000001000, "name": "乙"})
    )
    found = _rows(lines.encode(), "a.jsonl")
    assert [r.number for r in found] == [1, 3, 4, 5]
    assert not found[0].errors and all(r.errors for r in found[1:])
    error = _refused(b'[{"credit_code": NaN}]', "json_broken", "a.json")
    assert error.remedy_zh
    _refused(b"[" * 100_000, "json_broken", "a.json")


def test_limits() -> None:
    content = "统一社会信用代码,企业名称\n".encode() + f"{CODE},甲\n".encode() * 11
    assert len(_rows(content, max_rows=11)) == 11
    _refused(content, "too_many_rows", max_rows=10)


def test_a_large_file_is_refused_without_reading_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from pinzhi.kernel.transfer import reading

    monkeypatch.setattr(reading, "MAX_BYTES", 1024)
    error = _refused(TEXT.encode() * 100, "file_too_large")
    assert error.status == 413


@given(st.binary(max_size=400))
def test_no_bytes_crash(content: bytes) -> None:
    for name in ("a.csv", "a.json", "a.xlsx"):
        try:
            _rows(content, name)
        except Refused as error:
            assert error.zh


@given(st.text(max_size=200))
def test_no_text_crashes(text: str) -> None:
    body = "统一社会信用代码,企业名称\n" + text
    for content in (body.encode("utf-8", "ignore"), body.encode("gb18030", "ignore")):
        try:
            _rows(content)
        except Refused as error:
            assert error.zh
    folded(text)


def test_formula_search_sees_a_formula_across_chunks() -> None:
    assert read_xlsx._has_formulas(io.BytesIO(_book([["=1"]])))
    assert not read_xlsx._has_formulas(io.BytesIO(_book([["1"]])))
