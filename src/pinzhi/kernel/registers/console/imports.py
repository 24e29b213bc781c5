"""Import of a spreadsheet: template, upload, report row by row, then all rows or the good ones."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.kernel.access.actor import Actor, actor_of
from pinzhi.kernel.access.queries import holds_any
from pinzhi.kernel.errors import NotFound, NotPermitted, Refused, RowError
from pinzhi.kernel.jobs import queries as jobs
from pinzhi.kernel.registers import importing, queries
from pinzhi.kernel.registers.actions.receive_import import batch_url, receive_import, start_import
from pinzhi.kernel.registers.columns import import_columns
from pinzhi.kernel.registers.console import common, lists
from pinzhi.kernel.registers.definitions import Register, Transition
from pinzhi.kernel.registers.exporting import MEDIA_TYPES
from pinzhi.kernel.registers.models import ImportBatch
from pinzhi.kernel.transfer.reporting import REPORT, report_rows
from pinzhi.kernel.transfer.writing import csv_chunks, write_template, write_xlsx
from pinzhi.kernel.web.marks import Mark
from pinzhi.kernel.web.texts import in_lang, reads_english

SHOWN_ERRORS = 200


class UploadForm(forms.Form):
    """The step for which the rows stand, and the file."""

    step = forms.ChoiceField()
    file = forms.FileField(allow_empty_file=True)

    def __init__(self, steps: list[Transition], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["step"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [(step.name, in_lang(step.title)) for step in steps]
        chosen.label = _("What the rows are")
        chosen.help_text = _("Each row is entered by this step, by the same rules as one record.")
        file = self.fields["file"]
        file.label = _("File")
        file.help_text = _(
            "CSV, XLSX, JSON or JSON Lines. Headers may be Chinese, English, or the names of the template."
        )
        file.error_messages = {**file.error_messages, "required": _("Choose the file.")}
        file.widget.attrs["accept"] = ".csv,.xlsx,.json,.jsonl,.txt"


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, name: str) -> HttpResponse:
    """Template and upload; what was sent is checked before anything is entered."""
    actor, register = common.register_of(request, name)
    steps = _steps(actor, register)
    initial = {"step": next((s.name for s in steps if s.name == "enter_decision"), steps[0].name)}
    form = UploadForm(steps, request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            batch = receive_import(name, form.cleaned_data["step"], sent, filename=sent.name, by=actor)
        except Refused as refused:
            form.add_error("file", f"{refused.text} {refused.remedy}".strip())
        else:
            return redirect(batch_url(batch))
    chosen = register.life.transition(request.GET.get("step", "")) or register.life.transition(
        initial["step"]
    )
    assert chosen is not None
    context = {
        "register": register,
        "form": form,
        "begin": [(s, _template_url(register, s)) for s in steps if None in s.from_],
        "later": [(s, _template_url(register, s)) for s in steps if None not in s.from_],
        "columns": import_columns(register, chosen),
        "chosen": chosen,
        "before": ImportBatch.objects.filter(register=name, by=actor.username)
        .defer("errors")
        .order_by("-at")[:5],
        "crumbs": common.crumbs(common.register_crumb(register)),
    }
    return render(request, "registers/import.html", context, status=422 if form.errors else 200)


def _template_url(register: Register, step: Transition) -> str:
    return reverse("registers_template", args=[register.name, "xlsx"]) + f"?step={step.name}"


def _steps(actor: Actor, register: Register) -> list[Transition]:
    """The steps that a file may carry out: those that begin a record first, then those on records that are there."""
    if not lists.may_import(actor, register):
        raise NotPermitted(
            "not_permitted",
            zh=f"您不能向“{register.title.zh}”导入。",
            en=f"You may not import into “{register.title.en}”.",
            remedy_zh="请由有经办权限的人员办理。",
            remedy_en="Ask somebody who holds the right.",
        )
    begin = common.beginnings(actor, register)
    later = [s for s in lists.bulk_steps(actor, register) if s not in begin]
    return begin + later


def _step(register: Register, name: str) -> Transition:
    return common.step_of(register, name) if name else next(s for s in register.life.transitions if s.entry)


@require_safe
def template(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """The spreadsheet to fill in: headers, text format for codes, lists of choices, a sheet of explanations."""
    actor, register = common.register_of(request, name)
    steps = _steps(actor, register)
    step = _step(register, request.GET.get("step", steps[0].name))
    columns = import_columns(register, step)
    lang = "en" if reads_english() else "zh"
    out = io.BytesIO()
    if kind == "xlsx":
        write_template(columns, out, lang=lang, title=in_lang(register.title))
    elif kind == "csv":
        out.writelines(csv_chunks(columns, [importing.sample_row(register, step)], lang=lang))
    else:
        raise NotFound("no_such_format", zh=f"没有“{kind}”格式。", en=f"There is no format {kind}.")
    response = HttpResponse(out.getvalue(), content_type=MEDIA_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}-{step.name}.{kind}"'
    return response


@require_safe
def batches(request: HttpRequest) -> HttpResponse:
    """What was imported lately, and the registers that take imports."""
    actor = actor_of(request)
    registers = {r.name: r for r in queries.registers_for(actor)}
    found = ImportBatch.objects.defer("errors").order_by("-at")
    if not holds_any(actor, ("auditor", "administrator")):
        found = found.filter(by=actor.username)
    rows = [
        {"batch": b, "register": registers[b.register], "url": batch_url(b), "mark": mark(b)}
        for b in found.filter(register__in=registers)[:50]
    ]
    into = [r for r in registers.values() if lists.may_import(actor, r)]
    return render(request, "registers/imports.html", {"rows": rows, "registers": into})


def mark(batch: ImportBatch) -> Mark:
    """Where an import stands."""
    return {
        "checking": Mark(_("Being checked"), "hourglass", "pz-course"),
        "checked": Mark(_("Checked, not yet imported"), "list-check", "pz-warn"),
        "importing": Mark(_("Being imported"), "hourglass", "pz-course"),
        "done": Mark(_("Imported"), "circle-check", "pz-good"),
        "failed": Mark(_("Cannot be read"), "ban", "pz-bad"),
    }.get(batch.status, Mark(batch.status, "circle-dashed"))


def _batch(request: HttpRequest, name: str, batch_id: UUID) -> tuple[Actor, Register, ImportBatch]:
    actor, register = common.register_of(request, name)
    batch = ImportBatch.objects.filter(pk=batch_id, register=name).first()
    if batch is None or (batch.by != actor.username and not holds_any(actor, ("auditor", "administrator"))):
        raise NotFound("no_such_import", zh="没有这次导入。", en="There is no such import.")
    return actor, register, batch


@require_safe
def batch(request: HttpRequest, name: str, batch_id: UUID) -> HttpResponse:
    """One import: what was found in the file, and what may be done with it."""
    actor, register, found = _batch(request, name, batch_id)
    job = None
    if found.status in ("checking", "importing"):
        job = next((j for j in jobs.list_jobs(by=actor) if j.link == batch_url(found)), None)
    again = None
    if found.status == "checked":
        again = importing.imported_before(name, found.digest)
    errors = [RowError(**error) for error in found.errors]
    context = {
        "register": register,
        "batch": found,
        "step": register.life.transition(found.transition),
        "mark": mark(found),
        "mine": found.by == actor.username,
        "wrong": found.rows - found.good,
        "errors": errors[:SHOWN_ERRORS],
        "more": max(0, len(errors) - SHOWN_ERRORS),
        "cut": len(errors) >= importing.KEPT_ERRORS,
        "again": again,
        "job": job,
        "job_url": reverse("jobs_job", args=[job.pk]) if job else "",
        "go_url": reverse("registers_import_go", args=[name, batch_id]),
        "reports": [
            (k.upper(), reverse("registers_report", args=[name, batch_id, k])) for k in ("xlsx", "csv")
        ],
        "crumbs": common.crumbs(
            common.register_crumb(register), (_("Import"), reverse("registers_import", args=[name]))
        ),
    }
    return render(request, "registers/batch.html", context)


@require_POST
def go(request: HttpRequest, name: str, batch_id: UUID) -> HttpResponse:
    """Import a checked file, all of it or its good rows."""
    actor, _register, found = _batch(request, name, batch_id)
    mode = "good" if request.POST.get("mode") == "good" else "all"
    try:
        start_import(found.pk, mode=mode, by=actor)
    except Refused as refused:
        messages.error(request, f"{refused.text} {refused.remedy}".strip())
    return redirect(batch_url(found))


@require_safe
def report(request: HttpRequest, name: str, batch_id: UUID, kind: str) -> HttpResponse:
    """The errors as a table: row, column, value, what is wrong, what would be right."""
    _actor, _register, found = _batch(request, name, batch_id)
    if kind not in ("xlsx", "csv"):
        raise NotFound("no_such_format", zh=f"没有“{kind}”格式。", en=f"There is no format {kind}.")
    lang = "en" if reads_english() else "zh"
    headers = {"Content-Disposition": f'attachment; filename="report-{batch_id}.{kind}"'}
    if kind == "csv":
        pieces = csv_chunks(REPORT, report_rows(found.errors), lang=lang)
        return StreamingHttpResponse(pieces, content_type=MEDIA_TYPES[kind], headers=headers)  # type: ignore[return-value]
    out = io.BytesIO()
    write_xlsx(REPORT, report_rows(found.errors), out, lang=lang)
    return HttpResponse(out.getvalue(), content_type=MEDIA_TYPES[kind], headers=headers)
