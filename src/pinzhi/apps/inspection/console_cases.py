"""The console's pages of cases, draws, tasks, and the quality file of an enterprise."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Sequence
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
    clock_lines,
    console_laboratory,
    frames,
    further,
    joint,
    letters,
    queries,
    tables,
    wording,
)
from pinzhi.apps.inspection.actions.freeze_draw import freeze_draw
from pinzhi.apps.inspection.actions.issue_paper import CASE_KINDS
from pinzhi.apps.inspection.actions.make_draw import make_draw
from pinzhi.apps.inspection.actions.name_draw import abandon_draw, name_draw
from pinzhi.apps.inspection.actions.name_public_value import name_public_value
from pinzhi.apps.inspection.actions.open_draw import audit_draw, close_task, open_draw, prove_unit, read_draw
from pinzhi.apps.inspection.actions.record_case_event import (
    FROM_REPORT,
    METHODS,
    OWN,
    Given,
    record_case_event,
)
from pinzhi.apps.inspection.console import crumbs, form_page
from pinzhi.apps.inspection.forms import (
    DrawForm,
    DrawnValueForm,
    EventForm,
    ReasonForm,
    TaskForm,
    ValueForm,
)
from pinzhi.apps.inspection.models import Capability, Case, CaseEvent, Draw, Task
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor, actor_of
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers.papers import templates
from pinzhi.kernel.web.lists import Asked, Found, from_queryset, render_list
from pinzhi.kernel.web.texts import in_lang
from pinzhi.rules.inspection.draws.beacon import CHAINS

CHAIN = next(c.name for c in CHAINS.values() if "quicknet" in c.name)


# --- cases ------------------------------------------------------------------------------------------------


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)

    def found(asked: Asked) -> Found:
        return from_queryset(queries.cases(by=actor, search=asked.search, **asked.filters), asked)

    context = {"list_title": _("Cases"), "crumbs": crumbs()}
    return render_list(request, tables.cases(), found, template="inspection/list.html", context=context)


@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """The clocks as they stand, who was late, what may be done next, and everything that happened."""
    actor = actor_of(request)
    row = queries.case(number, by=actor)
    now = queries.standing(row)
    reports = queries.reports_of(row.sample)
    final = further.final_word(reports, now.stage)
    parties = joint.of_samples([row.sample]).get(row.sample_id, [])
    late = [
        _("%(who)s: %(days)s days late") % {"who": in_lang(wording.PARTIES[who]), "days": days}
        for who, days in now.late_parties().items()
    ]
    return render(
        request,
        "inspection/case.html",
        {
            "row": row,
            "stage": wording.stage_title(now.stage),
            "crumbs": crumbs((_("Cases"), reverse("inspection_cases"))),
            "facts": [
                (_("Enterprise"), f"{row.name} {row.uscc}"),
                (_("Product"), row.sample.product_name),
                (_("Items failed"), "、".join(row.report.failed_items)),
                (_("Terms that apply"), _("Food: terms in working days") if row.food else _("Not food")),
                (_("Serious defect"), _("Yes") if row.serious else _("No")),
                (_("Opened"), row.opened_on),
                *([(_("Final result"), final)] if final else []),
                *([(_("Department"), places.agency_name(row.agency) or row.agency)] if parties else []),
            ],
            "reports": reports,
            "parties": parties,
            "clocks": [clock_lines.of_case(c) for c in now.clocks],
            "late": late,
            "provisional": any(c.provisional for c in now.clocks),
            "events": event_lines(row),
            "next_steps": steps(
                row,
                _mine(actor, row, queries.offered(row, now)),
                console_laboratory.step_of(row, actor),
                actor,
            ),
            "papers": access.allowed(actor, "inspection.handle_case", row.region),
            "paper_kinds": [
                (kind, templates("inspection")[kind].title)
                for kind in CASE_KINDS
                if kind != letters.KIND or letters.recipient(row) is not None
            ],
            "issued": [
                (paper, templates("inspection")[paper.kind].title) for paper in row.papers.order_by("id")
            ],
        },
    )


def event_lines(row: Case) -> list[dict[str, Any]]:
    """What happened, the newest first; a laboratory by its name."""
    events = list(row.events.all())
    codes = {e.detail["laboratory"] for e in events if e.detail.get("laboratory")}
    names = dict(Capability.objects.filter(body_code__in=codes).values_list("body_code", "name"))

    def said(e: CaseEvent) -> str:
        laboratory = e.detail.get("laboratory", "")
        drawn = _("drawn by %(draw)s") % {"draw": e.detail["draw"]} if e.detail.get("draw") else ""
        method = in_lang(METHODS[e.method]) if e.method in METHODS else ""
        return " · ".join(
            part
            for part in (
                names.get(laboratory, laboratory),
                drawn,
                e.detail.get("report"),
                e.detail.get("to"),
                e.detail.get("paper"),
                method,
                e.proof,
                e.note,
            )
            if part
        )

    return [
        {
            "title": wording.event_title(e.kind),
            "when": e.on,
            "who": in_lang(wording.PARTIES.get(e.party, {"zh": e.party, "en": e.party})),
            "text": said(e),
        }
        for e in reversed(events)
    ]


def steps(row: Case, kinds: Sequence[str], draw: str, actor: Actor) -> list[tuple[str, str]]:
    """The next steps with their pages; the draw of a laboratory and reports first, where it is their turn."""
    event = reverse("inspection_case_event", args=[row.number])
    found = [(f"{event}?kind={kind}", wording.event_title(kind)) for kind in by_hand(row, kinds)]
    found = [*further.links(row.sample, queries.further_tests(row.sample, by=actor)), *found]
    if draw:
        page = reverse("inspection_case_laboratory", args=[row.number])
        found.insert(0, (page, console_laboratory.step_title(draw)))
    return found


def by_hand(row: Case, kinds: Sequence[str]) -> list[str]:
    """Events that are noted by a form. The laboratory of a re-inspection of food is drawn, never named; what a further
    test found comes with its report."""
    return [
        kind for kind in kinds if kind not in FROM_REPORT and not (kind == "laboratory_named" and row.food)
    ]


def _mine(actor: Actor, row: Case, kinds: Any) -> list[str]:
    """Of the events that may come next those that the actor may note."""
    if access.allowed(actor, "inspection.handle_case", row.region):
        return list(kinds)
    if actor.speaks_for == "enterprise" and actor.is_subject(row.uscc, access.RESULTS):
        return [kind for kind in kinds if kind in OWN]
    return []


@require_http_methods(["GET", "POST"])
def case_event(request: HttpRequest, number: str) -> HttpResponse:
    actor = actor_of(request)
    row = queries.case(number, by=actor)
    kinds = by_hand(row, _mine(actor, row, queries.offered(row, queries.standing(row))))
    able = Capability.objects.filter(rules=row.sample.rules.rules).exclude(body_code=row.report.laboratory)
    laboratories = list(dict.fromkeys(able.order_by("name").values_list("body_code", "name")))
    asked = request.GET.get("kind", "")
    form = EventForm(
        request.POST or None,
        kinds=kinds,
        laboratories=laboratories,
        initial={"on": clock.today(), "kind": asked if asked in kinds else None},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        detail = {"laboratory": data["laboratory"]} if data.get("laboratory") else {}
        given = Given(data["kind"], data["on"], data["method"], data["proof"], data["note"], detail)
        try:
            record_case_event(number, given, by=actor)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("Noted; the clocks were replayed."))
            return redirect("inspection_case", number)
    trail = crumbs(
        (_("Cases"), reverse("inspection_cases")), (number, reverse("inspection_case", args=[number]))
    )
    return form_page(request, form, _("Note an event"), trail, lead=row.name)


# --- the quality file of an enterprise (E03) ----------------------------------------------------------------


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
            f"{row.excluded} ({frames.in_words(row.exclusion_counts)})" if row.frozen_at else None,
        ),
        (_("Units in the frame"), row.frame_size or None),
        (_("To draw"), row.size or None),
        (_("Commitment"), row.commitment),
        (_("Public value"), row.public_source),
        (_("Fallback"), row.fallback),
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
    form = DrawForm(request.POST or None)
    choices = [(p.rules.code, str(p.rules)) for p in programme.products.select_related("rules")]
    form.fields["rules"].choices = choices  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        trades = [t.strip() for t in data["trades"].replace("，", ",").split(",") if t.strip()]
        try:
            made = name_draw(
                number, title=data["title"], rules=data["rules"],
                scope={"unit": data["unit"], "trades": trades, "channel": data["channel"], "strata": data["strata"],
                       "no_repeat": data["no_repeat"]},
                design={"kind": "total", "n": data["n"], "minimum": data["minimum"], "method": data["method"]}, by=actor,
            )  # fmt: skip
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
    freeze_draw(number, by=actor_of(request))
    messages.success(request, _("The frame is frozen and its commitment is public."))
    return redirect("inspection_draw", number)


@require_http_methods(["GET", "POST"])
def draw_value(request: HttpRequest, number: str) -> HttpResponse:
    actor = actor_of(request)
    queries.draw(number, by=actor)
    form = ValueForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        one: dict[str, Any] = {"kind": data["source_kind"], "name": data["name"], "chain": CHAIN}
        try:
            name_public_value(
                number,
                source={**one, "issue": data["issue"], "at": data["at"]},
                fallback={**one, "issue": data["fallback_issue"], "at": data["fallback_at"]},
                by=actor,
            )
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("The public value is named."))
            return redirect("inspection_draw", number)
    return form_page(request, form, _("Name the public value"), _draw_trail(number))


@require_http_methods(["GET", "POST"])
def draw_make(request: HttpRequest, number: str) -> HttpResponse:
    actor = actor_of(request)
    queries.draw(number, by=actor)
    form = DrawnValueForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        value = {"numbers": data["numbers"].strip(), "signature": data["signature"].strip()}
        if data["fallback"]:
            value |= {"of": "fallback", "reason": data["reason"]}
        try:
            make_draw(number, value=value, by=actor)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(
                request,
                _("Drawn. Until it is open only those who must act read it, and each reading is noted."),
            )
            return redirect("inspection_draw", number)
    return form_page(request, form, _("Make the draw"), _draw_trail(number))


@require_POST
def draw_open(request: HttpRequest, number: str) -> HttpResponse:
    open_draw(number, by=actor_of(request))
    messages.success(request, _("The draw is open; its files stand on the portal."))
    return redirect("inspection_draw", number)


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
        for number in {t.draw.number for t in shown.rows if t.draw_id and t.draw.stage != Draw.Stage.OPENED}:
            read_draw(number, by=actor)
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
