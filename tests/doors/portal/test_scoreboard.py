"""The scoreboard from published targets and readings, down to the records counted and the recount by verify.py."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.registers import public_counting
from pinzhi.kernel.registers.publish import Publication, publish

from .test_pages import queries, text
from .test_proof import body, verify
from .world import CQO, DOCUMENT, REPORTED, TARGET, appoint, count_spec, declare_policy, sequence

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "portal"])


@pytest.fixture
def policy(province: dict[str, Any]) -> dict[str, Any]:
    declare_policy()
    return province


def rows(page: str) -> str:
    return page.split("<tbody>")[1]


def test_one_row_a_target(policy: Any, stranger: Client, reader: Client) -> None:
    page = text(stranger, "/scoreboard/")
    assert rows(page).count("<tr>") == 3
    assert "3家以上企业建立首席质量官制度" in page and "已达到目标值" in page
    assert "92.60" in page and "4,630" in page, "a rate shows its base"
    assert page.count("pz-spark") >= 1
    english = text(reader, "/scoreboard/")
    assert "the bound is met" in english and "no reading has been published" in english


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("attainment=reached", 1),
        ("attainment=on_course", 1),
        ("attainment=cannot_tell", 1),
        (f"document={DOCUMENT}", 3),
        ("document=nonsense", 3),
        ("region=350000&attainment=reached", 1),
    ],
)
def test_it_is_narrowed_by_address(policy: Any, stranger: Client, query: str, count: int) -> None:
    assert rows(text(stranger, f"/scoreboard/?{query}")).count("<tr>") == count


def test_nothing_fits_is_said(policy: Any, stranger: Client) -> None:
    assert "没有符合条件的目标" in text(stranger, "/scoreboard/?attainment=behind")


def test_the_number_of_queries_does_not_grow_with_targets(policy: Any, stranger: Client) -> None:
    stranger.get("/scoreboard/")
    assert queries(stranger, "/scoreboard/") <= 4
    stranger.get("/")
    assert queries(stranger, "/") <= 6


def test_a_target_leads_to_its_records_and_their_proofs(policy: Any, stranger: Client) -> None:
    page = text(stranger, f"/scoreboard/{TARGET}/")
    assert "data-chart" in page and "福州市" in page, "the trend, and the regions as bars"
    listed = text(stranger, f"/scoreboard/{TARGET}/counted/")
    assert "一致" in listed and "不一致" not in listed
    proofs = re.findall(r'href="(/registers/[^"]+/proof\.json)"', listed)
    assert len(proofs) == 3
    for proof in proofs:
        assert stranger.get(proof).status_code == 200


def test_what_has_changed_since_is_said(policy: Any, stranger: Client) -> None:
    appoint(8, person_name="新人")
    sequence()
    assert "不一致" in text(stranger, f"/scoreboard/{TARGET}/counted/")


def test_verify_recounts_the_published_reading(policy: Any, stranger: Client, tmp_path: Path) -> None:
    for name, address in (
        ("verify.py", "/verify/verify.py"),
        ("reading.json", f"/scoreboard/{TARGET}/reading.json"),
        ("mirror.zip", f"/log/{CQO}/mirror.zip"),
    ):
        (tmp_path / name).write_bytes(body(stranger.get(address)))
    told = verify(tmp_path, "indicator", "reading.json", "mirror.zip")
    assert told.returncode == 0, told.stdout
    assert json.loads((tmp_path / "reading.json").read_bytes())["value"] == "3"


def test_a_reported_figure_says_so(policy: Any, stranger: Client) -> None:
    page = text(stranger, f"/scoreboard/{REPORTED}/")
    assert "该数为报送数" in page and "/counted/" not in page.split("<main")[1]
    assert stranger.get(f"/scoreboard/{REPORTED}/reading.json").status_code == 404
    assert stranger.get(f"/scoreboard/{REPORTED}/counted/").status_code == 404
    assert stranger.get("/scoreboard/NO-SUCH/").status_code == 404


def test_a_region_is_counted_with_its_subtree(policy: Any) -> None:
    assert public_counting.counted(count_spec("3501")).value == 2
    assert public_counting.counted(count_spec("3502")).value == 1


def test_documents_and_duties(policy: Any, stranger: Client) -> None:
    page = text(stranger, "/documents/")
    assert f"/documents/{DOCUMENT}/" in page
    page = text(stranger, f"/documents/{DOCUMENT}/")
    assert "国办发〔2016〕68号" in page and "省质监局" in page and "省商务厅" in page
    narrowed = text(stranger, f"/documents/{DOCUMENT}/?unit=省商务厅").split('id="duties"')[1]
    assert rows(narrowed).split("</tbody>")[0].count("<tr>") == 1


def test_a_unit_s_published_deadlines_as_a_calendar(policy: Any, stranger: Client) -> None:
    with transaction.atomic():
        publish(
            "policy_duties",
            [
                Publication(
                    key=key,
                    subject=key,
                    region="350000",
                    values={
                        "document_key": DOCUMENT,
                        "measure_no": "二（一）",
                        "title": title,
                        "unit_name": "省市场监管局",
                        "unit_agency": agency,
                        "role": "lead",
                        "due_on": "2027-12-31",
                        "status": status,
                    },
                )
                for key, title, agency, status in (
                    ("D-1", "推行首席质量官制度", "350000-market_supervision", "on_course"),
                    ("D-2", "已经办完的", "350000-market_supervision", "done"),
                    ("D-3", "别的单位的", "350000-commerce", "on_course"),
                )
            ],
            by=Actor.system("test"),
        )
    sequence()
    answer = stranger.get("/units/350000-market_supervision/duties.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    calendar = answer.content.decode()
    assert "推行首席质量官制度" in calendar and "DTSTART;VALUE=DATE:20271231" in calendar
    assert "已经办完的" not in calendar and "别的单位的" not in calendar
    assert stranger.get("/units/nobody/duties.ics").status_code == 404
