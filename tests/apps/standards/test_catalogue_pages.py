"""The pages of the catalogue, of system tables and alerts, as those who are logged in use them."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from pinzhi.apps.standards import alerts
from pinzhi.apps.standards.actions.decide_alert import decide_alert
from pinzhi.apps.standards.actions.edit_system import edit_system
from pinzhi.apps.standards.actions.publish_system import publish_system
from pinzhi.apps.standards.actions.register_editions import register_editions
from pinzhi.apps.standards.actions.turn_editions import turn_editions
from pinzhi.apps.standards.models import CatalogueImport, Edition, SystemTable
from pinzhi.apps.standards.systems import hold
from pinzhi.kernel import clock
from pinzhi.kernel.access.accounts import give_right, open_account
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, NotPermitted, RefusedRows
from pinzhi.kernel.jobs import reminders
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.registers.models import Record

pytestmark = pytest.mark.django_db
HOME = "350000"
SYSTEM = Actor.system("test")


@pytest.fixture(autouse=True)
def definitions(db: None, settings: Any) -> None:
    settings.REQUIRE_TOTP = False
    catalogue.sync()


def account(name: str, *roles: str) -> Client:
    user = open_account(
        username=name, display_name=name, speaks_for="agency", party="amr-350000", region=HOME, by=SYSTEM
    )
    for role in roles:
        give_right(user, role=role, region=HOME, starts_on=date(2020, 1, 1), by=SYSTEM)
    client = Client()
    client.force_login(user)
    return client


def row(number: str, title: str = "儿童服装安全技术规范", **more: Any) -> dict[str, Any]:
    return {"number": number, "title_zh": title, "region": HOME, **more}


@pytest.fixture
def some(db: None) -> None:
    register_editions(
        [
            row("GB 18401-2003", withdrawn_on="2011-08-01", field="textile_garment"),
            row("GB 18401-2010", "国家纺织产品基本安全技术规范", replaces="GB 18401-2003", effective_on="2011-08-01", field="textile_garment"),
            row("GB 31701-2015", "婴幼儿及儿童纺织产品安全技术规范", effective_on="2016-06-01", field="children", key_standard=True, cites="GB 18401-2003"),
            row("GB 6675.2-2014", "玩具安全 第2部分", adoption_text="本标准修改采用ISO国际标准：ISO 8124-1:2000。", field="children", key_standard=True),
            row("DB35/T 1-2019", "童装绳带", field="children"),
            row("ISO 8124-1:2000", "Safety of toys", withdrawn_on="2009-07-01"),
            row("ISO 8124-1:2018", "Safety of toys"),
        ],
        by=SYSTEM,
    )  # fmt: skip


TYPED = [
    "31701",
    "GB 31701—2015",
    "gb31701",
    "31701-2015",
    "ＧＢ３１７０１",
    "婴幼儿 纺织",
    "GB31701–2015",
    "GB/T31701",
]


def test_a_part_of_the_number_finds_it(some: None) -> None:
    client = account("wang", "clerk")
    for typed in TYPED:
        page = client.get("/console/standards/catalogue/", {"q": typed}).content.decode()
        assert ("GB 31701—2015" in page) == (typed != "GB/T31701"), typed


def test_lists_filters_and_downloads(some: None) -> None:
    client = account("wang", "clerk")
    page = client.get(
        "/console/standards/catalogue/", {"on": "2005-01-01", "field": "textile_garment"}
    ).content.decode()
    assert "GB 18401—2003" in page and "GB 18401—2010" not in page
    body = b"".join(client.get("/console/standards/catalogue/download.csv?field=textile_garment"))  # type: ignore[arg-type]
    assert "GB 18401—2010" in body.decode("utf-8-sig") and "GB 18401—2003" in body.decode("utf-8-sig")
    assert client.get("/console/standards/").status_code == 200
    assert client.get("/console/standards/catalogue/download.exe").status_code == 404


def test_the_page_of_an_edition(some: None) -> None:
    client = account("wang", "clerk")
    page = client.get("/console/standards/catalogue/at/GB 18401-2010/").content.decode()
    assert "<svg" in page and "被引用" not in page and "GB 18401—2003" in page
    assert client.get("/console/standards/catalogue/at/GB18401—2010/")["Location"].endswith(
        "GB%2018401-2010/"
    )
    assert client.get("/console/standards/catalogue/at/GB 1-1900/").status_code == 404
    reader = account("li", "auditor")
    assert (
        "catalogue/edit/" not in reader.get("/console/standards/catalogue/at/GB 18401-2010/").content.decode()
    )


def test_register_change_and_relate_on_the_pages(some: None) -> None:
    client = account("wang", "clerk")
    posted = client.post(
        "/console/standards/catalogue/new/", {"number": "FZ/T 73025-2019", "title_zh": "", "region": HOME}
    )
    assert posted.status_code == 422 and "没有名称" in posted.content.decode()
    posted = client.post(
        "/console/standards/catalogue/new/",
        {"number": "FZ/T 73025-2019", "title_zh": "婴幼儿针织服饰", "region": HOME},
    )
    assert posted.status_code == 302
    edition = Edition.objects.get(key="FZ/T 73025-2019")
    posted = client.post(
        "/console/standards/catalogue/edit/FZ/T 73025-2019/",
        {"title_zh": "婴幼儿针织服饰（改）", "region": HOME, "revision": edition.revision},
    )
    assert posted.status_code == 302, posted.content.decode()[:3000]
    posted = client.post(
        "/console/standards/catalogue/relate/FZ/T 73025-2019/",
        {"kind": "cites", "to_number": "GB 31701-2015"},
    )
    assert posted.status_code == 302
    relation = edition.relations.get()
    assert relation.to_edition_id == Edition.objects.get(key="GB 31701-2015").pk
    client.post(f"/console/standards/catalogue/unrelate/{relation.pk}/FZ/T 73025-2019/")
    assert not edition.relations.exists()
    assert account("li", "auditor").post("/console/standards/catalogue/new/", {}).status_code == 403


MEANT = [
    ("GB 18401", "2005-01-01", "GB 18401—2003"),
    ("GB 18401", "2012-01-01", "GB 18401—2010"),
    ("GB 18401-2003", "2012-01-01", "废止"),
    ("GB 18401-2006", "2012-01-01", "没有这个年号的版本"),
    ("GB/T 18401-2010", "2012-01-01", "强制性或推荐性的写法不同"),
    ("GB 6675", "2015-01-01", "其他部分"),
    ("GB 99999", "2015-01-01", "没有这个标准"),
    ("某标准", "2015-01-01", "不是标准编号"),
]


def test_which_edition_on_a_day(some: None) -> None:
    client = account("wang", "clerk")
    for reference, on, says in MEANT:
        page = client.get("/console/standards/catalogue/as-of/", {"reference": reference, "on": on})
        assert says in page.content.decode(), reference


def test_alerts_are_worked_out_and_decided_on(some: None) -> None:
    today = clock.today()
    assert alerts.counts(today) == {
        "stale_adoption": 1,
        "cited_lapsed": 1,
        "replaced_in_force": 0,
        "declared_lapsed": 0,
        "comment_ends": 0,
    }
    (one,), _count = alerts.alerts_of("stale_adoption", today)
    assert (one.about, one.key_standard) == ("GB 6675.2—2014", True)
    client = account("wang", "clerk")
    assert "GB 6675.2—2014" in client.get("/console/standards/alerts/").content.decode()
    client.post("/console/standards/alerts/decide/", {"alert": one.key, "decision": "in_hand", "reason": ""})
    assert alerts.counts(today)["stale_adoption"] == 1
    client.post(
        "/console/standards/alerts/decide/", {"alert": one.key, "decision": "in_hand", "reason": "已列入修订"}
    )
    assert alerts.counts(today)["stale_adoption"] == 0
    assert (
        "已列入修订"
        in client.get("/console/standards/alerts/?kind=stale_adoption&decided=1").content.decode()
    )
    with pytest.raises(Conflict):
        decide_alert([one.key], "in_hand", reason="x", by=SYSTEM)
    with pytest.raises(NotPermitted):
        (other,), _ = alerts.alerts_of("cited_lapsed", today)
        decide_alert([other.key], "in_hand", reason="x", by=Actor("z", "agency", "a", "z", ()))


def test_comment_periods_and_declarations(some: None) -> None:
    today = clock.today()
    register_editions(
        [row("GB 40000-2027", "草案", status="draft", comment_until=(today + timedelta(days=5)).isoformat())],
        by=SYSTEM,
    )
    account("wang", "clerk")
    assert [one.about for one in alerts.comment_ends(today)] == ["GB 40000—2027"]
    assert reminders.send("standards.alerts", today) == 2, (
        "the end of a comment period and one stale key standard"
    )
    assert reminders.send("standards.alerts", today) == 0, "nobody is told twice"


def test_days_turn_the_status(db: None) -> None:
    with clock.at(date(2026, 1, 1)):
        register_editions(
            [
                row(
                    "GB/T 1-2026",
                    published_on="2025-12-01",
                    effective_on="2026-06-01",
                    replaces="GB/T 1-2010",
                ),
                row("GB/T 1-2010", withdrawn_on="2026-06-01"),
            ],
            by=SYSTEM,
        )
    with clock.at(date(2026, 6, 1)):
        assert turn_editions(date(2026, 6, 1), by=SYSTEM) == 2
        assert turn_editions(date(2026, 6, 1), by=SYSTEM) == 0
    assert {r.key: r.values["status"] for r in Record.objects.filter(register="s01_standards")} == {
        "GB/T 1-2026": "in_force",
        "GB/T 1-2010": "withdrawn",
    }


TABLE = {"title_zh": "儿童服装标准体系表", "field": "children", "region": HOME}
PLACES = [
    {"place": "1", "title_zh": "安全"},
    {"place": "1.1", "title_zh": "基本安全", "wanted": "1", "numbers": "GB 31701；GB 18401"},
    {"place": "1.2", "title_zh": "绳带", "wanted": 1, "numbers": "DB35/T 1-2019"},
    {"place": "1.10", "title_zh": "燃烧性能", "wanted": 2, "level": "国家标准"},
    {"place": "2", "title_zh": "旧版", "numbers": "GB 18401-2003"},
]


def test_a_table_says_what_is_missing_and_what_overlaps(some: None) -> None:
    edit_system("kids", TABLE, PLACES, by=SYSTEM)
    held = hold(SystemTable.objects.get(), clock.today())
    assert [(p.node.code, p.finding) for p in held.places] == [
        ("1", "branch"),
        ("1.1", "overlap"),
        ("1.2", "covered"),
        ("1.10", "gap"),
        ("2", "gap"),
    ]
    assert held.figures == {
        "places": 4,
        "places_covered": 2,
        "gaps": 2,
        "overlaps": 1,
        "standards_wanted": 5,
        "standards_there": 3,
    }
    assert [row.key for row in held.unplaced] == ["GB 6675.2-2014"]
    early = hold(SystemTable.objects.get(), date(2013, 1, 1))
    assert early.places[1].finding == "covered", "as of 2013 GB 31701 was not there"


WRONG_PLACES: list[tuple[dict[str, Any], str]] = [
    ({"place": "1.1.1.", "title_zh": "x"}, "位置"),
    ({"place": "a", "title_zh": "x"}, "位置"),
    ({"place": "1", "title_zh": "x"}, "位置"),
    ({"place": "2"}, "主题"),
    ({"place": "2", "title_zh": "x", "numbers": "无此标准"}, "标准"),
    ({"place": "2", "title_zh": "x", "wanted": "很多"}, "应有标准数"),
]


def test_a_wrong_place_is_named_by_its_row(db: None) -> None:
    for place, column in WRONG_PLACES:
        with pytest.raises(RefusedRows) as refused:
            edit_system("KIDS", TABLE, [{"place": "1", "title_zh": "安全"}, place], by=SYSTEM)
        assert [(e.row, e.column) for e in refused.value.rows] == [(2, column)]
    assert not SystemTable.objects.exists()


def test_a_table_is_drawn_up_and_published_by_two(some: None) -> None:
    client = account("wang", "clerk", "approver")
    data = {"code": "KIDS", **TABLE}
    for name in ("place", "title_zh", "title_en", "wanted", "level", "numbers", "plan"):
        data[f"places.{name}"] = [str(one.get(name, "")) for one in PLACES]  # type: ignore[assignment]
    data["places.level"] = ["", "", "", "national", ""]  # type: ignore[assignment]
    posted = client.post("/console/standards/system/new/", data)
    assert posted.status_code == 302, posted.content.decode()[-4000:]
    page = client.get("/console/standards/system/KIDS/").content.decode()
    assert "缺" in page and "GB 31701—2015" in page and "GB 6675.2—2014" in page
    assert client.get("/console/standards/system/KIDS/edit/").status_code == 200
    client.post("/console/standards/system/KIDS/publish/")
    assert not Record.objects.filter(register="s01_system_tables").exists(), "nobody publishes the own table"
    publish_system("KIDS", by=SYSTEM)
    record = Record.objects.get(register="s01_system_tables")
    assert (record.values["gaps"], record.values["tree"][3]["finding"]) == (2, "缺")
    assert client.get("/console/standards/system/").status_code == 200


def test_a_file_handed_in_on_the_page(some: None, django_capture_on_commit_callbacks: Any) -> None:
    client = account("wang", "clerk")
    file = io.BytesIO("标准编号,标准名称\nGB/T 1-2000,甲\nGB 12,乙\n".encode())
    file.name = "list.csv"
    posted = client.post(
        "/console/standards/catalogue/imports/", {"what": "editions", "file": file, "region": HOME}
    )
    assert posted.status_code == 302, posted.content.decode()[-3000:]
    row_ = CatalogueImport.objects.get()
    assert client.get(posted["Location"]).status_code == 200
    from pinzhi.apps.standards.actions.import_catalogue import IMPORTS
    from pinzhi.kernel.transfer.actions.import_file import carry_out_check, carry_out_import

    carry_out_check(IMPORTS, str(row_.pk))
    page = client.get(posted["Location"]).content.decode()
    assert "没有年号" in page
    client.post(f"{posted['Location']}decide/", {"mode": "good"})
    carry_out_import(IMPORTS, str(row_.pk))
    row_.refresh_from_db()
    assert (row_.status, row_.new, row_.wrong) == ("done", 1, 1)
    assert client.get("/console/standards/catalogue/imports/template/editions/").status_code == 200
    assert b"GB 12" in b"".join(client.get(f"{posted['Location']}report.csv"))  # type: ignore[arg-type]
