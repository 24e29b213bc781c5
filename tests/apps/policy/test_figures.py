"""Targets that no register counts are reported and released; one that cannot be counted stops no other."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pinzhi.apps.policy import binding, queries, readings
from pinzhi.apps.policy.actions.change_target import add_target, change_target
from pinzhi.apps.policy.actions.compute_readings import compute_readings, targets_in_force
from pinzhi.apps.policy.actions.confirm_document import confirm_document
from pinzhi.apps.policy.actions.import_document import import_document
from pinzhi.apps.policy.actions.report_figure import report_figure
from pinzhi.apps.policy.actions.settle_targets import settle_targets
from pinzhi.apps.policy.models import Document, Duty, Target
from pinzhi.kernel import clock
from pinzhi.kernel.errors import NotPermitted, Refused
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.registers.actions.carry_out import Item, carry_out
from tests.apps.policy import world

pytestmark = pytest.mark.django_db

PLAN = """福建省人民政府关于提升质量的实施意见
闽政〔2024〕9号

各市、县（区）人民政府，省人民政府各部门：

　　一、主要目标

　　到2027年，建立首席质量官制度的企业达到40家以上。培育质量标杆企业20家。消费投诉办结率稳定在98%以上。制造业产品质量合格率提高1.5个百分点。福建名牌产品拥有量位居全国前3位。每年举办质量培训班20期。

　　二、重点任务

　　（一）推行首席质量官制度。开展培训。（省市场监管局牵头，省工信厅配合）

