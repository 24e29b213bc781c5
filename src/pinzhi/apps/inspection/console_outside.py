"""Pages of results from elsewhere: the list, a file of them, and all checks of the same goods."""

from __future__ import annotations

import io
import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pinzhi.apps.inspection import access, queries_outside, tables_lists
from pinzhi.apps.inspection.actions.import_outside import import_outside
from pinzhi.apps.inspection.console import crumbs
from pinzhi.apps.inspection.forms_outside import OutsideForm
from pinzhi.apps.inspection.outside_files import COLUMNS
from pinzhi.kernel.access.actor import Actor, actor_of
from pinzhi.kernel.errors import NotFound, NotPermitted, Refused
from pinzhi.kernel.transfer.writing import write_template
from pinzhi.kernel.web.lists import Asked, Found, from_queryset, render_list
from pinzhi.kernel.web.texts import reads_english

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def require_taking(actor: Actor) -> None:
    if not access.anywhere(actor, "inspection.report"):
        raise NotPermitted(
            "not_permitted", zh="您没有接收外部结果的权限。", en="You may not take in results from elsewhere."
        )


def _trail(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs((_("Results from elsewhere"), reverse("inspection_outside")), *more)


@require_safe
def outside(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    queries_outside.require_reading(actor)

    def found(asked: Asked) -> Found:
        return from_queryset(queries_outside.outside(by=actor, search=asked.search, **asked.filters), asked)

    may = access.anywhere(actor, "inspection.report")
    context = {
        "list_title": _("Results from elsewhere"),
        "crumbs": crumbs(),
        "new_url": reverse("inspection_outside_import") if may else "",
        "new_title": _("Take a file in"),
    }
    return render_list(
        request, tables_lists.outside(), found, template="inspection/list.html", context=context
    )


@require_http_methods(["GET", "POST"])
def outside_import(request: HttpRequest) -> HttpResponse:
    """A file of results: what was taken, and each refused row with its reason."""
    actor = actor_of(request)
    require_taking(actor)
    form = OutsideForm(request.POST or None, request.FILES or None)
    imported = None
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            imported = import_outside(
                upload, source=form.cleaned_data["source"], filename=upload.name, by=actor
            )
        except Refused as refused:
            place = refused.place if refused.place in form.fields else "file"
            form.add_error(place, f"{refused.text} {refused.remedy}".strip())
    titles = {c.name: c.en if reads_english() else c.zh for c in COLUMNS}
    return render(
        request,
        "inspection/outside_import.html",
        {
            "form": form,
            "imported": imported,
            "errors": [(e, titles.get(e.column or "", e.column or "")) for e in imported.errors]
            if imported
            else [],
            "earlier": queries_outside.uploads(by=actor)[:20],
            "crumbs": _trail(),
        },
        status=422 if form.errors else 200,
    )


@require_safe
def outside_template(request: HttpRequest) -> HttpResponse:
    """An empty spreadsheet with the columns that the import reads."""
    require_taking(actor_of(request))
    out = io.BytesIO()
    write_template(COLUMNS, out, lang="en" if reads_english() else "zh", title=_("Results from elsewhere"))
    headers = {"Content-Disposition": 'attachment; filename="outside-results.xlsx"'}
    return HttpResponse(out.getvalue(), content_type=XLSX, headers=headers)


@require_safe
def goods(request: HttpRequest, key: str) -> HttpResponse:
    """Everything that was checked of the same goods, whoever checked it, and whether they may be checked again."""
    actor = actor_of(request)
    queries_outside.require_reading(actor)
    if not re.fullmatch(r"[0-9a-f]{64}", key):
        raise NotFound("no_such_goods", zh="没有这种产品。", en="There are no such goods.")
    found = queries_outside.goods(key, by=actor)
    failed = sum(check.result == "fail" for check in found.checks)
    return render(
        request,
        "inspection/goods.html",
        {
            "goods": found,
            "figures": [
                {"title": _("Checks"), "value": len(found.checks)},
                {"title": _("By others"), "value": sum(not check.ours for check in found.checks)},
                {"title": _("Failed"), "value": failed},
            ],
            "facts": [
                (title, value)
                for title, value in (
                    (_("Producer"), f"{found.producer} {found.producer_code}".strip()),
                    (_("Standard executed"), found.standard),
                    (_("Trade mark"), found.trademark),
                    (_("Specification and model"), found.specification),
                )
                if value
            ],
            "crumbs": _trail(),
        },
    )
