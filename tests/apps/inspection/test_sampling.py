"""Records from a phone: taken once, refused with a reason, kept as an attempt; hand-overs; papers."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from pinzhi.apps.inspection import papers_sampling, queries_sampling
from pinzhi.apps.inspection.actions.hand_over_sample import hand_over_sample
from pinzhi.apps.inspection.actions.issue_sampling_sheet import issue_sampling_sheet
from pinzhi.apps.inspection.actions.keep_seals import report_seals
from pinzhi.apps.inspection.actions.receive_record import receive_record
from pinzhi.apps.inspection.forms_sampling import read
from pinzhi.apps.inspection.models import Attempt, FieldRecord, Report, Sample, Seal, Task
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, NotFound, NotPermitted, Refused, RefusedRows
from tests.apps.inspection import sampling_world as phone
from tests.apps.inspection import world
from tests.apps.inspection.test_pages import login

pytestmark = pytest.mark.django_db
WANG, LI, STRANGER = (
    world.official("wang", "clerk"),
    world.official("li", "clerk"),
    world.official("zhao", "clerk"),
)
LAB = Actor("lab", "body", world.LABORATORY, "lab")


@pytest.fixture
def task() -> Task:
    world.rules()
    made = phone.task(world.programme("XZ-TEX"), phone.samplers("wang", "li"))
    phone.seals()
    return made


def test_the_same_record_twice_is_one(task: Task) -> None:
    one = phone.record()
    first = phone.send(one, by=WANG)
    second = phone.send(dict(reversed(one.items())), by=WANG)  # the order of keys is no content
    assert (first.again, second.again) == (False, True) and first.number == second.number
    sample = Sample.objects.get()
    assert FieldRecord.objects.get().sample == sample and sample.number == first.number
    task.refresh_from_db()
    assert task.status == Task.Status.SAMPLED and sample.task == task
    assert [p["kind"] for p in sample.photos] == ["goods"] and sample.photos[0]["sha256"] == one["photos"][0][
        "sha256"
    ]
    assert [(s["role"], bool(s["sha256"])) for s in sample.signatures] == [
        ("firm", True),
        ("inspector", False),
    ]
    assert str(sample.price) == "128.00" and sample.inspectors == task.inspectors
    assert {s.number: s.backup for s in sample.seals.all()} == {phone.SEALS[0]: False, phone.SEALS[1]: True}
    assert [e.kind for e in queries_sampling.custody_of(sample)] == ["taken"]
    assert Attempt.objects.count() == 0


def test_changed_after_it_was_received(task: Task) -> None:
    one = phone.record()
    number = phone.send(one, by=WANG).number
    with pytest.raises(Conflict) as refused:
        phone.send(one | {"price": "99"}, by=WANG)
    assert refused.value.code == "record_differs" and number in refused.value.zh and refused.value.remedy_zh
    assert str(Sample.objects.get().price) == "128.00"
    with pytest.raises(NotPermitted):
        phone.send(one, by=LI)


def test_two_samplers_send_the_same_task(task: Task) -> None:
    phone.send(phone.record(), by=WANG)
    with pytest.raises(Conflict) as refused:
        phone.send(phone.record(seals=phone.SEALS[2], backup_seals=phone.SEALS[3]), by=LI)
    assert refused.value.code == "task_done" and Sample.objects.count() == 1
    assert Seal.objects.get(number=phone.SEALS[2]).status == Seal.Status.ISSUED


def test_a_stolen_seal(task: Task) -> None:
    with clock.at(date(2026, 4, 3)):
        report_seals([phone.SEALS[0]], stolen=True, region=world.FUJIAN, by=world.CLERK)
    one = phone.record()
    with pytest.raises(RefusedRows) as refused:
        phone.send(one, by=WANG)
    wrong = refused.value.rows[0]
    assert (
        (wrong.column, wrong.value) == ("seals", phone.SEALS[0])
        and "被盗" in wrong.wrong_zh
        and wrong.right_zh
    )
    kept = Attempt.objects.get()
    assert (kept.what, kept.code, kept.key, kept.by) == ("sample", "seals", phone.SEALS[0], "wang")
    assert Sample.objects.count() == FieldRecord.objects.count() == 0
    task.refresh_from_db()
    assert task.status == Task.Status.ASSIGNED
    # The same record with another seal is taken: a refusal used up nothing.
    assert not phone.send(one | {"seals": phone.SEALS[4]}, by=WANG).again


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"sampled_on": "2026-04-01"}, "sampled_on"),  # the day before the task was given
    ({"sampled_on": "2026-04-10"}, "sampled_on"),  # to come
    ({"sampled_on": "2026-02-30"}, "sampled_on"),
    ({"gtin": "6901234567893"}, "gtin"),
    ({"price": "十元"}, "price"),
    ({"price": ""}, "price"),
    ({"price": "NaN"}, "price"),
    ({"seals": ""}, "seals"),
    ({"seals": phone.SEALS[0] + "，" + phone.SEALS[0]}, "seals"),
    ({"backup_seals": "NEVER-1"}, "seals"),
    ({"photos": []}, "photos"),
    ({"signatures": [{"role": "inspector", "name": "甲"}]}, "signatures"),
    ({"outcome": "refused", "refusal": " "}, "refusal"),
    ({"channel": "online"}, "online_platform"),
    ({"product_name": "字" * 201}, "product_name"),
    ({"test_samples": "-2"}, "test_samples"),
]


def test_what_is_refused(task: Task) -> None:
    for changes, column in REFUSED:
        with pytest.raises(RefusedRows) as refused:
            phone.send(phone.record(**changes), by=WANG)
        assert column in [row.column for row in refused.value.rows], changes
    assert Sample.objects.count() == 0
    phone.send(phone.record(), by=WANG)


def test_the_day_of_the_task_itself(task: Task) -> None:
    phone.send(phone.record(sampled_on=phone.MADE.isoformat()), by=WANG)


def test_not_this_inspectors_task(task: Task) -> None:
    phone.samplers("zhao")
    for actor, number in ((STRANGER, task.number), (WANG, "RW-2026-999999")):
        with pytest.raises(NotPermitted) as refused:
            phone.send(phone.record(number), by=actor)
        assert refused.value.code == "not_your_task"
    assert {(a.code, a.by) for a in Attempt.objects.all()} == {
        ("not_your_task", "zhao"),
        ("not_your_task", "wang"),
    }
    assert not queries_sampling.to_take_along(by=STRANGER)
    taken = queries_sampling.to_take_along(by=LI)
    assert [t["number"] for t in taken] == [task.number] and taken[0]["from"] == phone.MADE.isoformat()
    assert json.dumps(taken)


def test_a_picture_that_did_not_arrive_whole(task: Task) -> None:
    files = phone.parts()
    files["photo-1"] = phone.SimpleUploadedFile("p.jpg", phone.picture("blue"))
    for given_files in (files, {"sign-firm": files["sign-firm"]}):
        with pytest.raises(Refused) as refused:
            phone.send(phone.record(), by=WANG, files=given_files)
        assert refused.value.code in ("photo_missing", "file_empty") and Sample.objects.count() == 0


def test_refusal_absence_and_online(task: Task) -> None:
    refusal = phone.record(
        outcome="refused",
        refusal="门卫拒绝进入，出示证件无效",
        signatures=[{"role": "inspector", "name": "甲"}],
    )
    sample = Sample.objects.get(number=phone.send(refusal, by=WANG, files=phone.parts()).number)
    assert sample.outcome == "refused" and "门卫" in sample.refusal and not sample.seals.exists()
    with pytest.raises(NotFound):
        queries_sampling.sample_in_custody("CY-0", by=WANG)
    phone.task(
        task.programme,
        task.inspectors,
        "RW-2026-000002",
    )
    one = phone.record(
        "RW-2026-000002",
        channel="online",
        online_platform="某平台",
        online_order="E12",
        online_payment="wx-1",
    )
    with pytest.raises(RefusedRows) as refused:
        phone.send(one, by=WANG)
    assert {r.wrong_en for r in refused.value.rows} == {
        "no photograph shows the screenshot",
        "no photograph shows the unboxing",
    }
    photo = one["photos"][0]
    one["photos"] = [photo | {"kind": kind, "part": "photo-1"} for kind in ("screenshot", "unboxing")]
    files = phone.parts()
    with clock.at(date(2026, 4, 9)):
        number = receive_record(read(json.dumps(one)), files, by=WANG).number
    bought = Sample.objects.get(number=number)
    assert bought.online["order"] == "E12"
    # Offices read how it was bought; whose goods they are does not learn with what account.
    office = login("office", "clerk").get(f"/console/inspection/samples/{number}/").content.decode()
    assert "E12" in office and "wx-1" in office
    firm = login("firm", speaks_for="enterprise", party=bought.producer_code)
    seen = firm.get(f"/console/inspection/samples/{number}/")
    assert (
        seen.status_code == 200 and "E12" not in seen.content.decode() and "wx-1" not in seen.content.decode()
    )


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda c: (
            st.lists(c, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "id",
                        "task",
                        "photos",
                        "signatures",
                        "seals",
                        "price",
                        "drawn",
                        "role",
                        "name",
                        "outcome",
                    ]
                ),
                c,
                max_size=6,
            )
        ),
    )
)
def test_whatever_comes_is_refused_not_broken(raw: Any) -> None:
    text = json.dumps(raw | {"id": "0b8f6b2e-5a53-4d5e-9d0a-0c6b8a4a3f10"} if isinstance(raw, dict) else raw)
    with pytest.raises(Refused):
        read(text)


def test_hand_overs(task: Task) -> None:
    number = phone.send(phone.record(), by=WANG).number
    with clock.at(date(2026, 4, 10)):
        hand_over_sample(number, "handed_over", to="快递 SF123", seals_intact=True, by=WANG)
        with pytest.raises(Refused) as refused:
            hand_over_sample(number, "received", seals_intact=False, by=LAB)
        assert refused.value.code == "say_what"
        hand_over_sample(number, "received", seals_intact=False, note="封签一角翘起", by=LAB)
        with pytest.raises(Conflict) as twice:  # a second click
            hand_over_sample(number, "received", seals_intact=False, note="封签一角翘起", by=LAB)
        assert twice.value.code == "noted_already"
    sample = Sample.objects.get()
    assert sample.received_on == date(2026, 4, 10)
    assert [(e.kind, e.by, e.seals_intact) for e in queries_sampling.custody_of(sample)] == [
        ("taken", "wang", None), ("handed_over", "wang", True), ("received", "lab", False),
    ]  # fmt: skip
    with pytest.raises(NotFound):
        hand_over_sample(
            number, "received", seals_intact=True, by=Actor("x", "body", world.OTHER_LABORATORY, "x")
        )
    assert list(Attempt.objects.order_by("id").values_list("code", flat=True)) == [
        "say_what",
        "noted_already",
    ]


def test_the_test_sample_and_the_backup_sample_go_their_own_ways(task: Task) -> None:
    number = phone.send(phone.record(), by=WANG).number
    with clock.at(date(2026, 4, 10)):
        hand_over_sample(number, "received", part="backup", seals_intact=True, by=LAB)
        assert Sample.objects.get().received_on is None  # nothing to test has come yet
        hand_over_sample(number, "received", part="test", seals_intact=True, by=LAB)
        hand_over_sample(number, "disposed", part="test", seals_intact=True, by=LAB)
    sample = Sample.objects.get()
    assert sample.received_on == date(2026, 4, 10)
    now = {part: event.kind for part, event in queries_sampling.parts_now(sample) if event}
    assert now == {"test": "disposed", "backup": "received"}
    wrong = [("test", "disposed_already"), ("", "disposed_already"), ("third", "no_such_part")]
    for part, code in wrong:
        with pytest.raises(Refused) as refused:
            hand_over_sample(number, "stored", part=part, seals_intact=True, by=LAB)
        assert refused.value.code == code and Attempt.objects.latest("id").said["part"] == part
    hand_over_sample(number, "stored", part="backup", seals_intact=True, by=LAB)
    Sample.objects.update(backup_samples=0)
    with pytest.raises(Refused) as refused:
        hand_over_sample(number, "stored", part="backup", seals_intact=True, by=LAB)
    assert refused.value.code == "no_backup"


def test_papers(task: Task) -> None:
    number = phone.send(phone.record(), by=WANG).number
    with clock.at(date(2026, 4, 10)):
        paper = issue_sampling_sheet(number, by=WANG)
        assert issue_sampling_sheet(number, by=LI).pk == paper.pk
    assert paper.text.endswith("抽样〔2026〕1号")
    sample = Sample.objects.get()
    made = papers_sampling.sampling_sheet(sample, paper, "https://a.example/console/inspection/custody/1/")
    labels = papers_sampling.labels_of(sample)
    assert [(one.part, one.seal) for one in labels] == [("test", phone.SEALS[0]), ("backup", phone.SEALS[1])]
    sheet = papers_sampling.label_sheet(
        labels * 12, lambda s, part: f"https://a.example/{s.number}?part={part}", 5
    )
    world.entered(world.report(number))
    report = Report.objects.get()
    paper_of_report = papers_sampling.report_paper(
        report, papers_sampling.Proof("https://a.example/r/", "CC-1")
    )
    texts = [
        "".join(p.extract_text() for p in PdfReader(BytesIO(f)).pages) for f in (made, sheet, paper_of_report)
    ]
    for text, wanted in zip(
        texts, ([number, phone.SEALS[0], "128.00"], [number, phone.SEALS[1]], [report.number]), strict=True
    ):
        for one in wanted:
            assert one in text
    assert len(PdfReader(BytesIO(sheet)).pages) == 2


def test_by_the_doors(task: Task) -> None:
    from tests.apps.inspection.accounts import client_of

    client = client_of("wang", "clerk")
    page = client.get("/console/inspection/sampling/")
    assert page.status_code == 200 and "抽样员" not in page.text and task.number not in page.text
    worker = client.get("/console/inspection/sampling/worker.js")
    assert worker["Content-Type"].startswith("text/javascript") and "sampling.css" in worker.text
    with clock.at(date(2026, 4, 9)):
        body = client.get("/console/inspection/sampling/tasks/").json()
        assert [t["number"] for t in body["tasks"]] == [task.number] and body["csrf"]
        one = phone.record()

        def send(files: dict[str, Any]) -> Any:
            return client.post("/console/inspection/sampling/records/", {"record": json.dumps(one), **files})

        first, second = send(phone.parts()), send(phone.parts())
        assert (first.status_code, second.status_code) == (201, 200)
        assert first.json()["number"] == second.json()["number"]
        bad = client.post("/console/inspection/sampling/records/", {"record": "{"})
        assert bad.status_code == 422 and bad.json()["code"] == "no_record"
        address = first.json()["url"]
        assert number_of(address) in client.get(address).text
        for paper in ("labels.pdf", "labels.pdf?skip=9"):
            assert client.get(address + paper).content.startswith(b"%PDF")
        assert client.post(address + "sheet.pdf").content.startswith(b"%PDF")
        assert client.post(address, {"kind": "handed_over", "seals": "broken"}).status_code == 422
        assert (
            client.post(address, {"kind": "handed_over", "seals": "intact", "to": "实验室"}).status_code
            == 302
        )
        assert client.get(f"{address}pictures/{one['photos'][0]['sha256']}/").status_code == 200
        assert client.get(f"{address}pictures/{'0' * 64}/").status_code == 404
    assert Client().get("/console/inspection/sampling/").status_code == 302


def number_of(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2]
