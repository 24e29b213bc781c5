"""Pages on which a file of the catalogue is handed in, looked at, and decided on."""

from __future__ import annotations

import io
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.apps.standards import queries_catalogue as queries
from pinzhi.apps.standards import tables_catalogue as tables
from pinzhi.apps.standards.actions import import_catalogue
from pinzhi.apps.standards.fields_catalogue import columns_of
from pinzhi.apps.standards.forms_catalogue import CatalogueUploadForm
from pinzhi.apps.standards.models import CatalogueImport
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.errors import NotFound, Refused, RowError
from pinzhi.kernel.jobs.models import JobProgress
from pinzhi.kernel.transfer.columns import Column
from pinzhi.kernel.transfer.writing import csv_chunks, write_template
from pinzhi.kernel.web.lists import Asked, Found, from_queryset, render_list
from pinzhi.kernel.web.texts import in_lang, reads_english

SHOWN_ERRORS = 200
REPORT = [
    Column("row", "行", "Row", type="integer"),
    Column("column", "列", "Column"),
    Column("value", "值", "Value"),
    Column("wrong", "错误", "What is wrong"),
    Column("right", "应为", "What would be right"),
]
TEMPLATES = (CatalogueImport.What.EDITIONS, CatalogueImport.What.RELATIONS)


def _home() -> list[tuple[str, str]]:
    return [(_("Standards"), reverse("standards_index"))]


@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Hand a file in; below, what was handed in before."""
    actor = actor_of(request)
    import_catalogue.require_import(actor, "editions")
    form = CatalogueUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            row = import_catalogue.hand_in(
                data["what"], data["file"], filename=data["file"].name, region=data["region"], by=actor
            )
        except Refused as refused:
            form.add_error(
                refused.place if refused.place in form.fields else "file", f"{refused.text}{refused.remedy}"
            )
        else:
            return redirect("standards_import", row.pk)

    def fetch(asked: Asked) -> Found:
        return from_queryset(queries.imports(by=actor).filter(**asked.filters), asked)

    context = {
        "form": form,
        "list_title": _("Import"),
        "crumbs": _home(),
        "templates": [
            (str(what.label), reverse("standards_template", args=[what.value])) for what in TEMPLATES
        ],
    }
    response = render_list(
        request, tables.imports(), fetch, template="standards/imports.html", context=context
    )
    if form.errors:
        response.status_code = 422
    return response


@require_safe
def template(request: HttpRequest, what: str) -> HttpResponse:
    """A workbook to fill in."""
    if what not in [one.value for one in TEMPLATES]:
        raise NotFound("no_such_import", zh=f"没有“{what}”的模板。", en=f"There is no template for {what}.")
    import_catalogue.require_import(actor_of(request), what)
    out = io.BytesIO()
    title = str(CatalogueImport.What(what).label)
    write_template(columns_of(what), out, lang="en" if reads_english() else "zh", title=title)
    media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    headers = {"Content-Disposition": f'attachment; filename="{what}-template.xlsx"'}
    return HttpResponse(out.getvalue(), content_type=media, headers=headers)


@require_safe
def import_page(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """One file: how far it is, what was found, what may be done with it."""
    actor = actor_of(request)
    row = import_catalogue.get_import(import_id, by=actor)
    busy = row.status in (CatalogueImport.Status.CHECKING, CatalogueImport.Status.RUNNING)
    context = {
        "row": row,
        "busy": busy,
        "job": JobProgress.objects.filter(pk=row.job).first() if row.job and busy else None,
        "errors": [RowError(**error) for error in row.errors[:SHOWN_ERRORS]],
        "more": max(0, row.errors_total - SHOWN_ERRORS),
        "good": row.rows - row.wrong,
        "message": in_lang(row.message) if row.message else "",
        "may_decide": import_catalogue.may_import(actor) and row.status in ("checked", "failed"),
        "crumbs": [*_home(), (_("Import"), reverse("standards_imports"))],
    }
    return render(request, "standards/import.html", context)


@require_POST
def import_decide(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """All rows, the good ones, or none."""
    actor, mode = actor_of(request), request.POST.get("mode", "")
    try:
        if mode == "drop":
            import_catalogue.drop(import_id, by=actor)
        else:
            import_catalogue.decide(import_id, mode, by=actor)
    except NotFound:
        raise
    except Refused as refused:
        messages.error(request, f"{refused.text}{refused.remedy}")
    return redirect("standards_import", import_id)


@require_safe
def import_report(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """What is wrong, as a spreadsheet to work through."""
    row = import_catalogue.get_import(import_id, by=actor_of(request))
    errors = (RowError(**error) for error in row.errors)
    rows = (
        {"row": e.row, "column": e.column, "value": e.value, "wrong": e.wrong, "right": e.right}
        for e in errors
    )
    chunks = csv_chunks(REPORT, rows, lang="en" if reads_english() else "zh")
    headers = {"Content-Disposition": f'attachment; filename="report-{str(import_id)[:8]}.csv"'}
    return StreamingHttpResponse(chunks, content_type="text/csv; charset=utf-8", headers=headers)  # type: ignore[return-value]
