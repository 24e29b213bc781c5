from __future__ import annotations

import pytest
from django.test import Client, RequestFactory

from pinzhi.kernel.web import errors


@pytest.fixture
def lenient() -> Client:
    return Client(raise_request_exception=False)


def test_chinese_whatever_the_browser_was_sold_with_until_one_switches(client: Client) -> None:
    response = client.get("/style/", headers={"Accept-Language": "en-US"})
    assert b'<html lang="zh-Hans">' in response.content and response["Content-Language"] == "zh-Hans"
    switched = client.post("/language/", {"language": "en", "next": "/style/?messages=1"})
    assert switched.status_code == 302 and switched["Location"] == "/style/?messages=1"
    assert b'<html lang="en">' in client.get("/style/").content


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_the_language_switch_leads_nowhere_else(client: Client, address: str) -> None:
    assert client.post("/language/", {"language": "en", "next": address})["Location"] == "/"


def test_an_unknown_language_is_not_kept(client: Client) -> None:
    response = client.post("/language/", {"language": "xx", "next": "/style/"})
    assert response.status_code == 302 and not response.cookies
    loaded = client.get("/language/")  # an address that takes forms only, opened as a page
    assert loaded.status_code == 405 and loaded["Allow"] == "POST"
    assert "这个地址只接收表单提交" in loaded.content.decode()


@pytest.mark.parametrize(
    ("kind", "status", "zh", "en"),
    [
        ("refused", 403, "您没有“审核”权限。", "You lack the right to review."),
        ("rows", 422, "统一社会信用代码", "wrong length"),
        ("denied", 403, "无权查看或办理", "You may not see or do this"),
        ("large", 413, "文件或表单过大", "too large"),
        ("odd", 400, "请求无法识别", "could not be read"),
        ("bug", 500, "系统出错", "Something went wrong"),
    ],
)
def test_error_pages_in_both_languages(lenient: Client, kind: str, status: int, zh: str, en: str) -> None:
    chinese = lenient.get(f"/fail/{kind}/")
    assert chinese.status_code == status
    text = chinese.content.decode()
    assert zh in text and "a secret of the program" not in text and "Traceback" not in text
    lenient.cookies["pinzhi_lang"] = "en"
    assert en in lenient.get(f"/fail/{kind}/").content.decode()


def test_a_missing_page_offers_the_search_and_the_console_its_own_way_back(client: Client) -> None:
    page = client.get("/nothing/")
    assert page.status_code == 404 and 'role="search"' in page.content.decode()
    console = errors.page(RequestFactory().get("/console/nothing/"), 404).content.decode()
    assert 'href="/console/"' in console


def test_a_form_without_its_token_says_what_to_do() -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/style/form/", {"person_name": "x"})
    assert response.status_code == 403 and "表单已失效" in response.content.decode()


def test_public_pages_set_no_cookie(client: Client) -> None:
    assert not client.get("/style/portal/").cookies


def test_suggestions_are_for_those_who_are_logged_in(client: Client) -> None:
    assert client.get("/pick/region/?q=福").status_code == 302
