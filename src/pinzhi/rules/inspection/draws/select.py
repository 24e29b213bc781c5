"""The draw itself: a settled round over a frozen frame."""

from __future__ import annotations

import json
import math
import os
from binascii import hexlify
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from pinzhi.rules.inspection.draws import pps
from pinzhi.rules.inspection.draws.design import Cell, DrawError
from pinzhi.rules.inspection.draws.files import (
    Frozen,
    leaves_of,
    processes,
    read_block,
    uncollected,
    write_tree,
)
from pinzhi.rules.inspection.draws.seed import Round
from pinzhi.rules.inspection.verify_draw import (
    TICKET,
    ProofError,
    allocate,
    canonical,
    digest,
    fold,
    row_leaf,
    seed_of,
    select,
)

__all__ = ["Drawn", "Quota", "Result", "draw", "load", "load_all"]


class Drawn(NamedTuple):
    """A drawn unit. `probability` of being in the sample of its round is exact; 1 for units drawn with certainty. In a
    replacement round it is the probability given the rounds before."""

    key: str
    firm: str
    name: str
    cell: Cell
    ticket: str
    probability: Fraction


class Quota(NamedTuple):
    """What a round drew of a cell: `n` of `units` (firms where per_firm); `cutoff` is the last ticket drawn, if any."""

    cell: Cell
    units: int
    n: int
    cutoff: str


@dataclass(frozen=True)
class Result:
    """What a round drew. `document` is result-R.json, public at once; the rest is closed until the opening."""

    folder: Path
    document: Mapping[str, Any]
    cells: Sequence[Quota]
    drawn: Sequence[Drawn]

    @property
    def digest(self) -> str:
        """What is published."""
        return digest("result", dict(self.document))

    @cached_property
    def _by_key(self) -> dict[str, Drawn]:
        return {d.key: d for d in self.drawn}

    @cached_property
    def _quota(self) -> dict[Cell, Quota]:
        return {q.cell: q for q in self.cells}

    def joint(self, first: str, second: str) -> Fraction:
        """The probability that both of two drawn units are in the sample of this round. Raises KeyError for others.

        Exact; for PPS it is computed from all sizes of the cell (Sampford 1967), in decimals of ample precision.
        """
        a, b = self._by_key[first], self._by_key[second]
        if first == second:
            return a.probability
        if a.cell != b.cell or 1 in (a.probability, b.probability):
            return a.probability * b.probability
        quota = self._quota[a.cell]
        rules = json.loads((self.folder / "rules.json").read_bytes())
        if rules["method"] == "pps":
            places, pairs = self._pps(a.cell)
            return pairs.of(places[first], places[second])
        return joint(quota, rules["per_firm"], a, b)

    @cached_property
    def _joints(self) -> dict[Cell, tuple[dict[str, int], pps.Joint]]:
        return {}

    def _pps(self, cell: Cell) -> tuple[dict[str, int], pps.Joint]:
        """Where the units of a cell that this round drew from stand in the frame's order, and their probabilities."""
        if cell in self._joints:
            return self._joints[cell]
        gone = {
            d.key
            for r in load_all(self.folder)[: int(self.document["number"])]
            for d in r.drawn
            if d.cell == cell
        }
        found = [(u[0].decode(), u[2]) for u in _whole_cells(Frozen.read(self.folder), {cell})[cell]]
        left = [(k, x) for k, x in found if k not in gone]
        places = {k: at for at, (k, _) in enumerate(left)}
        self._joints[cell] = places, pps.Joint([x for _, x in left], self._quota[cell].n)
        return self._joints[cell]


def joint(quota: Quota, per_firm: int | None, a: Drawn, b: Drawn) -> Fraction:
    """The probability that two different units of a cell, drawn with equal probabilities, are both in the sample."""
    n, units = quota.n, quota.units
    pair = Fraction(n * (n - 1), units * (units - 1)) if units > 1 else Fraction(0)
    if per_firm is None:
        return pair
    stage = Fraction(n, units)
    of_a, of_b = a.probability / stage, b.probability / stage
    if a.firm != b.firm:
        return pair * of_a * of_b
    held = per_firm / of_a  # where the cap binds, of_a is the cap over the units that the firm holds
    return stage if of_a == 1 else stage * of_a * Fraction(per_firm - 1) / (held - 1)


# ---- one block of the frame -------------------------------------------------------------------------------
Unit = tuple[bytes, bytes, int, bytes]
About = tuple[bytes, bytes, bytes]
"""Of a unit: its firm, its name, whether it must be drawn."""
_Hit = tuple[tuple[bytes, bytes, bytes], Unit, bytes]

_ready: tuple[Path, bool, bytes | None, Mapping[tuple[bytes, bytes, bytes], bytes]]


def _prepare(
    path: Path, by_class: bool, prefix: bytes | None, limits: Mapping[tuple[bytes, bytes, bytes], bytes]
) -> None:
    global _ready
    _ready = (path, by_class, prefix, limits)


