"""Rankings from declarations in public: computed, published by a second person, read by shoppers, front runners chosen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from pinzhi.apps.standards.actions.compute_ranking import compute_ranking
from pinzhi.apps.standards.actions.declare import declare
from pinzhi.apps.standards.actions.publish_ranking import publish_ranking
from pinzhi.apps.standards.actions.record_fulfilment import record_fulfilment
from pinzhi.apps.standards.actions.save_ranking import save_ranking
from pinzhi.apps.standards.actions.select_front_runners import select_front_runners
from pinzhi.apps.standards.actions.withdraw_declaration import withdraw_declaration
from pinzhi.apps.standards.actions.withdraw_ranking import withdraw_ranking
from pinzhi.apps.standards.models import FrontRunner, Ranking
from pinzhi.kernel import clock
from pinzhi.kernel.errors import NotPermitted, Refused, RefusedRows
from pinzhi.kernel.registers import catalogue, counting, sequencer
from pinzhi.kernel.registers.models import PublicRecord, Record
from tests.apps.standards import declaring
from tests.apps.standards.declaring import firm, official, said, with_value
from tests.doors.api.conftest import Caller, caller
from tests.doors.console.conftest import console_settings, login

__all__ = ["caller", "console_settings", "login"]

pytestmark = pytest.mark.django_db(databases=["default", "portal"])
TODAY = date(2026, 11, 20)
CLASS = "儿童纺织产品 B类"
PLAN: dict[str, Any] = {
    "title": "2026年儿童T恤衫企业标准排行榜",
    "product_class": CLASS,
    "sector": "children",
    "year": 2026,
    "evaluator": "云岭省标准化研究院",
    "region": "350000",
    "fewer_core": "该类产品可分级指标较少",
    "indicators": [
        {"name": "甲醛含量", "role": "core", "kind": "mass_fraction", "better": "lower", "unit": "mg/kg", "floor": "≤75",
         "floor_source": "GB 31701-2015", "tiers": "≤10；≤20；≤75", "method": "GB/T 2912.1"},
        {"name": "起球", "role": "core", "kind": "grey_scale_grade", "better": "higher", "floor": "≥3级", "floor_source": "GB/T 22849-2014"},
        {"name": "pH值", "role": "basic", "kind": "ph", "floor": "4.0–8.5", "floor_source": "GB 31701-2015"},
    ],
}  # fmt: skip


@pytest.fixture(autouse=True)
def world(db: None) -> Any:
    catalogue.sync()
    with clock.at(TODAY):
        declaring.firms(1, 2, 3, 4, 5)
        declaring.standards()
        declaring.limits()
        yield


def declared() -> dict[int, str]:
    """Five firms: the best, the middle, the lowest, one below the mandatory standard, one with a lapsed standard."""
    own = {
        1: {"indicators": with_value("甲醛含量", "≤10")},
        2: {"indicators": with_value("起球", "≥3级")},
        3: {"indicators": with_value("甲醛含量", "≤75")},
        4: {"indicators": with_value("甲醛含量", "≤100")},
        5: {"standard_no": "GB/T 22849-2009"},
    }
    return {n: declare([said(**changes)], by=firm(n))[0].number for n, changes in own.items()}


def computed() -> tuple[Ranking, dict[int, str]]:
    found = declared()
    row = save_ranking(None, PLAN, by=official("wang", "clerk"))
    return compute_ranking(row.number, by=official("wang", "clerk")), found


def placed(row: Ranking) -> list[list[list[str]]]:
    return [[[p["key"] for p in tier["places"]] for tier in one["tiers"]] for one in row.result["lists"]]


@pytest.mark.django_db(databases=["default", "portal"], transaction=True)
def test_from_plan_to_the_shoppers_page() -> None:
    row, keys = computed()
    assert placed(row) == [[[keys[1]], [keys[2]], [keys[3]]], [[keys[1], keys[3]], [keys[2]]]]
    assert row.result["leaders"] == [keys[1]]
    assert {one["key"] for one in row.result["refused"]} == {keys[4], keys[5]}
    with pytest.raises(Refused) as refused:
        publish_ranking(row.number, by=official("wang", "clerk", "approver"))
    assert refused.value.code == "second_person"
    with pytest.raises(NotPermitted):
        publish_ranking(row.number, by=official("wang", "clerk"))
    publish_ranking(row.number, by=official("li", "approver"))
    sequencer.drain()
    page = Client().get(f"/rankings/{row.number}/").content.decode()
    assert "第 1 档" in page and "榕江1服饰有限公司" in page and "≤75" in page and "越低越好" in page
    assert "榕江4服饰有限公司" not in page and "榕江5服饰有限公司" not in page
    assert row.title in Client().get("/rankings/").content.decode()
    assert row.title in Client().get("/registers/d04_rankings/atom.xml").content.decode()
    record = PublicRecord.objects.get(register="d04_rankings")
    kept = Client().get(f"/registers/d04_rankings/records/{row.number}/").content.decode()
    assert f'href="/rankings/{row.number}/"' in kept  # who comes by the register finds the shopper's page
    assert (record.values["entered"], record.values["not_entered"]) == (3, 2)


def test_computing_again_gives_the_same_and_follows_the_day() -> None:
    row, keys = computed()
    before = row.result
    assert compute_ranking(row.number, by=official("wang", "clerk")).result == before
    with clock.at(date(2026, 12, 1)):
        withdraw_declaration(keys[1], "停产", by=firm(1))
        assert keys[1] not in compute_ranking(row.number, by=official("wang", "clerk")).result["entered"]
        again = compute_ranking(row.number, as_of=TODAY, by=official("wang", "clerk"))
        assert again.result == before


END = date(2027, 11, 19)


@pytest.mark.django_db(databases=["default", "portal"], transaction=True)
def test_front_runners_have_a_term_and_leave_when_it_is_over() -> None:
    row, keys = computed()
    approver = official("li", "approver")
    with pytest.raises(Refused):
        select_front_runners(row.number, [keys[1]], END, by=approver)
    publish_ranking(row.number, by=approver)
    with pytest.raises(RefusedRows):
        select_front_runners(row.number, [keys[2]], END, by=approver)
    for end in (None, date(2026, 11, 20)):
        with pytest.raises(Refused, match="until when"):
            select_front_runners(row.number, [keys[1]], end, by=approver)
    (number,) = select_front_runners(row.number, [keys[1]], END, by=approver)
    with pytest.raises(RefusedRows):
        select_front_runners(row.number, [keys[1]], END, by=approver)
    record = Record.objects.get(register="d05_front_runners", key=number)
    assert record.subject == declaring.code(1) and record.valid_until == date(2027, 11, 19)
    assert record.values["values"][0] == {
        "indicator": "甲醛含量",
        "value": "≤10 mg/kg",
        "floor": "≤75 mg/kg GB 31701-2015",
    }
    assert FrontRunner.objects.get().declaration == keys[1]
    sequencer.drain()
    assert "领跑者" in Client().get(f"/rankings/{row.number}/").content.decode()

    def in_term(day: date) -> Any:
        return counting.count(counting.spec_of("d05_front_runners", "front_runners", on=day)).value

    assert (in_term(TODAY), in_term(date(2027, 11, 19)), in_term(date(2027, 11, 20))) == (1, 1, 0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "必填"),
        ({"indicators": []}, "没有核心指标"),
        ({"fewer_core": ""}, "原则上不少于 3"),
        ({"indicators": [{**PLAN["indicators"][0], "tiers": "≤75；≤10"}]}, "从最好到最低"),
        ({"indicators": [{**PLAN["indicators"][0], "tiers": "≤100"}]}, "低于 GB 31701-2015"),
        ({"indicators": [{**PLAN["indicators"][0], "kind": "魔法"}]}, "可选范围"),
        ({"indicators": [{"name": "甲醛含量"}]}, "必填"),
    ],
)
def test_a_plan_that_cannot_be_used_is_refused_with_its_place(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(RefusedRows) as refused:
        save_ranking(None, {**PLAN, **changes}, by=official("wang", "clerk"))
    assert any(words in e.wrong_zh for e in refused.value.rows), refused.value.rows
    assert not Ranking.objects.exists()


def test_no_list_no_publication_and_what_is_published_stays() -> None:
    for n in (1, 2):
        declare([said()], by=firm(n))
    row = save_ranking(None, PLAN, by=official("wang", "clerk"))
    compute_ranking(row.number, by=official("wang", "clerk"))
    with pytest.raises(Refused) as refused:
        publish_ranking(row.number, by=official("li", "approver"))
    assert refused.value.code == "no_list"


@pytest.mark.django_db(databases=["default", "portal"], transaction=True)
def test_a_published_ranking_is_taken_down_with_a_reason() -> None:
    row, _ = computed()
    approver = official("li", "approver")
    publish_ranking(row.number, by=approver)
    for call in (
        lambda: save_ranking(row.number, PLAN, by=official("wang", "clerk")),
        lambda: compute_ranking(row.number, by=official("wang", "clerk")),
        lambda: withdraw_ranking(row.number, " ", by=approver),
    ):
        with pytest.raises(Refused):
            call()
    withdraw_ranking(row.number, "评估数据有误", by=approver)
    sequencer.drain()
    assert Client().get(f"/rankings/{row.number}/").status_code == 404


def chosen() -> tuple[Ranking, str]:
    """A published ranking with one front runner."""
    row, keys = computed()
    li = official("li", "approver")
    publish_ranking(row.number, by=li)
    (number,) = select_front_runners(row.number, [keys[1]], date(2027, 11, 1), by=li)
    return row, number


def test_whether_a_commitment_is_kept_is_entered_and_public() -> None:
    row, number = chosen()
    clerk = official("zhao", "clerk")
    record = Record.objects.get(register="d05_front_runners", key=number)
    assert record.values["commitment_kept"] == "not_checked"
    with clock.at(date(2026, 12, 21)):
        record_fulfilment(
            number, "broken", "抽查30份退货记录，2份超过七日。", checked_on=date(2026, 12, 20), by=clerk
        )
        record = Record.objects.get(register="d05_front_runners", key=number)
        assert (
            record.values["commitment_kept"] == "broken"
            and record.values["commitment_checked_on"] == "2026-12-20"
        )
        assert record.valid_until == date(2027, 11, 1) and record.values["ranking_no"] == row.number
        for kept, note, day, code in (
            ("kept", " ", None, "no_finding"),
            ("perhaps", "看了", None, "no_such_answer"),
            ("kept", "看了", date(2026, 12, 22), "day_outside"),
            ("kept", "看了", date(2026, 11, 19), "day_outside"),
        ):
            with pytest.raises(Refused) as refused:
                record_fulfilment(number, kept, note, checked_on=day, by=clerk)
            assert refused.value.code == code
        with pytest.raises(NotPermitted):
            record_fulfilment(number, "kept", "看了", by=firm(1))
        with pytest.raises(NotPermitted):
            record_fulfilment(number, "kept", "看了", by=official("other", "clerk", region="350200"))
        record_fulfilment(number, "not_checked", "", by=clerk)
        assert "commitment_note" not in Record.objects.get(register="d05_front_runners", key=number).values


def test_a_check_of_a_commitment_on_the_page(login: Callable[..., Client]) -> None:
    row, number = chosen()
    clerk = login("zhao", "clerk@350000")
    here = f"/console/standards/rankings/{row.number}/"
    assert "记录承诺核查" in clerk.get(here).content.decode()
    sent = {"front_runner": number, "kept": "kept", "note": "退货均在七日内办结", "checked_on": "2026-11-20"}
    assert clerk.post(f"{here}fulfilment/", sent).status_code == 302
    page = clerk.get(here).content.decode()
    assert "承诺已兑现" in page and "退货均在七日内办结" in page
    assert FrontRunner.objects.get().commitment_kept == "kept"


def test_rankings_by_api(caller: Callable[..., Caller]) -> None:
    row, number = chosen()
    second = save_ranking(None, {**PLAN, "title": "乙"}, by=official("wang", "clerk"))
    reader = caller("reader", "clerk@350000")
    page = reader.get("/standards/rankings?limit=1")
    assert [one["number"] for one in page["items"]] == [row.number] and page["items"][0]["entered"] == 3
    following = reader.get(f"/standards/rankings?limit=1&cursor={page['next']}") if page.get("next") else page
    assert {one["number"] for one in (*page["items"], *following["items"])} <= {row.number, second.number}
    found = reader.get(f"/standards/rankings/{row.number}")
    formaldehyde, pilling = found["lists"]
    assert formaldehyde["indicator"] == "甲醛含量" and [t["tier"] for t in formaldehyde["tiers"]] == [1, 2, 3]
    assert formaldehyde["tiers"][0]["places"][0]["enterprise"] == "榕江1服饰有限公司" and pilling["tiers"]
    assert [one["number"] for one in found["front_runners"]] == [number]
    answer = Client().get(f"/api/v1/standards/rankings/{row.number}", headers=reader.headers())
    again = Client().get(
        f"/api/v1/standards/rankings/{row.number}",
        headers=reader.headers(**{"If-None-Match": answer.headers["ETag"]}),
    )
    assert again.status_code == 304 and not again.content
    stranger = caller("other", speaks_for="enterprise", party=declaring.code(5))
    assert [one["number"] for one in stranger.get("/standards/rankings")["items"]] == [row.number]
    assert stranger.get(f"/standards/rankings/{second.number}", 404)["code"] == "no_such_ranking"


@pytest.mark.django_db(databases=["default", "portal"], transaction=True)
def test_shoppers_read_whether_a_commitment_is_kept() -> None:
    row, number = chosen()
    record_fulfilment(number, "broken", "抽查30份退货记录，2份超过七日。", by=official("zhao", "clerk"))
    sequencer.drain()
    page = Client().get(f"/rankings/{row.number}/").content.decode()
    assert "承诺未兑现（经核查）" in page and "承诺已兑现" not in page


def test_the_form_of_a_plan_names_its_fields_and_what_is_missing(login: Callable[..., Client]) -> None:
    page = login("wang", "clerk").post("/console/standards/rankings/new/", {}).content.decode()
    assert "消费品领域" in page and ">字段" not in page
    assert "请填写此项" in page and "这个字段是必填项" not in page.split("评估指标")[0]
