"""Sheets of other systems: each is taken once, however often it is sent, and nothing of it is overwritten."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from pinzhi.apps.inspection.models import Attempt, FieldRecord, Sample
from pinzhi.kernel import clock
from tests.apps.inspection import world
from tests.apps.inspection.test_pages import login

pytestmark = pytest.mark.django_db(databases=["default", "portal"])


@pytest.fixture
def plan() -> Any:
    world.rules()
    return world.programme("XZ-TEX")


def sheet(plan: Any, **changes: Any) -> dict[str, Any]:
    return {**world.sample_row(plan), "sampled_on": str(world.DAY), "id": str(uuid4()), **changes}


def send(client: Client, *rows: dict[str, Any], status: int = 200) -> Any:
    with clock.at(world.DAY):
        answer = client.post(
            "/api/v1/inspection/samples", json.dumps({"rows": rows}), content_type="application/json"
        )
    assert answer.status_code == status, answer.content.decode()[:800]
    return answer.json()


def test_the_same_sheets_sent_again_are_the_same_samples(plan: Any) -> None:
    client, one, two, three = login("wang", "clerk"), *(sheet(plan) for _ in range(3))
    first = send(client, one, two)
    assert first["again"] == 0 and len(set(first["numbers"])) == 2
    assert send(client, one, two) == {"numbers": first["numbers"], "again": 2}
    # The line broke: the sender does not know what arrived and sends a larger list, in another order.
    mixed = send(client, three, two, {**one, "id": one["id"].upper()} | {"id": one["id"]})
    assert mixed["again"] == 2 and mixed["numbers"][1:] == first["numbers"][::-1]
    assert Sample.objects.count() == 3 == FieldRecord.objects.count()
    assert FieldRecord.objects.get(pk=UUID(two["id"])).sample.number == first["numbers"][1]


def test_what_was_received_is_not_overwritten_nor_told_to_others(plan: Any) -> None:
    client, one = login("wang", "clerk"), sheet(plan)
    (number,) = send(client, one)["numbers"]
    changed = send(client, sheet(plan), {**one, "batch_no": "2"}, status=422)
    assert changed["errors"][0]["row"] == 2 and number in str(changed["errors"])
    other = send(login("li", "clerk"), one, status=422)
    assert number not in str(other)
    assert Sample.objects.count() == 1  # all or none
    assert set(Attempt.objects.values_list("code", flat=True)) == {"id"} and Attempt.objects.count() == 2


@pytest.mark.parametrize("given", [None, "", "7", "not-a-uuid", 5, ["x"]])
def test_a_sheet_without_a_task_needs_an_id(plan: Any, given: Any) -> None:
    said = send(login("wang", "clerk"), sheet(plan, id=given), status=422)
    assert said["errors"][0]["column"] == "id" and "UUID" in str(said["errors"])
    assert not Sample.objects.exists()


def test_an_id_twice_in_one_list_and_the_row_of_another_fault(plan: Any) -> None:
    client, one = login("wang", "clerk"), sheet(plan)
    twice = send(client, one, {**one, "batch_no": "2"}, status=422)
    assert [(e["row"], e["column"]) for e in twice["errors"]] == [(2, "id")]
    send(client, one)
    # Row 1 is known already: the fault of the next keeps its own number, and is kept as an attempt.
    wrong = send(client, one, sheet(plan, sampled_on="2026-13-01"), status=422)
    assert [(e["row"], e["column"]) for e in wrong["errors"]] == [(2, "sampled_on")]
    assert Attempt.objects.filter(code="sampled_on").count() == 1
    assert Sample.objects.count() == 1
