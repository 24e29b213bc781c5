"""Pages of limits: documents, the indicator table of one, entering, confirming, spreadsheets in and out."""

from __future__ import annotations

import io
from collections.abc import Set
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.apps.standards import access, tables_limits
from pinzhi.apps.standards import queries_limits as queries
from pinzhi.apps.standards.access_verbs_limits import CONFIRM, ENTER
from pinzhi.apps.standards.actions.decide_limits import confirm_limits, refuse_limits, withdraw_limits
from pinzhi.apps.standards.actions.enter_limits import change_limit, enter_limits
from pinzhi.apps.standards.actions.import_limits import (
    check_limit_import,
    drop_limit_import,
    run_limit_import,
)
from pinzhi.apps.standards.actions.save_limit_documents import save_limit_documents
from pinzhi.apps.standards.forms_limits import DocumentForm, LimitForm, LimitUploadForm
from pinzhi.apps.standards.limit_columns import TEMPLATE_COLUMNS, exported
from pinzhi.apps.standards.limit_words import vocabulary
from pinzhi.apps.standards.models.limits import LimitDocument, LimitEntry, LimitImport
from pinzhi.apps.standards.publishing_limits import LIMITS
from pinzhi.kernel.access.actor import Actor, actor_of, user_of
from pinzhi.kernel.errors import NotFound, Refused, RefusedRows, RowError
from pinzhi.kernel.transfer.writing import csv_chunks, jsonl_chunks, write_template, write_xlsx
from pinzhi.kernel.web.lists import Asked, Found, from_queryset, render_list
from pinzhi.kernel.web.texts import in_lang, reads_english

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (_("Standards"), reverse("standards_index")),
        (_("Limits of indicators"), reverse("standards_limits")),
        *more,
    ]


def home(request: HttpRequest) -> str:
    """The region for which this account keeps things: where its agency sits, else the first that a right names."""
    regions = [right.region for right in actor_of(request).rights if right.region]
    return user_of(request).region or (regions[0] if regions else "")


def may(actor: Actor, verb: str, region: str) -> bool:
    return access.allowed(actor, verb, region, register=LIMITS)


@require_safe
def documents(request: HttpRequest) -> HttpResponse:
    """Documents that set limits."""
    actor = actor_of(request)

    def fetch(asked: Asked) -> Found:
        return from_queryset(queries.limit_documents(search=asked.search, **asked.filters), asked)

    context = {
        "list_title": _("Limits of indicators"),
        "crumbs": crumbs()[:1],
        "may_enter": access.anywhere(actor, ENTER, register=LIMITS),
        "waiting": queries.waiting_limits(by=actor).count()
        if access.anywhere(actor, CONFIRM, register=LIMITS)
        else 0,
    }
    return render_list(
        request, tables_limits.documents(), fetch, template="standards/limits.html", context=context
    )


@require_http_methods(["GET", "POST"])
def new_document(request: HttpRequest) -> HttpResponse:
    return _document_form(request, None)


@require_http_methods(["GET", "POST"])
def edit_document(request: HttpRequest, pk: int) -> HttpResponse:
    return _document_form(request, queries.limit_document(pk))


def _document_form(request: HttpRequest, row: LimitDocument | None) -> HttpResponse:
    actor = actor_of(request)
    names = ("number", "market", "title_zh", "title_en", "family", "effective_on", "withdrawn_on", "source")
    initial = {name: getattr(row, name) for name in names} if row else {"market": "CN"}
    region = row.region if row else home(request)
    access.require(actor, ENTER, [region], register=LIMITS)
    form = DocumentForm(request.POST or None, initial=initial)
    if row:
        form.fields["number"].disabled = True
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_limit_documents([form.values()], region=region, by=actor)[0]
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("standards_limit_document", saved.pk)
    back = reverse("standards_limit_document", args=[row.pk]) if row else reverse("standards_limits")
    context = {
        "form": form,
        "form_title": _("Change the document") if row else _("Register a document with limits"),
        "crumbs": crumbs((row.number, back)) if row else crumbs(),
    }
    return render(request, "web/form_page.html", context, status=422 if form.errors else 200)


@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """The indicator table of one document: what is confirmed, what waits, what clashes."""
    return _document_page(request, queries.limit_document(pk))


