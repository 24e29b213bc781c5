"""The pages as a stranger sees them: what stands there, in both languages, small, and with few queries."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from django.contrib.auth import get_user_model
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pinzhi.kernel import clock
from pinzhi.kernel.registers import logs, sequencer
from pinzhi.kernel.registers.actions.carry_out import Item, carry_out
from pinzhi.rules.identifiers import gtin

from .world import CQO, ENTERPRISES, KEEPER, PRODUCTS, appoint, enlist, firm, sample, sequence

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "portal"])

PAGES = (
    "/",
    "/search/",
    "/search/?q=食品",
    "/search/?q=食",
    "/scoreboard/",
    "/documents/",
    "/registers/",
    f"/registers/{CQO}/",
    f"/registers/{ENTERPRISES}/",
    "/products/",
    "/open-data/",
    "/verify/",
)


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def text(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, (address, response.status_code)
    return body(response).decode()


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connections["portal"]) as captured:
        assert client.get(address).status_code == 200
    return len([q for q in captured.captured_queries if not q["sql"].startswith(("SET", "RESET"))])


def addresses(province: dict[str, Any]) -> list[str]:
    own = [f"/registers/{CQO}/records/{province['keys'][0]}/"]
    return [*PAGES, *own, f"/enterprises/{province['firms'][0]}/", f"/products/{province['product']}/"]


def test_every_page_answers_in_both_languages(province: Any, stranger: Client, reader: Client) -> None:
    for address in addresses(province):
        chinese, english = text(stranger, address), text(reader, address)
        assert '<html lang="zh-Hans">' in chinese and '<html lang="en">' in english, address
        assert "%(" not in chinese + english and "{{" not in chinese + english, address
        assert len(chinese.encode()) < 90_000, f"{address} has {len(chinese.encode())} bytes"
        assert 'style="' not in chinese, f"{address}: the policy forbids inline styles"


def test_what_loads_with_a_page_is_small(province: Any, stranger: Client) -> None:
    """Page, style and script as they travel: compressed where a compressed file lies beside."""
    import re
    from pathlib import Path

    from django.contrib.staticfiles import finders

    page = text(stranger, f"/registers/{CQO}/")
    total = len(page.encode())
    for path in re.findall(r'(?:href|src)="/static/([^"?]+\.(?:css|js))', page):
        found = Path(str(finders.find(path)))
        smaller = Path(f"{found}.gz")
        total += (smaller if smaller.exists() else found).stat().st_size
    assert total < 150_000, total


def test_a_record_says_what_it_is_and_nothing_that_is_private(province: Any, stranger: Client) -> None:
    page = text(stranger, f"/registers/{CQO}/records/{province['keys'][0]}/")
    for expected in ("张三", "榕江食品有限公司", "聘任", "福州市", "2027-05-09", "pinzhi.example"):
        assert expected in page, expected
    for hidden in ("13800000000", "cqo@example.cn", "35010219800101002X"):
        assert hidden not in page


def test_a_record_page_asks_at_most_six_times(province: Any, stranger: Client) -> None:
    address = f"/registers/{CQO}/records/{province['keys'][0]}/"
    stranger.get(address)
    assert queries(stranger, address) <= 6


def test_lists_ask_as_often_for_many_as_for_few(province: Any, stranger: Client) -> None:
    stranger.get(f"/registers/{CQO}/")
    few = queries(stranger, f"/registers/{CQO}/")
    for number in range(10, 22):
        appoint(number, person_name=f"人{number}")
    sequence()
    stranger.get(f"/registers/{CQO}/")
    assert queries(stranger, f"/registers/{CQO}/") == few <= 6
    assert queries(stranger, f"/enterprises/{province['firms'][0]}/") <= 4


def test_what_is_not_public_is_not_there(province: Any, stranger: Client) -> None:
    with clock.at(date(2024, 5, 10)):
        (ref,) = carry_out(
            CQO,
            "report",
            [Item(subject=firm(7), region="350100", values={**sample_of(), "person_name": "未公开"})],
            by=KEEPER,
        )
    sequence()
    for address in (
        f"/registers/{CQO}/records/{ref.key}/",
        f"/registers/{CQO}/records/{ref.key}/proof.json",
    ):
        assert "未公开" not in text(stranger, address, 404)
    for address in (f"/registers/{CQO}/download/jsonl/", f"/registers/{CQO}/entries", "/open-data/atom.xml"):
        assert "未公开" not in text(stranger, address)
    assert ref.key not in text(stranger, f"/registers/{CQO}/?q=未公开")


def sample_of() -> dict[str, Any]:
    from .world import sample

    return sample(CQO)


def test_a_lapsed_person_is_gone_the_day_after(province: Any, stranger: Client) -> None:
    address = f"/registers/{CQO}/records/{province['keys'][0]}/"
    with clock.at(date(2027, 5, 9)):
        assert "张三" in text(stranger, address)
    with clock.at(date(2027, 5, 10)):  # even where nobody has tidied up yet
        assert "张三" not in body(stranger.get(address)).decode()
        assert "张三" not in text(stranger, "/search/?q=张三").split("<main")[1].replace("搜索：张三", "")
        sequencer.publisher.close_overdue()
        assert "张三" not in body(stranger.get(address)).decode()


def test_corrections_show_what_was_replaced(province: Any, stranger: Client) -> None:
    from pinzhi.kernel.registers.actions.correct_entry import correct_entry
    from pinzhi.kernel.registers.models import Entry

    key = province["keys"][0]
    entry = Entry.objects.filter(register=CQO, key=key).order_by("-id").first()
    assert entry is not None
    correct_entry(CQO, key, entry.id, {"post": "总经理"}, reason="笔误", by=KEEPER)
    sequence()
    page = text(stranger, f"/registers/{CQO}/records/{key}/")
    assert "已被替代" in page and "<del>副总经理</del> → <ins>总经理</ins>" in page
    assert "笔误" not in page, "the reason of a step is not public"


def test_search_in_chinese_from_two_characters(province: Any, stranger: Client) -> None:
    assert "至少输入两个字" in text(stranger, "/search/?q=食")
    found = text(stranger, "/search/?q=食品")
    assert f"/enterprises/{province['firms'][0]}/" in found and "鹭岛" not in found
    narrowed = text(stranger, f"/search/?q=食品&register={CQO}")
    assert f"/registers/{CQO}/records/" in narrowed and "pp-here" in narrowed
    assert "没有找到" in text(stranger, "/search/?q=不存在的名字")
    assert text(stranger, f"/search/?q={firm(1)}").count(f"/enterprises/{firm(1)}/") >= 1
    text(stranger, "/search/?q=食品&register=nonsense&page=99999999")
    text(stranger, "/search/?q=%27%22%3Cscript%3E%25_")


def test_search_in_traditional_characters_and_with_one_wrong(province: Any, stranger: Client) -> None:
    whole = text(stranger, "/search/?q=食品")
    other = text(stranger, "/search/?q=榕江食品業")  # no such name, in either writing
    assert "去掉写错的字" in other and "榕江食品" in other
    wrong = text(stranger, "/search/?q=榕江食平")
    assert "没有找到" in wrong and "榕江食</a>" in wrong
    assert "去掉写错" not in whole and "少一个字" not in text(stranger, "/search/?q=毫不相干")


def test_search_puts_the_likelier_first(province: Any, stranger: Client) -> None:
    enlist(11, "新榕江食品有限公司分厂")
    enlist(12, "榕江")
    sequence()
    found = text(stranger, "/search/?q=榕江&register=p_enterprises")
    assert found.index(firm(12)) < found.index(firm(1)) < found.index(firm(11))


def test_lists_are_narrowed_by_address(province: Any, stranger: Client) -> None:
    base = f"/registers/{CQO}/"
    assert "李四" in text(stranger, f"{base}?region=350200")
    assert "李四" not in text(stranger, f"{base}?region=350100")
    assert "李四" in text(stranger, f"{base}?region=350000")
    assert "李四" in text(stranger, f"{base}?consumer_goods=true")
    assert "李四" not in text(stranger, f"{base}?consumer_goods=false")
    assert "李四" in text(stranger, f"{base}?enterprise_size=medium&order=-name&page=abc&size=7")
    assert "王五" not in text(stranger, f"{base}?q=李四")


def test_downloads_hold_the_list_as_narrowed(province: Any, stranger: Client, reader: Client) -> None:
    base = f"/registers/{CQO}/download"
    rows = list(csv.DictReader(io.StringIO(text(stranger, f"{base}/csv/?region=350200").lstrip("\ufeff"))))
    assert [row["姓名"] for row in rows] == ["李四"]
    assert (rows[0]["状态"], rows[0]["是否消费品"]) == ("已聘任", "是")
    lines = [json.loads(line) for line in text(stranger, f"{base}/jsonl/").splitlines()]
    assert {line["person_name"] for line in lines} == {"张三", "李四", "王五"}
    assert not {"mobile", "email", "id_number"} & set(lines[0])
    book = openpyxl.load_workbook(io.BytesIO(body(reader.get(f"{base}/xlsx/"))))
    table = list(book.active.values)
    assert len(table) == 4 and "Name" in [str(cell) for cell in table[0]]
    with zipfile.ZipFile(io.BytesIO(body(stranger.get(f"{base}/package/")))) as archive:
        described = json.loads(archive.read("datapackage.json"))
        names = [field["name"] for field in described["resources"][0]["schema"]["fields"]]
        head = archive.read("records.csv").decode().splitlines()[0].split(",")
    assert head == names
    assert stranger.get(f"{base}/pdf/").status_code == 404


def test_formulas_do_not_travel(province: Any, stranger: Client) -> None:
    appoint(30, person_name="=1+1", post="@SUM(A1)")
    sequence()
    found = text(stranger, f"/registers/{CQO}/download/csv/")
    assert ",=1+1" not in found and ",@SUM" not in found
    book = openpyxl.load_workbook(io.BytesIO(body(stranger.get(f"/registers/{CQO}/download/xlsx/"))))
    assert {cell.data_type for row in book.active.rows for cell in row} <= {"s", "n", "d", "b"}


def test_entries_feed_goes_on_where_it_ended(province: Any, stranger: Client) -> None:
    base = f"/registers/{CQO}/entries"
    seen: list[int] = []
    following, turns = 0, 0
    while True:
        page = json.loads(text(stranger, f"{base}?since={following}&limit=2"))
        seen += [entry["index"] for entry in page["entries"]]
        following, turns = page["next"], turns + 1
        if not page["more"] or turns > 9:
            break
    assert len(seen) == 3 == len(set(seen)) and following == page["size"] == 6
    assert json.loads(text(stranger, f"{base}?since={following}"))["entries"] == []
    for wrong in ("since=x", "since=-1", "limit=1e9", "since=9999999999999999999"):
        response = stranger.get(f"{base}?{wrong}")
        assert response.status_code == 400
        assert response.headers["Content-Type"] == "application/problem+json"
        assert response.json()["place"] in ("since", "limit")


def test_atom_and_dcat_are_well_formed(province: Any, stranger: Client) -> None:
    for address in (f"/registers/{CQO}/atom.xml", "/open-data/atom.xml"):
        root = ElementTree.fromstring(text(stranger, address))
        entries = root.findall("{http://www.w3.org/2005/Atom}entry")
        assert entries, address
        for entry in entries:
            link = entry.find("{http://www.w3.org/2005/Atom}link")
            assert link is not None
            path = link.attrib["href"].removeprefix("http://testserver")
            assert stranger.get(path).status_code == 200
    catalogue = json.loads(text(stranger, "/open-data/catalog.jsonld"))
    sets = {one["dct:identifier"]: one for one in catalogue["dcat:dataset"]}
    for file in sets[CQO]["dcat:distribution"]:
        address = file["dcat:downloadURL"]["@id"].removeprefix("http://testserver")
        assert stranger.get(address).status_code == 200, address
    ElementTree.fromstring(text(stranger, "/sitemap.xml"))
    assert "Sitemap:" in text(stranger, "/robots.txt")
    assert json.loads(text(stranger, "/healthz")) == {"status": "ok"}


def test_enterprise_and_product_pages(province: Any, stranger: Client) -> None:
    page = text(stranger, f"/enterprises/{firm(1)}/")
    assert "榕江食品有限公司" in page and province["keys"][0] in page and "速冻鱼丸" in page
    assert stranger.get(f"/enterprises/{firm(1).lower()}/").status_code == 302
    assert province["keys"][2] in text(stranger, f"/enterprises/{firm(3)}/"), (
        "on no roster, yet on a register"
    )
    text(stranger, f"/enterprises/{firm(99)}/", 404)
    product = text(stranger, f"/products/{province['product']}/")
    assert "速冻鱼丸" in product and f"/enterprises/{firm(1)}/" in product
    for typed in ("6901234567892", "06901234567892", "６９０１２３４５６７８９２", "690-1234-567-892"):
        response = stranger.get("/products/", {"gtin": typed})
        assert (
            response.status_code == 302
            and response.headers["Location"] == f"/products/{province['product']}/"
        )
    assert "校验码" in text(stranger, "/products/?gtin=6901234567893")
    other = gtin.make(7).text
    assert f"没有 {other} 的公开记录" in text(stranger, f"/products/?gtin={other}")


def test_refusals_are_pages_for_people_and_problems_for_programs(
    province: Any, stranger: Client, reader: Client
) -> None:
    page = text(stranger, "/registers/nonsense/", 404)
    assert "没有登记册" in page and "目标进度" in page
    page = text(reader, f"/registers/{CQO}/records/NO-SUCH/", 404)
    assert "There is no public record NO-SUCH" in page and "Check the number" in page
    problem = stranger.get(f"/registers/{CQO}/records/NO-SUCH/proof.json")
    assert problem.status_code == 404 and problem.json()["code"] == "no_such_record"
    for address in ("/files/" + "0" * 64 + "/", "/log/nonsense/checkpoint", "/log/heads/consistency?old=x"):
        assert stranger.get(address).status_code == 404, address
    assert stranger.post("/registers/").status_code == 405
    for address in (f"/registers/{CQO}/?q=%00", "/search/?q=%00a"):
        assert stranger.get(address).status_code in (200, 400)


def test_unchanged_pages_are_not_sent_twice(province: Any, stranger: Client) -> None:
    address = f"/registers/{CQO}/records/{province['keys'][0]}/"
    first = stranger.get(address)
    again = stranger.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and not again.content
    point = stranger.get(f"/log/{CQO}/checkpoint")
    assert point.headers["Last-Modified"]
    appoint(40, person_name="新人")
    sequence()
    changed = stranger.get(f"/log/{CQO}/checkpoint", headers={"If-None-Match": point.headers["ETag"]})
    assert changed.status_code == 200
    assert "immutable" not in stranger.get(f"/log/{CQO}/tile/0/000.p/1").headers["Cache-Control"]


def test_a_logged_in_official_is_a_stranger_here(province: Any) -> None:
    """The session is not read: the guard would raise, and the page is the one that everybody gets."""
    user = get_user_model().objects.create(username="official", speaks_for="agency", party="35-quality")
    official = Client()
    official.force_login(user)
    plain = Client()
    for address in addresses(province):
        assert body(official.get(address)) == body(plain.get(address)), address


def test_nothing_there_yet(transactional_db: None, stranger: Client) -> None:
    """A fresh installation, before anything was started: every page says so, none fails."""
    from pinzhi.doors.portal import kept
    from pinzhi.kernel.registers.models import PublicDefinition

    kept.forget()
    PublicDefinition.objects.all().delete()
    for address in (
        "/",
        "/scoreboard/",
        "/documents/",
        "/registers/",
        "/open-data/",
        "/verify/",
        "/products/",
    ):
        text(stranger, address)
    assert stranger.get("/search/?q=食品").status_code == 200
    assert stranger.get(f"/products/{'0' * 14}/").status_code == 404
    assert stranger.get(f"/registers/{PRODUCTS}/").status_code == 404
    assert stranger.get(f"/log/{logs.HEADS}/checkpoint").status_code == 404


def test_a_draft_is_commented_on_until_its_last_day(province: Any, stranger: Client) -> None:
    name, begun, until = "s03_local_programme", date(2026, 3, 2), date(2026, 4, 8)
    asked = ("title", "sector", "consumer_goods", "work_kind", "nature", "lead_drafter", "local_role")
    values = {field: sample(name)[field] for field in asked}
    period = {"consultation_from": begun.isoformat(), "consultation_until": until.isoformat()}
    with clock.at(begun):
        (project,) = carry_out(name, "enter_project", [Item(region="350000", values=values)], by=KEEPER)
        carry_out(name, "consult", [Item(key=project.key, values=period, effective_on=begun)], by=KEEPER)
        sequence()
    page = f"/registers/{name}/records/{project.key}/"
    for day, offered in ((until, True), (until + timedelta(days=1), False)):
        with clock.at(day):
            assert ("/console/comment/?project=" in stranger.get(page).content.decode()) is offered
