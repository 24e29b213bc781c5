"""A running year's rate is not too high: passing and failing batches of a month enter it on the same day."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from pinzhi.apps.inspection import counting_in
from pinzhi.apps.inspection.actions.count_months import count_months
from pinzhi.apps.inspection.actions.publish_results import publish_results
from pinzhi.apps.inspection.actions.record_case_event import Given
from pinzhi.apps.inspection.actions.take_over_cases import take_over_cases
from pinzhi.apps.inspection.models import Report, Result
from pinzhi.apps.inspection.queries import ready_for_publication
from pinzhi.apps.inspection.queries_analysis import Rows, Selection
from pinzhi.apps.policy import readings
from pinzhi.apps.policy.indicators import get
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotPermitted
from pinzhi.kernel.registers import queries as registers
from pinzhi.kernel.registers.models import Content, Entry
from pinzhi.rules.indicators.target import Plan
from pinzhi.rules.proof import verify
from tests.apps.inspection import world
from tests.apps.inspection.world import CLERK, REVIEWER, entered, report, sampled

SYSTEM = Actor.system("tests")


@pytest.fixture
def plan() -> Any:
    world.rules()
    return world.programme("XZ-TEX")


def reading(day: date, **chosen: str) -> Any:
    plan = Plan(start=date(2025, 1, 1), end=date(2027, 12, 31), first_year=2025)
    return readings.indicator_at(get("i01_spot_check_pass_rate"), "level", plan, day, "350000", chosen)


def public_entries(register: str) -> list[verify.Entry]:
    contents = Content.objects.in_bulk()
    found = []
    for position, entry in enumerate(Entry.objects.filter(register=register).order_by("id")):
        groups = contents[entry.id].groups
        fields: dict[str, Any] = {}
        for name, group in groups.items():
            if name != "entry":
                fields |= group["values"]
        found.append(verify.Entry(position, groups["entry"]["values"], fields))
    return found


def season(plan: Any) -> dict[str, tuple[date, bool]]:
    """Three months of twenty reports, a fifth of them failed; services and objections take their time."""
    rng = Random(4)
    made: dict[str, tuple[date, bool]] = {}
    numbers = sampled(plan, 60, sampled_on=date(2026, 2, 2))
    given, histories = [], {}
    for at, number in enumerate(numbers):
        issued = date(2026, 3 + at // 20, 1 + rng.randrange(28))
        failed = at % 5 == 0
        made[number] = issued, failed
        given.append(
            report(number, formaldehyde="120" if failed else "20", tested_on=issued, issued_on=issued)
        )
        served = issued + timedelta(days=rng.randrange(3, 20))
        events = [Given("result_served", served, "mail", "EMS 1")]
        if at == 25:  # one of April objects, and the objection takes until July
            events += [
                Given("objected", served + timedelta(days=2)),
                Given("objection_refused", date(2026, 7, 10)),
            ]
        if failed:
            histories[number] = events
    assert entered(*given, on=date(2026, 8, 31)).refused == []
    with clock.at(date(2026, 8, 31)):
        take_over_cases(histories, by=CLERK)
    return made


def test_months_enter_whole_and_the_rate_is_that_of_their_batches(plan: Any) -> None:
    made = season(plan)
    counted: set[str] = set()
    seen = []
    for day in (date(2026, 3, 1) + timedelta(days=n) for n in range(0, 150, 5)):
        with clock.at(day):
            numbers = [n for n in ready_for_publication(by=SYSTEM, on=day) if made[n][0] <= day]
            if numbers:
                publish_results(numbers, by=SYSTEM, on=day, lists=False)
            count_months(by=SYSTEM, on=day)
        counted = set(Result.objects.exclude(counted_from=None).values_list("sample__number", flat=True))
        months = {made[n][0].month for n in counted}
        assert counted == {n for n, (issued, _) in made.items() if issued.month in months}, day
        assert all(date(2026, month + 1, 15) <= day for month in months)
        found = reading(day)
        if counted:
            passed = sum(not made[n][1] for n in counted)
            assert (found.reading.numerator, found.reading.denominator) == (passed, len(counted))
        seen.append((len(counted), found.reading.value, reading(day, counted_when="published").reading.value))
    sizes = [size for size, *_ in seen]
    assert sizes == sorted(sizes) and set(sizes) == {0, 20, 40, 60}
    assert Counter(round(value, 1) for size, value, _ in seen if size) == {
        80: sizes.count(20) + sizes.count(40) + sizes.count(60)
    }
    early = [published for size, _, published in seen if size < 60 and published is not None]
    assert max(early) == 100 and all(value >= 80 for value in early)  # what the rule is for

    # A stranger counts the same from the entries alone.
    found = reading(date(2026, 7, 28))
    entries = public_entries("m01_results")
    assert found.reading.method_version == 3 and found.published
    assert all(ok for *_, ok in verify.recount(dict(found.published), lambda _register: entries))


def test_the_page_counts_as_the_indicator_and_says_what_is_open(plan: Any) -> None:
    made = season(plan)
    with clock.at(date(2026, 8, 31)):
        march = [n for n in made if made[n][0].month == 3]
        publish_results(march, by=REVIEWER)
        rows = Rows(by=CLERK)
        found, waiting = rows.analyse(Selection(year=2026)), rows.still_open(Selection(year=2026))
        assert (found.raw.hits, found.raw.base) == (16, 20)
        assert (waiting.batches, waiting.failed, waiting.months) == (40, 8, ("2026-04", "2026-05"))
        assert Rows(by=CLERK, counted="all").analyse(Selection(year=2026, counted="all")).raw.base == 60
        public = registers.get_record("m01_results", march[0]).values
        assert (
            public["counted_from"] == "2026-08-31" and public["reported_on"] == made[march[0]][0].isoformat()
        )
        assert reading(date(2026, 8, 31)).reading.denominator == 20


def test_a_month_ripens_by_time_alone_and_the_lists_follow(plan: Any) -> None:
    number, other = sampled(plan, 2)
    entered(
        report(number),
        report(other, tested_on=date(2026, 5, 4), issued_on=date(2026, 5, 4)),
        on=date(2026, 5, 8),
    )
    over = counting_in.term_over(date(2026, 4, 1))
    assert over == date(2026, 5, 15)
    with clock.at(over):
        publish_results([number], by=REVIEWER)
        assert count_months(by=SYSTEM) == 0  # the term runs until the end of this day
        with pytest.raises(NotPermitted):
            count_months(by=CLERK)
    assert reading(over, base="firms").reading.denominator == 0
    with clock.at(over + timedelta(days=1)):
        assert count_months(by=SYSTEM) == 1
        assert count_months(by=SYSTEM) == 0
        firms = reading(clock.today(), base="firms").reading
    assert (firms.numerator, firms.denominator) == (1, 1)
    assert Result.objects.get(key=number).counted_from == over + timedelta(days=1)


def test_a_report_that_comes_late_counts_when_its_month_is_whole_again(plan: Any) -> None:
    first, late = sampled(plan, 2)
    entered(report(first))
    with clock.at(date(2026, 5, 20)):
        publish_results([first], by=REVIEWER)
    entered(report(late, formaldehyde="120"), on=date(2026, 6, 1))
    assert Result.objects.get().counted_from == date(2026, 5, 20)
    (month,) = counting_in.open_months()
    assert (month.month, month.awaited, month.awaited_failed, month.ready) == (date(2026, 4, 1), 1, 1, 0)
    assert Report.objects.count() == 2


def test_a_year_without_holidays_arranged_is_not_guessed() -> None:
    assert counting_in.term_over(date(2035, 4, 1)) is None
    assert not counting_in.Month("a", "", date(2035, 4, 1), 0, 0, 5, None).whole(date(2036, 1, 1))
