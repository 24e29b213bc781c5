"""The console's pages of checks, walked as clerk, reviewer, laboratory and enterprise."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from pinzhi.apps.inspection.models import Case, Paper, Programme, Report, Result
from pinzhi.apps.parties.actions.register_enterprises import register_enterprises
from pinzhi.kernel import clock
from pinzhi.kernel.access.accounts import give_right, open_account
from pinzhi.kernel.access.actor import Actor
from tests.apps.inspection import world
from tests.apps.inspection.world import FUJIAN, LABORATORY, MAWEI, PRODUCER, entered, report, sampled

SYSTEM = Actor.system("tests")
pytestmark = pytest.mark.django_db(databases=["default", "portal"])


def login(
    name: str, *roles: str, speaks_for: str = "agency", party: str = "350000-market_supervision"
) -> Client:
    region = FUJIAN if speaks_for == "agency" else ""
    user = open_account(
        username=name, display_name=name, speaks_for=speaks_for, party=party, region=region, by=SYSTEM
    )
    for role in roles:
        give_right(user, role=role, region=region, starts_on=date(2010, 1, 1), by=SYSTEM)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def plan():
    world.rules()
    with clock.at(date(2026, 1, 10)):
        register_enterprises(
            [
                {
                    "uscc": PRODUCER,
                    "name": "榕江童装有限公司",
                    "region": MAWEI,
                    "trade": "1830",
                    "roles": "生产者",
                }
            ],
            by=world.CLERK,
        )
    return world.programme("XZ-TEX")


def text(client: Client, url: str, status: int = 200, **data: Any) -> str:
    response = client.post(url, data) if data else client.get(url)
    assert response.status_code == status, (url, response.status_code, response.content.decode()[:2000])
    return response.content.decode()


def test_a_clerk_walks_from_programme_to_case(plan) -> None:
    clerk = login("wang", "clerk")
    good, bad = sampled(plan, 2)
    entered(report(good), report(bad, formaldehyde="120"))
    case = Case.objects.get()
    for url in (
        "", "programmes/", f"programmes/{plan.number}/", "programmes/new/", "rules/", "rules/XZ-TEX/", "samples/",
        "samples/?state=fail", f"samples/{bad}/", "imports/", "attempts/", "cases/", f"cases/{case.number}/",
        f"cases/{case.number}/event/", "draws/", "tasks/", f"programmes/{plan.number}/draw/", f"enterprises/{PRODUCER}/",
    ):  # fmt: skip
        page = text(clerk, f"/console/inspection/{url}")
        assert "<h1" in page
    assert "120" in text(clerk, f"/console/inspection/samples/{bad}/") and "≤75" in text(
        clerk, f"/console/inspection/samples/{bad}/"
    )
    assert clerk.get("/console/inspection/imports/template.xlsx").status_code == 200
    event = f"/console/inspection/cases/{case.number}/event/"
    today = clock.today().isoformat()
    assert "送达凭证" in text(clerk, event, 422, kind="result_served", on=today, method="mail", proof="")
    text(clerk, event, 302, kind="result_served", on=today, method="mail", proof="EMS 1049")
    page = text(clerk, f"/console/inspection/cases/{case.number}/")
    assert "产品质量法第十五条" in page and "EMS 1049" in page
    paper = f"/console/inspection/cases/{case.number}/paper/result_notice/"
    text(clerk, paper, 302, issue="1")
    text(clerk, paper, 302, issue="1")  # issued once
    assert Paper.objects.get().text == f"质监抽通〔{clock.today().year}〕1号"
    assert (
        "15日" in text(clerk, paper) and "甲醛含量" in text(clerk, paper) and "（印章）" in text(clerk, paper)
    )
    assert clerk.get(paper + "?pdf").content.startswith(b"%PDF")
    for verb in ("publish/",):
        assert clerk.get(f"/console/inspection/{verb}").status_code == 403


def test_a_programme_by_form_is_released_by_another(plan) -> None:
    clerk, boss = login("wang", "clerk"), login("li", "approver")
    form = {
        "title": "2026年专项", "year": "2026", "level": "provincial", "region": FUJIAN, "budget": "1000", "channels": "shop",
        "products.rules": "XZ-TEX", "products.batches": "60", "products.unit_cost": "2400",
    }  # fmt: skip
    new = "/console/inspection/programmes/new/?kind=spot_check"
    assert "超过预算" in text(clerk, new, 422, **form)
    text(clerk, new, 302, **{**form, "budget": "150000"})
    row = Programme.objects.get(title="2026年专项")
    assert row.products.get().batches == 60
    release = f"/console/inspection/programmes/{row.number}/release/"
    assert clerk.post(release).status_code == 403
    assert boss.post(release).status_code == 302
    row.refresh_from_db()
    assert row.status == "released"


def test_a_laboratory_enters_a_report_and_a_reviewer_publishes_it(plan) -> None:
    (number,) = sampled(plan, sampled_on=clock.today() - timedelta(days=10))
    lab = login("lab", speaks_for="body", party=LABORATORY)
    url = f"/console/inspection/samples/{number}/report/"
    items = [i.pk for i in plan.products.get().rules.versions.get().items.all()]
    day = (clock.today() - timedelta(days=3)).isoformat()
    form = {"number": "JD-1", "tested_on": day, "issued_on": day, "said": ""} | {
        f"value_{items[0]}": "0.02", f"unit_{items[0]}": "mm", f"value_{items[1]}": "6.6", f"value_{items[2]}": "符合",
    }  # fmt: skip
    assert "不能换算" in text(lab, url, 422, **form)
    text(lab, url, 302, **{**form, f"unit_{items[0]}": "g/kg"})
    assert Report.objects.get().verdict == "pass"
    assert number in text(lab, "/console/inspection/samples/")
    assert "JD-1" in text(lab, f"/console/inspection/samples/{number}/")
    reviewer = login("zhao", "reviewer")
    assert number in text(reviewer, "/console/inspection/publish/")
    text(reviewer, "/console/inspection/publish/", 302, sample=number)
    assert Result.objects.get().published_on == clock.today()


def test_an_enterprise_sees_its_own_and_objects(plan) -> None:
    mine, other = sampled(plan), sampled(plan, producer_code=world.uscc.make(8, region="350100").text)
    entered(report(mine[0], formaldehyde="99"), report(other[0], formaldehyde="99"))
    firm = login("firm", speaks_for="enterprise", party=PRODUCER)
    own = Case.objects.get(sample__number=mine[0])
    page = text(firm, "/console/inspection/cases/")
    assert own.number in page and Case.objects.get(sample__number=other[0]).number not in page
    clerk = login("wang", "clerk")
    today = clock.today().isoformat()
    event = f"/console/inspection/cases/{own.number}/event/"
    text(clerk, event, 302, kind="result_served", on=today, method="direct", proof="回证1")
    assert "correction_ordered" not in text(firm, event)
    alone = text(firm, f"{event}?kind=objected")
    assert "<title>提出异议（申请复检）" in alone and "异议理由" in alone
    assert "送达" not in alone.split("<main")[1]  # what belongs to a service is not asked of an objection
    text(firm, f"{event}?kind=objected", 302, on=today, note="送检样品不是本企业生产")
    own.refresh_from_db()
    assert own.stage == "objection"
    # A second browser that still shows the form, a double click: told what has happened, noted once.
    for stale in (
        text(firm, f"{event}?kind=objected", 422, on=today),
        text(firm, event, 422, kind="objected", on=today),
    ):
        assert "提出异议（申请复检）：已经登记过" in stale
    assert own.events.filter(kind="objected").count() == 1
    assert "送达责令整改通知书" in text(clerk, event, 422, kind="corrected", on=today)  # which comes first
    text(firm, event, 422, kind="objection_accepted", on=today)  # the office's own to do
    assert not own.events.filter(kind="objection_accepted").exists()
    # To another enterprise there is no such case, by no door.
    stranger = login("stranger", speaks_for="enterprise", party=world.uscc.make(8, region="350100").text)
    text(stranger, event, 404)
    api = f"/api/v1/inspection/cases/{own.number}/events"
    told = [
        stranger.post(url, {"kind": "objected"}, content_type="application/json")
        for url in (api, api.replace(own.number, "HC-0"))
    ]
    assert [t.status_code for t in told] == [404, 404]
    assert {t.json()["code"] for t in told} == {"no_such_case"}
    # A link that has grown old opens no form in which another event stands first.
    text(clerk, f"{event}?kind=second_failure_published", 302)
    assert "公告复查不合格并送达：现在不能办理" in text(clerk, f"/console/inspection/cases/{own.number}/")
    assert "请填写" in text(clerk, event, 422, on=today)  # nothing is chosen for them
    proof = text(clerk, f"{event}?kind=correction_ordered", 422, on=today)
    assert proof.count("请填写") == 4  # method and proof, at the field and above the form
    assert firm.get(f"/console/inspection/samples/{other[0]}/").status_code == 404
    assert firm.get("/console/inspection/programmes/").status_code == 200


def test_each_empty_value_of_a_report_is_told_with_its_item(plan) -> None:
    (number,) = sampled(plan)
    clerk = login("wang", "clerk")
    page = clerk.post(f"/console/inspection/samples/{number}/report/", {}).content.decode()
    for item in ("甲醛含量", "纤维含量"):
        assert f"{item} · 数值" in page