def _scan(block: tuple[int, int, str]) -> list[_Hit]:
    """The eligible units of a block whose tickets are within their cell's limit; all of those cells without prefix."""
    path, by_class, prefix, limits = _ready
    found: list[_Hit] = []
    nothing = b""
    begun = sha256(prefix or b"")  # a copy of a hash that was begun is quicker than a new one
    # Line after line: a block split at once is fifty thousand lines that all need room at the same time.
    for line in BytesIO(read_block(path, *block)):
        key, firm, stratum, size, must, status, name, _, class_, end = line.split(b"\t")
        if status:
            continue
        cell = (stratum, class_ if by_class else nothing, must)
        limit = limits.get(cell, nothing)
        salt = end[:-1]
        if prefix is not None:
            ticket = begun.copy()
            ticket.update(key + b"\t" + salt if by_class else key)
            if ticket.digest() > limit:
                continue
        elif not limit:
            continue
        found.append((cell, (key, firm, int(size), salt), name))
    return found


def _collect(
    frozen: Frozen, prefix: bytes | None, limits: Mapping[Cell, bytes], workers: int
) -> tuple[dict[Cell, list[Unit]], dict[bytes, About]]:
    units: dict[Cell, list[Unit]] = {cell: [] for cell in limits}
    about: dict[bytes, About] = {}
    encoded = {(s.encode(), c.encode(), m.encode()): limit for (s, c, m), limit in limits.items()}
    cells = dict(zip(encoded, limits, strict=True))
    given = (frozen.frame, frozen.rules["by_class"], prefix, encoded)
    with processes(workers, len(frozen.blocks), _prepare, given) as run:
        for hits in run(_scan, frozen.blocks):
            for raw, unit, name in hits:
                units[cells[raw]].append(unit)
                about[unit[0]] = (unit[1], name, raw[2])
    return units, about


def _whole_cells(frozen: Frozen, cells: set[Cell], workers: int = 1) -> dict[Cell, list[Unit]]:
    return _collect(frozen, None, dict.fromkeys(cells, b"\x01"), workers)[0]


# ---- a round ----------------------------------------------------------------------------------------------
def draw(
    folder: Path,
    settled: Round,
    *,
    workers: int = 1,
    random_bytes: Callable[[int], bytes] = os.urandom,
) -> Result:
    """Draw round `settled` in the frozen folder, and write its files there. `random_bytes` are for the salts of the
    result, nothing else. A round that was drawn with the same value before (the caller's transaction failed, say) is read,
    not drawn again.

    Raises DrawError: no commitment, files that are not the frozen ones, a round out of turn or of another draw, a
    round drawn before, a replaced unit that was not drawn.
    """
    frozen = Frozen.read(folder)
    before = load_all(folder)
    number = settled.number
    if number < len(before):
        if before[number].document["round"] == settled.digest:
            return before[number]
        raise DrawError(f"第 {number} 轮已经抽过", f"round {number} has been drawn")
    if number > len(before):
        raise DrawError(f"还没有抽第 {number - 1} 轮", f"round {number - 1} has not been drawn")
    previous = before[-1].digest if before else None
    document = {"v": 1, "round": settled.digest}
    try:
        seed = seed_of(frozen.commitment, frozen.rules, number, settled.document, document, previous)
    except ProofError as error:
        raise DrawError(*error.args) from None
    rules = frozen.rules
    gone: dict[bytes, Any] = {}
    for result in before:
        for d in result.drawn:
            by_firm = rules["per_firm"] is not None and d.cell[2] == "0"
            gone[d.key.encode()] = (d.cell, (d.firm if by_firm else d.key).encode())
    replaced = [str(r["key"]).encode() for r in settled.document["replaced"]]
    already = {str(r["key"]).encode() for n in range(number) for r in _round(folder, n)["replaced"]}
    wrong = [key.decode() for key in replaced if key not in gone or key in already]
    if wrong:
        raise DrawError(f"没有抽中或已经替换过：{wrong[0]}", f"not drawn, or replaced before: {wrong[0]}")
    quota: Mapping[Cell, int] = (
        Counter(c for c, _ in {gone[key] for key in replaced}) if number else allocate(frozen.cells, rules)
    )
    with uncollected():
        units, about = _candidates(frozen, quota, gone, seed, workers)
        cells, rows, _ = select(rules, frozen.cells, units, gone, seed, replaced)
        return _write(frozen, settled, document, cells, rows, about, random_bytes)


