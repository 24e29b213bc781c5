"""Pages of the duties of a unit: progress notes with evidence, deadlines, the calendar feed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pinzhi.apps.policy import evidence, queries, review
from pinzhi.apps.policy.access import may_report, may_see_evidence
from pinzhi.apps.policy.actions.report_progress import report_progress
from pinzhi.apps.policy.forms import ProgressForm
from pinzhi.apps.policy.models import Document, Duty
from pinzhi.apps.policy.publishing import duty_key
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.errors import NotPermitted, Refused, in_language
from pinzhi.kernel.places import queries as places

OVERDUE = "overdue"


def _status(form: Any) -> int:
    return 422 if form.errors else 200


@require_safe
def duties(request: HttpRequest) -> HttpResponse:
    """The duties of the account's own unit, or of any unit for those who keep the plan."""
    actor, today = actor_of(request), clock.today()
    agency = request.GET.get("agency", "") or actor.party
    found = queries.duties_of(agency, today) if agency else Duty.objects.none()
    state, wanted = request.GET.get("state", ""), request.GET.get("document", "")
    if state == OVERDUE:
        found = found.filter(due_on__lt=today).exclude(state__in=(Duty.State.DONE, Duty.State.CHANGED))
    elif state:
        found = found.filter(state=state)
    if wanted:
        found = found.filter(measure__document__code=wanted)
    rows = [(duty, may_report(actor, duty)) for duty in found]
    named = places.agency(agency) if agency else None
    context = {
        "rows": rows,
        "agency": agency,
        "unit": in_language(named.zh, named.en) if named else agency,
        "own": agency == actor.party,
        "units": queries.units_with_duties(today),
        "state": state,
        "states": [*Duty.State.choices, (OVERDUE, _("Overdue"))],
        "chosen": wanted,
        "documents": Document.objects.filter(status=Document.Status.IN_FORCE).only("code", "title"),
        "feed": request.build_absolute_uri(f"/units/{agency}/duties.ics") if agency else "",
        "today": today,
    }
    return render(request, "policy/duties.html", context)


@require_http_methods(["GET", "POST"])
def duty(request: HttpRequest, duty_id: int) -> HttpResponse:
    """One duty: what was reported, and the form to report."""
    found = get_object_or_404(Duty.objects.select_related("measure__document"), pk=duty_id)
    actor = actor_of(request)
    form = ProgressForm(request.POST or None, request.FILES or None, by=actor, initial={"state": found.state})
    if request.method == "POST" and form.is_valid():
        try:
            report_progress(found.pk, by=actor, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("Reported."))
            return redirect("policy_duty", duty_id)
    context = {
        "duty": found,
        "document": found.measure.document,
        "form": form,
        "may_report": may_report(actor, found),
        "may_see_evidence": may_see_evidence(actor, found),
        "notes": found.notes.all(),
    }
    return render(request, "policy/duty.html", context, status=_status(form))


@require_safe
def note_file(request: HttpRequest, duty_id: int, sha256: str) -> FileResponse:
    """Evidence of a report on a duty: for the unit itself, and for those who keep the plan or look over it."""
    found = get_object_or_404(Duty.objects.select_related("measure__document"), pk=duty_id)
    actor = actor_of(request)
    if not may_see_evidence(actor, found):
        raise NotPermitted(
            "not_your_duty", zh="您无权查看该任务的证明材料。", en="This evidence is not yours to see."
        )
    named = [file for note in found.notes.all() for file in note.files]
    region = found.measure.document.region
    return evidence.download(named, sha256, by=actor, of=duty_key(found), region=region)


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """The unit's deadlines as a calendar (iCalendar, RFC 5545)."""
    found = queries.duties_for(actor_of(request), clock.today())
    body = review.icalendar(
        found,
        _("Our duties"),
        lambda duty: request.build_absolute_uri(reverse("policy_duty", args=[duty.pk])),
    )
    return HttpResponse(
        body,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": "inline; filename=pinzhi.ics"},
    )
