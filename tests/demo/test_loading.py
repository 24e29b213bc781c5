"""The demonstration loaded by the real actions: what the pages then show, and that a second start loads nothing.

The firms and products that nothing counts are left out here; a broken load goes on where it stopped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db.models import F
from pypdf import PdfReader

from pinzhi.apps.parties.models import Claim, DuplicateProposal
from pinzhi.apps.policy import indicators, queries
from pinzhi.apps.policy.models import Appraisal, MajorMatter, ReportText, YearPlan
from pinzhi.doors.cli.demonstration import accounts, load, plan
from pinzhi.doors.cli.demonstration.state import KEY
from pinzhi.kernel import clock
from pinzhi.kernel.files.models import StoredFile
from pinzhi.kernel.files.queries import open_file
from pinzhi.kernel.registers.models import ImportBatch, Record

TODAY = date(2026, 11, 21)
LEFT_OUT = {"first products", "others", "firms", "products", "own standards", "late", "all readings"}

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def small(settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    settings.STATE_DIR, settings.DEMO = tmp_path, True
    whole = load.all_stages
    monkeypatch.setattr(load, "all_stages", lambda today: [s for s in whole(today) if s.name not in LEFT_OUT])
    cache.delete(KEY)
    with clock.at(TODAY):
        yield
    cache.delete(KEY)


def test_what_is_there_after_loading(small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    # The load breaks off in the middle of the registers …
    whole, met = load.carry_out, Counter[str]()

    def breaks(register: str, *args, **more):
        met[register] += 1
        if register == "e01_cqo" and met[register] == 4:
            raise KeyboardInterrupt
        return whole(register, *args, **more)

    monkeypatch.setattr(load, "carry_out", breaks)
    with pytest.raises(KeyboardInterrupt):
        load.load(say=lambda line: None)
    half = Record.objects.count()
    monkeypatch.setattr(load, "carry_out", whole)
    # … goes on …
    load.load(say=lambda line: None)
    full = Record.objects.count()
    assert full > half > 1000
    # … and is not repeated.
    load.load(say=lambda line: None)
    assert Record.objects.count() == full

    every_indicator_shows_something()
    some_reached_and_some_not()
    everybody_finds_work()
    the_bureaus_year_is_there()
    desks_are_not_empty()
    numbers_are_those_of_an_unbroken_load()


def every_indicator_shows_something() -> None:
    rows = queries.scoreboard()
    shown = {
        row.indicator.number
        for row in rows
        if row.indicator and row.reading and row.reading.value is not None
    }
    assert shown == {definition.number for definition in indicators.indicators().values()}
    assert shown >= set(range(1, 31)), "those that the mission names"


def some_reached_and_some_not() -> None:
    statuses = Counter(row.status for row in queries.scoreboard())
    assert (
        {"reached", "on_course", "behind"}
        <= set(statuses)
        <= {"reached", "on_course", "behind", "cannot_tell"}
    )
    assert min(statuses["reached"], statuses["on_course"], statuses["behind"]) >= 5


def everybody_finds_work() -> None:
    """Something waits at every step that one of the accounts may do."""
    waiting = Counter(
        Record.objects.filter(state__in=("applied", "accepted", "reviewed", "reported", "filed")).values_list(
            "state", flat=True
        )
    )
    assert set(waiting) == {"applied", "accepted", "reviewed", "reported", "filed"}
    assert queries.duties_of(accounts.logins()[0].party, TODAY).count() > 10
    own = Record.objects.filter(subject=accounts.actor("demo-firm").party).values_list("register", "state")
    assert {
        ("b02_famous_brands", "granted"),
        ("b02_famous_brands", "returned"),
        ("e01_cqo", "appointed"),
    } <= set(own)


def the_bureaus_year_is_there() -> None:
    """A ranking that is published, one that is honest about what is not verified, plans, a report, major matters."""
    published, provisional = Appraisal.objects.get(year=2025), Appraisal.objects.get(year=2024)
    assert published.published_at and not published.provisional and not published.graded
    assert [unit.rank for unit in published.appraisees.order_by("rank")] == list(range(1, 10))
    assert provisional.state == "confirmed" and provisional.published_at is None
    assert [reason["code"] for reason in provisional.provisional] == ["appraisal.grades"]
    results = Record.objects.filter(register="appraisals", state="listed")
    assert Counter(results.values_list("record_type", flat=True)) == {"result": 9, "incentive": 3}
    assert Counter(YearPlan.objects.values_list("state", flat=True)) == {"published": 1, "draft": 1}
    assert Record.objects.filter(register="annual_plans").count() == 5
    assert ReportText.objects.get().period == "2026H1"
    assert Counter(m.replied_at is not None for m in MajorMatter.objects.all()) == {True: 1, False: 1}


def desks_are_not_empty() -> None:
    """Claims decided and waiting, likely duplicates, files brought in, evidence that can be opened."""
    assert Counter(Claim.objects.values_list("status", flat=True)) == {
        "pending": 2,
        "approved": 1,
        "refused": 1,
    }
    assert DuplicateProposal.objects.count() >= 2
    (spoiled,) = ImportBatch.objects.filter(good__lt=F("rows"))
    assert spoiled.errors and ImportBatch.objects.count() == 2
    kinds = Counter(StoredFile.objects.values_list("kind", flat=True))
    assert kinds["pdf"] > 20 and kinds["jpg"] > 10
    for name in ("pdf", "jpg"):
        stored = StoredFile.objects.filter(kind=name).first()
        assert stored is not None
        with open_file(stored.sha256) as content:
            if name == "pdf":
                assert "演示材料" in PdfReader(content).pages[0].extract_text()
            else:
                assert content.read(3) == b"\xff\xd8\xff"


def numbers_are_those_of_an_unbroken_load() -> None:
    granted = Record.objects.filter(
        register="b02_famous_brands", record_type="famous_brand_product", state="granted"
    )
    assert granted.filter(valid_until__gte=TODAY).count() == pytest.approx(815 + 50, abs=20)


def test_nothing_lies_after_the_day_of_loading(small: None) -> None:
    """On a machine whose clock says an earlier day the province is younger, and nothing is refused."""
    day = date(2025, 2, 10)
    with clock.at(day):
        for batch in load.lots.batches(load.lots_counted.COUNTED, day, salt=1):
            assert batch.clock <= day
            assert all(item.effective_on and item.effective_on <= day for item in batch.items)
        assert plan.text("province.txt").startswith("云澜省".encode())
        assert day - timedelta(days=1) < clock.today()
