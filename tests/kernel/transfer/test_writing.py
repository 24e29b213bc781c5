"""Files that we write: nothing in them runs, and what we write we can read."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinzhi.kernel.transfer import writing
from pinzhi.kernel.transfer.columns import Column
from pinzhi.kernel.transfer.reading import open_table
from tests.kernel.transfer.test_reading import CODE, COLUMNS

ROW = {
    "credit_code": CODE,
    "name": '=HYPERLINK("http://x")',
    "gtin": "06901234567892",
    "phone": "+86 13812345678",
    "share": Decimal("91.30"),
    "staff": -5,
    "since": date(2017, 3, 1),
    "spec": "-1+2",
    "kind": "a",
    "active": True,
}


def _csv(rows: list[dict[str, Any]], **kwargs: Any) -> str:
    return b"".join(writing.csv_chunks(COLUMNS, rows, **kwargs)).decode("utf-8")


def test_csv_for_people() -> None:
    text = _csv([ROW])
    assert text.startswith("\ufeff") and "\r\n" in text
    row = next(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert row["统一社会信用代码"] == CODE and row["类型"] == "甲类" and row["是否在业"] == "是"
    assert (
        row["企业名称"].startswith("'=") and row["规格型号"] == "'-1+2" and row["联系电话"].startswith("'+")
    )
    assert row["从业人数"] == "-5" and row["合格率"] == "91.30"


def test_csv_for_machines() -> None:
    text = _csv([ROW], lang="name", bom=False)
    row = next(csv.DictReader(io.StringIO(text)))
    assert row["kind"] == "a" and row["active"] == "true" and row["since"] == "2017-03-01"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_nothing_starts_a_formula(start: str) -> None:
    text = _csv([{"name": start + "cmd|' /C calc'!A0"}], bom=False)
    row = next(csv.reader(io.StringIO(text.split("\r\n", 1)[1])))
    assert not row[1].startswith(("=", "+", "-", "@", "\t", "\r"))


def test_csv_comes_in_pieces() -> None:
    chunks = list(writing.csv_chunks(COLUMNS, ({"name": str(i)} for i in range(2500))))
    assert len(chunks) == 3 and b"".join(chunks).count(b"\r\n") == 2501


def test_xlsx_holds_no_formula_and_keeps_zeros() -> None:
    out = io.BytesIO()
    assert writing.write_xlsx(COLUMNS, [ROW], out) == 1
    sheet = openpyxl.load_workbook(io.BytesIO(out.getvalue())).active
    cells = {COLUMNS[i].name: cell for i, cell in enumerate(sheet[2])}
    assert all(cell.data_type != "f" for cell in cells.values())
    assert cells["name"].value == ROW["name"] and cells["gtin"].value == "06901234567892"
    assert cells["staff"].value == -5 and cells["share"].value == 91.3
    assert cells["since"].value == datetime(2017, 3, 1)


@pytest.mark.parametrize("lang", ["zh", "en", "name"])
@pytest.mark.parametrize("kind", ["csv", "xlsx", "jsonl"])
def test_what_we_write_we_read(kind: str, lang: str) -> None:
    out = io.BytesIO()
    if kind == "csv":
        out.write(b"".join(writing.csv_chunks(COLUMNS, [ROW], lang=lang)))
    elif kind == "jsonl":
        out.write(b"".join(writing.jsonl_chunks(COLUMNS, [ROW])))
    else:
        writing.write_xlsx(COLUMNS, [ROW], out, lang=lang)
    (row,) = open_table(io.BytesIO(out.getvalue()), COLUMNS, name="a." + kind)
    assert not row.errors
    for name in ("credit_code", "name", "gtin", "phone", "spec"):
        assert row.values[name] == ROW[name], name
    assert Decimal(str(row.values["share"])) == Decimal("91.3") and str(row.values["staff"]) == "-5"
    assert str(row.values["since"]) == "2017-03-01"


@settings(max_examples=40)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1),
        min_size=1,
        max_size=3,
    )
)
def test_any_text_survives_csv(names: list[str]) -> None:
    rows = [{"credit_code": CODE, "name": "x" + n} for n in names]
    content = b"".join(writing.csv_chunks(COLUMNS, rows))
    assert [r.values["name"] for r in open_table(io.BytesIO(content), COLUMNS)] == [r["name"] for r in rows]


def test_template_is_read_back() -> None:
    out = io.BytesIO()
    writing.write_template(COLUMNS, out)
    book = openpyxl.load_workbook(out)
    sheet = book.worksheets[0]
    assert sheet["A1"].value == "统一社会信用代码*" and sheet["A2"].number_format == "@"
    assert [v.formula1 for v in sheet.data_validations.dataValidation] == ['"甲类,乙类"']
    assert book.sheetnames == ["数据", "填写说明"]
    sheet["A2"], sheet["B2"] = CODE, "甲"
    filled = io.BytesIO()
    book.save(filled)
    (row,) = open_table(filled, COLUMNS)
    assert row.values["credit_code"] == CODE and row.number == 2


def test_data_package() -> None:
    content = b"".join(writing.csv_chunks(COLUMNS, [ROW], lang="name", bom=False))
    package = writing.data_package(
        name="e01-cqo",
        zh="首席质量官",
        en="Chief quality officers",
        created=datetime(2024, 1, 1, tzinfo=UTC),
        resources=[
            writing.resource(
                COLUMNS, name="records", path="records.csv", size=len(content), key=["credit_code"]
            )
        ],
    )
    assert json.loads(json.dumps(package)) == package
    (resource,) = package["resources"]
    fields = {f["name"]: f for f in resource["schema"]["fields"]}
    assert resource["schema"]["primaryKey"] == ["credit_code"] and resource["bytes"] == len(content)
    assert (
        fields["credit_code"]["constraints"] == {"required": True}
        and fields["credit_code"]["semantic"] == "uscc"
    )
    assert fields["kind"]["constraints"]["enum"] == ["a", "b"] and fields["share"]["type"] == "number"
    assert {f["type"] for f in fields.values()} <= {
        "string",
        "integer",
        "number",
        "boolean",
        "date",
        "year",
        "datetime",
    }


def test_money_text_and_files_have_frictionless_types() -> None:
    columns = [Column("m", "金额", "M", type="money"), Column("f", "附件", "F", type="file", many=True)]
    assert [f["type"] for f in writing.table_schema(columns)["fields"]] == ["number", "string"]
    assert writing.shown(columns[1], [{"name": "a.pdf"}, {"name": "b.pdf"}]) == "a.pdf；b.pdf"
