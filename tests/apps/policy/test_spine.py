"""A policy document read, confirmed, counted from records, published, and recounted by a stranger."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from pinzhi.apps.policy.actions.compute_readings import compute_readings, targets_in_force
from pinzhi.apps.policy.actions.confirm_document import confirm_document
from pinzhi.apps.policy.actions.import_document import import_document
from pinzhi.apps.policy.models import Document, Duty
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor, Right
from pinzhi.kernel.errors import Conflict, NotPermitted
from pinzhi.kernel.registers import catalogue, sequencer
from pinzhi.kernel.registers.actions.carry_out import Item, carry_out
from pinzhi.kernel.registers.models import PublicRecord
from pinzhi.rules.identifiers import uscc
from tests.shared import SHARED

pytestmark = pytest.mark.django_db

TEXT = SHARED / "policy" / "texts" / "004.txt"
needs_text = pytest.mark.skipif(not TEXT.exists(), reason="the real documents are not beside this checkout")
FUJIAN = "350000"


def official(name: str, *roles: str) -> Actor:
    rights = tuple(Right("quality", "*", role, FUJIAN, date(2010, 1, 1)) for role in roles)
    return Actor(name, "agency", "amr-350000", name, rights)


@pytest.fixture(autouse=True)
def definitions(db: None) -> None:
    catalogue.sync()


@pytest.fixture
def document() -> Document:
    return import_document(TEXT.read_bytes(), "004.txt", region=FUJIAN, by=official("clerk", "clerk"))


@needs_text
def test_read_and_bound(document: Document) -> None:
    assert document.targets.count() == 8
    assert (document.plan_from, document.plan_until) == (date(2017, 1, 20), date(2020, 12, 31))
    bound = list(document.targets.values_list("indicator", flat=True))
    assert [name[:3] for name in bound] == ["i02", "i01", "i16", "i27", "i08", "i09", "i07", "i18"]
    assert Duty.objects.filter(measure__document=document, role="lead").exists()
    assert document.bases.get().number == "国办发〔2016〕68号"


@needs_text
def test_brought_in_twice(document: Document) -> None:
    with pytest.raises(Conflict):
        import_document(TEXT.read_bytes(), "again.txt", region=FUJIAN, by=official("clerk", "clerk"))


@needs_text
def test_a_clerk_does_not_confirm(document: Document) -> None:
    with pytest.raises(NotPermitted):
        confirm_document(document.pk, by=official("clerk", "clerk"))


@needs_text
def test_from_sentence_to_proof(document: Document) -> None:
    approver = official("approver", "clerk", "approver")
    with clock.at(date(2018, 6, 1)):
        sample = catalogue.get("e01_cqo").definition.sample
        items = [
            Item(subject=uscc.make(n, region="350100").text, region="350100", values=sample)
            for n in range(30)
        ]
        carry_out("e01_cqo", "enter_decision", items, by=approver)
        confirm_document(document.pk, by=approver)
        made = compute_readings(targets_in_force(), by=approver)
        sequencer.drain()
        assert len(made) == 8
        reading = next(r for r in made if r.target.indicator.startswith("i18"))
        assert reading.value == 30 and reading.status == "behind" and reading.source == "counted"
        assert reading.gap == Decimal(4470)
        reported = next(r for r in made if r.target.indicator.startswith("i01"))
        assert reported.value is None and reported.status == "cannot_tell" and reported.why["zh"]
        shown = PublicRecord.objects.get(register="policy_readings", key=f"{reading.target.key}@{FUJIAN}")
        assert shown.values["value"] == "30" and shown.values["attainment"] == "behind"
        assert shown.values["publicly_verifiable"] is True
        assert PublicRecord.objects.filter(register="policy_targets").count() == 8
        assert PublicRecord.objects.filter(register="policy_duties").count() > 100
        assert PublicRecord.objects.filter(register="policy_documents", key=document.code).exists()