def _candidates(
    frozen: Frozen, quota: Mapping[Cell, int], gone: Mapping[bytes, Any], seed: bytes, workers: int
) -> tuple[dict[Cell, list[Unit]], dict[bytes, About]]:
    """Units of each cell that is drawn from: all, or where tickets decide at least those with the lowest."""
    wanted = {cell: n for cell, n in quota.items() if n}
    if frozen.rules["method"] == "pps" or frozen.rules["per_firm"] is not None:
        return _collect(frozen, None, dict.fromkeys(wanted, b"\x01"), workers)
    lost = Counter(cell for cell, _ in gone.values())
    # Those drawn before may stand among the lowest again, so as many more are taken.
    aim = {cell: min(n + lost[cell], frozen.cells[cell]) for cell, n in wanted.items()}
    spare = 4.0
    units: dict[Cell, list[Unit]] = {}
    about: dict[bytes, About] = {}
    while aim:
        limits = {
            c: _limit(n + spare * math.sqrt(n) + 4 * spare, frozen.cells[c], c[2]) for c, n in aim.items()
        }
        found, more = _collect(frozen, TICKET + seed, limits, workers)
        done = {c for c, n in aim.items() if len(found[c]) >= n}
        units.update({c: found[c] for c in done})
        about.update(more)
        aim = {c: n for c, n in aim.items() if c not in done}
        spare *= 8
    return units, about


def _limit(count: float, units: int, must: str) -> bytes:
    if must == "1" or count >= units:
        return b"\xff" * 32
    return int(count / units * 2**64).to_bytes(8, "big") + b"\xff" * 24


def _write(
    frozen: Frozen,
    settled: Round,
    document: dict[str, Any],
    cells: list[list[str]],
    rows: list[list[str]],
    about: Mapping[bytes, About],
    random_bytes: Callable[[int], bytes],
) -> Result:
    number = settled.number
    salts = hexlify(random_bytes(16 * (len(cells) + 2 * len(rows)))).decode()
    salt = (salts[at : at + 32] for at in range(0, len(salts), 32))
    cell_rows = ["\t".join((*row, next(salt))).encode() for row in cells]
    public = ["\t".join((*row[:2], next(salt))).encode() for row in rows]
    closed = ["\t".join((*row[2:], next(salt))).encode() for row in rows]
    people = [
        [row[0], *(text.decode() for text in about[row[0].encode()]), str(at)] for at, row in enumerate(rows)
    ]
    folder = frozen.folder
    root = write_tree(folder / f"tree-{number}.bin", leaves_of(public, closed))
    document.update(
        number=number,
        cells=len(cell_rows),
        cells_root=fold([row_leaf(row, 4) for row in cell_rows]).hex(),
        drawn=len(rows),
        drawn_root=root.hex(),
    )
    for name, lines in (
        ("cells", cell_rows),
        ("drawn", map(b"\t".join, zip(public, closed, strict=True))),
        ("units", ["\t".join(p).encode() for p in people]),
    ):
        (folder / f"{name}-{number}.tsv").write_bytes(b"".join(line + b"\n" for line in lines))
    (folder / f"round-{number}.json").write_bytes(canonical(dict(settled.document)) + b"\n")
    (folder / f"result-{number}.json").write_bytes(canonical(document) + b"\n")  # last: now it is drawn
    return _result(folder, document, cells, rows, people)


# ---- what was drawn before --------------------------------------------------------------------------------
def _fields(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text("utf-8").split("\n")[:-1]]


def _round(folder: Path, number: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / f"round-{number}.json").read_bytes())
    return found


def load(folder: Path, number: int = 0) -> Result:
    """The result of a round. Raises DrawError when it was not drawn, or its files are not those written then."""
    try:
        document = json.loads((folder / f"result-{number}.json").read_bytes())
        cells, drawn, units = (
            _fields(folder / f"{name}-{number}.tsv") for name in ("cells", "drawn", "units")
        )
        kept = [[d[0], d[1], *d[3:6]] for d in drawn]
        return _result(folder, document, cells, kept, units)
    except FileNotFoundError:
        raise DrawError(f"还没有抽第 {number} 轮", f"round {number} has not been drawn") from None
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise DrawError(
            f"第 {number} 轮的文件读不出来：{error}", f"round {number} cannot be read: {error}"
        ) from None


def _result(
    folder: Path,
    document: Mapping[str, Any],
    cells: Sequence[Sequence[str]],
    rows: Sequence[Sequence[str]],
    units: Sequence[Sequence[str]],
) -> Result:
    """From rows as `verify_draw.select` gives them, and the units' own fields, both by key."""
    quotas = [Quota((c[0], c[1], c[2]), int(c[3]), int(c[4]), c[5]) for c in cells]
    chances = {chance: Fraction(chance) for chance in {row[4] for row in rows}}
    drawn = [
        Drawn(key, firm, name, (stratum, class_, must), ticket, chances[chance])
        for (key, stratum, class_, ticket, chance), (_, firm, name, must, _) in zip(rows, units, strict=True)
    ]
    return Result(folder, document, quotas, drawn)


def load_all(folder: Path) -> list[Result]:
    """The results of all rounds drawn so far."""
    found: list[Result] = []
    while (folder / f"result-{len(found)}.json").is_file():
        found.append(load(folder, len(found)))
    return found
