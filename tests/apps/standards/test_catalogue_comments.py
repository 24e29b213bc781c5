"""Comments on draft standards: sent in by anybody while the consultation lasts, disposed of by officials."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from pinzhi.apps.standards.actions.send_comment import send_comment
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, NotFound, Refused, RefusedRows
from pinzhi.kernel.registers import catalogue, sequencer
from pinzhi.kernel.registers.actions.carry_out import Item, carry_out
from pinzhi.kernel.registers.models import PublicRecord, Record

pytestmark = pytest.mark.django_db
KEEPER = Actor.system("test")
DAY = date(2026, 3, 2)
COMMENT = {
    "comment": "建议明确绳带长度的测量方法。",
    "kind_of_sender": "consumer",
    "sender_name": "林某",
    "clause": "4.2",
}


@pytest.fixture(autouse=True)
def definitions(db: None) -> None:
    catalogue.sync()


@pytest.fixture
def project(db: None) -> str:
    sample = catalogue.get("s03_local_programme").definition.sample
    values = {k: v for k, v in sample.items() if k in catalogue.get("s03_local_programme").definition.by_name}
    asked = ("title", "sector", "consumer_goods", "work_kind", "nature", "lead_drafter", "local_role")
    with clock.at(DAY):
        (ref,) = carry_out(
            "s03_local_programme",
            "enter_project",
            [Item(region="350000", values={n: values[n] for n in asked}, effective_on=DAY)],
            by=KEEPER,
        )
        until = {"consultation_from": "2026-03-02", "consultation_until": "2026-04-05"}
        carry_out(
            "s03_local_programme", "consult", [Item(key=ref.key, values=until, effective_on=DAY)], by=KEEPER
        )
    return ref.key


def test_a_comment_is_taken_disposed_of_and_public_without_its_sender(project: str) -> None:
    with clock.at(date(2026, 4, 5)):
        number = send_comment(project, COMMENT)
        sequencer.drain()
        assert not PublicRecord.objects.filter(key=number).exists()
        disposed = {"gist": "明确测量方法", "disposition": "adopted", "disposition_reason": "已增加。"}
        carry_out(
            "s17_consultation_comments", "dispose", [Item(key=number, values=disposed, reason="x")], by=KEEPER
        )
        sequencer.drain()
    shown = PublicRecord.objects.get(key=number).values
    assert shown["disposition"] == "adopted" and shown["project_key"] == project
    assert not {"sender_name", "sender_contact", "comment"} & shown.keys()
    record = Record.objects.get(key=number)
    assert (record.subject, record.region, record.values["channel"]) == (project, "350000", "web")


def test_nothing_is_taken_outside_the_period(project: str) -> None:
    with clock.at(date(2026, 4, 6)), pytest.raises(Conflict):
        send_comment(project, COMMENT)
    with clock.at(DAY):
        with pytest.raises(NotFound):
            send_comment("DBXM-1", COMMENT)
        with pytest.raises(RefusedRows):
            send_comment(project, {**COMMENT, "comment": " "})
        with pytest.raises(RefusedRows):
            send_comment(project, {**COMMENT, "comment": "字" * 3001})


def test_a_consultation_lasts_as_long_as_the_law_says(project: str) -> None:
    close: dict[str, Any] = {"comments_received": 0}
    with clock.at(date(2026, 3, 20)), pytest.raises(Refused):
        carry_out("s03_local_programme", "close_consultation", [Item(key=project, values=close)], by=KEEPER)
    with clock.at(date(2026, 4, 6)):
        carry_out("s03_local_programme", "close_consultation", [Item(key=project, values=close)], by=KEEPER)
    assert Record.objects.get(key=project).state == "disposition"


def test_anybody_comments_on_the_page(project: str) -> None:
    client = Client()
    with clock.at(DAY):
        assert "儿童服装绳带" in client.get("/console/comment/").content.decode()
        posted = client.post("/console/comment/", {"project": project, **COMMENT})
        assert posted.status_code == 200 and "YJ-" in posted.content.decode()
        wrong = client.post("/console/comment/", {"project": project, "comment": ""})
        assert wrong.status_code == 422
    with clock.at(date(2026, 6, 1)):
        assert "现在没有征求意见的标准草案" in client.get("/console/comment/").content.decode()


def test_who_comes_for_a_draft_that_is_over_is_told_and_finds_no_other_chosen(project: str) -> None:
    with clock.at(date(2026, 3, 20)):
        here = Client().get(f"/console/comment/?project={project}").content.decode()
        assert f'value="{project}" selected' in here and "现在不征求意见" not in here
        reply = Client().get("/console/comment/?project=DBXM-2020-000001")
        page = reply.content.decode()
        assert "DBXM-2020-000001”现在不征求意见" in page
        assert f'value="{project}" selected' not in page and "请选择草案" in page
        sent = Client().post("/console/comment/?project=DBXM-2020-000001", COMMENT | {"project": ""})
        assert sent.status_code == 422 and "请选择要提意见的草案" in sent.content.decode()
        assert not Record.objects.filter(register="s17_consultation_comments").exists()


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("DB35/T 9001—2026", ""),
        ("DB35/T9001.2-2026", ""),
        ("DB3502/ 12—2026", ""),
        ("DB35", "没有读到标准顺序号"),
        ("GB/T 9001—2026", "格式不对"),
        (None, "必填"),
    ],
)
def test_a_published_local_standard_has_a_number_of_a_local_standard(number: str | None, fault: str) -> None:
    definition = catalogue.get("s03_local_programme").definition
    asked = ("title", "sector", "consumer_goods", "work_kind", "nature", "lead_drafter", "local_role")
    values = {name: definition.sample[name] for name in asked} | {
        "standard_no": number,
        "published_on": "2026-03-01",
        "effective_from": "2026-06-01",
    }
    item = Item(region="350000", values=values, effective_on=DAY)
    with clock.at(DAY):
        if not fault:
            assert carry_out("s03_local_programme", "enter_published", [item], by=KEEPER)
            return
        with pytest.raises(RefusedRows) as caught:
            carry_out("s03_local_programme", "enter_published", [item], by=KEEPER)
    assert fault in caught.value.rows[0].wrong_zh


PROJECT = ("title", "sector", "consumer_goods", "work_kind", "nature", "lead_drafter", "local_role")


def entered(day: date) -> str:
    definition = catalogue.get("s03_local_programme").definition
    values = {name: definition.sample[name] for name in PROJECT}
    with clock.at(day):
        (ref,) = carry_out(
            "s03_local_programme",
            "enter_project",
            [Item(region="350000", values=values, effective_on=day)],
            by=KEEPER,
        )
    return ref.key


@pytest.mark.parametrize(
    ("begins", "ends", "fault"),
    [
        # thirty days from 2020-03-01 on, fifteen before; the first day is not counted
        (date(2026, 3, 2), date(2026, 4, 1), ""),
        (date(2026, 3, 2), date(2026, 3, 31), "30"),
        (date(2026, 3, 2), date(2026, 3, 2), "30"),
        (date(2020, 3, 1), date(2020, 3, 30), "30"),
        (date(2020, 2, 29), date(2020, 3, 15), ""),
        (date(2020, 2, 29), date(2020, 3, 14), "15"),
    ],
)
def test_a_consultation_that_is_too_short_is_not_announced(begins: date, ends: date, fault: str) -> None:
    key = entered(begins)
    dates = {"consultation_from": begins.isoformat(), "consultation_until": ends.isoformat()}
    item = Item(key=key, values=dates, effective_on=begins)
    with clock.at(begins):
        if not fault:
            assert carry_out("s03_local_programme", "consult", [item], by=KEEPER)
            return
        with pytest.raises(RefusedRows) as caught:
            carry_out("s03_local_programme", "consult", [item], by=KEEPER)
    (row,) = caught.value.rows
    assert row.column == "征求意见截止日期" and row.value == ends.isoformat()
    assert f"{fault}日" in row.wrong_zh and "依据：" in row.wrong_zh and "source:" in row.wrong_en
    assert row.right_zh.endswith("或以后") and row.right_en.endswith("or later")
    assert Record.objects.get(key=key).state == "drafting"


def test_a_consultation_is_not_announced_without_its_days() -> None:
    key = entered(DAY)
    for values in ({}, {"consultation_from": "2026-03-02"}):
        with clock.at(DAY), pytest.raises(RefusedRows) as caught:
            carry_out("s03_local_programme", "consult", [Item(key=key, values=values)], by=KEEPER)
        assert caught.value.rows[-1].column == "征求意见截止日期"


def test_a_standard_is_not_published_without_number_and_day(project: str) -> None:
    later = date(2026, 4, 6)
    with clock.at(later):
        for step, values in (
            ("close_consultation", {"comments_received": 0}),
            ("submit", {"comments_adopted": 0, "comments_summary": "没有收到意见。"}),
            ("pass_review", {"reviewed_on": "2026-04-06", "review_conclusion": "一致通过。"}),
        ):
            carry_out("s03_local_programme", step, [Item(key=project, values=values, reason="x")], by=KEEPER)
        bare = Item(key=project, values={}, decision_number="公告1号")
        with pytest.raises(RefusedRows) as caught:
            carry_out("s03_local_programme", "publish_standard", [bare], by=KEEPER)
        assert [(row.column, row.wrong_zh, row.right_zh) for row in caught.value.rows] == [
            ("标准编号", "必填", "请填写"),
            ("发布日期", "必填", "请填写"),
        ]
        whole = Item(key=project, values={"standard_no": "db35/t2001-2026", "published_on": "2026-04-06"})
        carry_out("s03_local_programme", "publish_standard", [whole], by=KEEPER)
    record = Record.objects.get(key=project)
    assert (record.state, record.values["standard_no"]) == ("published", "DB35/T 2001—2026")


@pytest.mark.parametrize(
    ("to", "number", "fault"),
    [
        ("none", None, ""),
        ("national", "GB/T 44321-2026", ""),
        ("national", None, "须填转化后的标准号"),
        ("local", "  ", "须填转化后的标准号"),
        ("industry", "已立项", "不是已知的标准代号"),
        ("international", "ISO", "没有读到标准号"),
        ("national", "国家标准委公告2026年第5号", "文号"),
    ],
)
def test_a_group_standard_that_was_raised_has_the_number_it_was_raised_to(
    to: str, number: str | None, fault: str
) -> None:
    definition = catalogue.get("s04_group_standards").definition
    values = {
        field.name: definition.sample[field.name]
        for field in definition.fields
        if not field.steps and field.name in definition.sample
    } | {"upgraded_to": to, "upgraded_no": number}
    item = Item(region="350000", subject="51350000MJB00000X2", values=values, effective_on=DAY)
    with clock.at(DAY):
        try:
            carry_out("s04_group_standards", "enter_decision", [item], by=KEEPER)
        except RefusedRows as refused:
            assert fault and fault in refused.rows[0].wrong_zh, refused.rows
            assert refused.rows[0].column == "转化后标准号"
        else:
            assert not fault
