"""Pass rates beside their estimates: what is counted, what the draw knows, and what a reader may see."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import RequestFactory

from pinzhi.apps.inspection import console_analysis
from pinzhi.apps.inspection.actions.open_draw import close_task
from pinzhi.apps.inspection.actions.record_samples import record_samples
from pinzhi.apps.inspection.models import Report, Sample
from pinzhi.apps.inspection.queries_analysis import Row, Rows, Selection, compare
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotPermitted
from pinzhi.rules.identifiers import uscc
from tests.apps.inspection import test_draws, world
from tests.apps.inspection.world import CLERK, FUJIAN, FUZHOU, entered, official, report, sampled

plan = test_draws.plan


def checked(plan: Any, passed: int, failed: int, **changes: Any) -> list[str]:
    numbers = sampled(plan, passed + failed, **changes)
    entered(*(report(n, formaldehyde="20" if i < passed else "100") for i, n in enumerate(numbers)))
    return numbers


def rate(**chosen: Any) -> Any:
    """Of every report at hand, so that these tests need publish nothing."""
    counted = chosen.pop("counted", "all")
    return Rows(by=chosen.pop("by", CLERK), counted=counted).analyse(Selection(counted=counted, **chosen))


def test_what_was_not_drawn_has_a_share_and_no_estimate(plan: Any) -> None:
    checked(plan, 9, 1)
    found = rate(year=2026)
    assert (found.raw.hits, found.raw.base, found.estimate, found.drawn) == (9, 10, None, 0)
    assert any("已知概率" in said.zh for said in found.meaning)


def test_products_and_firms_pass_when_all_their_batches_passed(plan: Any) -> None:
    checked(plan, 3, 0)
    other = uscc.make(8, region=FUZHOU).text
    checked(plan, 1, 1, producer_code=other, product_number="06901234567893")
    for unit, hits, base in (("batch", 4, 5), ("product", 1, 2), ("firm", 1, 2)):
        found = rate(year=2026, unit=unit)
        assert (found.raw.hits, found.raw.base) == (hits, base), unit


def test_first_test_and_result_after_re_inspection(plan: Any) -> None:
    numbers = checked(plan, 1, 1)
    from pinzhi.apps.inspection.models import Case

    Case.objects.filter(sample__number__in=numbers).update(stage="overturned")
    assert rate(year=2026, test="first").raw.hits == 1
    assert rate(year=2026, test="final").raw.hits == 2


def test_filters_regions_and_what_the_reader_may_see(plan: Any) -> None:
    checked(plan, 4, 0)
    checked(plan, 0, 2, region="350200", sampled_region="350200")
    assert rate(region="350100").raw.base == 4 and rate(region=FUJIAN).raw.base == 6
    assert rate(by=official("xiamen", "clerk", region="350200")).raw.base == 2
    groups = {g.key: g.raw for g in Rows(by=CLERK, counted="all").domains(Selection(year=2026), "region")}
    assert {key: (r.hits, r.base) for key, r in groups.items()} == {"350100": (4, 4), "350200": (0, 2)}
    firm = Actor("f", "enterprise", world.PRODUCER, "f", ())
    with pytest.raises(NotPermitted):
        Rows(by=firm)


def survey(plan: Any, failing: int, absent: int = 0) -> Any:
    """Eight of twenty-nine firms drawn by size, sampled and reported; the last `absent` not to be had."""
    draw = test_draws.drawn(plan)
    with clock.at(date(2026, 3, 20)):
        tasks = list(draw.tasks.order_by("id"))
        for task in tasks[len(tasks) - absent :]:
            close_task(task.number, "absent", "停产", by=CLERK)
        rows = [
            world.sample_row(
                plan,
                task=task.number,
                producer_code=task.uscc,
                sampled_on=date(2026, 3, 18),
                region=task.region,
            )
            for task in tasks[: len(tasks) - absent]
        ]
        numbers = record_samples(rows, by=CLERK)
    given = [
        report(n, formaldehyde="100" if i < failing else "20", laboratory=_laboratory(n))
        for i, n in enumerate(numbers)
    ]
    assert entered(*given).refused == []
    return draw


def _laboratory(number: str) -> str:
    return Sample.objects.values_list("laboratory", flat=True).get(number=number)


def test_drawn_units_give_an_estimate_weighted_by_their_probability(plan: Any) -> None:
    draw = survey(plan, failing=2)
    found = rate(year=2026, unit="firm")
    assert found.drawn == 8 and found.estimate is not None and found.estimate.weighted is not None
    units = list(draw.units.all())
    weight = {u.uscc: 1 / float(u.probability) for u in units}
    failed = set(Report.objects.filter(verdict="fail").values_list("sample__producer_code", flat=True))
    by_hand = sum(w for code, w in weight.items() if code not in failed) / sum(weight.values())
    weighted = found.estimate.weighted
    assert weighted.value == pytest.approx(by_hand)
    assert weighted.size == pytest.approx(sum(weight.values()))
    assert weighted.interval is not None and weighted.interval.low < by_hand < weighted.interval.high


def test_firms_that_were_not_to_be_had_do_not_shrink_the_population(plan: Any) -> None:
    draw = survey(plan, failing=1, absent=2)
    found = rate(year=2026, unit="firm")
    frame = sum(1 / float(u.probability) for u in draw.units.all())
    answered = {u.stratum for u in draw.units.filter(task__status="reported")} | {
        u.stratum for u in draw.units.filter(task__status="sampled")
    }
    of_those = sum(1 / float(u.probability) for u in draw.units.all() if u.stratum in answered)
    assert found.estimate.weighted.size == pytest.approx(of_those) and of_those <= frame + 1e-9
    assert found.drawn == 6


def test_undrawn_batches_beside_drawn_ones_count_in_the_share_alone(plan: Any) -> None:
    survey(plan, failing=1)
    before = rate(year=2026).estimate
    checked(plan, 0, 5)
    after = rate(year=2026)
    assert after.raw.base == 13 and after.drawn == 8
    assert after.estimate.weighted == before.weighted


def test_a_product_rate_of_a_draw_of_firms_is_not_estimated(plan: Any) -> None:
    survey(plan, failing=1)
    assert rate(year=2026, unit="product").estimate is None


def test_two_years_compared(plan: Any) -> None:
    checked(plan, 40, 20)
    earlier = world.programme("XZ-TEX", year=2025)
    with clock.at(date(2025, 12, 1)):
        world.rules("XZ-OLD", on=date(2025, 1, 1))
    rows = Rows(by=CLERK, counted="all")
    old = [
        Row(10_000 + i, 2025, earlier.number, "provincial", FUJIAN, "plant", "", "", "XZ-TEX", "children", False,
            i < 55, i < 55, None, "", None, False, None)
        for i in range(60)
    ]  # fmt: skip
    rows.rows += old
    years = dict(rows.over_years(Selection()))
    change = compare((2025, years[2025]), (2026, years[2026]), 0.95)
    assert change is not None and change.raw == pytest.approx(40 / 60 - 55 / 60)
    assert change.raw_p < 0.01 and change.estimated is None and change.why_not is not None


def request(path: str, actor: Actor, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(console_analysis, "actor_of", lambda _request: actor)
    return RequestFactory().get(path)


def test_the_page_takes_few_queries_and_any_address(
    plan: Any, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    survey(plan, failing=2)
    address = "/console/inspection/analysis/?by=size&unit=firm&test=final&from=2026&to=1999&year=20x6&region=%00&counted=all"
    asked = request(address, CLERK, monkeypatch)
    with django_assert_max_num_queries(16):
        Rows(by=CLERK, counted="all").analyse(Selection(year=2026, counted="all"))
        rows, chosen = console_analysis._chosen(asked, CLERK)
        console_analysis._parts(rows, chosen, "size")
    assert chosen.year == 2026 and chosen.unit == "firm" and chosen.region == ""


def test_downloads_hold_the_page_s_numbers_and_every_batch(
    plan: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey(plan, failing=2)
    table = b"".join(
        console_analysis.table_csv(request("/x/?year=2026&counted=all", CLERK, monkeypatch)).streaming_content
    ).decode("utf-8-sig")
    first = table.splitlines()[1].split(",")
    assert first[1:4] == ["8", "6", "75.0000"]
    lines = (
        b"".join(
            console_analysis.records_csv(
                request("/x/?year=2026&counted=all", CLERK, monkeypatch)
            ).streaming_content
        )
        .decode("utf-8-sig")
        .splitlines()
    )
    assert len(lines) == 9
    assert all(0 < float(line.rsplit(",", 1)[1]) <= 1 for line in lines[1:])


def test_the_day_after_is_no_other_year(plan: Any) -> None:
    """The year is the programme's, not the report's: a batch sampled in December counts where it was planned."""
    numbers = sampled(plan, 1, sampled_on=date(2026, 12, 30))
    late = date(2026, 12, 30) + timedelta(days=20)
    entered(report(numbers[0], tested_on=late, issued_on=late), on=late)
    assert rate(year=2026).raw.base == 1 and rate(year=2027).raw.base == 0
