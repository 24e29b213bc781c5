"""The public side counts what the stand-alone verifier counts from the downloaded entries: any entries, any spec."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pinzhi.kernel.registers import catalogue, public_counting
from pinzhi.kernel.registers.models import PublicEntry
from pinzhi.rules.proof import verify

pytestmark = pytest.mark.django_db

NAME = "e01_cqo"
DAYS = st.integers(0, 1200).map(lambda n: (date(2022, 1, 1) + timedelta(days=n)).isoformat())
STATES = ["reported", "appointed", "trained", "lapsed"]
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "consumer_goods": st.booleans(),
        "employees": st.sampled_from([5, 50, "7.50", "many"]),
        "trade": st.sampled_from(["1421", "14", "", None]),
        "post": st.sampled_from(["a", "b", ["a", "b"]]),
        "period": st.sampled_from(["2022", "2023", None]),
        "amount": st.sampled_from(["1.5", 2, None]),
    },
)


@st.composite
def logs(draw: st.DrawFn) -> list[dict[str, Any]]:
    found = []
    for index in range(draw(st.integers(1, 14))):
        values = draw(VALUES)
        envelope = {
            "id": str(100 + index),
            "key": draw(st.sampled_from("abcd")),
            "kind": "test",
            "state": draw(st.sampled_from([*STATES, None])),
            "record_type": "",
            "effective_on": draw(DAYS),
            "valid_from": draw(st.none() | DAYS),
            "valid_until": draw(st.none() | DAYS),
            "region": draw(st.sampled_from(["350100", "350200", "35_100", ""])),
            "agency": "",
            "subject": draw(st.sampled_from(["s1", "s2", ""])),
            "recorded_at": f"{draw(DAYS)}T08:00:00Z",
            "replaces": draw(st.none() | st.integers(100, 113).map(str)),
        }
        groups = {"entry": {"values": envelope, "salt": ""}}
        group = draw(st.sampled_from(["open", "person"]))
        if draw(st.booleans()):
            groups[group] = {"values": values, "salt": ""}
        found.append({"index": index * 2, "key": envelope["key"], "groups": groups})
    return found


FILTERS = st.lists(
    st.sampled_from(
        [
            {"field": "consumer_goods", "op": "eq", "value": True},
            {"field": "consumer_goods", "op": "ne", "value": True},
            {"field": "employees", "op": "ge", "value": 7},
            {"field": "employees", "op": "lt", "value": "7.5"},
            {"field": "employees", "op": "gt", "value": "m"},
            {"field": "trade", "op": "prefix", "value": ["14"]},
            {"field": "trade", "op": "present", "value": False},
            {"field": "post", "op": "eq", "value": "b"},
            {"field": "post", "op": "ne", "value": "b"},
            {"field": "post", "op": "in", "value": ["b", "c"]},
            {"field": "subject", "op": "present", "value": True},
            {"field": "entry.kind", "op": "eq", "value": "test"},
            {"field": "entry.valid_until", "op": "ge", "value": "2023-01-01"},
        ]
    ),
    max_size=2,
)


@st.composite
def specs(draw: st.DrawFn) -> dict[str, Any]:
    mode = draw(st.sampled_from(["level", "increment", "per_year", "series"]))
    spec: dict[str, Any] = {"register": NAME, "mode": mode, "filters": draw(FILTERS)}
    spec["states"] = draw(st.lists(st.sampled_from(STATES), min_size=1, max_size=3, unique=True))
    if draw(st.booleans()):
        spec["distinct"] = draw(st.sampled_from(["subject", "region", "trade"]))
    if draw(st.booleans()):
        spec["regions"] = [draw(st.sampled_from(["3501", "35", "35_"]))]
    if draw(st.booleans()):
        spec["size"] = draw(st.integers(0, 30))
    if draw(st.booleans()):
        spec["known_at"] = f"{draw(DAYS)}T08:00:00Z"
    if mode in ("level", "series"):
        spec["date"] = draw(DAYS)
    else:
        spec["from"], spec["to"] = sorted([draw(DAYS), draw(DAYS)])
    return spec


def entry(row: dict[str, Any]) -> verify.Entry:
    values: dict[str, Any] = {}
    for name, group in row["groups"].items():
        if name != "entry":
            values |= group["values"]
    return verify.Entry(row["index"], row["groups"]["entry"]["values"], values)


@settings(
    max_examples=40,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=logs(), asked=st.lists(specs(), min_size=1, max_size=5))
def test_sql_counts_what_the_verifier_counts(
    monkeypatch: pytest.MonkeyPatch, rows: list[dict[str, Any]], asked: list[dict[str, Any]]
) -> None:
    # The test's transaction is seen on the main connection alone; the statements are the same on either.
    monkeypatch.setattr("pinzhi.kernel.registers.public.PORTAL", "default")
    monkeypatch.setattr(public_counting, "PORTAL", "default")
    with transaction.atomic():
        point = transaction.savepoint()
        catalogue.sync()
        PublicEntry.objects.bulk_create(PublicEntry(log=NAME, **row) for row in rows)
        for spec in asked:
            expected = verify.count([entry(row) for row in rows], spec)
            found = public_counting.counted(spec, limit=100)
            assert sorted(row.index for row in found.rows) == expected.positions, json.dumps(spec)
            assert found.count == len(expected.positions)
            if spec["mode"] != "per_year":
                assert found.value == expected.value, json.dumps(spec)
        transaction.savepoint_rollback(point)


def test_pages_go_on_where_they_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pinzhi.kernel.registers.public.PORTAL", "default")
    monkeypatch.setattr(public_counting, "PORTAL", "default")
    assert connections["default"].in_atomic_block
    catalogue.sync()
    envelope = {"state": "appointed", "effective_on": "2024-01-01", "recorded_at": "2024-01-01T00:00:00Z"}
    PublicEntry.objects.bulk_create(
        PublicEntry(
            log=NAME,
            index=i,
            key=f"k{i}",
            groups={"entry": {"values": {**envelope, "key": f"k{i}", "id": str(i)}, "salt": ""}},
        )
        for i in range(7)
    )
    spec = {"register": NAME, "mode": "level", "date": "2024-06-01", "states": ["appointed"]}
    seen, after = [], ""
    for _ in range(9):
        found = public_counting.counted(spec, limit=3, after=after)
        assert found.count == 7
        seen += [row.key for row in found.rows]
        after = found.next
        if not after:
            break
    assert seen == [f"k{i}" for i in range(7)]


def test_by_region_is_the_count_of_each_subtree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pinzhi.kernel.registers.public.PORTAL", "default")
    monkeypatch.setattr(public_counting, "PORTAL", "default")
    catalogue.sync()
    envelope = {"state": "appointed", "effective_on": "2024-01-01", "recorded_at": "2024-01-01T00:00:00Z"}
    places = [
        ("350102", "s1"),
        ("350100", "s1"),
        ("350100", "s2"),
        ("350203", "s3"),
        ("", "s4"),
        ("350583", None),
    ]
    PublicEntry.objects.bulk_create(
        PublicEntry(
            log=NAME,
            index=i,
            key=f"k{i}",
            groups={
                "entry": {
                    "values": {
                        **envelope,
                        "key": f"k{i}",
                        "id": str(i),
                        "region": region,
                        "subject": subject,
                    },
                    "salt": "",
                }
            },
        )
        for i, (region, subject) in enumerate(places)
    )
    spec = {"register": NAME, "mode": "level", "date": "2024-06-01", "states": ["appointed"]}
    codes = ["350100", "350200", "350500", "350900"]
    assert list(public_counting.by_region(spec, codes).values()) == [3, 1, 1, 0]
    distinct = public_counting.by_region({**spec, "distinct": "subject"}, codes)
    assert list(distinct.values()) == [2, 1, 0, 0]
    for code, count in distinct.items():
        one = {**spec, "distinct": "subject", "regions": [code.rstrip("0")]}
        assert public_counting.counted(one).value == count
