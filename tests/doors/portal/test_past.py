"""Earlier days of what is public, what comes first, what does not fit a spreadsheet, and a copy that stays right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.test import Client

from pinzhi.doors.portal import kept
from pinzhi.doors.portal.views import downloads, registers
from pinzhi.kernel import clock
from pinzhi.kernel.places.queries import forget
from pinzhi.kernel.registers import catalogue, public, publisher
from pinzhi.kernel.registers.actions.carry_out import Item, carry_out
from pinzhi.kernel.registers.actions.correct_entry import correct_entry
from pinzhi.kernel.registers.queries import history

from .world import CQO, KEEPER, appoint, enlist, sequence

pytestmark = pytest.mark.django_db(databases=["default", "portal"], transaction=True)


@pytest.fixture(autouse=True)
def definitions(transactional_db: None) -> Iterator[None]:
    forget()
    kept.forget()
    catalogue.sync()
    yield
    kept.forget()


def test_a_register_and_a_record_as_they_stood(stranger: Client) -> None:
    """Two officers; of the second it was found in June that it began in May and not in March."""

    enlist(1, "榕江食品有限公司")
    first, second = appoint(1, date(2024, 3, 10)), appoint(2, date(2024, 3, 10))
    with clock.at(date(2024, 6, 1)):
        for view in history(CQO, second):
            if not view.void:
                correct_entry(
                    CQO, second, view.entry.id, {}, by=KEEPER, reason="day", effective_on=date(2024, 5, 1)
                )
    sequence()
    address = f"/registers/{CQO}/as-of/"

    def shown(query: str) -> list[str]:
        page = stranger.get(f"{address}?{query}").content.decode()
        return [key for key in (first, second) if key in page]

    assert shown("on=2024-03-09") == []
    assert shown("on=2024-04-01") == [first], "as we know it now"
    assert shown("on=2024-04-01&known=2024-04-02") == [first, second], "as it was known then"
    assert shown("on=2024-05-01") == [first, second]
    assert shown("on=soon") == [first, second], "what is no day is today"
    page = stranger.get(f"{address}?on=2024-04-01").content.decode()
    assert "榕江食品有限公司" in page and f"/registers/{CQO}/records/{first}/?on=2024-04-01" in page
    record = f"/registers/{CQO}/records/{second}/"
    assert "该日没有有效内容" in stranger.get(f"{record}?on=2024-04-01").content.decode()
    assert "已聘任" in stranger.get(f"{record}?on=2024-04-01&known=2024-04-02").content.decode()
    assert address in stranger.get(f"/registers/{CQO}/").content.decode()


def test_lists_begin_with_what_is_new(stranger: Client) -> None:
    old, new = appoint(1, date(2024, 3, 10)), appoint(2, date(2025, 3, 10))
    for number, name in ((1, "乙企业"), (2, "甲企业")):
        enlist(number, name)
    sequence()
    page = stranger.get(f"/registers/{CQO}/").content.decode()
    assert page.index(new) < page.index(old)
    page = stranger.get("/registers/p_enterprises/").content.decode()
    assert page.index("甲企业") < page.index("乙企业"), "rosters are looked up by name"


def test_more_rows_than_a_spreadsheet_holds(stranger: Client, monkeypatch: pytest.MonkeyPatch) -> None:

    for number in range(3):
        appoint(number)
    sequence()
    monkeypatch.setattr(downloads, "MOST_XLSX", 2)
    monkeypatch.setattr(registers, "MOST_XLSX", 2)
    address = f"/registers/{CQO}/download/xlsx/?search=CQO"
    page = stranger.get(address, headers={"Accept": "text/html"})
    text = page.content.decode()
    assert page.status_code == 422 and "行数过多" in text and "download/csv/?search=CQO" in text
    program = stranger.get(address, headers={"Accept": "*/*"})
    assert program.status_code == 422 and program.json()["code"] == "too_many_rows"
    assert "XLSX 最多 2 行" in stranger.get(f"/registers/{CQO}/").content.decode()


def test_a_copy_stays_what_is_public(stranger: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks on with `changed` learns of what closes and of what opens later, and of nothing twice for ever."""

    monkeypatch.setattr(public, "SETTLED", timedelta(0))
    keys = [appoint(number) for number in range(3)]
    sequence()
    address = f"/registers/{CQO}/entries"
    body = stranger.get(f"{address}?since=0").json()
    copy = {entry["index"]: entry["groups"] for entry in body["entries"]}
    mark = "0"

    def follow(mark: str) -> tuple[str, int]:
        nonlocal copy
        told = 0
        for _ in range(40):
            answer = stranger.get(address, {"changed": mark, "limit": 2}).json()
            mark = answer["changed"]
            for entry in answer["entries"]:
                told += 1
                if entry.get("closed"):
                    copy.pop(entry["index"], None)
                else:
                    copy[entry["index"]] = entry["groups"]
            if not answer["more"]:
                return mark, told
        raise AssertionError("the feed does not end")

    def open_now() -> dict[int, object]:
        return {
            e["index"]: e["groups"] for e in stranger.get(f"{address}?since=0&limit=500").json()["entries"]
        }

    mark, told = follow(mark)
    assert copy == open_now() and told == len(copy)
    mark, told = follow(mark)
    assert told == 0
    carry_out(CQO, "end", [Item(key=keys[0], reason="离任")], by=KEEPER)
    appoint(7)
    sequence()
    mark, told = follow(mark)
    assert copy == open_now() and told >= 2
    # What closes is told, by its place alone; what opens again is told again.
    whole, nothing = publisher.opening, publisher.Opening(frozenset(), None)
    monkeypatch.setattr(publisher, "opening", lambda *given: nothing)
    before = len(copy)
    publisher.publish(CQO, [keys[1]])
    mark, told = follow(mark)
    assert copy == open_now() and told >= 1 and len(copy) < before
    monkeypatch.setattr(publisher, "opening", whole)
    publisher.publish(CQO, [keys[1]])
    mark, told = follow(mark)
    assert copy == open_now() and len(copy) == before
    everything, copy = copy, {}
    follow("0")
    assert copy == everything, "a reader who begins again comes to the same"
    for wrong in ("x", "~", "2024-01-01~1", "2024-01-01T00:00:00+00:00~x", "9" * 70):
        assert stranger.get(address, {"changed": wrong}).status_code == 400, wrong
