"""Pages on which a file is handed in, looked at, and decided on; each app mounts them with `import_urls`."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.errors import NotFound, Refused, RowError
from pinzhi.kernel.jobs.models import JobProgress
from pinzhi.kernel.transfer.actions.import_file import decide, drop, hand_in
from pinzhi.kernel.transfer.imports import (
    Imports,
    get_import,
    list_imports,
    may_import,
    not_permitted,
    require_import,
)
from pinzhi.kernel.transfer.models import CheckedImport
from pinzhi.kernel.transfer.reporting import REPORT, report_rows
from pinzhi.kernel.transfer.writing import csv_chunks, write_template
from pinzhi.kernel.web.forms import SectionedForm
from pinzhi.kernel.web.lists import Asked, Column, Filter, Found, ListSpec, from_queryset, render_list
from pinzhi.kernel.web.texts import in_lang, reads_english
from pinzhi.kernel.web.widgets import PickedField

SHOWN_ERRORS = 200
Status = CheckedImport.Status
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UploadForm(SectionedForm):
    """A file, what it holds, and the region of rows that name none."""

    what = forms.ChoiceField(label=gettext_lazy("Content"))
    file = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,
        error_messages={"required": gettext_lazy("Fill this in.")},
    )
    region = PickedField(
        "region",
        label=gettext_lazy("Region of rows that name none"),
        required=False,
        help_text=gettext_lazy("Name or code."),
    )

    def __init__(self, *args: Any, imports: Imports, titles: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        what = self.fields["what"]
        assert isinstance(what, forms.ChoiceField)
        what.choices = titles
        self.fields["file"].help_text = imports.file_help
        if not imports.asks_region:
            del self.fields["region"]


def import_urls(imports: Imports) -> list[URLPattern]:
    """The five pages, to be mounted at an address that ends in `imports/`."""
    name, given = imports.name.replace(".", "_"), {"imports": imports}
    return [
        path("", files, given, name=f"{name}_imports"),
        path("template/<slug:what>/", template, given, name=f"{name}_template"),
        path("<uuid:import_id>/", file, given, name=f"{name}_import"),
        path("<uuid:import_id>/decide/", file_decide, given, name=f"{name}_import_decide"),
        path("<uuid:import_id>/report.csv", file_report, given, name=f"{name}_import_report"),
    ]


@require_http_methods(["GET", "POST"])
def files(request: HttpRequest, imports: Imports) -> HttpResponse:
    """Hand a file in; below, what was handed in before."""
    actor = actor_of(request)
    titles = imports.titles(actor)
    if not titles:
        raise not_permitted()
    form = UploadForm(request.POST or None, request.FILES or None, imports=imports, titles=titles)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            row = hand_in(
                imports,
                data["what"],
                data["file"],
                filename=data["file"].name,
                region=data.get("region", ""),
                by=actor,
            )
        except Refused as refused:
            form.add_error(refused.place if refused.place in form.fields else "file", refused.told)
        else:
            return redirect(imports.page("import", row.pk))

    def fetch(asked: Asked) -> Found:
        return from_queryset(list_imports(imports, by=actor).filter(**asked.filters), asked)

    context = {
        "form": form,
        "list_title": _("Import"),
        "crumbs": _crumbs(imports),
        "templates": [
            (title, imports.page("template", what)) for what, title in titles if not imports.kinds[what].reads
        ],
    }
    response = render_list(request, _list(imports), fetch, template="transfer/imports.html", context=context)
    if form.errors:
        response.status_code = 422
    return response


@require_safe
def template(request: HttpRequest, imports: Imports, what: str) -> HttpResponse:
    """A workbook to fill in."""
    kind = require_import(imports, what, actor_of(request))
    if kind.reads:
        raise NotFound("no_such_import", zh=f"没有“{what}”的模板。", en=f"There is no template for {what}.")
    out = io.BytesIO()
    title = str(dict(imports.model._meta.get_field("what").flatchoices)[what])
    write_template(kind.columns(), out, lang="en" if reads_english() else "zh", title=title)
    headers = {"Content-Disposition": f'attachment; filename="{what}-template.xlsx"'}
    return HttpResponse(out.getvalue(), content_type=XLSX, headers=headers)


@require_safe
def file(request: HttpRequest, imports: Imports, import_id: UUID) -> HttpResponse:
    """One file: how far it is, what was found, what may be done with it."""
    actor = actor_of(request)
    row = get_import(imports, import_id, by=actor)
    busy = row.status in (Status.CHECKING, Status.RUNNING)
    open_ = row.status in (Status.CHECKED, Status.FAILED)
    context = {
        "row": row,
        "busy": busy,
        "job": JobProgress.objects.filter(pk=row.job).first() if row.job and busy else None,
        "errors": [RowError(**error) for error in row.errors[:SHOWN_ERRORS]],
        "more": max(0, row.errors_total - SHOWN_ERRORS),
        "good": row.rows - row.wrong,
        "message": in_lang(row.message) if row.message else "",
        "may_decide": open_ and may_import(imports, row.what, actor),
        "decide_url": imports.page("import_decide", row.pk),
        "report_url": imports.page("import_report", row.pk),
        "crumbs": [*_crumbs(imports), (_("Import"), imports.page("imports"))],
    }
    return render(request, "transfer/import.html", context)


@require_POST
def file_decide(request: HttpRequest, imports: Imports, import_id: UUID) -> HttpResponse:
    """All rows, the good ones, or none."""
    actor, mode = actor_of(request), request.POST.get("mode", "")
    try:
        if mode == "drop":
            drop(imports, import_id, by=actor)
        else:
            decide(imports, import_id, mode, by=actor)
    except NotFound:
        raise
    except Refused as refused:
        messages.error(request, refused.told)
    return redirect(imports.page("import", import_id))


@require_safe
def file_report(request: HttpRequest, imports: Imports, import_id: UUID) -> HttpResponse:
    """What is wrong, as a spreadsheet to work through."""
    row = get_import(imports, import_id, by=actor_of(request))
    chunks = csv_chunks(REPORT, report_rows(row.errors), lang="en" if reads_english() else "zh")
    headers = {"Content-Disposition": f'attachment; filename="report-{str(import_id)[:8]}.csv"'}
    return StreamingHttpResponse(chunks, content_type="text/csv; charset=utf-8", headers=headers)  # type: ignore[return-value]


def _crumbs(imports: Imports) -> list[tuple[str, str]]:
    title, url = imports.home
    return [(str(title), reverse(url))]


def _list(imports: Imports) -> ListSpec:
    what = imports.model._meta.get_field("what")
    return ListSpec(
        name="imports",
        columns=[
            Column("filename", _("File"), link=lambda row: imports.page("import", row.pk)),
            Column("what", _("Content"), value=lambda row: row.get_what_display()),
            Column("status", _("Status"), value=lambda row: row.get_status_display()),
            Column("rows", _("Rows"), kind="number", sort="rows"),
            Column("wrong", _("Wrong rows"), kind="number"),
            Column("by", _("By")),
            Column("at", _("Handed in"), kind="datetime", sort="at"),
        ],
        filters=[
            Filter("what", _("Content"), what.flatchoices),
            Filter("status", _("Status"), Status.choices),
        ],
        order="-at",
        searchable=False,
        empty_title=_("Nothing was handed in yet"),
    )
