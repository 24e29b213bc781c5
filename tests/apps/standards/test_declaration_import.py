"""Files of declarations: a row an indicator or a row a product, judged with place and remedy, declared whole or not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from pinzhi.apps.standards.actions.declare import declare
from pinzhi.apps.standards.actions.import_declarations import IMPORTS
from pinzhi.apps.standards.models import Declaration, DeclarationImport
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotPermitted, Refused, RefusedRows
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.registers.models import Entry, Record
from pinzhi.kernel.transfer.actions.import_file import carry_out_check, carry_out_import, import_stream
from tests.apps.standards import declaring
from tests.apps.standards.declaring import code, firm, official, said
from tests.doors.console.conftest import console_settings, login

__all__ = ["console_settings", "login"]
pytestmark = pytest.mark.django_db(databases=["default", "portal"])
TODAY = date(2026, 11, 20)
HEAD = [
    "统一社会信用代码",
    "产品名称",
    "型号",
    "适用类别",
    "消费品领域",
    "执行标准编号",
    "标准名称",
    "指标",
    "限值",
    "单位",
    "检验方法",
    "承诺",
]
CLERK = official("clerk", "clerk")


@pytest.fixture(autouse=True)
def world(db: None) -> Any:
    catalogue.sync()
    with clock.at(TODAY):
        declaring.firms(1, 2, 3)
        declaring.standards()
        declaring.limits()
        yield


def product(n: int, *indicators: Sequence[str], whole: bool = False, **changes: str) -> list[list[str]]:
    """The rows of a product of firm n, a row an indicator; what is said of it in the first of them, or in all."""
    given = {
        "uscc": code(n), "name": "儿童针织T恤衫", "model": "", "class": "儿童纺织产品 B类", "field": "儿童及婴童用品",
        "number": "Q/RJ 001-2026", "title": "儿童针织T恤衫", **changes,
    }  # fmt: skip
    first = [given[x] for x in ("uscc", "name", "model", "class", "field", "number", "title")]
    rows = indicators or (
        ("甲醛含量", "≤20", "mg/kg", "GB/T 2912.1-2009"),
        ("pH值", "4.0～7.5", "", "GB/T 7573-2009"),
        ("起球", "≥3-4级", "", "GB/T 4802.1-2008"),
    )
    return [
        [*(first if at == 0 or whole else [""] * 7), *row, "七日内质量问题包退。" if at == 0 else ""]
        for at, row in enumerate(rows)
    ]


def table(rows: Sequence[Sequence[str]], head: Sequence[str] = HEAD) -> io.BytesIO:
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows])
    return io.BytesIO(out.getvalue().encode("gb18030"))


def bring(
    rows: Any, *, mode: str = "all", what: str = "by_indicator", by: Actor = CLERK, head: Sequence[str] = HEAD
) -> Any:
    return import_stream(IMPORTS, what, table(rows, head), filename="声明.csv", mode=mode, by=by)


def wrong(report: Any) -> list[tuple[int, str | None, str]]:
    return [(error.row, error.column, error.wrong_zh) for error in report.errors]


def test_a_file_says_what_the_form_says() -> None:
    report = bring([*product(1), *product(2, whole=True), *product(2, model="RJ-2")])
    assert report.counts() == {"rows": 9, "new": 3, "changed": 0, "unchanged": 0, "wrong": 0}
    (typed,) = declare([{**said(), "brand": "", "uscc": code(3)}], by=CLERK)
    values = dict(Record.objects.filter(register="d01_declarations").values_list("subject", "values"))
    one, other = values[code(1)], values[code(3)]
    assert len(one["indicators"]) == 3
    own = ("enterprise_name", "main_producer")
    assert {k: v for k, v in one.items() if k not in own} == {k: v for k, v in other.items() if k not in own}
    assert Declaration.objects.get(number=typed.number).flags == []


def test_a_row_a_product() -> None:
    cells = ["指标名称", "指标值", "单位", "试验方法"]
    head = [*HEAD[:7], *(f"{cell}{n}" for n in (1, 2, 3) for cell in cells)]
    rows = [
        [
            *product(n)[0][:7],
            "甲醛含量",
            "≤20",
            "mg/kg",
            "GB/T 2912.1-2009",
            "",
            "",
            "",
            "",
            "pH值",
            value,
            "",
            "GB/T 7573-2009",
        ]
        for n, value in ((1, "4.0～7.5"), (2, "7.5～4.0"))
    ]
    report = bring(rows, mode="check", what="by_product", head=head)
    assert report.counts() == {"rows": 2, "new": 1, "changed": 0, "unchanged": 0, "wrong": 1}
    ((row, column, text),) = wrong(report)
    assert (
        row == 3
        and column == "功能指标、性能指标及试验方法"
        and text.startswith("第2项指标")
        and "pH值" in text
    )
    assert bring(rows, mode="good", what="by_product", head=head).new == 1
    kept = Record.objects.get(register="d01_declarations").values["indicators"]
    assert [one["indicator"] for one in kept] == ["甲醛含量", "pH值"]


def test_every_fault_has_its_row_its_reason_and_what_would_be_right() -> None:
    rows = [
        *product(
            1, ("甲醛含量", "≤20", "mg/kg", ""), ("pH值", "7.5～4.0", "", ""), ("起球", "≥3级", "", "")
        ),  # 2-4: row 3
        *product(9),  # 5-7: on no roster
        *product(2, ("甲醛含量", "", "mg/kg", "")),  # 8: no value
        *product(2, number="企业标准"),  # 9-11: no number
        *product(3),  # 12-14
        *product(3, field="玩偶"),  # 15-17: the same again, and no such field
        [
            code(2),
            "",
            "",
            "",
            "儿童及婴童用品",
            "Q/RJ 7-2026",
            "衣",
            "甲醛含量",
            "≤20",
            "mg/kg",
            "",
            "",
        ],  # 18: no product
        *product(2, ("甲醛含量", "≤20", "mg/kg", ""), whole=True, model="X"),  # 19
        [
            code(2),
            "儿童针织T恤衫",
            "X",
            "婴幼儿 A类",
            "",
            "Q/RJ 001-2026",
            "",
            "pH值",
            "4～7",
            "",
            "",
            "",
        ],  # 20: another class
        *product(1, model="OK"),  # 21-23
    ]
    report = bring(rows, mode="check")
    found = wrong(report)
    assert {row for row, _, _ in found} == {3, 5, 8, 9, 15, 18, 20}, found
    assert all(error.wrong_zh and error.wrong_en for error in report.errors)
    assert all(error.right_zh and error.right_en for error in report.errors if error.row not in (18,))
    assert "4.0–7.5" in report.errors[0].right_zh and "下限" in found[0][2]
    assert report.wrong == 3 + 3 + 1 + 3 + 6 + 1 + 2 and report.new == 1
    with pytest.raises(RefusedRows):
        bring(rows)
    assert not Declaration.objects.exists() and not Entry.objects.filter(register="d01_declarations").exists()
    assert bring(rows, mode="good").new == 1
    assert Declaration.objects.get().uscc == code(1)


def test_the_same_file_again_changes_nothing_and_another_text_is_a_new_version() -> None:
    assert bring(product(1)).new == 1
    entries = Entry.objects.filter(register="d01_declarations").count()
    assert bring(product(1)).counts()["unchanged"] == 1
    assert Entry.objects.filter(register="d01_declarations").count() == entries
    other = product(1, ("甲醛含量", "≤10", "mg/kg", "GB/T 2912.1-2009"))
    report = bring(other, mode="check")
    assert (report.counts()["changed"], Declaration.objects.get().version) == (1, 1)
    stood = Record.objects.get(register="d01_declarations").values
    assert bring([[*row[:-1], ""] for row in other]).counts()["changed"] == 1
    row, kept = Declaration.objects.get(), Record.objects.get(register="d01_declarations").values
    assert (row.version, kept["version"], len(kept["indicators"])) == (2, 2, 1)
    assert kept["commitment"] == stood["commitment"], "an empty cell leaves what stands"
    assert bring(other).counts()["unchanged"] == 1
    wrong_way = product(1, ("甲醛含量", "≤75", "mg/kg", ""), ("pH值", "9.0～4.0", "", ""))
    assert bring(wrong_way, mode="check").counts()["wrong"] == 2
    with pytest.raises(RefusedRows):
        bring([*product(2), *wrong_way])
    assert Declaration.objects.get().version == 2, "nothing half done"


def test_by_api_hand_in_read_the_report_and_decide(login: Callable[..., Client]) -> None:
    manager, home = (
        login("firm1", speaks_for="enterprise", party=code(1)),
        "/api/v1/standards/declaration-imports",
    )
    stream = table([row[1:] for row in product(1)], HEAD[1:])
    stream.name = "声明.csv"
    answer = manager.post(home, {"what": "by_indicator", "file": stream})
    assert answer.status_code == 202, answer.content
    own = answer.json()["id"]
    assert (
        manager.post(f"{home}/{own}/decide", {"mode": "all"}, content_type="application/json").status_code
        == 409
    )
    carry_out_check(IMPORTS, own)
    found = manager.get(f"{home}/{own}").json()
    assert (found["status"], found["rows"], found["new"]) == ("checked", 3, 1)
    assert (
        manager.post(f"{home}/{own}/decide", {"mode": "all"}, content_type="application/json").status_code
        == 202
    )
    carry_out_import(IMPORTS, own)
    assert [one["status"] for one in manager.get(home).json()["items"]] == ["done"]
    assert Declaration.objects.get().uscc == code(1)
    assert login("firm2", speaks_for="enterprise", party=code(2)).get(f"{home}/{own}").status_code == 404
    odd = io.BytesIO(b"%PDF-1.4 no table")
    odd.name = "a.pdf"
    assert manager.post(home, {"what": "by_indicator", "file": odd}).status_code in (202, 415, 422)


def test_a_firm_brings_in_its_own_and_nobody_elses() -> None:
    head = HEAD[1:]
    assert bring([row[1:] for row in product(1)], by=firm(1), head=head).new == 1
    assert Declaration.objects.get().uscc == code(1)
    assert "不是本企业" in wrong(bring(product(2), by=firm(1), mode="check"))[0][2]
    elsewhere = official("other", "clerk", region="350200")
    assert "权限地区" in wrong(bring(product(2), by=elsewhere, mode="check"))[0][2]
    with pytest.raises(NotPermitted):
        bring(product(2), by=official("auditor", "auditor"))


def test_rows_of_a_product_stay_together_over_the_chunks_of_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    from pinzhi.apps.standards.importing_declarations import DeclarationImporter

    monkeypatch.setattr(DeclarationImporter, "chunk", 2)
    rows = [row for n in range(7) for row in product(1 + n % 3, model=f"M{n}")]
    assert bring(rows).new == 7
    assert all(
        len(values["indicators"]) == 3
        for values in Record.objects.filter(register="d01_declarations").values_list("values", flat=True)
    )


def test_headers_that_are_missing_are_named() -> None:
    with pytest.raises(Refused, match="Number of the standard"):
        bring([["甲"]], head=["产品名称"])


def test_in_the_browser_template_check_report_and_in(login: Callable[..., Client]) -> None:
    manager = login("firm1", speaks_for="enterprise", party=code(1))
    home = "/console/standards/declarations/imports/"
    assert home in manager.get("/console/standards/declarations/").content.decode()
    page = manager.get(home).content.decode()
    for what in ("by_indicator", "by_product"):
        address = f"{home}template/{what}/"
        assert address in page
        book = load_workbook(io.BytesIO(b"".join(manager.get(address))))
        sheet = book.worksheets[0]
        heads = [cell.value for cell in sheet[1]]
        sheet.append(
            [{"产品（服务）名称*": f"衬衫{what}", "消费品领域": "儿童及婴童用品", "执行的标准编号*": "Q/RJ 5-2026", "标准名称": "衬衫",
              "指标名称": "甲醛含量", "指标值": "≤20", "单位": "mg/kg", "指标名称1": "甲醛含量", "指标值1": "≤20", "单位1": "mg/kg"}.get(h) for h in heads]
        )  # fmt: skip
        out = io.BytesIO()
        book.save(out)
        out.seek(0)
        out.name = "声明.xlsx"
        response = manager.post(home, {"what": what, "file": out})
        assert response.status_code == 302, response.content.decode()[:3000]
        row = DeclarationImport.objects.get(what=what)
        carry_out_check(IMPORTS, str(row.pk))
        row.refresh_from_db()
        assert (row.status, row.rows, row.errors) == ("checked", 1, []), row.message
        page_after = manager.get(response["Location"]).content.decode()
        assert 'value="all"' in page_after, page_after
        assert manager.post(f"{response['Location']}decide/", {"mode": "all"}).status_code == 302
        carry_out_import(IMPORTS, str(row.pk))
        row.refresh_from_db()
        assert row.status == "done" and row.new == 1
    assert Declaration.objects.filter(uscc=code(1), status="declared").count() == 2
