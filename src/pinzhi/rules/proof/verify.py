#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# fmt: off
"""核对公开登记簿的证明 · Check what a public register published, from downloaded files alone.

    verify.py record      FILE.json                     --key VKEY   one record and its history
    verify.py consistency OLD NEW PROOF.json            --key VKEY   a later checkpoint extends an earlier one
    verify.py register    DIR_OR_ZIP                    --key VKEY   a whole register, recomputed
    verify.py indicator   READING.json DIR_OR_ZIP …     --key VKEY   a published indicator, recounted

VKEY is the register keeper's public key as a C2SP verifier key ("name+hash+base64") or a file that holds one;
it may be given several times (keys rotate). --witness VKEY demands a witness's cosignature too; --lang zh|en.
Exit code 0: everything holds; 1: something does not; 2: wrong usage or a file that cannot be read.
Python 3.8 or later, standard library only; nothing is fetched from the network.

JSON here has no floating-point numbers (decimals are strings), integers within ±(2^53-1), no key twice. Its
canonical form (sorted keys, no spaces, UTF-8) equals RFC 8785 for such values. base64 is standard, padded.

CHECKPOINT  a C2SP tlog-checkpoint (signed note). Origin "<site>/<register>"; the log of heads "<site>/heads".
LEAF        canonical {"definition":HEX64,"groups":{NAME:HEX64,…},"register":NAME,"v":1}. A group's hash is
            SHA-256("pinzhi/group/v1\\n" ‖ salt, 16 bytes ‖ canonical {"group":NAME,"values":{…}}).
            In the log of heads: canonical {"register":NAME,"root":HEX64,"size":N,"v":1}.
            Trees: RFC 6962 with SHA-256.
OPENED      {NAME: {"values": {…}, "salt": HEX32}, …}, the groups shown. The group "entry" is the envelope:
            id, key, kind, state, record_type, effective_on, valid_from, valid_until (YYYY-MM-DD), region,
            agency, subject, recorded_at (UTC, 2020-01-31T08:00:00Z), replaces (an entry's id or null).
            A field stands in one group only.
HEADS       {"checkpoint": NOTE, "index": N, "inclusion": [BASE64,…]}: the register in the log of heads
RECORD      {"register": NAME, "checkpoint": NOTE, "heads": HEADS or absent, "entries": [{"index": N,
            "leaf": TEXT, "groups": OPENED, "inclusion": [BASE64,…]}, …]}
CONSISTENCY {"consistency": [BASE64,…]}; OLD and NEW are checkpoints.
MIRROR      a folder or zip: "checkpoint"; "heads.json" (HEADS, may be absent); "tile/entries/<N>[.p/<W>]"
            (C2SP tlog-tiles bundles of 256 leaves, the last partial; big-endian uint16 length before each);
            "opened.jsonl": a line {"index": N, "groups": OPENED} for each entry of which something is
            public, by rising index. Hash tiles may lie beside them; the root is recomputed from the leaves.
READING     {"value": "123", "count": SPEC}, or a rate {"value": "93.1", "scale": 100, "numerator":
            {"value": "…", "count": SPEC}, "denominator": {…}}: value = scale × numerator ÷ denominator,
            rounded to the digits printed, null when the denominator is 0. Other keys are not looked at.
SPEC        what is counted; keys left out are null, any other key is refused:
    register, mode     "level" | "increment" | "per_year" | "series"
    date               level, series: the day D asked for
    from, to           increment, per_year: first and last day
    states             list of states (needed; series: null = any)
    filters            list of {"field", "op", "value"}; all must hold
    regions            null or list of region codes; each stands for every code that begins with it
    distinct           null or a field: count its different values instead of keys
    aggregate          "count" (default) | "sum" of value_field | series also "latest"
    value_field        field of numbers, for sum and latest; period_field: series, default "period"
    years              per_year: "each" (default: {"2019": n, …}) | "min" | "max" | "last" | "sum" over them
    size, known_at     as it was known: only entries with index < size; with recorded_at <= known_at

What counting means (`count` below is the definition, the rest of the system follows it):
 1. Every entry is a whole picture: its own opened groups hold all public values from its effective_on on. An
    entry without state (a note, a withdrawal) does nothing but replace. An entry that a later entry (greater
    index) replaces is void for good, even where the replacing one is replaced in its turn.
    "Last" and "first" are by (effective_on, index).
 2. level: for each key the last entry with effective_on <= D; it counts when its state is in `states`,
    valid_from is null or <= D, valid_until is null or >= D, and filters and regions hold on that entry.
 3. increment: for each key the first entry ever with a state in `states`; it counts when its effective_on
    lies in [from, to] and filters and regions hold on that entry. per_year: the same, by calendar year.
 4. series: for each key and period the last entry with effective_on <= D; it counts when its state fits and
    filters and regions hold. "latest": the figure of the greatest period; two keys with it are refused.
 5. Fields key, subject, region, record_type are the envelope's; its other values are "entry.kind" and so on.
    A value that is null, absent or not public satisfies no op but "ne" and "present": false.
    eq, ne, in compare exactly; ge, le, gt, lt as numbers when the filter's value is a number, else as
    strings (dates); prefix takes a string or a list of them. A list-valued field fits when one of its values
    does ("ne": when none is equal). distinct, sum, latest pass over null; they refuse a list.
"""
from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import io
import json
import locale
import os
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import IO, Any, NamedTuple

