"""Corrections replace and stay visible; erasure takes values and salt and breaks no proof."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor, Right
from pinzhi.kernel.errors import NotPermitted, Refused
from pinzhi.kernel.files.actions.store_file import store_file
from pinzhi.kernel.files.queries import get_file
from pinzhi.kernel.registers import catalogue, check, queries, sequencer
from pinzhi.kernel.registers.actions.carry_out import Item, carry_out
from pinzhi.kernel.registers.actions.correct_entry import correct_entry
from pinzhi.kernel.registers.actions.erase_group import erase_group
from pinzhi.kernel.registers.models import Content, Entry, Log, PublicEntry, PublicRecord, Record
from pinzhi.rules.identifiers import uscc

pytestmark = pytest.mark.django_db

CQO = "e01_cqo"
DAY = date(2024, 5, 10)


def official(*roles: str) -> Actor:
    rights = tuple(Right("quality", "*", role, "350100", date(2020, 1, 1)) for role in roles)
    return Actor("-".join(roles), "agency", "350100-market_supervision", "x", rights)


@pytest.fixture(autouse=True)
def definitions(db: None, settings: Any, tmp_path: Path) -> None:
    settings.PINZHI_PUBLISHED_DIR = tmp_path / "published"
    settings.PINZHI_FILES_DIR = tmp_path / "files"
    catalogue.sync()


def enter(**changes: Any) -> str:
    values = {**catalogue.get(CQO).definition.sample, **changes}
    with clock.at(DAY):
        item = Item(subject=uscc.make(1, region="350100").text, region="350100", values=values)
        (ref,) = carry_out(CQO, "enter_decision", [item], by=official("clerk"))
        sequencer.drain()
    return ref.key


def no_faults() -> None:
    faults = [*check.check_records(CQO, lambda *_: None), *check.check_places()]
    for log in Log.objects.all():
        faults += [*check.check_log(log, lambda *_: None), *check.check_leaves(log, lambda *_: None)]
    assert not faults


def test_a_correction_replaces_and_both_stand_in_the_log() -> None:
    key = enter()
    entry = Entry.objects.get()
    with clock.at(date(2024, 7, 1)):
        correct_entry(CQO, key, entry.id, {"post": "总经理"}, by=official("approver"), reason="录入有误")
        sequencer.drain()
        assert PublicRecord.objects.get(key=key).values["post"] == "总经理"
        assert PublicEntry.objects.filter(key=key).count() == 2
    shown = queries.record_as_of(CQO, key, date(2024, 6, 1))
    known = queries.record_as_of(
        CQO, key, date(2024, 6, 1), known_at=Entry.objects.get(pk=entry.id).recorded_at
    )
    assert shown is not None and shown.values["post"] == "总经理", "as it was valid on the day"
    assert known is not None and known.values["post"] == "副总经理", "as it was known then"
    no_faults()


def test_a_correction_needs_an_approver_and_a_reason() -> None:
    key = enter()
    entry = Entry.objects.get()
    with pytest.raises(NotPermitted):
        correct_entry(CQO, key, entry.id, {"post": "总经理"}, by=official("clerk"), reason="录入有误")
    with pytest.raises(Refused):
        correct_entry(CQO, key, entry.id, {"post": "总经理"}, by=official("approver"), reason=" ")
    assert Entry.objects.count() == 1


def test_an_entry_is_replaced_once() -> None:
    key = enter()
    entry = Entry.objects.get()
    correct_entry(CQO, key, entry.id, {"post": "总经理"}, by=official("approver"), reason="录入有误")
    with pytest.raises(Refused):
        correct_entry(CQO, key, entry.id, {"post": "董事长"}, by=official("approver"), reason="录入有误")


def test_erasure_breaks_no_proof() -> None:
    key = enter()
    root = bytes(Log.objects.get(name=CQO).root)
    with pytest.raises(NotPermitted):
        erase_group(CQO, key, "person", by=official("approver"), reason="本人申请")
    with clock.at(DAY):
        assert erase_group(CQO, key, "person", by=official("administrator"), reason="本人申请") == 1
        assert erase_group(CQO, key, "private", by=official("administrator"), reason="本人申请") == 1
    record = Record.objects.get(key=key)
    assert (
        "person_name" not in record.values
        and "mobile" not in record.values
        and "张三" not in record.search_text
    )
    assert "张三" not in str(PublicRecord.objects.get(key=key).values)
    assert "张三" not in str(list(PublicEntry.objects.values_list("groups", flat=True)))
    assert "张三" not in str(list(Content.objects.values_list("groups", flat=True)))
    assert bytes(Log.objects.get(name=CQO).root) == root
    no_faults()


def test_erasure_takes_files_that_nothing_else_names() -> None:
    clerk = official("clerk")
    stored = store_file(
        io.BytesIO(b"%PDF-1.4\n%%EOF\n"), name="a.pdf", accept=["pdf"], max_bytes=10_000, by=clerk
    )
    name = next(f.name for f in catalogue.get(CQO).definition.fields if f.type == "file")
    file = {"sha256": stored.sha256, "name": "a.pdf", "size": stored.size, "type": stored.media_type}
    key = enter(**{name: [file]})
    group = catalogue.get(CQO).definition.by_name[name].publicity
    erase_group(CQO, key, group, by=official("administrator"), reason="本人申请")
    assert get_file(stored.sha256) is None


@pytest.mark.parametrize("group", ["entry", "nothing"])
def test_what_cannot_be_erased(group: str) -> None:
    key = enter()
    with pytest.raises(Refused):
        erase_group(CQO, key, group, by=official("administrator"), reason="本人申请")
