"""The API of standards: each part of the app brings its own operations, all under /api/v1/standards/."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from ninja import Router

router = Router()
for part in ("catalogue", "limits", "declarations", "rankings"):
    if find_spec(f"pinzhi.apps.standards.api_{part}") is not None:
        router.add_router("", import_module(f"pinzhi.apps.standards.api_{part}").router)
