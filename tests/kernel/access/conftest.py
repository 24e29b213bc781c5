"""Accounts for the tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest
from pytest_django import Settings as SettingsWrapper

from pinzhi.kernel.access.actor import Actor

if TYPE_CHECKING:
    from pinzhi.kernel.access.models import User

SYSTEM = Actor.system("tests")
PASSWORD = "Kestrel-over-Wuyi-9"


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
