"""Accounts for the tests, and two provinces where a code's beginning is the region around it."""

from __future__ import annotations

import types
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest
from pytest_django import Settings as SettingsWrapper

from pinzhi.kernel import places
from pinzhi.kernel.access.actor import Actor

if TYPE_CHECKING:
    from pinzhi.kernel.access.models import User

ALL = ("350000", "350100", "350102", "350200", "360000", "360100")
SYSTEM = Actor.system("tests")
PASSWORD = "Kestrel-over-Wuyi-9"


def stem(code: str) -> str:
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code


@pytest.fixture(autouse=True)
def regions(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = types.SimpleNamespace(
        contains=lambda whole, part, on: part.startswith(stem(whole)),
        subtree=lambda code, on: [other for other in ALL if other.startswith(stem(code))],
        region_name=lambda code, on=None: code,
        agency_name=lambda code, on=None: code,
    )
    monkeypatch.setattr(places, "queries", stub, raising=False)


@pytest.fixture(autouse=True)
def fast_passwords(settings: SettingsWrapper) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def account(db: None) -> Callable[..., User]:
    """account("wang", "clerk@350100", "approver/e01_cqo@350000", region="350100")."""
    # Imported here: this file is read before the settings are there.
    from django.core.cache import cache

    from pinzhi.kernel.access.accounts import give_right, open_account
    from pinzhi.kernel.access.models import User

    cache.clear()

    def make(
        username: str, *rights: str, region: str = "350000", speaks_for: str = "agency", party: str = "AG1"
    ) -> User:
        user = open_account(
            username=username,
            display_name=username.title(),
            speaks_for=speaks_for,
            party=party,
            region=region,
            password=PASSWORD,
            must_change_password=False,
            by=SYSTEM,
        )
        for text in rights:
            what, _, where = text.partition("@")
            role, _, register = what.partition("/")
            give_right(
                user, role=role, register=register or "*", region=where, starts_on=date(2020, 1, 1), by=SYSTEM
            )
        return User.objects.get(pk=user.pk)

    return make
