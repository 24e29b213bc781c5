"""The server's SQL counts what the stand-alone verifier counts, on any history: random entries, random specs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pinzhi.kernel.registers import catalogue, check, counting
from pinzhi.kernel.registers.append import append
from pinzhi.kernel.registers.definitions import parse_register
from pinzhi.kernel.registers.entries import EntryDraft
from pinzhi.kernel.registers.models import Content, Entry, Record
from pinzhi.kernel.registers.present import lock
from pinzhi.rules.proof import verify

pytestmark = pytest.mark.django_db

NAME = "b02_famous_brands"
DAYS = st.integers(0, 1500).map(lambda n: date(2022, 1, 1) + timedelta(days=n))
STATES = ["applied", "granted", "renewal_applied", "lapsed", "revoked"]
VALUES = st.fixed_dictionaries(
    {}, optional={"consumer_goods": st.booleans(), "batch": st.sampled_from(["1", "2", "10"])}
)


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Entries of a few keys in the order of recording; some late, some replacing an earlier one of their key."""
    count = draw(st.integers(1, 14))
    found = []
    for _ in range(count):
        start = draw(DAYS)
        found.append(
            {
                "key": draw(st.sampled_from("abcd")),
                "state": draw(st.sampled_from(STATES)),
                "effective_on": start,
                "valid_from": draw(st.none() | st.just(start)),
                "valid_until": draw(st.none() | DAYS),
                "region": draw(st.sampled_from(["350100", "350200", "350102", ""])),
                "subject": draw(st.sampled_from(["s1", "s2", ""])),
                "values": draw(VALUES),
                "replaces": draw(st.none() | st.integers(0, 13)),
            }
        )
    return found


FILTERS = st.lists(
    st.sampled_from(
        [
            {"field": "consumer_goods", "op": "eq", "value": True},
            {"field": "consumer_goods", "op": "ne", "value": True},
            {"field": "consumer_goods", "op": "present", "value": True},
            {"field": "batch", "op": "in", "value": ["1", "10"]},
            {"field": "batch", "op": "prefix", "value": "1"},
            {"field": "batch", "op": "ge", "value": "10"},
            {"field": "subject", "op": "present", "value": True},
            {"field": "region", "op": "prefix", "value": "3501"},
            {"field": "subject", "op": "le", "value": "s1"},
            {"field": "subject", "op": "ne", "value": "s1"},
        ]
    ),
    max_size=2,
)


@st.composite
def specs(draw: st.DrawFn) -> dict[str, Any]:
    mode = draw(st.sampled_from(["level", "increment", "per_year"]))
    spec: dict[str, Any] = {
        "register": NAME,
        "mode": mode,
        "states": draw(st.lists(st.sampled_from(STATES), min_size=1, max_size=3, unique=True)),
        "filters": draw(FILTERS),
    }
    if draw(st.booleans()):
        spec["distinct"] = draw(st.sampled_from(["subject", "region"]))
    if draw(st.booleans()):
        spec["regions"] = [draw(st.sampled_from(["3501", "350200", "35"]))]
    if mode == "level":
        spec["date"] = draw(DAYS).isoformat()
    else:
        first, last = sorted([draw(DAYS), draw(DAYS)])
        spec["from"], spec["to"] = first.isoformat(), last.isoformat()
    return spec


def register() -> Any:
    """The register with the fields of this test added to what counts look at."""
    found = catalogue.get(NAME)
    content = found.content["definition"]
    extra = [f["name"] for f in content["fields"]]
    fields = [
        {**f, "count": f["name"] in ("consumer_goods", "batch") or f.get("count", False)}
        for f in content["fields"]
    ]
    if "batch" not in extra:
        fields.append(
            {"name": "batch", "title": {"zh": "批次", "en": "Batch"}, "count": True, "publicity": "private"}
        )
    return parse_register({**content, "fields": fields}, found.content["lifecycle"])


def write(history: list[dict[str, Any]], found: Any) -> None:
    ids: list[tuple[str, int]] = []
    for happening in history:
        key, target = happening["key"], happening["replaces"]
        earlier = (
            ids[target][1] if target is not None and target < len(ids) and ids[target][0] == key else None
        )
        draft = EntryDraft(
            key=key,
            kind="test",
            state=happening["state"],
            values=happening["values"],
            effective_on=happening["effective_on"],
            valid_from=happening["valid_from"],
            valid_until=happening["valid_until"],
            region=happening["region"],
            subject=happening["subject"],
            replaces=earlier,
        )
        (ref,) = append(found, [draft], by="test", present=lock(NAME, [key]))
        ids.append((key, ref.entry_id))


def oracle_entries() -> list[verify.Entry]:
    contents = Content.objects.in_bulk()
    found = []
    for position, entry in enumerate(Entry.objects.order_by("id")):
        groups = contents[entry.id].groups
        fields: dict[str, Any] = {}
        for name, group in groups.items():
            if name != "entry":
                fields |= group["values"]
        found.append(verify.Entry(position, groups["entry"]["values"], fields))
    return found


@settings(
    max_examples=25,
    derandomize=True,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(history=histories(), asked=st.lists(specs(), min_size=1, max_size=4))
def test_sql_counts_what_the_verifier_counts(
    history: list[dict[str, Any]], asked: list[dict[str, Any]]
) -> None:
    found = register()
    with transaction.atomic():
        point = transaction.savepoint()
        catalogue.registers()[NAME] = found
        try:
            write(history, found)
            entries = oracle_entries()
            for spec in asked:
                counted = counting.count(spec)
                expected = verify.count(entries, spec)
                if spec["mode"] == "per_year":
                    assert counted.years == expected.value
                else:
                    assert counted.value == expected.value, spec
            faults = list(check.check_records(NAME, lambda *_: None))
            assert not faults, faults
            assert Record.objects.filter(register=NAME).count() <= 4
        finally:
            transaction.savepoint_rollback(point)
            catalogue.reload_memory()
