"""The files of a frozen frame: rows, blocks of rows handled by several processes, where a row stands."""

from __future__ import annotations

import gc
import json
import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from pinzhi.rules.inspection.draws.design import Cell, DrawError
from pinzhi.rules.inspection.verify_draw import BLOCK, CLOSED, PUBLIC, canonical, digest, fold, row_leaf

STEP = 1024
"""Rows between the places that are kept, with the root over them; divides BLOCK."""

_RECORD = 40  # 8 bytes where a step begins in frame.tsv, 32 bytes its root

Job = TypeVar("Job")
Done = TypeVar("Done")


def stretches(path: Path) -> Iterator[tuple[int, int]]:
    """(start, length in bytes) of every BLOCK lines of a file."""
    start = 0
    with path.open("rb") as file:
        for length in iter(lambda: sum(map(len, islice(file, BLOCK))), 0):
            yield start, length
            start += length


def read_block(path: Path, start: int, length: int, hexdigest: str | None = None) -> bytes:
    """The lines of a stretch, each with its newline; with `hexdigest` they must be those that were frozen."""
    with path.open("rb") as file:
        file.seek(start)
        data = file.read(length)
    if hexdigest is not None and sha256(data).hexdigest() != hexdigest:
        raise DrawError("名录文件在冻结后被改动", "the frame's file was changed after it was frozen")
    return data if data.endswith(b"\n") else data + b"\n"


def columns(data: bytes, width: int) -> list[list[bytes]] | None:
    """The columns of lines of `width` fields between TABs; fields of the last end in newlines. None when the lines do not
    all have so many."""
    flat = data.replace(b"\n", b"\n\t").split(b"\t")
    flat.pop()
    if len(flat) != width * data.count(b"\n"):
        return None
    found = [flat[at::width] for at in range(width)]
    return found if all(field[-1:] == b"\n" for field in found[-1]) else None


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the search for cycles: it would walk again and again through millions of small objects that are in none."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


@contextmanager
def processes(
    workers: int, jobs: int, prepare: Callable[..., None], given: tuple[Any, ...]
) -> Iterator[Callable[[Callable[[Job], Done], Sequence[Job]], Iterator[Done]]]:
    """A `map` in order over processes that `prepare(*given)` made ready; in this process for one worker or job."""
    if min(workers, jobs) < 2:
        prepare(*given)
        yield lambda work, many: map(work, many)
        return
    with multiprocessing.get_context("fork").Pool(min(workers, jobs), _begin, (prepare, given)) as pool:
        yield lambda work, many: pool.imap(work, many)


def _begin(prepare: Callable[..., None], given: tuple[Any, ...]) -> None:
    gc.disable()  # as `uncollected`, for as long as the process lives
    prepare(*given)


@dataclass(frozen=True)
class Frozen:
    """A frozen folder: what it commits to, its rules, the blocks of frame.tsv and the eligible units of each cell."""

    folder: Path
    commitment: dict[str, Any]
    rules: dict[str, Any]
    blocks: list[tuple[int, int, str]]
    """(start, length, SHA-256) of every BLOCK rows."""
    cells: dict[Cell, int]
    """Units, or firms where per_firm."""

    @property
    def frame(self) -> Path:
        return self.folder / "frame.tsv"

    @classmethod
    def read(cls, folder: Path) -> Frozen:
        """Raises DrawError for a folder that was not frozen, or whose files are not those frozen."""
        if not (folder / "commitment.json").is_file():
            raise DrawError(
                "抽样框没有冻结，不能抽取", "the frame is not frozen; nothing can be drawn from it"
            )
        try:
            commitment, rules, working = (
                json.loads((folder / name).read_bytes())
                for name in ("commitment.json", "rules.json", "working.json")
            )
            cells = {(str(c[0]), str(c[1]), str(c[2])): int(c[3]) for c in working["cells"]}
            blocks = [(int(b[0]), int(b[1]), str(b[2])) for b in working["blocks"]]
            well = commitment["rules"] == digest("rules", rules)
            well = well and commitment["working"] == digest("working", working)
        except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
            raise DrawError(
                f"冻结的文件读不出来：{error}", f"the frozen files cannot be read: {error}"
            ) from None
        if not well:
            raise DrawError(
                "规则或工作文件在冻结后被改动", "the rules or working files were changed after the freeze"
            )
        return cls(folder, commitment, rules, blocks, cells)

    def write(self, name: str, document: Any) -> None:
        (self.folder / name).write_bytes(canonical(document) + b"\n")

    def find(self, key: str) -> tuple[int, bytes, list[bytes], int] | None:
        """(index, row, leaves of its step, number of the step) of a unit; None when it is not in the frame."""
        wanted = key.encode()
        places = (self.folder / "steps.bin").read_bytes()
        count = len(places) // _RECORD
        with self.frame.open("rb") as file:
            low, high = 0, count
            while high - low > 1:
                middle = (low + high) // 2
                file.seek(_place(places, middle))
                if file.readline().partition(b"\t")[0] <= wanted:
                    low = middle
                else:
                    high = middle
            file.seek(_place(places, low))
            rows = [line.removesuffix(b"\n") for line in islice(file, STEP)]
        for at, row in enumerate(rows):
            if row.partition(b"\t")[0] == wanted:
                return low * STEP + at, row, [row_leaf(r, 2) for r in rows], low
        return None

    def path(self, index: int, leaves: list[bytes], step: int) -> list[str]:
        """The audit path of a unit, from what `find` gave."""
        places = (self.folder / "steps.bin").read_bytes()
        roots = [places[at + 8 : at + _RECORD] for at in range(0, len(places), _RECORD)]
        return audit_path(leaves, index - step * STEP) + audit_path(roots, step)