TILE = 256
NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}\Z")
HEX32 = re.compile(r"[0-9a-f]{32}\Z")
HEX64 = re.compile(r"[0-9a-f]{64}\Z")
NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,20})?\Z")
DATE = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\Z")
INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\Z")
ANY = re.compile(r"")
# The envelope's parts that counting reads: whether each must be there, and its form.
ENVELOPE = {
    "id": (True, ANY), "key": (True, ANY), "effective_on": (True, DATE), "recorded_at": (True, INSTANT),
    "state": (False, ANY), "record_type": (False, ANY), "region": (False, ANY), "subject": (False, ANY),
    "valid_from": (False, DATE), "valid_until": (False, DATE), "replaces": (False, ANY),
}
MAX_INT = 2**53 - 1
LINE_LIMIT = 4 << 20


class ProofError(Exception):
    """Something does not hold (exit code 1); says so in Chinese (`zh`) and English (`en`)."""

    exit_code = 1

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class UnreadableError(ProofError):
    """Input that is not in the documented form (exit code 2)."""

    exit_code = 2


def demand(holds: Any, zh: str, en: str, error: type[ProofError] = ProofError) -> None:
    if not holds:
        raise error(zh, en)


# ---- JSON ------------------------------------------------------------------------------------------------
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def _check_plain(value: Any, place: str) -> None:
    if isinstance(value, (str, bool)) or value is None:
        return
    if isinstance(value, int):
        demand(-MAX_INT <= value <= MAX_INT, f"{place}：整数超出 ±(2^53-1)",
               f"{place}: integer beyond ±(2^53-1)", UnreadableError)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not (isinstance(key, str) and key.isascii()):
                raise UnreadableError(f"{place}：键 {key!r} 不是 ASCII",
                                      f"{place}: key {key!r} is not an ASCII string")
            if type(inner) is not str and inner is not None:
                _check_plain(inner, f"{place}.{key}")
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _check_plain(inner, f"{place}[]")
    else:
        what = type(value).__name__
        raise UnreadableError(f"{place}：不允许 {what}（小数请写成字符串）",
                         f"{place}: {what} is not allowed (write decimals and dates as strings)")


def canonical(value: Any) -> bytes:
    """Canonical JSON, equal to RFC 8785 for strings, safe integers, booleans, null, lists, ASCII-keyed
    objects.

    Raises UnreadableError naming the place of anything else (floats, other types, lone surrogates). Text is
    not normalised: what is stored is what is hashed.
    """
    _check_plain(value, "$")
    try:
        return _encode(value).encode("utf-8")
    except UnicodeEncodeError:
        raise UnreadableError("文字中有不成对的代理字符", "text holds a lone surrogate") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _no_float(text: str) -> Any:
    raise ValueError(f"the number {text[:20]} must be written as a string")


def load_json(data: bytes | str, what: str) -> Any:
    """Parse strictly: UTF-8, no floats, no key twice, no endless nesting. Raises UnreadableError."""
    try:
        text = data if isinstance(data, str) else data.decode("utf-8-sig")
        return json.loads(text, parse_float=_no_float, parse_constant=_no_float, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"{what} 不是可读的 JSON：{error}",
                              f"{what} is not readable JSON: {error}") from None


def take(mapping: Any, key: str, kind: type, what: str) -> Any:
    """The value of `key`, which must be of exactly this kind. Raises UnreadableError naming what lacks it."""
    value = mapping.get(key) if isinstance(mapping, dict) else None
    if type(value) is not kind:
        names = {dict: "object", list: "list", str: "string", int: "integer"}
        raise UnreadableError(f"{what}：缺少 {key}（{names[kind]}）",
                              f"{what}: {key} must be there and be a {names[kind]}")
    return value


def unbase64(text: Any, what: str) -> bytes:
    """Strict standard base64: alphabet, padding, no spare bits."""
    try:
        data = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except (binascii.Error, ValueError):
        data = b""
    if not data or base64.b64encode(data).decode() != text:
        raise UnreadableError(f"{what}：不是 base64", f"{what}: not base64")
    return data


# ---- Ed25519 (RFC 8032, section 5.1) ---------------------------------------------------------------------
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)


