"""From results to the public registers and to the rate, which a stranger can count again."""

from __future__ import annotations

from datetime import date

import pytest

from pinzhi.apps.inspection.actions.correct_result import correct_result
from pinzhi.apps.inspection.actions.publish_results import publish_results
from pinzhi.apps.inspection.actions.publish_supervision import publish_supervision
from pinzhi.apps.inspection.models import Result
from pinzhi.apps.parties.actions.register_enterprises import register_enterprises
from pinzhi.apps.parties.actions.set_risk_classes import set_risk_classes
from pinzhi.apps.policy import readings
from pinzhi.apps.policy.indicators import get
from pinzhi.kernel import clock
from pinzhi.kernel.errors import NotPermitted, RefusedRows
from pinzhi.kernel.registers import catalogue, queries
from pinzhi.kernel.registers.models import Record
from pinzhi.rules.identifiers import uscc
from pinzhi.rules.indicators.target import Plan
from tests.apps.inspection import world
from tests.apps.inspection.test_pages import login
from tests.apps.inspection.world import BOSS, CLERK, REVIEWER, entered, report, sampled
from tests.apps.parties.conftest import firm


@pytest.fixture
def plan():
    world.rules()
    return world.programme("XZ-TEX")


def rate(year: int = 2026, **chosen: str):
    plan = Plan(start=date(2025, 1, 1), end=date(2027, 12, 31), first_year=2025)
    day = date(year, 12, 31)
    return readings.indicator_at(
        get("i01_spot_check_pass_rate"), "level", plan, day, "350000", chosen
    ).reading


def publish(*numbers: str, on: date = date(2026, 5, 18)) -> int:
    with clock.at(on):
        return publish_results(numbers, by=REVIEWER)


def test_passed_results_are_public_and_failed_ones_wait(plan) -> None:
    passed, failed = sampled(plan, 2)
    entered(report(passed), report(failed, formaldehyde="100"))
    assert publish(passed) == 1
    record = queries.get_record("m01_results", passed)
    assert record.subject == "06901234567892" and record.values["final_result"] == "pass"
    with pytest.raises(RefusedRows):
        publish(failed)
    with pytest.raises(NotPermitted), clock.at(date(2026, 5, 10)):
        publish_results([passed], by=CLERK)


def test_the_rate_by_level_unit_and_test(plan) -> None:
    national = world.programme("XZ-TEX", level="national")
    ours, theirs = (
        sampled(plan, 8),
        sampled(national, 2, producer_code=world.uscc.make(8, region="350100").text),
    )
    entered(*(report(n) for n in [*ours, *theirs]))
    publish(*ours, *theirs)
    # A failed one whose objection has passed: as the case would have it.
    Result.objects.filter(key=ours[0]).update(first="fail", final="pass")
    Result.objects.filter(key=theirs[0]).update(first="fail", final="fail")
    with clock.at(date(2026, 6, 1)):
        publish_results([ours[0], theirs[0]], by=REVIEWER)
    assert (rate().numerator, rate().denominator, rate().period) == (8, 10, "2026")
    assert rate(test="final").numerator == 9
    assert (rate(level_of_check="national").numerator, rate(level_of_check="national").denominator) == (1, 2)
    firms = rate(base="firms", test="final")
    assert (firms.numerator, firms.denominator) == (1, 2)
    assert (rate(base="firms", level_of_check="national").numerator, rate(base="firms").denominator) == (0, 2)
    assert rate(base="products").denominator == 1
    assert rate(2025).value is None and rate().source == "counted"


def test_a_correction_is_a_new_entry_and_the_old_one_stays(plan) -> None:
    (number,) = sampled(plan)
    entered(report(number))
    publish(number)
    with clock.at(date(2026, 5, 20)):
        correct_result(number, {"specification": "90/52"}, reason="抽样单规格抄写有误", by=BOSS)
    history = queries.history("m01_results", number)
    assert len(history) == 2
    assert queries.get_record("m01_results", number).values["specification"] == "90/52"
    assert rate().denominator == 1


def test_a_window_left_open_does_not_undo_a_correction(plan) -> None:
    """Two windows: the one opened before the first correction is refused, with what to do; a batch keeps its name."""
    (number,) = sampled(plan)
    entered(report(number))
    publish(number)
    boss, url = login("boss", "approver"), f"/console/inspection/samples/{number}/correct/"
    with clock.at(date(2026, 5, 20)):
        page = boss.get(url)
        stale = {**page.context["form"].initial, "reason": "抄写有误"}
        assert f'name="seen" value="{stale["seen"]}"' in page.content.decode()
        assert boss.post(url, {**stale, "trademark": "甲"}).status_code == 302
        late = boss.post(url, {**stale, "batch_no": "B2"})
        assert late.status_code == 422 and "刚被更正过" in late.content.decode()
        assert queries.get_record("m01_results", number).values["trademark"] == "甲"
        nameless = boss.post(
            url, {**boss.get(url).context["form"].initial, "reason": "x", "product_name": ""}
        )
        assert set(nameless.context["form"].errors) == {"product_name"}


def test_publishing_says_how_many_were_ticked(plan) -> None:
    numbers = sampled(plan, 3)
    entered(*(report(n) for n in numbers))
    reviewer = login("liu", "reviewer", "approver")
    with clock.at(date(2026, 5, 1)):
        said = reviewer.post("/console/inspection/publish/", {"sample": numbers}, follow=True)
    assert "已公布 3 条结果" in said.content.decode()


def test_graded_supervision_shows_classes_and_never_whose(plan) -> None:
    with clock.at(date(2026, 1, 20)):
        register_enterprises([firm(n) for n in range(1, 7)], by=CLERK)
        rows = [{"uscc": firm(n)["uscc"], "risk_class": "AABBCD"[n - 1]} for n in range(1, 7)]
        set_risk_classes(rows, by=REVIEWER)
    numbers = [*sampled(plan, producer_code=firm(1)["uscc"]), *sampled(plan, producer_code=firm(6)["uscc"])]
    entered(report(numbers[0]), report(numbers[1], formaldehyde="100"))
    with clock.at(date(2026, 5, 1)):
        assert publish_supervision(2026, "350000", by=REVIEWER) == 4
        assert publish_supervision(2026, "350000", by=REVIEWER) == 0  # nothing has changed
    shown = {c: queries.get_record("m06_supervision", f"FLJG-350000-2026-{c}").values for c in "ABCD"}
    assert [(v["enterprises"], v["checked"], v["batches_failed"]) for v in shown.values()] == [
        (2, 1, 0), (2, 0, 0), (1, 0, 0), (1, 1, 1),
    ]  # fmt: skip
    assert (shown["A"]["ratio_low"], shown["A"]["ratio_high"]) == ("0", "5")
    assert not any(firm(n)["uscc"] in str(shown) for n in range(1, 7))


def test_the_producers_province_finds_results_on_its_goods() -> None:
    world.rules()
    far = uscc.make(31, region="440305").text
    plan = world.programme("XZ-TEX")
    (near,) = sampled(plan)
    (one,) = sampled(plan, producer_code=far, producer_name="外地童装厂")
    entered(report(near), report(one))
    with clock.at(date(2026, 5, 20)):
        publish_results([near, one], by=REVIEWER)
    assert queries.get_record("m01_results", one).values["producer_province"] == "440000"
    register = catalogue.get("m01_results")
    found = queries.list_records(Record.objects.filter(register="m01_results"), register, search="440000")
    assert [row.key for row in found] == [one]
