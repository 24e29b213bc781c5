"""What is made from sources and must be there when the first page is asked for: translations and packed style sheets.

A checkout has neither; an edit makes either stale. Both are looked at once, when a process starts.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterable
from pathlib import Path

STATIC = Path(__file__).parent / "static" / "pinzhi"
PACKED = (".css", ".js", ".svg")


def stale(made: Path, source: Path) -> bool:
    return not made.exists() or made.stat().st_mtime_ns < source.stat().st_mtime_ns


def pack(folder: Path = STATIC) -> int:
    """Write `x.css.gz` beside each of our own static files that has none or an older one; returns how many.

    WhiteNoise hands these out instead of packing at every request. The vendor folder brings its own.
    """
    written = 0
    for source in sorted(p for p in folder.iterdir() if p.suffix in PACKED):
        made = source.with_name(source.name + ".gz")
        if stale(made, source):
            _replace(made, gzip.compress(source.read_bytes(), 9, mtime=0))
            written += 1
    return written


def translations(homes: Iterable[Path]) -> int:
    """Compile the .po of each app folder whose .mo is missing or older; returns how many."""
    sources = [home / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po" for home in homes]
    waiting = [po for po in sources if po.exists() and stale(po.with_suffix(".mo"), po)]
    if waiting:
        from pinzhi.kernel.web.messages import compile_one

        for po in waiting:
            compile_one(po)
    return len(waiting)


def _replace(path: Path, content: bytes) -> None:
    """In one step: whoever reads meanwhile has the old file or the new one, never half of one."""
    part = path.with_name(f"{path.name}.{os.getpid()}")
    part.write_bytes(content)
    part.replace(path)
