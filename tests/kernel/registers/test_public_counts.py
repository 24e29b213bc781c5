"""How many records a register shows is kept, not counted, and is what a count would find."""

from __future__ import annotations

from datetime import date

import pytest

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.registers import catalogue, check, public, sequencer
from pinzhi.kernel.registers.actions.carry_out import Item, carry_out
from pinzhi.kernel.registers.models import PublicDefinition, PublicRecord
from pinzhi.rules.identifiers import uscc

CQO = "e01_cqo"
DAY = date(2025, 3, 3)
BY = Actor.system("test")


def shown() -> int:
    return public.records(CQO).count()


def kept() -> int:
    return public.records_by_register().get(CQO, 0)


def faults() -> list[str]:
    return [fault.en for fault in check.check_public_counts()]


@pytest.mark.django_db(transaction=True, databases=["default", "portal"])
def test_kept_numbers_follow_what_is_shown() -> None:
    catalogue.sync()
    values = catalogue.get(CQO).definition.sample
    assert kept() == shown() == 0
    with clock.at(DAY):
        made = [
            Item(subject=uscc.make(n, region="350100").text, region="350100", values=values) for n in range(5)
        ]
        refs = carry_out(CQO, "report", made, by=BY)
        sequencer.drain()
        assert kept() == shown()
        carry_out(CQO, "appoint", [Item(key=ref.key, effective_on=DAY) for ref in refs], by=BY)
        sequencer.drain()
        assert kept() == shown() == 5
        # Written anew, not once more.
        assert sequencer.tidy(CQO, [ref.key for ref in refs])
        assert kept() == shown() == 5
    with clock.at(date(2028, 3, 20)):
        PublicRecord.objects.filter(key=refs[0].key).update(open_until=date(2028, 3, 19))
        assert kept() == shown() < 5, "hidden from its day on, before anybody tidies"
        sequencer.publisher.close_overdue()
        assert kept() == shown()
    assert faults() == []


@pytest.mark.django_db(transaction=True, databases=["default", "portal"])
def test_a_wrong_number_is_found() -> None:
    catalogue.sync()
    PublicDefinition.objects.filter(register=CQO).update(records=3)
    assert faults() == ["0 public records, kept as 3"]
