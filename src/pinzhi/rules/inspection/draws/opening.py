"""What is opened: all to an auditor, all but risk classes to the public, one firm's own part to that firm."""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

from pinzhi.rules.inspection import verify_assignment, verify_draw
from pinzhi.rules.inspection.draws.design import DrawError
from pinzhi.rules.inspection.draws.files import Frozen, audit_path, find_row, kept_path, processes, read_block
from pinzhi.rules.inspection.draws.frame import canonical_key
from pinzhi.rules.inspection.draws.select import load_all
from pinzhi.rules.inspection.verify_draw import CLOSED, row_leaf

__all__ = ["open_auditor", "open_public", "prove"]


def open_auditor(folder: Path, target: Path) -> list[Path]:
    """Everything that verify_draw.py needs to derive the draw again, classes included, and what verify_assignment.py
    needs for inspectors and laboratories where they were drawn; the files written.

    Raises DrawError when nothing was drawn yet, or `target` holds files.
    """
    frozen, rounds = _begin(folder, target)
    shutil.copyfile(frozen.frame, target / "frame.tsv")
    for number in range(rounds):
        for name in ("cells", "drawn"):
            shutil.copyfile(folder / f"{name}-{number}.tsv", target / f"{name}-{number}.tsv")
        for name in ("pools", "assigned"):
            if (folder / f"{name}-{number}.json").is_file():
                shutil.copyfile(folder / f"{name}-{number}.json", target / f"{name}-{number}.json")
    shutil.copyfile(verify_assignment.__file__, target / "verify_assignment.py")
    return sorted(target.iterdir())


def open_public(folder: Path, target: Path, *, workers: int = 1) -> list[Path]:
    """Everything but the risk classes; the files written.

    Where the design looks at the class, tickets, probabilities and cells stay closed too, for they would tell it:
    then root, membership, exclusions, seeds and the drawn list can be checked by anyone, the selection by an auditor.
    """
    frozen, rounds = _begin(folder, target)
    with (
        processes(workers, len(frozen.blocks), _prepare, (frozen.frame,)) as run,
        (target / "frame.tsv").open("wb") as out,
    ):
        for part in run(_close_classes, frozen.blocks):
            out.write(part)
    for number in range(rounds):
        drawn = f"drawn-{number}.tsv"
        if not frozen.rules["by_class"]:
            shutil.copyfile(folder / drawn, target / drawn)
            shutil.copyfile(folder / f"cells-{number}.tsv", target / f"cells-{number}.tsv")
            continue
        lines = (folder / drawn).read_bytes().split(b"\n")[:-1]
        (target / drawn).write_bytes(b"".join(_closed(line, 4) + b"\n" for line in lines))
    return sorted(target.iterdir())


def prove(folder: Path, key: str, *, with_draw: bool) -> dict[str, Any]:
    """One unit's proof for `verify_draw.py firm`: its row and place in the committed frame; with the draw (after the
    opening) its ticket, its cell and whether it was drawn. It shows the firm its own risk class and nobody else's.

    Raises DrawError when the key is not in the frame.
    """
    frozen = Frozen.read(folder)
    key = canonical_key(key)
    found = frozen.find(key)
    if found is None:
        raise DrawError(f"{key} 不在名录里", f"{key} is not in the roster")
    index, row, leaves, step = found
    proof: dict[str, Any] = {
        "commitment": frozen.commitment,
        "row": row.decode(),
        "index": index,
        "path": frozen.path(index, leaves, step),
        "opened": None,
    }
    if with_draw:
        fields = row.decode().split("\t")
        cell = [fields[2], fields[8] if frozen.rules["by_class"] else "", fields[4]]
        rounds = [] if fields[5] else _rounds(folder, key, cell)
        proof["opened"] = {"rules": frozen.rules, "rounds": rounds}
    return proof


def _rounds(folder: Path, key: str, cell: list[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while (folder / f"result-{len(found)}.json").is_file():
        number = len(found)
        result = json.loads((folder / f"result-{number}.json").read_bytes())
        cells = (folder / f"cells-{number}.tsv").read_bytes().split(b"\n")[:-1]
        own = next(at for at, line in enumerate(cells) if line.decode().split("\t")[:3] == cell)
        me = find_row(folder / f"units-{number}.tsv", key)
        found.append(
            {
                "round": json.loads((folder / f"round-{number}.json").read_bytes()),
                "result": result,
                "cell": {
                    "row": cells[own].decode(),
                    "index": own,
                    "path": audit_path([row_leaf(line, 4) for line in cells], own),
                },
                "drawn": None if me is None else _drawn(folder, number, key, me, result["drawn"]),
            }
        )
    return found


def _drawn(folder: Path, number: int, key: str, unit: bytes, count: int) -> dict[str, Any]:
    row = find_row(folder / f"drawn-{number}.tsv", key) or b""
    index = int(unit.rpartition(b"\t")[2])
    path = kept_path(folder / f"tree-{number}.bin", count, index)
    return {"row": row.decode(), "index": index, "path": path}


def _begin(folder: Path, target: Path) -> tuple[Frozen, int]:
    frozen = Frozen.read(folder)
    rounds = len(load_all(folder))
    if not rounds:
        raise DrawError("还没有抽取，没有可公开的", "nothing was drawn yet, so nothing can be opened")
    target.mkdir(parents=True, exist_ok=True)
    if any(target.iterdir()):
        raise DrawError("目标目录里已有文件", "the target folder is not empty")
    for name in ("commitment.json", "rules.json"):
        shutil.copyfile(folder / name, target / name)
    for number in range(rounds):
        for name in (f"round-{number}.json", f"result-{number}.json"):
            shutil.copyfile(folder / name, target / name)
    shutil.copyfile(verify_draw.__file__, target / "verify_draw.py")
    return frozen, rounds


def _closed(line: bytes, fields: int) -> bytes:
    public = line.rsplit(b"\t", fields)[0]
    hidden = sha256(CLOSED + line[len(public) + 1 :]).hexdigest().encode()
    return public + b"\t" * fields + b"#" + hidden


_frame: Path


def _prepare(path: Path) -> None:
    global _frame
    _frame = path


def _close_classes(block: tuple[int, int, str]) -> bytes:
    return b"".join(_closed(line, 2) + b"\n" for line in read_block(_frame, *block).split(b"\n")[:-1])