def _add(p: tuple[int, int, int, int], q: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    # (X, Y, Z, T): extended homogeneous coordinates; the formula is complete, so it doubles too
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _decompress(data: bytes) -> tuple[int, int, int, int] | None:
    """The point of 32 bytes; None for none, or not canonical (y >= p, or x = 0 and sign)."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * SQRT_M1 % P
    if (x * x - x2) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


_base = _decompress(b"\x58" + b"\x66" * 31)
BASE = _base if _base else NEUTRAL


def ed25519_verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """RFC 8032 verification, no cofactor; refuses s >= L, non-canonical points, small-order keys."""
    key = _decompress(public_key) if len(public_key) == 32 and len(signature) == 64 else None
    s = int.from_bytes(signature[32:], "little")
    if key is None or s >= L:
        return False
    eight = key
    for _ in range(3):
        eight = _add(eight, eight)
    if eight[0] % P == 0 and (eight[1] - eight[2]) % P == 0:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % L
    minus = (P - key[0], key[1], 1, P - key[3])
    table = (NEUTRAL, BASE, minus, _add(BASE, minus))
    point = NEUTRAL
    for bit in range(252, -1, -1):
        point = _add(point, point)
        point = _add(point, table[(s >> bit & 1) | (k >> bit & 1) << 1])
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


# ---- signed notes and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature) ------------------
ED25519, COSIGNATURE = 1, 4


class Key(NamedTuple):
    """A verifier key: name, kind (1: Ed25519 of a log, 4: of a cosigning witness), 32 bytes."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"


class Checkpoint(NamedTuple):
    """A verified or parsed checkpoint; `signers` are the known keys that signed, `times` the cosignatures'
    POSIX seconds."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...]
    signers: tuple[Key, ...] = ()
    times: tuple[tuple[str, int], ...] = ()


def key_name_ok(name: str) -> bool:
    return bool(name) and name.isprintable() and "+" not in name and not any(c.isspace() for c in name)


def parse_key(text: str) -> Key:
    """A key from "name+hash+base64". Raises UnreadableError."""
    name, hash_, material = [*text.strip().split("+", 2), "", ""][:3]
    data = unbase64(material, "VKEY")
    key = Key(name, data[0], data[1:])
    well = key_name_ok(name) and data[0] in (ED25519, COSIGNATURE) and len(data) == 33
    demand(well and key.id.hex() == hash_, f"不是可用的公钥：{text[:80]!r}",
           f"not a usable verifier key: {text[:80]!r}", UnreadableError)
    return key


def split_note(note: bytes | str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text of a signed note and its signatures (name, key id + signature). Raises UnreadableError."""
    wrong = UnreadableError("不是签名文本（signed note）", "not a signed note")
    try:
        text = note.decode("utf-8") if isinstance(note, bytes) else note
    except UnicodeDecodeError:
        raise wrong from None
    cut = text.rfind("\n\n")
    if cut < 1 or not text.endswith("\n") or any(c < " " and c != "\n" for c in text):
        raise wrong
    signatures: list[tuple[str, bytes]] = []
    for line in text[cut + 2:-1].split("\n"):
        dash, _, rest = line.partition(" ")
        name, _, data = rest.partition(" ")
        if dash != "—" or not key_name_ok(name) or len(signatures) >= 100:
            raise wrong
        signatures.append((name, unbase64(data, "signature")))
        if len(signatures[-1][1]) < 5:
            raise wrong
    return text[:cut + 1], signatures


def parse_checkpoint(note: bytes | str) -> Checkpoint:
    """What a checkpoint says, its signatures NOT checked. Raises UnreadableError."""
    lines = split_note(note)[0][:-1].split("\n")
    if len(lines) < 3 or not all(lines) or not re.match(r"(0|[1-9][0-9]{0,17})\Z", lines[1]):
        raise UnreadableError("检查点格式不对", "malformed checkpoint")
    root = unbase64(lines[2], "checkpoint")
    demand(len(root) == 32, "检查点的树根不是 32 字节", "the root is not 32 bytes", UnreadableError)
    return Checkpoint(lines[0], int(lines[1]), root, tuple(lines[3:]))


def verify_note(note: bytes | str,
                keys: Iterable[Key]) -> tuple[tuple[Key, ...], tuple[tuple[str, int], ...]]:
    """The known keys that signed, and the times of cosignatures.

    A signature by an unknown key is passed over; one that claims a known key and does not verify, or a note
    that no known log key signed, raises ProofError.
    """
    known = {(key.name, key.id): key for key in keys}
    text, signatures = split_note(note)
    good: list[Key] = []
    times: list[tuple[str, int]] = []
    for name, data in signatures:
        key = known.get((name, data[:4]))
        if key is None:
            continue
        message, signature = text.encode("utf-8"), data[4:]
        if key.kind == COSIGNATURE:
            time = int.from_bytes(signature[:8], "big")
            message, signature = b"cosignature/v1\ntime %d\n" % time + message, signature[8:]
            times.append((name, time))
        demand(ed25519_verify(key.public, message, signature), f"{name} 的签名不对",
               f"the signature of {name} is wrong")
        good.append(key)
    demand(any(key.kind == ED25519 for key in good), "没有一个已知公钥的签名",
           "no signature by a known log key")
    return tuple(good), tuple(times)


def verify_checkpoint(note: bytes | str, keys: Iterable[Key], register: str | None = None,
                      witnesses: Sequence[Key] = ()) -> Checkpoint:
    """A checkpoint signed by one of `keys`, cosigned by every one of `witnesses`, of this register's log."""
    signers, times = verify_note(note, [*keys, *witnesses])
    checkpoint = parse_checkpoint(note)._replace(signers=signers, times=times)
    for witness in witnesses:
        demand(witness in signers, f"见证者 {witness.name} 没有联署",
               f"the witness {witness.name} has not cosigned")
    origin = checkpoint.origin
    demand(register in (None, origin.rsplit("/", 1)[-1]), f"检查点属于 {origin}，不属于 {register}",
           f"the checkpoint is of {origin}, not of {register}")
    return checkpoint


# ---- Merkle trees (RFC 6962, section 2.1) ----------------------------------------------------------------
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a tree: roots of its perfect subtrees, the largest first. All that appending
    needs."""

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size, self.hashes = size, list(hashes)

    def append(self, leaf: bytes) -> None:
        """Append one leaf by its hash."""
        size = self.size
        while size & 1:
            leaf = node_hash(self.hashes.pop(), leaf)
            size >>= 1
        self.hashes.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The RFC 6962 tree hash, 32 bytes."""
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in self.hashes[-2::-1]:
            root = node_hash(left, root)
        return root


def verify_subtree(start: int, end: int, size: int, proof: Sequence[bytes], part_root: bytes,
                   root: bytes) -> bool:
    """Whether the leaves [start, end) with tree hash part_root stand so in the tree of `size` with this root.

    start must be a multiple of the least power of two >= end - start. With start 0 this is RFC 6962
    consistency (algorithm of RFC 9162, 2.1.4.2, in the general form of the Merkle tree certificates draft).
    """
    if start == end:
        return 0 <= start <= size and not proof and part_root == EMPTY_ROOT
    if not 0 <= start < end <= size or start % (1 << (end - start - 1).bit_length()):
        return False
    if proof and any(len(part) != 32 for part in (part_root, root, *proof)):
        return False
    first, node, last = start, end - 1, size - 1
    while first != node and (node == last or node & 1):
        first, node, last = first >> 1, node >> 1, last >> 1
    rest = list(proof)
    if first == node:
        part_found = found = part_root
    elif rest:
        part_found = found = rest.pop(0)
    else:
        return False
    for part in rest:
        if last == 0:
            return False
        if node & 1 or node == last:
            if first < node:
                part_found = node_hash(part, part_found)
            found = node_hash(part, found)
            while not node & 1 and node:
                first, node, last = first >> 1, node >> 1, last >> 1
        else:
            found = node_hash(found, part)
        first, node, last = first >> 1, node >> 1, last >> 1
    return last == 0 and part_found == part_root and found == root


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the leaf hash stands at `index` in the tree of `size` with this root: a subtree of one leaf."""
    return len(leaf) == len(root) == 32 and verify_subtree(index, index + 1, size, proof, leaf, root)


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether the tree (new, new_root) only appends to (old, old_root). From the empty tree: the proof is
    empty."""
    if old == 0:
        return not proof and old_root == EMPTY_ROOT and len(new_root) == 32 and (
            new > 0 or new_root == EMPTY_ROOT)
    if old == new:
        return not proof and old_root == new_root
    return verify_subtree(0, old, new, proof, old_root, new_root)


# ---- leaves, groups, bundles -----------------------------------------------------------------------------
GROUP_TAG = b"pinzhi/group/v1\n"
SALT_BYTES = 16


class Leaf(NamedTuple):
    register: str
    definition: str
    groups: dict[str, str]


def group_hash(name: str, values: Mapping[str, Any], salt: bytes) -> bytes:
    """The salted SHA-256 of one group of values; `name` must already be a valid group name."""
    text = b'{"group":"%b","values":%b}' % (name.encode(), canonical(values))
    return hashlib.sha256(GROUP_TAG + salt + text).digest()


def parse_leaf(data: bytes) -> Leaf:
    """A leaf, which must be in its canonical form. Raises UnreadableError."""
    leaf = load_json(data, "leaf")
    groups = take(leaf, "groups", dict, "leaf")
    well = (
        set(leaf) == {"definition", "groups", "register", "v"} and take(leaf, "v", int, "leaf") == 1
        and all(isinstance(text, str) and HEX64.match(text)
                for text in (leaf["definition"], *groups.values()))
        and groups and all(NAME.match(name) for name in (take(leaf, "register", str, "leaf"), *groups))
    )
    demand(well and canonical(leaf) == data, "条目（leaf）格式不对", "malformed leaf", UnreadableError)
    return Leaf(leaf["register"], leaf["definition"], groups)


def head_leaf(register: str, size: int, root: bytes) -> bytes:
    """The leaf that stands for a register's head in the log of all heads."""
    return canonical({"register": register, "root": root.hex(), "size": size, "v": 1})


def tile_path(level: int | str, index: int, width: int = TILE) -> str:
    """C2SP path of a tile, or of an entry bundle (level "entries"): tile/0/x001/234/567.p/5."""
    path = f"{index % 1000:03d}"
    while index >= 1000:
        index //= 1000
        path = f"x{index % 1000:03d}/{path}"
    return f"tile/{level}/{path}" + ("" if width == TILE else f".p/{width}")


def parse_bundle(data: bytes) -> list[bytes]:
    """The leaves of an entry bundle. Raises UnreadableError."""
    leaves, at = [], 0
    while at < len(data):
        end = at + 2 + struct.unpack_from(">H", data.ljust(at + 2, b"\xff"), at)[0]
        demand(end <= len(data), "条目包被截断", "an entry bundle is cut short", UnreadableError)
        leaves.append(data[at + 2:end])
        at = end
    return leaves


class Entry(NamedTuple):
    """One opened entry: its place in the log, the envelope, and the other opened values merged."""

    position: int
    envelope: dict[str, Any]
    values: dict[str, Any]


def check_opened(leaf: Leaf, index: int, groups: Any) -> Entry:
    """The entry behind a leaf's opened groups, each of which must hash to what the leaf holds."""
    zh, en = f"第 {index} 条", f"entry {index}"
    demand(isinstance(groups, dict), f"{zh}：groups 不对", f"{en}: groups must be an object", UnreadableError)
    envelope: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for name, opened in groups.items():
        shown, salt = take(opened, "values", dict, f"{en} {name}"), take(opened, "salt", str, f"{en} {name}")
        demand(name in leaf.groups, f"{zh}没有 {name} 这一组", f"{en} has no group {name}")
        demand(HEX32.match(salt) and group_hash(name, shown, bytes.fromhex(salt)).hex() == leaf.groups[name],
               f"{zh}的 {name} 组与所登记的不符", f"{en}: group {name} is not what was logged")
        if name == "entry":
            envelope = shown
            for part, (needed, pattern) in ENVELOPE.items():
                value = shown.get(part)
                demand(pattern.match(value) if isinstance(value, str) else value is None and not needed,
                       f"{zh}：{part} 不对", f"{en}: {part} is malformed", UnreadableError)
        else:
            demand(not set(shown) & set(values), f"{zh}：同一字段见于两组",
                   f"{en}: a field stands in two groups", UnreadableError)
            values.update(shown)
    return Entry(index, envelope, values)


# ---- counting --------------------------------------------------------------------------------------------
MODES = {"level": ("date",), "series": ("date",), "increment": ("from", "to"), "per_year": ("from", "to")}
SPEC_KEYS = {"register", "mode", "date", "from", "to", "states", "filters", "regions", "distinct",
             "aggregate", "value_field", "period_field", "years", "size", "known_at"}
ENVELOPE_FIELDS = ("key", "subject", "region", "record_type")


class Counted(NamedTuple):
    """`value`: int or Fraction, {year: value} for "each", None for no figure; `positions` of the entries
    counted."""

    value: Any
    positions: list[int]


def check_spec(spec: Any) -> dict[str, Any]:
    """The spec with its defaults filled in. Raises UnreadableError naming what is wrong with it."""
    demand(isinstance(spec, dict) and not set(spec) - SPEC_KEYS, f"count 有多余或不对的键：{spec!r:.200}",
           f"count has unknown keys: {spec!r:.200}", UnreadableError)
    full = {**dict.fromkeys(SPEC_KEYS), "filters": [], "aggregate": "count", "period_field": "period",
            "years": "each", **{key: value for key, value in spec.items() if value is not None}}

    def need(key: str, holds: Any) -> None:
        what = f"{key} = {full[key]!r:.200}"
        demand(holds, f"count 不对：{what}", f"bad count: {what}", UnreadableError)

    def strings(value: Any) -> bool:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)

    mode, aggregate, distinct = full["mode"], full["aggregate"], full["distinct"]
    need("register", isinstance(full["register"], str) and NAME.match(full["register"]))
    need("mode", mode in list(MODES))
    for key in MODES[mode]:
        need(key, isinstance(full[key], str) and DATE.match(full[key]))
    need("states", strings(full["states"]) or (full["states"] is None and mode == "series"))
    need("regions", full["regions"] is None or strings(full["regions"]))
    need("aggregate", aggregate in ("count", "sum") or (aggregate, mode) == ("latest", "series"))
    need("value_field", isinstance(full["value_field"], str) or aggregate == "count")
    need("distinct", distinct is None or (isinstance(distinct, str) and aggregate == "count"))
    need("period_field", isinstance(full["period_field"], str))
    need("years", full["years"] in ("each", "min", "max", "last", "sum"))
    need("size", full["size"] is None or type(full["size"]) is int)
    need("known_at", full["known_at"] is None or isinstance(full["known_at"], str))
    need("filters", isinstance(full["filters"], list))
    for test in full["filters"]:
        need("filters", isinstance(test, dict) and set(test) == {"field", "op", "value"})
        op, wanted = test["op"], test["value"]
        scalar, texts = isinstance(wanted, (str, int)), wanted if isinstance(wanted, list) else [wanted]
        good = {
            "eq": scalar, "ne": scalar, "present": isinstance(wanted, bool), "prefix": strings(texts),
            "in": isinstance(wanted, list) and all(isinstance(item, (str, int)) for item in wanted),
            **dict.fromkeys(("ge", "le", "gt", "lt"), type(wanted) in (str, int)),
        }
        need("filters", isinstance(test["field"], str) and isinstance(op, str) and good.get(op))
    return full