def _document_page(
    request: HttpRequest,
    row: LimitDocument,
    *,
    chosen: Set[int] = frozenset(),
    reason: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page; what was ticked and written stands there again where it was refused."""
    actor = actor_of(request)
    past = request.GET.get("past") == "1"
    found = queries.places(row, past=past)
    kinds = vocabulary().kinds
    rows: list[dict[str, Any]] = []
    clashes: list[dict[str, Any]] = []
    for place in found:
        lines = [
            {
                "entry": e,
                "kind": in_lang(kinds[e.kind].title),
                "clash": place.clash,
                "chosen": e.pk in chosen,
            }
            for e in place.entries
        ]
        (clashes if place.clash else rows).extend(lines)
    may_confirm = may(actor, CONFIRM, row.region)
    waiting = [line for line in rows if line["entry"].state == LimitEntry.State.ENTERED]
    return render(
        request,
        "standards/limit_document.html",
        {
            "row": row,
            "title": tables_limits.title_of(row),
            "market": tables_limits.market_name(row.market),
            "crumbs": crumbs(),
            "rows": rows,
            "clashes": clashes,
            "past": past,
            "may_enter": may(actor, ENTER, row.region),
            "may_confirm": may_confirm,
            "username": actor.username,
            "to_confirm": [line for line in waiting if line["entry"].entered_by != actor.username]
            if may_confirm
            else [],
            "confirmed": sum(line["entry"].state == LimitEntry.State.CONFIRMED for line in [*rows, *clashes]),
            "waiting": len(waiting),
            "reason": reason,
        },
        status=status,
    )


@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter one limit; the next is begun with the same products, method and source."""
    actor = actor_of(request)
    row = queries.limit_document(pk)
    access.require(actor, ENTER, [row.region], register=LIMITS)
    like = row.limits.filter(entered_by=actor.username).order_by("-pk").first()
    initial: dict[str, Any] = {"aggregate": "each"}
    if like is not None:
        initial |= {
            n: getattr(like, n)
            for n in ("kind", "clause", "source", "scope", "applies", "method", "conditions")
        }
    form = LimitForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = enter_limits(row.pk, [form.row()], by=actor)
        except RefusedRows as refused:
            form.refuse(refused)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(
                request,
                _("Saved. Somebody else confirms it.") if made else _("This limit stands there already."),
            )
            if "again" in request.POST:
                return redirect("standards_limit_enter", row.pk)
            return redirect("standards_limit_document", row.pk)
    return _limit_form(request, form, row, _("Enter a limit"), again=True)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a limit that nobody has confirmed yet."""
    actor = actor_of(request)
    entry = queries.limit_entry(pk)
    access.require(actor, ENTER, [entry.document.region], register=LIMITS)
    names = (
        "analyte",
        "kind",
        "value",
        "aggregate",
        "clause",
        "source",
        "scope",
        "applies",
        "method",
        "conditions",
    )
    initial = {name: getattr(entry, name) for name in (*names, "effective_on", "withdrawn_on", "note")}
    form = LimitForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        typed = request.POST.get("revision", "")
        revision = int(typed) if typed.isdigit() else None
        try:
            change_limit(entry.pk, form.row(), revision=revision, by=actor)
        except RefusedRows as refused:
            form.refuse(refused)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("standards_limit_document", entry.document_id)
    return _limit_form(request, form, entry.document, _("Change the limit"), revision=entry.revision)


def _limit_form(
    request: HttpRequest,
    form: LimitForm,
    row: LimitDocument,
    title: str,
    *,
    again: bool = False,
    revision: int = 0,
) -> HttpResponse:
    back = reverse("standards_limit_document", args=[row.pk])
    context = {
        "form": form,
        "form_title": title,
        "document": row,
        "again": again,
        "revision": revision,
        "back": back,
        "crumbs": crumbs((row.number, back)),
    }
    return render(request, "standards/limit_form.html", context, status=422 if form.errors else 200)


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm, send back or take down the limits that were chosen."""
    actor = actor_of(request)
    row = queries.limit_document(pk)
    ids = [int(one) for one in request.POST.getlist("limit") if one.isdigit()]
    mine = set(row.limits.filter(pk__in=ids).values_list("pk", flat=True))
    step, reason = request.POST.get("step", ""), request.POST.get("reason", "")
    try:
        if step == "confirm":
            done = confirm_limits(sorted(mine), over=reason, by=actor)
        elif step == "refuse":
            done = refuse_limits(sorted(mine), reason=reason, by=actor)
        elif step == "withdraw":
            done = withdraw_limits(sorted(mine), reason=reason, by=actor)
        else:
            raise NotFound("no_such_step", zh="没有这个操作。", en="There is no such step.")
    except RefusedRows as refused:
        for error in refused.rows[:10]:
            messages.error(request, f"{error.column} {error.value}：{error.wrong}。{error.right}")
        return _document_page(request, row, chosen=mine, reason=reason, status=422)
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        messages.error(request, refused.told)
        return _document_page(request, row, chosen=mine, reason=reason, status=422)
    else:
        words = {
            "confirm": ngettext(
                "%(n)s limit confirmed and published.", "%(n)s limits confirmed and published.", len(done)
            ),
            "refuse": ngettext("%(n)s limit sent back.", "%(n)s limits sent back.", len(done)),
            "withdraw": ngettext("%(n)s limit taken down.", "%(n)s limits taken down.", len(done)),
        }
        messages.success(request, words[step] % {"n": len(done)})
    return redirect("standards_limit_document", row.pk)


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Documents with limits that wait for this account to confirm."""
    actor = actor_of(request)
    counts: dict[int, int] = {}
    rows: dict[int, LimitDocument] = {}
    for entry in queries.waiting_limits(by=actor):
        if may(actor, CONFIRM, entry.document.region):
            rows[entry.document_id] = entry.document
            counts[entry.document_id] = counts.get(entry.document_id, 0) + 1
    found = [{"document": rows[pk], "count": counts[pk]} for pk in rows]
    return render(request, "standards/limits_waiting.html", {"rows": found, "crumbs": crumbs()})


@require_safe
def download(request: HttpRequest, kind: str, pk: int | None = None) -> HttpResponse:
    """Confirmed limits of one document, or of all; the file opens in the import again."""
    if kind not in MEDIA:
        raise NotFound("no_such_format", zh=f"没有“{kind}”格式。", en=f"There is no format {kind}.")
    entries = LimitEntry.objects.filter(state=LimitEntry.State.CONFIRMED).select_related("document")
    name = "limits"
    if pk is not None:
        row = queries.limit_document(pk)
        entries, name = entries.filter(document=row), f"limits-{row.pk}"
    lang = "en" if reads_english() else "zh"
    ordered = entries.order_by("document__market", "document__number", "analyte", "id")
    rows = exported(list(ordered[:50_000]), lang)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    if kind == "xlsx":
        out = io.BytesIO()
        write_xlsx(TEMPLATE_COLUMNS, rows, out, lang=lang)
        return HttpResponse(out.getvalue(), content_type=MEDIA[kind], headers=headers)
    chunks = (
        csv_chunks(TEMPLATE_COLUMNS, rows, lang=lang)
        if kind == "csv"
        else jsonl_chunks(TEMPLATE_COLUMNS, rows)
    )
    return HttpResponse(b"".join(chunks), content_type=MEDIA[kind], headers=headers)


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    out = io.BytesIO()
    write_template(
        TEMPLATE_COLUMNS, out, lang="en" if reads_english() else "zh", title=_("Limits of indicators")
    )
    headers = {"Content-Disposition": 'attachment; filename="limits-template.xlsx"'}
    return HttpResponse(out.getvalue(), content_type=MEDIA["xlsx"], headers=headers)


@require_http_methods(["GET", "POST"])
def import_file(request: HttpRequest) -> HttpResponse:
    """Hand a spreadsheet in; it is checked row by row and nothing is entered yet."""
    actor = actor_of(request)
    access.require(actor, ENTER, [home(request)], register=LIMITS)
    form = LimitUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = check_limit_import(file, file.name, region=home(request), by=actor)
        except Refused as refused:
            form.add_error("file", refused.told)
        else:
            return redirect("standards_limit_import_page", made.pk)
    recent = LimitImport.objects.filter(by=actor.username).defer("rows", "errors")[:10]
    context = {"form": form, "recent": recent, "crumbs": crumbs()}
    return render(request, "standards/limit_import.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def import_page(request: HttpRequest, import_id: Any) -> HttpResponse:
    """What a file holds and what is wrong with it; bring it in, only the good rows, or give it up."""
    actor = actor_of(request)
    row = queries.limit_import(import_id)
    access.require(actor, ENTER, [row.region], register=LIMITS)
    if request.method == "POST":
        mode = request.POST.get("mode")
        if mode == "drop":
            drop_limit_import(row.pk, by=actor)
            return redirect("standards_limit_import")
        try:
            row, new = run_limit_import(row.pk, good_only=mode == "good", by=actor)
        except RefusedRows as refused:
            messages.error(request, refused.text)
        else:
            messages.success(request, _("%(n)s limits entered; somebody else confirms them.") % {"n": new})
            return redirect("standards_limits")
    errors = [RowError(**error) for error in row.errors]
    context = {
        "row": row,
        "errors": errors[:200],
        "more": max(len(errors) - 200, 0),
        "good": row.count - row.wrong,
        "open": row.status == LimitImport.Status.CHECKED,
        "crumbs": crumbs((_("Bring in"), reverse("standards_limit_import"))),
    }
    return render(request, "standards/limit_import_page.html", context)
