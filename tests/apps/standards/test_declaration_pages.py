"""Pages and API of declarations: a hurried quality manager, an official, a stranger."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from pinzhi.apps.standards.actions.declare import declare
from pinzhi.apps.standards.models import Declaration
from pinzhi.kernel import clock
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.registers.models import Content, Entry, Record
from tests.apps.standards import declaring
from tests.apps.standards.declaring import INDICATORS, firm, said, with_value
from tests.doors.api.conftest import Caller, caller
from tests.doors.console.conftest import console_settings, login

__all__ = ["caller", "console_settings", "login"]
pytestmark = pytest.mark.django_db(databases=["default", "portal"])
TODAY = date(2026, 11, 20)
PAGES = "/console/standards/declarations/"


@pytest.fixture(autouse=True)
def world(db: None) -> Any:
    catalogue.sync()
    with clock.at(TODAY):
        declaring.firms(1, 2, 3)
        declaring.standards()
        declaring.limits()
        yield


@pytest.fixture
def manager(login: Callable[..., Client]) -> Client:
    return login("firm1", speaks_for="enterprise", party=declaring.code(1))


@pytest.fixture
def clerk(login: Callable[..., Client]) -> Client:
    return login("clerk", "clerk@350100")


def form(**changes: Any) -> dict[str, Any]:
    """A declaration as a browser sends it: a list for each column of the table."""
    values = said(**changes)
    rows = values.pop("indicators")
    for column in ("indicator", "value", "unit", "method"):
        values[f"indicators.{column}"] = [row.get(column, "") for row in rows]
    return values


def text(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content.decode()[:2000]
    content: str = response.content.decode()
    return content


def test_declaring_from_the_form_to_the_page(manager: Client) -> None:
    page = text(manager.get(f"{PAGES}new/"))
    assert "hx-post" in page and 'name="indicators.value"' in page and "儿童纺织产品 B类" in page
    response = manager.post(f"{PAGES}new/", form())
    assert response.status_code == 302
    number = Declaration.objects.get().number
    page = text(manager.get(response["Location"]))
    assert number in page and "≤20" in page and "第 1 版" in page
    assert "儿童针织T恤衫" in text(manager.get(PAGES))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"indicators": with_value("甲醛含量", "≤300")},
        {"indicators": with_value("甲醛含量", "0.001", unit="%"), "standard_no": "GB/T 22849-2009"},
        {
            "indicators": INDICATORS[:1],
            "standard_no": "GB/T 22849",
            "standard_name": "",
            "gtin": "6901234567892",
        },
    ],
)
def test_a_set_of_many_is_kept_and_published_as_one_form_is(manager: Client, changes: dict[str, Any]) -> None:
    assert manager.post(f"{PAGES}new/", form(**changes)).status_code == 302
    many = [{**said(model=f"M{n}"), "uscc": declaring.code(3)} for n in range(60)]
    rows = [*many[:30], {**said(**changes), "uscc": declaring.code(2)}, *many[30:]]
    done = declare(rows, by=declaring.SYSTEM)

    def kept(code: str, number: str) -> list[Any]:
        row = Declaration.objects.filter(uscc=code, number=number).values().get()
        record = Record.objects.filter(register="d01_declarations", key=number).values().get()
        entry = Entry.objects.filter(register="d01_declarations", key=number).values().get()
        groups = Content.objects.get(pk=entry["id"]).groups
        own = {"id", "number", "key", "uscc", "subject", "enterprise", "enterprise_name", "entry_id", "updated_at", "updated_by",
               "recorded_at", "by", "entered_by", "search_text", "salt", "main_producer"}  # fmt: skip

        def without(values: Any) -> Any:
            if isinstance(values, dict):
                return {name: without(value) for name, value in values.items() if name not in own}
            return values

        return [without(part) for part in (row, record, entry, groups)]

    one = Declaration.objects.get(uscc=declaring.code(1)).number
    other = done[30].number
    assert kept(declaring.code(1), one) == kept(declaring.code(2), other)


def test_the_list_is_searched_by_what_the_register_says(clerk: Client, caller: Callable[..., Caller]) -> None:
    first, second = declare(
        [
            {**said(brand="榕江"), "uscc": declaring.code(1)},
            {**said(brand="闽山", model="KX-7"), "uscc": declaring.code(2)},
        ],
        by=declaring.SYSTEM,
    )
    for typed, found in (
        ("闽山", [second]),
        ("kx-7", [second]),
        ("针织 榕江2服饰", [second]),
        ("江", [first, second]),
    ):
        page = text(clerk.get(PAGES, {"q": typed}))
        assert [done.number for done in (first, second) if done.number in page] == [d.number for d in found]
    listed = caller("reader", "clerk@350100").get("/standards/declarations?search=KX-7")
    assert [row["number"] for row in listed["items"]] == [second.number]


def test_what_cannot_be_read_comes_back_with_everything_that_was_typed(manager: Client) -> None:
    page = text(manager.post(f"{PAGES}new/", form(indicators=with_value("甲醛含量", "20～10"))), 422)
    assert "10–20" in page and 'value="20～10"' in page and 'value="4.0～7.5"' in page
    assert 'value="Q/RJ 001-2026"' in page and "七日内质量问题包退" in page
    assert not Declaration.objects.exists()


def test_the_check_answers_while_the_form_is_not_finished(manager: Client) -> None:
    check = f"{PAGES}check/"
    assert "填写标准编号和指标后" in text(manager.post(check, {}))
    half = {"standard_no": "GB/T 22849-2009", "indicators.indicator": ["甲醛"], "indicators.value": [""]}
    page = text(manager.post(check, half))
    assert "已废止" in page and "GB/T 22849—2014" in page and "没有写指标值" not in page
    page = text(manager.post(check, form(indicators=with_value("甲醛含量", "100"))))
    assert "将向公众提示" in page and "第二十一条" in page and "≤75 mg/kg" in page
    assert "目前没有问题" in text(manager.post(check, form()))
    assert not Declaration.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        {"standard_no": "\x01\u202e\ufffe", "indicators.value": ["≤" * 300]},
        {"standard_no": "Q/" + "9" * 5000},
        {"standard_no": "GB 1", "indicators.indicator": ["<script>alert(1)</script>"] * 300, "indicators.value": ["1e999999"] * 300},
        {"indicators.unit": ["mg/kg"] * 3},
    ],
)  # fmt: skip
def test_whatever_is_typed_the_check_answers(manager: Client, typed: dict[str, Any]) -> None:
    page = text(manager.post(f"{PAGES}check/", typed))
    assert "<script>alert" not in page


def test_a_nul_is_refused_before_the_check(manager: Client) -> None:
    assert manager.post(f"{PAGES}check/", {"standard_no": "GB 1\0"}).status_code == 400


def test_a_new_version_and_a_withdrawal(manager: Client) -> None:
    (done,) = declare([said()], by=firm(1))
    here = f"{PAGES}{done.number}/"
    page = text(manager.get(f"{here}change/"))
    assert 'value="≤20"' in page and 'name="version" value="1"' in page
    response = manager.post(f"{here}change/", {**form(indicators=INDICATORS[:2]), "version": "1"})
    assert response.status_code == 302 and Declaration.objects.get().version == 2
    stale = text(manager.post(f"{here}change/", {**form(brand="乙"), "version": "1"}), 422)
    assert "第 2 版" in stale
    assert text(manager.post(f"{here}withdraw/", {"reason": ""}), 422)
    assert manager.post(f"{here}withdraw/", {"reason": "停产"}).status_code == 302
    assert "停产" in text(manager.get(here))


def test_strangers_see_nothing_and_officials_their_region(
    manager: Client, clerk: Client, login: Callable[..., Client]
) -> None:
    (done,) = declare([said()], by=firm(2))
    assert manager.get(f"{PAGES}{done.number}/").status_code == 404
    assert "儿童针织T恤衫" not in text(manager.get(PAGES))
    assert "榕江2服饰有限公司" in text(clerk.get(PAGES)) and done.number in text(
        clerk.get(f"{PAGES}{done.number}/")
    )
    elsewhere = login("far", "clerk@350200", region="350200")
    assert elsewhere.get(f"{PAGES}{done.number}/").status_code == 404
    auditor = login("auditor", "auditor@350100")
    assert auditor.get(f"{PAGES}new/").status_code == 403
    assert Client().get(PAGES).status_code == 302


def test_an_official_says_for_whom(clerk: Client) -> None:
    page = text(clerk.post(f"{PAGES}new/", form()), 422)
    assert "企业" in page and not Declaration.objects.exists()
    assert clerk.post(f"{PAGES}new/", {**form(), "subject": declaring.code(3)}).status_code == 302
    assert Declaration.objects.get().uscc == declaring.code(3)


def test_a_commitment_has_a_form_of_its_own(manager: Client) -> None:
    page = text(manager.get(f"{PAGES}new/?kind=commitment"))
    assert "indicators.value" not in page and "standard_no" not in page
    sent = {"product_name": "童装", "sector": "children", "commitment": "保修三年"}
    assert manager.post(f"{PAGES}new/?kind=commitment", sent).status_code == 302
    assert Declaration.objects.get().kind == "commitment"


def test_the_rate_names_who_is_missing(clerk: Client, manager: Client) -> None:
    declaring.firms(11, 21)
    declare([said()], by=firm(1))
    page = text(clerk.get(f"{PAGES}rate/"))
    assert "33.3" in page and "榕江11服饰有限公司" in page
    missing = text(clerk.get(f"{PAGES}rate/?declares=no"))
    assert "榕江1服饰有限公司" not in missing and "榕江21服饰有限公司" in missing
    assert manager.get(f"{PAGES}rate/").status_code == 403


def test_by_api(caller: Callable[..., Caller]) -> None:
    one = caller("firm1", speaks_for="enterprise", party=declaring.code(1))
    checked = one.post("/standards/declarations/check", said(indicators=with_value("甲醛含量", "≤100")))
    assert (
        checked["flags"] == ["below_mandatory"]
        and not checked["refused"]
        and not Declaration.objects.exists()
    )
    (done,) = one.post("/standards/declarations", {"items": [said()]})
    wrong = one.post(
        "/standards/declarations", {"items": [said(model="b", indicators=with_value("pH值", "9～4"))]}, 422
    )
    assert "4–9" in json.dumps(wrong, ensure_ascii=False)
    here = f"/standards/declarations/{done['number']}"
    assert one.get(here)["values"]["indicators"][0]["value"] == "≤20"
    assert one.get("/standards/declarations")["items"][0]["number"] == done["number"]
    one.post(here, {"values": {"brand": "乙"}, "version": 1}, method="patch")
    assert one.get(here)["version"] == 2
    other = caller("firm2", speaks_for="enterprise", party=declaring.code(2))
    assert other.get(here, 404)["code"] == "no_such_declaration"
    assert other.get("/standards/declarations/rate", 403)
    assert caller("clerk", "clerk@350000").get("/standards/declarations/rate?region=350100") == {
        "declaring": 1, "producers": 1, "value": 100.0,
    }  # fmt: skip


def test_firm_and_official_are_told_what_was_not_compared(manager: Client, clerk: Client) -> None:
    unknown = form(product_class="玄铁重剑", product_name="玄铁重剑", standard_name="玄铁重剑")
    assert "不在词表中" in text(manager.post(f"{PAGES}check/", unknown))
    here = manager.post(f"{PAGES}new/", unknown)["Location"]
    assert "不在词表中" in text(manager.get(here)) and "不在词表中" in text(clerk.get(here))
    known = form()
    assert "不在词表中" not in text(manager.post(f"{PAGES}check/", known))
