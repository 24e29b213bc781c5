"""The console's pages of draws and of the tasks that come of them."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.apps.inspection import (
    access,
    draw_words,
    frames,
    queries,
    tables,
)
from pinzhi.apps.inspection.actions.freeze_draw import freeze_draw
from pinzhi.apps.inspection.actions.make_draw import make_draw
from pinzhi.apps.inspection.actions.name_draw import abandon_draw, name_draw
from pinzhi.apps.inspection.actions.name_public_value import name_public_value
from pinzhi.apps.inspection.actions.open_draw import (
    audit_draw,
    close_task,
    note_reading_of,
    open_draw,
    prove_unit,
    read_draw,
)
from pinzhi.apps.inspection.console import crumbs, form_page
from pinzhi.apps.inspection.forms import ReasonForm, TaskForm
from pinzhi.apps.inspection.forms_draws import DrawForm, DrawnValueForm, ValueForm
from pinzhi.apps.inspection.models import Capability, Draw, Task
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.web.lists import Asked, Found, from_queryset, render_list
from pinzhi.kernel.web.texts import reads_english

# --- draws ------------------------------------------------------------------------------------------------


@require_safe
def draws(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)

    def found(asked: Asked) -> Found:
        return from_queryset(queries.draws(by=actor, **asked.filters), asked)

    context = {"list_title": _("Draws"), "crumbs": crumbs()}
    return render_list(request, tables.draws(), found, template="inspection/list.html", context=context)


@require_safe
def draw(request: HttpRequest, number: str) -> HttpResponse:
    """The steps of a draw with what was committed at each, and the next one to take."""
    actor = actor_of(request)
    row = queries.draw(number, by=actor)
    may_draw = access.allowed(actor, "inspection.draw", row.region)
    may_open = access.allowed(actor, "inspection.open_draw", row.region)
    absent = row.tasks.filter(status=Task.Status.ABSENT).count()
    steps = {
        "freeze": may_draw and row.stage == "named",
        "value": may_draw and (row.stage == "frozen" or (row.stage == "drawn" and absent > 0)),
        "make": may_draw and row.stage == "awaited",
        "open": may_open and row.stage == "drawn",
        "abandon": may_open and row.stage not in ("opened", "abandoned"),
        "read": row.stage == "opened"
        or (row.stage in ("drawn", "awaited") and row.units.exists() and access.allowed(actor, "inspection.read_draw", row.region)),
    }  # fmt: skip
    facts = [
        (_("Number"), row.number),
        (_("Programme"), row.programme.title),
        (_("Stage"), row.get_stage_display()),
        (_("Round"), row.round),
        (_("Units on the roster"), row.roster_size or None),
        (
            _("Left out"),
            _left_out(row) if row.frozen_at else None,
        ),
        (_("Units in the frame"), row.frame_size or None),
        (_("To draw"), row.size or None),
        (_("Commitment"), row.commitment),
        (_("Public value"), draw_words.public_value(row.declaration, "source")),
        (_("Fallback"), draw_words.public_value(row.declaration, "fallback")),
        (_("Value"), row.public_value),
        (_("Digest of the result"), row.result_root),
        (_("Given up because"), row.abandoned_reason),
    ]
    return render(
        request,
        "inspection/draw.html",
        {
            "row": row,
            "crumbs": crumbs((_("Draws"), reverse("inspection_draws"))),
            "facts": [(title, value) for title, value in facts if value not in ("", None)],
            "design": draw_words.design_lines(row),
            "coming": draw_words.coming(row) if row.stage == Draw.Stage.NAMED else [],
            "by_product": row.scope.get("unit") == "product",
            "steps": steps,
            "events": [
                {"title": EVENTS.get(e.kind, e.kind), "when": e.at, "who": e.by, "text": ""}
                for e in reversed(list(row.events.all()))
            ],
            "files": row.files.exclude(public_at=None).order_by("name"),
            "due": row.public_due_at,
            "may_audit": row.stage == "opened" and access.allowed(actor, "inspection.audit_draw", row.region),
        },
    )


def _left_out(row: Draw) -> str:
    said = frames.in_words(row.exclusion_counts, english=reads_english())
    return f"{row.excluded} ({said})" if said else str(row.excluded)


class _Events(dict[str, Any]):
    """Titles of a draw's events, made when they are asked for."""

    def get(self, key: str, default: Any = None) -> Any:
        return {
            "name_draw": _("Named"),
            "freeze_draw": _("Frame frozen and committed"),
            "name_public_value": _("Public value named"),
            "make_draw": _("Drawn"),
            "open_draw": _("Opened to everybody"),
            "abandon_draw": _("Abandoned"),
            "read_draw": _("Result read before it was open"),
        }.get(key, default)


EVENTS = _Events()


@require_http_methods(["GET", "POST"])
def draw_new(request: HttpRequest, number: str) -> HttpResponse:
    """Name a draw of a programme, before anything of it is made."""
    actor = actor_of(request)
    programme = queries.programme(number, by=actor)
    rules = [(p.rules.code, str(p.rules)) for p in programme.products.select_related("rules")]
    form = DrawForm(request.POST or None, programme=programme, rules=rules)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = name_draw(
                number,
                title=data["title"],
                rules=data["rules"],
                scope=form.scope(),
                design=form.design(),
                by=actor,
            )
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("The draw is named; everybody can see that it is to come."))
            return redirect("inspection_draw", made.number)
    return form_page(
        request,
        form,
        _("Name a draw"),
        crumbs((programme.title, reverse("inspection_programme", args=[number]))),
    )


