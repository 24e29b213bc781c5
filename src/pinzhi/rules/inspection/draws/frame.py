"""Freezing a frame: the whole roster, each unit eligible or excluded, as salted leaves under one root.

A roster file has a line for each unit, by rising key, with seven fields between TABs: key, firm, name, stratum,
size, risk class, certainty (0 or 1). That is what a database's COPY writes, so eight million units need not pass
through Python one by one more than once.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import struct
import unicodedata
from binascii import hexlify
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate, compress, pairwise
from operator import lt
from pathlib import Path
from typing import Any, NamedTuple

from pinzhi.rules.inspection.draws.design import PPS_LIMIT, Cell, Design, DrawError, allocated
from pinzhi.rules.inspection.draws.files import (
    STEP,
    Frozen,
    columns,
    leaves_of,
    processes,
    read_block,
    record,
    stretches,
)
from pinzhi.rules.inspection.draws.seed import instant
from pinzhi.rules.inspection.verify_draw import canonical, digest, fold

__all__ = ["REASONS", "Commitment", "Exclusion", "FrameUnit", "canonical_key", "freeze", "freeze_file"]

REASONS = ("no_repeat", "closed", "recused", "capacity", "exempt")
"""Why a unit of the roster may stand outside the frame."""

_KEYS = re.compile(rb"([0-9A-Z][0-9A-Za-z:._/-]{0,119}\n)+\Z")
_CODES = re.compile(rb"[0-9A-HJ-NPQRTUWXY]+\Z")
_DIGITS = bytes.maketrans(b"0123456789ABCDEFGHJKLMNPQRTUWXY", bytes(range(31)))
_WEIGHTS = (*(pow(3, i, 31) for i in range(17)), 1)  # GB 32100-2015, 4.3
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,14})\Z")
_DRAW = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}\Z")


class FrameUnit(NamedTuple):
    """A unit of the roster: an enterprise, or one product of an enterprise.

    `key` is unique in the frame (a credit code, or credit code + ":" + product key); `firm` the enterprise's credit
    code; `size` a whole number (PPS needs at least 1); `risk_class` is never public; `certainty` units are drawn for
    sure.
    """

    key: str
    firm: str
    name: str
    stratum: str
    size: int = 1
    risk_class: str = ""
    certainty: bool = False


class Exclusion(NamedTuple):
    """Why a unit of the roster is not eligible: `reason` is one of REASONS, `detail` a short note, public with it."""

    key: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Commitment:
    """A frozen frame: commitment.json and where its files are."""

    folder: Path
    document: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """What is published; it goes into the seed."""
        return digest("commitment", dict(self.document))

    @property
    def root(self) -> str:
        return str(self.document["root"])


class _Unsorted(Exception):
    """The roster's file is not by rising key."""


