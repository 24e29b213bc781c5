"""Proofs from the public side, in the form that verify.py reads. Nothing here opens what is not public."""

from __future__ import annotations

import base64
from typing import Any

from django.db import connections

from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.registers import logs
from pinzhi.kernel.registers.models import Log, PublicEntry
from pinzhi.kernel.registers.public import PORTAL, log_of
from pinzhi.rules.proof.tree import TILE, TileReader, Tree


def _b64(hashes: list[bytes]) -> list[str]:
    return [base64.b64encode(one).decode("ascii") for one in hashes]


def _leaf(read: TileReader, index: int) -> bytes:
    """The leaf at an index, from its entry bundle."""
    bundle, offset = divmod(index, TILE)
    return _leaf_at(read(logs.BUNDLES, bundle, TILE), offset)


def _leaf_at(bundle: bytes, offset: int) -> bytes:
    """One leaf of an entry bundle: the others are stepped over, not taken out."""
    at = 0
    for _ in range(offset):
        at += 2 + int.from_bytes(bundle[at : at + 2], "big")
    size = int.from_bytes(bundle[at : at + 2], "big")
    if len(bundle) < at + 2 + size or at + 2 > len(bundle):
        raise ValueError(f"the bundle has no leaf {offset}")
    return bundle[at + 2 : at + 2 + size]


def inclusion(name: str, index: int, using: str = PORTAL) -> tuple[Log, bytes, list[bytes]]:
    """The log, the leaf at `index` and its audit path at the log's present size."""
    log = Log.objects.using(using).get(name=name)
    read = logs.reader_near(log, [index], using)
    return log, _leaf(read, index), Tree(log.size, read).inclusion(index)


def record_proof(name: str, key: str) -> dict[str, Any]:
    """The proof file of a public record: every entry of which something is open, and the head over all heads."""
    log = log_of(name)
    rows = list(PublicEntry.objects.using(PORTAL).filter(log=name, key=key).order_by("index"))
    if not rows:
        raise NotFound(
            "no_such_record", zh=f"没有公开的记录“{key}”。", en=f"There is no public record {key}.", place=key
        )
    read = logs.reader_near(log, [row.index for row in rows if row.index < log.size], PORTAL)
    tree = Tree(log.size, read)
    entries = [
        {
            "index": row.index,
            "leaf": _leaf(read, row.index).decode("utf-8"),
            "groups": row.groups,
            "inclusion": _b64(tree.inclusion(row.index)),
        }
        for row in rows
        if row.index < log.size
    ]
    proof: dict[str, Any] = {"register": name, "checkpoint": log.checkpoint, "entries": entries}
    heads = head_proof(log)
    if heads:
        proof["heads"] = heads
    return proof


def head_proof(log: Log) -> dict[str, Any] | None:
    """Where in the log of heads this log's present head stands."""
    heads = Log.objects.using(PORTAL).filter(name=logs.HEADS).first()
    if heads is None or log.head_index is None or log.head_index >= heads.size:
        return None
    path = Tree(heads.size, logs.reader_near(heads, [log.head_index], PORTAL)).inclusion(log.head_index)
    return {"checkpoint": heads.checkpoint, "index": log.head_index, "inclusion": _b64(path)}


def consistency(name: str, old: int) -> dict[str, Any]:
    """The proof that the present tree extends the one of size `old`."""
    log = log_of(name)
    if not 0 <= old <= log.size:
        raise NotFound(
            "no_such_size",
            zh=f"规模应在 0 到 {log.size} 之间。",
            en=f"The size lies between 0 and {log.size}.",
            place="old",
        )
    return {"consistency": _b64(logs.tree(log, PORTAL).consistency(old)), "checkpoint": log.checkpoint}


def portal_role() -> str:
    """The role that the portal's connection runs under."""
    with connections[PORTAL].cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])