def record(start: int, root: bytes) -> bytes:
    """One record of steps.bin."""
    return start.to_bytes(8, "big") + root


def _place(places: bytes, step: int) -> int:
    return int.from_bytes(places[step * _RECORD : step * _RECORD + 8], "big")


def leaves_of(public: Iterable[bytes], closed: Iterable[bytes]) -> list[bytes]:
    """`verify_draw.row_leaf` of many rows, from their two groups."""
    both = zip(_digests(PUBLIC, public), _digests(CLOSED, closed), strict=True)
    return [sha256(b"\x00" + p + c).digest() for p, c in both]


def _digests(prefix: bytes, texts: Iterable[bytes]) -> Iterator[bytes]:
    """SHA-256 of prefix + text; a copy of a hash that was begun is quicker than a new one."""
    begun = sha256(prefix)
    for text in texts:
        own = begun.copy()
        own.update(text)
        yield own.digest()


def write_tree(path: Path, leaves: list[bytes]) -> bytes:
    """Keep all levels of the tree over these leaf hashes, the leaves first; its root."""
    with path.open("wb") as file:
        while True:
            file.write(b"".join(leaves))
            if len(leaves) < 2:
                return fold(leaves)
            leaves = [fold(leaves[at : at + 2]) for at in range(0, len(leaves), 2)]


def kept_path(path: Path, count: int, index: int) -> list[str]:
    """The audit path of a leaf in a tree of `count` leaves that `write_tree` kept."""
    found, start = [], 0
    with path.open("rb") as file:
        while count > 1:
            if index ^ 1 < count:
                file.seek(start + 32 * (index ^ 1))
                found.append(file.read(32).hex())
            start, count, index = start + 32 * count, (count + 1) // 2, index // 2
    return found


def find_row(path: Path, key: str) -> bytes | None:
    """The line that begins with `key` in a file of lines by rising key; None when there is none."""
    wanted = key.encode()
    with path.open("rb") as file:
        low, high = 0, path.stat().st_size
        while low < high:  # the line wanted begins in [low, high]
            middle = (low + high) // 2
            file.seek(middle)
            if middle:
                file.seek(middle - 1)
                file.readline()
            line = file.readline()
            if line and line.partition(b"\t")[0] < wanted:
                low = file.tell()
            else:
                high = middle
        file.seek(low)
        line = file.readline().removesuffix(b"\n")
    return line if line.partition(b"\t")[0] == wanted else None


def audit_path(row: list[bytes], index: int) -> list[str]:
    """The path of `index` in the tree over these hashes, from the leaf up (RFC 6962, 2.1.1)."""
    path = []
    while len(row) > 1:
        beside = index ^ 1
        if beside < len(row):
            path.append(row[beside].hex())
        row = [fold(row[at : at + 2]) for at in range(0, len(row), 2)]
        index //= 2
    return path
