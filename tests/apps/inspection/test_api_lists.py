"""Every list that a page shows is there by API; what waits for a second person stands under "My work"."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pinzhi.apps.inspection import reminding
from pinzhi.apps.inspection.actions.accept_outside import accept_outside
from pinzhi.apps.inspection.actions.keep_lists import list_inspectors, recuse
from pinzhi.apps.inspection.actions.keep_seals import issue_seals
from pinzhi.apps.inspection.actions.save_programme import save_programme
from pinzhi.apps.inspection.actions.save_rules import save_rules
from pinzhi.kernel import clock
from tests.apps.inspection import world
from tests.apps.inspection.test_pages import login
from tests.apps.inspection.world import CLERK, FUJIAN, LABORATORY, PRODUCER, REVIEWER

pytestmark = pytest.mark.django_db(databases=["default", "portal"])
LISTS = (
    "programmes", "rules", "inspectors", "laboratories", "recusals", "seals", "outside-results", "tasks", "attempts", "draws",
    "samples", "cases",
)  # fmt: skip
OUTSIDE = {
    "reference": "GJ-1", "level": "national", "producer_code": PRODUCER, "producer_name": "榕江童装有限公司", "product_name": "连体衣",
    "standard_executed": "GB 31701-2015", "sampled_on": date(2026, 3, 1), "verdict": "pass",
}  # fmt: skip


def test_every_list(django_assert_max_num_queries: Any) -> None:
    world.rules()
    plan = world.programme("XZ-TEX")
    agency = f"{FUJIAN}-market_supervision"
    with clock.at(date(2026, 4, 1)):
        list_inspectors(
            [{"code": f"ZF{n}", "name": "甲", "agency": agency, "region": FUJIAN} for n in range(3)], by=CLERK
        )
        recuse("ZF1", PRODUCER, reason="近亲属任职", region=FUJIAN, by=CLERK)
        issue_seals([f"YL00000{n}" for n in range(1, 5)], agency, region=FUJIAN, by=CLERK)
        accept_outside("国家监督抽查通告", [OUTSIDE], by=CLERK)
    client = login("wang", "clerk")
    count = {}
    for name in LISTS:
        with django_assert_max_num_queries(25):
            said = client.get(f"/api/v1/inspection/{name}")
        assert said.status_code == 200, (name, said.content.decode()[:300])
        count[name] = said.json()["count"]
    assert count == {
        "programmes": 1, "rules": 1, "inspectors": 3, "laboratories": 1, "recusals": 1, "seals": 4, "outside-results": 1, "tasks": 0,
        "attempts": 0, "draws": 0, "samples": 0, "cases": 0,
    }  # fmt: skip
    page = client.get("/api/v1/inspection/seals?limit=3").json()
    rest = client.get("/api/v1/inspection/seals", {"limit": 3, "cursor": page["next"]}).json()
    assert [one["number"] for one in page["items"] + rest["items"]] == [f"YL00000{n}" for n in range(1, 5)]
    rules = client.get("/api/v1/inspection/rules/XZ-TEX").json()
    item = rules["versions"][0]["items"][0]
    assert (item["name"], item["requirement"], item["method"]) == ("甲醛含量", "≤75 mg/kg", "GB/T 2912.1")
    whole = client.get(f"/api/v1/inspection/programmes/{plan.number}").json()
    assert whole["planned"] == 50 and whole["products"][0]["rules"] == "XZ-TEX"
    able = client.get(f"/api/v1/inspection/laboratories/{LABORATORY}").json()
    assert able[0] | {"valid_from": ""} == {
        "rules": "XZ-TEX",
        "valid_from": "",
        "valid_until": None,
        "capacity": 5000,
    }
    lab = login("lab", speaks_for="body", party=LABORATORY)
    assert lab.get("/api/v1/inspection/laboratories").json()["count"] == 1
    assert lab.get("/api/v1/inspection/rules/XZ-TEX").status_code == 200
    for name in ("programmes", "inspectors", "recusals", "seals", "outside-results", "tasks", "draws"):
        assert lab.get(f"/api/v1/inspection/{name}").json()["count"] == 0, name
    assert client.get("/api/v1/inspection/programmes/none").status_code == 404
    assert client.get("/api/v1/inspection/programmes?year=2026").json()["count"] == 1
    assert client.get("/api/v1/inspection/programmes?year=2025").json()["count"] == 0
    assert client.get("/api/v1/inspection/programmes?year=from").status_code == 422
    assert client.get("/console/inspection/programmes/?year=2026").status_code == 200
    assert client.post("/console/inspection/classes/publish/", {"year": "this"}).status_code == 400


def test_drafts_wait_for_a_second_person() -> None:
    world.rules()
    both = world.official("both", "clerk", "approver")
    with clock.at(date(2026, 5, 4)):
        save_rules(
            "XZ-TEX", product_class="婴幼儿服装", sector="children", items=world.ITEMS, test_samples=2, backup_samples=2,
            standards=["GB 18401-2010"], region=FUJIAN, by=CLERK,
        )  # fmt: skip
        programme = save_programme(
            title="下半年计划", year=2026, level="provincial", region=FUJIAN, products=[{"rules": "XZ-TEX", "batches": 5}],
            by=both,
        )  # fmt: skip
        titles = [str(one.title) for one in reminding.drafts_to_release(both)]
        assert titles == ["XZ-TEX 婴幼儿服装"]  # not the one's own
        other = world.official("second", "approver")
        found = reminding.drafts_to_release(other)
        assert [one.url.split("/")[-2] for one in found] == [programme.number, "XZ-TEX"]
        assert "both" in found[0].hint["zh"]
        for nobody in (CLERK, REVIEWER, world.official("far", "approver", region="360000")):
            assert list(reminding.drafts_to_release(nobody)) == []
