"""A small public side: two registers lived through, the rosters, and a portal that is asked by strangers."""

from __future__ import annotations

import json
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


TARGETS, READINGS, DOCUMENTS, DUTIES = (
    "policy_targets",
    "policy_readings",
    "policy_documents",
    "policy_duties",
)
DOCUMENT, TARGET, REPORTED = "ZC-350000-2017-0001", "ZC-350000-2017-0001-T01", "ZC-350000-2017-0001-T02"


def count_spec(region: str | None = None) -> dict[str, Any]:
    """Firms with a chief quality officer, as an indicator counts them."""
    spec: dict[str, Any] = {
        "register": CQO,
        "mode": "level",
        "date": "2024-11-20",
        "states": ["appointed", "trained"],
        "distinct": "subject",
    }
    return {**spec, "regions": [region]} if region else spec


def declare_policy() -> None:
    """A document with a target that is counted, one that is reported, one that nobody reads yet; two duties."""
    publish_one(DOCUMENTS, DOCUMENT, sample(DOCUMENTS))
    targets = {
        TARGET: {
            "quote": "3家以上企业建立首席质量官制度",
            "value": "3",
            "unit": "家",
            "lead_unit": "省质监局",
        },
        REPORTED: {"quote": "国家监督抽查合格率稳定在91%以上", "lead_unit": "省质监局"},
        f"{DOCUMENT}-T03": {
            "quote": "新增名牌产品20个",
            "value": "20",
            "unit": "个",
            "lead_unit": "省商务厅",
        },
    }
    for number, (key, values) in enumerate(targets.items(), 1):
        own = {"document_key": DOCUMENT, "target_no": f"T0{number}", "scope_region": "350000", **values}
        publish_one(TARGETS, key, sample(TARGETS, **own))
    history = [
        {"as_of": f"{year}-12-31", "value": value} for year, value in ((2021, "1"), (2022, "1"), (2023, "2"))
    ]
    counted = {
        "target_key": TARGET,
        "value": "3",
        "unit": "家",
        "numerator": None,
        "denominator": None,
        "interval_low": None,
        "interval_high": None,
        "source_kind": "register",
        "stands_on": "counted",
        "publicly_verifiable": True,
        "count_spec": json.dumps({"value": "3", "count": count_spec()}),
        "history": json.dumps(history),
        "attainment": "reached",
        "attainment_note": json.dumps({"code": "at_bound", "zh": "已达到目标值", "en": "the bound is met"}),
        "gap": "0",
    }
    publish_reading(TARGET, "350000", counted)
    for region, value in (("350100", "2"), ("350200", "1")):
        publish_reading(
            TARGET, region, {**counted, "value": value, "count_spec": None, "attainment": "behind"}
        )
    publish_reading(REPORTED, "350000", {"target_key": REPORTED, "attainment": "on_course"})
    for number, (unit, role) in enumerate((("省质监局", "lead"), ("省商务厅", "support")), 1):
        key = f"{DOCUMENT}-M01-0{number}"
        publish_one(DUTIES, key, sample(DUTIES, document_key=DOCUMENT, unit_name=unit, role=role))
    sequence()


def publish_reading(target: str, region: str, values: dict[str, Any]) -> None:
    own = {"document_key": DOCUMENT, "scope_region": region, **values}
    publish_one(READINGS, f"{target}@{region}", sample(READINGS, **own), subject=target, region=region)


def publish_one(
    register: str, key: str, values: dict[str, Any], subject: str = "", region: str = "350000"
) -> None:
    kept = {name: value for name, value in values.items() if value is not None}
    item = Publication(key=key, subject=subject or key, region=region, values=kept)
    with clock.at(ON), transaction.atomic():
        publish(register, [item], by=KEEPER)