def canonical_key(text: str) -> str:
    """A key or credit code in the one form that is hashed: half-width, upper-case, no blanks around."""
    return unicodedata.normalize("NFKC", text).strip().upper()


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def freeze(
    units: Iterable[FrameUnit],
    exclusions: Iterable[Exclusion],
    design: Design,
    folder: Path,
    *,
    draw: str,
    roster: Mapping[str, Any],
    frozen_at: dt.datetime,
    workers: int = 1,
    random_bytes: Callable[[int], bytes] = os.urandom,
) -> Commitment:
    """Freeze `units` (in any order) into `folder`, which must be empty or absent.

    `draw` is the number under which the draw was registered before it is made; `roster` says where the roster comes
    from: {"register": …, "checkpoint": …, "size": number of units}. Keys are brought to their canonical form, runs
    of blanks in names to one. Raises DrawError: a key twice, a credit code whose check digit is wrong, an exclusion of
    a unit that is not in the roster, an allocation that cannot be done, a roster of another size.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "roster.tmp"
    try:
        with path.open("w", encoding="utf-8", newline="\n") as out:
            for u in units:
                fields = (canonical_key(u.key), canonical_key(u.firm), _plain(u.name), _plain(u.stratum))
                certainty = "1" if u.certainty else "0"
                line = "\t".join((*fields, str(u.size), _plain(u.risk_class), certainty))
                out.write(line + "\n")
        return freeze_file(
            path,
            ((canonical_key(e.key), e.reason, e.detail) for e in exclusions),
            design,
            folder,
            draw=draw,
            roster=roster,
            frozen_at=frozen_at,
            workers=workers,
            random_bytes=random_bytes,
        )
    finally:
        path.unlink(missing_ok=True)


def freeze_file(
    path: Path,
    exclusions: Iterable[tuple[str, str, str]],
    design: Design,
    folder: Path,
    *,
    draw: str,
    roster: Mapping[str, Any],
    frozen_at: dt.datetime,
    workers: int = 1,
    random_bytes: Callable[[int], bytes] = os.urandom,
) -> Commitment:
    """`freeze` for a roster file (see above) that is already canonical; one out of order is sorted first."""
    if not _DRAW.match(draw):
        raise DrawError(f"抽取编号 {draw!r} 不合规", f"{draw!r} is no number for a draw")
    stamp = instant(frozen_at)
    folder.mkdir(parents=True, exist_ok=True)
    if any(p != path for p in folder.iterdir()):
        raise DrawError(
            "目录里已有别的文件；冻结过的不能再冻结", "the folder is not empty; frozen once is frozen"
        )
    outside = _statuses(exclusions)
    rules = design.rules(random_bytes(32).hex())
    sorted_ = folder / "sorted.tmp"
    try:
        try:
            made = _write(path, folder, design, outside, workers, random_bytes)
        except _Unsorted:
            lines = path.read_bytes().splitlines()
            lines.sort()
            sorted_.write_bytes(b"\n".join(lines) + b"\n")
            del lines
            try:
                made = _write(sorted_, folder, design, outside, workers, random_bytes)
            except _Unsorted as twice:
                key = twice.args[0]
                raise DrawError(f"{key} 在名录里出现两次", f"{key} stands twice in the roster") from None
        if made.size != roster.get("size"):
            raise DrawError(
                f"名录有 {made.size} 个单位，检查点上是 {roster.get('size')} 个",
                f"the roster has {made.size} units, at its checkpoint {roster.get('size')}",
            )
        document = {
            "v": 1,
            "draw": draw,
            "roster": dict(roster),
            "frozen_at": stamp,
            "size": made.size,
            "eligible": made.size - sum(made.excluded.values()),
            "excluded": dict(made.excluded),
            "root": fold(made.roots).hex(),
            "rules": digest("rules", rules),
        }
        _check_design(design, made.cells)
        working = {
            "blocks": [list(b) for b in made.blocks],
            "cells": [[*c, n] for c, n in sorted(made.cells.items())],
        }
        document["working"] = digest("working", working)
        for name, content in (
            ("rules.json", rules),
            ("working.json", working),
            ("commitment.json", document),
        ):
            (folder / name).write_bytes(canonical(content) + b"\n")
    except BaseException:
        for name in ("frame.tsv", "steps.bin", "rules.json", "working.json", "commitment.json"):
            (folder / name).unlink(missing_ok=True)
        raise
    finally:
        sorted_.unlink(missing_ok=True)
    return Commitment(folder, document)


def read(folder: Path) -> Commitment:
    """The commitment of a frozen folder. Raises DrawError when there is none or its files were changed."""
    return Commitment(folder, Frozen.read(folder).commitment)


def _statuses(exclusions: Iterable[tuple[str, str, str]]) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for key, reason, detail in exclusions:
        if reason not in REASONS:
            raise DrawError(
                f"{key}：不认识的排除理由 {reason}", f"{key}: unknown reason for an exclusion: {reason}"
            )
        name = key.encode()
        if name in found:
            raise DrawError(f"{key} 被排除两次", f"{key} is excluded twice")
        note = _plain(detail)
        if not note.isprintable():
            raise DrawError(f"{key}：排除说明里有不可见字符", f"{key}: invisible characters in the note")
        found[name] = (f"{reason}:{note}" if note else reason).encode()
    return found


# ---- one stretch of the roster ----------------------------------------------------------------------------


class _Part(NamedTuple):
    first: bytes
    last: bytes
    data: bytes
    digest: str
    steps: list[tuple[int, bytes]]
    """(start in `data`, root) of every STEP rows."""
    size: int
    excluded: Counter[str]
    cells: Counter[tuple[bytes, bytes, bytes]]
    firms: set[tuple[bytes, bytes, bytes, bytes]]


class _Made(NamedTuple):
    size: int
    roots: list[bytes]
    excluded: Counter[str]
    cells: dict[Cell, int]
    blocks: list[tuple[int, int, str]]


_ready: tuple[Path, Design, Mapping[bytes, bytes], Callable[[int], bytes]]


def _prepare(
    path: Path, design: Design, outside: Mapping[bytes, bytes], random_bytes: Callable[[int], bytes]
) -> None:
    global _ready
    _ready = (path, design, outside, random_bytes)


def _refuse(key: bytes, zh: str, en: str) -> DrawError:
    name = key.decode(errors="replace")
    return DrawError(f"{name}：{zh}", f"{name}: {en}")


def _identifiers(keys: Sequence[bytes], firms: Sequence[bytes]) -> None:
    """Refuse keys and credit codes that are not in their one form."""
    for column in (keys, firms) if keys != firms else (keys,):
        if not _KEYS.match(b"\n".join(column) + b"\n"):
            wrong = next(at for at, text in enumerate(column) if not _KEYS.match(text + b"\n"))
            raise _refuse(
                keys[wrong],
                "编号不规范（应为半角大写）",
                "a key that is not canonical (half-width, upper-case)",
            )
    codes = [firm for firm in firms if len(firm) == 18]
    if codes and not _codes_hold(codes):
        bad = next(code for code in codes if not _codes_hold([code]))
        raise _refuse(
            keys[firms.index(bad)],
            "统一社会信用代码的校验位不对",
            "the check digit of the credit code is wrong",
        )


def _codes_hold(codes: Sequence[bytes]) -> bool:
    """Whether every weighted sum is a multiple of 31 (GB 32100-2015, 4.3).

    All sums are made at once: every column of digits is one long number with 16 bits for each code, where a sum is at
    most 18 · 30 · 30.
    """
    text = b"".join(codes)
    if not _CODES.match(text):
        return False
    digits = text.translate(_DIGITS)
    total = 0
    for at, weight in enumerate(_WEIGHTS):
        lanes = bytearray(2 * len(codes))
        lanes[::2] = digits[at::18]
        total += weight * int.from_bytes(lanes, "little")
    sums = set(struct.unpack(f"<{len(codes)}H", total.to_bytes(2 * len(codes), "little")))
    return not any(sum_ % 31 for sum_ in sums)


def _well(text: bytes, empty: bool) -> bool:
    """Whether texts, a line each, are in their one form: UTF-8, NFC, visible, no blanks around."""
    try:
        found = f"\n{text.decode()}\n"
    except UnicodeDecodeError:
        return False
    if not found.replace("\n", "").isprintable() or "\n " in found or " \n" in found:
        return False
    return unicodedata.is_normalized("NFC", found) and (empty or "\n\n" not in found)


def _texts(keys: Sequence[bytes], column: Sequence[bytes], empty: bool = False) -> None:
    """Refuse texts that are not in their one form."""
    if not _well(b"\n".join(column), empty):
        wrong = next((at for at, text in enumerate(column) if not _well(text, empty)), 0)
        shown = column[wrong].decode(errors="replace")
        raise _refuse(
            keys[wrong],
            f"文字 {shown!r} 为空、有不可见字符或不规范",
            f"text {shown!r} is empty, invisible in part or not canonical",
        )


def _freeze_part(job: tuple[int, int]) -> _Part:
    """Freeze one stretch; whole columns at a time, which is what makes it fast."""
    path, design, outside, random_bytes = _ready
    block = read_block(path, *job)
    found = columns(block, 7)
    if found is None:
        wrong = next((line for line in block.split(b"\n")[:-1] if line.count(b"\t") != 6), block[:40])
        raise _refuse(wrong.partition(b"\t")[0], "名录行应有 7 个字段", "a roster's line has 7 fields")
    keys, firms, names, strata, sizes, classes, musts = found
    del block, found
    if not all(map(lt, keys, keys[1:])):
        raise _Unsorted(next(b for a, b in pairwise(keys) if a >= b).decode(errors="replace"))
    _identifiers(keys, firms)
    _texts(keys, names)
    for column, empty in ((strata, False), (classes, True)):
        different = dict(zip(column, keys, strict=True))
        _texts(list(different.values()), list(different), empty)
    if not all(map(_SIZE.match, set(sizes))) or set(musts) - {b"0\n", b"1\n"}:
        wrong = next(
            k
            for k, x, m in zip(keys, sizes, musts, strict=True)
            if not _SIZE.match(x) or m not in (b"0\n", b"1\n")
        )
        raise _refuse(wrong, "规模应为整数，必抽应为 0 或 1", "size is a whole number, certainty 0 or 1")
    musts = [must[:1] for must in musts]
    statuses = [outside.get(key, b"") for key in keys]
    inside = [not status for status in statuses]
    if design.method == "pps" and b"0" in set(compress(sizes, inside)):
        wrong = next(k for k, x, i in zip(keys, sizes, inside, strict=True) if x == b"0" and i)
        raise _refuse(wrong, "规模为 0 的单位永远抽不到", "a unit of size 0 could never be drawn")
    by = classes if design.by_class else (b"",) * len(keys)
    cells = Counter(compress(zip(strata, by, musts, strict=True), inside))
    firms_of = set(compress(zip(strata, by, musts, firms, strict=True), inside)) if design.per_firm else set()
    excluded = Counter(status.partition(b":")[0].decode() for status in statuses if status)
    salts = hexlify(random_bytes(32 * len(keys)))
    first = [salts[at : at + 32] for at in range(0, len(salts), 64)]
    second = [salts[at : at + 32] for at in range(32, len(salts), 64)]
    tab = b"\t".join
    public = list(map(tab, zip(keys, firms, strata, sizes, musts, statuses, names, first, strict=True)))
    closed = list(map(tab, zip(classes, second, strict=True)))
    leaves = leaves_of(public, closed)
    lines = list(map(tab, zip(public, closed, strict=True)))
    data = b"\n".join(lines) + b"\n"
    ends = [0, *accumulate(len(line) + 1 for line in lines)]
    steps = [(ends[at], fold(leaves[at : at + STEP])) for at in range(0, len(keys), STEP)]
    return _Part(
        keys[0], keys[-1], data, sha256(data).hexdigest(), steps, len(keys), excluded, cells, firms_of
    )


def _write(
    path: Path,
    folder: Path,
    design: Design,
    outside: Mapping[bytes, bytes],
    workers: int,
    random_bytes: Callable[[int], bytes],
) -> _Made:
    """Write frame.tsv and steps.bin."""
    jobs = list(stretches(path))
    if not jobs:
        raise DrawError("名录是空的", "the roster is empty")
    blocks: list[tuple[int, int, str]] = []
    roots: list[bytes] = []
    excluded: Counter[str] = Counter()
    cells: Counter[tuple[bytes, bytes, bytes]] = Counter()
    firms: set[tuple[bytes, bytes, bytes, bytes]] = set()
    size = start = 0
    last = b""
    with (
        processes(workers, len(jobs), _prepare, (path, design, outside, random_bytes)) as run,
        (folder / "frame.tsv").open("wb") as frame,
        (folder / "steps.bin").open("wb") as places,
    ):
        for part in run(_freeze_part, jobs):
            if part.first <= last:
                raise _Unsorted(part.first.decode(errors="replace"))
            last = part.last
            frame.write(part.data)
            places.writelines(record(start + at, root) for at, root in part.steps)
            roots.extend(root for _, root in part.steps)
            blocks.append((start, len(part.data), part.digest))
            start, size = start + len(part.data), size + part.size
            excluded.update(part.excluded)
            cells.update(part.cells)
            firms |= part.firms
    if sum(excluded.values()) != len(outside):
        raise DrawError(
            f"{len(outside) - sum(excluded.values())} 条排除不在名录里：{_missing(folder, outside)}",
            f"{len(outside) - sum(excluded.values())} exclusions are not in the roster: {_missing(folder, outside)}",
        )
    if design.per_firm is not None:
        counted = Counter((s, c, m) for s, c, m, _ in firms if m == b"0")
        cells.update({c: n - cells[c] for c, n in counted.items()})
    named = {(s.decode(), c.decode(), m.decode()): n for (s, c, m), n in cells.items()}
    return _Made(size, roots, excluded, named, blocks)


def _missing(folder: Path, outside: Mapping[bytes, bytes]) -> str:
    """Some of the exclusions that stand in no row."""
    wanted = set(outside)
    with (folder / "frame.tsv").open("rb") as frame:
        for line in frame:
            wanted.discard(line.partition(b"\t")[0])
    return "、".join(key.decode(errors="replace") for key in sorted(wanted)[:5])


def _check_design(design: Design, cells: Mapping[Cell, int]) -> None:
    """Refuse before the freeze what could not be drawn after it."""
    if not cells:
        raise DrawError("排除以后没有剩下的单位", "no unit is left after the exclusions")
    quota = allocated(design, cells)
    if design.method == "pps":
        for cell, n in quota.items():
            if cell[2] == "0" and n * cells[cell] > PPS_LIMIT:
                raise DrawError(
                    f"层 {cell[0]} 有 {cells[cell]} 个单位抽 {n} 个，按规模抽取太大，请分细",
                    f"stratum {cell[0]}: {n} of {cells[cell]} is too much for a draw by size; use finer strata",
                )
