from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from pinzhi.kernel.access.models import User
from pinzhi.kernel.web import api

BASE = "/api/look"


def problem(client: Client, address: str, **headers: str) -> tuple[int, dict[str, Any]]:
    response = client.get(BASE + address, headers=headers)
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == response.status_code and body["title"] and body["code"]
    return response.status_code, body


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("refused", 403, "no_right"),
        ("rows", 422, "invalid_rows"),
        ("denied", 403, "not_permitted"),
        ("large", 413, "too_large"),
        ("odd", 400, "bad_request"),
    ],
)
def test_every_error_is_a_problem(client: Client, kind: str, status: int, code: str) -> None:
    got, body = problem(client, f"/refused/{kind}")
    assert (got, body["code"]) == (status, code)


def test_problems_speak_the_callers_language_and_name_place_and_remedy(client: Client) -> None:
    _status, english = problem(client, "/refused/refused", **{"Accept-Language": "en"})
    assert english["title"] == "You lack the right to review." and english["place"] == "E01"
    _status, chinese = problem(client, "/refused/rows", **{"Accept-Language": "zh-CN"})
    assert "第 17 行" in chinese["title"] and chinese["errors_total"] == 1
    assert (
        chinese["errors"][0]["column"] == "统一社会信用代码" and chinese["errors"][0]["right_zh"] == "18 位"
    )


def test_bad_parameters_name_their_place(client: Client) -> None:
    status, body = problem(client, "/letters?limit=9999")
    assert status == 422 and body["errors"][0]["place"] == "query.limit"


def test_what_no_address_leads_to(client: Client) -> None:
    assert problem(client, "/nothing")[0] == 404


def test_nothing_is_shown_of_the_programs_own_errors(client: Client) -> None:
    client.raise_request_exception = False
    response = client.get(BASE + "/refused/bug")
    assert response.status_code == 500
    assert response["Content-Type"] == "application/problem+json"
    assert "secret" not in response.content.decode()


def test_pages_of_a_sequence(client: Client) -> None:
    first = client.get(BASE + "/letters?limit=3").json()
    assert first["items"] == ["a", "b", "c"] and first["count"] == 7
    second = client.get(BASE + "/letters", {"limit": 4, "cursor": first["next"]}).json()
    assert second["items"] == ["d", "e", "f", "g"] and second["next"] is None


@pytest.mark.parametrize("cursor", ["x", "WyJhIl0", "W10", "eyJhIjoxfQ", "WzEsMl0", "%00", "WzFd="])
def test_a_cursor_that_is_not_ours(client: Client, cursor: str) -> None:
    response = client.get(BASE + "/letters", {"cursor": cursor})
    assert response.status_code in (200, 400)
    if response.status_code == 400:
        assert response.json()["code"] == "bad_cursor" and response.json()["place"] == "cursor"


@pytest.mark.django_db
def test_no_row_is_skipped_or_repeated_when_rows_come_in_between(client: Client) -> None:
    def add(name: str, language: str) -> None:
        User.objects.create(
            username=name,
            language=language,
            display_name="x",
            speaks_for="agency",
            date_joined="2026-01-01T00:00Z",
        )

    for i in range(7):
        add(f"u{i}", "zh-hans" if i % 2 else "en")
    seen: list[str] = []
    cursor = ""
    while True:
        page = client.get(BASE + "/people", {"limit": 2, "cursor": cursor}).json()
        seen += page["items"]
        if len(seen) == 2:
            add("a0", "zh-hans")  # before what was already seen
            add("u9", "en")  # after it
        if page["next"] is None:
            break
        cursor = page["next"]
    assert seen == ["u1", "u3", "u5", "u0", "u2", "u4", "u6", "u9"]


@pytest.mark.django_db
def test_a_cursor_with_the_wrong_values_is_an_error_of_the_caller(client: Client) -> None:
    cursor = api._encoded(["en", "\x00"])
    assert client.get(BASE + "/people", {"cursor": cursor}).status_code == 400


def test_etags(client: Client) -> None:
    first = client.get(BASE + "/tagged")
    assert first.status_code == 200 and first.json() == {"名": "质量"}
    again = client.get(BASE + "/tagged", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304 and not again.content and again["ETag"] == first["ETag"]
    assert client.get(BASE + "/tagged", headers={"If-None-Match": '"other"'}).status_code == 200
