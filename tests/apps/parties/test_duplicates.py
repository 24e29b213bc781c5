"""Duplicates are proposed, and an official decides; likeness alone merges nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pinzhi.apps.parties.actions.merge_enterprises import merge_enterprises, reject_duplicate
from pinzhi.apps.parties.actions.propose_duplicates import propose_duplicates
from pinzhi.apps.parties.actions.register_enterprises import register_enterprises
from pinzhi.apps.parties.actions.register_products import register_products
from pinzhi.apps.parties.actions.rename_enterprise import rename_enterprise
from pinzhi.apps.parties.likeness import name_key
from pinzhi.apps.parties.models import DuplicateProposal, Enterprise, FormerName, Product
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, NotPermitted, Refused
from pinzhi.kernel.registers import counting
from pinzhi.kernel.registers.models import Record
from pinzhi.rules.identifiers import gb11714, registration, uscc
from tests.apps.parties.conftest import XIAMEN, code, firm, goods

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(official: Callable[..., Actor]) -> Actor:
    return official("reviewer", "reviewer")


def apart(number: int, **changes: str) -> dict[str, object]:
    """A firm that has nothing in common with another but what is asked for."""
    return firm(number, address=f"福州市{number}路{number}号", legal_representative=f"某{number}", **changes)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("福建榕江（集团）食品有限责任公司", "福建榕江(集团)食品有限公司", True),
        ("ＡＢＣ鞋业 有限公司", "abc鞋业有限公司", True),
        ("榕江食品有限公司", "榕江食品股份有限公司", False),
        ("榕江食品一厂", "榕江食品二厂", False),
    ],
)
def test_names_written_otherwise(one: str, other: str, same: bool) -> None:
    assert (name_key(one) == name_key(other)) is same


def test_what_is_proposed_and_why(clerk: Actor, reviewer: Actor) -> None:
    old = "35010010001234"
    number = old + registration.check_digit(old)
    inner = code(1)[8:16]
    front = "91" + "350200" + inner + gb11714.check_character(inner)
    twin = front + uscc.check_character(front)
    register_enterprises(
        [
            apart(1), apart(2, uscc=twin, region=XIAMEN),
            apart(3, name="福建鑫盛（中国）食品有限责任公司"), apart(4, name="福建鑫盛(中国)食品有限公司"),
            apart(5, registration_no=number), apart(6, registration_no=number),
            firm(7), firm(8), apart(9, name="老字号鱼丸有限公司"), apart(10),
        ],
        by=clerk,
    )  # fmt: skip
    rename_enterprise(code(9), "新字号鱼丸有限公司", by=clerk)
    register_enterprises([apart(11, name="老字号鱼丸有限公司")], by=clerk)
    assert propose_duplicates(by=reviewer) == 5
    found = {frozenset((r.first.uscc, r.second.uscc)): r.reasons for r in DuplicateProposal.objects.all()}
    assert found == {
        frozenset((code(1), twin)): ["organisation_code"],
        frozenset((code(3), code(4))): ["name"],
        frozenset((code(5), code(6))): ["registration_no"],
        frozenset((code(7), code(8))): ["address_person"],
        frozenset((code(9), code(11))): ["former_name"],
    }
    assert Enterprise.objects.filter(merged_into="").count() == 11, "nothing was merged"
    assert propose_duplicates(by=reviewer) == 0


def test_an_address_that_many_share_says_nothing(clerk: Actor, reviewer: Actor) -> None:
    register_enterprises([firm(n) for n in range(1, 8)], by=clerk)
    assert propose_duplicates(by=reviewer) == 0


def test_merged_by_decision(clerk: Actor, reviewer: Actor) -> None:
    register_enterprises([firm(1, contact_phone=""), firm(2, roles="进口商", name="榕江食品二厂")], by=clerk)
    (number,) = register_products([goods(1, code(2))], by=clerk)
    propose_duplicates(by=reviewer)
    with pytest.raises(Refused, match="reason"):
        merge_enterprises(code(1), code(2), reason="", by=reviewer)
    with pytest.raises(NotPermitted):
        merge_enterprises(code(1), code(2), reason="同一企业", by=clerk)
    merge_enterprises(code(1), code(2), reason="同一企业，代码录入有误", by=reviewer)
    kept, gone = Enterprise.objects.get(uscc=code(1)), Enterprise.objects.get(uscc=code(2))
    assert (gone.merged_into, gone.status) == (code(1), "merged")
    assert kept.contact_phone == "0591-83000000" and kept.roles == ["producer", "exporter", "importer"]
    assert FormerName.objects.get(enterprise=kept).name == "榕江食品二厂"
    assert Product.objects.get(number=number).producer_code == code(1)
    record = Record.objects.get(register="p_enterprises", key=code(2))
    assert (record.values["status"], record.values["successor_code"]) == ("merged", code(1)), (
        "the public is led on"
    )
    assert counting.count(counting.spec_of("p_enterprises", "enterprises", on=clock.today())).value == 1
    assert DuplicateProposal.objects.get().status == "merged"
    with pytest.raises(Conflict):
        merge_enterprises(code(1), code(2), reason="again", by=reviewer)
    assert propose_duplicates(by=reviewer) == 0


def test_two_firms_stay_two(clerk: Actor, reviewer: Actor) -> None:
    register_enterprises([firm(1), firm(2)], by=clerk)
    propose_duplicates(by=reviewer)
    row = DuplicateProposal.objects.get()
    reject_duplicate(row.pk, reason="兄弟两家", by=reviewer)
    assert propose_duplicates(by=reviewer) == 0, "what was decided is not proposed again"
    with pytest.raises(Conflict):
        reject_duplicate(row.pk, reason="x", by=reviewer)


def test_both_regions_must_be_the_officials(
    clerk: Actor, reviewer: Actor, official: Callable[..., Actor]
) -> None:
    register_enterprises([firm(1), firm(2, region=XIAMEN)], by=clerk)
    propose_duplicates(by=reviewer)
    here = official("fz", "reviewer", region="350100")
    with pytest.raises(NotPermitted):
        reject_duplicate(DuplicateProposal.objects.get().pk, reason="x", by=here)
    with pytest.raises(NotPermitted):
        merge_enterprises(code(1), code(2), reason="x", by=here)
    with pytest.raises(NotPermitted):
        propose_duplicates(by=official("c", "clerk"))
