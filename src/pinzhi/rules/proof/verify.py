#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: UP006, UP007, UP035, UP045, B905
# fmt: off  (and Python 3.8 syntax: people run this file where they are)
"""核对公开登记簿的证明 · Check what a public register published, from downloaded files alone.

    verify.py record      FILE.json                     --key VKEY   one record and its history
    verify.py consistency OLD NEW PROOF.json            --key VKEY   a later checkpoint extends an earlier one
    verify.py register    DIR_OR_ZIP                    --key VKEY   a whole register, recomputed
    verify.py indicator   READING.json DIR_OR_ZIP …     --key VKEY   a published indicator, recounted

VKEY is the register keeper's public key as a C2SP verifier key ("name+hash+base64") or a file that holds one; it
may be given several times (keys rotate). --witness VKEY demands a witness's cosignature too; --lang zh|en.
Exit code 0: everything holds; 1: something does not; 2: wrong usage or a file that cannot be read.
Python 3.8 or later, standard library only; nothing is fetched from the network.

JSON here has no floating-point numbers (decimals are strings), integers within ±(2^53-1), and no key twice. Its
canonical form (sorted keys, no spaces, UTF-8) equals RFC 8785 for such values. base64 is standard with padding.

CHECKPOINT  a C2SP tlog-checkpoint (signed note). Origin: "<site>/<register>"; the log of all heads: "<site>/heads".
LEAF        canonical {"definition":HEX64,"groups":{NAME:HEX64,…},"register":NAME,"v":1}. A group's hash is
            SHA-256("pinzhi/group/v1\n" ‖ salt, 16 bytes ‖ canonical {"group":NAME,"values":{…}}).
            A leaf of the log of heads: canonical {"register":NAME,"root":HEX64,"size":N,"v":1}.
            Tree: RFC 6962 with SHA-256.
OPENED      {"NAME": {"values": {…}, "salt": HEX32}, …}: the groups shown. The group "entry" is the envelope: id, key,
            kind, state, record_type, effective_on, valid_from, valid_until (dates YYYY-MM-DD), region, agency,
            subject, recorded_at (UTC, 2020-01-31T08:00:00Z), replaces (id of an entry or null). A field stands in
            one group only.
RECORD      {"register": NAME, "checkpoint": NOTE, "entries": [{"index": N, "leaf": TEXT, "groups": OPENED,
            "inclusion": [BASE64,…]}], "heads": {"checkpoint": NOTE, "index": N, "inclusion": [BASE64,…]} or absent}
CONSISTENCY {"consistency": [BASE64,…]}; OLD and NEW are checkpoints.
MIRROR      a folder or zip: "checkpoint"; "tile/entries/<N>[.p/<W>]" (C2SP tlog-tiles bundles of 256 leaves, the
            last one partial: big-endian uint16 length before each); "opened.jsonl": one line
            {"index": N, "groups": OPENED} for each entry of which something is public, by rising index. Hash tiles
            may lie beside them; they are not needed, since the root is recomputed from the leaves.
READING     {"value": "123", "count": SPEC}, or a rate {"value": "93.1", "scale": 100, "numerator": {"value": "…",
            "count": SPEC}, "denominator": {…}}: value = scale × numerator ÷ denominator, rounded to the digits
            printed, null when the denominator is 0. Other keys (title, unit …) are not looked at.
SPEC        what is counted; keys left out are null, any other key is refused:
    register, mode   "level" | "increment" | "per_year" | "series"
    date             level, series: the day D asked for; from, to: increment, per_year: first and last day
    states           list of states (level, increment, per_year: needed; series: null = any)
    filters          list of {"field", "op", "value"}; all must hold
    regions          null or list of region codes; each stands for every code that begins with it
    distinct         null or a field: count its different values instead of keys
    aggregate        "count" (default) | "sum" of value_field | series also "latest"
    value_field      field of numbers, for sum and latest; period_field: series, default "period"
    years            per_year: "each" (default: {"2019": n, …}) | "min" | "max" | "last" | "sum" over the years
    size, known_at   as it was known: only entries with index < size; only those with recorded_at <= known_at

What counting means (`count` below is the definition, the rest of the system follows it):
 1. Every entry is a whole picture: its opened groups hold all public values from its effective_on on. An entry
    without state (a note, a withdrawal) only replaces. An entry that a later entry (greater index) replaces is void
    for good, even where the replacing one is replaced in its turn. Order is (effective_on, index).
 2. level: for each key the last entry with effective_on <= D; it counts when its state is in `states`, valid_from
    is null or <= D, valid_until is null or >= D, and filters and regions hold on that entry.
 3. increment: for each key the first entry ever with a state in `states`; it counts when its effective_on lies in
    [from, to] and filters and regions hold on that entry. per_year: the same for each calendar year in [from, to].
 4. series: for each key and period the last entry with effective_on <= D; it counts when its state fits and filters
    and regions hold. "latest" is the figure of the greatest period; two keys with that period are refused.
 5. Fields key, subject, region and record_type are the envelope's; the envelope's other values are "entry.kind" …
    A value that is null, absent or not public satisfies no op but "ne" and "present": false.
    eq, ne, in compare exactly; ge, le, gt, lt compare as numbers when the filter's value is a number, else as
    strings (dates); prefix takes a string or a list of them; a list-valued field fits when one of its values does
    ("ne": when none is equal). distinct and sum pass over entries whose value is null; a list is refused.
"""
from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import (
    Any,
    NamedTuple,
)

