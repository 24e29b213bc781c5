"""What a new day closes and opens is found among millions without reading them, and done between the batches."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.registers import catalogue, publisher, sequencer
from pinzhi.kernel.registers.actions.carry_out import Item, carry_out
from pinzhi.kernel.registers.models import PublicRecord
from pinzhi.rules.identifiers import uscc

CQO = "e01_cqo"
DAY = date(2025, 3, 3)


@pytest.mark.django_db
def test_the_look_for_it_reads_indexes_alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {publisher._OVERDUE}", [DAY] * 4)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan" not in plan, plan
    for index in ("public_record_until", "public_entry_until", "record_early"):
        assert index in plan, plan


def run_until(done: Callable[[], bool], within: float = 20.0) -> bool:
    """Run the sequencer until something is so; False where it is not in time."""
    deadline = time.monotonic() + within
    sequencer.run_forever(lambda: done() or time.monotonic() > deadline)
    return done()


@pytest.mark.django_db(transaction=True)
def test_the_sequencer_closes_what_has_ended(settings, tmp_path: Path) -> None:
    settings.PINZHI_PUBLISHED_DIR = tmp_path
    catalogue.sync()
    system = Actor.system("test")
    named = PublicRecord.objects.filter(register=CQO, values__has_key="person_name")
    with clock.at(DAY):
        item = Item(
            subject=uscc.make(8, region="350100").text,
            region="350100",
            values=catalogue.get(CQO).definition.sample,
        )
        (ref,) = carry_out(CQO, "report", [item], by=system)
        carry_out(CQO, "appoint", [Item(key=ref.key, effective_on=DAY)], by=system)
        assert run_until(named.exists), "a name is public while the term runs"
    with clock.at(date(2028, 3, 20)):
        assert run_until(lambda: not named.exists())
