"""The plan's pages as an official walks through them: bring in, review, bind, confirm, count, report."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pinzhi.apps.policy.models import Document, Duty, Target
from pinzhi.kernel import clock
from pinzhi.kernel.access.models import Grant, User
from pinzhi.kernel.registers import catalogue

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.apps.policy.urls")]

TEXT = """福州市人民政府关于提升消费品质量的实施意见
榕政综〔2024〕15号

各县（市）区人民政府，市直各委、办、局：

　　一、主要目标

　　到2026年，建立首席质量官制度的企业达到200家以上，重点消费品监督抽查合格率稳定在93%左右。

　　二、重点任务

　　（一）推行首席质量官制度。开展企业首席质量官培训。（市市场监管局牵头，市工信局配合）

　　（二）加强监督抽查。加大抽查力度。（市市场监管局牵头落实）

福州市人民政府
2024年3月10日
"""


def account(username: str, party: str, *roles: str) -> User:
    user = User.objects.create(
        username=username,
        display_name=username,
        speaks_for="agency",
        party=party,
        date_joined=clock.now(),
        region="350100",
    )
    for role in roles:
        Grant.objects.create(
            user=user,
            function="quality",
            register="*",
            role=role,
            region="350100",
            starts_on=date(2020, 1, 1),
        )
    return user


@pytest.fixture(autouse=True)
def demo(settings: Any, db: None) -> None:
    settings.REQUIRE_TOTP = False
    catalogue.sync()


def login(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def clerk() -> Client:
    return login(account("clerk", "350100-market_supervision", "clerk"))


@pytest.fixture
def approver() -> Client:
    return login(account("approver", "350100-market_supervision", "clerk", "approver"))


def bring_in(client: Client) -> Document:
    file = SimpleUploadedFile("plan.txt", TEXT.encode(), content_type="text/plain")
    answer = client.post("/console/policy/new/", {"file": file, "region": "福州市", "title": ""})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return Document.objects.get()


def test_walk(clerk: Client, approver: Client) -> None:
    document = bring_in(clerk)
    assert document.region == "350100" and document.doc_number == "榕政综〔2024〕15号"
    page = clerk.get(f"/console/policy/{document.code}/review/").content.decode()
    assert "pz-span-target" in page and "首席质量官" in page and "需要设定允许的偏差" in page
    assert "policy_confirm" not in page and f"/console/policy/{document.code}/confirm/" not in page
    about = Target.objects.get(comparator="~")
    form = clerk.get(f"/console/policy/{document.code}/targets/{about.number}/edit/")
    assert form.status_code == 200
    fields = {
        name: value
        for name, value in form.context["form"].initial.items()
        if name in form.context["form"].fields
    }
    typed = {**fields, "tolerance": "十", "lead_unit": "市市场监管局"}
    refused = clerk.post(f"/console/policy/{document.code}/targets/{about.number}/edit/", typed)
    assert refused.status_code == 422 and "应为数字" in refused.content.decode()
    assert "市市场监管局" in refused.content.decode(), "nothing typed is lost"
    saved = clerk.post(
        f"/console/policy/{document.code}/targets/{about.number}/edit/", {**typed, "tolerance": "1"}
    )
    assert saved.status_code == 302
    about.refresh_from_db()
    assert about.tolerance == 1 and about.lead_agency == "350100-market_supervision"
    answer = approver.post(f"/console/policy/{document.code}/confirm/", follow=True)
    assert Document.objects.get().status == "in_force", (
        answer.redirect_chain,
        [str(m) for m in answer.context["messages"]],
    )
    board = approver.get("/console/scoreboard/").content.decode()
    assert "首席质量官" in board and "无法判断" in board
    for address in (
        f"/console/policy/{document.code}/",
        f"/console/policy/{document.code}/targets/T01/",
        "/console/policy/",
    ):
        assert approver.get(address).status_code == 200, address
    approver.cookies["pinzhi_lang"] = "en"
    english = approver.get("/console/scoreboard/").content.decode()
    assert "Scoreboard" in english


def test_duties_are_reported_by_their_unit(approver: Client) -> None:
    document = bring_in(approver)
    approver.post(f"/console/policy/{document.code}/confirm/")
    duty = Duty.objects.get(role="support")
    own = login(account("gx", duty.agency))
    page = own.get("/console/duties/").content.decode()
    assert "推行首席质量官制度" in page
    sent = own.post(
        f"/console/duties/{duty.pk}/", {"state": "on_course", "text": "已培训两期", "problem": ""}
    )
    assert sent.status_code == 302
    duty.refresh_from_db()
    assert duty.state == "on_course" and duty.notes.get().text == "已培训两期"
    other = login(account("other", "350100-commerce"))
    refused = other.post(f"/console/duties/{duty.pk}/", {"state": "done", "text": "x", "problem": ""})
    assert refused.status_code == 422 and duty.notes.count() == 1
    feed = own.get("/console/duties/calendar.ics").content.decode()
    assert feed.startswith("BEGIN:VCALENDAR\r\n") and "DTSTART;VALUE=DATE:20261231" in feed


def test_few_queries(approver: Client, django_assert_max_num_queries: Any) -> None:
    document = bring_in(approver)
    approver.post(f"/console/policy/{document.code}/confirm/")
    approver.get("/console/scoreboard/")
    with django_assert_max_num_queries(14):
        approver.get("/console/scoreboard/")
    with django_assert_max_num_queries(22):
        approver.get(f"/console/policy/{document.code}/")


def test_what_cannot_be_read(clerk: Client) -> None:
    for name, data in (("a.docx", b"PK\x03\x04 nothing"), ("empty.txt", b""), ("b.pdf", b"%PDF-1.4 broken")):
        answer = clerk.post(
            "/console/policy/new/", {"file": SimpleUploadedFile(name, data), "region": "350100", "title": ""}
        )
        assert answer.status_code == 422, name
    assert not Document.objects.exists()
