"""Registers by API: the same actions and permissions as the pages, errors as problems, lists in pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pinzhi.kernel.audit.models import AuditEvent
from pinzhi.kernel.registers import catalogue, sequencer
from pinzhi.rules.proof.verify import check_record, parse_key
from tests.doors.api.conftest import Caller

pytestmark = pytest.mark.django_db(databases=["default", "portal"], transaction=True)
Make = Callable[..., Caller]
RECORDS = "/registers/e01_cqo/records"


@pytest.fixture(autouse=True)
def definitions(transactional_db: None) -> None:
    catalogue.sync()


def sample() -> dict[str, Any]:
    return dict(catalogue.get("e01_cqo").definition.sample)


def enter(approver: Caller, firms: list[str]) -> list[str]:
    items = [{"subject": firm, "region": "350100", "values": sample()} for firm in firms]
    done = approver.post("/registers/e01_cqo/steps/enter_decision", {"items": items})
    return [ref["key"] for ref in done["entries"]]


def test_from_step_to_proof(caller: Make, firms: list[str]) -> None:
    approver = caller("li", "clerk@350100", "approver@350100")
    keys = enter(approver, firms)
    sequencer.drain()
    page = approver.get(f"{RECORDS}?limit=2&order=key")
    assert page["count"] == 3 and [r["key"] for r in page["items"]] == sorted(keys)[:2]
    rest = approver.get(f"{RECORDS}?limit=2&order=key&cursor={page['next']}")
    assert [r["key"] for r in rest["items"]] == sorted(keys)[2:] and rest["next"] is None
    record = approver.get(f"{RECORDS}/{keys[0]}")
    assert (
        record["register"] == "e01_cqo"
        and record["subject"] == firms[0]
        and record["values"] == {**sample(), **record["values"]}
    )
    history = approver.get(f"{RECORDS}/{keys[0]}/history")
    assert [e["kind"] for e in history] == ["enter_decision"] and history[0]["by"] == "li"
    feed = approver.get("/registers/e01_cqo/entries?since=1")
    assert [e["index"] for e in feed["items"]] == [1, 2] and feed["next"] == feed["size"] == 3
    proof = approver.get(f"{RECORDS}/{keys[0]}/proof")
    from pinzhi.kernel.registers import keys as signing

    checked, _ = check_record(proof, [parse_key(str(signing.load(path).key)) for path in signing.files()])
    assert checked.opened == 1
    counts = approver.get("/registers/e01_cqo/counts")
    name = next(c["name"] for c in counts if c["mode"] == "level")
    assert approver.get(f"/registers/e01_cqo/counts/{name}?region=350100")["value"] in ("3", 3)
    assert len(approver.get(f"/registers/e01_cqo/counts/{name}/records")) == 3
    assert AuditEvent.objects.filter(action="registers.read_private", username="li").exists()


def test_filters_search_and_order(caller: Make, firms: list[str]) -> None:
    approver = caller("li", "clerk@350100", "approver@350100")
    enter(approver, firms)
    found = lambda query: approver.get(f"{RECORDS}?{query}")["count"]  # noqa: E731
    assert (
        found(f"subject={firms[1]}") == 1
        and found("state=draft") == 0
        and found("region=350100&region=350200") == 3
    )
    assert found(f"search={firms[1][:10]}") >= 1
    counted = next(f.name for f in catalogue.get("e01_cqo").definition.fields if f.count)
    value = sample()[counted]
    shown = str(value).lower() if isinstance(value, bool) else value
    assert found(f"filter={counted}:{shown}") == 3 and found(f"filter={counted}:no-such-thing") == 0
    for bad in ("filter=nothing:1", "filter=x", "region=999999", "cursor=abc", "order=rank", "limit=0"):
        status = 400 if bad.startswith("cursor") else 422
        problem = approver.get(f"{RECORDS}?{bad}", status=status)
        assert problem["code"] and problem["title"]


def test_all_or_nothing_names_rows(caller: Make, firms: list[str]) -> None:
    approver = caller("li", "clerk@350100", "approver@350100")
    items = [
        {"subject": firms[0], "region": "350100", "values": sample()},
        {"subject": "not-a-code", "region": "350100", "values": sample()},
    ]
    problem = approver.post("/registers/e01_cqo/steps/enter_decision", {"items": items}, status=422)
    assert problem["code"] == "invalid_rows" and problem["errors"][0]["row"] == 2
    assert approver.get(RECORDS)["count"] == 0
    missing = approver.post(
        "/registers/e01_cqo/steps/enter_decision",
        {"items": [{"subject": firms[0], "values": {}}]},
        status=422,
    )
    assert missing["errors_total"] >= 1 and all(e["wrong_en"] for e in missing["errors"])


def test_etag_revision_and_as_of(caller: Make, firms: list[str]) -> None:
    approver = caller("li", "clerk@350100", "approver@350100")
    (key,) = enter(approver, firms[:1])
    first = Client().get(f"/api/v1{RECORDS}/{key}", headers=approver.headers())
    assert first["ETag"] and "no-store" in first["Cache-Control"]
    again = Client().get(
        f"/api/v1{RECORDS}/{key}", headers=approver.headers(**{"If-None-Match": first["ETag"]})
    )
    assert again.status_code == 304
    steps = approver.get(f"{RECORDS}/{key}/steps")
    step = next(s for s in steps if s["may"] and s["asks"] and "fields" in s["asks"])
    stale = {"key": key, "revision": 1, "values": {}, "reason": "x"}
    problem = approver.post(f"/registers/e01_cqo/steps/{step['name']}", {"items": [stale]}, status=422)
    assert "changed meanwhile" in json.dumps(problem)
    assert (
        approver.get(f"{RECORDS}/{key}/as-of?known_at=2001-01-01T00:00:00Z", status=404)["code"]
        == "nothing_held"
    )
    assert approver.get(f"{RECORDS}/{key}/as-of")["kind"] == "enter_decision"
    entry = approver.get(f"{RECORDS}/{key}/history")[0]
    changed = {"values": {"person_name": "更正者"}, "reason": "typing mistake"}
    approver.post(f"{RECORDS}/{key}/entries/{entry['id']}/correction", changed)
    assert approver.get(f"{RECORDS}/{key}")["values"]["person_name"] == "更正者"
    assert [e["void"] for e in approver.get(f"{RECORDS}/{key}/history")] == [True, False]


def test_scope_of_region_and_party(caller: Make, firms: list[str]) -> None:
    approver = caller("li", "clerk@350100", "approver@350100")
    (key,) = enter(approver, firms[:1])
    elsewhere = caller("zhao", "clerk@350200", "approver@350200")
    assert elsewhere.get(RECORDS)["count"] == 0
    assert elsewhere.get(f"{RECORDS}/{key}", status=403)["code"] == "not_permitted"
    assert elsewhere.get("/registers/e01_cqo/entries")["items"] == []
    name = elsewhere.get("/registers/e01_cqo/counts")[0]["name"]
    assert (
        elsewhere.get(f"/registers/e01_cqo/counts/{name}?region=350100", status=403)["code"]
        == "not_permitted"
    )
    items = {"items": [{"subject": firms[1], "region": "350100", "values": sample()}]}
    refused = elsewhere.post("/registers/e01_cqo/steps/enter_decision", items, status=422)
    assert "may not" in json.dumps(refused)
    own = caller("firm", speaks_for="enterprise", party=firms[0])
    other = caller("other", speaks_for="enterprise", party=firms[1])
    assert own.get(f"{RECORDS}/{key}")["key"] == key
    assert (
        other.get(f"{RECORDS}/{key}", status=404)["code"] == "no_such_record"
        and other.get(RECORDS)["count"] == 0
    )
    nobody = caller("nobody")
    assert nobody.get(RECORDS, status=403)["code"] == "not_permitted"
    assert nobody.get("/registers") == []


def test_files_belong_to_a_field(caller: Make, firms: list[str]) -> None:
    found = next(
        (r, f) for r in catalogue.registers().values() for f in r.definition.fields
        if f.type == "file" and r.definition.about == "enterprise"
    )  # fmt: skip
    register, field = found
    approver = caller("li", "clerk@350100", "approver@350100")
    png = bytes.fromhex("89504e470d0a1a0a") + b"\x00\x00\x00\rIHDR" + b"\x00" * 40
    address = f"/registers/{register.name}/files"
    kept = approver.send(address, {"file": SimpleUploadedFile("../../evil<b>.png", png), "field": field.name})
    assert len(kept["sha256"]) == 64 and "/" not in kept["name"]
    wrong = approver.send(
        address, {"file": SimpleUploadedFile("a.png", b"MZ\x90\x00"), "field": field.name}, 422
    )
    assert wrong["code"] == "file_kind"
    assert approver.send(address, {"file": SimpleUploadedFile("a.png", png), "field": "title"}, 404)["code"]


def test_import_checks_then_brings_in(caller: Make, firms: list[str]) -> None:
    approver = caller("li", "clerk@350100", "approver@350100")
    fields = [
        f for f in catalogue.get("e01_cqo").definition.fields if f.name in sample() and f.type != "file"
    ]
    head = ["subject", "region", *(f.name for f in fields)]
    value = lambda v: "；".join(v) if isinstance(v, list) else str(v)  # noqa: E731
    lines = [",".join([firm, "350100", *(value(sample()[f.name]) for f in fields)]) for firm in firms]
    table = SimpleUploadedFile("名单.csv", "\n".join([",".join(head), *lines]).encode("gb18030"))
    body = {"file": table, "step": "enter_decision", "mode": "all"}
    taken = approver.send("/registers/e01_cqo/imports", body)
    assert taken["good"] == 3 and taken["errors"] == [] and taken["job"], taken
    assert approver.get(f"/jobs/{taken['job']}")["state"] == "queued"
    lines[1] = lines[1].replace(firms[1], "bad")
    table = SimpleUploadedFile("名单.csv", "\n".join([",".join(head), *lines]).encode())
    taken = approver.send(
        "/registers/e01_cqo/imports", {"file": table, "step": "enter_decision", "mode": "all"}
    )
    assert taken["job"] is None and taken["good"] == 2 and taken["errors"][0]["row"] == 3
    assert approver.get(f"/registers/e01_cqo/imports/{taken['id']}")["status"] == "checked"
    assert approver.get("/registers/e01_cqo/imports")["count"] == 2
    stranger = caller("zhao", "clerk@350200")
    assert stranger.get(f"/registers/e01_cqo/imports/{taken['id']}", status=404)["code"] == "no_such_import"