福建省人民政府
2024年1月10日
"""
OTHER = world.official("second", "reviewer")


@pytest.fixture
def plan() -> Document:
    catalogue.sync()
    with clock.at(date(2024, 2, 1)):
        return import_document(PLAN.encode(), "plan.txt", region=world.FUJIAN, by=world.BOSS)


def in_force(document: Document) -> dict[str, Target]:
    confirm_document(document.pk, by=world.BOSS)
    return {t.quote: t for t in Target.objects.filter(document=document).select_related("document")}


def named(targets: dict[str, Target], word: str) -> Target:
    return next(t for quote, t in targets.items() if word in quote)


def test_only_what_can_be_counted_is_bound(plan: Document) -> None:
    bound = {t.quote[:8]: t.indicator for t in plan.targets.all()}
    assert [name for name, indicator in bound.items() if indicator] == [
        t.quote[:8] for t in plan.targets.all() if "首席质量官" in t.quote
    ], bound


def test_many_at_once(plan: Document) -> None:
    with pytest.raises(Refused):
        settle_targets(plan.pk, by=world.BOSS, lead_unit="省无此局")
    settle_targets(plan.pk, by=world.BOSS, lead_unit="省市场监管局", reported=True)
    for target in plan.targets.all():
        assert target.lead_agency and target.indicator and not binding.missing(target), target.quote
    assert plan.targets.filter(indicator=readings.REPORTED).count() == plan.targets.count() - 1
    assert settle_targets(plan.pk, by=world.BOSS, lead_unit="省市场监管局", reported=True) == 0


def test_a_figure_is_reported_released_and_counted(plan: Document) -> None:
    settle_targets(plan.pk, by=world.BOSS, lead_unit="省市场监管局", reported=True)
    targets = in_force(plan)
    target, neighbour = named(targets, "质量标杆"), named(targets, "培训班")
    given = {
        "period": "2025",
        "value": "12",
        "source": "通报",
        "compiled_by": "省市场监管局",
        "data_status": "final",
    }
    with clock.at(date(2026, 2, 1)):
        assert readings.compute(target).why["code"] == "no_reading"
        with pytest.raises(Refused):
            report_figure(target.pk, {**given, "period": "2025年"}, by=world.BOSS)
        with pytest.raises(NotPermitted):
            report_figure(target.pk, given, by=world.official("far", "clerk", region="110000"))
        entry = report_figure(target.pk, given, by=world.BOSS)
        assert readings.compute(target).value is None, "nothing counts before a second person released it"
        with pytest.raises(Refused):
            carry_out(readings.REPORTED_REGISTER, "release", [Item(key=entry.key)], by=world.BOSS)
        carry_out(readings.REPORTED_REGISTER, "release", [Item(key=entry.key)], by=OTHER)
        reading = readings.compute(target)
        assert (reading.value, reading.source, reading.period) == (Decimal(12), "reported", "2025")
        assert reading.published["value"] == "12"
        assert readings.compute(neighbour).value is None, "a figure is its own target's alone"
        # The same period twice is no second figure.
        with pytest.raises(Refused):
            report_figure(target.pk, given, by=world.BOSS)


def test_the_latest_period_counts_and_is_not_added_up(plan: Document) -> None:
    settle_targets(plan.pk, by=world.BOSS, lead_unit="省市场监管局", reported=True)
    target = named(in_force(plan), "质量标杆")
    change_target(target.pk, {"kind": "increment"}, by=world.BOSS)
    target.refresh_from_db()
    base = {"source": "通报", "compiled_by": "省市场监管局", "data_status": "final"}
    with clock.at(date(2026, 8, 1)):
        for period, value in (("2024", "4"), ("2025", "12"), ("2026Q2", "17")):
            entry = report_figure(target.pk, {**base, "period": period, "value": value}, by=world.BOSS)
            carry_out(readings.REPORTED_REGISTER, "release", [Item(key=entry.key)], by=OTHER)
        reading = readings.compute(target)
    assert (reading.value, reading.as_of) == (Decimal(17), date(2026, 6, 30))
    assert [Decimal(h["value"]) for h in reading.history] == [4, 12]


def test_one_that_cannot_be_counted_stops_no_other(plan: Document) -> None:
    targets = in_force(plan)
    points, rank = named(targets, "百分点"), named(targets, "前3位")
    change_target(points.pk, {"indicator": "i01_spot_check_pass_rate"}, by=world.BOSS)
    change_target(rank.pk, {"indicator": "i08_famous_brand_products", "unit": "吨"}, by=world.BOSS)
    made = compute_readings(targets_in_force(), by=world.BOSS)
    said = {r.target.number: (r.status, r.why["code"], r.why["zh"]) for r in made}
    assert len(said) == 3
    for target in (points, rank):
        assert said[target.number][:2] == ("cannot_tell", "cannot_count")
    assert "改由单位报送" in said[points.number][2] or "改选" in said[points.number][2]


def test_what_was_settled_is_said(plan: Document) -> None:
    target = next(t for t in plan.targets.all() if "首席质量官" in t.quote)
    answers = {question["zh"]: answer["zh"] for question, answer, _why in binding.settled(target)}
    assert answers and "未选定" not in answers.values()
    about = add_target(
        plan.pk,
        {
            "quote": "消费投诉办结率稳定在98%以上",
            "value": "98",
            "unit": "%",
            "comparator": "~",
            "kind": "level",
        },
        by=world.BOSS,
    )
    assert {"“左右”允许的偏差": "未设定"}.items() <= {
        q["zh"]: a["zh"] for q, a, _why in binding.settled(about)
    }.items()


def test_on_the_pages(plan: Document, settings: Any) -> None:
    settings.REQUIRE_TOTP = False
    client = world.login(world.user("boss", "clerk", "approver"))
    review = client.get(f"/console/policy/{plan.code}/review/").content.decode()
    assert 'name="lead_unit"' in review and 'name="reported"' in review
    client.post(f"/console/policy/{plan.code}/settle/", {"lead_unit": "省市场监管局", "reported": "yes"})
    target = named(in_force(plan), "质量标杆")
    address = f"/console/policy/{plan.code}/targets/{target.number}/"
    empty = client.post(address + "report/", {})
    assert empty.status_code == 422
    wrong = client.post(
        address + "report/",
        {"period": "去年", "value": "x", "source": "s", "compiled_by": "c", "data_status": "final"},
    )
    assert wrong.status_code == 422 and wrong.content.decode().count('aria-invalid="true"') == 2
    sent = client.post(
        address + "report/",
        {"period": "2024", "value": "5", "source": "通报", "compiled_by": "省局", "data_status": "final"},
    )
    assert sent.status_code == 302
    shown = client.get(address).content.decode()
    assert "2024" in shown and "已报送待审核" in shown


def test_progress_with_evidence(plan: Document, settings: Any) -> None:
    settings.REQUIRE_TOTP = False
    in_force(plan)
    duty = Duty.objects.get(measure__document=plan, role="lead")
    own = world.login(world.user("own", party=duty.agency))
    file = SimpleUploadedFile("图.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 64, content_type="image/png")
    answer = own.post(f"/console/duties/{duty.pk}/", {"state": "on_course", "text": "已培训", "files": file})
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    (kept,) = duty.notes.get().files
    address = f"/console/duties/{duty.pk}/files/{kept['sha256']}/"
    assert kept["name"] == "图.png" and address in own.get(f"/console/duties/{duty.pk}/").content.decode()
    assert own.get(address).status_code == 200
    other = world.login(world.user("other", party="350100-commerce"))
    assert other.get(address).status_code == 403
    assert address not in other.get(f"/console/duties/{duty.pk}/").content.decode()


def test_who_confirms_needs_no_other_right_to_see_it_counted(plan: Document, settings: Any) -> None:
    settings.REQUIRE_TOTP = False
    approver = world.login(world.user("approver", "approver"))
    answer = approver.post(f"/console/policy/{plan.code}/confirm/", follow=True)
    assert answer.redirect_chain[-1][0].endswith(f"/console/policy/{plan.code}/")
    target = next(t for t in plan.targets.all() if "首席质量官" in t.quote)
    assert target.readings.get().value == 0
    page = f"/console/policy/{plan.code}/targets/{target.number}/"
    assert page + "edit/" in approver.get(page).content.decode()
    clerk = world.login(world.user("clerk", "clerk"))
    assert page + "edit/" not in clerk.get(page).content.decode(), "in force only an approver changes it"
    # A city's clerk counts the city's targets, not the province's.
    city = world.login(world.user("city", "clerk", region=world.FUZHOU))
    assert city.post("/console/scoreboard/compute/").status_code == 302
    assert target.readings.count() == 1


def test_every_day_anew(plan: Document) -> None:
    from pinzhi.apps.policy import counting_daily

    in_force(plan)
    target = next(t for t in plan.targets.all() if "首席质量官" in t.quote)
    day = date(2028, 1, 5)
    with clock.at(day):
        counting_daily.count_targets(day)
        counting_daily.overdue_duties(day)
    assert target.readings.get().as_of == date(2027, 12, 31), "after the plan its last day decides"
    late = public_values("policy_duties")
    assert {row["overdue_days"] for row in late} == {5}


def public_values(register: str) -> list[dict[str, Any]]:
    from pinzhi.kernel.registers.models import Record

    return [dict(record.values) for record in Record.objects.filter(register=register)]


def test_the_chain_of_documents() -> None:
    upper, lower = world.plans()
    for found, depths in ((upper, [0, 1]), (lower, [0, 1])):
        links = queries.chain(found)
        assert [(link.depth, link.document) for link in links] == list(
            zip(depths, (upper, lower), strict=True)
        )
        assert [link.here for link in links] == [found == upper, found == lower]
    # A document that is not kept here stands in the chain by its number; a circle ends.
    upper.bases.create(number="国办发〔2016〕68号")
    assert [link.number for link in queries.chain(lower)] == [
        "国办发〔2016〕68号",
        upper.doc_number,
        lower.doc_number,
    ]
    Document.objects.filter(pk=upper.pk).update(parent=lower)
    upper.refresh_from_db()
    assert len(queries.chain(upper)) <= 5


def test_a_part_is_not_judged_by_the_whole() -> None:
    upper, _lower = world.plans()
    world.chief_officers(world.FUZHOU, 3, date(2024, 5, 1))
    with clock.at(date(2024, 9, 1)):
        targets = list(upper.targets.all())
        compute_readings(targets, by=world.BOSS, regions=[world.FUZHOU])
    rows = {row.target.unit: row for row in queries.scoreboard(upper, world.FUZHOU)}
    assert rows["家"].reading is not None and rows["家"].reading.value == 3
    assert not rows["家"].judged and rows["%"].judged
    assert queries.regions_read([upper]) == [world.FUZHOU]


def test_a_figure_of_an_earlier_period_is_the_newest_reading(plan: Document) -> None:
    settle_targets(plan.pk, by=world.BOSS, lead_unit="省市场监管局", reported=True)
    target = named(in_force(plan), "质量标杆")
    given = {"source": "通报", "compiled_by": "省局", "data_status": "final"}
    with clock.at(date(2026, 8, 1)):
        compute_readings([target], by=world.BOSS)
        assert queries.latest_readings([target])[target.pk].value is None
        entry = report_figure(target.pk, {**given, "period": "2026Q2", "value": "17"}, by=world.BOSS)
        carry_out(readings.REPORTED_REGISTER, "release", [Item(key=entry.key)], by=OTHER)
        compute_readings([target], by=world.BOSS)
        assert queries.latest_readings([target])[target.pk].value == 17


def test_a_period_gone_by_is_counted_without_touching_today(plan: Document, settings: Any) -> None:
    settings.REQUIRE_TOTP = False
    target = next(t for q, t in in_force(plan).items() if "首席质量官" in q)
    world.chief_officers(world.FUZHOU, 3, date(2024, 5, 1))
    world.chief_officers(world.FUZHOU, 2, date(2024, 8, 1), first=3)
    client = world.login(world.user("clerk", "clerk"))
    with clock.at(date(2024, 9, 1)):
        compute_readings([target], by=world.BOSS)
        page = f"/console/policy/{plan.code}/reports/2024Q2/"
        assert page + "count/" in client.get(page).content.decode()
        assert client.post(page + "count/").status_code == 302
        assert page + "count/" not in client.get(page).content.decode()
        assert {r.asked_on: r.value for r in target.readings.all()} == {
            date(2024, 6, 30): 3,
            date(2024, 9, 1): 5,
        }
        assert queries.latest_readings([target])[target.pk].value == 5
    (public,) = [v for v in public_values("policy_readings") if v["target_key"] == target.key]
    assert public["value"] == "5"
    # Bound to another question, the readings of the old one are gone.
    change_target(target.pk, {"region": world.FUZHOU}, by=world.BOSS)
    assert not target.readings.exists()