def number(value: Any) -> Fraction | None:
    """An integer or a decimal string as an exact number; None for anything else."""
    if type(value) is int:
        return Fraction(value)
    return Fraction(value) if isinstance(value, str) and NUMBER.match(value) else None


def field_of(entry: Entry, name: str) -> Any:
    """A field's value, or the envelope's for key, subject, region, record_type and "entry.…"; None when
    absent."""
    if name in ENVELOPE_FIELDS or name.startswith("entry."):
        return entry.envelope.get(name[6:] if name.startswith("entry.") else name)
    return entry.values.get(name)


def fits(value: Any, op: str, wanted: Any) -> bool:
    """Whether a field's value passes one filter (rule 5 above)."""
    if op == "present":
        return (value is not None) is wanted
    if isinstance(value, list):
        return (all if op == "ne" else any)(fits(item, op, wanted) for item in value)
    if value is None:
        return op == "ne"
    if op in ("eq", "ne"):
        return (type(value) is type(wanted) and value == wanted) is (op == "eq")
    if op == "in":
        return any(type(value) is type(item) and value == item for item in wanted)
    if op == "prefix":
        starts = tuple(wanted) if isinstance(wanted, list) else wanted
        return isinstance(value, str) and value.startswith(starts)
    limit: Any = number(wanted)
    found: Any = number(value) if limit is not None else value if isinstance(value, str) else None
    limit = wanted if limit is None else limit
    if found is None:
        return False
    return bool({"ge": found >= limit, "le": found <= limit, "gt": found > limit, "lt": found < limit}[op])


