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
        ("DB35", "格式不对"),
        ("GB/T 9001—2026", "格式不对"),
        (None, "必须有编号"),
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
