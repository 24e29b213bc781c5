"""The console's pages and the API of parties, as people and machines use them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pinzhi.apps.parties.actions.import_file import IMPORTS
from pinzhi.apps.parties.actions.propose_duplicates import propose_duplicates
from pinzhi.apps.parties.actions.register_enterprises import register_enterprises
from pinzhi.apps.parties.actions.register_products import register_products
from pinzhi.apps.parties.actions.set_risk_classes import set_risk_classes
from pinzhi.apps.parties.models import DuplicateProposal, Enterprise, ImportFile, Product
from pinzhi.kernel import clock
from pinzhi.kernel.access.accounts import give_right, open_account
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.audit.models import AuditEvent
from pinzhi.kernel.transfer.actions import import_file
from pinzhi.rules.identifiers import gtin
from tests.apps.parties.conftest import FUJIAN, XIAMEN, code, firm, goods

pytestmark = pytest.mark.django_db(databases=["default", "portal"])
SYSTEM = Actor.system("tests")


@pytest.fixture(autouse=True)
def without_second_factor(settings: Any) -> None:
    settings.REQUIRE_TOTP = False


@pytest.fixture
def logged_in(client: Client) -> Callable[..., Client]:
    def make(
        name: str, *roles: str, region: str = FUJIAN, speaks_for: str = "agency", party: str = "amr-350000"
    ) -> Client:
        user = open_account(
            username=name, display_name=name, speaks_for=speaks_for, party=party, region=region, by=SYSTEM
        )
        for role in roles:
            give_right(user, role=role, region=region, starts_on=clock.today(), by=SYSTEM)
        client.force_login(user)
        return client

    return make


@pytest.fixture
def province(clerk: Actor) -> None:
    register_enterprises(
        [firm(1), firm(2, region=XIAMEN, name="鹭岛鞋业有限公司", trade="1952", size="微型")], by=clerk
    )
    register_products([goods(1, code(1))], by=clerk)


def test_list_filters_and_downloads(province: None, logged_in: Callable[..., Client]) -> None:
    client = logged_in("wang", "clerk")
    page = client.get("/console/parties/enterprises/")
    assert (
        page.status_code == 200
        and "榕江1食品有限公司" in page.content.decode()
        and "鹭岛鞋业" in page.content.decode()
    )
    for query in ("q=鹭岛", "region=350200", "trade=19", "trade=C&size=micro", "q=" + code(2)):
        text = client.get(f"/console/parties/enterprises/?{query}").content.decode()
        assert "鹭岛鞋业" in text and "榕江1食品" not in text, query
    for kind in ("csv", "jsonl", "xlsx"):
        answer = client.get(f"/console/parties/enterprises/download.{kind}?q=鹭岛")
        body = b"".join(answer) if answer.streaming else answer.content  # type: ignore[arg-type]
        assert answer.status_code == 200 and body
        if kind != "xlsx":
            assert "鹭岛" in body.decode() and "榕江1" not in body.decode()
    assert AuditEvent.objects.filter(action="parties.export").count() == 3
    assert client.get("/console/parties/enterprises/download.exe").status_code == 404
    for path in ("", "products/", "bodies/", "imports/"):
        assert client.get(f"/console/parties/{path}").status_code == 200, path


def test_what_was_downloaded_can_be_imported_again(province: None, logged_in: Callable[..., Client]) -> None:
    client = logged_in("wang", "clerk")
    body = b"".join(client.get("/console/parties/enterprises/download.csv"))  # type: ignore[arg-type]
    client.post(
        "/console/parties/imports/",
        {"what": "enterprises", "file": SimpleUploadedFile("a.csv", body), "region": ""},
    )
    row = ImportFile.objects.get()
    import_file.carry_out_check(IMPORTS, str(row.pk))
    row.refresh_from_db()
    assert (row.rows, row.unchanged, row.wrong) == (2, 2, 0), row.errors


def test_an_officials_region_is_a_wall(province: None, logged_in: Callable[..., Client]) -> None:
    client = logged_in("xia", "clerk", region=XIAMEN)
    assert "榕江1食品" not in client.get("/console/parties/enterprises/").content.decode()
    assert client.get(f"/console/parties/enterprises/{code(1)}/").status_code == 404
    assert client.get(f"/console/parties/enterprises/{code(2)}/").status_code == 200
    assert client.post(f"/console/parties/enterprises/{code(1)}/edit/", {"size": "small"}).status_code == 404
    assert client.get(f"/console/parties/products/{gtin.make(1).key}/").status_code == 404


def test_an_enterprises_page(
    province: None, logged_in: Callable[..., Client], official: Callable[..., Actor]
) -> None:
    set_risk_classes(
        [{"uscc": code(1), "risk_class": "D", "basis": "风险依据甲"}], by=official("r", "reviewer")
    )
    client = logged_in("wang", "clerk")
    text = client.get(f"/console/parties/enterprises/{code(1)}/").content.decode()
    assert "林某某" in text and "风险依据甲" in text and "速冻鱼丸1号" in text
    assert AuditEvent.objects.filter(action="parties.read_private", subject_key=code(1)).exists()
    client = logged_in("firm", speaks_for="enterprise", party=code(1), region="350105")
    text = client.get("/console/parties/", follow=True).content.decode()
    assert "林某某" in text and "风险依据甲" not in text, "a firm sees its own file, never its risk class"
    assert client.get(f"/console/parties/enterprises/{code(2)}/").status_code == 404
    assert client.get("/console/parties/enterprises/new/").status_code == 403
    for page in ("imports", "duplicates", "claims"):
        assert client.get(f"/console/parties/{page}/").status_code == 403, page


def test_forms(province: None, logged_in: Callable[..., Client]) -> None:
    client = logged_in("wang", "clerk")
    page = client.post(
        "/console/parties/enterprises/new/",
        {"uscc": code(3)[:17] + "?", "name": "新企业", "region": "马尾区"},
    )
    text = page.content.decode()
    assert page.status_code == 422 and "第18位" in text and "新企业" in text
    data = {
        "uscc": code(3),
        "name": "新企业",
        "region": "马尾区",
        "roles": ["producer"],
        "status": "active",
        "trade": "1432",
    }
    page = client.post("/console/parties/enterprises/new/", data)
    assert page.status_code == 302, page.content.decode()
    row = Enterprise.objects.get(uscc=code(3))
    assert (row.region, row.roles) == ("350105", ["producer"])
    address = f"/console/parties/enterprises/{code(3)}/"
    assert client.get(address + "edit/").status_code == 200
    edit = {
        "region": "350105",
        "trade": "1432",
        "roles": ["producer", "seller"],
        "size": "small",
        "revision": str(row.revision),
    }
    assert client.post(address + "edit/", edit).status_code == 302
    row.refresh_from_db()
    assert row.roles == ["producer", "seller"] and row.size == "small"
    stale = client.post(address + "edit/", edit | {"size": "large"})
    assert stale.status_code == 422 and "wang" in stale.content.decode()
    assert client.post(address + "rename/", {"name": "新新企业"}).status_code == 302
    assert (
        client.post(
            address + "close/", {"status": "deregistered", "on": "", "successor_code": code(1)}
        ).status_code
        == 302
    )
    row.refresh_from_db()
    assert (row.name, row.status, row.successor_code) == ("新新企业", "deregistered", code(1))
    number = gtin.make(7)
    product = {"name": "鱼面", "gtin": number.text, "category": "食品", "sector": "food", "consumer_goods": "true",
               "producer_code": code(1), "status": "on_sale"}  # fmt: skip
    page = client.post("/console/parties/products/new/", product)
    assert page.status_code == 302, page.content.decode()
    assert (
        client.post(f"/console/parties/products/{number.key}/edit/", product | {"brand": "榕江"}).status_code
        == 302
    )
    assert Product.objects.get(number=number.key).brand == "榕江"
    body = {
        "uscc": code(30),
        "name": "某检测公司",
        "region": "350105",
        "kinds": ["testing"],
        "status": "active",
    }
    assert client.post("/console/parties/bodies/new/", body).status_code == 302
    assert client.get(f"/console/parties/bodies/{code(30)}/").status_code == 200
    assert (
        client.post(f"/console/parties/bodies/{code(30)}/edit/", body | {"short_name": "某检"}).status_code
        == 302
    )


def test_hostile_values_are_shown_as_text(logged_in: Callable[..., Client], clerk: Actor) -> None:
    register_enterprises([firm(1, name="<script>alert(1)</script>", address="=HYPERLINK(1)")], by=clerk)
    client = logged_in("wang", "clerk")
    for path in ("", f"{code(1)}/"):
        assert "<script>alert(1)" not in client.get(f"/console/parties/enterprises/{path}").content.decode()
    body = b"".join(client.get("/console/parties/enterprises/download.csv")).decode()  # type: ignore[arg-type]
    assert "'=HYPERLINK(1)" in body


def test_import_pages(logged_in: Callable[..., Client]) -> None:
    client = logged_in("wang", "clerk")
    assert client.get("/console/parties/imports/template/enterprises/").status_code == 200
    text = f"统一社会信用代码,企业名称,地区\n{code(1)},榕江,350105\n{code(2)[:-1]}?,坏,350105\n"
    sent = {"what": "enterprises", "file": SimpleUploadedFile("a.csv", text.encode("gb18030")), "region": ""}
    page = client.post("/console/parties/imports/", sent)
    assert page.status_code == 302
    row = ImportFile.objects.get()
    address = f"/console/parties/imports/{row.pk}/"
    assert client.get(address).status_code == 200
    import_file.carry_out_check(IMPORTS, str(row.pk))
    text = client.get(address).content.decode()
    assert "第18位" in text and "good" in text
    assert "第18位" in b"".join(client.get(address + "report.csv")).decode()  # type: ignore[arg-type]
    assert client.post(address + "decide/", {"mode": "good"}).status_code == 302
    import_file.carry_out_import(IMPORTS, str(row.pk))
    assert Enterprise.objects.count() == 1
    assert client.post("/console/parties/imports/", {"what": "enterprises"}).status_code == 422


def test_duplicate_pages(
    logged_in: Callable[..., Client], clerk: Actor, official: Callable[..., Actor]
) -> None:
    register_enterprises([firm(1), firm(2)], by=clerk)
    client = logged_in("shen", "reviewer")
    assert client.post("/console/parties/duplicates/").status_code == 302
    row = DuplicateProposal.objects.get()
    address = f"/console/parties/duplicates/{row.pk}/"
    assert "榕江2食品" in client.get("/console/parties/duplicates/").content.decode()
    assert client.get(address).status_code == 200
    assert client.post(address, {"choice": "two", "reason": ""}).status_code == 422
    assert client.post(address, {"choice": code(1), "reason": "同一家"}).status_code == 302
    assert Enterprise.objects.get(uscc=code(2)).merged_into == code(1)
    assert propose_duplicates(by=official("r", "reviewer")) == 0
    assert code(1) in client.get(f"/console/parties/enterprises/{code(2)}/").content.decode()


def test_english_too(province: None, logged_in: Callable[..., Client]) -> None:
    client = logged_in("wang", "clerk")
    client.cookies["pinzhi_lang"] = "en"
    text = client.get("/console/parties/enterprises/").content.decode()
    assert "Enterprises" in text and "Credit code" in text
    assert "Unified social credit code" in client.get("/console/parties/enterprises/new/").content.decode()


# ---------- API ----------


def call(client: Client, method: str, path: str, body: Any = None) -> Any:
    answer = getattr(client, method)(f"/api/v1/parties/{path}", *([json.dumps(body)] if body is not None else []),
                                     **({"content_type": "application/json"} if body is not None else {}))  # fmt: skip
    return answer.status_code, (answer.json() if answer.content else None)


def test_api(logged_in: Callable[..., Client]) -> None:
    client = logged_in("wang", "clerk", "reviewer")
    status, body = call(client, "post", "enterprises", {"rows": [firm(1), firm(2)]})
    assert (status, body) == (201, {"keys": [code(1), code(2)]})
    status, body = call(client, "post", "enterprises", {"rows": [firm(1), firm(3, uscc="123")]})
    assert status == 422 and body["errors"][0]["row"] == 2 and body["code"] == "invalid_rows"
    status, body = call(client, "get", "enterprises?limit=1&search=榕江")
    assert status == 200 and body["count"] == 2 and len(body["items"]) == 1
    status, body = call(client, "get", f"enterprises?limit=1&search=榕江&cursor={body['next']}")
    assert [item["uscc"] for item in body["items"]] == [code(2)] and body["next"] is None
    answer = client.get(f"/api/v1/parties/enterprises/{code(1)}")
    assert answer.json()["legal_representative"] == "林某某" and answer.json()["risk_classes"] == []
    assert (
        client.get(
            f"/api/v1/parties/enterprises/{code(1)}", headers={"If-None-Match": answer["ETag"]}
        ).status_code
        == 304
    )
    assert call(client, "patch", f"enterprises/{code(1)}", {"values": {"size": "small"}}) == (
        200,
        {"fields": ["size"]},
    )
    assert (
        call(client, "patch", f"enterprises/{code(1)}", {"values": {"size": "large"}, "revision": 1})[0]
        == 409
    )
    assert call(client, "post", f"enterprises/{code(1)}/rename", {"name": "新名有限公司"})[0] == 204
    assert call(client, "post", f"enterprises/{code(2)}/close", {"status": "suspended"})[0] == 204
    assert call(client, "post", "risk-classes", {"rows": [{"uscc": code(1), "risk_class": "B"}]}) == (
        201,
        {"count": 1},
    )
    status, body = call(client, "post", "products", {"rows": [goods(1, code(1))]})
    assert status == 201 and call(client, "get", f"products/{body['keys'][0]}")[1]["brand"] == "榕江"
    assert call(client, "get", "products?region=350100")[1]["count"] == 1
    assert call(client, "get", "enterprises?region=nowhere")[0] == 422
    assert call(client, "get", "duplicates")[1]["count"] == 0
    assert call(client, "post", "duplicates", {"region": ""})[1] == {"new": 1}
    (pair,) = call(client, "get", "duplicates")[1]["items"]
    assert call(client, "post", f"duplicates/{pair['id']}/reject", {"reason": "两家"})[0] == 204
    assert call(client, "get", f"enterprises/{code(9)}")[0] == 404


def test_api_import(logged_in: Callable[..., Client]) -> None:
    client = logged_in("wang", "clerk")
    text = f"统一社会信用代码,企业名称\n{code(1)},榕江\n"
    answer = client.post(
        "/api/v1/parties/imports",
        {"what": "enterprises", "region": "350105", "file": SimpleUploadedFile("a.csv", text.encode())},
    )
    assert answer.status_code == 202, answer.content
    key = answer.json()["id"]
    import_file.carry_out_check(IMPORTS, key)
    assert call(client, "get", f"imports/{key}")[1]["new"] == 1
    assert call(client, "post", f"imports/{key}/decide", {"mode": "all"})[0] == 202
    import_file.carry_out_import(IMPORTS, key)
    assert call(client, "get", "imports")[1]["items"][0]["status"] == "done"
    assert call(client, "post", f"imports/{key}/decide", {"mode": "all"})[0] == 409


def test_api_is_for_those_who_may(province: None, client: Client, logged_in: Callable[..., Client]) -> None:
    assert call(client, "get", "enterprises")[0] == 401
    firm_client = logged_in("firm", speaks_for="enterprise", party=code(1), region="350105")
    assert call(firm_client, "get", "enterprises")[1]["count"] == 1
    assert call(firm_client, "get", f"enterprises/{code(2)}")[0] == 404
    assert "risk_classes" not in call(firm_client, "get", f"enterprises/{code(1)}")[1]
    assert call(firm_client, "patch", f"enterprises/{code(1)}", {"values": {"size": "small"}})[0] == 403
    assert call(firm_client, "post", "enterprises", {"rows": [firm(5)]})[0] == 403
    assert call(firm_client, "get", "products")[1]["count"] == 1
    assert call(firm_client, "get", "imports")[1]["count"] == 0
