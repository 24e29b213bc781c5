"""How far the loading is: in the database what is done, in a file what is shown.

What is done is written in the transaction of the batch, so a load that breaks off goes on where it stopped.
"""

from __future__ import annotations

import contextlib
import json
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache

KEY = "demonstration:done"
EVERY_SECONDS = 0.5


class Done:
    """Batches done of each stage. Kept in the table that the workers share, on the work's own connection."""

    def __init__(self) -> None:
        self.batches: dict[str, int] = dict(cache.get(KEY) or {})

    def count(self, stage: str) -> int:
        return self.batches.get(stage, 0)

    def is_over(self, stage: str) -> bool:
        return self.batches.get(stage, 0) < 0

    def write(self, stage: str, count: int) -> None:
        """`count` batches, or -1 for all. To be called in the batch's transaction."""
        cache.set(KEY, {**self.batches, stage: count}, None)

    def remember(self, stage: str, count: int) -> None:
        """After the commit."""
        self.batches[stage] = count


class Shown:
    """The file that the pages read: how much is done of what, in both languages."""

    def __init__(self, total: float) -> None:
        self.path = settings.STATE_DIR / "demonstration.json"
        self.total, self.done, self.written = total, 0.0, 0.0

    def advance(self, by: float, zh: str, en: str) -> None:
        self.done = min(self.total, self.done + by)
        now = time.monotonic()
        if now - self.written >= EVERY_SECONDS:
            self.written = now
            self.write({"percent": int(100 * self.done / self.total), "zh": zh, "en": en})

    def finish(self) -> None:
        self.write({"percent": 100, "zh": "", "en": ""})

    def write(self, what: dict[str, Any]) -> None:
        part = self.path.with_suffix(".part")
        with contextlib.suppress(OSError):
            part.write_text(json.dumps(what, ensure_ascii=False), encoding="utf-8")
            part.replace(self.path)
