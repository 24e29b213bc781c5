"""A small public side: two registers lived through, the rosters, and a portal that is asked by strangers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.registers import catalogue, logs, sequencer
from pinzhi.kernel.registers.actions.carry_out import Item, carry_out
from pinzhi.kernel.registers.publish import Publication, publish
from pinzhi.rules.identifiers import uscc

KEEPER = Actor.system("portal test")
CQO, ENTERPRISES, PRODUCTS = "e01_cqo", "p_enterprises", "p_products"
ON = date(2024, 5, 10)
GTIN = "06901234567892"


def firm(number: int) -> str:
    return uscc.make(number, region="350100").text


def sample(register: str, **changes: Any) -> dict[str, Any]:
    return {**catalogue.get(register).definition.sample, **changes}


def appoint(number: int, on: date = ON, region: str = "350100", **changes: Any) -> str:
    """A chief quality officer, reported and appointed; returns the record's key."""
    with clock.at(on):
        item = Item(subject=firm(number), region=region, values=sample(CQO, **changes), effective_on=on)
        (ref,) = carry_out(CQO, "report", [item], by=KEEPER)
        carry_out(CQO, "appoint", [Item(key=ref.key, effective_on=on)], by=KEEPER)
    return ref.key


def enlist(number: int, name: str, region: str = "350100") -> str:
    item = Publication(
        key=firm(number), subject=firm(number), region=region, values=sample(ENTERPRISES, name=name)
    )
    with clock.at(ON), transaction.atomic():
        publish(ENTERPRISES, [item], by=KEEPER)
    return firm(number)


def enlist_product(name: str, producer: int, key: str = GTIN) -> str:
    values = sample(PRODUCTS, name=name, producer_code=firm(producer), producer_name="榕江食品有限公司")
    with clock.at(ON), transaction.atomic():
        publish(PRODUCTS, [Publication(key=key, subject=key, region="350100", values=values)], by=KEEPER)
    return key


def sequence() -> None:
    sequencer.drain()
    logs.publish_keys()


def populate() -> dict[str, Any]:
    catalogue.sync()
    firms = [enlist(1, "榕江食品有限公司"), enlist(2, "鹭岛鞋业有限公司", "350200")]
    product = enlist_product("速冻鱼丸", 1)
    sequence()
    keys = [appoint(1), appoint(2, region="350200", person_name="李四"), appoint(3, person_name="王五")]
    sequence()
    return {"firms": firms, "product": product, "keys": keys}
