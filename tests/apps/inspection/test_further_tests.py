"""Re-inspections and re-checks item by item: what is taken, what is refused and kept, what it means for the case."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest

from pinzhi.apps.inspection.actions.import_reports import import_reports
from pinzhi.apps.inspection.actions.publish_results import publish_results
from pinzhi.apps.inspection.actions.record_case_event import Given, record_case_event
from pinzhi.apps.inspection.actions.take_over_cases import take_over_cases
from pinzhi.apps.inspection.models import Attempt, Case, Report, Result, Sample
from pinzhi.apps.inspection.reporting import GivenItem
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused, RefusedRows
from pinzhi.kernel.registers import queries as registers
from tests.apps.inspection import world
from tests.apps.inspection.test_laboratory_draw import OTHERS, able
from tests.apps.inspection.test_pages import login, text
from tests.apps.inspection.world import CLERK, LABORATORY, REVIEWER, entered, report, sampled

pytestmark = pytest.mark.django_db(databases=["default", "portal"])
OTHER = OTHERS[0]
BOTH = [GivenItem("甲醛含量", "120", "mg/kg"), GivenItem("PH", "9.9"), GivenItem("纤维含量", "符合")]


def noted(case: str, kind: str, day: date, **detail: Any) -> Case:
    served = kind in ("result_served", "correction_ordered", "second_failure_published")
    with clock.at(max(day, date(2026, 5, 1))):
        given = Given(kind, day, "mail" if served else "", "EMS 1" if served else "", "", detail)
        return record_case_event(case, given, by=CLERK)


@pytest.fixture
def batch() -> str:
    """A batch that failed in two items."""
    world.rules()
    (number,) = sampled(world.programme("XZ-TEX"))
    able(OTHER)
    assert entered(report(number, items=BOTH)).failed == 1
    return number


def sent(batch: str) -> str:
    case = Case.objects.get(sample__number=batch).number
    noted(case, "result_served", date(2026, 4, 22))
    noted(case, "objected", date(2026, 4, 24))
    noted(case, "objection_accepted", date(2026, 4, 27))
    noted(case, "re_inspection_filed", date(2026, 4, 28))
    noted(case, "laboratory_named", date(2026, 5, 6), laboratory=OTHER)
    noted(case, "re_inspection_sent", date(2026, 5, 7))
    return case


def again(
    batch: str, *items: GivenItem, on: date = date(2026, 5, 20), by: Actor = CLERK, **changes: Any
) -> Any:
    given = report(
        batch, changes.pop("number", "FJ-1"), test=changes.pop("test", "re_inspection"), laboratory=changes.pop("laboratory", OTHER),
        tested_on=changes.pop("tested_on", date(2026, 5, 11)), issued_on=changes.pop("issued_on", date(2026, 5, 14)),
        items=list(items), **changes,
    )  # fmt: skip
    return entered(given, on=on, by=by)


GOOD, ACID = GivenItem("甲醛含量", "0.06", "g/kg", "GB/T 2912.1", "±5"), GivenItem("PH", "7.1")


def test_a_re_inspection_of_all_that_failed_overturns_the_result(batch: str) -> None:
    case = sent(batch)
    outcome = again(batch, GOOD, ACID)
    assert (outcome.taken, outcome.refused) == (1, [])
    row = Report.objects.get(test="re_inspection")
    item = row.items.get(item__code="HCHO")
    assert (item.value, item.unit, item.limit, item.method, item.uncertainty, item.verdict) == (
        "0.06", "g/kg", "≤75 mg/kg", "GB/T 2912.1", "±5", "pass",
    )  # fmt: skip
    event = Case.objects.get(number=case).events.get(kind="re_inspection_passed")
    assert (event.on, event.detail["report"], event.party) == (date(2026, 5, 14), "FJ-1", "laboratory")
    row_ = Case.objects.get(number=case)
    last = row_.events.latest("id")
    assert (row_.stage, last.kind, last.on) == ("overturned", "result_overturned", date(2026, 5, 20))
    assert last.detail["report"] == "FJ-1" and row_.closed_on == date(2026, 5, 20)
    with clock.at(date(2026, 5, 21)):
        publish_results([batch], by=REVIEWER)
    assert (Result.objects.get().first, Result.objects.get().final) == ("fail", "pass")
    shown = registers.get_record("m01_results", batch).values
    assert (shown["first_result"], shown["final_result"], shown["re_inspected"]) == ("fail", "pass", True)


def test_a_published_failure_that_is_overturned_is_replaced_by_a_new_entry(batch: str) -> None:
    with clock.at(date(2026, 4, 28)):
        Case.objects.filter(sample__number=batch).delete()  # it came before there was a case, as published
        publish_results([batch], by=REVIEWER)
    sample = Sample.objects.get(number=batch)
    failed = registers.get_record("m01_results", batch)
    report_ = Report.objects.get()
    Case.objects.create(
        number="HC-1", sample=sample, report=report_, uscc=sample.producer_code, name=sample.producer_name,
        region=sample.region, agency="a", stage="to_serve", opened_on=date(2026, 4, 21),
    )  # fmt: skip
    sent(batch)
    assert again(batch, GOOD, ACID).taken == 1
    shown = registers.get_record("m01_results", batch)
    assert (failed.values["final_result"], shown.values["final_result"]) == ("fail", "pass")
    assert shown.values["re_inspected"] is True and shown.values["first_result"] == "fail"
    entries = registers.history("m01_results", batch)
    assert len(entries) == 2 and [one.void for one in entries] == [True, False]
    assert Result.objects.get().final == "pass"


def test_a_case_is_not_closed_over_an_open_objection(batch: str) -> None:
    case = sent(batch)
    with pytest.raises(Refused) as refused:
        noted(case, "closed", date(2026, 5, 8))
    assert refused.value.code == "not_now"


def test_what_is_not_tested_again_still_fails_the_batch(batch: str) -> None:
    case = sent(batch)
    assert again(batch, GOOD).taken == 1
    kinds = set(Case.objects.get(number=case).events.values_list("kind", flat=True))
    assert "re_inspection_failed" in kinds and Report.objects.get(test="re_inspection").verdict == "pass"
    with pytest.raises(Refused):
        noted(case, "result_overturned", date(2026, 5, 15))


def test_a_report_may_be_signed_before_other_things_were_noted(batch: str) -> None:
    case = sent(batch)
    noted(case, "sale_stopped", date(2026, 5, 18))
    assert again(batch, GOOD, ACID).taken == 1
    events = list(Case.objects.get(number=case).events.values_list("kind", "on"))
    assert events[-3:] == [
        ("re_inspection_passed", date(2026, 5, 14)),
        ("sale_stopped", date(2026, 5, 18)),
        ("result_overturned", date(2026, 5, 20)),
    ]


WRONG = [
    ("other_laboratory", {"laboratory": LABORATORY}),
    ("before_hand_over", {"tested_on": date(2026, 5, 6)}),
    ("not_contested", {"items": [GOOD, GivenItem("纤维含量", "符合")]}),
    ("no_verdict", {"items": []}),
    ("item_unknown", {"items": [GivenItem("铅", "1")]}),
    ("unit_mismatch", {"items": [GivenItem("甲醛含量", "6", "mm")]}),
    ("verdict_differs", {"items": [GOOD], "said": "fail"}),
    ("in_the_future", {"issued_on": date(2026, 5, 21)}),
    ("no_such_test", {"test": "third"}),
    ("no_correction", {"test": "re_check", "sampled_on": date(2026, 5, 8)}),
]


def test_bad_re_inspections_are_refused_and_kept(batch: str) -> None:
    early = again(batch, GOOD)
    assert [r.code for r in early.refused] == ["not_sent"]
    sent(batch)
    for code, changes in WRONG:
        items = changes.pop("items", [GOOD, ACID])
        outcome = again(batch, *items, **changes)
        assert [r.code for r in outcome.refused] == [code], (code, outcome.refused)
        kept = Attempt.objects.latest("id")
        assert (kept.what, kept.code, kept.said["sample"]) == ("report", code, batch) and kept.zh and kept.en
    assert not Report.objects.exclude(test="first").exists()
    assert again(batch, GOOD).taken == 1
    assert [r.code for r in again(batch, GOOD, ACID, number="FJ-2").refused] == ["second_report"]


def test_no_case_no_further_test_and_none_of_microbes() -> None:
    colonies = {
        "code": "TBC",
        "name": "菌落总数",
        "kind": "max",
        "upper": "100",
        "unit": "CFU/g",
        "microbiological": True,
    }
    world.rules(items=[*world.ITEMS, colonies], food=True)
    able(OTHER)
    fine, bad = sampled(world.programme("XZ-TEX"), 2)
    rest = [GivenItem("甲醛含量", "20", "mg/kg"), GivenItem("PH", "7"), GivenItem("纤维含量", "符合")]
    entered(
        report(fine, items=[*rest, GivenItem("TBC", "5", "CFU/g")]),
        report(bad, items=[*rest, GivenItem("TBC", "500", "CFU/g")]),
    )
    assert [r.code for r in again(fine, GOOD).refused] == ["no_case"]
    case = Case.objects.get(sample__number=bad).number
    noted(case, "result_served", date(2026, 4, 22))
    with pytest.raises(Refused) as refused:
        noted(case, "objected", date(2026, 4, 23))
    assert refused.value.code == "microbiological"


def test_conclusions_are_not_noted_by_hand(batch: str) -> None:
    case = sent(batch)
    for kind in ("re_inspection_passed", "re_check_failed"):
        with pytest.raises(Refused) as refused:
            noted(case, kind, date(2026, 5, 14))
        assert refused.value.code == "needs_report"


def ordered(batch: str) -> str:
    case = Case.objects.get(sample__number=batch).number
    noted(case, "result_served", date(2026, 4, 22))
    noted(case, "correction_ordered", date(2026, 4, 27))
    return case


CHECK = {"test": "re_check", "laboratory": LABORATORY, "sampled_on": date(2026, 6, 1)}


def checked(batch: str, *items: GivenItem, **changes: Any) -> Any:
    day = changes.pop("day", date(2026, 6, 10))
    return again(
        batch,
        *items,
        **{**CHECK, "tested_on": day, "issued_on": day, "on": day, "number": f"FC-{day}", **changes},
    )


def test_a_re_check_by_the_rules_of_its_own_day_and_a_second_failure(batch: str) -> None:
    stricter = [{**world.ITEMS[0], "upper": "50"}, *world.ITEMS[1:]]
    world.rules(items=stricter, on=date(2026, 5, 1))
    case = ordered(batch)
    assert [r.code for r in checked(batch, GOOD).refused] == ["item_missing"]  # pH had failed too
    assert [r.code for r in checked(batch, GOOD, ACID, sampled_on=None).refused] == ["no_re_check_day"]
    assert [r.code for r in checked(batch, GOOD, ACID, sampled_on=date(2026, 4, 20)).refused] == [
        "before_sampling"
    ]
    assert checked(batch, GOOD, ACID).taken == 1  # 60 mg/kg passed in April, not in June
    row = Report.objects.get(test="re_check")
    assert (row.verdict, row.failed_items, row.sampled_on, row.rules.number) == (
        "fail",
        ["甲醛含量"],
        date(2026, 6, 1),
        2,
    )
    noted(case, "second_failure_published", date(2026, 6, 15))
    better = GivenItem("甲醛含量", "20", "mg/kg")
    early = checked(batch, better, ACID, day=date(2026, 7, 10), sampled_on=date(2026, 7, 1))
    assert [r.code for r in early.refused] == ["too_early"]
    assert checked(batch, better, ACID, day=date(2026, 8, 20), sampled_on=date(2026, 8, 17)).taken == 1
    row_ = Case.objects.get(number=case)
    assert row_.stage == "corrected" and row_.events.last().kind == "second_re_check_passed"
    assert Result.objects.count() == 0  # a re-check is of other goods: it changes no result


def test_by_file_and_by_form(batch: str) -> None:
    case = sent(batch)
    lab = login("lab2", speaks_for="body", party=OTHER)
    form = f"/console/inspection/samples/{batch}/report/re_inspection/"
    items = {i.code: i.pk for i in Report.objects.get().rules.items.all()}
    page = text(lab, form)
    assert "120" in page and "纤维含量" not in page
    assert login("lab1", speaks_for="body", party=LABORATORY).get(form).status_code == 403
    said = {
        "laboratory": OTHER,
        "number": "FJ-9",
        "tested_on": "2026-05-11",
        "issued_on": "2026-05-14",
        "said": "",
    }
    with clock.at(date(2026, 5, 20)):
        bad = {**said, f"value_{items['HCHO']}": "6", f"unit_{items['HCHO']}": "mm"}
        assert "不能换算" in text(lab, form, 422, **bad)
        table = "样品编号,报告编号,检验类别,检验日期,签发日期,检验项目,检验结果,单位\n" + "".join(
            f"{batch},FJ-8,{test},2026-05-11,2026-05-14,甲醛含量,30,mg/kg\n" for test in ("复验",)
        )
        body = Actor("lab2", "body", OTHER, "lab2", ())
        done = import_reports(io.BytesIO(table.encode()), filename="a.csv", by=body)
        assert [r.code for r in done.refused] == ["test_unreadable"]
        good = import_reports(io.BytesIO(table.replace("复验", "复检").encode()), filename="b.csv", by=body)
        assert (good.row.reports, good.refused) == (1, [])
    assert Case.objects.get(number=case).events.filter(kind="re_inspection_failed").exists()
    assert text(lab, f"/console/inspection/samples/{batch}/")
    clerk = login("wang", "clerk")
    page = text(clerk, f"/console/inspection/cases/{case}/")
    assert "FJ-8" in page and "re_inspection_passed" not in page


def test_a_re_check_by_form(batch: str) -> None:
    case = ordered(batch)
    clerk, form = login("wang", "clerk"), f"/console/inspection/samples/{batch}/report/re_check/"
    assert "录入复查报告" in text(clerk, f"/console/inspection/cases/{case}/")
    items = {i.code: i.pk for i in Report.objects.get().rules.items.all()}
    said = {"laboratory": LABORATORY, "number": "FC-1", "tested_on": "2026-06-08", "issued_on": "2026-06-10", "said": "",
            f"value_{items['HCHO']}": "20", f"unit_{items['HCHO']}": "mg/kg"}  # fmt: skip
    with clock.at(date(2026, 6, 12)):
        text(clerk, form, 422, **said, re_sampled_on="2026-06-01")  # pH had failed too
        said[f"value_{items['PH']}"] = "7"
        text(clerk, form, 422, **said)  # when was it sampled?
        text(clerk, form, 302, **said, re_sampled_on="2026-06-01")
    assert Case.objects.get(number=case).stage == "corrected"
    assert clerk.get(form).status_code == 403  # nothing is awaited any more


def test_no_result_is_served_before_its_report_was_signed(batch: str) -> None:
    """A slip of the month would have ended the firm's term to object before it knew of anything."""
    case = Case.objects.get(sample__number=batch)
    early, right = (Given("result_served", date(2026, 4, day), "mail", "EMS 1") for day in (19, 20))
    with clock.at(date(2026, 5, 20)):
        with pytest.raises(Refused) as refused:
            record_case_event(case.number, early, by=CLERK)
        assert (refused.value.code, refused.value.place) == ("before_report", "on")
        assert Attempt.objects.filter(what="case", code="before_report").exists()
        with pytest.raises(RefusedRows):
            take_over_cases({batch: [early]}, by=CLERK)
        assert record_case_event(case.number, right, by=CLERK).stage == "served"
