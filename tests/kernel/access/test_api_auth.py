"""How callers of the API say who they are: token or session, each with its own conditions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings as SettingsWrapper

from pinzhi.kernel import clock
from pinzhi.kernel.access.actions.issue_token import issue_token
from pinzhi.kernel.access.models import User
from pinzhi.kernel.access.queries import actor_for_user
from tests.kernel.access.conftest import PASSWORD

Make = Callable[..., User]
pytestmark = pytest.mark.urls("tests.kernel.access.urls")


def token(user: User, *scopes: str) -> dict[str, str]:
    _, text = issue_token(name="t", scopes=scopes, by=actor_for_user(user, clock.today()))
    return {"Authorization": f"Bearer {text}"}


def test_a_token_reads_and_writes_within_its_scopes(account: Make) -> None:
    user = account("wang", "clerk@350100", "reviewer@350100")
    client = Client(enforce_csrf_checks=True)
    reading = token(user, "read")
    assert client.get("/api/who", headers=reading).json()["roles"] == ["clerk", "reviewer"]
    assert client.post("/api/who", headers=reading).json()["roles"] == []
    assert client.post("/api/who", headers=token(user, "*:clerk")).json()["roles"] == ["clerk"]


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "Bearer pz_aaaaaaaa_" + "b" * 43, "Basic eDp5", "Bearer \u00e9"]
)
def test_anything_else_is_401(db: None, header: str) -> None:
    for method in ("get", "post"):
        response = getattr(Client(enforce_csrf_checks=True), method)(
            "/api/who", headers={"Authorization": header}
        )
        assert response.status_code == 401


def test_a_session_reads_and_needs_the_csrf_token_to_write(account: Make) -> None:
    account("wang", "clerk@350100")
    client = Client(enforce_csrf_checks=True)
    client.get("/accounts/login/")
    csrf = client.cookies["pinzhi_csrf"].value
    client.post("/accounts/login/", {"login": "wang", "password": PASSWORD, "csrfmiddlewaretoken": csrf})
    assert client.get("/api/who").json()["username"] == "wang"
    assert client.post("/api/who").status_code == 403
    csrf = client.cookies["pinzhi_csrf"].value
    assert client.post("/api/who", headers={"X-CSRFToken": csrf}).json()["roles"] == ["clerk"]


def test_a_session_meets_the_conditions_of_the_console(account: Make, settings: SettingsWrapper) -> None:
    settings.REQUIRE_TOTP = True
    user = account("wang", "approver@350100")
    client = Client()
    client.post("/accounts/login/", {"login": "wang", "password": PASSWORD})
    response = client.get("/api/who")
    assert (response.status_code, response.json()["code"]) == (403, "second_factor_missing")
    settings.REQUIRE_TOTP = False
    assert client.get("/api/who").status_code == 200
    User.objects.filter(pk=user.pk).update(must_change_password=True)
    response = client.get("/api/who")
    assert (response.status_code, response.json()["code"]) == (403, "must_change_password")
