"""A witness's cosignature is kept when it is a known witness's, on a head that the log has had."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.registers import catalogue, keys, logs, sequencer, witnesses
from pinzhi.kernel.registers.actions.carry_out import Item, carry_out
from pinzhi.kernel.registers.models import Log
from pinzhi.rules.identifiers import uscc
from pinzhi.rules.proof.note import Signer, cosign, sign_checkpoint, verify_checkpoint

pytestmark = pytest.mark.django_db

CQO = "e01_cqo"


def witness(name: str) -> Signer:
    private = Ed25519PrivateKey.generate()
    return Signer(name, private.public_key().public_bytes_raw(), private.sign)


@pytest.fixture
def log(db: None, settings: Any, tmp_path: Path) -> Log:
    settings.PINZHI_PUBLISHED_DIR = tmp_path
    catalogue.sync()
    sample = catalogue.get(CQO).definition.sample
    for number in (1, 2):
        item = Item(subject=uscc.make(number, region="350100").text, region="350100", values=sample)
        with clock.at(date(2024, 5, number)):
            carry_out(CQO, "enter_decision", [item], by=Actor.system())
            sequencer.drain()
    return Log.objects.get(name=CQO)


def test_kept_and_verifiable(log: Log, settings: Any) -> None:
    one, two = witness("one.example"), witness("two.example")
    settings.PINZHI_WITNESSES = [str(one.witness_key), str(two.witness_key)]
    witnesses.accept(cosign(log.checkpoint, one, 1_700_000_000))
    kept = witnesses.accept(cosign(log.checkpoint, two, 1_700_000_001)).cosigned
    ours = [signer.key for signer in keys.signers()]
    assert verify_checkpoint(kept, ours, CQO, [one.witness_key, two.witness_key]).size == 2


def test_a_stranger_is_refused(log: Log, settings: Any) -> None:
    settings.PINZHI_WITNESSES = [str(witness("one.example").witness_key)]
    with pytest.raises(Refused):
        witnesses.accept(cosign(log.checkpoint, witness("other.example"), 1_700_000_000))


def test_a_head_that_never_was_is_refused(log: Log, settings: Any) -> None:
    one = witness("one.example")
    settings.PINZHI_WITNESSES = [str(one.witness_key)]
    forged = sign_checkpoint(logs.origin(CQO, 1), 2, b"\0" * 32, keys.signers())
    with pytest.raises(Refused):
        witnesses.accept(cosign(forged, one, 1_700_000_000))
    assert Log.objects.get(name=CQO).cosigned == ""
