"""What is opened: all to an auditor, all but risk classes to the public, one firm's own part to that firm."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def open_auditor(folder: Path, target: Path) -> list[Path]:
    """Everything verify_draw.py needs to derive the draw again, classes included; the files written."""
    raise NotImplementedError


def open_public(folder: Path, target: Path) -> list[Path]:
    """Everything but the risk classes. Where the design looks at the class, tickets, probabilities and cells stay
    closed too (they would tell it); root, membership, exclusions, seed and the drawn list can still be checked."""
    raise NotImplementedError


def prove(folder: Path, key: str, *, with_draw: bool) -> dict[str, Any]:
    """One unit's proof for `verify_draw.py firm`: its row and place in the committed frame; with the draw (after the
    opening) its ticket, its cell and whether it was drawn. Raises DrawError when the key is not in the frame."""
    raise NotImplementedError
