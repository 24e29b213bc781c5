"""What is done once a day, shortly after midnight in Asia/Shanghai.

    @daily.register("registers.lapse", order=10)
    def lapse(day: date) -> None: ...

Each step runs as a task of its own, in the given order; one that fails does not keep the others from running,
and is tried again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

Step = Callable[[date], object]
_steps: dict[str, tuple[int, Step]] = {}


def register(name: str, *, order: int = 50) -> Callable[[Step], Step]:
    """Run this step every day. Raises ValueError where the name is taken by another."""

    def add(step: Step) -> Step:
        if _steps.setdefault(name, (order, step))[1] is not step:
            raise ValueError(f"daily step {name} is registered twice")
        return step

    return add


def names() -> list[str]:
    """The steps in their order."""
    return [name for name, _ in sorted(_steps.items(), key=lambda item: (item[1][0], item[0]))]


def run(name: str, day: date) -> object:
    return _steps[name][1](day)
