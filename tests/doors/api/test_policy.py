"""Policies by API: a document brought in, corrected, confirmed, computed, on the scoreboard, reported on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pinzhi.kernel.registers import catalogue
from tests.doors.api.conftest import Caller
from tests.doors.cli.test_commands import OWN

pytestmark = pytest.mark.django_db


@pytest.fixture
def official(caller: Callable[..., Caller]) -> Caller:
    catalogue.sync()
    return caller("li", "clerk@350000", "approver@350000", party="350000-market_supervision")


def bring_in(official: Caller, text: str = OWN, status: int = 200, region: str = "350000") -> dict[str, str]:
    file = SimpleUploadedFile("意见.txt", text.encode("gb18030"))
    return official.send("/policy/documents", {"file": file, "region": region}, status)  # type: ignore[no-any-return]


def test_from_file_to_scoreboard(official: Caller, caller: Callable[..., Caller], firms: list[str]) -> None:
    document = bring_in(official)
    code = document["code"]
    assert document["status"] == "read" and (document["targets"], document["measures"]) == (2, 1)
    assert bring_in(official, status=409)["code"] == "known_document"
    assert bring_in(official, OWN + "\n", status=422, region="nowhere"[:12])["code"] == "no_such_region"
    first, second = official.get(f"/policy/documents/{code}/targets")["items"]
    assert first["indicator"].startswith("i01") and first["quote"] in OWN
    firm = caller("firm", speaks_for="enterprise", party=firms[0])
    assert firm.get("/policy/documents")["count"] == 0
    firm.get(f"/policy/documents/{code}", status=404)
    firm.get(f"/policy/targets/{first['key']}", status=404)
    clerk = caller("wang", "clerk@350000")
    assert clerk.post(f"/policy/documents/{code}/confirm", status=403)["code"] == "not_permitted"
    changed = clerk.post(f"/policy/targets/{second['key']}", {"value": "2500"}, method="patch")
    assert changed["value"] in ("2500", "2500.000000", 2500)
    assert (
        clerk.post(f"/policy/targets/{second['key']}", {"comparator": "?"}, 422, method="patch")["place"]
        == "comparator"
    )
    problem = official.post(f"/policy/documents/{code}/confirm", status=422)
    assert problem["code"] == "no_plan_period" and problem["place"] == "plan_until"
    head = {
        "issued_on": "2017-01-20",
        "plan_from": "2017-01-20",
        "plan_until": "2020-12-31",
        "basis_numbers": ["国办发〔2016〕68号"],
    }
    assert clerk.post(f"/policy/documents/{code}", head, method="patch")["plan_until"] == "2020-12-31"
    assert official.post(f"/policy/documents/{code}/confirm")["status"] == "in_force"
    made = official.post("/policy/readings", {})
    assert {r["status"] for r in made} <= {"reached", "on_course", "behind", "cannot_tell"} and len(made) == 2
    board = official.get("/policy/scoreboard")
    assert board["count"] == 2 and board["items"][0]["reading"]["why"]
    assert official.get(f"/policy/targets/{first['key']}/readings")["count"] == 1
    assert firm.get("/policy/scoreboard")["count"] == 2
    duties = official.get(f"/policy/documents/{code}/duties")["items"]
    assert {(d["role"], d["unit"]) for d in duties} == {("lead", "省质监局"), ("support", "省商务厅")}
    mine = official.get("/policy/duties?limit=1")
    assert [d["unit"] for d in mine["items"]] == ["省质监局"]  # whose heir the caller's bureau is
    note = {"text": "已部署", "state": "on_course"}
    assert official.post(f"/policy/duties/{mine['items'][0]['id']}/progress", note)["state"] == "on_course"
    foreign = next(d["id"] for d in duties if d["unit"] == "省商务厅")
    stranger = caller("zhao", "clerk@350200")
    assert stranger.post(f"/policy/duties/{foreign}/progress", note, status=403)["code"] == "not_your_duty"
    assert official.get(f"/policy/documents/{code}/reading")["reading"]["targets"]
    assert official.get(f"/policy/documents/{code}/coverage")["targets"][0]["children"] == []


def test_files_that_are_none(official: Caller) -> None:
    for name, content in (
        ("a.docx", b"PK\x03\x04"),
        ("a.pdf", b"%PDF-1.4"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ):
        body = {"file": SimpleUploadedFile(name, content), "region": "350000"}
        problem = official.send("/policy/documents", body, 422)
        assert problem["code"] == "unreadable_document" and problem["detail"], name


def test_catalogue(official: Caller) -> None:
    regions = official.get("/catalogue/regions?within=350000&level=city")
    assert regions["count"] == 9 and regions["items"][0]["parent"] == "350000"
    assert official.get("/catalogue/regions?search=福州")["items"][0]["code"] == "350100"
    agencies = official.get("/catalogue/agencies?region=350000&function=quality&on=2017-06-01")["items"]
    assert [a["short"] or a["zh"] for a in agencies], agencies
    assert len(official.get("/policy/indicators")) == 31
    assert official.get("/policy/indicators/none", status=404)["code"] == "no_such_indicator"
    law = official.get("/catalogue/law")
    assert law and all(one["source"] for one in law)
    assert official.get("/catalogue/functions") and official.get("/me")["username"] == "li"
    assert official.get("/users", status=403)["code"] == "not_permitted" and official.get("/work") == []
