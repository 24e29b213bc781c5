"""What other systems send by mistake: refused with the field and the reason, and kept; never a fault of the server."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pinzhi.apps.inspection.models import Attempt, Report, Sample
from tests.apps.inspection import test_draws, world
from tests.apps.inspection.test_api import post
from tests.apps.inspection.test_pages import login
from tests.apps.inspection.world import LABORATORY, sampled

pytestmark = pytest.mark.django_db(databases=["default", "portal"])
plan = test_draws.plan


@pytest.fixture
def clerk() -> Client:
    return login("wang", "clerk")


def row(plan: Any, **changes: Any) -> dict[str, Any]:
    return {**world.sample_row(plan), "sampled_on": "2026-04-08", "id": str(uuid4()), **changes}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sampled_on", "2026-13-45"),
        ("sampled_on", ""),
        ("received_on", "2026-04-07"),
        ("received_on", "9999-12-31"),
        ("received_on", "soon"),
        ("produced_on", "no day"),
        ("produced_on", "2026-04-09"),
        ("price", -1),
        ("price", "NaN"),
        ("price", 1e300),
        ("price", "12.345"),
        ("test_samples", -1),
        ("test_samples", 0),
        ("test_samples", "abc"),
        ("test_samples", 10**30),
        ("backup_samples", [1]),
        ("backup_samples", -3.5),
        ("inspectors", True),
        ("inspectors", [{}]),
        ("inspectors", "王"),
        ("inspectors", "ab"),
        ("seals", -1),
        ("seals", [{}]),
        ("product_name", "长" * 5000),
        ("product_name", ["童装"]),
        ("region", "火星"),
        ("sampled_region", "长" * 300),
        ("photos", "nothing"),
        ("online", [1]),
        ("bought", "maybe"),
        ("outcome", "lost"),
    ],
)
def test_a_wrong_field_of_a_sheet_is_named_and_kept(plan, clerk, field, value) -> None:
    """Nothing is cut, dropped or guessed: the sheet is refused, and the attempt can be read."""
    said = post(clerk, "samples", {"rows": [row(plan, **{field: value})]}, 422)
    assert field in json.dumps(said["errors"]) or field == "outcome", said
    assert not Sample.objects.exists()
    (kept,) = Attempt.objects.filter(what="sample")
    assert kept.zh and kept.en


def test_numbers_as_people_write_them_are_understood(plan, clerk) -> None:
    given = row(plan, test_samples="1,000", backup_samples="１２", price="１,234.50", inspectors="王一、李二")
    (number,) = post(clerk, "samples", {"rows": [given]})["numbers"]
    kept = Sample.objects.get(number=number)
    assert (kept.test_samples, kept.backup_samples, str(kept.price)) == (1000, 12, "1234.50")
    assert kept.inspectors == ["王一", "李二"]


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=4,
)
FIELDS = [
    "programme", "rules", "task", "sampled_on", "outcome", "channel", "product_name", "producer_code", "inspectors", "gtin",
    "price", "test_samples", "backup_samples", "received_on", "produced_on", "seals", "backup_seals", "photos", "signatures",
    "label", "online", "region", "sampled_region", "bought", "laboratory", "stock", "id",
]  # fmt: skip


@given(st.sampled_from(FIELDS), ANY)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_a_field_holds_it_is_taken_or_refused(plan, clerk, field, value) -> None:
    body = json.dumps({"rows": [{**row(plan), field: value}]})
    answer = clerk.post("/api/v1/inspection/samples", body, content_type="application/json")
    assert answer.status_code in (200, 400, 403, 422), (field, value, answer.content[:300])


def good(sample: str, **changes: Any) -> dict[str, Any]:
    items = [
        {"item": "HCHO", "value": "20", "unit": "mg/kg"}, {"item": "PH", "value": "6"}, {"item": "纤维含量", "value": "符合"},
    ]  # fmt: skip
    return {
        "sample": sample, "number": f"A-{sample}", "tested_on": "2026-04-15", "issued_on": "2026-04-20", "items": items, **changes,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"tested_on": "2026-13-45"}, "date_unreadable"),
        ({"issued_on": "tomorrow"}, "date_unreadable"),
        ({"tested_on": "2026-04-01"}, "before_sampling"),
        ({"tested_on": None}, "no_date"),
        ({"verdict": "合格吧"}, "verdict_unreadable"),
        ({"test": "third"}, "test_unreadable"),
        ({"number": "长" * 200}, "too_long"),
        ({"number": ""}, "no_number"),
        ({"items": []}, "item_missing"),
        ({"items": [{"item": "HCHO", "value": "9" * 100, "unit": "mg/kg"}]}, "too_long"),
        ({"seals": ["x" * 60]}, "too_many_seals"),
    ],
)
def test_one_wrong_report_does_not_cost_the_others(plan, changes, code) -> None:
    """The wrong one is refused with its row and kept; what stands beside it is taken."""
    first, second = sampled(plan, 2)
    lab = login("lab", speaks_for="body", party=LABORATORY)
    wrong = {**good(first), **changes}
    said = post(lab, "reports", {"reports": [wrong, good(second)]})
    assert (said["taken"], [(r["row"], r["code"]) for r in said["refused"]]) == (1, [(1, code)])
    assert said["refused"][0]["remedy"]
    assert Attempt.objects.get(what="report").code == code


def test_a_value_may_be_a_number(plan) -> None:
    (number,) = sampled(plan)
    items = [
        {"item": "HCHO", "value": 20.5, "unit": "mg/kg"}, {"item": "PH", "value": 6, "unit": None}, {"item": "纤维含量", "value": "符合"},
    ]  # fmt: skip
    lab = login("lab", speaks_for="body", party=LABORATORY)
    assert post(lab, "reports", {"reports": [good(number, items=items)]})["taken"] == 1
    assert [i.value for i in Report.objects.get().items.order_by("id")] == ["20.5", "6", "符合"]


def test_a_draw_of_more_than_there_can_be_is_refused(plan, clerk) -> None:
    body = {
        "programme": plan.number,
        "title": "x",
        "rules": "XZ-TEX",
        "scope": {"all_trades": True},
        "design": {"kind": "total", "n": 10**19},
    }
    assert post(clerk, "draws", body, 422)["code"] == "too_many_units"
