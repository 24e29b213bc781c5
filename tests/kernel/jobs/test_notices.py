"""Who is told what, once; by which ways it leaves the house; what the day brings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from croniter import croniter
from django.core import mail
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings as SettingsWrapper

from pinzhi.kernel import clock
from pinzhi.kernel.access.models import User
from pinzhi.kernel.access.queries import actor_for_user
from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.jobs import daily, delivery, reminders, tasks
from pinzhi.kernel.jobs.actions.read_notice import read_all, read_notice
from pinzhi.kernel.jobs.models import JobProgress, Notice
from pinzhi.kernel.jobs.notify import notify
from pinzhi.kernel.jobs.queries import inbox, unread_count
from tests.kernel.access.conftest import PASSWORD, account, fast_passwords  # noqa: F401

Make = Callable[..., User]


class Phones:
    sent: list[tuple[str, str]] = []

    def send(self, phone: str, text: str) -> None:
        self.sent.append((phone, text))


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(daily, "_steps", {})
    monkeypatch.setattr(reminders, "_providers", {})
    yield


def told() -> set[str]:
    return set(Notice.objects.values_list("user__username", flat=True))


def test_a_role_is_told_where_it_is_held(account: Make) -> None:  # noqa: F811
    account("city", "reviewer@350100")
    account("province", "reviewer@350000")
    account("other", "reviewer@350200")
    account("clerk", "clerk@350100")
    account("cqo", "reviewer/e01_cqo@350100")
    closed = account("closed", "reviewer@350100")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    assert notify(zh="请审核", en="Review", role="reviewer", register="e02_brand", region="350102") == 2
    assert told() == {"city", "province"}
    Notice.objects.all().delete()
    notify(zh="请审核", en="Review", role="reviewer", register="e01_cqo", region="350102")
    assert told() == {"city", "province", "cqo"}


def test_what_is_for_a_role_that_nobody_holds_goes_to_the_administrators(account: Make) -> None:  # noqa: F811
    account("admin", "administrator@350000")
    account("clerk", "clerk@350100")
    assert notify(zh="请审批", en="Approve", role="approver", region="350100") == 1
    assert told() == {"admin"}


def test_a_party_is_told_once_under_a_key(account: Make) -> None:  # noqa: F811
    firm = {"speaks_for": "enterprise", "party": "91350100MA2XTEST1K"}
    one = account("one", **firm)
    account("two", **firm)
    account("rival", speaks_for="enterprise", party="91350100MA2XOTHER0")
    assert notify(zh="到期", en="Expires", party=firm["party"], key="validity:A1:30") == 2
    assert notify(zh="到期", en="Expires", party=firm["party"], users=[one], key="validity:A1:30") == 0
    assert notify(zh="到期", en="Expires", party=firm["party"], key="validity:A1:7") == 2
    assert notify(zh="到期", en="Expires", party="") == 0
    assert told() == {"one", "two"}


def test_an_inbox_is_ones_own(account: Make) -> None:  # noqa: F811
    wang = account("wang")
    me, other = (actor_for_user(user, clock.today()) for user in (wang, account("zhao")))
    notify(zh="一", en="one", users=[wang])
    notify(zh="二", en="two", users=[wang])
    assert [notice.text_zh for notice in inbox(by=me)] == ["二", "一"]
    with pytest.raises(NotFound):
        read_notice(notice_id=Notice.objects.first().pk, by=other)  # type: ignore[union-attr]
    read_notice(notice_id=inbox(by=me)[0].pk, by=me)
    assert unread_count(by=me) == 1
    assert read_all(by=me) == 1
    assert unread_count(by=me) == 0
    assert read_all(by=other) == 0


def test_mail_and_sms_go_out_only_where_settings_say_so(account: Make, settings: SettingsWrapper) -> None:  # noqa: F811
    user = account("wang")
    User.objects.filter(pk=user.pk).update(email="wang@example.com", phone="13800000000", language="en")
    waiting = ProcrastinateJob.objects.filter(task_name="jobs.deliver")
    notify(zh="请审核", en="Please review", users=[user])
    assert not waiting.exists()
    settings.PINZHI_MAIL, settings.PINZHI_SMS = "memory", f"{__name__}.Phones"
    notify(zh="请审核", en="Please review\nBcc: x@example.com", users=[user], link="/console/x/")
    job = waiting.get()
    Phones.sent.clear()
    tasks.deliver.func(**job.args)
    message = mail.outbox[0]
    assert message.to == ["wang@example.com"]
    assert "\n" not in message.subject and "Please review" in message.subject
    assert "/console/x/" in str(message.body)
    assert Phones.sent == [("13800000000", "Please review\nBcc: x@example.com")]
    User.objects.filter(pk=user.pk).update(is_active=False)
    tasks.deliver.func(**job.args)
    assert len(mail.outbox) == 1
    settings.PINZHI_MAIL, settings.PINZHI_SMS = "none", ""
    assert not delivery.anything_sent()


def test_the_day_begins_at_ten_past_midnight_in_shanghai() -> None:
    after = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    first = croniter(tasks.EVERY_DAY, after).get_next(datetime)
    assert first.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M") == "2026-03-02 00:10"


def test_each_step_of_the_day_and_each_provider_is_a_task(db: None, steps: None) -> None:
    done: list[tuple[str, date]] = []
    daily.register("second", order=20)(lambda day: done.append(("second", day)))
    daily.register("first", order=10)(lambda day: done.append(("first", day)))
    reminders.register("expiring")(lambda day: [])
    with pytest.raises(ValueError, match="twice"):
        daily.register("first")(lambda day: None)
    with clock.at(date(2026, 3, 2)):
        tasks.new_day.func(timestamp=0)
    jobs = list(ProcrastinateJob.objects.order_by("-priority").values_list("task_name", "args"))
    assert jobs == [
        ("jobs.run_step", {"name": "first", "day": "2026-03-02"}),
        ("jobs.run_step", {"name": "second", "day": "2026-03-02"}),
        ("jobs.remind", {"name": "expiring", "day": "2026-03-02"}),
    ]
    tasks.run_step.func(name="second", day="2026-03-02")
    assert done == [("second", date(2026, 3, 2))]


def test_a_reminder_is_told_once(account: Make, steps: None) -> None:  # noqa: F811
    account("clerk", "clerk@350100")

    @reminders.register("validity")
    def expiring(day: date) -> Iterator[reminders.Reminder]:
        left = (date(2026, 4, 1) - day).days
        if left in (30, 7):
            yield reminders.Reminder(
                key=f"A1:2026-04-01:{left}",
                zh="A1 将到期",
                en="A1 expires",
                due=date(2026, 4, 1),
                role="clerk",
                region="350100",
            )

    days = [date(2026, 3, 2), date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 25)]
    assert [reminders.send("validity", day) for day in days] == [1, 0, 0, 1]
    assert set(Notice.objects.values_list("due", flat=True)) == {date(2026, 4, 1)}


@pytest.mark.urls("tests.kernel.access.urls")
def test_the_pages(account: Make, client: Client) -> None:  # noqa: F811
    user = account("wang", "clerk@350100")
    client.post("/accounts/login/", {"login": "wang", "password": PASSWORD})
    assert "没有未读消息" in client.get("/console/jobs/inbox/").content.decode()
    notify(zh="请审核 A1", en="Review A1", users=[user], link="/console/x/", due=date(2026, 4, 1))
    notify(zh="外部", en="outside", users=[user], link="https://evil.example/")
    page = client.get("/console/jobs/inbox/").content.decode()
    assert "请审核 A1" in page and "2026-04-01" in page
    first, second = Notice.objects.order_by("id")
    assert client.post(f"/console/jobs/inbox/{first.pk}/")["Location"] == "/console/x/"
    assert client.post(f"/console/jobs/inbox/{second.pk}/")["Location"] == "/console/jobs/inbox/"
    assert unread_count(by=actor_for_user(user, clock.today())) == 0

    job = JobProgress.objects.create(
        kind="k",
        title_zh="导入企业",
        title_en="Import",
        started_by="wang",
        user_id=user.pk,
        state="running",
        done=30,
        total=100,
    )
    address = f"/console/jobs/{job.pk}/"
    assert "导入企业" in client.get("/console/jobs/").content.decode()
    assert "<html" in client.get(address).content.decode()
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part and f'hx-get="{address}"' in part and 'value="30"' in part
    data = client.get(address, headers={"Accept": "application/json"}).json()
    assert (data["state"], data["done"], data["total"]) == ("running", 30, 100)
    assert client.post(f"{address}stop/").status_code == 302
    JobProgress.objects.filter(pk=job.pk).update(state="done", done=100)
    assert "hx-get" not in client.get(address, headers={"HX-Request": "true"}).content.decode()
    account("zhao", "clerk@350100")
    stranger = Client()
    stranger.post("/accounts/login/", {"login": "zhao", "password": PASSWORD})
    assert stranger.get(address).status_code == 404
