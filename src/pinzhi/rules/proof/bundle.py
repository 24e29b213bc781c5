"""The files that people download and hand to verify.py, in the form that its docstring documents."""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pinzhi.rules.proof.verify import canonical

__all__ = ["consistency_file", "heads_proof", "opened_groups", "opened_line", "record_entry", "record_file"]


def _base64(hashes: Iterable[bytes]) -> list[str]:
    return [base64.b64encode(part).decode() for part in hashes]


def opened_groups(groups: Mapping[str, tuple[Mapping[str, Any], bytes]]) -> dict[str, Any]:
    """OPENED: each group that is shown, from its (values, salt)."""
    return {name: {"values": dict(values), "salt": salt.hex()} for name, (values, salt) in groups.items()}


def opened_line(index: int, groups: Mapping[str, tuple[Mapping[str, Any], bytes]]) -> bytes:
    """One line of a mirror's opened.jsonl, newline included."""
    return canonical({"index": index, "groups": opened_groups(groups)}) + b"\n"


def record_entry(
    index: int,
    leaf: bytes,
    groups: Mapping[str, tuple[Mapping[str, Any], bytes]],
    inclusion: Sequence[bytes],
) -> dict[str, Any]:
    """One entry of a record's proof; `inclusion` is its audit path in the checkpoint's tree."""
    return {
        "index": index,
        "leaf": leaf.decode("ascii"),
        "groups": opened_groups(groups),
        "inclusion": _base64(inclusion),
    }


def heads_proof(checkpoint: str, index: int, inclusion: Sequence[bytes]) -> dict[str, Any]:
    """HEADS: where the log of heads, at its own checkpoint, holds a register's head (see `head_leaf`)."""
    return {"checkpoint": checkpoint, "index": index, "inclusion": _base64(inclusion)}


def record_file(
    register: str,
    checkpoint: str,
    entries: Sequence[Mapping[str, Any]],
    heads: Mapping[str, Any] | None = None,
) -> bytes:
    """A record's proof file from its `record_entry` parts."""
    proof = {"register": register, "checkpoint": checkpoint, "entries": [dict(entry) for entry in entries]}
    return _readable(proof if heads is None else {**proof, "heads": dict(heads)})


def consistency_file(hashes: Sequence[bytes]) -> bytes:
    """The proof that one checkpoint's tree extends another's."""
    return _readable({"consistency": _base64(hashes)})


def _readable(value: Any) -> bytes:
    canonical(value)  # refuses what verify.py would refuse
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"
