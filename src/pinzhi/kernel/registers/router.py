"""Migrations run on the main connection alone; the portal's connection only reads the public side."""

from __future__ import annotations

from typing import Any


class PublicSideRouter:
    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db == "portal" else None
