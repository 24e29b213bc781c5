"""The console's pages of cases: what follows a failed check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pinzhi.apps.inspection import (
    access,
    clock_lines,
    console_laboratory,
    further,
    joint,
    laboratories,
    letters,
    queries,
    tables,
    wording,
)
from pinzhi.apps.inspection.actions.issue_paper import CASE_KINDS
from pinzhi.apps.inspection.actions.record_case_event import (
    FROM_REPORT,
    METHODS,
    OWN,
    Given,
    record_case_event,
)
from pinzhi.apps.inspection.console import crumbs, form_page
from pinzhi.apps.inspection.forms import (
    EventForm,
)
from pinzhi.apps.inspection.models import Capability, Case, CaseEvent
from pinzhi.apps.inspection.reporting import RE_CHECK
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor, actor_of
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers.papers import templates
from pinzhi.kernel.web.lists import Asked, Found, from_queryset, render_list
from pinzhi.kernel.web.texts import in_lang
from pinzhi.rules.inspection.follow_up import EVENTS

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
    offered = steps(
        row, _mine(actor, row, queries.offered(row, now)), console_laboratory.step_of(row, actor), actor
    )
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
                (_("Opened"), row.opened_on.isoformat()),
                *([(_("Final result"), final)] if final else []),
                *([(_("Department"), places.agency_name(row.agency) or row.agency)] if parties else []),
            ],
            "reports": reports,
            "parties": parties,
            "clocks": [clock_lines.of_case(c) for c in now.clocks],
            "late": late,
            "provisional": any(c.provisional for c in now.clocks),
            "events": event_lines(row),
            "next_steps": offered,
            "first_step": first_step(offered, now.stage),
            "by_hand": any("?kind=" in url for url, _title in offered),
            "has_draws": row.laboratory_draws.exists(),
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


def first_step(offered: Sequence[tuple[str, str]], stage: str) -> tuple[str, str] | None:
    """The step that leads the page: a draw or a report that is awaited. A re-check waits until the correction is done."""
    awaited = [step for step in offered if "?kind=" not in step[0]]
    if stage not in ("re_check", "second_failure"):
        awaited = [step for step in awaited if not step[0].endswith(f"/{RE_CHECK}/")]
    return next(iter(awaited), None)


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
    found = laboratories.candidates(row, clock.today()) if "laboratory_named" in kinds else []
    free = [c for c in found if not c.why] or [c for c in found if c.why == "first"]
    able = [(c.id, c.name) for c in free]
    asked = request.GET.get("kind", "")
    sent = request.POST.get("kind", asked) if request.method == "POST" else ""
    if sent in EVENTS and sent not in kinds:
        # The page is older than the case: the action says why it is not its turn any more.
        kinds = [*kinds, sent]
    if request.method == "GET" and asked in EVENTS and asked not in kinds:
        # An old link: another event must not be noted in its place.
        text = _("%(step)s: it is not its turn now, or was noted already.")
        messages.warning(request, text % {"step": wording.event_title(asked)})
        return redirect("inspection_case", number)
    if asked in kinds:  # led here by a step's own link
        kinds = [asked]
    form = EventForm(request.POST or None, kinds=kinds, laboratories=able, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        detail = {"laboratory": data["laboratory"]} if data.get("laboratory") else {}
        served = data.get("method", ""), data.get("proof", "")
        given = Given(data.get("kind") or kinds[0], data["on"], *served, data["note"], detail)
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
    title = wording.event_title(kinds[0]) if len(kinds) == 1 else _("Note an event")
    return form_page(request, form, title, trail, lead=row.name)
