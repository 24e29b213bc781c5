"""Addresses of static files with a mark of their content, so that an upgrade is seen at once and caches may be long."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static


@lru_cache(maxsize=256)
def _digest(path: str) -> str:
    found = finders.find(path)
    if not isinstance(found, str):
        return ""
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:10]


def asset(path: str) -> str:
    """`/static/<path>?v=<digest>`; without the mark where the file is not there (a build that was not run)."""
    if settings.DEBUG:
        _digest.cache_clear()
    mark = _digest(path)
    return f"{static(path)}?v={mark}" if mark else static(path)
