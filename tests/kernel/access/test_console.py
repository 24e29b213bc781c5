"""The pages that keep accounts and rights, as an administrator uses them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from pytest_django import Settings as SettingsWrapper

from pinzhi.kernel.access.models import ApiToken, User
from pinzhi.kernel.audit.models import AuditEvent
from tests.kernel.access.conftest import PASSWORD

Make = Callable[..., User]
pytestmark = pytest.mark.urls("tests.kernel.access.urls")


@pytest.fixture
def admin(account: Make, client: Client, settings: SettingsWrapper) -> Client:
    settings.REQUIRE_TOTP = False
    account("admin", "administrator@350000")
    client.post("/accounts/login/", {"login": "admin", "password": PASSWORD})
    return client


def test_open_an_account_and_give_it_a_right(admin: Client) -> None:
    page = admin.post(
        "/console/users/new/", {"username": "li", "display_name": "", "speaks_for": "agency", "party": "AG1"}
    )
    assert page.status_code == 422
    assert 'value="li"' in page.content.decode(), "nothing typed is lost"
    values = {
        "username": "li",
        "display_name": "李雷",
        "speaks_for": "agency",
        "party": "AG1",
        "region": "350100",
    }
    page = admin.post("/console/users/new/", {**values, "password": "short"})
    assert page.status_code == 422
    assert "10" in page.content.decode()
    page = admin.post("/console/users/new/", {**values, "password": PASSWORD})
    assert page["Location"] == "/console/users/of/li/"
    right = {"role": "clerk", "function": "*", "register": "*", "region": "350100"}
    assert admin.post("/console/users/of/li/grant/", right).status_code == 302
    again = admin.post("/console/users/of/li/grant/", right)
    assert again.status_code == 422
    assert "已有相同权限" in again.content.decode()
    page = admin.get("/console/users/of/li/").content.decode()
    assert "经办" in page and "有效" in page
    grant = User.objects.get(username="li").grants.get()
    assert admin.post(f"/console/users/of/li/revoke/{grant.pk}/").status_code == 302
    assert "已撤销" in admin.get("/console/users/of/li/").content.decode()
    assert admin.post("/console/users/of/li/close/").status_code == 302
    assert not User.objects.get(username="li").is_active


def test_the_list_searches_and_says_why_it_is_empty(admin: Client, account: Make) -> None:
    account("wang", "clerk@350100", region="350100")
    account("far", region="360100")
    page = admin.get("/console/users/").content.decode()
    assert "wang" in page and ">far<" not in page
    assert "wang" in admin.get("/console/users/?q=WAN&role=clerk&active=yes").content.decode()
    empty = admin.get("/console/users/?q=nobody").content.decode()
    assert "没有符合条件的账号" in empty
    assert admin.get("/console/users/of/far/").status_code == 404
    assert admin.get("/console/users/?page=abc").status_code == 200
    for path in ("/console/users/?q=%00", "/console/users/of/%00/", "/accounts/login/?next=%00"):
        assert admin.get(path).status_code == 400, path
    assert admin.post("/console/users/new/", {"username": "wu", "reason": "a\0b"}).status_code == 400


def test_a_clerk_sees_none_of_it(account: Make, client: Client) -> None:
    account("wang", "clerk@350100")
    client.post("/accounts/login/", {"login": "wang", "password": PASSWORD})
    for path in ("/console/users/", "/console/users/new/", "/console/audit/"):
        assert client.get(path).status_code == 403, path
    assert client.get("/console/users/of/wang/").status_code == 404
    assert client.get("/console/users/rights/").status_code == 200


def test_tokens_are_shown_once(account: Make, client: Client) -> None:
    account("wang", "clerk/e01_cqo@350100")
    client.post("/accounts/login/", {"login": "wang", "password": PASSWORD})
    assert "e01_cqo:clerk" in client.get("/accounts/tokens/").content.decode()
    page = client.post(
        "/accounts/tokens/", {"name": "exchange", "scopes": ["e01_cqo:clerk"], "region": "", "days": "30"}
    )
    token = ApiToken.objects.get()
    assert page.content.decode().count(token.prefix + "_") >= 1
    assert token.prefix + "_" not in client.get("/accounts/tokens/").content.decode()
    assert client.post(f"/accounts/tokens/{token.prefix}/end/").status_code == 302
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_an_identity_opens_only_the_account_it_is_linked_to(
    admin: Client, account: Make, settings: SettingsWrapper
) -> None:
    settings.OIDC_URL = "https://login.example"
    account("li", region="350100")
    assert admin.post("/console/users/of/li/link/", {"provider": "oidc", "subject": "s-1"}).status_code == 302
    assert SocialAccount.objects.get().user.username == "li"
    account("han", region="350100")
    page = admin.post("/console/users/of/han/link/", {"provider": "oidc", "subject": "s-1"})
    assert page.status_code == 422
    assert SocialAccount.objects.count() == 1


def test_the_audit_page_filters_exports_and_records_its_readers(
    account: Make, client: Client, settings: SettingsWrapper
) -> None:
    account("watch", "auditor@350000")
    account("evil", region="350100", party="=cmd|' /C calc'!A0")
    client.post("/accounts/login/", {"login": "watch", "password": PASSWORD})
    before = AuditEvent.objects.filter(action="audit.read").count()
    page = client.get("/console/audit/?action=access.create_user").content.decode()
    assert "开通账号 evil" in page
    assert "登录（127" not in page
    assert "登录（127" in client.get("/console/audit/").content.decode()
    assert AuditEvent.objects.filter(action="audit.read").count() == before + 2
    assert AuditEvent.objects.filter(action="audit.read", is_read=True, username="watch").exists()
    wrong = client.get("/console/audit/?since=yesterday")
    assert wrong.status_code == 422
    assert "yesterday" in wrong.content.decode()
    export = client.get("/console/audit/export/?action=access.create_user")
    text = b"".join(export.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "access.create_user" in text and "evil" in text
    assert not any(cell.startswith("=") for line in text.splitlines() for cell in line.split(","))
    for path in ("/console/audit/?before=x&reads=maybe", "/console/audit/?until=2026-13-45"):
        assert client.get(path).status_code in (200, 422)
