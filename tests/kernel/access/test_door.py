"""Login, limits, second factor, sessions: through the pages, as a browser meets them."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings as SettingsWrapper

from pinzhi.kernel import clock
from pinzhi.kernel.access.models import User
from pinzhi.kernel.audit.models import AuditEvent
from tests.kernel.access.conftest import PASSWORD

Make = Callable[..., User]
pytestmark = pytest.mark.urls("tests.kernel.access.urls")


def login(client: Client, username: str, password: str = PASSWORD, **extra: str) -> int:
    response = client.post("/accounts/login/", {"login": username, "password": password}, **extra)
    return response.status_code


def code_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_login_and_logout_leave_their_lines(account: Make, client: Client) -> None:
    account("wang", "clerk@350100")
    assert login(client, "ＷＡＮＧ") == 302
    assert client.get("/console/").status_code == 200
    assert client.post("/accounts/logout/").status_code == 302
    response = client.get("/console/?x=1")
    assert (response.status_code, response["Location"]) == (
        302,
        "/accounts/login/?next=%2Fconsole%2F%3Fx%3D1",
    )
    lines = list(AuditEvent.objects.order_by("id").values_list("action", "username"))
    assert lines[-2:] == [("access.login", "wang"), ("access.logout", "wang")]


def test_a_wrong_password_says_nothing_about_the_account(account: Make, client: Client) -> None:
    account("wang")
    texts = []
    for name in ("wang", "nobody"):
        response = client.post("/accounts/login/", {"login": name, "password": "wrong"})
        assert response.status_code == 200
        texts.append(response.content.decode().replace(name, ""))
        assert 'name="login" value="' + name in response.content.decode()
    strip = [text.split("alert-danger")[1].split("</div></div>")[0] for text in texts]
    assert strip[0] == strip[1]
    failed = AuditEvent.objects.filter(action="access.login_failed").values_list("subject_key", flat=True)
    assert sorted(failed) == ["?", "wang"]


def test_guessing_is_answered_with_429_for_every_worker(account: Make) -> None:
    account("wang")
    for number in range(5):  # each from another client and address, as from several workers
        assert login(Client(), "wang", f"wrong{number}", REMOTE_ADDR=f"10.0.0.{number}") == 200
    assert login(Client(), "wang", PASSWORD, REMOTE_ADDR="10.0.0.9") == 429
    assert login(Client(), "ＷＡＮＧ", PASSWORD, REMOTE_ADDR="10.0.0.10") == 429
    page = Client().post("/accounts/login/", {"login": "wang", "password": "x"}, REMOTE_ADDR="10.0.0.11")
    assert "五分钟" in page.content.decode()
    assert login(Client(), "other", "wrong", REMOTE_ADDR="10.0.0.12") == 200


def test_one_address_is_limited_whatever_names_it_tries(account: Make) -> None:
    statuses = [login(Client(), f"name{number}", "wrong") for number in range(12)]
    assert statuses == [200] * 10 + [429] * 2


def test_the_limit_is_kept_in_the_shared_table(account: Make, settings: SettingsWrapper) -> None:
    from django.db import connection

    assert settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache")
    login(Client(), "wang", "wrong")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pinzhi_cache WHERE cache_key LIKE '%%login_failed%%'")
        assert cursor.fetchone()[0] >= 2


def test_a_closed_account_is_out_with_the_next_click(account: Make, client: Client) -> None:
    user = account("wang", "clerk@350100")
    login(client, "wang")
    assert client.get("/console/").status_code == 200
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/console/").status_code == 302
    late = Client()
    assert (
        late.post("/accounts/login/", {"login": "wang", "password": PASSWORD}, follow=True).status_code == 200
    )
    assert late.get("/console/").status_code == 302


def test_a_session_ends_when_idle_or_old(account: Make, client: Client) -> None:
    account("wang", "clerk@350100")
    start = clock.now()
    with clock.at(start):
        login(client, "wang")
    for minutes in (20, 40, 60):
        with clock.at(start + timedelta(minutes=minutes)):
            assert client.get("/console/").status_code == 200
    with clock.at(start + timedelta(minutes=91)):
        assert client.get("/console/").status_code == 302
    with clock.at(start):
        login(client, "wang")
    for minutes in range(20, 12 * 60, 25):
        with clock.at(start + timedelta(minutes=minutes)):
            assert client.get("/console/").status_code == 200
    with clock.at(start + timedelta(hours=12, minutes=5)):
        assert client.get("/console/").status_code == 302


def test_login_rotates_the_session_and_a_new_password_ends_the_others(account: Make, client: Client) -> None:
    account("wang", "clerk@350100")
    client.get("/accounts/login/")
    login(client, "wang")
    other = Client()
    login(other, "wang")
    before = client.session.session_key
    response = client.post(
        "/accounts/password/", {"old": PASSWORD, "new": "Another-Long-Word-7", "again": "Another-Long-Word-7"}
    )
    assert response.status_code == 302
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()
    assert client.get("/console/").status_code == 200
    assert other.get("/console/").status_code == 302


def test_the_first_password_is_changed_before_anything(account: Make, client: Client) -> None:
    user = account("wang", "clerk@350100")
    User.objects.filter(pk=user.pk).update(must_change_password=True)
    login(client, "wang")
    assert client.get("/console/")["Location"] == "/accounts/password/"
    page = client.post(
        "/accounts/password/", {"old": "no", "new": "Another-Long-Word-7", "again": "Another-Long-Word-7"}
    )
    assert (page.status_code, "原密码不对" in page.content.decode()) == (422, True)
    client.post(
        "/accounts/password/", {"old": PASSWORD, "new": "Another-Long-Word-7", "again": "Another-Long-Word-7"}
    )
    assert client.get("/console/").status_code == 200


@pytest.mark.parametrize("role", ["approver", "administrator"])
def test_approvers_and_administrators_set_up_the_second_factor_first(
    account: Make, client: Client, settings: SettingsWrapper, role: str
) -> None:
    settings.REQUIRE_TOTP = True
    account("wang", f"{role}@350100")
    login(client, "wang")
    assert client.get("/console/")["Location"] == "/accounts/2fa/totp/activate/"
    part = client.get("/console/", headers={"HX-Request": "true"})
    assert part["HX-Redirect"] == "/accounts/2fa/totp/activate/"
    with clock.at(clock.now() + timedelta(minutes=6)):
        asked = client.get("/accounts/2fa/totp/activate/")
        assert asked["Location"].startswith("/accounts/reauthenticate/")
        page = client.get(asked["Location"])
        assert "再次输入密码" in page.content.decode()
    page = client.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200
    secret = client.session["mfa.totp.secret"]
    assert secret in page.content.decode()
    response = client.post("/accounts/2fa/totp/activate/", {"code": "000000"})
    assert response.status_code == 200 and not Authenticator.objects.exists()
    response = client.post("/accounts/2fa/totp/activate/", {"code": code_now(secret)})
    assert response.status_code == 302
    assert client.get("/console/").status_code == 200
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in stored  # sealed
    assert client.get("/accounts/2fa/recovery-codes/").status_code == 200

    cache.clear()
    fresh = Client()
    assert login(fresh, "wang") == 302
    assert fresh.get("/console/").status_code == 302, "the password alone does not open the console"
    answer = fresh.post("/accounts/2fa/authenticate/", {"code": code_now(secret)})
    assert answer.status_code == 302
    assert fresh.get("/console/").status_code == 200


def test_a_clerk_and_the_demonstration_need_none(account: Make, settings: SettingsWrapper) -> None:
    account("clerk", "clerk@350100", "reviewer@350100")
    account("boss", "approver@350100")
    settings.REQUIRE_TOTP = True
    clerk, boss = Client(), Client()
    login(clerk, "clerk")
    assert clerk.get("/console/").status_code == 200
    login(boss, "boss")
    assert boss.get("/console/").status_code == 302
    settings.REQUIRE_TOTP = False
    assert boss.get("/console/").status_code == 200
    assert "演示" in Client().get("/accounts/login/").content.decode()
    settings.REQUIRE_TOTP = True
    assert "演示" not in Client().get("/accounts/login/").content.decode()


def test_a_used_code_does_not_open_twice(account: Make) -> None:
    user = account("wang", "clerk@350100")
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    code = code_now("JBSWY3DPEHPK3PXP")
    for expected in (200, 302):  # the second is sent back to the second factor
        client = Client()
        login(client, "wang")
        client.post("/accounts/2fa/authenticate/", {"code": code})
        assert client.get("/console/").status_code == expected


def test_nobody_signs_up(client: Client, db: None) -> None:
    for path in ("/accounts/signup/", "/accounts/email/", "/accounts/3rdparty/", "/accounts/password/reset/"):
        assert client.get(path).status_code == 404


def test_public_pages_touch_no_session(account: Make, client: Client) -> None:
    account("wang", "clerk@350100")
    login(client, "wang")
    response = client.get("/public/")
    assert response.content == b"session untouched"
    assert "Cache-Control" not in response
    assert client.get("/console/")["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_the_account_speaks_its_holders_language(account: Make, client: Client) -> None:
    user = account("wang", "clerk@350100")
    User.objects.filter(pk=user.pk).update(language="en")
    login(client, "wang")
    page = client.get("/accounts/")
    assert "My account" in page.content.decode()
    assert page["Content-Language"] == "en"
    page = client.post(
        "/accounts/profile/", {"display_name": "王", "email": "", "phone": "", "language": "zh-hans"}
    )
    assert page.status_code == 302
    assert "我的账号" in client.get("/accounts/").content.decode()


def test_cookies_and_headers(account: Make, client: Client) -> None:
    account("wang", "clerk@350100")
    login(client, "wang")
    cookie = client.cookies["pinzhi_session"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    response = client.get("/console/")
    policy = response["Content-Security-Policy"]
    assert "unsafe-inline" not in policy and "default-src 'self'" in policy
    assert response["X-Frame-Options"] == "DENY"
    assert len(response["X-Request-ID"]) == 16


def test_csrf_is_checked_at_login(account: Make) -> None:
    account("wang")
    strict = Client(enforce_csrf_checks=True)
    assert login(strict, "wang") == 403