def count(entries: Iterable[Entry], spec: Any) -> Counted:
    """Count a register's entries as the module's docstring defines. Raises UnreadableError for a bad spec or
    figure."""
    spec = check_spec(spec)
    size, known_at, states = spec["size"], spec["known_at"], spec["states"]

    seen = [entry for entry in entries if entry.envelope
            and (size is None or entry.position < size)
            and (known_at is None or entry.envelope["recorded_at"] <= known_at)]
    replaced: dict[str, int] = {}
    for entry in seen:
        target = entry.envelope.get("replaces")
        if target is not None:
            replaced[target] = max(entry.position, replaced.get(target, -1))
    live = sorted((entry for entry in seen if entry.envelope.get("state") is not None
                   and replaced.get(entry.envelope["id"], -1) <= entry.position),
                  key=lambda entry: (entry.envelope["effective_on"], entry.position))

    def suits(entry: Entry) -> bool:
        region = entry.envelope.get("region") or ""
        return (spec["regions"] is None or region.startswith(tuple(spec["regions"]))) and all(
            fits(field_of(entry, test["field"]), test["op"], test["value"]) for test in spec["filters"])

    chosen: Iterable[Entry]
    if spec["mode"] in ("level", "series"):
        day, last = spec["date"], {}
        for entry in live:
            if entry.envelope["effective_on"] <= day:
                period = _scalar(entry, spec["period_field"]) if spec["mode"] == "series" else None
                last[entry.envelope["key"], period] = entry
        chosen = [entry for entry in last.values() if (states is None or entry.envelope["state"] in states)
                  and (spec["mode"] == "series" or (entry.envelope.get("valid_from") or day) <= day
                       <= (entry.envelope.get("valid_until") or day))]
    else:
        first: dict[str, Entry] = {}
        for entry in live:
            if entry.envelope["state"] in states:
                first.setdefault(entry.envelope["key"], entry)
        chosen = [entry for entry in first.values()
                  if spec["from"] <= entry.envelope["effective_on"] <= spec["to"]]
    chosen = [entry for entry in chosen if suits(entry)]

    positions = sorted(entry.position for entry in chosen)
    if spec["mode"] != "per_year":
        return Counted(_figure(chosen, spec), positions)
    by_year: dict[str, list[Entry]] = {
        f"{year:04d}": [] for year in range(int(spec["from"][:4]), int(spec["to"][:4]) + 1)}
    for entry in chosen:
        by_year[entry.envelope["effective_on"][:4]].append(entry)
    figures = {year: _figure(of_year, spec) for year, of_year in by_year.items()}
    row, of_years = [*figures.values()], spec["years"]
    if not row or of_years == "each":
        return Counted(figures if of_years == "each" else None, positions)
    return Counted({"min": min(row), "max": max(row), "sum": sum(row), "last": row[-1]}[of_years], positions)


