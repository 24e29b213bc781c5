"""The pages on which an administrator enters zones, agencies and the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client

from pinzhi.kernel.access.accounts import give_right, open_account
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.calendar import queries as calendar
from pinzhi.kernel.places import queries

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.kernel.places.urls")]
SYSTEM = Actor.system("tests")


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    queries.forget()
    calendar.forget()
    yield
    queries.forget()
    calendar.forget()


def _client(monkeypatch: pytest.MonkeyPatch, role: str, region: str = "") -> Client:
    # A second factor is access's own matter and tested there.
    monkeypatch.setattr("pinzhi.kernel.access.gate.needs_totp", lambda actor: False)
    user = open_account(
        username="wang",
        display_name="王",
        speaks_for="agency",
        party="350000-market_supervision",
        region="350000",
        password="Kestrel-over-Wuyi-9",
        must_change_password=False,
        by=SYSTEM,
    )
    give_right(user, role=role, register="*", region=region, starts_on=date(2020, 1, 1), by=SYSTEM)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_a_region_shows_its_agencies(monkeypatch: pytest.MonkeyPatch) -> None:
    client = _client(monkeypatch, "clerk", "350000")
    page = client.get("/console/places/350000/")
    text = page.content.decode()
    assert page.status_code == 200 and "福建省市场监督管理局" in text and "厦门市" in text
    assert "/enter/agency/" not in text
    assert client.get("/console/places/?q=厦门").headers["Location"] == "/console/places/350200/"
    assert client.get("/console/places/888888/").status_code == 404


def test_an_administrator_enters_a_zone_and_an_agency(monkeypatch: pytest.MonkeyPatch) -> None:
    client = _client(monkeypatch, "administrator", "350000")
    answer = client.post(
        "/console/places/enter/zone/", {"code": "3501Z9", "zh": "滨海新城", "aliases": "新城、滨海"}
    )
    assert answer.status_code == 302
    found = queries.find_region("滨海")
    assert found is not None and found.code == "3501Z9"
    answer = client.post(
        "/console/places/enter/agency/",
        {"code": "3501Z9-committee", "zh": "滨海新城管委会", "functions": ["quality"]},
    )
    assert answer.status_code == 302
    holder = queries.agency_for("quality", "3501Z9")
    assert holder is not None and holder.code == "3501Z9-committee"
    wrong = client.post("/console/places/enter/zone/", {"code": "350100", "zh": "x"})
    assert wrong.status_code == 422 and "3501Z3" in wrong.content.decode()
    assert client.get("/console/places/enter/agency/?code=350000-market_supervision").status_code == 200
    assert client.get("/console/places/enter/succession/").status_code == 200
    assert client.get("/console/places/enter/delegation/?region=3501Z9").status_code == 200
    outside = client.post("/console/places/enter/zone/", {"code": "6301Z9", "zh": "x"})
    assert outside.status_code == 403


def test_the_calendar_of_a_year(monkeypatch: pytest.MonkeyPatch) -> None:
    client = _client(monkeypatch, "administrator")
    assert "国庆节" in client.get("/console/calendar/2024/").content.decode()
    year = calendar.known_until().year + 1
    given = {"year-days_off": f"{year}-01-01 元旦\n", "year-working_days": "", "year-source": "国办通知"}
    assert client.post(f"/console/calendar/{year}/", given).status_code == 302
    assert calendar.is_known(date(year, 1, 1))
    given["year-days_off"] = "1月1日"
    assert client.post(f"/console/calendar/{year}/", given).status_code == 422
    day = {"day-day": "2024-07-26", "day-working": "off", "day-name": "台风", "day-source": "指令"}
    assert client.post("/console/calendar/2024/", day).status_code == 302
    assert not calendar.is_working(date(2024, 7, 26))
    assert client.get("/console/calendar/1900/").status_code == 404
