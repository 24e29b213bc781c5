"""Who goes and who tests: at least two inspectors and a laboratory for each task, drawn with recusal and capability.

The pools are committed before the seed is known (`pool_document`, `seed.assignment_seed`). Everyone who may take a
task has a ticket for it, SHA-256 of tag, seed, task and person; the lowest tickets take it. Where somebody's load is
full, a task drawn before may move to the next in its own order, so that no task is left short while there is a way to
staff all of them. With the seed opened anybody can repeat it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Generic, TypeVar

from pinzhi.rules.inspection.draws.design import DrawError
from pinzhi.rules.inspection.verify_draw import digest

__all__ = [
    "Assignment",
    "Inspector",
    "Laboratory",
    "Task",
    "assigned_document",
    "draw_laboratory",
    "draw_tasks",
    "pool_document",
]

_INSPECTOR = b"pinzhi/draw/inspector/v1\n"
_LABORATORY = b"pinzhi/draw/laboratory/v1\n"
_TASK = b"pinzhi/draw/task/v1\n"
_AGAIN = b"pinzhi/draw/re-inspection/v1\n"


@dataclass(frozen=True, slots=True)
class Inspector:
    """One who may be sent. `places` are region codes (a code stands for all that begin with it; empty: anywhere),
    `recused` the firms he must not check, `load` how many tasks he can take in this draw (None: any)."""

    id: str
    places: tuple[str, ...] = ()
    skills: frozenset[str] = frozenset()
    recused: frozenset[str] = frozenset()
    load: int | None = None


@dataclass(frozen=True, slots=True)
class Laboratory:
    """One that may test. `capabilities` are what it is accredited for (product classes, standards, items)."""

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
    """Who was drawn for a task. `inspectors` is short, or `laboratory` None, where nobody was left; `why` says it in
    Chinese and English."""

    task: str
    inspectors: tuple[str, ...]
    laboratory: str | None
    why: tuple[tuple[str, str], ...] = field(default=())

    @property
    def complete(self) -> bool:
        return not self.why


def pool_document(
    tasks: Iterable[Task],
    inspectors: Iterable[Inspector],
    laboratories: Iterable[Laboratory],
    per_task: int = 2,
) -> dict[str, Any]:
    """The pools as they are committed before the seed is known; not public, their digest is."""

    def plain(one: Inspector | Laboratory | Task, *names: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in names:
            value = getattr(one, name)
            found[name] = sorted(value) if isinstance(value, frozenset | tuple) else value
        return found

    return {
        "v": 1,
        "per_task": per_task,
        "tasks": [
            plain(t, "key", "firm", "region", "skills", "capabilities")
            for t in sorted(tasks, key=lambda t: t.key)
        ],
        "inspectors": [
            plain(i, "id", "places", "skills", "recused", "load")
            for i in sorted(inspectors, key=lambda i: i.id)
        ],
        "laboratories": [
            plain(lab, "id", "capabilities", "recused", "load")
            for lab in sorted(laboratories, key=lambda lab: lab.id)
        ],
    }


def assigned_document(
    tasks: Sequence[Task], found: Sequence[Assignment], pools: Mapping[str, Any], per_task: int = 2
) -> dict[str, Any]:
    """Who was drawn for which task, as an auditor checks it with verify_assignment.py."""
    by_key = {one.task: one for one in found}
    return {
        "v": 1,
        "pools": digest("pools", dict(pools)),
        "per_task": per_task,
        "tasks": [
            {
                "key": task.key,
                "firm": task.firm,
                "region": task.region,
                "skills": sorted(task.skills),
                "capabilities": sorted(task.capabilities),
                "inspectors": sorted(by_key[task.key].inspectors),
                "laboratory": by_key[task.key].laboratory,
            }
            for task in sorted(tasks, key=lambda t: t.key)
        ],
    }


def may_go(inspector: Inspector, task: Task) -> bool:
    """Whether the inspector may take the task: not recused, of the place, with the skills."""
    return (
        task.firm not in inspector.recused
        and (not inspector.places or any(task.region.startswith(place) for place in inspector.places))
        and task.skills <= inspector.skills
    )


def may_test(laboratory: Laboratory, task: Task) -> bool:
    """Whether the laboratory may test for the task: not recused, capable of all that is asked."""
    return task.firm not in laboratory.recused and task.capabilities <= laboratory.capabilities


def draw_tasks(
    tasks: Sequence[Task],
    inspectors: Sequence[Inspector],
    laboratories: Sequence[Laboratory],
    seed: bytes,
    per_task: int = 2,
) -> list[Assignment]:
    """Inspectors and a laboratory for each task, in the order of `tasks`.

    Raises DrawError for fewer than two inspectors a task (SAMR Order 18 asks for at least two) or an id twice.
    """
    if per_task < 2:
        raise DrawError("每个任务至少两名抽样人员", "at least two inspectors for each task")
    for what in ([t.key for t in tasks], [i.id for i in inspectors], [lab.id for lab in laboratories]):
        if len(set(what)) != len(what):
            raise DrawError("任务、人员或机构重复", "a task, an inspector or a laboratory stands twice")
    order = sorted(tasks, key=lambda t: (_ticket(_TASK, seed, t.key), t.key))
    people = _Staffing(inspectors, may_go, seed, _INSPECTOR)
    labs = _Staffing(laboratories, may_test, seed, _LABORATORY)
    for slot in range(per_task):  # everyone's first inspector before anyone's second
        for task in order:
            people.staff(task, slot)
    for task in order:
        labs.staff(task, 0)
    return [_assignment(task, people, labs, per_task) for task in tasks]


def _assignment(
    task: Task, people: _Staffing[Inspector], labs: _Staffing[Laboratory], per_task: int
) -> Assignment:
    chosen = tuple(sorted(people.of.get(task.key, ())))
    laboratory = next(iter(labs.of.get(task.key, ())), None)
    why: list[tuple[str, str]] = []
    if len(chosen) < per_task:
        why.append(
            (
                f"合格、不需回避且有余力的抽样人员只有 {len(chosen)} 名，需要 {per_task} 名",
                f"only {len(chosen)} of {per_task} inspectors are capable, not recused and free",
            )
        )
    if laboratory is None:
        why.append(
            (
                "没有具备能力、不需回避且有余力的检验机构",
                "no laboratory is capable, not recused and has capacity left",
            )
        )
    return Assignment(task.key, chosen, laboratory, tuple(why))


Who = TypeVar("Who", Inspector, Laboratory)


class _Staffing(Generic[Who]):
    """Who takes which task; grows by augmenting paths, each along everyone's tickets."""

    def __init__(
        self, pool: Sequence[Who], may: Callable[[Who, Task], bool], seed: bytes, tag: bytes
    ) -> None:
        self._pool: Sequence[Who] = pool
        self._may: Callable[[Who, Task], bool] = may
        self._seed, self._tag = seed, tag
        self.of: dict[str, set[str]] = {}
        self._tasks: dict[str, list[Task]] = {who.id: [] for who in pool}
        self._orders: dict[str, list[Who]] = {}

    def _order(self, task: Task) -> list[Who]:
        if task.key not in self._orders:
            able = [who for who in self._pool if self._may(who, task)]
            able.sort(key=lambda who: (_ticket(self._tag, self._seed, task.key, who.id), who.id))
            self._orders[task.key] = able
        return self._orders[task.key]

    def staff(self, task: Task, slot: int) -> bool:
        """Find one more for the task; whether there was one."""
        if len(self.of.get(task.key, ())) > slot:
            return True
        wanted_by: dict[str, Task] = {}  # person: the task that would have them
        moved_from: dict[str, Who] = {}  # task: the person it would leave
        waiting = deque([task])
        while waiting:
            current = waiting.popleft()
            for who in self._order(current):
                if who.id in wanted_by or who.id in self.of.get(current.key, ()):
                    continue
                wanted_by[who.id] = current
                if who.load is None or len(self._tasks[who.id]) < who.load:
                    self._shift(who, wanted_by, moved_from)
                    return True
                for other in self._tasks[who.id]:
                    if other.key != task.key and other.key not in moved_from:
                        moved_from[other.key] = who
                        waiting.append(other)
        return False

    def _shift(self, who: Who, wanted_by: Mapping[str, Task], moved_from: Mapping[str, Who]) -> None:
        """Give `who`, who is free, to the task that asked, whose own person goes to the one that asked, and so on."""
        while True:
            task = wanted_by[who.id]
            before = moved_from.get(task.key)
            if before is not None:
                self._leave(before, task)
            self._take(who, task)
            if before is None:
                return
            who = before

    def _take(self, who: Who, task: Task) -> None:
        self._tasks[who.id].append(task)
        self.of.setdefault(task.key, set()).add(who.id)

    def _leave(self, who: Who, task: Task) -> None:
        self._tasks[who.id].remove(task)
        self.of[task.key].discard(who.id)


def draw_laboratory(
    task: Task,
    laboratories: Sequence[Laboratory],
    seed: bytes,
    first: str | None = None,
    declined: Mapping[str, str] | None = None,
) -> str:
    """The laboratory for a re-inspection: capable and not recused; not the one that tested `first`, unless it is the
    only one; none of those that `declined` (id: reason), so the next in line follows when one declines.

    Raises DrawError when none is left.
    """
    able = [lab for lab in laboratories if may_test(lab, task)]
    free = [lab for lab in able if lab.id != first] or able
    left = [lab for lab in free if lab.id not in (declined or {})]
    if not left:
        raise DrawError(
            "没有可以复检的机构：都不具备能力、须回避或已谢绝",
            "no laboratory is left for the re-inspection: not capable, recused, or declined",
        )
    return min(left, key=lambda lab: (_ticket(_AGAIN, seed, task.key, lab.id), lab.id)).id


def _ticket(tag: bytes, seed: bytes, *parts: str) -> bytes:
    return sha256(tag + seed + "\t".join(parts).encode()).digest()