def _scalar(entry: Entry, name: str) -> Any:
    value = field_of(entry, name)
    demand(not isinstance(value, (list, dict)), f"第 {entry.position} 条：{name} 不是单个值",
           f"entry {entry.position}: {name} is not a single value", UnreadableError)
    return value


def _figure(chosen: Sequence[Entry], spec: Mapping[str, Any]) -> Any:
    """The count, sum or latest figure over the chosen entries."""
    if spec["aggregate"] == "count":
        if spec["distinct"] is None:
            return len(chosen)
        found = [_scalar(entry, spec["distinct"]) for entry in chosen]
        return len({(type(value), value) for value in found if value is not None})
    figures: dict[Any, list[Fraction]] = {}
    for entry in chosen:
        raw, period = _scalar(entry, spec["value_field"]), None
        if raw is None:
            continue
        if spec["aggregate"] == "latest":
            period = _scalar(entry, spec["period_field"])
        value = number(raw)
        if value is None or (spec["aggregate"] == "latest" and not isinstance(period, str)):
            raise UnreadableError(f"第 {entry.position} 条：{raw!r} 不是数或没有期间",
                                  f"entry {entry.position}: {raw!r} is not a number or has no period")
        figures.setdefault(period, []).append(value)
    if spec["aggregate"] == "sum":
        return sum(figures.get(None, []), Fraction(0))
    last = figures[max(figures)] if figures else [None]
    demand(len(last) == 1, "最近一期有两个数", "two keys report for the latest period", UnreadableError)
    return last[0]


def plain_number(value: Any) -> str:
    """A counted value as people write it."""
    if isinstance(value, dict):
        return ", ".join(f"{year}: {plain_number(inner)}" for year, inner in value.items())
    if isinstance(value, Fraction) and value.denominator > 1:
        digits = next((n for n in range(1, 41) if 10**n % value.denominator == 0), None)
        if digits is None:
            return f"{value.numerator}/{value.denominator}"
        whole = f"{abs(value.numerator) * 10**digits // value.denominator:0{digits + 1}d}"
        return f"{'-' if value < 0 else ''}{whole[:-digits]}.{whole[-digits:]}"
    return "—" if value is None else str(value)


def agrees(published: Any, counted: Any) -> bool:
    """Whether the published value is the counted one; numbers compare as numbers ("5.0" is 5)."""
    if isinstance(counted, dict):
        return isinstance(published, dict) and set(published) == set(counted) and all(
            agrees(published[year], counted[year]) for year in counted)
    return number(published) == counted if counted is not None else published is None


def recount(reading: Any, entries_of: Callable[[str], Iterable[Entry]]) -> list[tuple[str, Any, Any, bool]]:
    """Recount a reading: (what, published, counted, agrees) for its count, or for both parts and the rate."""
    rate = isinstance(reading, dict) and {"numerator", "denominator"} <= set(reading)
    found: list[tuple[str, Any, Any, bool]] = []
    for name in ("numerator", "denominator") if rate else ("value",):
        part = take(reading, name, dict, "reading") if rate else reading
        spec = check_spec(take(part, "count", dict, name))
        value = count(entries_of(spec["register"]), spec).value
        found.append((name, part.get("value"), value, agrees(part.get("value"), value)))
    if not rate:
        return found
    upper, lower, published, scale = found[0][2], found[1][2], reading.get("value"), reading.get("scale", 1)
    demand(type(scale) is int and not isinstance(upper, dict) and not isinstance(lower, dict),
           "比率的两部分须各是一个数", "both parts of a rate must be single numbers", UnreadableError)
    if upper is None or not lower:
        return [*found, ("value", published, None, published is None)]
    exact, printed = Fraction(scale) * upper / lower, number(published)
    unit = Fraction(1, 10 ** len(str(published).partition(".")[2]))
    return [*found, ("value", published, exact, printed is not None and abs(printed - exact) * 2 <= unit)]


