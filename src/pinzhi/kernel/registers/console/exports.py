"""A list as a file: what the page showed, by the same address."""

from __future__ import annotations

from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_safe

from pinzhi.kernel.registers import exporting
from pinzhi.kernel.registers.console import common, lists
from pinzhi.kernel.web.texts import reads_english


@require_safe
def export(request: HttpRequest, name: str, kind: str) -> StreamingHttpResponse:
    """The records that the list's address asks for, in the list's order, streamed."""
    actor, register = common.register_of(request, name)
    asked = lists.asked_of(request, register)
    records = lists.asked_records(actor, register, asked)
    records = records.order_by(*filter(None, (asked.order_by, "-id")))
    pieces = exporting.export(register, records, kind, by=actor, lang="en" if reads_english() else "zh")
    response = StreamingHttpResponse(pieces, content_type=exporting.MEDIA_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{exporting.filename(register, kind)}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
