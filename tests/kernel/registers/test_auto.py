"""What the calendar does: terms that end, periods that run out, reminders before them, told once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pinzhi.kernel import clock
from pinzhi.kernel.audit.models import AuditEvent
from pinzhi.kernel.jobs import daily, reminders
from pinzhi.kernel.jobs.models import Notice
from pinzhi.kernel.registers import auto, catalogue
from pinzhi.kernel.registers.actions.carry_out import Item, carry_out
from pinzhi.kernel.registers.actions.keep_draft import keep_draft
from pinzhi.kernel.registers.definitions import Auto
from pinzhi.kernel.registers.models import Draft, Entry, Record
from tests.doors.console.conftest import CQO, firm, official, sample

pytestmark = pytest.mark.django_db
DAY = date(2024, 5, 10)
LAST = date(2027, 5, 9)


@pytest.fixture(autouse=True)
def definitions(db: None) -> None:
    catalogue.sync()


def appoint(number: int, on: date = DAY) -> str:
    with clock.at(on):
        item = Item(subject=firm(number), region="350100", values=sample())
        (ref,) = carry_out(CQO, "enter_decision", [item], by=official("wang", "clerk"))
    return ref.key


def test_a_term_ends_on_the_day_after_its_last() -> None:
    keys = [appoint(n) for n in range(3)]
    renewed = appoint(9, date(2025, 1, 1))
    register = catalogue.get(CQO)
    with clock.at(LAST):
        assert auto.run(register, LAST) == 0
    after = LAST + timedelta(days=4)
    with clock.at(after):
        assert auto.run(register, after) == 3
        assert auto.run(register, after) == 0, "done is done"
    records = Record.objects.filter(key__in=keys)
    assert set(records.values_list("state", flat=True)) == {"expired"}
    entry = Entry.objects.filter(key=keys[0]).latest("id")
    assert (entry.kind, entry.by, entry.effective_on) == ("expire", "calendar", LAST + timedelta(days=1))
    assert Record.objects.get(key=renewed).state == "appointed"
    assert AuditEvent.objects.get(action="registers.auto").count == 3


def test_all_registers_are_asked_by_the_daily_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auto, "BATCH", 2)
    for number in range(5):
        appoint(number)
    with clock.at(date(2027, 6, 1)):
        assert daily.run("registers.auto", date(2027, 6, 1)) == 5


def test_a_period_runs_out() -> None:
    key = appoint(1)
    record = Record.objects.get(key=key)
    rule = Auto.model_validate({"from": "appointed", "to": "ended", "when": "period_over", "days": 10})
    assert auto.ends_on(rule, record.state_since) == DAY + timedelta(days=10)
    register = catalogue.get(CQO)
    assert auto._due(register, rule, DAY + timedelta(days=10)) == []
    assert auto._due(register, rule, DAY + timedelta(days=11)) == [key]


@pytest.mark.parametrize(
    ("left", "reach"), [(0, 7), (7, 7), (8, 30), (30, 30), (31, 60), (60, 60), (61, None), (-1, None)]
)
def test_reaches(left: int, reach: int | None) -> None:
    assert auto.reach_of(left, auto.VALIDITY_REACHES) == reach


def test_holder_and_keeper_are_told_once_in_each_reach(account: object) -> None:
    make = account
    boss = make("boss", speaks_for="enterprise", party=firm(1))  # type: ignore[operator]
    keeper = make("wang", f"clerk/{CQO}@350100")  # type: ignore[operator]
    elsewhere = make("far", f"clerk/{CQO}@350200")  # type: ignore[operator]
    key = appoint(1)
    appoint(2)
    for day, told in (
        (LAST - timedelta(days=61), 0),
        (LAST - timedelta(days=60), 1),
        (LAST - timedelta(days=45), 1),
    ):
        with clock.at(day):
            reminders.send("registers.validity", day)
        assert Notice.objects.filter(user_id=boss.pk).count() == told, day
    with clock.at(LAST - timedelta(days=3)):
        reminders.send("registers.validity", LAST - timedelta(days=3))
    assert Notice.objects.filter(user_id=boss.pk).count() == 2
    mine = Notice.objects.filter(user_id=boss.pk).latest("id")
    assert mine.link.endswith(f"/records/{key}/") and "榕江食品有限公司" in mine.text_zh
    kept = Notice.objects.filter(user_id=keeper.pk)
    assert kept.count() == 2 and "2 条" in kept.latest("id").text_zh
    assert not Notice.objects.filter(user_id=elsewhere.pk).exists()


def test_who_acts_is_told_before_a_deadline(account: object) -> None:
    reviewer = account("zhao", f"reviewer/{CQO}@350100")  # type: ignore[operator]
    with clock.at(DAY):
        item = Item(subject=firm(1), region="350100", values=sample())
        carry_out(CQO, "report", [item], by=official("wang", "clerk"))
    register = catalogue.get(CQO)
    from pinzhi.kernel.registers.queries import deadline_of

    due = deadline_of(register, Record.objects.get())
    assert due is not None and due.who == "reviewer"
    for day in (due.on - timedelta(days=1), due.on - timedelta(days=1), due.on + timedelta(days=1)):
        with clock.at(day):
            reminders.send("registers.deadlines", day)
    notice = Notice.objects.get(user_id=reviewer.pk)
    assert notice.due == due.on and str(due.on) in notice.text_zh


def test_old_drafts_are_dropped() -> None:
    import uuid

    me = official("wang", "clerk")
    with clock.at(date(2025, 1, 1)):
        keep_draft(uuid.uuid4(), register=CQO, transition="report", data={}, by=me)
    with clock.at(date(2025, 9, 1)):
        keep_draft(uuid.uuid4(), register=CQO, transition="report", data={}, by=me)
        auto.drop_drafts(date(2025, 9, 1))
    assert Draft.objects.count() == 1