TILE = 256
NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}\Z")
HEX64 = re.compile(r"[0-9a-f]{64}\Z")
NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,20})?\Z")
DATE = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\Z")
MAX_INT = 2**53 - 1
LINE_LIMIT = 4 << 20


class Refusal(Exception):
    """Something does not hold (exit code 1); says so in Chinese (`zh`) and English (`en`)."""

    exit_code = 1

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class Unreadable(Refusal):
    """Input that is not in the documented form (exit code 2)."""

    exit_code = 2


# ---- JSON ------------------------------------------------------------------------------------------------------
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def _check_plain(value: Any, place: str) -> None:
    if isinstance(value, (str, bool)) or value is None:
        return
    if isinstance(value, int):
        if not -MAX_INT <= value <= MAX_INT:
            raise Unreadable(f"{place}：整数超出 ±(2^53-1)", f"{place}: integer beyond ±(2^53-1)")
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not (isinstance(key, str) and key.isascii()):
                raise Unreadable(f"{place}：键 {key!r} 不是 ASCII", f"{place}: key {key!r} is not an ASCII string")
            if type(inner) is not str and inner is not None:
                _check_plain(inner, f"{place}.{key}")
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _check_plain(inner, f"{place}[]")
    else:
        what = type(value).__name__
        raise Unreadable(f"{place}：不允许 {what}（小数请写成字符串）",
                         f"{place}: {what} is not allowed (write decimals and dates as strings)")


def canonical(value: Any) -> bytes:
    """Canonical JSON, equal to RFC 8785 for strings, safe integers, booleans, null, lists, ASCII-keyed objects.

    Raises Unreadable naming the place of anything else (floats, other types, lone surrogates). Text is not
    normalised: what is stored is what is hashed.
    """
    _check_plain(value, "$")
    try:
        return _encode(value).encode("utf-8")
    except UnicodeEncodeError:
        raise Unreadable("文字中有不成对的代理字符", "text holds a lone surrogate") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _no_float(text: str) -> Any:
    raise ValueError(f"the number {text[:20]} must be written as a string")


def load_json(data: bytes | str, what: str) -> Any:
    """Parse strictly: UTF-8, no floats, no key twice, no endless nesting. Raises Unreadable."""
    try:
        text = data if isinstance(data, str) else data.decode("utf-8-sig")
        return json.loads(text, parse_float=_no_float, parse_constant=_no_float, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{what} 不是可读的 JSON：{error}", f"{what} is not readable JSON: {error}") from None


def take(mapping: Any, key: str, kind: type, what: str) -> Any:
    """The value of `key`, which must be of exactly this kind. Raises Unreadable naming what lacks it."""
    value = mapping.get(key) if isinstance(mapping, dict) else None
    if type(value) is not kind:
        names = {dict: "object", list: "list", str: "string", int: "integer"}
        raise Unreadable(f"{what}：缺少 {key}（{names[kind]}）", f"{what}: {key} must be there and be a {names[kind]}")
    return value


def unbase64(text: Any, what: str) -> bytes:
    """Strict standard base64: alphabet, padding, no spare bits."""
    try:
        data = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except (binascii.Error, ValueError):
        data = b""
    if not data or base64.b64encode(data).decode() != text:
        raise Unreadable(f"{what}：不是 base64", f"{what}: not base64")
    return data


# ---- Ed25519 (RFC 8032, section 5.1) ---------------------------------------------------------------------------
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]  # extended homogeneous coordinates (X, Y, Z, T)
NEUTRAL: Point = (0, 1, 1, 0)


