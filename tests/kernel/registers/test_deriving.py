"""A definition that changes under its records: they are counted, named, searched and shown by the present one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from pytest_django import Settings as SettingsWrapper

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.registers import catalogue, check, counting, deriving, public, sequencer
from pinzhi.kernel.registers.actions.carry_out import Item, carry_out
from pinzhi.kernel.registers.models import DefinitionVersion, PublicEntry, Record

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "portal"])

NAME, SYSTEM, DAY = "zz_lantern_makers", Actor.system("tests"), date(2026, 3, 2)
FILE = """
register: zz_lantern_makers
mission: [B05]
title: {zh: 灯彩作坊名录, en: Lantern makers}
purpose: {zh: 登记灯彩作坊。, en: Keeps the makers of lanterns.}
function: quality
about: none
key: {prefix: DC}
lifecycle: listing
label_field: maker
publicity:
  open: {states: [listed], while: state}
  inner: {states: [listed], while: state}
  private: never
entry_publicity: open
fields:
  - {name: maker, title: {zh: 作坊, en: Maker}, constraints: {required: true}, publicity: open, list: true, search: true}
  - {name: craft, title: {zh: 技法, en: Craft}, publicity: open}
  - {name: town, title: {zh: 乡镇, en: Town}, publicity: inner}
counts:
  - {name: makers, title: {zh: 作坊数, en: Makers}, mode: level, states: [listed], unit: 家}
sample: {maker: 甲灯坊, craft: paper, town: 白水}
"""
PAPER = "  - {name: paper, title: {zh: 纸灯, en: Paper}, mode: level, states: [listed], filters: [{field: craft, op: eq, value: paper}], unit: 家}\n"

Rewrite = Callable[..., list[str]]


@pytest.fixture
def rewrite(settings: SettingsWrapper, tmp_path: Path) -> Iterator[Rewrite]:
    """Writes the definition with parts of it replaced, as an upgrade does; returns the registers derived anew."""
    settings.STATE_DIR = tmp_path
    file = tmp_path / "registers" / f"{NAME}.yaml"
    file.parent.mkdir()
    text = FILE

    def write(*changes: tuple[str, str]) -> list[str]:
        nonlocal text
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        file.write_text(text, encoding="utf-8")
        catalogue.reload()
        return deriving.derive_outdated()

    yield write
    file.unlink()
    catalogue.reload_memory()


def listed(*makers: tuple[str, str]) -> list[str]:
    step = next(t for t in catalogue.get(NAME).life.transitions if None in t.from_ and t.to == "listed")
    items = [
        Item(region="350100", values={"maker": maker, "craft": craft, "town": "白水"})
        for maker, craft in makers
    ]
    with clock.at(DAY):
        done = carry_out(NAME, step.name, items, by=SYSTEM)
        sequencer.drain()
    return [one.key for one in done]


def figure(count: str) -> int:
    found = catalogue.get(NAME).definition.count(count)
    return int(
        counting.count(counting.spec_of(NAME, found, on=DAY, start=DAY, end=DAY, regions=None)).value or 0
    )


def faults() -> list[str]:
    return [f"{one.place} {one.en}" for one in check.check_all()]


def test_a_field_that_is_counted_from_now_on_counts_past_records_too(rewrite: Rewrite) -> None:
    assert NAME not in rewrite(), "there was nothing to derive"
    listed(("甲灯坊", "paper"), ("乙灯坊", "silk"))
    assert rewrite(("sample:", PAPER + "sample:")) == [NAME]
    assert (figure("makers"), figure("paper")) == (2, 1)
    assert faults() == []


def test_what_is_closed_is_public_no_more(rewrite: Rewrite) -> None:
    rewrite()
    (key,) = listed(("甲灯坊", "paper"))
    with clock.at(DAY):
        assert "白水" in str(public.record(NAME, key).values)
        assert rewrite(("inner: {states: [listed], while: state}", "inner: never")) == [NAME]
        assert "白水" not in str(public.record(NAME, key).values)
    assert "白水" not in str(list(PublicEntry.objects.filter(log=NAME).values_list("groups", flat=True)))
    assert faults() == []


def test_names_and_searches_follow(rewrite: Rewrite) -> None:
    rewrite()
    (key,) = listed(("甲灯坊", "paper"))
    assert rewrite(
        ("label_field: maker", "label_field: craft"),
        ("publicity: open}\n  - {name: town", "publicity: open, search: true}\n  - {name: town"),
    ) == [NAME]
    record = Record.objects.get(register=NAME, key=key)
    assert record.label == record.sort_key == "paper" and "paper" in record.search_text
    with clock.at(DAY):
        assert public.record(NAME, key).label == "paper"


def test_words_alone_touch_no_record_and_going_back_is_a_change(rewrite: Rewrite) -> None:
    rewrite()
    listed(("甲灯坊", "paper"))
    assert rewrite(("灯彩作坊名录", "灯彩作坊登记册")) == []
    assert rewrite(("sample:", PAPER + "sample:")) == [NAME]
    assert rewrite((PAPER, "")) == [NAME] and rewrite() == []
    (standing,) = DefinitionVersion.objects.filter(register=NAME).exclude(derived_at=None)
    assert standing.hash == catalogue.get(NAME).hash and faults() == []
