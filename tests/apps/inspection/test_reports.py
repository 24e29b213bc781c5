"""Reports are judged by the rules of the sampling day; whatever is wrong is refused with its reason and kept."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from pinzhi.apps.inspection import remedies
from pinzhi.apps.inspection.actions.keep_seals import issue_seals, report_seals
from pinzhi.apps.inspection.actions.record_samples import record_samples
from pinzhi.apps.inspection.models import Attempt, Case, Report, Sample
from pinzhi.apps.inspection.reporting import GivenItem
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotPermitted, RefusedRows
from tests.apps.inspection import world
from tests.apps.inspection.world import (
    CLERK,
    DAY,
    FUJIAN,
    LABORATORY,
    OTHER_LABORATORY,
    entered,
    report,
    sampled,
)


@pytest.fixture
def plan():
    world.rules()
    return world.programme("XZ-TEX")


def test_each_item_is_judged_against_the_limit_in_the_limits_unit(plan) -> None:
    passed, failed = sampled(plan, 2)
    outcome = entered(
        report(passed, formaldehyde="0.05", unit="g/kg"), report(failed, formaldehyde="0.12", unit="g/kg")
    )
    assert (outcome.taken, outcome.failed, outcome.refused) == (2, 1, [])
    row = Report.objects.get(sample__number=failed)
    assert row.verdict == "fail" and row.failed_items == ["甲醛含量"]
    item = row.items.get(item__code="HCHO")
    assert (item.value, item.unit, item.limit, item.method, item.verdict) == (
        "0.12",
        "g/kg",
        "≤75 mg/kg",
        "GB/T 2912.1",
        "fail",
    )
    case = Case.objects.get()
    assert case.sample.number == failed and case.stage == "to_serve" and case.serious


def test_the_rules_of_the_sampling_day_judge(plan) -> None:
    stricter = [{**world.ITEMS[0], "upper": "20"}, *world.ITEMS[1:]]
    world.rules(items=stricter, on=date(2026, 5, 1))
    (before,) = sampled(plan)
    (after,) = sampled(plan, sampled_on=date(2026, 5, 1))
    entered(
        report(before, formaldehyde="50"),
        report(after, formaldehyde="50", tested_on=date(2026, 5, 4), issued_on=date(2026, 5, 8)),
        on=date(2026, 5, 10),
    )
    assert dict(Report.objects.values_list("sample__number", "verdict")) == {before: "pass", after: "fail"}


WRONG = [
    ("no_such_sample", {"sample": "CY-2026-9999999"}),
    ("unit_missing", {"unit": ""}),
    ("unit_mismatch", {"unit": "mm"}),
    ("unit_unknown", {"unit": "mg/qq"}),
    ("value_unreadable", {"formaldehyde": "约二十"}),
    ("value_missing", {"formaldehyde": " "}),
    ("before_sampling", {"tested_on": date(2026, 4, 7)}),
    ("before_sampling", {"received_on": date(2026, 4, 1)}),
    ("in_the_future", {"issued_on": date(2026, 4, 22)}),
    ("issued_before_test", {"issued_on": date(2026, 4, 14)}),
    ("no_date", {"tested_on": None}),
    ("no_capability", {"laboratory": OTHER_LABORATORY}),
    ("no_capability", {"laboratory": ""}),
    ("no_number", {"number": " "}),
    ("verdict_differs", {"said": "fail"}),
    ("item_missing", {"items": [GivenItem("PH", "7")]}),
    ("item_unknown", {"items": [GivenItem("铅", "7", "mg/kg")]}),
    ("item_twice", {"items": [GivenItem("PH", "7"), GivenItem("pH值", "7")]}),
    ("seal_unknown", {"seals": ["F-404"]}),
    ("seal_stolen", {"seals": ["F-3"]}),
    ("seal_of_another", {"seals": ["F-2"]}),
    ("seal_twice", {"seals": ["F-1", "F-1"]}),
]


def test_bad_reports_are_refused_and_kept(plan) -> None:
    issue_seals(["F-1", "F-2", "F-3"], f"{FUJIAN}-market_supervision", region=FUJIAN, by=CLERK)
    (own,) = sampled(plan, seals=["F-1"])
    sampled(plan, seals=["F-2"])
    report_seals(["F-3"], stolen=True, region=FUJIAN, by=CLERK)
    for code, changes in WRONG:
        outcome = entered(report(**{"sample": own, **changes}))
        assert outcome.taken == 0 and [r.code for r in outcome.refused] == [code], changes
        assert outcome.refused[0].zh and outcome.refused[0].en
        kept = Attempt.objects.latest("id")
        assert (kept.what, kept.code, kept.by) == ("report", code, "clerk") and kept.said["items"]
    assert not Report.objects.exists() and Attempt.objects.count() == len(WRONG)


def test_good_rows_of_a_set_are_taken_and_two_reports_for_one_sample_are_not(plan) -> None:
    one, two, refused = sampled(plan, 2) + sampled(plan, outcome="refused", refusal="企业拒绝，视频为证")
    outcome = entered(report(one), report(two, "A"), report(two, "B"), report(refused))
    assert outcome.taken == 1 and [r.code for r in outcome.refused] == [
        "second_report",
        "second_report",
        "sample_not_taken",
    ]
    again = entered(report(one, "other"), report(two, f"R-{one}"))
    assert [r.code for r in again.refused] == ["second_report", "number_taken"]
    assert Attempt.objects.count() == 5


def test_a_laboratory_enters_its_own_reports_only(plan) -> None:
    one, two = sampled(plan, 2)
    own = Actor("lab", "body", LABORATORY, "lab", ())
    stranger = Actor("lab2", "body", OTHER_LABORATORY, "lab2", ())
    assert entered(report(one), by=own).taken == 1
    assert [r.code for r in entered(report(two), by=stranger).refused] == ["not_permitted"]
    far = world.official("far", "clerk", region="360000")
    assert [r.code for r in entered(report(two), by=far).refused] == ["not_permitted"]


def test_seals_serve_once(plan) -> None:
    issue_seals(["F-1", "F-2"], f"{FUJIAN}-market_supervision", region=FUJIAN, by=CLERK)
    sampled(plan, seals=["F-1"])
    report_seals(["F-2"], stolen=True, region=FUJIAN, by=CLERK)
    for seal in ("F-1", "F-2", "F-404"):
        with pytest.raises(RefusedRows) as refused:
            sampled(plan, seals=[seal])
        assert refused.value.rows[0].value == seal
    assert Sample.objects.count() == 1
    assert [a.key for a in Attempt.objects.order_by("id")] == ["F-1", "F-2", "F-404"]


NOT_SAMPLED: list[dict] = [
    {"programme": "JC-0"}, {"rules": "nothing"}, {"sampled_on": date(2027, 1, 1)}, {"inspectors": ["王一"]},
    {"inspectors": ["王一", "王一"]}, {"gtin": "6901234567890"}, {"product_name": ""}, {"price": "很贵"},
    {"outcome": "refused"}, {"produced_on": date(2026, 4, 9)}, {"sampled_on": date(2025, 12, 31)},
]  # fmt: skip


def test_what_cannot_have_been_sampled_is_refused(plan) -> None:
    from pinzhi.kernel import clock

    for count, changes in enumerate(NOT_SAMPLED, 1):
        with clock.at(DAY), pytest.raises(RefusedRows):
            record_samples([{**world.sample_row(plan), **changes}], by=CLERK)
        assert not Sample.objects.exists() and Attempt.objects.count() >= count, changes


def test_rights(plan) -> None:
    far = world.official("far", "clerk", region="360000")
    with pytest.raises(NotPermitted):
        record_samples([world.sample_row(plan)], by=far)
    with pytest.raises(NotPermitted):
        record_samples([world.sample_row(plan)], by=world.REVIEWER)


def test_every_reason_has_what_helps() -> None:
    """The codes that laboratories are told of, as their guide lists them."""
    guide = (Path(__file__).parents[3] / "docs" / "laboratories.md").read_text("utf-8")
    table = guide.partition("| `code` |")[2].partition("\n## ")[0]
    codes = set(re.findall(r"`([a-z_]+)`", table))
    assert len(codes) > 25 and codes <= set(remedies.REMEDIES)
    assert all(one["zh"].strip() and one["en"].strip() for one in remedies.REMEDIES.values())
