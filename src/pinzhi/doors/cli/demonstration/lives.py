"""Work in hand and lives that were lived: applications walked step by step on their own days."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any


def batches(today: date) -> Iterator[Callable[[], Any]]:
    return iter(())
