"""Reports out of a spreadsheet or an API body: one row an item, rows of a report together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, BinaryIO

from pinzhi.apps.inspection.reporting import GivenItem, GivenReport
from pinzhi.kernel.transfer.columns import Column
from pinzhi.kernel.transfer.reading import Row, open_table

COLUMNS: tuple[Column, ...] = (
    Column("sample", "样品编号", "Sample number", required=True, format="code", example="CY-2026-0000123"),
    Column("number", "报告编号", "Report number", required=True, format="code", example="JD2026-03117"),
    Column("laboratory", "检验机构统一社会信用代码", "Credit code of the laboratory", format="uscc",
           aliases=("检验机构代码",)),
    Column("received_on", "收样日期", "Received on", type="date", example="2026-04-10"),
    Column("tested_on", "检验日期", "Tested on", type="date", required=True, example="2026-04-15"),
    Column("issued_on", "签发日期", "Issued on", type="date", required=True, example="2026-04-20"),
    Column("test", "检验类别", "Test", example="初检", help_zh="初检、复检或复查；空白为初检",
           help_en="first, re-inspection or re-check; blank: first"),
    Column("re_sampled_on", "复查抽样日期", "Re-check sampled on", type="date", help_zh="仅复查填写",
           help_en="of a re-check alone"),
    Column("item", "检验项目", "Item", required=True, example="甲醛含量", aliases=("项目", "项目名称")),
    Column("value", "检验结果", "Value", example="20", aliases=("实测值", "检验值")),
    Column("unit", "单位", "Unit", example="mg/kg"),
    Column("method", "检验方法", "Method", example="GB/T 2912.1-2009"),
    Column("uncertainty", "不确定度", "Uncertainty", example="±2"),
    Column("said", "结论", "Verdict", aliases=("检验结论", "判定"), example="合格"),
    Column("seals", "封签编号", "Seal numbers", help_zh="多个用顿号分开", help_en="several with commas"),
)  # fmt: skip
_VERDICTS = {
    "合格": "pass",
    "不合格": "fail",
    "pass": "pass",
    "fail": "fail",
    "passed": "pass",
    "failed": "fail",
}


def text_of(value: Any) -> str:
    """A cell as text, empty for none."""
    return "" if value is None else str(value).strip()


def day_of(row: Row | Mapping[str, Any], name: str, faults: list[tuple[str, str, str]]) -> date | None:
    """A day as people write it; what cannot be read is added to `faults` (code, zh, en)."""
    value = row.values.get(name) if isinstance(row, Row) else row.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value).strip().replace("/", "-").replace(".", "-")
    try:
        year, month, day = (
            int(part) for part in text.removesuffix("日").replace("年", "-").replace("月", "-").split("-")
        )
        return date(year, month, day)
    except ValueError:
        faults.append(("date_unreadable", f"日期“{value}”无法读出", f"{value!r} is no day"))
        return None


def split(text: str) -> list[str]:
    """Several texts of one cell, parted by commas, semicolons or blanks."""
    for mark in ("，", "、", ";", "；", " "):
        text = text.replace(mark, ",")
    return [part for part in text.split(",") if part]


_TESTS = {
    "": "first",
    "初检": "first",
    "首次检验": "first",
    "first": "first",
    "复检": "re_inspection",
    "re-inspection": "re_inspection",
    "re_inspection": "re_inspection",
    "复查": "re_check",
    "re-check": "re_check",
    "re_check": "re_check",
}


def test_of(text: str, faults: list[tuple[str, str, str]]) -> str:
    """The kind of test as it is written: 初检, 复检, 复查."""
    found = _TESTS.get(text.strip().lower())
    if found is None:
        faults.append(
            ("test_unreadable", f"检验类别“{text}”不是初检、复检或复查", f"{text!r} is no kind of test")
        )
    return found or "first"


def verdict_of(text: str, faults: list[tuple[str, str, str]]) -> str:
    if not text:
        return ""
    found = _VERDICTS.get(text.lower())
    if found is None:
        faults.append(("verdict_unreadable", f"结论“{text}”不是合格或不合格", f"{text!r} is no verdict"))
    return found or ""


def from_table(stream: BinaryIO, *, name: str, laboratory: str = "") -> Iterator[GivenReport]:
    """The reports of a file, in its order. Rows of one report stand together. Raises Refused for no table."""
    return from_rows(open_table(stream, COLUMNS, name=name), laboratory=laboratory)


def from_rows(rows: Iterable[Row], *, laboratory: str = "") -> Iterator[GivenReport]:
    current: GivenReport | None = None
    for row in rows:
        values = row.values
        sample, number = text_of(values.get("sample")), text_of(values.get("number"))
        own = text_of(values.get("laboratory")) or laboratory
        if current is None or (current.sample, current.number, current.laboratory) != (sample, number, own):
            if current is not None:
                yield current
            current = _begin(row, sample, number, own)
        elif row.errors:
            current.faults += [("unreadable", e.wrong_zh, e.wrong_en) for e in row.errors]
        value = values.get("value")
        current.items.append(
            GivenItem(
                text_of(values.get("item")),
                # A spreadsheet's number is told without an exponent.
                f"{value:f}" if hasattr(value, "as_tuple") else text_of(value),
                text_of(values.get("unit")),
                text_of(values.get("method")),
                text_of(values.get("uncertainty")),
            )
        )
    if current is not None:
        yield current


def _begin(row: Row, sample: str, number: str, laboratory: str) -> GivenReport:
    faults = [("unreadable", e.wrong_zh, e.wrong_en) for e in row.errors]
    return GivenReport(
        sample=sample,
        number=number,
        laboratory=laboratory,
        received_on=day_of(row, "received_on", faults),
        tested_on=day_of(row, "tested_on", faults),
        issued_on=day_of(row, "issued_on", faults),
        items=[],
        said=verdict_of(text_of(row.values.get("said")), faults),
        seals=split(text_of(row.values.get("seals"))),
        test=test_of(text_of(row.values.get("test")), faults),
        sampled_on=day_of(row, "re_sampled_on", faults),
        row=row.number,
        faults=faults,
    )