def _add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _decompress(data: bytes) -> Point | None:
    """The point of 32 bytes; None when they encode none or not canonically (y >= p, or x = 0 with the sign set)."""
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
BASE: Point = _base if _base else NEUTRAL


def ed25519_verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """RFC 8032 verification without cofactor; refuses s >= L, non-canonical points and keys of small order."""
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


# ---- signed notes and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature) ------------------------
ED25519, COSIGNATURE = 1, 4


class Key(NamedTuple):
    """A verifier key: its name, type (1 Ed25519 of a log, 4 Ed25519 cosignature of a witness) and 32 bytes."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"


class Checkpoint(NamedTuple):
    """A verified or parsed checkpoint; `signers` are the known keys that signed, `times` the cosignatures' POSIX seconds."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...]
    signers: tuple[Key, ...] = ()
    times: tuple[tuple[str, int], ...] = ()


def key_name_ok(name: str) -> bool:
    return bool(name) and name.isprintable() and "+" not in name and not any(c.isspace() for c in name)


def parse_key(text: str) -> Key:
    """A key from "name+hash+base64". Raises Unreadable."""
    name, hash_, material = (text.strip().split("+", 2) + ["", ""])[:3]
    data = unbase64(material, "VKEY")
    key = Key(name, data[0], data[1:])
    if not key_name_ok(name) or data[0] not in (ED25519, COSIGNATURE) or len(data) != 33 or key.id.hex() != hash_:
        raise Unreadable(f"不是可用的公钥：{text[:80]!r}", f"not a usable verifier key: {text[:80]!r}")
    return key


