"""Rounds of drand: published signatures hold, forged ones do not."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from tests.shared import SHARED
from tests.spec.inspection.draws import EQUAL_FIRMS, T0, frozen

from pinzhi.rules.inspection.draws import beacon
from pinzhi.rules.inspection.draws.design import Allocation, Design, DrawError
from pinzhi.rules.inspection.draws.seed import Drand, Lottery, Value, declare, settle

VECTORS = SHARED / "data" / "inspection" / "drand" / "verify_beacon.json"
CASES: list[dict[str, Any]] = json.loads(VECTORS.read_text()) if VECTORS.is_file() else []
ONE_OF_EACH = list({case["Scheme"]: case for case in CASES}.values())


def parts(case: dict[str, Any]) -> tuple[str, bytes, int, bytes, bytes | None]:
    previous = bytes.fromhex(case.get("PrevSig", "")) or None
    return case["Scheme"], bytes.fromhex(case["PubKey"]), case["Round"], bytes.fromhex(case["Sig"]), previous


@pytest.mark.parametrize(
    "case",
    [case if case in ONE_OF_EACH else pytest.param(case, marks=pytest.mark.slow) for case in CASES],
    ids=lambda case: f"{case['Scheme']}-{case['Round']}",
)
def test_published_rounds(case: dict[str, Any]) -> None:
    assert beacon.verify(*parts(case))


@pytest.mark.parametrize(
    "case",
    [pytest.param(c, marks=() if "on-g1" in c["Scheme"] else pytest.mark.slow) for c in ONE_OF_EACH],
    ids=lambda case: case["Scheme"],
)
def test_another_round_and_broken_signatures_are_refused(case: dict[str, Any]) -> None:
    scheme, key, round_, signature, previous = parts(case)
    assert not beacon.verify(scheme, key, round_ + 1, signature, previous)
    turned = bytes([signature[0] ^ 0x20]) + signature[1:]  # the other root of the curve's equation
    for wrong in (
        turned,
        signature[:-1] + bytes([signature[-1] ^ 1]),
        signature[:-1],
        b"",
        b"\xff" * len(signature),
    ):
        assert not beacon.verify(scheme, key, round_, wrong, previous)
    infinity = b"\xc0" + b"\x00" * (len(signature) - 1)
    assert not beacon.verify(scheme, key, round_, infinity, previous)
    assert not beacon.verify(scheme, key[:-1], round_, signature, previous)
    assert not beacon.verify("unheard-of", key, round_, signature, previous)
    if scheme == "pedersen-bls-chained":
        assert not beacon.verify(scheme, key, round_, signature, None)


def test_a_signature_under_the_standard_tag() -> None:
    """A round published when the tag of the G1 scheme was put right."""
    key = bytes.fromhex(
        "a1ee12542360bf75742bcade13d6134e7d5283d9eb782887c47d3d9725f05805d37b0106b7f744395bf82c175dd7434a"
        "169e998f188a657a030d588892c0cd2c01f996aaf331c4d8bc5b9734bbe261d09e7d2d39ef88b635077f262bd7bbb30f"
    )
    signature = bytes.fromhex(
        "b98dae74f6a9d2ec79d75ba273dcfda86a45d589412860eb4c0fd056b00654dbf667c1b6884987c9aee0d43f8ba9db52"
    )
    assert beacon.verify("bls-unchained-g1-rfc9380", key, 3, signature)
    assert not beacon.verify("bls-unchained-on-g1", key, 3, signature)


def test_keccak() -> None:
    assert beacon.keccak_256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert (
        beacon.keccak_256(b"abc").hex() == "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"
    )


def test_rounds_and_times() -> None:
    for chain in beacon.CHAINS.values():
        start = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
        number = chain.round_after(start)
        assert chain.time_of(number) > start >= chain.time_of(number - 1)
        assert chain.round_after(chain.time_of(number)) == number + 1


@pytest.mark.skipif(not CASES, reason="the published rounds are not here")
def test_a_round_of_drand_settles_a_draw(tmp_path: Any) -> None:
    case = CASES[0]
    chain = next(c for c in beacon.CHAINS.values() if c.public_key == case["PubKey"])
    before = chain.time_of(case["Round"]) - dt.timedelta(hours=1)
    commitment = frozen(tmp_path / "draw", Design(Allocation("total", 5)), EQUAL_FIRMS)
    document = {**commitment.document, "frozen_at": before.strftime("%Y-%m-%dT%H:%M:%SZ")}
    fallback = Lottery("双色球", "1", T0 + dt.timedelta(days=3650))
    declaration = declare(
        document, announced_at=before, source=Drand(chain, case["Round"]), fallback=fallback
    )
    value = Value(signature=case["Sig"].upper(), previous=case["PrevSig"])
    settled = settle(declaration, value)
    assert settled.document["value"]["signature"] == case["Sig"]
    for wrong in (Value(signature=case["Sig"]), Value(signature="zz"), Value(numbers="1 2 3"), Value()):
        with pytest.raises(DrawError):
            settle(declaration, wrong)
    with pytest.raises(DrawError):  # the round was published an hour before this frame was frozen
        declare(
            {**document, "frozen_at": "2026-01-01T00:00:00Z"},
            announced_at=T0,
            source=Drand(chain, case["Round"]),
            fallback=fallback,
        )
    with pytest.raises(DrawError):
        settle(declaration, value, chains={})
