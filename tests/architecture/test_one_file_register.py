"""Adding a register is adding one file: a new YAML lives a record's whole life through the console and is verified."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings as SettingsWrapper

NAME = "zz_bamboo_workshops"
FILE = """
register: zz_bamboo_workshops
mission: [B05]
title: {zh: 竹编工坊登记册, en: Register of bamboo workshops}
purpose: {zh: 登记认定的竹编工坊，统计有效工坊数。, en: Recognised bamboo workshops; counts those in force.}
function: quality
about: enterprise
key: {prefix: ZB}
lifecycle: award
validity: {years: 2}
label_field: workshop_name
publicity:
  open: {states: [granted], while: valid}
  private: never
entry_publicity: open
fields:
  - {name: workshop_name, title: {zh: 工坊名称, en: Workshop}, constraints: {required: true}, publicity: open, list: true, search: true}
  - {name: craft, title: {zh: 技法, en: Craft}, publicity: open, count: true, options: [{value: flat, zh: 平编, en: Flat}, {value: round, zh: 立体编, en: Round}]}
  - {name: weavers, title: {zh: 匠人数, en: Weavers}, type: integer, constraints: {minimum: 1}, publicity: private}
counts:
  - {name: workshops, title: {zh: 有效工坊数, en: Workshops in force}, mode: level, states: [granted], unit: 家}
  - {name: flat_workshops, title: {zh: 平编工坊数, en: Flat-weaving workshops}, mode: level, states: [granted], filters: [{field: craft, op: eq, value: flat}], unit: 家}
sample: {workshop_name: 闽竹坊, craft: flat, weavers: 12}
"""


@pytest.fixture
def new_register(transactional_db: None, settings: SettingsWrapper, tmp_path: Path) -> Iterator[None]:
    from pinzhi.kernel.registers import catalogue

    settings.STATE_DIR = tmp_path
    settings.REQUIRE_TOTP = False
    folder = tmp_path / "registers"
    folder.mkdir()
    (folder / f"{NAME}.yaml").write_text(FILE, encoding="utf-8")
    catalogue.reload()
    yield
    (folder / f"{NAME}.yaml").unlink()
    catalogue.reload_memory()


def client_of(username: str, *roles: str, **party: Any) -> Client:
    from pinzhi.kernel.access.accounts import give_right, open_account
    from pinzhi.kernel.access.actor import Actor

    system = Actor.system("tests")
    user = open_account(
        username=username,
        display_name=username,
        speaks_for=party.get("speaks_for", "agency"),
        party=party.get("party", "amr-350100"),
        region="350100",
        password="Kestrel-over-Wuyi-9",
        must_change_password=False,
        by=system,
    )
    for role in roles:
        give_right(user, role=role, register=NAME, region="350100", starts_on=date(2020, 1, 1), by=system)
    client = Client()
    client.force_login(user)
    return client


def do(client: Client, key: str, step: str, **typed: str) -> Any:
    from pinzhi.kernel.registers.models import Record

    revision = Record.objects.get(register=NAME, key=key).entry_id
    url = f"/console/registers/{NAME}/records/{key}/do/{step}/"
    return client.post(url, {"revision": str(revision), **typed})


@pytest.mark.django_db(transaction=True, databases=["default", "portal"])
def test_applied_granted_published_counted_verified(new_register: None) -> None:
    from pinzhi.kernel import clock
    from pinzhi.kernel.registers import catalogue, counting, logs, proofs, sequencer
    from pinzhi.kernel.registers import keys as signing
    from pinzhi.kernel.registers.models import Record
    from pinzhi.kernel.registers.queries import ready_on
    from pinzhi.rules.identifiers import uscc
    from pinzhi.rules.proof import verify

    start = date(2026, 3, 2)
    firm = uscc.make(77, region="350100").text
    boss = client_of("boss", speaks_for="enterprise", party=firm)
    clerk, reviewer, approver = (client_of(f"{role}1", role) for role in ("clerk", "reviewer", "approver"))
    base = f"/console/registers/{NAME}/"
    assert "竹编工坊登记册" in boss.get("/console/").content.decode()
    values = {"region": "350100", "workshop_name": "闽竹坊", "craft": "flat", "weavers": "12"}
    with clock.at(start):
        form = boss.get(base + "new/apply/")
        handed = boss.post(base + "new/apply/", {**values, "draft": str(form.context["draft_id"])})
        boss.post(handed["Location"])
        record = Record.objects.get(register=NAME)
        key = record.key
        assert (record.state, record.subject, record.label) == ("applied", firm, "闽竹坊")
        assert do(clerk, key, "accept").status_code == 302
        assert (
            do(reviewer, key, "review", workshop_name="闽竹坊", craft="flat", weavers="12").status_code == 302
        )
        assert do(approver, key, "post_notice").status_code == 302
        early = do(approver, key, "grant", workshop_name="闽竹坊", craft="flat")
        assert early.status_code == 422 and "期限未满" in early.content.decode()
        sequencer.drain()
        assert Client().get(f"/registers/{NAME}/records/{key}/").status_code == 404, (
            "nothing is public before the grant"
        )
    register = catalogue.get(NAME)
    grant = register.life.transition("grant")
    assert grant is not None
    ready = ready_on(grant, Record.objects.get(register=NAME))
    assert ready is not None and ready > start
    with clock.at(ready):
        granted = do(
            approver,
            key,
            "grant",
            workshop_name="闽竹坊",
            craft="flat",
            weavers="12",
            step_decision_number="闽市监〔2026〕7号",
        )
        assert granted.status_code == 302, granted.content.decode()[:2000]
        assert Record.objects.get(register=NAME).state == "granted"
        sequencer.drain()
        logs.publish_keys()
        page = Client().get(f"/registers/{NAME}/records/{key}/")
        assert page.status_code == 200 and "闽竹坊" in page.content.decode()
        spec = counting.spec_of(NAME, "flat_workshops", on=ready)
        assert counting.count(spec).value == 1
        assert counting.count(counting.spec_of(NAME, "workshops", on=ready - timedelta(days=1))).value == 0
        proof = proofs.record_proof(NAME, key)
        signers = [signer.key for signer in signing.signers()]
        checked = verify.check_record(proof, signers)
        assert checked
        assert "12" not in str([e["groups"].get("private") for e in proof["entries"]])
        certificate = approver.get(f"{base}records/{key}/").content.decode()
        assert "/papers/" in certificate
