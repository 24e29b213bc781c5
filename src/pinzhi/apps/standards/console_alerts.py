"""Pages of alerts: what calls for somebody, by kind, with a decision and its reason."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pinzhi.apps.standards import access, alerts
from pinzhi.apps.standards.actions.decide_alert import decide_alert
from pinzhi.apps.standards.models import AlertDecision
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.errors import NotFound, Refused, in_language
from pinzhi.kernel.web.texts import in_lang

SIZE = 30


@require_safe
def alerts_page(request: HttpRequest) -> HttpResponse:
    """Alerts of one kind; the others are a click away, with how many there are."""
    actor, today = actor_of(request), clock.today()
    counts = alerts.counts(today)
    kind = request.GET.get("kind", "")
    if kind not in alerts.KINDS:
        kind = next((one for one, count in counts.items() if count), "stale_adoption")
    decided = request.GET.get("decided") == "1"
    asked = request.GET.get("page", "1")
    page = (
        min(int(asked), 500)
        if asked.isascii() and asked.isdigit() and 0 < len(asked) < 5 and int(asked)
        else 1
    )
    found, count = alerts.alerts_of(kind, today, decided=decided, offset=(page - 1) * SIZE, size=SIZE)
    made = {row.alert: row for row in AlertDecision.objects.filter(alert__in=[one.key for one in found])}
    return render(
        request,
        "standards/alerts.html",
        {
            "kinds": [
                (name, in_lang(title), counts[name], f"{reverse('standards_alerts')}?kind={name}")
                for name, title in alerts.KINDS.items()
            ],
            "kind": kind,
            "kind_title": in_lang(alerts.KINDS[kind]),
            "rows": [
                {"alert": one, "text": in_language(one.zh, one.en), "decision": made.get(one.key)}
                for one in found
            ],
            "count": count,
            "page": page,
            "pages": max(1, -(-count // SIZE)),
            "decided": decided,
            "decisions": AlertDecision.Decision.choices,
            "may_decide": kind != "comment_ends"
            and not decided
            and actor.speaks_for == "agency"
            and access.anywhere(actor, "standards.decide_alert"),
            "crumbs": [(_("Standards"), reverse("standards_index"))],
        },
    )


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Keep a decision on one alert."""
    kind = request.POST.get("alert", "").partition(":")[0]
    try:
        decide_alert(
            [request.POST.get("alert", "")[:400]],
            request.POST.get("decision", ""),
            reason=request.POST.get("reason", ""),
            by=actor_of(request),
        )
    except NotFound:
        raise
    except Refused as refused:
        messages.error(request, refused.told)
    else:
        messages.success(request, _("Kept: how this alert is dealt with."))
    return redirect(f"{reverse('standards_alerts')}?kind={kind if kind in alerts.KINDS else ''}")
