"""What the demonstration says of standards: facts that hold together, inventions that say so, every stage of the programme."""

from __future__ import annotations

from datetime import date

import pytest

from pinzhi.apps.standards import alerts
from pinzhi.apps.standards.models import Edition, SystemTable
from pinzhi.apps.standards.systems import hold
from pinzhi.doors.cli.demonstration import standards_catalogue as demonstration
from pinzhi.kernel import clock
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.registers.models import Record

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


def test_inventions_are_marked() -> None:
    rows = demonstration.invented()
    assert len(rows) > 80
    assert len({row["number"] for row in rows}) == len(rows)
    assert all(row["remark"] == demonstration.MARK for row in rows)
    assert all(row["number"].startswith(("DB99/T", "T/YL", "Q/YL")) for row in rows)


def test_the_whole_demonstration_is_made_by_the_real_actions() -> None:
    catalogue.sync()
    with clock.at(TODAY):
        for work in demonstration.batches(TODAY):
            work()
        states = set(Record.objects.filter(register="s03_local_programme").values_list("state", flat=True))
        counts = alerts.counts(TODAY)
        held = hold(SystemTable.objects.get(), TODAY)
    assert states == {
        "proposed", "drafting", "consultation", "disposition", "submitted", "revising", "approval", "published",
        "rereview", "to_revise", "merged", "abolished",
    }  # fmt: skip
    assert counts["stale_adoption"] > 5 and counts["cited_lapsed"] > 5 and counts["comment_ends"] >= 1
    assert Edition.objects.count() > 300
    assert held.figures["gaps"] >= 2 and held.figures["overlaps"] >= 1
    assert Record.objects.filter(register="s17_consultation_comments", state="disposed").count() > 20
    assert set(Record.objects.filter(register="s05_food_followup").values_list("state", flat=True)) == {
        "received",
        "verified",
        "forwarded",
        "disposed",
    }
