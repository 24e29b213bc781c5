"""Lists, records and steps of registers in the console, as an official uses them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pinzhi.kernel.audit.models import AuditEvent
from pinzhi.kernel.registers.models import Draft, Entry, Record
from tests.doors.console.conftest import CQO, Login, appointed, firm, reported, sample, typed

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

BASE = f"/console/registers/{CQO}/"


def text(response: Any) -> str:
    return response.content.decode()


def test_a_stranger_is_sent_to_the_login(client: Client) -> None:
    assert client.get(BASE)["Location"].startswith("/accounts/login/")


def test_navigation_shows_what_is_of_use(login: Login) -> None:
    clerk = text(login("wang", "clerk@350100").get("/console/"))
    assert "登记册" in clerk and "导入" in clerk and 'href="/console/users/"' not in clerk
    admin = text(login("admin", "administrator@350000").get("/console/"))
    assert 'href="/console/users/"' in admin and 'href="/console/audit/"' not in admin
    auditor = text(login("auditor", "auditor@350000").get("/console/"))
    assert 'href="/console/audit/"' in auditor and 'href="/console/users/"' not in auditor
    assert 'href="/console/registers/imports/"' not in admin
    auditor = text(login("li", "auditor@350000").get("/console/"))
    assert 'href="/console/audit/"' in auditor and 'href="/console/users/"' not in auditor
    firm_page = text(login("boss", speaks_for="enterprise", party=firm(1)).get("/console/"))
    assert "/console/audit/" not in firm_page and "我的记录" in firm_page


def test_index_counts_by_state(login: Login) -> None:
    appointed(1)
    reported(2)
    page = login("wang", "clerk/e01_cqo@350100").get("/console/registers/")
    rows = [row for _title, rows in page.context["sections"] for row in rows]
    assert [(r["register"].name, r["pending"], r["valid"], r["all"]) for r in rows] == [(CQO, 1, 1, 2)]
    assert "首席质量官登记册" in text(page)
    far = login("far", "clerk/e01_cqo@350200").get("/console/registers/")
    assert [r["all"] for _t, rows in far.context["sections"] for r in rows] == [0]


def test_list_filters_and_stays_within_its_regions(login: Login) -> None:
    mine, other = (
        reported(1, enterprise_name="榕江食品有限公司"),
        reported(2, enterprise_name="鹭岛服装有限公司", enterprise_size="small"),
    )
    elsewhere = reported(3, region="350200")
    client = login("wang", "clerk@350100")
    page = text(client.get(BASE))
    assert mine in page and other in page and elsewhere not in page
    assert mine in text(client.get(BASE + "?q=榕江")) and other not in text(client.get(BASE + "?q=榕江"))
    assert other not in text(client.get(BASE + "?f_enterprise_size=medium"))
    assert mine in text(client.get(BASE + "?f_consumer_goods=true"))
    assert mine not in text(client.get(BASE + "?f_consumer_goods=false"))
    assert mine not in text(client.get(BASE + "?state=appointed"))
    assert mine not in text(client.get(BASE + "?region=350200"))
    assert mine in text(client.get(BASE + "?state=reported&region=350100&order=-key"))
    assert client.get(BASE + "?page=x&order=nonsense&state=%27&f_trade=%00").status_code in (200, 400)


def test_without_a_right_there_is_no_list(login: Login) -> None:
    reported(1)
    client = login("wang", "clerk/b02_famous_brands@350100")
    assert client.get(BASE).status_code == 403
    assert client.get("/console/registers/nonsense/").status_code == 404
    assert login("far", "clerk@350200").get(f"{BASE}records/{Record.objects.get().key}/").status_code == 403


def test_list_and_record_ask_few_queries(login: Login) -> None:
    keys = [reported(n) for n in range(1, 26)]
    client = login("wang", "clerk@350100")
    client.get(BASE)
    with CaptureQueriesContext(connection) as seen:
        page = client.get(BASE + "?size=50")
    assert page.status_code == 200 and text(page).count("榕江食品有限公司") >= 25
    assert len(seen) <= 15, [q["sql"][:120] for q in seen]
    with CaptureQueriesContext(connection) as seen:
        assert client.get(f"{BASE}records/{keys[0]}/").status_code == 200
    assert len(seen) <= 20, [q["sql"][:120] for q in seen]


def test_new_record_form_check_and_receipt(login: Login) -> None:
    client = login("wang", "clerk@350100")
    choose = client.get(BASE + "new/")
    assert choose.status_code == 200 and "报送" in text(choose) and "录入已有聘任" in text(choose)
    url = BASE + "new/report/"
    form = client.get(url)
    draft = str(form.context["draft_id"])
    values = {
        "subject": firm(1),
        "region": "350100",
        "draft": draft,
        **typed(sample(person_name="", mobile="12")),
    }
    wrong = client.post(url, values)
    assert wrong.status_code == 422
    assert "请填写：姓名" in text(wrong) or "姓名" in text(wrong)
    assert "榕江食品有限公司" in text(wrong), "nothing typed is lost"
    assert not Entry.objects.exists()
    values |= typed(sample())
    checked = client.post(url, values)
    assert checked["Location"] == f"{url}check/{draft}/"
    answers = text(client.get(checked["Location"]))
    assert "张三" in answers and "榕江食品有限公司" in answers
    done = client.post(checked["Location"], follow=True)
    entry = Entry.objects.get()
    assert (entry.kind, entry.state, entry.subject, entry.by) == ("report", "reported", firm(1), "wang")
    assert str(entry.id) in text(done) and "核对登记" in text(done)
    assert not Draft.objects.exists()
    assert client.post(checked["Location"]).status_code == 404, "sent twice is entered once"
    assert Entry.objects.count() == 1


def test_typing_is_kept_and_gone_on_with(login: Login) -> None:
    client = login("wang", "clerk@350100")
    url = BASE + "new/report/"
    draft = str(client.get(url).context["draft_id"])
    kept = client.post(url + "draft/", {"draft": draft, "person_name": "李四", "employees": "many"})
    assert kept.status_code == 200
    again = text(client.get(f"{url}?draft={draft}"))
    assert "李四" in again and 'value="many"' in again and "pz-wrong" not in again
    assert "暂存" in text(client.get("/console/")) or draft in text(client.get("/console/"))
    other = login("zhao", "clerk@350100")
    assert other.get(f"{url}?draft={draft}").status_code == 404
    assert other.post(url + "draft/", {"draft": draft, "person_name": "x"}).status_code == 404
    assert client.post(f"{url}drop/{draft}/").status_code == 302
    assert not Draft.objects.exists()


def test_an_enterprise_reports_for_itself_and_sees_only_its_own(login: Login) -> None:
    client = login("boss", speaks_for="enterprise", party=firm(7))
    url = BASE + "new/report/"
    form = client.get(url)
    assert 'name="subject"' not in text(form)
    values = {"region": "350100", "draft": str(form.context["draft_id"]), **typed(sample())}
    client.post(client.post(url, values)["Location"])
    record = Record.objects.get()
    assert (record.subject, record.region, record.state) == (firm(7), "350100", "reported")
    page = text(client.get(f"{BASE}records/{record.key}/"))
    assert "张三" in page and "13800000000" in page
    assert not AuditEvent.objects.filter(action="registers.read_private").exists(), (
        "its own file is no secret to it"
    )
    other = login("rival", speaks_for="enterprise", party=firm(8))
    assert other.get(f"{BASE}records/{record.key}/").status_code == 404
    assert record.key not in text(other.get(BASE))
    assert client.get(BASE + "new/enter_decision/").status_code == 403
    assert record.key in text(client.get("/console/"))


def test_reading_what_is_private_is_audited_once(login: Login) -> None:
    key = reported(1)
    client = login("wang", "clerk@350100")
    client.get(f"{BASE}records/{key}/")
    event = AuditEvent.objects.get(action="registers.read_private")
    assert (event.username, event.subject_key, event.is_read) == ("wang", key, True)


def test_step_two_persons_and_conflict(login: Login) -> None:
    key = reported(1, by="both")
    both = login("both", "clerk@350100", "reviewer@350100")
    page = text(both.get(f"{BASE}records/{key}/"))
    assert "须由另一人办理" in page or "另一人" in page
    do = f"{BASE}records/{key}/do/appoint/"
    refused = text(both.get(do))
    assert "另一人" in refused and '<form class="pz-form"' not in refused
    reviewer = login("zhao", "reviewer@350100")
    form = reviewer.get(do)
    old = Record.objects.get(key=key).entry_id
    values = typed(sample()) | {"revision": str(old), "post": "总经理"}
    from pinzhi.kernel.registers.actions.correct_entry import correct_entry
    from tests.doors.console.conftest import official

    correct_entry(CQO, key, old, {"employees": 5}, by=official("boss", "approver"), reason="笔误")
    conflict = reviewer.post(do, values)
    assert conflict.status_code == 409
    assert "总经理" in text(conflict) and "已被他人" in text(conflict)
    assert Record.objects.get(key=key).state == "reported"
    values["revision"] = str(conflict.context["record"].entry_id)
    assert values["revision"] != str(old)
    done = reviewer.post(do, values, follow=True)
    assert done.status_code == 200 and form.status_code == 200
    record = Record.objects.get(key=key)
    assert (record.state, record.values["post"]) == ("appointed", "总经理")
    assert AuditEvent.objects.filter(action="registers.appoint", username="zhao").count() == 1


def test_an_emptied_field_is_emptied(login: Login) -> None:
    key = appointed(1)
    client = login("wang", "clerk@350100")
    record = Record.objects.get(key=key)
    values = typed(sample()) | {
        "revision": str(record.entry_id),
        "professional_title": "",
        "step_reason": "变更",
    }
    assert client.post(f"{BASE}records/{key}/do/change/", values).status_code == 302
    assert "professional_title" not in Record.objects.get(key=key).values


def test_what_stands_is_filled_in_and_an_identity_number_is_never_shown_again(login: Login) -> None:
    key = reported(1)
    number = str(sample()["id_number"])
    client = login("zhao", "reviewer@350100")
    page = text(client.get(f"{BASE}records/{key}/"))
    assert number not in page and "350***********002X" in page
    form = client.get(f"{BASE}records/{key}/do/appoint/")
    assert number not in text(form) and "留空则保持不变" in text(form)
    bound = form.context["form"]["consumer_goods"]
    assert [c.data["selected"] for c in bound.subwidgets] == [True, False], "yes is chosen as it stands"
    values = typed(sample()) | {"revision": str(Record.objects.get().entry_id), "id_number": ""}
    assert client.post(f"{BASE}records/{key}/do/appoint/", values).status_code == 302
    assert Record.objects.get().values["id_number"] == number
    csv = b"".join(client.get(BASE + "export.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert number not in csv and "350***********002X" in csv


def test_a_wrong_step_says_why(login: Login) -> None:
    key = reported(1)
    client = login("wang", "clerk@350100")
    page = text(client.get(f"{BASE}records/{key}/do/end/"))
    assert "已报送" in page and '<form class="pz-form"' not in page
    assert client.get(f"{BASE}records/{key}/do/nonsense/").status_code == 404
    posted = client.post(
        f"{BASE}records/{key}/do/appoint/", typed(sample()) | {"revision": str(Record.objects.get().entry_id)}
    )
    assert posted.status_code == 422
    assert Record.objects.get().state == "reported"


def test_bulk_is_all_or_nothing(login: Login) -> None:
    first, second, own = reported(1), reported(2), reported(3, by="zhao")
    client = login("zhao", "reviewer@350100")
    assert "核对登记" in text(client.get(BASE))
    asked = client.post(BASE + "bulk/", {"step": "appoint", "key": [first, second, own]})
    assert asked.status_code == 200 and text(asked).count("pz-badge") >= 3
    refused = client.post(BASE + "bulk/", {"step": "appoint", "key": [first, second, own], "confirm": "1"})
    assert refused.status_code == 422 and "另一人" in text(refused)
    assert set(Record.objects.values_list("state", flat=True)) == {"reported"}
    done = client.post(BASE + "bulk/", {"step": "appoint", "key": [first, second], "confirm": "1"})
    assert done.status_code == 302
    assert Record.objects.filter(state="appointed").count() == 2
    assert AuditEvent.objects.get(action="registers.appoint").count == 2
    assert (
        login("wang", "clerk@350100").post(BASE + "bulk/", {"step": "appoint", "key": [own]}).status_code
        == 403
    )


def test_history_correction_and_as_of(login: Login) -> None:
    key = appointed(1)
    first = Entry.objects.filter(key=key).order_by("id").last()
    assert first is not None
    approver = login("chen", "approver@350100")
    url = f"{BASE}records/{key}/correct/{first.id}/"
    values = typed(sample(post="总工程师"))
    assert approver.post(url, values).status_code == 422, "a correction needs a reason"
    assert approver.post(url, values | {"step_reason": "职务写错"}).status_code == 302
    page = text(approver.get(f"{BASE}records/{key}/"))
    assert "总工程师" in page and "已被替代" in page and "职务写错" in page
    before = text(approver.get(f"{BASE}records/{key}/?on=2020-01-01"))
    assert "总工程师" not in before.split("pz-timeline")[0]
    assert approver.get(f"{BASE}records/{key}/?on=nonsense").status_code == 200
    assert login("wang", "clerk@350100").get(url).status_code == 403


def test_erasing_is_for_administrators(login: Login) -> None:
    key = appointed(1)
    url = f"{BASE}records/{key}/erase/"
    assert login("wang", "clerk@350100").get(url).status_code == 403
    admin = login("admin", "administrator@350100")
    assert admin.post(url, {"group": "person"}).status_code == 422
    assert admin.post(url, {"group": "person", "reason": "本人申请"}).status_code == 302
    assert "person_name" not in Record.objects.get(key=key).values
    assert "张三" not in text(admin.get(f"{BASE}records/{key}/"))


def test_export_is_what_the_list_shows(login: Login) -> None:
    key = reported(1, enterprise_name="=1+1食品有限公司")
    reported(2, region="350200")
    client = login("wang", "clerk@350100")
    csv = b"".join(client.get(BASE + "export.csv?q=食品").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    lines = csv.splitlines()
    assert len(lines) == 2 and lines[1].startswith(key) and "'=1+1食品有限公司" in lines[1]
    assert "已报送" in lines[1] and "编号,状态" in lines[0]
    jsonl = b"".join(client.get(BASE + "export.jsonl").streaming_content).decode()  # type: ignore[attr-defined]
    assert '"enterprise_name":"=1+1食品有限公司"' in jsonl and jsonl.count("\n") == 1
    book = b"".join(client.get(BASE + "export.xlsx").streaming_content)  # type: ignore[attr-defined]
    assert book[:2] == b"PK"
    assert AuditEvent.objects.filter(action="registers.export", is_read=True).count() == 3
    assert client.get(BASE + "export.pdf").status_code == 404


def test_about_says_who_sees_what(login: Login) -> None:
    page = text(login("wang", "clerk@350100").get(BASE + "about/"))
    assert "建立首席质量官制度的企业数" in page and "在任" in page and "核对登记" in page


def test_every_register_has_its_pages(login: Login) -> None:
    """In both languages by turns: every list, every explanation, every form with which a record begins."""
    from pinzhi.kernel.registers import catalogue

    client = login("all", "clerk@", "reviewer@", "approver@")
    for number, (name, register) in enumerate(catalogue.registers().items()):
        client.cookies["pinzhi_lang"] = ("zh-hans", "en")[number % 2]
        for path in ("", "about/", "new/"):
            page = client.get(f"/console/registers/{name}/{path}")
            assert page.status_code in (200, 302, 403 if path == "new/" else 200), (name, path)
        for step in register.life.from_state(None):
            if step.entry and step.who != ["system"]:
                types = register.definition.record_types
                query = f"?type={types[0].name}" if types else ""
                form = client.get(f"/console/registers/{name}/new/{step.name}/{query}")
                assert form.status_code == 200, (name, step.name)
