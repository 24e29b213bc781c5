"""Officials, firms and products for the tests of parties."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from pinzhi.kernel.access.actor import Actor, Right
from pinzhi.rules.identifiers import gtin, uscc

START = date(2010, 1, 1)
FUZHOU, XIAMEN, FUJIAN = "350100", "350200", "350000"


@pytest.fixture(autouse=True)
def definitions(db: None) -> None:
    from pinzhi.kernel.registers import catalogue

    catalogue.sync()


@pytest.fixture
def official() -> Callable[..., Actor]:
    """official("wang", "clerk", "reviewer", region="350100"): a person of the bureau with these roles there."""

    def make(name: str, *roles: str, region: str = FUJIAN, function: str = "*", register: str = "*") -> Actor:
        rights = tuple(Right(function, register, role, region, START) for role in roles)
        return Actor(name, "agency", "amr-350000", name, rights)

    return make


@pytest.fixture
def clerk(official: Callable[..., Actor]) -> Actor:
    return official("clerk", "clerk")


def code(number: int, region: str = FUZHOU) -> str:
    return uscc.make(number, region=region).text


def firm(number: int, **changes: Any) -> dict[str, Any]:
    """Values of an enterprise as somebody types them."""
    return {
        "uscc": code(number),
        "name": f"榕江{number}食品有限公司",
        "region": "350105",
        "trade": "C1432",
        "size": "中型",
        "roles": "生产者、出口商",
        "registered_on": "2008/3/12",
        "address": "福州市马尾区儒江东路66号",
        "legal_representative": "林某某",
        "contact_phone": "0591-83000000",
        **changes,
    }


def goods(number: int, producer: str, **changes: Any) -> dict[str, Any]:
    """Values of a product as somebody types them."""
    return {
        "name": f"速冻鱼丸{number}号",
        "gtin": gtin.make(number).text,
        "brand": "榕江",
        "specification": "500 g/袋",
        "category": "速冻调制食品",
        "sector": "食品",
        "producer_code": producer,
        "standard_executed": "GB/T 36187-2018",
        **changes,
    }
