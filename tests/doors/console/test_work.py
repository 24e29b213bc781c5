"""My work: what waits for whom, the most urgent first, and nothing of others."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.registers import waiting
from pinzhi.kernel.web import work
from pinzhi.kernel.web.work import WorkItem
from tests.doors.console.conftest import CQO, Login, appointed, firm, official, reported

pytestmark = pytest.mark.django_db(databases=["default", "portal"])


def keys(actor: Actor) -> list[str]:
    return [one.record.key for one in waiting.waiting_for(actor)]


def test_a_record_waits_for_whom_the_deadline_names() -> None:
    with clock.at(date(2026, 3, 2)):
        first = reported(1)
    with clock.at(date(2026, 3, 10)):
        second = reported(2)
    reviewer = official("zhao", "reviewer")
    assert keys(reviewer) == [first, second], "the most urgent first"
    assert keys(official("wang", "clerk")) == [], "the clerk's part is done"
    assert keys(official("far", "reviewer", region="350200")) == []
    assert keys(official("clerk", "reviewer")) == [], "two-person rule: its reporter does not check it"
    due = waiting.waiting_for(reviewer)[0].due
    assert due is not None and due.law == "appointment.check_days"


def test_the_page_links_to_the_step_and_cites_the_rule(login: Login) -> None:
    key = reported(1)
    page = login("zhao", "reviewer@350100").get("/console/").content.decode()
    assert key in page and "核对" in page and "依据" in page


def test_a_returned_report_waits_for_its_enterprise(login: Login) -> None:
    from pinzhi.kernel.registers.actions.carry_out import Item, carry_out

    key = reported(1)
    carry_out(CQO, "return", [Item(key=key, reason="缺聘任文件")], by=official("zhao", "reviewer"))
    boss = login("boss", speaks_for="enterprise", party=firm(1)).get("/console/").content.decode()
    assert key in boss and "待补正" in boss
    assert key not in login("rival", speaks_for="enterprise", party=firm(2)).get("/console/").content.decode()


def test_what_ends_soon() -> None:
    with clock.at(date(2024, 5, 10)):
        key = appointed(1)
    with clock.at(date(2027, 5, 9) - timedelta(days=60)):
        assert [r.key for _g, r in waiting.ending_soon(official("wang", "clerk"))] == [key]
    with clock.at(date(2027, 5, 9) - timedelta(days=61)):
        assert waiting.ending_soon(official("wang", "clerk")) == []


def test_apps_offer_cards(login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "_offered", {})
    work.offer(
        "tests.duties", lambda actor: [WorkItem("任务甲", "/x/")], title={"zh": "我的任务", "en": "Duties"}
    )
    work.offer("tests.none", lambda actor: [], title={"zh": "空的", "en": "None"})
    page = login("wang", "clerk@350100").get("/console/").content.decode()
    assert "我的任务" in page and "任务甲" in page and "空的" not in page


def test_the_page_asks_few_queries_however_much_waits(login: Login) -> None:
    """One question a card, and none more for a second record of any of them."""

    def asked() -> tuple[str, list[str]]:
        with CaptureQueriesContext(connection) as seen:
            page = client.get("/console/")
        return page.content.decode(), [q["sql"] for q in seen]

    client = login("zhao", "clerk@350000", "reviewer@350000", "approver@350000")
    reported(1)
    client.get("/console/")
    _page, with_one = asked()
    for number in range(2, 12):
        reported(number)
    page, with_many = asked()
    assert page.count("榕江食品有限公司") >= 11
    assert len(with_many) == len(with_one) <= 24, "\n".join(with_many)


def test_what_is_more_is_said_without_a_gap(login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    from pinzhi.doors.console import work as page_of

    monkeypatch.setattr(page_of, "MOST", 2)
    for number in range(1, 5):
        reported(number)
    client = login("zhao", "reviewer@350100")
    assert "有 2 件或更多待办" in client.get("/console/").content.decode()
    client.cookies["pinzhi_lang"] = "en"
    assert "2 or more things wait for you" in client.get("/console/").content.decode()


def test_the_navigation_leads_only_where_something_is(login: Login) -> None:
    firm_page = login("boss", speaks_for="enterprise", party=firm(1)).get("/console/").content.decode()
    body_page = login("lab", speaks_for="body", party=firm(2)).get("/console/").content.decode()
    assert "我的企业" in firm_page and "我的机构" in body_page and "我的企业" not in body_page
    administrator = login("chief", "administrator@350100")
    page = administrator.get("/console/").content.decode()
    assert "/console/audit/" not in page and administrator.get("/console/audit/").status_code == 403
    assert "/console/audit/" in login("wu", "auditor@350100").get("/console/").content.decode()


def test_the_trail_names_steps_and_registers_as_people_do(login: Login) -> None:
    reported(1)
    page = login("wu", "auditor@350000").get("/console/audit/").content.decode()
    assert "在“首席质量官登记册”办理“报送”" in page and "办理“report”" not in page, page[:0]
