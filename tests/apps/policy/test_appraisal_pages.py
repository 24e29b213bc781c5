"""The appraisal as its people walk through it: criteria, scores with evidence, result, a second person, what follows."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from pinzhi.apps.policy.models import Appraisal, Award, Document
from pinzhi.kernel import clock
from tests.apps.policy.world import FUJIAN, FUZHOU, XIAMEN, chief_officers, login, plans, user

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.apps.policy.urls")]
AFTER = date(2025, 2, 10)


@pytest.fixture
def upper(settings: Any) -> Document:
    settings.DEMO = True
    with clock.at(date(2024, 1, 5)):
        found = plans()[0]
    chief_officers(FUZHOU, 20, date(2024, 3, 1))
    chief_officers(XIAMEN, 19, date(2024, 3, 1))
    return found


def pdf() -> BytesIO:
    file = BytesIO(b"%PDF-1.4\n%%EOF\n")
    file.name = "评议表.pdf"
    return file


def test_walk(upper: Document) -> None:
    clerk, second = login(user("clerk", "clerk")), login(user("second", "approver"))
    with clock.at(AFTER):
        typed: dict[str, Any] = {
            "year": 2024,
            "title": "考核",
            "kind": "region",
            "region": FUJIAN,
            "appraisees": FUZHOU,
            "document": "",
        }
        refused = clerk.post("/console/appraisals/new/", typed)
        assert refused.status_code == 422 and "至少需要两个" in refused.content.decode()
        made = clerk.post(
            "/console/appraisals/new/", {**typed, "graded": "on", "appraisees": f"{FUZHOU}\n{XIAMEN}"}
        )
        assert made.status_code == 302, made.content.decode()[:3000]
        found = Appraisal.objects.get()
        base = f"/console/appraisals/{found.code}/"
        row = {
            "title": "首席质量官",
            "weight": "60",
            "method": "min_max",
            "direction": "up",
            "goal": "",
            "cap": "100",
            "table": "",
        }
        new = base + "criteria/new/"
        assert (
            clerk.post(new, {**row, "what": "indicator:i18_firms_with_cqo", "weight": "-1"}).status_code
            == 422
        )
        assert clerk.post(new, {**row, "what": "indicator:i18_firms_with_cqo"}).status_code == 302
        assert clerk.post(new, {**row, "title": "评议", "what": "expert:", "weight": "40"}).status_code == 302
        assert clerk.get(base + "criteria/1/").status_code == 200
        assert (
            clerk.post(
                base + "criteria/2/", {**row, "title": "群众评议", "what": "expert:", "weight": "40"}
            ).status_code
            == 302
        )
        assert clerk.post(base + "method/", {"missing": "zero", "spread": "0.5"}).status_code == 302
        for key, score in ((FUZHOU, "70"), (XIAMEN, "96")):
            address = base + f"units/{key}/2/"
            assert clerk.post(address, {"score": score, "note_text": "评议"}).status_code == 422, (
                "no evidence"
            )
            assert (
                clerk.post(address, {"score": score, "note_text": "评议", "files": pdf()}).status_code == 302
            )
        assert clerk.post(base + "do/compute/").status_code == 302
        page = clerk.get(base).content.decode()
        assert "暂定" in page and "国办发〔2013〕47号" in page and "群众评议" in page and "pz-ranks" in page
        assert "随机变动2,000次" in page
        assert 'do/confirm/"' not in page, "who computed does not confirm"
        assert 'do/confirm/"' in second.get(base).content.decode()
        outsider = login(user("city", "clerk", region=FUZHOU, party="350100-market_supervision"))
        assert outsider.get(base).status_code == 403, (
            "before it is confirmed those who are ranked do not see it"
        )
        assert (
            second.post(base + "do/confirm/", {"text": "闽质强办〔2025〕2号"}, follow=True).status_code == 200
        )
        found.refresh_from_db()
        assert found.state == "confirmed" and found.published_at is None
        assert outsider.get(base).status_code == 200
        unit = outsider.get(base + f"units/{FUZHOU}/").content.decode()
        assert "评议表.pdf" in unit and "88.00" in unit
        sha = found.criteria.get(position=2).scores.first().files[0]["sha256"]  # type: ignore[union-attr]
        assert clerk.get(base + f"units/{FUZHOU}/2/files/{sha}/").status_code == 200
        assert outsider.get(base + f"units/{FUZHOU}/2/files/{sha}/").status_code == 403
        book = load_workbook(BytesIO(clerk.get(base + "result.xlsx").content)).active
        assert [cell.value for cell in book[1]][:5] == ["名次", "考核对象", "代码", "得分", "等级"]
        assert [cell.value for cell in book[2]][:5] == [1, "福州市", FUZHOU, 88, "B"]
        assert "暂定" in clerk.get(base + "result.csv").content.decode()
        clerk.cookies["pinzhi_lang"] = "en"
        english = clerk.get(base).content.decode()
        assert "What the ranking hangs on" in english and "provisional" in english
        assert clerk.get("/console/appraisals/").status_code == 200


def test_incentives(upper: Document) -> None:
    clerk, second = login(user("clerk", "clerk")), login(user("second", "approver"))
    with clock.at(AFTER):
        rule = {
            "title": "前列表扬",
            "trigger": "rank_top",
            "threshold": "1",
            "measure": "praise",
            "amount": "",
            "document": "",
            "region": FUJIAN,
        }
        assert clerk.post("/console/incentives/rules/new/", rule).status_code == 422
        assert second.post("/console/incentives/rules/new/", {**rule, "threshold": "x"}).status_code == 422
        assert second.post("/console/incentives/rules/new/", rule).status_code == 302
        clerk.post(
            "/console/appraisals/new/",
            {
                "year": 2024,
                "title": "考核",
                "kind": "region",
                "region": FUJIAN,
                "appraisees": f"{FUZHOU} {XIAMEN}",
                "document": "",
            },
        )
        base = f"/console/appraisals/{Appraisal.objects.get().code}/"
        clerk.post(
            base + "criteria/new/",
            {
                "title": "首席质量官",
                "what": "indicator:i18_firms_with_cqo",
                "weight": "1",
                "method": "min_max",
                "direction": "up",
            },
        )
        clerk.post(base + "do/compute/")
        second.post(base + "do/confirm/")
        clerk.post(base + "do/propose/")
        award = Award.objects.get()
        assert award.recipient == FUZHOU and "福州市" in second.get("/console/incentives/").content.decode()
        clerk.post(f"/console/incentives/{award.pk}/decide/", {"decision": "do"})
        award.refresh_from_db()
        assert award.state == "proposed"
        second.post(f"/console/incentives/{award.pk}/decide/", {"decision": "do", "amount": "abc"})
        second.post(f"/console/incentives/{award.pk}/decide/", {"decision": "do"})
        award.refresh_from_db()
        assert award.state == "decided"
        assert "前列表扬" in clerk.get(base + f"units/{FUZHOU}/").content.decode()
        assert "福州市" in clerk.get(f"/console/incentives/?recipient={FUZHOU}").content.decode()
        assert clerk.post(f"/console/incentives/propose/{upper.code}/").status_code == 302
    firm = login(user("firm", speaks_for="enterprise", party="91350100MA2XTEST1K"))
    assert (
        firm.get("/console/incentives/").status_code == 403
        and firm.get("/console/appraisals/").status_code == 403
    )
