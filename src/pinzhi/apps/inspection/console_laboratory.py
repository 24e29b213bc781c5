"""The draw of a re-inspection's laboratory in the console: one page that shows the step whose turn it is."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pinzhi.apps.inspection import access, draw_words, laboratories, queries
from pinzhi.apps.inspection.actions import draw_laboratory as actions
from pinzhi.apps.inspection.console import crumbs
from pinzhi.apps.inspection.forms import ReasonForm
from pinzhi.apps.inspection.forms_draws import DrawnValueForm, ValueForm
from pinzhi.apps.inspection.models import Case, LaboratoryDraw
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor, actor_of
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.web.texts import in_lang
from pinzhi.rules.inspection.verify_draw import digest


def step_of(case: Case, actor: Actor) -> str:
    """Which step of a draw is to be taken: name, make, wait, next; nothing where none is."""
    if not access.allowed(actor, "inspection.handle_case", case.region):
        return ""
    row = actions.waiting(case)
    if row is not None:
        return "make" if clock.now() >= row.public_due_at else "wait"
    if "laboratory_named" not in queries.standing(case).next_steps:
        return ""
    return "next" if actions.next_in_line(case) else "name"


def step_title(step: str) -> str:
    return {
        "name": _("Register the draw of the laboratory"),
        "wait": _("Wait for the public value of the draw"),
        "make": _("Draw the laboratory"),
        "next": _("Take the next laboratory in line"),
    }.get(step, "")


def _name(row: LaboratoryDraw) -> str:
    """The laboratory that was drawn, by its name."""
    return next(
        (lab["name"] for lab in row.pools["laboratories"] if lab["id"] == row.laboratory), row.laboratory
    )


def facts_of(row: LaboratoryDraw) -> list[tuple[str, Any]]:
    names = {lab["id"]: lab["name"] for lab in row.pools["laboratories"]}
    value = row.settled.get("value", {})
    found = [
        (_("Number"), row.number),
        (_("Stage"), row.get_stage_display()),
        (_("Laboratory"), names.get(row.laboratory, row.laboratory)),
        (_("Declined"), "、".join(names.get(code, code) for code in row.declined)),
        (_("Public value"), draw_words.public_value(row.declaration, "source")),
        (_("Fallback"), draw_words.public_value(row.declaration, "fallback")),
        (_("Value"), (value.get("numbers") or value.get("signature") or "")[:100]),
        (_("Commitment"), digest("commitment", row.commitment)),
        (_("Given up because"), row.abandoned_reason),
    ]
    return [(title, value) for title, value in found if value]


@require_http_methods(["GET", "POST"])
def case_laboratory(request: HttpRequest, number: str) -> HttpResponse:
    """Register, make, continue or give up the draw; everything before stays to be seen."""
    actor = actor_of(request)
    case = queries.case(number, by=actor)
    step = step_of(case, actor)
    giving_up = "give_up" in (request.POST or request.GET) and step in ("wait", "make")
    form = _form(step, request, case, giving_up)
    if request.method == "POST":
        access.require(actor, "inspection.handle_case", [case.region])
        if form is None and step != "next":
            return _not_its_turn(request, number, actor)
        done = _done(case, step, form, giving_up, actor)
        if done:
            messages.success(request, done)
            return redirect("inspection_case" if step != "name" else "inspection_case_laboratory", number)
    draws = list(case.laboratory_draws.all())
    waiting = next((d for d in draws if d.stage == LaboratoryDraw.Stage.AWAITED), None)
    listed = (
        [(lab["id"], lab["name"], lab["why"]) for lab in draws[0].pools["laboratories"]]
        if step not in ("name", "") and draws
        else [(c.id, c.name, c.why) for c in laboratories.candidates(case, clock.today())]
    )
    trail = crumbs(
        (_("Cases"), reverse("inspection_cases")), (number, reverse("inspection_case", args=[number]))
    )
    return render(
        request,
        "inspection/case_laboratory.html",
        {
            "row": case,
            "step": step,
            "step_title": _("Give the draw up") if giving_up else step_title(step),
            "giving_up": giving_up,
            "form": form,
            "candidates": [
                (code, name, in_lang(laboratories.WHY[why]), not why) for code, name, why in listed
            ],
            "draws": [(one, facts_of(one)) for one in draws],
            "waiting": waiting,
            "source": draw_words.public_value(waiting.declaration, "source") if waiting else "",
            "crumbs": trail,
        },
        status=422 if form is not None and form.errors else 200,
    )


def _not_its_turn(request: HttpRequest, number: str, actor: Actor) -> HttpResponse:
    """A second click, or a page older than the draw: the action says why nothing is drawn now."""
    try:
        actions.make_laboratory_draw(number, value={}, by=actor)
    except Refused as refused:
        messages.error(request, f"{refused.text} {refused.remedy}".strip())
    return redirect("inspection_case_laboratory", number)


def _form(step: str, request: HttpRequest, case: Case, giving_up: bool) -> Any:
    data = request.POST or None
    if giving_up:
        return ReasonForm(data)
    if step == "name":
        return ValueForm(data)
    row = actions.waiting(case)
    if row is None:
        return None
    return DrawnValueForm(data, declaration=row.declaration) if step == "make" else None


def _done(case: Case, step: str, form: Any, giving_up: bool, actor: Actor) -> str:
    """Carry the step out; what was refused stands in the form, and nothing is returned."""
    try:
        if step == "next":
            row = actions.take_next_laboratory(case.number, by=actor)
            return _("The next in line is %(name)s.") % {"name": _name(row)}
        if form is None or not form.is_valid():
            return ""
        data = form.cleaned_data
        if giving_up:
            actions.abandon_laboratory_draw(case.number, data["reason"], by=actor)
            return _("The draw was given up; that stays to be seen.")
        if step == "name":
            actions.name_laboratory_draw(
                case.number, source=form.source(), fallback=form.fallback(), by=actor
            )
            return _("The draw is registered; list and public value are committed.")
        row = actions.make_laboratory_draw(case.number, value=form.value(), by=actor)
        return _("Drawn: %(name)s. Everybody can repeat the draw.") % {"name": _name(row)}
    except Refused as refused:
        if form is None:
            raise
        form.add_refusal(refused)
        return ""


@require_safe
def record(request: HttpRequest, number: str, draw: str) -> HttpResponse:
    """The document of a draw, for verify_assignment.py."""
    case = queries.case(number, by=actor_of(request))
    row = case.laboratory_draws.filter(number=draw, stage=LaboratoryDraw.Stage.DRAWN).first()
    if row is None:
        raise Http404
    response = JsonResponse(laboratories.record_of(row), json_dumps_params={"ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="laboratory-draw.json"'
    return response
