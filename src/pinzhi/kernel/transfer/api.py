"""Imports as the API of an app gives them."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from ninja import Field, Schema

from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.transfer.actions import import_file
from pinzhi.kernel.transfer.imports import Imports, get_import
from pinzhi.kernel.transfer.models import CheckedImport


class ImportOut(Schema):
    """An import: what was found in the file, what was done, the first errors by row."""

    id: UUID
    what: str
    filename: str
    digest: str
    status: str
    mode: str
    rows: int
    new: int
    changed: int
    unchanged: int
    wrong: int
    errors: list[dict[str, Any]]
    errors_total: int
    unknown_columns: list[str]
    message: dict[str, str]
    at: dt.datetime
    done_at: dt.datetime | None


class Decision(Schema):
    """`all` rows or none, the `good` ones, or `drop` the file."""

    mode: str = Field(..., pattern="^(all|good|drop)$")


def shape(row: CheckedImport) -> dict[str, Any]:
    """One import with its errors."""
    return {name: getattr(row, name) for name in ImportOut.model_fields}


def shape_line(row: CheckedImport) -> dict[str, Any]:
    """An import in a list: the errors of one stand with it alone."""
    return {name: [] if name == "errors" else getattr(row, name) for name in ImportOut.model_fields}


def decided(imports: Imports, import_id: UUID, mode: str, *, by: Actor) -> dict[str, Any]:
    """Bring a checked file in, or drop it; the import as it then stands."""
    if mode == "drop":
        import_file.drop(imports, import_id, by=by)
    else:
        import_file.decide(imports, import_id, mode, by=by)
    return shape(get_import(imports, import_id, by=by))
