"""Accounts with rights over registers, logged in, and records made by the real actions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from pytest_django import Settings as SettingsWrapper

if TYPE_CHECKING:
    from django.test import Client

    from pinzhi.kernel.access.actor import Actor
    from pinzhi.kernel.access.models import User

PASSWORD = "Kestrel-over-Wuyi-9"
CQO, BRANDS = "e01_cqo", "b02_famous_brands"

Login = Callable[..., "Client"]


@pytest.fixture(autouse=True)
def console_settings(settings: SettingsWrapper) -> None:
    settings.REQUIRE_TOTP = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def definitions(db: None) -> None:
    from pinzhi.kernel.registers import catalogue

    catalogue.sync()


@pytest.fixture
def account(db: None) -> Callable[..., User]:
    """account("wang", "clerk@350100", "approver/e01_cqo@350000"); an enterprise with party=…, speaks_for=…"""
    from pinzhi.kernel.access.accounts import give_right, open_account
    from pinzhi.kernel.access.actor import Actor
    from pinzhi.kernel.access.models import User

    system = Actor.system("tests")

    def make(
        username: str,
        *rights: str,
        speaks_for: str = "agency",
        party: str = "amr-350100",
        region: str = "350100",
    ) -> User:
        user = User.objects.filter(username=username).first() or open_account(
            username=username,
            display_name=f"{username}·名",
            speaks_for=speaks_for,
            party=party,
            region=region,
            password=PASSWORD,
            must_change_password=False,
            by=system,
        )
        for text in rights:
            what, _, where = text.partition("@")
            role, _, register = what.partition("/")
            give_right(
                user,
                role=role,
                register=register or "*",
                region=where,
                starts_on=date(2020, 1, 1),
                by=system,
            )
        return User.objects.get(pk=user.pk)

    return make


@pytest.fixture
def login(account: Callable[..., User]) -> Login:
    """login("wang", "clerk@350100") → a client of that account."""
    from django.test import Client

    def enter(username: str, *rights: str, **more: Any) -> Client:
        client = Client()
        client.force_login(account(username, *rights, **more))
        return client

    return enter


def official(name: str, *roles: str, region: str = "350100") -> Actor:
    from pinzhi.kernel.access.actor import Actor, Right

    rights = tuple(Right("*", "*", role, region, date(2020, 1, 1)) for role in roles)
    return Actor(name, "agency", "amr-350100", name, rights)


def firm(number: int) -> str:
    from pinzhi.rules.identifiers import uscc

    return uscc.make(number, region="350100").text


def sample(register: str = CQO, **changes: Any) -> dict[str, Any]:
    from pinzhi.kernel.registers import catalogue

    found = catalogue.get(register).definition
    return {**{n: v for n, v in found.sample.items() if found.by_name[n].type != "file"}, **changes}


def reported(number: int = 1, *, by: str = "clerk", region: str = "350100", **changes: Any) -> str:
    """The key of a chief quality officer reported by an official."""
    from pinzhi.kernel.registers.actions.carry_out import Item, carry_out

    item = Item(subject=firm(number), region=region, values=sample(**changes))
    (ref,) = carry_out(CQO, "report", [item], by=official(by, "clerk", region=region))
    return ref.key


def appointed(number: int = 1, **changes: Any) -> str:
    from pinzhi.kernel.registers.actions.carry_out import Item, carry_out

    key = reported(number, **changes)
    carry_out(CQO, "appoint", [Item(key=key)], by=official("reviewer", "reviewer"))
    return key


def typed(values: dict[str, Any]) -> dict[str, Any]:
    """Values as a browser sends them."""
    found = {}
    for name, value in values.items():
        if isinstance(value, bool):
            found[name] = "true" if value else "false"
        elif isinstance(value, list):
            found[name] = value
        else:
            found[name] = str(value)
    return found
