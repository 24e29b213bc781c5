"""Policy work by API: a child plan mapped, an appraisal from criteria to ranking, a yearly plan, reports, matters."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfReader

from pinzhi.apps.policy.models import Document
from pinzhi.kernel import clock
from pinzhi.kernel.registers import catalogue
from tests.apps.policy.world import FUJIAN, FUZHOU, XIAMEN, chief_officers, plans
from tests.doors.api.conftest import Caller

pytestmark = pytest.mark.django_db
BUREAU = "350000-market_supervision"
Make = Callable[..., Caller]
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def both() -> tuple[Document, Document]:
    catalogue.sync()
    with clock.at(date(2024, 1, 5)):
        found = plans()
    chief_officers(FUZHOU, 20, date(2024, 3, 1))
    chief_officers(XIAMEN, 10, date(2024, 3, 1))
    return found


@pytest.fixture
def clerk(caller: Make) -> Caller:
    return caller("li", f"clerk@{FUJIAN}", party=BUREAU)


@pytest.fixture
def approver(caller: Make) -> Caller:
    return caller("zhao", f"approver@{FUJIAN}", party=BUREAU)


def test_mapping(both: tuple[Document, Document], clerk: Caller, caller: Make) -> None:
    upper, lower = both
    assert clerk.get(f"/policy/documents/{upper.code}/mapping", 422)["code"] == "no_parent_plan"
    page = clerk.get(f"/policy/documents/{lower.code}/mapping")
    assert page["parent"] == upper.code and page["waiting"] == len(page["rows"]) and page["may_map"]
    rows = {row["title"]: row for row in page["rows"]}
    own = next(row for row in page["rows"] if "食品节" in row["title"])
    chosen = next(row for row in page["rows"] if row["kind"] == "target" and row["likely"])
    body = {
        "targets": [{"row": chosen["id"], "takes_up": chosen["likely"][0]}],
        "measures": [{"row": own["id"], "takes_up": None}],
    }
    stranger = caller("wu", f"clerk@{XIAMEN}")
    assert stranger.post(f"/policy/documents/{lower.code}/mapping", body, 403)["code"] == "not_permitted"
    done = clerk.post(f"/policy/documents/{lower.code}/mapping", body)
    assert done["waiting"] == len(rows) - 2
    after = {row["id"]: row for row in done["rows"] if row["kind"] == "target"}
    assert after[chosen["id"]]["decided"] and after[chosen["id"]]["takes_up"] == chosen["likely"][0]
    wrong = {"targets": [{"row": chosen["id"], "takes_up": 999999}]}
    assert clerk.post(f"/policy/documents/{lower.code}/mapping", wrong, 422)["code"] == "no_such_row"
    gaps = clerk.get(f"/policy/documents/{upper.code}/gaps?limit=500")
    assert {"no plan", "target not taken up"} <= {one["kind"] for one in gaps["items"]} and gaps["count"] > 8


def test_appraisal(both: tuple[Document, Document], clerk: Caller, approver: Caller, caller: Make) -> None:
    upper, _lower = both
    body = {"year": 2024, "title": "2024年度考核", "region": FUJIAN, "appraisees": [FUZHOU, XIAMEN]}
    code = clerk.post("/policy/appraisals", body)["code"]
    assert clerk.post("/policy/appraisals", {**body, "appraisees": [FUZHOU]}, 422)["place"] == "appraisees"
    target = upper.targets.get(unit="家")
    criteria = {
        "criteria": [
            {"title": "首席质量官", "source": "target", "target": target.key, "weight": "60", "goal": "10"},
            {"title": "群众满意", "source": "expert", "weight": "40"},
        ],
        "spread": "0.3",
    }
    address = f"/policy/appraisals/{code}"
    kept = clerk.post(f"{address}/criteria", criteria, method="put")
    assert [one["target"] for one in kept] == [target.key, None]
    for weight in ("0", "-1", "100000", "1e30", "x"):
        wrong = {"criteria": [{"title": "a", "source": "expert", "weight": weight}]}
        assert clerk.post(f"{address}/criteria", wrong, 422, method="put")["place"] == "weight", weight
    assert clerk.get(f"{address}/sensitivity", 404)["code"] == "not_computed"
    for key, score in ((FUZHOU, "80"), (XIAMEN, "95")):
        said = {"score": score, "note": "评议", "files": SimpleUploadedFile("评议表.pdf", PDF)}
        clerk.send(f"{address}/units/{key}/scores/2", said)
    assert (
        clerk.send(f"{address}/units/{XIAMEN}/scores/2", {"score": "101", "note": "a"}, 422)["place"]
        == "score"
    )
    assert clerk.post(f"{address}/compute")["state"] == "computed"
    assert caller("sun", "clerk@350100").get(address, 403)["code"] == "not_confirmed"
    firm = caller("firm", speaks_for="enterprise", party="91350100M000100Y43")
    assert firm.get("/policy/appraisals", 403)["code"] == "not_an_agency"
    ranking = clerk.get(f"{address}/ranking")["items"]
    assert [(one["key"], one["rank"]) for one in ranking] == [(XIAMEN, 1), (FUZHOU, 2)]
    assert [one["criterion"] for one in ranking[0]["scores"]] == [1, 2]
    spread = clerk.get(f"{address}/sensitivity")
    assert spread["spread"] == 0.3 and spread["flips"][0]["ahead"] == XIAMEN
    assert clerk.post(f"{address}/confirm", {}, 403)["code"] == "not_permitted"
    done = approver.post(f"{address}/confirm", {"announced_in": "闽质〔2025〕1号"})
    assert done["state"] == "confirmed"
    # The grades' law is not compared with its text: the result says provisional and stays unpublished.
    assert bool(done["provisional"]) == (done["published_at"] is None)
    assert clerk.post(f"{address}/criteria", criteria, 409, method="put")["code"] == "confirmed"
    assert caller("qian", "clerk@350100").get(address)["code"] == code, "confirmed: every official sees it"
    tag = Client().get(f"/api/v1{address}", headers=clerk.headers()).headers["ETag"]
    assert clerk.get(address, 304, **{"If-None-Match": tag}).status_code == 304


def test_incentives(both: tuple[Document, Document], clerk: Caller, approver: Caller) -> None:
    code = _confirmed(clerk, approver)
    rule = {
        "region": FUJIAN,
        "title": "第一名表扬",
        "trigger": "rank_top",
        "threshold": "1",
        "measure": "praise",
    }
    assert clerk.post("/policy/incentives/rules", rule, 403)["code"] == "not_permitted"
    kept = approver.post("/policy/incentives/rules", rule)
    (award,) = clerk.post("/policy/incentives/propose", {"appraisal": code})
    assert award["recipient"] == FUZHOU and award["rule"] == kept["id"]
    assert clerk.get("/policy/incentives?state=proposed")["count"] == 1
    decided = approver.post(f"/policy/incentives/{award['id']}/decide", {"do": True})
    assert decided["state"] == "decided"
    assert approver.post(f"/policy/incentives/{award['id']}/decide", {"do": True}, 409)["code"] == "decided"
    used = approver.post(f"/policy/incentives/rules/{kept['id']}", {"active": False}, method="patch")
    assert used["active"] is False
    assert approver.post("/policy/incentives/999999/decide", {"do": True}, 404)["code"] == "no_such_award"


def _confirmed(clerk: Caller, approver: Caller) -> str:
    body = {"year": 2024, "title": "考核", "region": FUJIAN, "appraisees": [FUZHOU, XIAMEN]}
    code: str = clerk.post("/policy/appraisals", body)["code"]
    row = {
        "title": "官",
        "source": "indicator",
        "indicator": "i18_firms_with_cqo",
        "weight": "1",
        "goal": "20",
    }
    clerk.post(f"/policy/appraisals/{code}/criteria", {"criteria": [row]}, method="put")
    clerk.post(f"/policy/appraisals/{code}/compute")
    approver.post(f"/policy/appraisals/{code}/confirm", {})
    return code


def test_year_plan(both: tuple[Document, Document], clerk: Caller, approver: Caller, caller: Make) -> None:
    body = {"year": 2026, "title": "重点产品计划", "region": FUJIAN, "document": both[0].code}
    code = clerk.post("/policy/year-plans", body)["code"]
    address = f"/policy/year-plans/{code}"
    definition = catalogue.get("annual_plans").definition
    sector = definition.by_name["sector"].options[0].value  # type: ignore[index]
    tool = definition.by_name["tools"].options[0].value  # type: ignore[index]
    product = {"product_name": "儿童鞋", "sector": sector, "tools": [tool], "lead_unit": "省市场监管局"}
    assert approver.post(f"{address}/publish", status=422)["code"] == "no_products"
    wrong = clerk.post(f"{address}/products", {"products": [product, {"product_name": "x"}]}, 422)
    assert {error["row"] for error in wrong["errors"]} == {2}
    (made,) = clerk.post(f"{address}/products", {"products": [product]})
    assert made["number"] == 1 and made["due_on"] == "2026-12-31" and made["lead_agency"] == BUREAU
    for number in (9, -1, "1", True, 2**40):
        wrong = clerk.post(f"{address}/products", {"products": [{**product, "number": number}]}, 422)
        assert wrong["errors"][0]["column"] == "number", number
    assert caller("sun", "clerk@350100").get(address, 403)["code"] == "draft"
    assert clerk.post(f"{address}/publish", status=403)["code"] == "not_permitted"
    assert approver.post(f"{address}/publish")["state"] == "published"
    assert caller("qian", "clerk@350100").get(f"{address}/products")["count"] == 1
    said = {"status": "behind", "pass_rate_after": "91.5", "summary": "抽查两批"}
    assert clerk.post(f"{address}/products/1/report", said)["status"] == "behind"
    assert clerk.post(f"{address}/products/1/report", {"status": "x"}, 422)["errors"]
    assert clerk.get(f"{address}/products?status=done")["count"] == 0
    assert approver.post(f"{address}/products/1", method="delete")["products"] == 0
    assert clerk.get(f"{address}/products/1", 404)["code"] == "no_such_product"


def test_reports_and_matters(both: tuple[Document, Document], clerk: Caller, caller: Make) -> None:
    upper, lower = both
    address = f"/policy/documents/{upper.code}/reports"
    periods = clerk.get(f"{address}?kind=year")["items"]
    assert "2024" in [one["period"] for one in periods] and not any(one["written"] for one in periods)
    text = {"opening": "总体平稳。", "signed_on": "2025-01-10", "addressee": "省人民政府"}
    done = clerk.post(f"{address}/2024", text, method="patch")
    assert done["text"]["opening"] == "总体平稳。" and len(done["targets"]) == 2 and done["may_write"]
    assert clerk.get(f"{address}/2024Q9", 404)["code"] == "no_such_period"
    assert caller("wu", f"clerk@{XIAMEN}").post(f"{address}/2024", text, 403, method="patch")
    paper = Client().get(f"/api/v1{address}/2024/paper.pdf", headers=clerk.headers())
    assert paper.headers["Content-Type"] == "application/pdf"
    said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.content)).pages)
    assert "总体平稳。" in said.replace("\n", "") and "2025年1月10日" in said
    word = Client().get(f"/api/v1{address}/2024/paper.docx?head=true", headers=clerk.headers())
    assert word.content[:2] == b"PK"
    matter = {
        "title": "某产品批量不合格",
        "text": "已下架。",
        "reported_to": "省人民政府",
        "urgency": "urgent",
        "files": SimpleUploadedFile("通报.pdf", PDF),
    }
    made = clerk.send(f"/policy/documents/{upper.code}/matters", matter)
    code, sha256 = made["code"], made["files"][0]["sha256"]
    stranger = caller("sun", "clerk@350100", party="350100-market_supervision")
    assert stranger.get(f"/policy/matters/{code}", 403)["code"] == "not_your_matter"
    assert (
        stranger.get("/policy/matters")["count"] == 0
        and clerk.get("/policy/matters?answered=false")["count"] == 1
    )
    kept = Client().get(f"/api/v1/policy/matters/{code}/files/{sha256}", headers=clerk.headers())
    assert b"".join(kept.streaming_content) == PDF  # type: ignore[attr-defined]
    assert clerk.get(f"/policy/matters/{code}/reply.pdf", 404)["code"] == "no_reply"
    assert clerk.post(f"/policy/matters/{code}/reply", {"text": "同意。"})["replied_at"]
    assert clerk.post(f"/policy/matters/{code}/reply", {"text": "再复。"}, 409)["code"] == "already_answered"
    letter = Client().get(f"/api/v1/policy/matters/{code}/reply.pdf", headers=clerk.headers())
    assert "同意。" in PdfReader(io.BytesIO(letter.content)).pages[0].extract_text()
    assert lower.code  # the city's plan is there too and has no matter
