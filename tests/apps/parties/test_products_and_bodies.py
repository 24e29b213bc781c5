"""Products, technical bodies and risk classes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from pinzhi.apps.parties.actions.change_product import change_product
from pinzhi.apps.parties.actions.register_bodies import change_body, register_bodies
from pinzhi.apps.parties.actions.register_enterprises import register_enterprises
from pinzhi.apps.parties.actions.register_products import register_products
from pinzhi.apps.parties.actions.set_risk_classes import set_risk_classes
from pinzhi.apps.parties.models import Product, RiskClass
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotPermitted, RefusedRows
from pinzhi.kernel.registers import sequencer
from pinzhi.kernel.registers.models import PublicRecord, Record
from pinzhi.rules.identifiers import gtin, uscc
from tests.apps.parties.conftest import XIAMEN, code, firm, goods

pytestmark = pytest.mark.django_db


@pytest.fixture
def producer(clerk: Actor) -> str:
    return register_enterprises([firm(1)], by=clerk)[0]


def test_product_by_gtin_and_by_own_number(clerk: Actor, producer: str) -> None:
    first, second = register_products(
        [goods(1, producer), goods(2, producer, gtin="", own_number="A-1")], by=clerk
    )
    assert first == gtin.make(1).key and second.startswith("CP-")
    record = Record.objects.get(register="p_products", key=first)
    assert record.values["producer_name"] == "榕江1食品有限公司" and record.region == "350105"
    assert record.values["sector"] == "food" and record.values["consumer_goods"] is True
    sequencer.drain()
    assert PublicRecord.objects.filter(register="p_products").count() == 2
    assert Product.objects.filter(search_text__finds="鱼丸 榕江").count() == 2


def test_what_is_wrong_with_products(clerk: Actor, producer: str) -> None:
    bad = gtin.make(1).text[:-1] + "0" if gtin.make(1).text[-1] != "0" else gtin.make(1).text[:-1] + "1"
    with pytest.raises(RefusedRows) as refused:
        register_products(
            [
                goods(1, producer, gtin=bad),
                goods(2, code(99)),
                goods(3, ""),
                goods(4, producer),
                goods(4, producer),
                goods(5, producer, category=""),
            ],
            by=clerk,
        )
    found = {(e.row, e.wrong_en.split(",")[0]) for e in refused.value.rows}
    assert any(row == 1 and "check digit" in text for row, text in found)
    assert {
        (2, "is on no roster"),
        (3, "is required unless imported"),
        (5, "stands in row 4 already"),
        (6, "is required"),
    } <= found
    assert not Product.objects.exists()


def test_product_changes_and_moves_with_its_producer(
    clerk: Actor, producer: str, official: Callable[..., Actor]
) -> None:
    register_enterprises([firm(2, region=XIAMEN)], by=clerk)
    (number,) = register_products([goods(1, producer)], by=clerk)
    assert change_product(number, {"status": "停产", "brand": ""}, by=clerk) == ["brand", "status"]
    assert "brand" not in Record.objects.get(register="p_products").values
    assert change_product(number, {"producer_code": code(2)}, by=clerk) == ["producer_code"]
    assert Product.objects.get(number=number).region == XIAMEN
    with pytest.raises(RefusedRows, match="the number stays"):
        change_product(number, {"gtin": gtin.make(9).text}, by=clerk)
    with pytest.raises(NotPermitted):
        change_product(number, {"brand": "x"}, by=official("fz", "clerk", region="350100"))
    with pytest.raises(RefusedRows, match="registered already"):
        register_products([goods(1, producer)], by=clerk)


def test_bodies(clerk: Actor) -> None:
    own = uscc.make(7, region="350000", kind="12").text
    values = {
        "uscc": own, "name": "省产品质量检验研究院", "region": "福建省", "kinds": "检验检测、检验", "ownership": "事业单位",
        "accreditation_no": "170012340001", "approval_expires_on": "2029-02-28", "scope": "食品、纺织品", "contact_name": "黄某",
    }  # fmt: skip
    assert register_bodies([values], by=clerk) == [own]
    record = Record.objects.get(register="p_bodies", key=own)
    assert record.values["kinds"] == ["testing", "inspection"] and "contact_name" not in record.values
    assert change_body(own, {"short_name": "省质检院"}, by=clerk) == ["short_name"]
    assert Record.objects.get(register="p_bodies", key=own).values["short_name"] == "省质检院"


def test_risk_classes_are_dated_and_private(
    clerk: Actor, producer: str, official: Callable[..., Actor]
) -> None:
    reviewer = official("reviewer", "reviewer")
    with pytest.raises(NotPermitted):
        set_risk_classes([{"uscc": producer, "risk_class": "A"}], by=clerk)
    assert (
        set_risk_classes([{"uscc": producer, "risk_class": "B类", "since": "2025-01-01"}], by=reviewer) == 1
    )
    with clock.at(date(2026, 3, 1)):
        set_risk_classes([{"uscc": producer, "risk_class": "D"}], by=reviewer)
        set_risk_classes([{"uscc": producer, "risk_class": "C", "since": "2025-06-01"}], by=reviewer)
    rows = RiskClass.objects.order_by("since").values_list("risk_class", "since", "until")
    assert list(rows) == [
        ("B", date(2025, 1, 1), date(2025, 5, 31)),
        ("C", date(2025, 6, 1), date(2026, 2, 28)),
        ("D", date(2026, 3, 1), None),
    ]
    assert "risk" not in str(Record.objects.get(register="p_enterprises").values)
    with pytest.raises(RefusedRows, match="on no roster"):
        set_risk_classes([{"uscc": code(77), "risk_class": "A"}], by=reviewer)
