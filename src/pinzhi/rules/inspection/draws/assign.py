"""Who goes and who tests: at least two inspectors and a laboratory for each task, drawn with recusal and capability."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Inspector:
    """One who may be sent. `places` are region codes (a code stands for all that begin with it; empty: anywhere),
    `recused` firms he must not check, `load` how many tasks he can take in this draw (None: any)."""

    id: str
    places: tuple[str, ...] = ()
    skills: frozenset[str] = frozenset()
    recused: frozenset[str] = frozenset()
    load: int | None = None


@dataclass(frozen=True, slots=True)
class Laboratory:
    """One that may test. `capabilities` are the items (product class or standard) it is accredited for."""

    id: str
    capabilities: frozenset[str] = frozenset()
    recused: frozenset[str] = frozenset()
    load: int | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One visit: the drawn unit, its firm and region, what the inspectors and the laboratory must be able to do."""

    key: str
    firm: str
    region: str = ""
    skills: frozenset[str] = frozenset()
    capabilities: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who was drawn for a task. `inspectors` or `laboratory` is short or None where nobody was left (see `why`)."""

    task: str
    inspectors: tuple[str, ...]
    laboratory: str | None
    why: tuple[tuple[str, str], ...] = field(default=())
    """What could not be drawn, in Chinese and English."""


def pool_document(
    tasks: Iterable[Task],
    inspectors: Iterable[Inspector],
    laboratories: Iterable[Laboratory],
    per_task: int = 2,
) -> dict[str, Any]:
    """The pools as they are committed before the seed is known; its digest goes into the seed."""
    raise NotImplementedError


def draw_tasks(
    tasks: Sequence[Task],
    inspectors: Sequence[Inspector],
    laboratories: Sequence[Laboratory],
    seed: bytes,
    per_task: int = 2,
) -> list[Assignment]:
    """Inspectors and a laboratory for each task."""
    raise NotImplementedError


def draw_laboratory(
    task: Task,
    laboratories: Sequence[Laboratory],
    seed: bytes,
    first: str | None = None,
    declined: Mapping[str, str] | None = None,
) -> str:
    """The re-inspection laboratory: capable, not recused, not the one that tested `first` unless it is the only one,
    none that declined. Raises DrawError when none is left."""
    raise NotImplementedError