@require_POST
def draw_freeze(request: HttpRequest, number: str) -> HttpResponse:
    return _stepped(
        request,
        number,
        lambda: freeze_draw(number, by=actor_of(request)),
        _("The frame is frozen and its commitment is public."),
    )


def _stepped(request: HttpRequest, number: str, work: Callable[[], Any], said: str) -> HttpResponse:
    """Carry out a step that has a button; a refusal is told on the draw's own page."""
    try:
        work()
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        messages.error(request, f"{refused.text} {refused.remedy}".strip())
    else:
        messages.success(request, said)
    return redirect("inspection_draw", number)


@require_http_methods(["GET", "POST"])
def draw_value(request: HttpRequest, number: str) -> HttpResponse:
    actor = actor_of(request)
    queries.draw(number, by=actor)
    form = ValueForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            name_public_value(number, source=form.source(), fallback=form.fallback(), by=actor)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("The public value is named."))
            return redirect("inspection_draw", number)
    return form_page(request, form, _("Name the public value"), _draw_trail(number))


@require_http_methods(["GET", "POST"])
def draw_make(request: HttpRequest, number: str) -> HttpResponse:
    actor = actor_of(request)
    row = queries.draw(number, by=actor)
    form = DrawnValueForm(request.POST or None, declaration=row.declaration)
    if request.method == "POST" and form.is_valid():
        try:
            make_draw(number, value=form.value(), by=actor)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(
                request,
                _("Drawn. Until it is open only those who must act read it, and each reading is noted."),
            )
            return redirect("inspection_draw", number)
    lead = draw_words.public_value(row.declaration, "source")
    title = _("Make the draw")
    return form_page(request, form, title, _draw_trail(number), lead=lead, submit=title)


@require_POST
def draw_open(request: HttpRequest, number: str) -> HttpResponse:
    return _stepped(
        request,
        number,
        lambda: open_draw(number, by=actor_of(request)),
        _("The draw is open; its files stand on the portal."),
    )


@require_http_methods(["GET", "POST"])
def draw_abandon(request: HttpRequest, number: str) -> HttpResponse:
    actor = actor_of(request)
    queries.draw(number, by=actor)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            abandon_draw(number, form.cleaned_data["reason"], by=actor)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect("inspection_draw", number)
    return form_page(request, form, _("Give the draw up"), _draw_trail(number))


@require_safe
def draw_result(request: HttpRequest, number: str) -> HttpResponse:
    """The drawn units with their tasks; the reading is noted while the draw is closed."""
    actor = actor_of(request)
    row = queries.draw(number, by=actor)
    units = read_draw(number, by=actor)
    names = frames.names([u.uscc for u in units])
    for unit in units:
        unit.stratum_title = draw_words.stratum(row, unit.stratum)  # type: ignore[attr-defined]
    lines = [(u, names.get(u.uscc, u.uscc), getattr(u, "task", None)) for u in units]
    return render(
        request,
        "inspection/draw_result.html",
        {"row": row, "lines": lines, "closed": row.stage != "opened", "crumbs": _draw_trail(number)},
    )


@require_safe
def draw_audit(request: HttpRequest, number: str) -> FileResponse:
    """All files of an open draw as a ZIP, for an auditor."""
    folder, out = tempfile.TemporaryDirectory(), tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    with folder as target:
        paths = audit_draw(number, Path(target), by=actor_of(request))
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for path in paths:
                archive.write(path, path.name)
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{number}-audit.zip")


@require_safe
def draw_proof(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """One firm's own proof, for verify_draw.py."""
    found = prove_unit(number, key, by=actor_of(request))
    response = JsonResponse(found, json_dumps_params={"ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="proof.json"'
    return response


def _draw_trail(number: str) -> list[tuple[str, str]]:
    return crumbs(
        (_("Draws"), reverse("inspection_draws")), (number, reverse("inspection_draw", args=[number]))
    )


# --- tasks ------------------------------------------------------------------------------------------------


@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """Tasks to carry out; those of a draw that is not open are read by whom they concern, and that is noted."""
    actor = actor_of(request)

    def found(asked: Asked) -> Found:
        shown = from_queryset(queries.tasks(by=actor, **asked.filters), asked)
        note_reading_of(shown.rows, by=actor)
        firms = frames.names([t.uscc for t in shown.rows])
        labs = dict(
            Capability.objects.filter(body_code__in={t.laboratory for t in shown.rows}).values_list(
                "body_code", "name"
            )
        )
        for task in shown.rows:
            task.firm_name, task.laboratory_name = firms.get(task.uscc, ""), labs.get(task.laboratory, "")
        return shown

    context = {"list_title": _("Tasks"), "crumbs": crumbs()}
    return render_list(request, tables.tasks(), found, template="inspection/list.html", context=context)


@require_http_methods(["GET", "POST"])
def task_close(request: HttpRequest, number: str) -> HttpResponse:
    actor = actor_of(request)
    form = TaskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            close_task(number, form.cleaned_data["status"], form.cleaned_data["reason"], by=actor)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("inspection_tasks")
    return form_page(
        request, form, _("What became of the task"), crumbs((_("Tasks"), reverse("inspection_tasks")))
    )
