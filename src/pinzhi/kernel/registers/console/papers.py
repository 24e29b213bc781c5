"""The paper of an entry, to be printed, signed and sealed; with a QR code where the public can check it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.registers import papers, queries
from pinzhi.kernel.registers.console import common


@require_safe
def paper(request: HttpRequest, name: str, key: str, entry_id: int) -> HttpResponse:
    """One page A4; the wording is Chinese whatever the reader's language: it is an official paper."""
    _actor, register, record = common.record_of(request, name, key)
    view = next((v for v in queries.history(name, key) if v.entry.id == entry_id), None)
    if view is None:
        raise NotFound("no_such_entry", zh="没有这个条目。", en="There is no such entry.")
    public = common.public_url(register, key) if common.is_public(register, record) else ""
    context = {
        "register": register,
        "record": record,
        "paper": papers.make(register, record, view),
        "void": view.void,
        "qr_url": request.build_absolute_uri(public) if public else "",
        "crumbs": common.crumbs(common.register_crumb(register), common.record_crumb(register, record)),
    }
    return render(request, "registers/paper.html", context)
