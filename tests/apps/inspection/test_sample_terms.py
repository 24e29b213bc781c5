"""Terms of a sample on its page: by the law of its day, with the mark of a number that nobody has checked."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from pinzhi.apps.inspection import queries
from pinzhi.apps.inspection.actions.publish_results import publish_results
from pinzhi.apps.inspection.actions.record_case_event import Given, record_case_event
from pinzhi.apps.inspection.models import Case, CustodyEvent, Sample
from pinzhi.kernel import clock
from tests.apps.inspection import world
from tests.apps.inspection.test_joint import LEAD
from tests.apps.inspection.test_pages import login, text
from tests.apps.inspection.world import CLERK, FUJIAN, REVIEWER, entered, report, sampled

pytestmark = pytest.mark.django_db(databases=["default", "portal"])


def terms(number: str, on: date) -> dict[str, Any]:
    return {t.name: t for t in queries.sample_terms(Sample.objects.get(number=number), on)}


def test_food_from_shipping_to_the_backup_sample() -> None:
    world.rules(food=True)
    late, failed = sampled(world.programme("XZ-TEX"), 2)  # on 8 April
    assert terms(late, date(2026, 4, 15))["shipping"].status == "running"
    assert terms(late, date(2026, 4, 16))["shipping"].status == "overdue"
    entered(
        report(late, received_on=date(2026, 4, 16)),
        report(failed, formaldehyde="120", received_on=date(2026, 4, 10)),
    )
    found = terms(late, date(2026, 7, 20))
    assert (found["shipping"].status, found["shipping"].late) == ("late", 1)
    assert (found["report"].status, found["backup"].due.day) == ("met", date(2026, 7, 20))
    assert found["backup"].status == "keeping" and not any(t.provisional for t in found.values())
    assert terms(failed, date(2026, 7, 21))["backup"].due.day == date(2026, 10, 20)
    CustodyEvent.objects.create(
        sample=Sample.objects.get(number=failed),
        at=datetime(2026, 8, 1, 12, tzinfo=clock.SHANGHAI),
        kind="disposed",
        by="lab",
    )
    assert terms(failed, date(2026, 8, 2))["backup"].status == "early"
    page = text(login("wang", "clerk"), f"/console/inspection/samples/{failed}/")
    assert "备份样品保存" in page and "提前处置" in page and "暂定" not in page


def test_a_joint_check_is_public_in_time_and_its_term_is_provisional() -> None:
    world.rules()
    plan = world.programme("XZ-TEX", parties=[{"agency": LEAD, "region": FUJIAN, "items": [], "lead": True}])
    passed, failed = sampled(plan, 2)
    entered(report(passed), report(failed, formaldehyde="120"))  # signed on 20 April
    one = terms(passed, date(2026, 5, 30))["publication"]
    assert (one.started, one.status, one.provisional) == (date(2026, 4, 20), "overdue", True)
    assert "publication" not in terms(
        failed, date(2026, 5, 30)
    )  # nobody is late for what may not be published
    case = Case.objects.get()
    with clock.at(date(2026, 4, 28)):
        record_case_event(case.number, Given("result_served", date(2026, 4, 28), "mail", "EMS 1"), by=CLERK)
    assert "publication" not in terms(failed, date(2026, 5, 12))
    waits = terms(failed, date(2026, 5, 20))["publication"]
    assert (waits.started, waits.status) == (date(2026, 5, 14), "running")
    with clock.at(date(2026, 5, 22)):
        publish_results([failed], by=REVIEWER)
    assert terms(failed, date(2026, 8, 1))["publication"].status == "met"
    page = text(login("wang", "clerk"), f"/console/inspection/samples/{passed}/")
    assert "联合抽查结果公示" in page and "暂定" in page
    waiting = text(login("zhao", "reviewer"), "/console/inspection/publish/")
    assert passed in waiting and "国发〔2019〕5号" in waiting and "2026-05-20" in waiting


def test_goods_that_are_no_food_have_none() -> None:
    world.rules()
    (number,) = sampled(world.programme("XZ-TEX"))
    assert terms(number, date(2026, 5, 1)) == {}
