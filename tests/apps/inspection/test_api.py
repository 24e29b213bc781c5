"""Checks by API, as a laboratory's and another department's systems use it."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.test import Client

from pinzhi.apps.inspection.actions.freeze_draw import freeze_draw
from pinzhi.apps.inspection.models import Case, OutsideResult
from pinzhi.kernel import clock
from tests.apps.inspection import test_draws, world
from tests.apps.inspection.test_pages import login
from tests.apps.inspection.world import LABORATORY, PRODUCER, sampled

pytestmark = pytest.mark.django_db(databases=["default", "portal"])
plan = test_draws.plan


def post(client: Client, path: str, data: object, status: int = 200) -> dict:
    response = client.post(f"/api/v1/inspection/{path}", json.dumps(data), content_type="application/json")
    assert response.status_code == status, response.content.decode()[:1000]
    return response.json()


def test_a_laboratorys_system_sends_reports(plan) -> None:
    good, bad = sampled(plan, 2)
    items = [
        {"item": "HCHO", "value": "120", "unit": "mg/kg"}, {"item": "PH", "value": "6"}, {"item": "纤维含量", "value": "符合"},
    ]  # fmt: skip
    head = {"tested_on": "2026-04-15", "issued_on": "2026-04-20", "items": items}
    lab = login("lab", speaks_for="body", party=LABORATORY)
    said = post(
        lab,
        "reports",
        {"reports": [{**head, "sample": good, "number": "A1"}, {**head, "sample": "CY-0", "number": "A2"}]},
    )
    assert said["refused"][0]["remedy"]
    kept = {"zh": "", "en": "", "remedy": ""}
    assert (said["taken"], said["failed"]) == (1, 1) and said["refused"][0] | kept == {
        "row": 2, "sample": "CY-0", "code": "no_such_sample", "zh": "", "en": "", "remedy": "",
    }  # fmt: skip
    clerk = login("wang", "clerk")
    case = Case.objects.get()
    event = {"kind": "result_served", "on": "2026-04-24", "method": "mail", "proof": "EMS 1"}
    assert post(clerk, f"cases/{case.number}/events", event)["stage"] == "served"
    early = post(clerk, f"cases/{case.number}/events", {"kind": "corrected"}, 422)
    assert (
        early["code"] == "not_now"
        and "报告整改完成" in early["title"]
        and "送达责令整改通知书" in early["title"]
    )
    assert "corrected" not in early["title"]  # by its name, in no language of ours
    again = post(clerk, f"cases/{case.number}/events", event, 422)
    assert again["code"] == "noted_already" and "送达检验结果通知书" in again["title"]
    read = clerk.get(f"/api/v1/inspection/cases/{case.number}").json()
    (objection, stop) = read["clocks"]
    assert (objection["name"], objection["due"]) == ("objection", "2026-05-09") and stop["status"] in (
        "overdue",
        "running",
    )
    listed = clerk.get("/api/v1/inspection/samples?state=open").json()
    assert [row["number"] for row in listed["items"]] == [bad]


def test_results_of_another_region_bar_a_repeat(plan) -> None:
    clerk = login("wang", "clerk")
    row = {
        "reference": "GJ-1", "level": "national", "sampled_on": "2026-02-10", "verdict": "pass", "producer_code": test_draws.firm(5)["uscc"],
        "producer_name": "榕江5食品有限公司", "product_name": "婴幼儿连体衣", "trademark": "榕江", "specification": "80/48",
        "standard_executed": "GB 31701-2015", "agency": "国家市场监督管理总局",
    }  # fmt: skip
    assert post(clerk, "outside-results", {"source": "国家监督抽查公告", "rows": [row]}) == {"count": 1}
    assert (
        post(clerk, "outside-results", {"source": "国家监督抽查公告", "rows": [{**row, "verdict": "fail"}]})[
            "count"
        ]
        == 1
    )
    assert OutsideResult.objects.get().verdict == "fail"
    wrong = {**row, "level": "galactic", "sampled_on": "someday", "reference": ""}
    assert post(clerk, "outside-results", {"source": "x", "rows": [wrong]}, 422)["code"] == "invalid_rows"
    draw = test_draws.named(plan)
    with clock.at(test_draws.MARCH):
        frozen = freeze_draw(draw.number, by=world.CLERK)
    assert frozen.exclusion_counts["no_repeat"] == 1
    proof = clerk.get(f"/api/v1/inspection/draws/{draw.number}/proof?key={test_draws.firm(5)['uscc']}").json()
    assert "国家监督抽查公告 GJ-1" in proof["row"]
    assert date(2026, 3, 2).isoformat() in proof["commitment"]["frozen_at"] and PRODUCER
