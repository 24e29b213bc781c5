"""Pages of figures that a unit reports for a target, and of what many targets lack at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pinzhi.apps.policy import queries
from pinzhi.apps.policy.access import require_official
from pinzhi.apps.policy.actions.report_figure import report_figure
from pinzhi.apps.policy.actions.settle_targets import settle_targets
from pinzhi.apps.policy.forms_figures import FigureForm
from pinzhi.apps.policy.models import Target
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.errors import Refused


@require_http_methods(["GET", "POST"])
def figure(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """Report the figure of a target for a period."""
    actor = actor_of(request)
    require_official(actor)
    target = get_object_or_404(Target.objects.select_related("document"), document__code=code, number=number)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = FigureForm(*sent, target=target, by=actor)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        files = values.pop("files") or ()
        try:
            report_figure(target.pk, values, by=actor, files=files)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(
                request, _("Reported. It counts once another person has checked and published it.")
            )
            return redirect("policy_target", code, number)
    context = {
        "form": form,
        "document": target.document,
        "back": reverse("policy_target", args=[code, number]),
        "heading": _("Report a figure: %(target)s") % {"target": target.name},
        "act": _("Report"),
    }
    return render(request, "policy/form_files.html", context, status=422 if form.errors else 200)


@require_POST
def settle(request: HttpRequest, code: str) -> HttpResponse:
    """One lead unit for all targets without one; a reported figure for all without an indicator."""
    found = queries.document(code)
    try:
        changed = settle_targets(
            found.pk,
            by=actor_of(request),
            lead_unit=request.POST.get("lead_unit", ""),
            reported=request.POST.get("reported") == "yes",
        )
    except Refused as refused:
        messages.error(request, f"{refused.text} {refused.remedy}")
    else:
        messages.success(request, _("Changed: %(n)s targets.") % {"n": changed})
    return redirect("policy_review", code)
