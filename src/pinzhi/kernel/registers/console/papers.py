"""The paper of an entry, to be printed, signed and sealed; with a QR code where the public can check it."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.registers import paper_pdf, papers, queries
from pinzhi.kernel.registers.console import common
from pinzhi.kernel.web import pdf


@require_safe
def paper(request: HttpRequest, name: str, key: str, entry_id: int, kind: str = "html") -> HttpResponse:
    """One page A4, to print or (`kind` pdf) to keep; the wording is Chinese whatever the reader's language."""
    _actor, register, record = common.record_of(request, name, key)
    view = next((v for v in queries.history(name, key) if v.entry.id == entry_id), None)
    if view is None:
        raise NotFound("no_such_entry", zh="没有这个条目。", en="There is no such entry.")
    public = common.public_url(register, key) if common.is_public(register, record) else ""
    made = papers.make(register, record, view)
    qr_url = request.build_absolute_uri(public) if public else ""
    if kind == "pdf":
        title = quote(f"{made.template.title.zh}{made.number}")
        shown = f"attachment; filename=paper.pdf; filename*=UTF-8''{title}.pdf"
        return HttpResponse(
            paper_pdf.render(made, qr_url),
            content_type=pdf.MEDIA_TYPE,
            headers={"Content-Disposition": shown},
        )
    context = {
        "register": register,
        "record": record,
        "paper": made,
        "entry_id": entry_id,
        "void": view.void,
        "qr_url": qr_url,
        "crumbs": common.crumbs(common.register_crumb(register), common.record_crumb(register, record)),
    }
    return render(request, "registers/paper.html", context)