# ---- what was downloaded ---------------------------------------------------------------------------------
class Mirror:
    """A downloaded register: a folder or a zip."""

    def __init__(self, path: str) -> None:
        self.folder = Path(path)
        self.zip = None if self.folder.is_dir() else zipfile.ZipFile(path)

    def open(self, name: str) -> IO[bytes] | None:
        try:
            return self.zip.open(name) if self.zip else (self.folder / name).open("rb")
        except (KeyError, FileNotFoundError):
            return None

    def read(self, *names: str) -> bytes:
        """The first of these files that is there; never more than 32 MB."""
        for name in names:
            stream = self.open(name)
            if stream is not None:
                with stream:
                    return stream.read(32 << 20)
        raise UnreadableError(f"缺少文件 {names[0]}", f"the file {names[0]} is missing")

    def opened(self) -> Iterator[tuple[int, Any]]:
        """(index, groups) of each line of opened.jsonl."""
        stream = self.open("opened.jsonl")
        if stream is None:
            raise UnreadableError("缺少文件 opened.jsonl", "the file opened.jsonl is missing")
        with stream:
            for line in iter(lambda: stream.readline(LINE_LIMIT + 1), b""):
                shown = load_json(line if len(line) <= LINE_LIMIT else b"", "opened.jsonl")
                yield take(shown, "index", int, "opened.jsonl"), take(shown, "groups", dict, "opened.jsonl")


class Checked(NamedTuple):
    """A register whose leaves, root, signature and opened groups hold."""

    register: str
    checkpoint: Checkpoint
    opened: int


def hashes_of(holder: Any, key: str) -> list[bytes]:
    return [unbase64(part, key) for part in take(holder, key, list, key)]


def check_heads(heads: Any, register: str, checkpoint: Checkpoint, keys: Sequence[Key],
                witnesses: Sequence[Key] = ()) -> None:
    """That the signed log of all heads holds this register's head."""
    above = verify_checkpoint(take(heads, "checkpoint", str, "heads"), keys, "heads", witnesses)
    leaf = leaf_hash(head_leaf(register, checkpoint.size, checkpoint.root))
    index = take(heads, "index", int, "heads")
    demand(verify_inclusion(leaf, index, above.size, hashes_of(heads, "inclusion"), above.root),
           "总检查点中没有这个登记簿的头", "the log of all heads does not hold this register's head")


