"""A joint check: one sample, each department judged by its own items, in results, lists and papers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.apps.inspection import joint
from pinzhi.apps.inspection.actions.issue_paper import issue_paper
from pinzhi.apps.inspection.actions.publish_results import publish_results
from pinzhi.apps.inspection.actions.record_case_event import Given, record_case_event
from pinzhi.apps.inspection.models import Case, Sample
from pinzhi.apps.inspection.reporting import GivenItem
from pinzhi.kernel import clock
from pinzhi.kernel.registers import queries as registers
from pinzhi.rules.inspection.judgement import by_party, of_batch
from tests.apps.inspection import world
from tests.apps.inspection.test_pages import login, text
from tests.apps.inspection.world import CLERK, FUJIAN, REVIEWER, entered, report, sampled

pytestmark = pytest.mark.django_db(databases=["default", "portal"])
LEAD, SCHOOLS = "350000-market_supervision", "350000-education"
VERDICTS = st.sampled_from(["pass", "fail", "open"])


@pytest.fixture
def plan() -> Any:
    world.rules()
    return world.programme(
        "XZ-TEX",
        parties=[
            {"agency": LEAD, "region": FUJIAN, "items": ["HCHO"], "lead": True},
            {"agency": SCHOOLS, "region": FUJIAN, "items": ["纤维含量"]},
        ],
    )


def batch_of(plan: Any, formaldehyde: str = "20", ph: str = "7", fibre: str = "符合") -> Sample:
    (number,) = sampled(plan)
    items = [GivenItem("甲醛含量", formaldehyde, "mg/kg"), GivenItem("PH", ph), GivenItem("纤维含量", fibre)]
    assert entered(report(number, items=items)).taken == 1
    return Sample.objects.select_related("programme").get(number=number)


def verdicts(row: Sample) -> dict[str, Any]:
    return {one.agency: (one.verdict, one.failed) for one in joint.of_samples([row])[row.pk]}


def test_each_party_by_its_own_items_and_the_lead_by_what_nobody_named(plan: Any) -> None:
    assert verdicts(batch_of(plan)) == {LEAD: ("pass", ()), SCHOOLS: ("pass", ())}
    assert verdicts(batch_of(plan, fibre="不符合")) == {LEAD: ("pass", ()), SCHOOLS: ("fail", ("纤维含量",))}
    assert verdicts(batch_of(plan, ph="9.9")) == {LEAD: ("fail", ("pH值",)), SCHOOLS: ("pass", ())}
    assert joint.of_samples([batch_of(world.programme("XZ-TEX"))]) == {}


def test_the_case_is_of_the_department_whose_items_failed(plan: Any) -> None:
    schools, ours = batch_of(plan, fibre="不符合"), batch_of(plan, formaldehyde="120", fibre="不符合")
    agencies = dict(Case.objects.values_list("sample_id", "agency"))
    assert agencies == {schools.pk: SCHOOLS, ours.pk: LEAD}


def test_results_lists_and_papers_say_each_partys_verdict(plan: Any) -> None:
    row = batch_of(plan, fibre="不符合")
    case = Case.objects.get()
    with clock.at(date(2026, 6, 1)):
        record_case_event(case.number, Given("result_served", date(2026, 4, 28), "mail", "EMS 1"), by=CLERK)
        publish_results([row.number], by=REVIEWER)
        paper = issue_paper("result_notice", case=case, by=CLERK)
    said = registers.get_record("m01_results", row.number).values["party_results"]
    assert "市场监督管理局：合格" in said and "教育厅：不合格（纤维含量）" in said
    clerk = login("wang", "clerk")
    notice = text(clerk, f"/console/inspection/cases/{case.number}/paper/result_notice/")
    assert "联合抽查" in notice and "教育厅：不合格（纤维含量）" in notice and paper.agency == SCHOOLS
    assert "不合格（纤维含量）" in text(clerk, f"/console/inspection/cases/{case.number}/")
    assert "不合格（纤维含量）" in text(clerk, f"/console/inspection/samples/{row.number}/")
    own = text(clerk, "/console/inspection/samples/")  # the lead's list: its own items passed
    assert "不合格（纤维含量）" not in own
    theirs = login("zhang", "clerk", party=SCHOOLS)
    assert "不合格（纤维含量）" in text(theirs, "/console/inspection/samples/")


def test_a_departments_paper_lists_its_own_items(plan: Any) -> None:
    batch_of(plan, formaldehyde="120", fibre="不符合")
    case = Case.objects.get()
    with clock.at(date(2026, 6, 1)):
        issue_paper("result_notice", case=case, by=CLERK)
    notice = text(login("wang", "clerk"), f"/console/inspection/cases/{case.number}/paper/result_notice/")
    assert "不合格项目：甲醛含量（实测120mg/kg，要求≤75 mg/kg）。" in notice
    assert "教育厅：不合格（纤维含量）" in notice


def test_a_check_that_is_not_joint_says_nothing_of_parties() -> None:
    world.rules()
    row = batch_of(world.programme("XZ-TEX"), fibre="不符合")
    case = Case.objects.get()
    with clock.at(date(2026, 6, 1)):
        record_case_event(case.number, Given("result_served", date(2026, 4, 28), "mail", "EMS 1"), by=CLERK)
        publish_results([row.number], by=REVIEWER)
        issue_paper("result_notice", case=case, by=CLERK)
    assert "party_results" not in registers.get_record("m01_results", row.number).values
    notice = text(login("wang", "clerk"), f"/console/inspection/cases/{case.number}/paper/result_notice/")
    assert "联合抽查" not in notice


@given(
    st.dictionaries(st.sampled_from("abcdef"), VERDICTS, min_size=1),
    st.dictionaries(st.sampled_from(["x", "y", "z"]), st.sets(st.sampled_from("abcdef")), min_size=1),
)
def test_the_split_loses_and_invents_nothing(items: Any, parties: Any) -> None:
    lead = sorted(parties)[0]
    found = by_party(items, parties, lead)
    assert set(found) == set(parties)
    # With a lead every item is somebody's: the whole fails where somebody's part does, and passes where all parts do.
    told = [verdict for verdict in found.values() if verdict is not None]
    assert (of_batch(items.values()) == "fail") == ("fail" in told)
    assert (of_batch(items.values()) == "pass") == (set(told) == {"pass"})
    for party, codes in parties.items():
        if party != lead:
            mine = [items[c] for c in codes if c in items]
            assert found[party] == (of_batch(mine) if mine else None)
