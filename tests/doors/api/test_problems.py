"""Whatever goes wrong, the API answers a problem in the reader's language; nothing that is sent makes an error of ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pinzhi.kernel.registers import catalogue
from tests.doors.api.conftest import Caller

pytestmark = pytest.mark.django_db(databases=["default", "portal"], transaction=True)
Make = Callable[..., Caller]
STEP = "/api/v1/registers/e01_cqo/steps/enter_decision"


def problem(response: Any) -> dict[str, Any]:
    assert response["Content-Type"] == "application/problem+json", response.content[:500]
    body = response.json()
    assert body["status"] == response.status_code and body["title"] and body["code"]
    return dict(body)


@pytest.fixture
def official(caller: Make) -> Caller:
    catalogue.sync()
    return caller("li", "clerk@350100", "approver@350100")


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("get", "/api/v1/nothing", 404),
        ("get", "/api/nothing/at/all", 404),
        ("get", "/api/v1/registers/no_such/records", 404),
        ("get", "/api/v1/registers/NOT-a-name", 422),
        ("delete", "/api/v1/registers", 405),
        ("put", STEP, 405),
        ("get", STEP, 405),
        ("get", "/api/v1/registers/e01_cqo/records/%00", 400),
        ("get", "/api/v1/registers?a=%00", 400),
        ("get", "/api/v1/registers/e01_cqo/records?limit=x", 422),
        ("get", "/api/v1/jobs/not-a-uuid", 422),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_addresses(official: Caller, method: str, address: str, status: int, language: str) -> None:
    response = getattr(Client(), method)(address, headers=official.headers(**{"Accept-Language": language}))
    assert response.status_code == status
    body = problem(response)
    assert any("\u4e00" <= c <= "\u9fff" for c in body["title"]) == (language == "zh-CN"), body
    if status == 405:
        assert response["Allow"]


BODIES = {
    "not JSON": b"{",
    "empty": b"",
    "nul": b'{"items": [{"values": {"person_name": "a\\u0000b"}}]}',
    "surrogate": b'{"items": [{"values": {"person_name": "\\ud800"}}]}',
    "surrogate in a key": b'{"items": [{"values": {"\\udfff": 1}}]}',
    "not UTF-8": b'{"note": "\xff\xfe"}',
    "deep": b'{"items": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "rather deep": b'{"items": [{"values": {"a": ' + b"[" * 30 + b"]" * 30 + b"}}]}",
    "long number": b'{"items": [{"values": {"a": ' + b"9" * 5000 + b"}}]}",
    "infinite": b'{"items": [{"values": {"a": Infinity}}]}',
    "1e999": b'{"items": [{"values": {"a": 1e999}}]}',
    "key twice": b'{"items": [], "items": []}',
    "wrong shape": b"[1, 2, 3]",
    "no items": b'{"items": []}',
    "too many": b'{"items": [' + b",".join([b"{}"] * 1001) + b"]}",
    "unknown region": b'{"items": [{"region": "999999", "values": {}}]}',
    "long region": b'{"items": [{"region": "' + b"1" * 500 + b'", "values": {}}]}',
    "control characters": b'{"items": [{"subject": "a\\u0001b", "values": {}}]}',
    "values of every kind": b'{"items": [{"region": "350100", "values": {"person_name": {"a": [1]}, "x": [[]], "y": true}}]}',
    "far day": b'{"items": [{"effective_on": "9999-12-31", "region": "350100", "values": {}}]}',
    "no day": b'{"items": [{"effective_on": "2020-02-31", "values": {}}]}',
    "huge revision": b'{"items": [{"revision": 99999999999999999999, "values": {}}]}',
}


@pytest.mark.parametrize("name", BODIES)
def test_bodies(official: Caller, name: str) -> None:
    response = Client().post(STEP, BODIES[name], content_type="application/json", headers=official.headers())
    assert 400 <= response.status_code < 500, response.content[:300]
    problem(response)


def test_bodies_say_what_is_wrong(official: Caller) -> None:
    response = Client().post(
        STEP, BODIES["surrogate"], content_type="application/json", headers=official.headers()
    )
    body = problem(response)
    assert body["code"] == "bad_json" and "half a character" in body["title"]


def test_a_nul_in_a_field_of_a_form(official: Caller) -> None:
    """Refused before anything is looked up, so no document is needed."""
    form = {"title": "事项", "text": "经过\x00结果", "reported_to": "省政府"}
    response = Client().post(
        "/api/v1/policy/documents/350100-2026-01/matters", form, headers=official.headers()
    )
    body = problem(response)
    assert (response.status_code, body["code"]) == (400, "bad_text") and "text" in str(body)


def test_too_large(official: Caller) -> None:
    large = b'{"note": "' + b"a" * (11 * 1024 * 1024) + b'"}'
    response = Client().post(STEP, large, content_type="application/json", headers=official.headers())
    assert response.status_code == 413 and problem(response)["code"] == "too_large"
    upload = SimpleUploadedFile("a.pdf", b"%PDF-1.7" + b"0" * (33 * 1024 * 1024))
    response = Client().post(
        "/api/v1/policy/documents", {"file": upload, "region": "350100"}, headers=official.headers()
    )
    assert response.status_code == 413 and problem(response)["detail"]


def test_who_are_you() -> None:
    response = Client().get("/api/v1/registers")
    assert response.status_code == 401 and response["WWW-Authenticate"] == "Bearer"
    problem(response)
    assert (
        Client()
        .get("/api/v1/registers", headers={"Authorization": "Bearer pz_aaaaaaaa_" + "x" * 43})
        .status_code
        == 401
    )


def test_a_session_needs_the_csrf_token(caller: Make) -> None:
    caller("li", "clerk@350100")
    client = Client(enforce_csrf_checks=True)
    client.get("/accounts/login/")
    token = client.cookies["pinzhi_csrf"].value
    client.post(
        "/accounts/login/", {"login": "li", "password": "Kestrel-over-Wuyi-9", "csrfmiddlewaretoken": token}
    )
    assert client.get("/api/v1/me").json()["username"] == "li"
    response = client.post(STEP, "{}", content_type="application/json")
    assert response.status_code == 403
    problem(response)
    token = client.cookies["pinzhi_csrf"].value
    assert (
        client.post(STEP, "{}", content_type="application/json", headers={"X-CSRFToken": token}).status_code
        == 422
    )


def test_our_own_error_is_a_problem_too(official: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    from pinzhi.kernel.registers import api

    def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(api.queries, "registers_for", broken)
    response = Client(raise_request_exception=False).get("/api/v1/registers", headers=official.headers())
    assert response.status_code == 500 and "secret" not in json.dumps(problem(response))


def test_openapi_and_its_page() -> None:
    schema = Client().get("/api/openapi.json").json()
    assert schema["openapi"].startswith("3.1") and len(schema["paths"]) > 40
    for address, methods in schema["paths"].items():
        for method, operation in methods.items():
            assert operation.get("summary"), (method, address)
            assert "application/problem+json" in operation["responses"]["422"]["content"]
    page = Client().get("/api/")
    text = page.content.decode()
    assert page.status_code == 200 and "/api/v1/registers/{name}/records" in text
    assert "http://" not in text.replace("http://www.w3.org", "") and "https://" not in text
    assert "unsafe-inline" not in page["Content-Security-Policy"]
