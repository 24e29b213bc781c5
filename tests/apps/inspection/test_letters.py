"""The letter to the producer's region: whom it is to, its number, and that the case knows it was sent."""

from __future__ import annotations

from datetime import date

import pytest

from pinzhi.apps.inspection import letters
from pinzhi.apps.inspection.actions.issue_paper import issue_paper
from pinzhi.apps.inspection.actions.record_case_event import Given, record_case_event
from pinzhi.apps.inspection.models import Attempt, Case
from pinzhi.apps.parties.actions.register_enterprises import register_enterprises
from pinzhi.kernel import clock
from pinzhi.kernel.errors import Refused
from pinzhi.rules.identifiers import uscc
from tests.apps.inspection import world
from tests.apps.inspection.test_pages import login, text
from tests.apps.inspection.world import CLERK, FUJIAN, FUZHOU, entered, report, sampled

pytestmark = pytest.mark.django_db(databases=["default", "portal"])
MAY = date(2026, 5, 6)


def failed(region: str, *, programme: str = FUJIAN, code: str = "") -> Case:
    world.rules()
    level = "provincial" if programme == FUJIAN else "city"
    plan = world.programme("XZ-TEX", level=level, region=programme)
    producer = code or uscc.make(11, region=region).text
    (number,) = sampled(plan, producer_code=producer, producer_name="外地童装厂")
    entered(report(number, formaldehyde="120"))
    case = Case.objects.get(sample__number=number)
    with clock.at(MAY):
        record_case_event(case.number, Given("result_served", date(2026, 4, 28), "mail", "EMS 1"), by=CLERK)
    return case


@pytest.mark.parametrize(
    ("producer", "programme", "to"),
    [
        ("440305", FUJIAN, "440000"),  # another province
        ("350206", FUJIAN, ""),  # the province's own city
        ("350206", FUZHOU, "350200"),  # another city of the same province
        ("330106", FUZHOU, "330100"),  # a city's check, a city of another province
        ("310115", FUZHOU, "310000"),  # a municipality has no cities
        ("350105", FUZHOU, ""),
    ],
)  # fmt: skip
def test_whom_it_is_to(producer: str, programme: str, to: str) -> None:
    found = letters.recipient(failed(producer, programme=programme))
    assert (found.region if found else "") == to
    assert found is None or "市场监督管理局" in found.agency


def test_the_roster_goes_before_the_credit_code() -> None:
    code = uscc.make(12, region="440305").text
    with clock.at(date(2026, 1, 10)):
        register_enterprises(
            [{"uscc": code, "name": "外地童装厂", "region": "350105", "trade": "1830", "roles": "生产者"}],
            by=CLERK,
        )
    assert letters.recipient(failed("440305", code=code)) is None


def test_it_is_numbered_once_sent_once_and_kept_in_the_case() -> None:
    case = failed("440305")
    sent = Given(letters.SENT, MAY, "mail", "EMS 77")
    with clock.at(MAY):
        with pytest.raises(Refused) as refused:
            record_case_event(case.number, sent, by=CLERK)
        assert refused.value.code == "no_letter" and Attempt.objects.get().code == "no_letter"
        paper = issue_paper(letters.KIND, case=case, by=CLERK)
        assert (
            paper.text == "质监抽函〔2026〕1号"
            and issue_paper(letters.KIND, case=case, by=CLERK).pk == paper.pk
        )
        with pytest.raises(Refused):
            record_case_event(case.number, Given(letters.SENT, MAY), by=CLERK)  # no proof
        record_case_event(case.number, sent, by=CLERK)
        with pytest.raises(Refused):
            record_case_event(case.number, sent, by=CLERK)
    event = case.events.get(kind=letters.SENT)
    assert (event.detail["paper"], event.detail["region"]) == (paper.text, "440000")
    clerk = login("wang", "clerk")
    page = text(clerk, f"/console/inspection/cases/{case.number}/")
    assert paper.text in page and event.detail["to"] in page
    event_page = text(clerk, f"/console/inspection/cases/{case.number}/event/")
    assert f'value="{clock.today().isoformat()}"' in event_page  # the browser shows the day that is proposed
    letter = f"/console/inspection/cases/{case.number}/paper/{letters.KIND}/"
    shown = text(clerk, letter)
    assert f"{event.detail['to']}：" in shown and case.uscc in shown and "外地童装厂" in shown
    assert clerk.get(letter + "?pdf").content.startswith(b"%PDF")


def test_there_is_none_for_a_producer_of_ones_own() -> None:
    case = failed("350206")
    with clock.at(MAY), pytest.raises(Refused):
        issue_paper(letters.KIND, case=case, by=CLERK)
    with clock.at(MAY), pytest.raises(Refused) as refused:
        record_case_event(case.number, Given(letters.SENT, MAY, "mail", "x"), by=CLERK)
    assert refused.value.code == "not_elsewhere"
    assert "通报函" not in text(login("wang", "clerk"), f"/console/inspection/cases/{case.number}/")
