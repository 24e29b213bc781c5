"""The file of an enterprise and graded supervision: what each reader sees, what is published and what never is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import RequestFactory

from pinzhi.apps.inspection import console_classes, console_quality_file, queries_classes
from pinzhi.apps.inspection.actions.publish_classes import FEWEST, publish_classes
from pinzhi.apps.inspection.actions.publish_results import publish_results
from pinzhi.apps.parties.actions.register_enterprises import register_enterprises
from pinzhi.apps.parties.actions.set_risk_classes import set_risk_classes
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.audit.models import AuditEvent
from pinzhi.kernel.errors import NotFound, NotPermitted
from pinzhi.kernel.registers import queries as registers
from tests.apps.inspection import world
from tests.apps.inspection.world import BOSS, CLERK, FUJIAN, REVIEWER, entered, report, sampled
from tests.apps.parties.conftest import firm

pytestmark = pytest.mark.django_db(databases=["default", "portal"])
TODAY = date(2026, 6, 1)


@pytest.fixture
def plan() -> Any:
    world.rules()
    with clock.at(date(2026, 1, 10)):
        register_enterprises([firm(n) for n in range(1, 13)], by=CLERK)
        set_risk_classes(
            [{"uscc": firm(n)["uscc"], "risk_class": "A" if n <= 8 else "D", "since": "2026-01-01"} for n in range(1, 12)],
            by=REVIEWER,
        )  # fmt: skip
    return world.programme("XZ-TEX")


def shown(
    view: Any, module: Any, actor: Actor, monkeypatch: pytest.MonkeyPatch, *args: str, query: str = ""
) -> Any:
    """The context of a page, without its rendering."""
    kept: dict[str, Any] = {}

    def render(_request: Any, _template: str, context: dict[str, Any]) -> Any:
        kept.update(context)

    monkeypatch.setattr(module, "actor_of", lambda _request: actor)
    monkeypatch.setattr(module, "render", render)
    with clock.at(TODAY):
        view(RequestFactory().get(f"/x/{query}"), *args)
    return kept


def of_firm(n: int, plan: Any, passed: int, failed: int) -> list[str]:
    numbers = sampled(plan, passed + failed, producer_code=firm(n)["uscc"])
    entered(*(report(x, formaldehyde="20" if i < passed else "100") for i, x in enumerate(numbers)))
    return numbers


def test_the_file_counts_and_marks_what_is_public(plan: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = of_firm(1, plan, 2, 1)
    with clock.at(date(2026, 5, 10)):
        publish_results([numbers[0]], by=REVIEWER)
    page = shown(console_quality_file.page, console_quality_file, CLERK, monkeypatch, firm(1)["uscc"])
    assert [f["value"] for f in page["figures"]] == [0, 3, 1, 1]
    assert (page["rate"]["n"], page["rate"]["d"]) == (2, 3)
    assert {row.number: public for row, _word, public in page["checks"]} == {
        numbers[0]: True,
        numbers[1]: False,
        numbers[2]: False,
    }
    (failure,) = page["failures"]
    assert failure["items"] == "甲醛含量" and failure["open"]
    assert [r.risk_class for r in page["risk"]] == ["A"]


def test_the_firm_sees_its_own_file_without_its_class_and_no_other(
    plan: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_firm(1, plan, 1, 0)
    own = Actor("f", "enterprise", firm(1)["uscc"], "f", (), user_id=7)
    page = shown(console_quality_file.page, console_quality_file, own, monkeypatch, firm(1)["uscc"])
    assert page["risk"] is None and len(page["checks"]) == 1
    with pytest.raises(NotFound):
        shown(console_quality_file.page, console_quality_file, own, monkeypatch, firm(2)["uscc"])


def test_shares_of_classes_from_the_law_and_the_checks(plan: Any) -> None:
    of_firm(1, plan, 1, 0)
    of_firm(9, plan, 1, 1)
    of_firm(10, plan, 1, 0)
    of_firm(12, plan, 1, 0)
    with clock.at(TODAY):
        found = queries_classes.graded(by=CLERK, year=2026, region=FUJIAN)
    a, _b, _c, d = found.lines
    assert (a.firms, a.load, a.checked, a.stands) == (8, (0, 0), 1, "above")
    assert (d.firms, d.load, d.checked, d.batches, d.failed, d.stands) == (3, (2, 3), 2, 3, 1, "within")
    assert found.unclassed == 1 and found.planned == 50
    assert found.frequency.provisional


def test_the_enterprises_of_a_class_are_for_departments_and_each_reading_is_noted(
    plan: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_firm(9, plan, 1, 0)
    with clock.at(TODAY):
        rows = queries_classes.firms_of("D", by=CLERK, year=2026)
        assert [one.uscc for one in rows][-1] == firm(9)["uscc"] and len(rows) == 3
        own = Actor("f", "enterprise", firm(9)["uscc"], "f", ())
        with pytest.raises(NotPermitted):
            queries_classes.firms_of("D", by=own, year=2026)
        monkeypatch.setattr(console_classes, "actor_of", lambda _request: CLERK)
        monkeypatch.setattr(console_classes, "render_list", lambda *a, **k: None)
        console_classes.firms(RequestFactory().get("/x/"), "D")
        with pytest.raises(NotFound):
            console_classes.firms(RequestFactory().get("/x/"), "E")
    assert AuditEvent.objects.filter(action="inspection.read_class").count() == 1


def test_classes_are_published_as_sums_without_what_is_not_compared(plan: Any) -> None:
    of_firm(1, plan, 1, 0)
    with clock.at(TODAY):
        with pytest.raises(NotPermitted):
            publish_classes(2026, FUJIAN, by=CLERK)
        assert publish_classes(2026, FUJIAN, by=BOSS) == 4
    a = registers.get_record("m06_supervision", f"{FUJIAN}-2026-A")
    assert (a.values["enterprises"], a.values["checked"]) == (8, 1) and "times_a_year" not in a.values
    d = registers.get_record("m06_supervision", f"{FUJIAN}-2026-D")
    assert FEWEST > 3 and "enterprises" not in d.values
    assert firm(1)["uscc"] not in str(a.values) + str(d.values)


def test_awards_are_told_of_published_failures(plan: Any) -> None:
    from pinzhi.apps.inspection.eligibility import NAME
    from pinzhi.apps.inspection.models import Result, Sample
    from pinzhi.kernel.registers import eligibility

    of_firm(1, plan, 2, 1)
    of_firm(2, plan, 1, 0)
    codes = [firm(n)["uscc"] for n in (1, 2, 3)]

    def asked(on: date) -> list[tuple[bool | None, str]]:
        found = eligibility.check([NAME], codes, on)
        return [(found[code][0].ok, found[code][0].zh) for code in codes]

    assert [ok for ok, _ in asked(TODAY)] == [True, True, True]  # nothing is told before it is published
    for sample in Sample.objects.all():
        verdict = sample.reports.get().verdict
        published = {"key": sample.number, "published_on": date(2026, 5, 20)}
        Result.objects.create(sample=sample, first=verdict, final=verdict, **published)
    (first, said), (second, also), (third, _) = asked(TODAY)
    assert (first, second, third) == (None, True, True)
    assert "3 批次，不合格 1 批次" in said and "1 批次，无不合格" in also
    assert [ok for ok, _ in asked(date(2026, 5, 19))] == [True, True, True]
    assert asked(date(2029, 12, 1))[0][0] is True  # long ago


def test_a_failure_elsewhere_counts_like_our_own(plan: Any) -> None:
    """Taken in by file, of a level that is not ours: told from the day that it came, once, and never by name as sure."""
    from pinzhi.apps.inspection.actions.accept_outside import accept_outside
    from pinzhi.apps.inspection.eligibility import NAME
    from pinzhi.apps.inspection.models import Result, Sample
    from pinzhi.kernel.registers import eligibility

    of_firm(1, plan, 1, 0)
    code = firm(1)["uscc"]
    here = Sample.objects.get()
    Result.objects.create(
        sample=here, key=here.number, first="pass", final="pass", published_on=date(2026, 4, 28)
    )

    def asked(on: date) -> tuple[bool | None, str, str]:
        (found,) = eligibility.check([NAME], [code], on)[code]
        return found.ok, found.zh, found.en

    def came(reference: str, verdict: str, on: date, **more: Any) -> None:
        row = {
            "reference": reference, "level": "national", "sampled_on": "2026-04-01", "verdict": verdict,
            "producer_code": code, "producer_name": firm(1)["name"], "product_name": "童装",
            "standard_executed": "GB 31701-2015", "trademark": "山海", **more,
        }  # fmt: skip
        with clock.at(on):
            assert accept_outside("国家监督抽查", [row], by=CLERK) == 1

    came("A1", "pass", date(2026, 5, 4))
    assert asked(date(2026, 5, 4)) == (
        True,
        "近3年监督抽查 2 批次（其中其他层级或地区 1 批次），无不合格。",
        "2 batches in spot checks within 3 years (1 of them elsewhere), none failed.",
    )
    came("A2", "fail", date(2026, 5, 6), sampled_on="2026-04-02")
    assert asked(date(2026, 5, 5))[0] is True  # nobody here knew
    ok, zh, en = asked(date(2026, 5, 6))
    assert (
        ok is None
        and "3 批次（其中其他层级或地区 2 批次），不合格 1 批次（其中 1 批次在其他层级或地区）" in zh
    )
    assert "最近一次抽样于 2026-04-02" in zh and "1 failed (1 of them elsewhere)" in en
    # Our own batch that comes back from a platform of the country is no second one.
    own = {
        "standard_executed": here.standard_executed, "trademark": here.trademark, "specification": here.specification,
    }  # fmt: skip
    came("A3", "pass", date(2026, 5, 7), sampled_on=str(here.sampled_on), **own)
    assert "3 批次（" in asked(date(2026, 5, 7))[1]
    # A name without a code is somebody's: it is told beside, whatever the rest says.
    came("A4", "fail", date(2026, 5, 8), producer_code="")
    said = asked(date(2026, 5, 8))[1]
    assert "不合格 1 批次" in said and "另有其他层级或地区不合格 1 批次只写同名生产者" in said
    late = asked(date(2029, 4, 1))[1]
    assert "不合格 1 批次" in late and "另有" not in late
    assert asked(date(2029, 4, 2))[0] is True  # long ago
