"""Imports into a register by API: a file is checked row by row, then brought in as background work."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Form, Query, Router, UploadedFile

from pinzhi.kernel.access.actor import Actor, actor_of
from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.registers import api_shapes as shapes
from pinzhi.kernel.registers import importing
from pinzhi.kernel.registers.actions.receive_import import receive_import, start_import
from pinzhi.kernel.registers.api_shapes import Name
from pinzhi.kernel.registers.console import common
from pinzhi.kernel.registers.models import ImportBatch
from pinzhi.kernel.web.api import (
    Page,
    PageParams,
    sequence_page,
)

router = Router(by_alias=True)


@router.post("/{name}/imports", response=shapes.ImportOut, summary="Import a file")
def import_file(
    request: HttpRequest,
    name: str = Name,
    file: UploadedFile = File(..., description="CSV or XLSX, as the template of the step"),
    step: str = Form(..., max_length=63, description="the step that is done for every row"),
    mode: str = Form(
        "check", pattern="^(check|all|good)$", description="check only; all rows or none; good rows only"
    ),
) -> dict[str, Any]:
    """Take a file in and check every row. With mode all or good, a file that passes is then brought in as background work.

    Large files are checked in the background: ask for the import until its status is `checked`, then start it.
    """
    actor, _register = common.register_of(request, name)
    batch = receive_import(name, step, file, filename=file.name or "", by=actor)
    job = None
    if (
        mode != "check"
        and batch.status == "checked"
        and batch.good
        and (mode == "good" or batch.good == batch.rows)
    ):
        job = str(start_import(batch.pk, mode=mode, by=actor).pk)
        batch.refresh_from_db()
    return _import_out(batch, job)


@router.get("/{name}/imports", response=Page[shapes.ImportOut], summary="Own imports")
def imports(request: HttpRequest, params: Query[PageParams], name: str = Name) -> dict[str, Any]:
    """The caller's imports into the register, newest first."""
    actor, _register = common.register_of(request, name)
    rows = list(ImportBatch.objects.filter(register=name, by=actor.username).order_by("-at")[:500])
    return sequence_page(rows, params, shape=lambda batch: _import_out(batch, None))


@router.get("/{name}/imports/{batch_id}", response=shapes.ImportOut, summary="Import")
def import_one(request: HttpRequest, batch_id: UUID, name: str = Name) -> dict[str, Any]:
    """How an import stands, with its report row by row."""
    return _import_out(_batch(actor_of(request), name, batch_id), None)


@router.post("/{name}/imports/{batch_id}/start", response=shapes.ImportOut, summary="Bring a checked file in")
def import_start(
    request: HttpRequest, batch_id: UUID, name: str = Name, mode: str = Form("all", pattern="^(all|good)$")
) -> dict[str, Any]:
    """Bring in what was checked: all rows, or the good ones. `job` says how far it is."""
    actor = actor_of(request)
    _batch(actor, name, batch_id)
    job = start_import(batch_id, mode=mode, by=actor)
    return _import_out(_batch(actor, name, batch_id), str(job.pk))


def _batch(actor: Actor, name: str, batch_id: UUID) -> ImportBatch:
    batch = ImportBatch.objects.filter(pk=batch_id, register=name, by=actor.username).first()
    if batch is None:
        raise NotFound("no_such_import", zh="没有这次导入。", en="There is no such import.")
    return batch


def _import_out(batch: ImportBatch, job: str | None) -> dict[str, Any]:
    return {
        "id": str(batch.pk),
        "register": batch.register,
        "step": batch.transition,
        "filename": batch.filename,
        "digest": batch.digest,
        "status": batch.status,
        "mode": batch.mode,
        "rows": batch.rows,
        "good": batch.good,
        "errors": batch.errors[: importing.KEPT_ERRORS],
        "job": job,
    }
