"""Rounds of drand, a public randomness beacon, with their BLS signatures checked.

A round is signed by a threshold of independent organisations; nobody can know or choose it before its time. What is
signed is SHA-256 of the round's number (8 bytes, big-endian), in chained schemes of the signature before it and that;
in the BN254 scheme Keccak-256 stands for SHA-256. py_ecc does the arithmetic of the curves and the maps of BLS12-381;
the map of BN254 (RFC 9380, 6.6.1) and Keccak stand here, for no library at hand has them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["CHAINS", "SCHEMES", "Chain", "keccak_256", "verify"]


@dataclass(frozen=True, slots=True)
class Chain:
    """A drand network: hash (hex), scheme, public key (hex), genesis (POSIX seconds), period (seconds)."""

    name: str
    hash: str
    scheme: str
    public_key: str
    genesis: int
    period: int

    def time_of(self, round_: int) -> dt.datetime:
        """When a round (from 1) is published."""
        return dt.datetime.fromtimestamp(self.genesis + (round_ - 1) * self.period, dt.UTC)

    def round_after(self, moment: dt.datetime) -> int:
        """The first round published after `moment`."""
        return max(1, int((moment.timestamp() - self.genesis) // self.period) + 2)


CHAINS = {
    chain.hash: chain
    for chain in (
        Chain(
            "drand default",
            "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce",
            "pedersen-bls-chained",
            "868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a569937c529eeda66c7293784a9402801af31",
            1595431050,
            30,
        ),
        Chain(
            "drand quicknet",
            "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
            "bls-unchained-g1-rfc9380",
            "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c"
            "8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb"
            "5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
            1692803367,
            3,
        ),
    )
}
"""The production networks by hash; others can be passed to `seed.settle`."""

_G2_TAG = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_"
SCHEMES: dict[str, tuple[str, bytes]] = {
    # scheme: (group of the signature, domain separation tag)
    "pedersen-bls-chained": ("g2", _G2_TAG),
    "pedersen-bls-unchained": ("g2", _G2_TAG),
    "bls-unchained-on-g1": ("g1", _G2_TAG),  # the tag is that of G2 by a mistake that the network kept
    "bls-unchained-g1-rfc9380": ("g1", b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"),
    "bls-bn254-unchained-on-g1": ("bn254", b"BLS_SIG_BN254G1_XMD:KECCAK-256_SVDW_RO_NUL_"),
}


def verify(
    scheme: str, public_key: bytes, round_: int, signature: bytes, previous: bytes | None = None
) -> bool:
    """Whether `signature` is the one of this round under `public_key` (both as drand serves them).

    `previous` is the signature of the round before, needed by chained schemes only. False for an unknown scheme, a
    point that is not on its curve or not in its subgroup, a round below 1.
    """
    if scheme not in SCHEMES or not 0 < round_ < 2**64:
        return False
    group, tag = SCHEMES[scheme]
    text = round_.to_bytes(8, "big")
    if scheme == "pedersen-bls-chained":
        if not previous:
            return False
        text = previous + text
    try:
        if group == "bn254":
            return _verify_bn254(public_key, keccak_256(text), signature, tag)
        return _verify_bls12_381(group, public_key, hashlib.sha256(text).digest(), signature, tag)
    except (ValueError, AssertionError, ZeroDivisionError):  # how py_ecc refuses what is no point
        return False


def _verify_bls12_381(group: str, public_key: bytes, message: bytes, signature: bytes, tag: bytes) -> bool:
    from py_ecc import optimized_bls12_381 as curve
    from py_ecc.bls.g2_primitives import subgroup_check
    from py_ecc.bls.hash_to_curve import hash_to_G1, hash_to_G2
    from py_ecc.bls.point_compression import decompress_G1, decompress_G2

    sha: Any = hashlib.sha256  # its annotation there asks for an instance; a constructor is meant

    def g1(data: bytes) -> Any:
        return _sound(decompress_G1(int.from_bytes(data, "big")) if len(data) == 48 else None)  # type: ignore[arg-type]

    def g2(data: bytes) -> Any:
        parts: Any = (int.from_bytes(data[:48], "big"), int.from_bytes(data[48:], "big"))
        return _sound(decompress_G2(parts) if len(data) == 96 else None)

    def _sound(point: Any) -> Any:
        if point is None or curve.is_inf(point) or not subgroup_check(point):
            raise ValueError("not a point of the group")
        return point

    if group == "g2":
        pairs = [
            (g2(signature), curve.neg(curve.G1)),
            (hash_to_G2(message, tag, sha), g1(public_key)),
        ]
    else:
        pairs = [
            (curve.neg(curve.G2), g1(signature)),
            (g2(public_key), hash_to_G1(message, tag, sha)),
        ]
    return _one(curve, pairs)


def _one(curve: Any, pairs: Sequence[tuple[Any, Any]]) -> bool:
    """Whether the product of the pairings is 1."""
    product = curve.FQ12.one()
    for q, p in pairs:
        product = product * curve.pairing(q, p, final_exponentiate=False)
    return bool(curve.final_exponentiate(product) == curve.FQ12.one())


# ---- BN254 ------------------------------------------------------------------------------------------------
_P = 21888242871839275222246405745257275088696311157297823662689037894645226208583


def _verify_bn254(public_key: bytes, message: bytes, signature: bytes, tag: bytes) -> bool:
    from py_ecc import optimized_bn128 as curve

    def coordinates(data: bytes, count: int) -> list[int]:
        found = [int.from_bytes(data[at : at + 32], "big") for at in range(0, len(data), 32)]
        if len(data) != 32 * count or any(number >= _P for number in found):
            raise ValueError("not the coordinates of a point")
        return found

    x, y = coordinates(signature, 2)
    x1, x0, y1, y0 = coordinates(public_key, 4)  # imaginary parts first
    point = (curve.FQ(x), curve.FQ(y), curve.FQ(1))
    key = (curve.FQ2([x0, x1]), curve.FQ2([y0, y1]), curve.FQ2.one())
    if not (curve.is_on_curve(point, curve.b) and curve.is_on_curve(key, curve.b2)):
        return False
    if not curve.is_inf(curve.multiply(key, curve.curve_order)):
        return False
    u = _field_elements(message, tag)
    hashed = curve.add(*((curve.FQ(a), curve.FQ(b), curve.FQ(1)) for a, b in map(_svdw, u)))
    return _one(curve, [(curve.neg(curve.G2), point), (key, hashed)])


def _field_elements(message: bytes, tag: bytes) -> list[int]:
    """RFC 9380, 5.2 and 5.3.1 with Keccak-256: two elements of the field of BN254."""
    length, suffix = 96, tag + bytes([len(tag)])
    first = keccak_256(b"\x00" * 136 + message + length.to_bytes(2, "big") + b"\x00" + suffix)
    blocks = [keccak_256(first + b"\x01" + suffix)]
    for number in (2, 3):
        mixed = bytes(a ^ b for a, b in zip(first, blocks[-1], strict=True))
        blocks.append(keccak_256(mixed + bytes([number]) + suffix))
    uniform = b"".join(blocks)
    return [int.from_bytes(uniform[at : at + 48], "big") % _P for at in (0, 48)]


def _root(number: int) -> int | None:
    found = pow(number, (_P + 1) // 4, _P)
    return found if found * found % _P == number % _P else None


def _svdw(u: int) -> tuple[int, int]:
    """The map of Shallue and van de Woestijne to y² = x³ + 3 (RFC 9380, 6.6.1) with Z = 1."""

    def g(x: int) -> int:
        return (x * x * x + 3) % _P

    c1, c2 = g(1), -pow(2, -1, _P) % _P
    c3 = _root(-c1 * 3) or 0
    c3 = _P - c3 if c3 & 1 else c3
    c4 = -4 * c1 * pow(3, -1, _P) % _P
    t = u * u * c1 % _P
    plus, minus = (1 + t) % _P, (1 - t) % _P
    inverse = pow(plus * minus % _P, _P - 2, _P)  # 0 for 0
    shift = u * minus * inverse * c3 % _P
    x1, x2 = (c2 - shift) % _P, (c2 + shift) % _P
    x3 = (pow(plus * plus * inverse % _P, 2, _P) * c4 + 1) % _P
    x, y = next((x, y) for x in (x1, x2, x3) if (y := _root(g(x))) is not None)
    return x, y if y & 1 == u & 1 else _P - y


# ---- Keccak-256 as it was before FIPS 202 padded it otherwise ------------------------------------------------
_MASK = 2**64 - 1


def _constants() -> list[int]:
    found, state = [], 1
    for _ in range(24):
        value = 0
        for j in range(7):
            value |= (state & 1) << ((1 << j) - 1)
            state = (state << 1) ^ (0x171 if state & 0x80 else 0)
        found.append(value)
    return found


_ROUNDS = _constants()


def _permute(lanes: list[int]) -> list[int]:
    def turn(value: int, by: int) -> int:
        by %= 64
        return ((value << by) | (value >> (64 - by))) & _MASK

    for constant in _ROUNDS:
        columns = [lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] for x in range(5)]
        mixed = [columns[(x - 1) % 5] ^ turn(columns[(x + 1) % 5], 1) for x in range(5)]
        lanes = [lane ^ mixed[at % 5] for at, lane in enumerate(lanes)]
        x, y, current = 1, 0, lanes[1]
        for t in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            current, lanes[x + 5 * y] = lanes[x + 5 * y], turn(current, (t + 1) * (t + 2) // 2)
        rows = [lanes[5 * y : 5 * y + 5] for y in range(5)]
        lanes = [row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5] & _MASK) for row in rows for x in range(5)]
        lanes[0] ^= constant
    return lanes


def keccak_256(data: bytes) -> bytes:
    """Keccak-256 with the padding of the original submission, as used by BN254 schemes."""
    rate = 136
    padded = bytearray(data + b"\x01" + b"\x00" * (-(len(data) + 1) % rate))
    padded[-1] |= 0x80
    lanes = [0] * 25
    for start in range(0, len(padded), rate):
        for at in range(rate // 8):
            lanes[at] ^= int.from_bytes(padded[start + 8 * at : start + 8 * at + 8], "little")
        lanes = _permute(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])