def split_note(note: bytes | str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text of a signed note and its signatures (name, key id + signature). Raises Unreadable."""
    wrong = Unreadable("不是签名文本（signed note）", "not a signed note")
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
    """What a checkpoint says, its signatures NOT checked. Raises Unreadable."""
    lines = split_note(note)[0][:-1].split("\n")
    if len(lines) < 3 or not all(lines) or not re.match(r"(0|[1-9][0-9]{0,17})\Z", lines[1]):
        raise Unreadable("检查点格式不对", "malformed checkpoint")
    root = unbase64(lines[2], "checkpoint")
    if len(root) != 32:
        raise Unreadable("检查点的树根不是 32 字节", "the checkpoint's root is not 32 bytes")
    return Checkpoint(lines[0], int(lines[1]), root, tuple(lines[3:]))


def verify_note(note: bytes | str, keys: Iterable[Key]) -> tuple[tuple[Key, ...], tuple[tuple[str, int], ...]]:
    """The known keys that signed, and the times of cosignatures.

    A signature by an unknown key is passed over; one that claims a known key and does not verify, or a note that no
    known log key signed, raises Refusal.
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
        if not ed25519_verify(key.public, message, signature):
            raise Refusal(f"{name} 的签名不对", f"the signature of {name} is wrong")
        good.append(key)
    if not any(key.kind == ED25519 for key in good):
        raise Refusal("没有一个已知公钥的签名", "no signature by a known log key")
    return tuple(good), tuple(times)


def verify_checkpoint(note: bytes | str, keys: Iterable[Key], register: str | None = None,
                      witnesses: Sequence[Key] = ()) -> Checkpoint:
    """A checkpoint signed by one of `keys`, cosigned by every one of `witnesses`, of this register's log."""
    signers, times = verify_note(note, [*keys, *witnesses])
    checkpoint = parse_checkpoint(note)._replace(signers=signers, times=times)
    for witness in witnesses:
        if witness not in signers:
            raise Refusal(f"见证者 {witness.name} 没有联署", f"the witness {witness.name} has not cosigned")
    if register is not None and checkpoint.origin.rsplit("/", 1)[-1] != register:
        raise Refusal(f"检查点属于 {checkpoint.origin}，不属于 {register}",
                      f"the checkpoint is of {checkpoint.origin}, not of {register}")
    return checkpoint


# ---- Merkle trees (RFC 6962, section 2.1) ----------------------------------------------------------------------
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a tree: roots of its perfect subtrees, the largest first. All that appending needs."""

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


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the leaf hash stands at `index` in the tree of `size` with this root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or any(len(part) != 32 for part in (leaf, root, *proof)):
        return False
    node, last, found = index, size - 1, leaf
    for part in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(part, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, part)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def verify_subtree(start: int, end: int, size: int, proof: Sequence[bytes], part_root: bytes, root: bytes) -> bool:
    """Whether the leaves [start, end) with tree hash part_root stand so in the tree of `size` with this root.

    start must be a multiple of the least power of two >= end - start. With start 0 this is RFC 6962 consistency
    (algorithm of RFC 9162, 2.1.4.2, in the general form of the Merkle tree certificates draft).
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


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether the tree (new, new_root) only appends to (old, old_root). From the empty tree: the proof is empty."""
    if old == 0:
        return not proof and old_root == EMPTY_ROOT and len(new_root) == 32 and (new > 0 or new_root == EMPTY_ROOT)
    if old == new:
        return not proof and old_root == new_root
    return verify_subtree(0, old, new, proof, old_root, new_root)


# ---- leaves, groups, bundles -----------------------------------------------------------------------------------
GROUP_TAG = b"pinzhi/group/v1\n"
SALT_BYTES = 16


class Leaf(NamedTuple):
    register: str
    definition: str
    groups: dict[str, str]


def group_hash(name: str, values: Mapping[str, Any], salt: bytes) -> bytes:
    """The salted SHA-256 of one group of values; `name` must already be a valid group name."""
    return hashlib.sha256(b'%b%b{"group":"%b","values":%b}' % (GROUP_TAG, salt, name.encode(), canonical(values))).digest()


def parse_leaf(data: bytes) -> Leaf:
    """A leaf, which must be in its canonical form. Raises Unreadable."""
    leaf = load_json(data, "leaf")
    groups = take(leaf, "groups", dict, "leaf")
    well = (
        set(leaf) == {"definition", "groups", "register", "v"} and take(leaf, "v", int, "leaf") == 1 and groups
        and isinstance(leaf["register"], str) and NAME.match(leaf["register"])
        and all(isinstance(item, str) and HEX64.match(item) for item in (leaf["definition"], *groups.values()))
        and all(NAME.match(name) for name in groups)
    )
    if not well or canonical(leaf) != data:
        raise Unreadable("条目（leaf）格式不对", "malformed leaf")
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
    """The leaves of an entry bundle. Raises Unreadable."""
    leaves, at = [], 0
    while at < len(data):
        end = at + 2 + struct.unpack_from(">H", data.ljust(at + 2, b"\xff"), at)[0]
        if end > len(data):
            raise Unreadable("条目包被截断", "an entry bundle is cut short")
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
    if not isinstance(groups, dict):
        raise Unreadable(f"第 {index} 条：groups 不对", f"entry {index}: groups must be an object")
    envelope: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for name, opened in groups.items():
        shown = take(opened, "values", dict, f"{index} {name}")
        salt = take(opened, "salt", str, f"{index} {name}")
        if name not in leaf.groups:
            raise Refusal(f"第 {index} 条没有 {name} 这一组", f"entry {index} has no group {name}")
        if not re.match(r"[0-9a-f]{32}\Z", salt) or \
                group_hash(name, shown, bytes.fromhex(salt)).hex() != leaf.groups[name]:
            raise Refusal(f"第 {index} 条的 {name} 组与所登记的不符", f"entry {index}: group {name} is not what was logged")
        if name == "entry":
            envelope = check_envelope(shown, index)
        elif set(shown) & set(values):
            raise Unreadable(f"第 {index} 条：同一字段见于两组", f"entry {index}: a field stands in two groups")
        else:
            values.update(shown)
    return Entry(index, envelope, values)


def check_envelope(shown: dict[str, Any], index: int) -> dict[str, Any]:
    """The envelope, when its parts have the documented types. Raises Unreadable."""
    for name in ("id", "key", "state", "region", "subject", "record_type", "replaces", "recorded_at",
                 "effective_on", "valid_from", "valid_until"):
        value = shown.get(name)
        needed = name in ("id", "key", "effective_on", "recorded_at")
        if not (isinstance(value, str) or (value is None and not needed)) or (
                isinstance(value, str) and name in ("effective_on", "valid_from", "valid_until")
                and not DATE.match(value)):
            raise Unreadable(f"第 {index} 条：{name} 不对", f"entry {index}: {name} is malformed")
    return shown
