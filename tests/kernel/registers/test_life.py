"""One record from application to proof: the engine's whole way, against a real PostgreSQL."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor, Right
from pinzhi.kernel.errors import RefusedRows
from pinzhi.kernel.registers import catalogue, counting, logs, sequencer
from pinzhi.kernel.registers.actions.carry_out import Item, carry_out
from pinzhi.kernel.registers.models import Entry, Log, PublicEntry, PublicRecord, Record
from pinzhi.rules.identifiers import uscc

pytestmark = pytest.mark.django_db

CQO = "e01_cqo"
START = date(2020, 1, 1)


def official(name: str, *roles: str, region: str = "350100") -> Actor:
    rights = tuple(Right("quality", "*", role, region, START) for role in roles)
    return Actor(name, "agency", "amr-350000", name, rights)


def firm(number: int) -> str:
    return uscc.make(number, region="350100").text


def sample(register: str = CQO, **changes: Any) -> dict[str, Any]:
    return {**catalogue.get(register).definition.sample, **changes}


@pytest.fixture(autouse=True)
def definitions(db: None) -> None:
    catalogue.sync()


def appoint(number: int, on: date = date(2024, 5, 10)) -> str:
    clerk, reviewer = official("clerk", "clerk"), official("reviewer", "reviewer")
    with clock.at(on):
        item = Item(subject=firm(number), region="350100", values=sample())
        (ref,) = carry_out(CQO, "report", [item], by=clerk)
        carry_out(CQO, "appoint", [Item(key=ref.key, effective_on=on)], by=reviewer)
    return ref.key


def test_report_appoint_count_publish() -> None:
    key = appoint(1)
    record = Record.objects.get(register=CQO, key=key)
    assert record.state == "appointed"
    assert (record.valid_from, record.valid_until) == (date(2024, 5, 10), date(2027, 5, 9))
    spec = counting.spec_of(CQO, "firms_with_cqo", on=date(2024, 5, 10))
    assert counting.count(spec).value == 1
    assert counting.count({**spec, "date": "2024-05-09"}).value == 0
    assert counting.count({**spec, "date": "2027-05-09"}).value == 1
    assert counting.count({**spec, "date": "2027-05-10"}).value == 0
    assert counting.count({**spec, "regions": ["3502"]}).value == 0
    assert [row["key"] for row in counting.counted(spec)] == [key]

    with clock.at(date(2024, 5, 11)):
        assert sequencer.drain() == 2
    shown = PublicRecord.objects.get(register=CQO, key=key)
    assert "person_name" in shown.values and "mobile" not in shown.values and "id_number" not in shown.values
    opened = PublicEntry.objects.get(log=CQO, key=key)
    assert set(opened.groups) == {"entry", "open", "person"}, "the application itself stays closed"
    with clock.at(date(2027, 5, 10)):
        sequencer.publisher.close_overdue()
    closed = PublicRecord.objects.filter(register=CQO, key=key).first()
    assert closed is None or "person_name" not in closed.values


def test_two_persons() -> None:
    both = official("both", "clerk", "reviewer")
    (ref,) = carry_out(CQO, "report", [Item(subject=firm(2), region="350100", values=sample())], by=both)
    with pytest.raises(RefusedRows) as refused:
        carry_out(CQO, "appoint", [Item(key=ref.key)], by=both)
    assert "另一人" in refused.value.rows[0].right_zh or "另一人" in refused.value.rows[0].wrong_zh


def test_other_region_is_refused() -> None:
    elsewhere = official("elsewhere", "clerk", region="350200")
    with pytest.raises(RefusedRows):
        carry_out(CQO, "report", [Item(subject=firm(3), region="350100", values=sample())], by=elsewhere)
    assert not Entry.objects.exists()


def test_all_or_nothing_names_the_row() -> None:
    good = Item(subject=firm(4), region="350100", values=sample())
    bad = Item(subject=firm(5), region="350100", values=sample(person_name="", employees="three"))
    with pytest.raises(RefusedRows) as refused:
        carry_out(CQO, "report", [good, bad], by=official("clerk", "clerk"))
    assert {(row.row, row.column) for row in refused.value.rows} == {(2, "姓名"), (2, "从业人员数")}
    assert not Entry.objects.exists() and not Record.objects.exists()


@pytest.mark.parametrize(
    "sql",
    ["UPDATE registers_entry SET state = 'x'", "DELETE FROM registers_entry", "TRUNCATE registers_entry"],
)
def test_entries_cannot_be_changed(sql: str) -> None:
    appoint(6)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_tree_and_checkpoint() -> None:
    keys = [appoint(n) for n in range(10, 14)]
    sequencer.drain()
    log = Log.objects.get(name=CQO)
    assert log.size == 8 and len(keys) == 4
    tree = logs.tree(log)
    assert tree.root() == bytes(log.root)
    from pinzhi.kernel.registers import keys as signing
    from pinzhi.rules.proof.verify import verify_checkpoint

    checked = verify_checkpoint(log.checkpoint, [signer.key for signer in signing.signers()], CQO)
    assert checked.size == 8
    assert Log.objects.get(name=logs.HEADS).size == 1


def test_leaf_holds_no_value() -> None:
    appoint(20)
    with connection.cursor() as cursor:
        cursor.execute("SELECT leaf FROM registers_pending")
        for (leaf,) in cursor.fetchall():
            parsed = json.loads(bytes(leaf))
            assert set(parsed) == {"definition", "groups", "register", "v"}
            assert all(len(h) == 64 for h in parsed["groups"].values())


def test_proofs_read_their_tiles_at_once() -> None:
    """However large the tree: one look for the tiles of a proof, and the same path as tile by tile."""
    from django.test.utils import CaptureQueriesContext

    from pinzhi.rules.proof.tree import Tree, leaf_hash, verify_inclusion

    log = logs.get("proof_test")
    leaves = [b"leaf %d" % number for number in range(70_000)]
    logs.extend(log, leaves)
    for index in (0, 255, 256, 65_535, 65_536, 69_999):
        with CaptureQueriesContext(connection) as asked:
            path = Tree(log.size, logs.reader_near(log, [index], "default")).inclusion(index)
        assert len(asked) == 1
        assert path == logs.tree(log).inclusion(index)
        assert verify_inclusion(leaf_hash(leaves[index]), index, log.size, path, bytes(log.root))


def test_a_new_day_opens_and_closes_only_what_changes() -> None:
    """Valid from a later day: shown from it on, also if the sequencer stood still that day; then left alone."""
    today = date(2025, 3, 3)
    with clock.at(today):
        clerk, reviewer = official("clerk", "clerk"), official("reviewer", "reviewer")
        made = [Item(subject=firm(n), region="350100", values=sample()) for n in (21, 22)]
        refs = carry_out(CQO, "report", made, by=clerk)
        carry_out(
            CQO,
            "appoint",
            [Item(key=refs[0].key, effective_on=today, valid_from=date(2025, 3, 10))],
            by=reviewer,
        )
        carry_out(CQO, "appoint", [Item(key=refs[1].key, effective_on=today)], by=reviewer)
        sequencer.drain()
        assert sequencer.publisher.overdue() == [], "what was made today was shown today"
    named = PublicRecord.objects.filter(register=CQO, values__has_key="person_name")
    assert list(named.values_list("key", flat=True)) == [refs[1].key], "a name is public while the term runs"
    with clock.at(date(2025, 3, 9)):
        assert sequencer.publisher.overdue() == []
    with clock.at(date(2025, 3, 13)):
        assert sequencer.publisher.overdue() == [(CQO, [refs[0].key])]
        assert sequencer.tidy(CQO, [refs[0].key])
        assert named.count() == 2 and sequencer.publisher.overdue() == []
    with clock.at(date(2028, 3, 3)):
        assert sequencer.publisher.close_overdue() == 1
    with clock.at(date(2028, 3, 20)):
        assert sequencer.publisher.close_overdue() == 1
        assert sequencer.publisher.overdue() == [] and not named.exists()
