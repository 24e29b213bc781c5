"""Sealing an entry: one salted hash for each group of values that share a publicity, and the leaf of them.

A leaf carries no value in clear. Salts are independent random bytes, never derived from one another, so
showing one group with its salt tells nothing of the others, and deleting a group's values and salt makes its
hash meaningless while every proof still holds.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from pinzhi.rules.proof.verify import (
    GROUP_TAG,
    HEX64,
    NAME,
    SALT_BYTES,
    Leaf,
    UnreadableError,
    canonical,
    check_opened,
    group_hash,
    head_leaf,
    parse_leaf,
)

__all__ = [
    "SALT_BYTES",
    "Leaf",
    "check_opened",
    "group_hash",
    "head_leaf",
    "parse_leaf",
    "salt_source",
    "seal",
    "seal_text",
    "seal_with",
]

LEAF_LIMIT = 65535  # an entry bundle gives each leaf a 16-bit length
_BATCH = 1024


def salt_source(random_bytes: Callable[[int], bytes]) -> Iterator[bytes]:
    """An endless stream of 16-byte salts that asks `random_bytes` (os.urandom) once for a thousand of them.

    Make one per batch of entries and per process: a stream carried across a fork would repeat itself.
    """
    while True:
        block = random_bytes(SALT_BYTES * _BATCH)
        for at in range(0, len(block), SALT_BYTES):
            yield block[at : at + SALT_BYTES]


@lru_cache(maxsize=4096)
def _group_name(name: str) -> str:
    if not NAME.match(name):
        raise UnreadableError(f"组名 {name!r} 不合规", f"{name!r} is no name for a group")
    return name


@lru_cache(maxsize=4096)
def _leaf_frame(register: str, definition: str) -> tuple[str, str]:
    if not NAME.match(register):
        raise UnreadableError(f"登记簿名 {register!r} 不合规", f"{register!r} is no name for a register")
    if not HEX64.match(definition):
        raise UnreadableError(
            "定义的摘要应为 64 位十六进制", "the definition's hash must be 64 lower-case hex digits"
        )
    return f'{{"definition":"{definition}","groups":{{', f'}},"register":"{register}","v":1}}'


def seal_with(
    register: str, definition: str, groups: Mapping[str, Mapping[str, Any]], salts: Mapping[str, bytes]
) -> bytes:
    """The leaf of these groups under these salts (16 bytes each, one for each group)."""
    head, tail = _leaf_frame(register, definition)
    parts = []
    for name in sorted(groups):
        salt = salts[name]
        if len(salt) != SALT_BYTES:
            raise UnreadableError(f"盐应为 {SALT_BYTES} 字节", f"a salt has {SALT_BYTES} bytes")
        parts.append(f'"{_group_name(name)}":"{group_hash(name, groups[name], salt).hex()}"')
    leaf = (head + ",".join(parts) + tail).encode("ascii")
    if not parts or len(leaf) > LEAF_LIMIT:
        raise UnreadableError("条目没有组或组太多", "an entry needs at least one group, and not hundreds")
    return leaf


def seal(
    register: str, definition: str, groups: Mapping[str, Mapping[str, Any]], salts: Iterator[bytes]
) -> tuple[bytes, dict[str, bytes]]:
    """The leaf of an entry and the salts drawn for its groups.

    `groups` maps a group's name to its canonical values (see `canonical.plain`); `definition` is the SHA-256
    of the register definition in hex. Raises UnreadableError naming the value that has no canonical form.
    """
    drawn = {name: next(salts) for name in groups}
    return seal_with(register, definition, groups, drawn), drawn


def seal_text(
    register: str, definition: str, groups: Mapping[str, Mapping[str, Any]], salts: Iterator[bytes]
) -> tuple[bytes, str]:
    """The leaf of an entry, and what is stored beside it as JSON: `{group: {"salt": hex, "values": {…}}}`.

    The same as `seal`, for those who write both at once: the values are encoded once, and stored as they are
    hashed. Raises UnreadableError naming the value that has no canonical form.
    """
    head, tail = _leaf_frame(register, definition)
    hashes, stored = [], []
    for name in sorted(groups):
        salt = next(salts)
        values = canonical(groups[name])
        text = b'{"group":"%b","values":%b}' % (_group_name(name).encode(), values)
        hashes.append(f'"{name}":"{hashlib.sha256(GROUP_TAG + salt + text).hexdigest()}"')
        stored.append(f'"{name}":{{"salt":"{salt.hex()}","values":{values.decode()}}}')
    leaf = (head + ",".join(hashes) + tail).encode("ascii")
    if not hashes or len(leaf) > LEAF_LIMIT:
        raise UnreadableError("条目没有组或组太多", "an entry needs at least one group, and not hundreds")
    return leaf, "{" + ",".join(stored) + "}"
