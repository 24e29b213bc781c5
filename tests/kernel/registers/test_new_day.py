"""Looking for what a new day closes takes seconds where there is much; numbering does not wait for it."""

from __future__ import annotations

import time
from datetime import date
from threading import Event

import pytest

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.registers import catalogue, sequencer
from pinzhi.kernel.registers.actions.carry_out import Item, carry_out
from pinzhi.kernel.registers.models import Pending, PublicRecord
from pinzhi.rules.identifiers import uscc

CQO = "e01_cqo"
DAY = date(2025, 3, 3)


def run_until(done, within: float = 20.0) -> bool:
    """Run the sequencer until something is so; False where it is not in time."""
    deadline = time.monotonic() + within
    sequencer.run_forever(lambda: done() or time.monotonic() > deadline)
    return bool(done())


@pytest.mark.django_db(transaction=True)
def test_numbering_goes_on_while_the_new_day_is_looked_for(monkeypatch, settings, tmp_path) -> None:
    settings.PINZHI_PUBLISHED_DIR = tmp_path
    catalogue.sync()
    firm = uscc.make(7, region="350100").text
    system = Actor.system("test")
    with clock.at(DAY):
        item = Item(subject=firm, region="350100", values=catalogue.get(CQO).definition.sample)
        (ref,) = carry_out(CQO, "report", [item], by=system)
        over, ended = Event(), Event()

        def long_search() -> list[tuple[str, list[str]]]:
            over.wait(30)
            ended.set()
            return [(CQO, [ref.key])]

        monkeypatch.setattr(sequencer.publisher, "overdue", long_search)
        assert run_until(lambda: not Pending.objects.exists())
        assert not ended.is_set()
        over.set()


@pytest.mark.django_db(transaction=True)
def test_what_the_new_day_closes_is_closed_beside_the_numbering(settings, tmp_path) -> None:
    settings.PINZHI_PUBLISHED_DIR = tmp_path
    catalogue.sync()
    firm = uscc.make(8, region="350100").text
    system = Actor.system("test")
    named = PublicRecord.objects.filter(register=CQO, values__has_key="person_name")
    with clock.at(DAY):
        item = Item(subject=firm, region="350100", values=catalogue.get(CQO).definition.sample)
        (ref,) = carry_out(CQO, "report", [item], by=system)
        carry_out(CQO, "appoint", [Item(key=ref.key, effective_on=DAY)], by=system)
        assert run_until(named.exists), "a name is public while the term runs"
    with clock.at(date(2028, 3, 20)):
        assert run_until(lambda: not named.exists())