def check_register(mirror: Mirror, keys: Sequence[Key], witnesses: Sequence[Key] = (),
                   visit: Callable[[Entry], None] = lambda entry: None) -> Checked:
    """Recompute a mirrored register. `visit` gets each opened entry; trust what it got only when this
    returns."""
    note = mirror.read("checkpoint")
    above = mirror.open("heads.json")
    checkpoint = verify_checkpoint(note, keys, None, () if above else witnesses)
    register = checkpoint.origin.rsplit("/", 1)[-1]
    if above:
        check_heads(load_json(above.read(1 << 20), "heads.json"), register, checkpoint, keys, witnesses)
    frontier, opened, shown = Frontier(), mirror.opened(), 0
    index, groups = next(opened, (-1, None))
    for tile in range((checkpoint.size + TILE - 1) // TILE):
        width = min(TILE, checkpoint.size - tile * TILE)
        leaves = parse_bundle(mirror.read(tile_path("entries", tile, width), tile_path("entries", tile)))
        demand(len(leaves) >= width, f"第 {tile} 个条目包少了条目", f"entry bundle {tile} lacks entries")
        for data in leaves[:width]:
            leaf = parse_leaf(data)
            demand(leaf.register == register, f"第 {frontier.size} 条属于别的登记簿",
                   f"entry {frontier.size} is of another register")
            if index == frontier.size:
                visit(check_opened(leaf, index, groups))
                shown += 1
                index, groups = next(opened, (-1, None))
            frontier.append(leaf_hash(data))
    demand(groups is None, f"opened.jsonl：第 {index} 条不在簿中或次序不对",
           f"opened.jsonl: entry {index} is not in the log or out of order")
    demand(frontier.root() == checkpoint.root, "由条目算出的树根与签名的检查点不符",
           "the root computed from the entries is not the signed one")
    return Checked(register, checkpoint, shown)


def check_record(proof: Any, keys: Sequence[Key],
                 witnesses: Sequence[Key] = ()) -> tuple[Checked, list[Entry]]:
    """Check a record's proof file (already parsed) and return its entries."""
    register, heads = take(proof, "register", str, "record"), proof.get("heads")
    note = take(proof, "checkpoint", str, "record")
    checkpoint = verify_checkpoint(note, keys, register, () if heads else witnesses)
    if heads:
        check_heads(heads, register, checkpoint, keys, witnesses)
    entries = []
    for item in take(proof, "entries", list, "record"):
        index = take(item, "index", int, "entry")
        data = take(item, "leaf", str, "entry").encode("utf-8", "replace")
        leaf, path = parse_leaf(data), hashes_of(item, "inclusion")
        demand(leaf.register == register, f"第 {index} 条属于别的登记簿",
               f"entry {index} is of another register")
        entries.append(check_opened(leaf, index, item.get("groups")))
        demand(verify_inclusion(leaf_hash(data), index, checkpoint.size, path, checkpoint.root),
               f"第 {index} 条不在检查点的树里", f"entry {index} is not in the checkpoint's tree")
    return Checked(register, checkpoint, len(entries)), entries


def check_consistency(old: bytes, new: bytes, proof: Any, keys: Sequence[Key],
                      witnesses: Sequence[Key] = ()) -> tuple[Checkpoint, Checkpoint]:
    """Check that the checkpoint `new` only adds to `old`; both signed by one of `keys`."""
    first, second = verify_checkpoint(old, keys), verify_checkpoint(new, keys, None, witnesses)
    demand(first.origin == second.origin, "两个检查点不是同一个登记簿的",
           "the checkpoints are of different logs")
    hashes = hashes_of(proof, "consistency")
    demand(verify_consistency(first.size, second.size, hashes, first.root, second.root),
           f"{second.size} 条的新树不是在 {first.size} 条的旧树上只增不改",
           f"the tree of {second.size} entries does not just add to that of {first.size}")
    return first, second


# ---- command line ----------------------------------------------------------------------------------------
def _keys(texts: Iterable[str], kind: int) -> list[Key]:
    keys = [parse_key(text if "+" in text else Path(text).read_text("utf-8")) for text in texts]
    demand(all(key.kind == kind for key in keys), "公钥种类不对（--key 登记机关，--witness 见证者）",
           "wrong kind of key (--key is the keeper's, --witness a witness's)", UnreadableError)
    return keys


def _run(args: argparse.Namespace, say: Callable[[str, str], None]) -> bool:
    keys, witnesses = _keys(args.key, ED25519), _keys(args.witness, COSIGNATURE)

    def describe(checked: Checked) -> None:
        point, more = checked.checkpoint, "".join(f" · {line}" for line in checked.checkpoint.extensions)
        say(f"登记簿 {checked.register}：检查点 {point.size} 条，树根 {point.root.hex()}，签名正确{more}",
            f"register {checked.register}: checkpoint of {point.size} entries, root {point.root.hex()}, "
            f"signed{more}")
        if witnesses:
            say("见证者的联署正确", "cosigned by every witness asked for")

    def load(path: str) -> Any:
        return load_json(Path(path).read_bytes(), path)

    if args.command == "record":
        checked, entries = check_record(load(args.file), keys, witnesses)
        describe(checked)
        for entry in entries:
            seen = [entry.envelope.get(name) for name in ("key", "kind", "state", "effective_on")]
            what = " · ".join(str(value or "—") for value in seen)
            say(f"第 {entry.position} 条 {what}：在树中，所示内容与登记时相同",
                f"entry {entry.position} {what}: in the tree, what is shown is what was logged")
        return True
    if args.command == "consistency":
        old, new = Path(args.old).read_bytes(), Path(args.new).read_bytes()
        first, second = check_consistency(old, new, load(args.proof), keys, witnesses)
        say(f"{first.origin}：从 {first.size} 条到 {second.size} 条只增不改",
            f"{first.origin}: from {first.size} to {second.size} entries nothing was changed or removed")
        return True
    reading = load(args.reading) if args.command == "indicator" else None
    registers: dict[str, list[Entry]] = {}
    for path in args.mirror if args.command == "indicator" else [args.mirror]:
        kept: list[Entry] = []
        keep = kept.append if args.command == "indicator" else lambda entry: None
        checked = check_register(Mirror(path), keys, witnesses, keep)
        registers[checked.register] = kept
        describe(checked)
        hidden = checked.checkpoint.size - checked.opened
        say(f"公开的 {checked.opened} 条与登记时相同；其余 {hidden} 条不公开",
            f"the {checked.opened} opened entries are what was logged; {hidden} are not public")
    if args.command == "register":
        return True

    def entries_of(register: str) -> list[Entry]:
        demand(register in registers, f"没有给出登记簿 {register}", f"the register {register} was not given",
               UnreadableError)
        return registers[register]

    titles = {"value": "数值", "numerator": "分子", "denominator": "分母"}
    results = recount(reading, entries_of)
    for name, published, counted, holds in results:
        shown, again = json.dumps(published, ensure_ascii=False), plain_number(counted)
        say(f"{titles[name]}：公布 {shown}，重新计算 {again}，{'一致' if holds else '不一致'}",
            f"{name}: published {shown}, recounted {again}, {'OK' if holds else 'DIFFERS'}")
    return all(holds for _, _, _, holds in results)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="verify.py", description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for name, files in {"record": ["file"], "consistency": ["old", "new", "proof"], "register": ["mirror"],
                        "indicator": ["reading", "mirror"]}.items():
        command = commands.add_parser(name)
        for file in files:
            command.add_argument(file, nargs="+" if (name, file) == ("indicator", "mirror") else None)
        command.add_argument("--key", action="append", required=True, help="公钥 · verifier key")
        command.add_argument("--witness", action="append", default=[], help="见证者公钥 · a witness's key")
        command.add_argument("--lang", choices=["zh", "en"])
    args = parser.parse_args(argv)
    system = os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    chinese = args.lang == "zh" or (args.lang is None and system.lower().startswith(("zh", "chinese")))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")

    def say(zh: str, en: str) -> None:
        print("".join(c if c.isprintable() else "?" for c in (zh if chinese else en)))

    try:
        good = _run(args, say)
    except ProofError as error:
        say(f"不成立：{error.zh}" if error.exit_code == 1 else f"无法核对：{error.zh}",
            f"FAILED: {error.en}" if error.exit_code == 1 else f"cannot be checked: {error.en}")
        return error.exit_code
    except (OSError, ValueError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        say(f"无法读取：{error}", f"cannot be read: {error}")
        return 2
    say("核对通过" if good else "不成立：公布的数与重新计算的不一致",
        "OK" if good else "FAILED: the published value is not the recounted one")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
