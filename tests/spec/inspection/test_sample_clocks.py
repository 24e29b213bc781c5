"""The terms of a sample at the last day, the day before and the day after, over holidays and make-up days.

Days of rest of 2024 as announced (see test_deadlines): 1–5 May with 28 April and 11 May worked, 1–7 October with 29
September and 12 October worked, 10–17 February with 4 and 18 February worked.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.spec.inspection.test_deadlines import CALENDAR, D, law_on

from pinzhi.rules.inspection.sample_clocks import SampleDays, SampleTerm, terms


def found(today: str, **facts: Any) -> dict[str, SampleTerm]:
    days = {k: D(v) if isinstance(v, str) else v for k, v in facts.items()}
    return {t.name: t for t in terms(SampleDays(**days), today=D(today), law_on=law_on, calendar=CALENDAR)}


#: Name, what has happened, the last day, verified.
TABLE: list[tuple[str, dict[str, Any], str, bool]] = [
    ("shipping", {"sampled_on": "2024-06-03"}, "2024-06-11", True),  # Dragon Boat on the 10th
    ("shipping", {"sampled_on": "2024-04-26"}, "2024-05-07", True),  # Sunday the 28th is worked, 1–5 May are not
    ("shipping", {"sampled_on": "2024-09-30"}, "2024-10-12", True),  # Saturday the 12th is worked
    ("report", {"sampled_on": "2024-01-29", "received_on": "2024-02-01"}, "2024-03-05", True),  # Spring Festival
    ("report", {"sampled_on": "2024-06-03", "received_on": "2024-06-05"}, "2024-07-04", True),
    ("publication", {"sampled_on": "2024-04-01", "food": False, "joint": True, "publishable_from": "2024-04-15"},
     "2024-05-14", False),
    ("publication", {"sampled_on": "2024-09-02", "food": False, "joint": True, "publishable_from": "2024-09-18"},
     "2024-10-21", False),
]  # fmt: skip
DONE = {"shipping": "received_on", "report": "reported_on", "publication": "published_on"}


@pytest.mark.parametrize(("name", "facts", "last", "verified"), TABLE)
def test_last_day_the_day_before_and_the_day_after(
    name: str, facts: dict[str, Any], last: str, verified: bool
) -> None:
    given_ = {"food": True, **facts}
    for shift in (-1, 0, 1):
        day = D(last) + timedelta(days=shift)
        open_ = found(day.isoformat(), **given_)[name]
        assert (open_.due.day, open_.provisional) == (D(last), not verified)
        assert (open_.status, open_.late) == ("overdue" if shift == 1 else "running", max(0, shift))
        done = found("2024-12-30", **{**given_, DONE[name]: day.isoformat()})[name]
        assert (done.status, done.late) == ("late" if shift == 1 else "met", max(0, shift))


KEPT = [
    ({"reported_on": "2024-03-15"}, "2024-06-15"),
    ({"reported_on": "2024-03-15", "failed": True}, "2024-09-15"),
    ({"reported_on": "2024-11-30"}, "2025-02-28"),
    ({"reported_on": "2024-08-31", "failed": True}, "2025-02-28"),
]


@pytest.mark.parametrize(("facts", "last"), KEPT)
def test_backup_samples_are_kept_for_months(facts: dict[str, Any], last: str) -> None:
    whole = {"food": True, "sampled_on": "2024-02-20", "received_on": "2024-02-22", **facts}
    after = (D(last) + timedelta(days=1)).isoformat()
    assert found(last, **whole)["backup"].status == "keeping"
    kept = found(after, **whole)["backup"]
    assert (kept.status, kept.due.day, kept.unit, kept.late) == ("kept", D(last), "month", 0)
    assert found("2025-12-30", **whole, disposed_on=after)["backup"].status == "kept"
    early = found("2025-12-30", **whole, disposed_on=last)["backup"]
    assert (early.status, early.late) == ("early", 1)


def test_only_what_applies_begins() -> None:
    assert found("2024-06-30", sampled_on="2024-06-03", food=False) == {}
    assert set(found("2024-06-30", sampled_on="2024-06-03", food=True)) == {"shipping"}
    waits = {"sampled_on": "2024-06-03", "food": False, "joint": True}
    assert found("2024-06-30", **waits) == {}
    assert found("2024-06-30", **waits, publishable_from="2024-07-20") == {}


def test_a_year_without_holidays_is_not_guessed() -> None:
    one = found("2024-12-31", sampled_on="2024-12-30", food=True)["shipping"]
    assert one.status == "unknown" and one.due.unknown_year == 2025 and one.late == 0


@given(st.dates(D("2024-01-02"), D("2024-09-30")), st.integers(0, 60), st.integers(0, 60))
def test_nobody_is_late_and_in_time_at_once(day: date, shipped: int, tested: int) -> None:
    facts = SampleDays(
        day,
        True,
        received_on=day + timedelta(days=shipped),
        reported_on=day + timedelta(days=shipped + tested),
    )
    for one in terms(facts, today=D("2024-12-30"), law_on=law_on, calendar=CALENDAR):
        assert (one.late > 0) == (one.status in ("late", "overdue", "early"))
        assert one.due.day is None or one.due.day >= one.started
