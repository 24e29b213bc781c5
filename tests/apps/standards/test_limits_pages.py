"""Limits in the browser's and the API's words: forms, decisions, the matrix, studies, the degree of conformity."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pinzhi.apps.standards.models import (
    ComparisonStudy,
    ConformityRun,
    LimitDocument,
    LimitEntry,
    LimitImport,
)
from pinzhi.kernel.registers import catalogue
from tests.apps.standards.test_limits import confirmed, lists, row

pytestmark = pytest.mark.django_db
LIMITS = "/console/standards/limits/"
REGION = "350000"


@pytest.fixture(autouse=True)
def definitions(db: None, settings: Any) -> None:
    settings.REQUIRE_TOTP = False
    catalogue.sync()


@pytest.fixture
def as_user(account: Any) -> Any:
    def login(name: str, *roles: str) -> Client:
        client = Client()
        client.force_login(account(name, *roles, region=REGION))
        return client

    return login


FORM = {
    "analyte": "甲醛含量",
    "kind": "mass_fraction",
    "value": "≤20 mg/kg",
    "aggregate": "each",
    "clause": "5.1",
    "source": "标准表1",
    "scope": "纺织品",
    "applies": "A类",
    "method": "GB/T 2912.1",
}


def test_entered_by_one_and_confirmed_by_another(as_user: Any) -> None:
    clerk, reviewer = as_user("wang", "clerk"), as_user("li", "reviewer")
    reply = clerk.post(f"{LIMITS}new/", {"number": "GB 18401-2010", "market": "CN", "family": "纺织"})
    document = LimitDocument.objects.get()
    assert reply.headers["Location"] == f"{LIMITS}{document.pk}/"
    wrong = clerk.post(f"{LIMITS}{document.pk}/enter/", FORM | {"value": "≤20 mg/L"})
    assert wrong.status_code == 422
    assert "不是“含量（质量分数）”的单位" in wrong.content.decode()
    assert "标准表1" in wrong.content.decode()  # nothing typed is lost
    assert clerk.post(f"{LIMITS}{document.pk}/enter/", FORM | {"again": "1"}).status_code == 302
    entry = LimitEntry.objects.get()
    own = clerk.post(f"{LIMITS}{document.pk}/decide/", {"step": "confirm", "limit": [entry.pk]})
    assert own.status_code == 403
    assert "有1项限值待您核对" in reviewer.get(LIMITS).content.decode()
    assert "GB 18401—2010" in reviewer.get(f"{LIMITS}waiting/").content.decode()
    assert (
        reviewer.post(f"{LIMITS}{document.pk}/decide/", {"step": "confirm", "limit": [entry.pk]}).status_code
        == 302
    )
    entry.refresh_from_db()
    assert entry.state == "confirmed"
    page = reviewer.get(f"{LIMITS}{document.pk}/").content.decode()
    assert "≤20 mg/kg" in page and "已核对" not in page.split("<main")[0]
    for kind in ("csv", "xlsx", "jsonl"):
        assert clerk.get(f"{LIMITS}{document.pk}/download.{kind}").status_code == 200
    assert clerk.get(f"{LIMITS}download.pdf").status_code == 404


def test_a_file_from_the_template_comes_back(as_user: Any) -> None:
    clerk = as_user("wang", "clerk")
    confirmed("GB 18401-2010", "中国", row())
    file = clerk.get(f"{LIMITS}download.csv").content
    assert clerk.get(f"{LIMITS}template.xlsx").status_code == 200
    reply = clerk.post(f"{LIMITS}import/", {"file": SimpleUploadedFile("again.csv", file)})
    made = LimitImport.objects.get()
    assert reply.headers["Location"].endswith(f"/import/{made.pk}/")
    assert (made.count, made.wrong) == (1, 0), made.errors
    assert clerk.post(reply.headers["Location"], {"mode": "all"}).status_code == 302
    assert LimitEntry.objects.count() == 1
    empty = clerk.post(f"{LIMITS}import/", {"file": SimpleUploadedFile("leer.csv", b"")})
    assert empty.status_code == 422


def test_the_matrix_its_downloads_and_a_study(as_user: Any) -> None:
    clerk, approver = as_user("wang", "clerk"), as_user("zhao", "approver")
    ours = confirmed("GB 31701-2015", "中国", row())
    other = confirmed(
        "EN 999:2020",
        "欧盟",
        row(value="≤75 mg/kg", method="ISO 14184-1"),
        row(analyte="铅", value="≤90 mg/kg"),
    )
    address = f"/console/standards/comparisons/table/?a={ours.pk}&b={other.pk}"
    page = clerk.get(address).content.decode()
    assert "严于" in page and "我方缺项" in page and "5.2" in page
    assert (
        "EN 999:2020"
        in clerk.get(f"/console/standards/comparisons/table/?a={ours.pk}&all=1").content.decode()
    )
    assert clerk.get(f"{address}&download=csv").content.decode("utf-8-sig").count("\n") >= 3
    assert clerk.get(f"{address}&download=xlsx").status_code == 200
    assert clerk.get(f"/console/standards/comparisons/table/?a={ours.pk}&b={ours.pk}").status_code == 302
    assert clerk.get("/console/standards/comparisons/table/?a=x&b=999999").status_code == 302
    fields = {
        "title": "比对",
        "year": 2026,
        "lead_unit": "标准院",
        "compared_on": "2026-06-30",
        "conclusion": "严于",
        "follow_up": "保持",
    }
    made = clerk.post(f"/console/standards/comparisons/studies/new/?a={ours.pk}&b={other.pk}", fields)
    study = ComparisonStudy.objects.get()
    assert made.headers["Location"].endswith(f"/{study.number}/")
    steps = f"/console/standards/comparisons/studies/{study.number}/step/"
    assert clerk.post(steps, {"step": "submit"}).status_code == 302
    assert clerk.post(steps, {"step": "approve"}).status_code == 403
    assert approver.post(steps, {"step": "approve"}).status_code == 302
    study.refresh_from_db()
    assert study.state == "published"
    assert "严于" in approver.get(f"/console/standards/comparisons/studies/{study.number}/").content.decode()
    assert study.number in approver.get("/console/standards/comparisons/studies/?year=2026").content.decode()


def test_the_degree_of_conformity_and_what_is_behind_it(as_user: Any) -> None:
    clerk, approver = as_user("wang", "clerk"), as_user("zhao", "approver")
    assert "还没有公布结果" in clerk.get("/console/standards/conformity/").content.decode()
    field = lists()
    reply = clerk.post("/console/standards/conformity/compute/")
    run = ConformityRun.objects.get()
    assert reply.headers["Location"] == f"/console/standards/conformity/runs/{run.pk}/"
    assert clerk.post(f"/console/standards/conformity/runs/{run.pk}/publish/").status_code == 403
    assert approver.post(f"/console/standards/conformity/runs/{run.pk}/publish/").status_code == 302
    page = clerk.get("/console/standards/conformity/").content.decode()
    assert "pz-rate" in page and "2026-1" in page
    for query in ("", "?rate=verdict&outcome=equal", "?field=toys", "?rate=nonsense"):
        assert clerk.get(f"/console/standards/conformity/runs/{run.pk}/{query}").status_code == 200
    for address in ("", "standards/new/", "international/new/"):
        assert clerk.get(f"/console/standards/conformity/fields/{field.pk}/{address}").status_code == 200
    added = {"number": "GB 5296.5-2006", "source": "目录", "counterpart": "", "degree": "IDT"}
    assert (
        clerk.post(f"/console/standards/conformity/fields/{field.pk}/standards/new/", added).status_code
        == 422
    )


def test_english_pages(as_user: Any) -> None:
    client = as_user("wang", "clerk")
    client.cookies["pinzhi_lang"] = "en"
    confirmed("GB 31701-2015", "中国", row())
    assert "Limits of indicators" in client.get(LIMITS).content.decode()
    assert "Degree of conformity" in client.get("/console/standards/conformity/").content.decode()


def test_the_api_reads_and_compares(as_user: Any) -> None:
    client = as_user("wang", "clerk")

    def post(address: str, body: Any) -> Any:
        return client.post(f"/api/v1/standards/{address}", json.dumps(body), content_type="application/json")

    read = post("limits/read", {"value": "≤0.5 mg/kg", "kind": "含量"})
    assert read.json()["high"] == "0.5"
    wrong = post("limits/read", {"value": "≤20 mg/L", "kind": "含量"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong_unit")
    a = {"analyte": "甲醛", "kind": "含量", "value": "≤20 mg/kg", "scope": "纺织品"}
    verdict = post("limits/compare", {"a": a, "b": a | {"value": "≤0.0075%"}})
    assert verdict.json()["relation"] == "stricter"
    made = post("limits/documents", {"number": "GB 1-2020", "market": "CN", "region": REGION})
    assert made.status_code == 201, made.content
    number = made.json()["id"]
    entered = post(f"limits/documents/{number}/limits", [a | {"clause": "1", "source": "x"}])
    assert entered.status_code == 201, entered.content
    assert (
        post("limits/decisions", {"limits": [entered.json()[0]["id"]], "step": "confirm"}).status_code == 403
    )
    assert (
        client.get(f"/api/v1/standards/limits/documents/{number}/limits").json()["items"][0]["state"]
        == "entered"
    )
    assert client.get("/api/v1/standards/conformity").json() == []


def test_a_day_once_saved_stands_in_the_form_again(as_user: Any) -> None:
    clerk = as_user("wang", "clerk")
    clerk.post(
        f"{LIMITS}new/",
        {
            "number": "GB 18401-2010",
            "market": "CN",
            "effective_on": "2011-08-01",
            "withdrawn_on": "2030-12-31",
        },
    )
    document = LimitDocument.objects.get()
    page = clerk.get(f"{LIMITS}{document.pk}/edit/").content.decode()
    # A browser's date field shows nothing for 2011/08/01, and what it shows is what is saved.
    assert 'value="2011-08-01"' in page and 'value="2030-12-31"' in page
    clerk.post(f"{LIMITS}{document.pk}/enter/", FORM | {"effective_on": "2011-08-01"})
    entry = LimitEntry.objects.get()
    assert 'value="2011-08-01"' in clerk.get(f"{LIMITS}entries/{entry.pk}/").content.decode()
    assert "2011-08-01 起" in clerk.get(f"{LIMITS}{document.pk}/").content.decode()


def test_what_was_ticked_and_written_stands_again_after_a_refusal(as_user: Any) -> None:
    clerk, reviewer = as_user("wang", "clerk"), as_user("li", "reviewer")
    clerk.post(f"{LIMITS}new/", {"number": "GB 18401-2010", "market": "CN"})
    document = LimitDocument.objects.get()
    for value in ("≤20 mg/kg", "≤75 mg/kg"):
        clerk.post(f"{LIMITS}{document.pk}/enter/", FORM | {"value": value})
    first, other = LimitEntry.objects.order_by("pk")
    reply = reviewer.post(f"{LIMITS}{document.pk}/decide/", {"step": "refuse", "limit": [other.pk]})
    page = reply.content.decode()
    assert reply.status_code == 422 and "请写明理由" in page
    ticked = [
        line for line in page.split("<input") if 'name="limit"' in line and " checked" in line.split(">")[0]
    ]
    assert len(ticked) == 1 and f'value="{other.pk}"' in ticked[0]
    both = {"step": "confirm", "limit": [first.pk, other.pk], "reason": "核对了原文"}
    page = reviewer.post(f"{LIMITS}{document.pk}/decide/", both).content.decode()
    assert 'value="核对了原文"' in page and page.count(" checked>") == 2


def test_a_unit_in_one_character_is_not_written_twice(as_user: Any) -> None:
    clerk = as_user("wang", "clerk")
    clerk.post(f"{LIMITS}new/", {"number": "GB 18401-2010", "market": "CN"})
    document = LimitDocument.objects.get()
    clerk.post(f"{LIMITS}{document.pk}/enter/", FORM | {"value": "≤ 20㎎/㎏"})
    assert LimitEntry.objects.get().value == "≤ 20㎎/㎏"


def test_each_step_of_a_study_says_what_it_did(as_user: Any) -> None:
    clerk, approver = as_user("wang", "clerk"), as_user("sun", "approver")
    ours, theirs = confirmed("GB 1-2020", "CN", row()), confirmed("EN 1:2020", "EU", row(value="≤30 mg/kg"))
    address = f"/console/standards/comparisons/studies/new/?a={ours.pk}&b={theirs.pk}"
    page = clerk.get(address).content.decode()
    assert 'name="compared_on" value="20' in page
    values = {
        "title": "比对",
        "year": "2026",
        "lead_unit": "院",
        "compared_on": "2026-06-01",
        "conclusion": "严",
        "follow_up": "无",
    }
    study = clerk.post(address, values).headers["Location"]
    for who, step, said in (
        (clerk, "submit", "已提交，由他人批准"),
        (approver, "return", "已退回编制人"),
        (clerk, "submit", "已提交，由他人批准"),
        (approver, "approve", "已批准并公布"),
    ):
        assert said in who.post(f"{study}step/", {"step": step}, follow=True).content.decode(), step
