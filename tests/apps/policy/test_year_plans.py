"""The yearly plan of key products: drawn up, published by a second person, reported on, brought in from a spreadsheet."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from pinzhi.apps.policy.actions.change_year_plan import (
    create_year_plan,
    publish_year_plan,
    report_product,
    save_products,
    strike_product,
)
from pinzhi.apps.policy.models import KeyProduct, YearPlan
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, NotPermitted, Refused, RefusedRows
from pinzhi.kernel.registers import catalogue, sequencer
from pinzhi.kernel.registers.models import PublicRecord
from tests.apps.policy.world import FUJIAN, FUZHOU, login, official, user

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.apps.policy.urls")]
CLERK, SECOND = official("clerk", "clerk"), official("second", "clerk", "approver")
TOY: dict[str, Any] = {
    "product_name": "童车",
    "sector": "children",
    "tools": ["spot_check", "风险监测"],
    "lead_unit": "省市场监管局",
    "support_units": "省教育厅、省妇联",
    "batches_planned": "300",
    "pass_rate_before": "88.5",
    "goal": "抽查合格率达到92%以上",
}


@pytest.fixture(autouse=True)
def definitions(db: None) -> None:
    catalogue.sync()


@pytest.fixture
def plan() -> YearPlan:
    with clock.at(date(2024, 2, 1)):
        return create_year_plan(
            by=CLERK,
            year=2024,
            title="2024年消费品质量提升工作计划",
            region=FUJIAN,
            doc_number="闽质强办〔2024〕3号",
        )


def published(key: str) -> PublicRecord:
    sequencer.drain()
    return PublicRecord.objects.get(register="annual_plans", key=key)


def test_from_draft_to_the_public_register(plan: YearPlan) -> None:
    with clock.at(date(2024, 2, 2)):
        toy, food = save_products(
            plan.pk,
            [TOY, {**TOY, "product_name": "乳制品", "sector": "食品", "due_on": "2024-09-30"}],
            by=CLERK,
        )
        assert (
            toy.tools == ["spot_check", "risk"]
            and toy.support_units == ["省教育厅", "省妇联"]
            and toy.due_on == date(2024, 12, 31)
        )
        assert (
            toy.lead_agency == "350000-market_supervision"
            and food.sector == "food"
            and food.due_on == date(2024, 9, 30)
        )
        sequencer.drain()
        assert not PublicRecord.objects.filter(register="annual_plans").exists(), (
            "a draft is nobody else's business"
        )
        with pytest.raises(NotPermitted):
            publish_year_plan(plan.pk, by=CLERK)
        publish_year_plan(plan.pk, by=SECOND)
        with pytest.raises(Conflict):
            publish_year_plan(plan.pk, by=SECOND)
        shown = published(f"{plan.code}-001")
    assert shown.values["product_name"] == "童车" and shown.values["tools"] == ["spot_check", "risk"]
    assert (
        shown.values["status"] == "not_started"
        and shown.values["pass_rate_before"] == "88.5"
        and shown.record_type == "plan_product"
    )
    with pytest.raises(NotPermitted):
        save_products(plan.pk, [TOY], by=CLERK)
    save_products(plan.pk, [{"number": 1, "goal": "95%以上"}], by=SECOND)
    changed = published(f"{plan.code}-001")
    assert changed.values["goal"] == "95%以上" and changed.values["product_name"] == "童车"
    strike_product(food.pk, by=SECOND)
    sequencer.drain()
    assert PublicRecord.objects.filter(register="annual_plans").count() == 1


def test_whoever_drew_it_up_does_not_publish_it(plan: YearPlan) -> None:
    with pytest.raises(Refused, match="no_products"):
        publish_year_plan(plan.pk, by=SECOND)
    save_products(plan.pk, [TOY], by=CLERK)
    with pytest.raises(NotPermitted, match="two_persons"):
        publish_year_plan(plan.pk, by=official("clerk", "clerk", "approver"))


def test_the_responsible_unit_reports(plan: YearPlan) -> None:
    (product,) = save_products(plan.pk, [{**TOY, "lead_unit": "省工信厅"}], by=CLERK)
    publish_year_plan(plan.pk, by=SECOND)
    unit = Actor("gx", "agency", "350000-industry", "gx")
    for stranger in (Actor("x", "agency", "350000-forestry", "x"), official("y", "clerk", region=FUZHOU)):
        with pytest.raises(NotPermitted):
            report_product(product.pk, {"status": "done"}, by=stranger)
    with pytest.raises(RefusedRows) as refused:
        report_product(product.pk, {"status": "fine", "pass_rate_after": "120"}, by=unit)
    assert [row.column for row in refused.value.rows] == ["状态", "本年合格率"]
    with clock.at(date(2024, 11, 15)):
        done = report_product(
            product.pk,
            {
                "status": "已完成",
                "pass_rate_after": "93.2",
                "batches_done": 286,
                "summary": "下降4.7个百分点",
            },
            by=unit,
        )
    assert (
        done.state == "done"
        and done.pass_rate_after == Decimal("93.20")
        and done.reported_on == date(2024, 11, 15)
    )
    shown = published(f"{plan.code}-001")
    assert (
        shown.values["status"] == "done"
        and shown.values["pass_rate_after"] == "93.2"
        and shown.values["progress_on"] == "2024-11-15"
    )


def test_rows_that_are_wrong_are_named_and_none_is_kept(plan: YearPlan) -> None:
    rows = [
        TOY,
        {**TOY, "sector": "toys"},
        {"product_name": "x"},
        {**TOY, "number": 9},
        {**TOY, "batches_planned": "-1"},
    ]
    with pytest.raises(RefusedRows) as refused:
        save_products(plan.pk, rows, by=CLERK)
    assert {(row.row, row.column) for row in refused.value.rows} == {
        (2, "消费品领域"),
        (3, "消费品领域"),
        (3, "采取的措施"),
        (3, "责任单位"),
        (4, "number"),
        (5, "计划抽查批次"),
    }
    assert not KeyProduct.objects.exists()


def test_who_may(plan: YearPlan) -> None:
    for stranger in (official("x", "auditor"), official("y", "clerk", region=FUZHOU)):
        with pytest.raises(NotPermitted):
            create_year_plan(by=stranger, year=2024, title="t", region=FUJIAN)
        with pytest.raises(NotPermitted):
            save_products(plan.pk, [TOY], by=stranger)
    for change, place in (
        ({"year": 1900}, "year"),
        ({"title": " "}, "title"),
        ({"document": "none"}, "document"),
    ):
        with pytest.raises(Refused) as refused:
            create_year_plan(**{"by": CLERK, "year": 2024, "title": "t", "region": FUJIAN, **change})
        assert refused.value.place == place
    assert create_year_plan(by=CLERK, year=2024, title="t", region=FUJIAN).code == plan.code[:-1] + "2"


def test_pages(settings: Any) -> None:
    settings.DEMO = True
    clerk, second = login(user("clerk", "clerk")), login(user("second", "approver"))
    made = clerk.post(
        "/console/plans/new/",
        {"year": 2026, "title": "2026年计划", "region": FUJIAN, "doc_number": "", "document": ""},
    )
    assert made.status_code == 302, made.content.decode()[:3000]
    plan = YearPlan.objects.get()
    base = f"/console/plans/{plan.code}/"
    typed = {"product_name": "童车", "sector": "children", "tools": ["spot_check"], "lead_unit": "省工信厅"}
    wrong = clerk.post(base + "products/new/", {**typed, "sector": "", "batches_planned": "many"})
    assert wrong.status_code == 422 and "童车" in wrong.content.decode()
    assert clerk.post(base + "products/new/", typed).status_code == 302
    form = clerk.get(base + "products/1/").content.decode()
    assert "童车" in form
    sheet = load_workbook(BytesIO(clerk.get(base + "template.xlsx").content))
    heads = [cell.value.rstrip("*") for cell in sheet.worksheets[0][1]]
    assert heads[0] == "重点产品（项目）" and "完成时限" in heads
    lines = (
        ["乳制品", "食品", "", "", "", "监督抽查；帮扶", "省市场监管局"],
        ["皮鞋", "鞋履", "", "", "", "监督抽查", "省市场监管局"],
    )
    for row, line in enumerate(lines, 2):
        for column, value in enumerate(line, 1):
            sheet.worksheets[0].cell(row, column).value = value
    filled = BytesIO()
    sheet.save(filled)
    filled.seek(0)
    filled.name = "products.xlsx"
    refused = clerk.post(base + "import/", {"file": filled})
    assert (
        refused.status_code == 422 and "鞋履" in refused.content.decode() and KeyProduct.objects.count() == 1
    )
    sheet.worksheets[0].cell(3, 2).value = "鞋类"
    filled = BytesIO()
    sheet.save(filled)
    filled.seek(0)
    filled.name = "products.xlsx"
    brought = clerk.post(base + "import/", {"file": filled})
    assert brought.status_code == 302, brought.content.decode()[:3000]
    assert [p.product_name for p in KeyProduct.objects.all()] == ["童车", "乳制品", "皮鞋"]
    assert KeyProduct.objects.get(number=2).tools == ["spot_check", "assistance"]
    unit = login(user("gx", party="350000-industry"))
    assert unit.get(base).status_code == 403, "a draft"
    assert second.post(base + "publish/").status_code == 302
    page = unit.get(base).content.decode()
    assert (
        "童车" in page
        and "监督抽查" in page
        and base + "products/1/progress/" in page
        and base + "products/2/progress/" not in page
    )
    assert (
        unit.post(base + "products/1/progress/", {"status": "on_course", "batches_done": "10"}).status_code
        == 302
    )
    assert unit.get(base + "products/2/progress/").status_code == 403
    assert KeyProduct.objects.get(number=1).state == "on_course"
    assert (
        clerk.post(base + "products/3/", {"decision": "drop"}).status_code == 302
        and KeyProduct.objects.count() == 3
    )
    assert (
        second.post(base + "products/3/", {"decision": "drop"}).status_code == 302
        and KeyProduct.objects.count() == 2
    )
    assert "童车" in unit.get(base + "plan.csv").content.decode()
    assert (
        login(user("firm", speaks_for="enterprise", party="91350100MA2XTEST1K"))
        .get("/console/plans/")
        .status_code
        == 403
    )
    assert "2026年计划" in unit.get("/console/plans/").content.decode()
