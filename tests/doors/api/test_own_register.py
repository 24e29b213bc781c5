"""A register is one file: dropped in, it is applied to, granted, published, counted and verified by the API alone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from pinzhi.kernel import clock
from pinzhi.kernel.registers import catalogue, keys, sequencer
from pinzhi.rules.proof.verify import Mirror, check_record, check_register, count, parse_key
from tests.doors.api.conftest import Caller

pytestmark = pytest.mark.django_db(databases=["default", "portal"], transaction=True)

OWN = """
register: z01_model_workshops
mission: [E08]
title: {zh: 示范车间登记册, en: Register of model workshops}
purpose: {zh: 登记被认定的示范车间。, en: Workshops that were recognised as models.}
function: quality
levels: [province, city]
about: enterprise
key: {prefix: ZWM}
label_field: workshop_name
lifecycle: award
validity: {years: 3}
publicity:
  open: {states: [granted], while: valid}
  private: never
entry_publicity: open
fields:
  - name: workshop_name
    title: {zh: 车间名称, en: Workshop}
    type: string
    constraints: {required: true, maxLength: 80}
    publicity: open
    list: true
    search: true
  - name: lines
    title: {zh: 生产线数, en: Production lines}
    type: integer
    constraints: {required: true, minimum: 1}
    publicity: open
    count: true
  - name: contact
    title: {zh: 联系人, en: Contact}
    type: string
    publicity: private
counts:
  - name: workshops
    title: {zh: 示范车间数, en: Model workshops}
    mode: level
    states: [granted]
    unit: 个
sample: {workshop_name: 一号车间, lines: 2}
"""


@pytest.fixture
def own(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.STATE_DIR = tmp_path
    folder = tmp_path / "registers"
    folder.mkdir()
    (folder / "z01_model_workshops.yaml").write_text(OWN, encoding="utf-8")
    catalogue.reload()
    yield
    (folder / "z01_model_workshops.yaml").unlink()
    catalogue.reload()


def advance(caller: Caller, key: str, name: str) -> None:
    """One step with what it asks for."""
    step = next(
        s for s in caller.get(f"/registers/z01_model_workshops/records/{key}/steps") if s["name"] == name
    )
    assert step["may"], step
    item = {"key": key, "reason": "符合条件", "decision_number": "示〔2024〕1号"}
    caller.post(f"/registers/z01_model_workshops/steps/{name}", {"items": [item]})


def test_from_file_to_verified_count(
    own: None, caller: Callable[..., Caller], firms: list[str], tmp_path: Path
) -> None:
    firm = caller("firm", speaks_for="enterprise", party=firms[0])
    clerk, reviewer = caller("wang", "clerk@350100"), caller("zhao", "reviewer@350100")
    approver = caller("li", "approver@350100")
    assert "z01_model_workshops" in [r["name"] for r in firm.get("/registers")]
    values = {"workshop_name": "总装车间", "lines": "3", "contact": "不公开的人"}
    apply = {"items": [{"region": "350100", "values": values}]}
    key = firm.post("/registers/z01_model_workshops/steps/apply", apply)["entries"][0]["key"]
    address = f"/registers/z01_model_workshops/records/{key}"
    public = f"/public/registers/z01_model_workshops/records/{key}"
    sequencer.drain()
    assert firm.get(address)["values"]["lines"] == 3
    assert firm.get(public, status=404)["code"] == "no_such_record"
    for who, name in ((clerk, "accept"), (reviewer, "review"), (approver, "post_notice")):
        advance(who, key, name)
    (grant,) = [one for one in approver.get(f"{address}/steps") if one["name"] == "grant"]
    day = date.fromisoformat(grant["ready_on"])
    early = approver.post("/registers/z01_model_workshops/steps/grant", {"items": [{"key": key}]}, status=422)
    assert grant["ready_on"] in str(early)
    with clock.at(day):
        advance(approver, key, "grant")
    with clock.at(day):
        sequencer.drain()
        shown = Client().get(f"/api/v1{public}").json()
        assert shown["values"] == {"workshop_name": "总装车间", "lines": 3} and "不公开的人" not in str(shown)
        vkeys = [parse_key(str(keys.load(path).key)) for path in keys.files()]
        proof = Client().get(f"/api/v1{public}/proof").json()
        assert check_record(proof, vkeys)[1]
        counted = approver.get(f"/registers/z01_model_workshops/counts/workshops?on={day}")
        assert counted["value"] in ("1", 1)
        mirror = Client().get("/log/z01_model_workshops/mirror.zip")
        data = b"".join(mirror.streaming_content)
        assert "不公开的人".encode() not in b"".join(
            zipfile.ZipFile(io.BytesIO(data)).read(name)
            for name in zipfile.ZipFile(io.BytesIO(data)).namelist()
        )
        (tmp_path / "mirror.zip").write_bytes(data)
        entries: list[Any] = []
        check_register(Mirror(str(tmp_path / "mirror.zip")), vkeys, visit=entries.append)
        spec = {name: value for name, value in counted["spec"].items() if name != "regions"}
        assert count(entries, {**spec, "register": "z01_model_workshops"}).value == 1


def test_a_broken_file_changes_nothing(own: None, settings: Any) -> None:
    from pinzhi.kernel.registers.definitions import CatalogueError

    before = set(catalogue.registers())
    broken = catalogue.own_registers_dir() / "z02_broken.yaml"
    broken.write_text("register: z02_broken\nlifecycle: award\n", encoding="utf-8")
    with pytest.raises(CatalogueError):
        catalogue.reload()
    broken.unlink()
    assert set(catalogue.registers()) == before
