"""A small bureau behind the API: accounts with tokens, a firm, some records."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

PASSWORD = "Kestrel-over-Wuyi-9"
REGION = "350100"


@dataclass
class Caller:
    """A client that sends a token and speaks JSON."""

    token: str
    username: str

    def headers(self, **more: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Accept-Language": "en", **more}

    def get(self, address: str, status: int = 200, **more: str) -> Any:
        response = Client().get(f"/api/v1{address}", headers=self.headers(**more))
        assert response.status_code == status, (
            address,
            response.status_code,
            response.content.decode()[:2000],
        )
        return response.json() if response.content and status != 304 else response

    def post(self, address: str, body: Any = None, status: int = 200, method: str = "post") -> Any:
        response = getattr(Client(), method)(
            f"/api/v1{address}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers=self.headers(),
        )
        assert response.status_code == status, (
            address,
            response.status_code,
            response.content.decode()[:2000],
        )
        return response.json()

    def send(self, address: str, data: dict[str, Any], status: int = 200) -> Any:
        """A multipart form."""
        response = Client().post(f"/api/v1{address}", data, headers=self.headers())
        assert response.status_code == status, (
            address,
            response.status_code,
            response.content.decode()[:2000],
        )
        return response.json()


@pytest.fixture
def caller(settings: Any) -> Callable[..., Caller]:
    """caller("wang", "clerk@350100", "approver/e01_cqo@350000") opens an account and gives it a token with all its rights."""
    from pinzhi.kernel import clock
    from pinzhi.kernel.access.accounts import give_right, open_account
    from pinzhi.kernel.access.actions.issue_token import issue_token
    from pinzhi.kernel.access.actor import Actor
    from pinzhi.kernel.access.queries import actor_for_user

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.REQUIRE_TOTP = False
    cache.clear()
    system = Actor.system("tests")

    def make(
        username: str, *rights: str, speaks_for: str = "agency", party: str = "350100-market_supervision"
    ) -> Caller:
        user = open_account(
            username=username,
            display_name=username,
            speaks_for=speaks_for,
            party=party,
            region=REGION,
            password=PASSWORD,
            must_change_password=False,
            by=system,
        )
        scopes = ["read"]
        for right in rights:
            what, _, region = right.partition("@")
            role, _, register = what.partition("/")
            give_right(user, role=role, register=register or "*", function="*", region=region, by=system)
            scopes.append(f"{register or '*'}:{role}")
        if speaks_for != "agency":
            scopes.append("*:subject")
        by = actor_for_user(user, clock.today())
        _, text = issue_token(name="t", scopes=scopes, by=by)
        return Caller(text, username)

    return make


@pytest.fixture
def firms() -> list[str]:
    """Credit codes of three firms of the region."""
    from pinzhi.rules.identifiers import uscc

    return [uscc.make(number, region=REGION).text for number in range(3)]
