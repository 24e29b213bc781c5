"""Pages of numbered seals: where they are, issue, hand out and take back, report lost."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from pinzhi.apps.inspection import access, queries_lists, tables_lists
from pinzhi.apps.inspection.actions.keep_seals import hand_seals, issue_seals, report_seals
from pinzhi.apps.inspection.console import crumbs, form_page
from pinzhi.apps.inspection.console_people import require_reading
from pinzhi.apps.inspection.console_rules import own_region
from pinzhi.apps.inspection.forms_people import SealsForm
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor, actor_of
from pinzhi.kernel.errors import NotPermitted, Refused, RefusedRows
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.web.lists import Asked, Found, from_queryset, render_list

SAMPLE = "inspection.sample"
#: Wrong numbers that a form names; of the rest it says how many.
SHOWN = 10


def require_keeping(actor: Actor) -> None:
    if not access.anywhere(actor, SAMPLE):
        raise NotPermitted("not_permitted", zh="您没有登记封签的权限。", en="You may not keep seals.")


@require_safe
def seals(request: HttpRequest) -> HttpResponse:
    """How many seals are where, who holds them, and each with its sample."""
    actor = actor_of(request)
    require_reading(actor)
    counts = queries_lists.seal_counts(by=actor)
    names = queries_lists.names_of_holders({str(one["holder"]) for one in counts.holders})
    holders = [
        (str(one["holder"]), f"{names.get(str(one['holder']), '')} {one['holder']}".strip())
        for one in counts.holders
    ]

    def found(asked: Asked) -> Found:
        rows = queries_lists.seals(by=actor, search=asked.search, **asked.filters)
        return from_queryset(rows.select_related("sample"), asked)

    url = reverse("inspection_seals")
    context = {
        "list_title": _("Seals"),
        "crumbs": crumbs(),
        "figures": [
            {"title": _("In store"), "value": counts.store, "url": f"{url}?status=store"},
            {"title": _("Handed out"), "value": counts.out, "url": f"{url}?status=out"},
            {"title": _("Used"), "value": counts.used, "url": f"{url}?status=used"},
            {"title": _("Lost, stolen or spoilt"), "value": counts.lost, "url": f"{url}?status=stolen"},
        ],
        "holders": [
            {**one, "name": names.get(str(one["holder"]), ""), "url": f"{url}?holder={one['holder']}"}
            for one in counts.holders
        ],
        "may_keep": access.anywhere(actor, SAMPLE),
    }
    return render_list(
        request, tables_lists.seals(holders, names), found, template="inspection/seals.html", context=context
    )


def _page(request: HttpRequest, form: Any, title: str, lead: str) -> HttpResponse:
    return form_page(request, form, title, crumbs((_("Seals"), reverse("inspection_seals"))), lead=lead)


def _refuse(form: SealsForm, refused: Refused) -> None:
    """Wrong numbers at the field of the numbers, each with its reason; the first ones and how many more."""
    if not isinstance(refused, RefusedRows):
        form.add_refusal(refused)
        return
    for row in refused.rows[:SHOWN]:
        form.add_error("numbers", f"{row.value}{_(': ')}{'，'.join(filter(None, (row.wrong, row.right)))}")
    if (more := len(refused.rows) - SHOWN) > 0:
        form.add_error(
            "numbers", ngettext("And %(n)s more number.", "And %(n)s more numbers.", more) % {"n": more}
        )


@require_http_methods(["GET", "POST"])
def seals_issue(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require_keeping(actor)
    initial = {"agency": actor.party or ""}
    form = SealsForm(request.POST or None, initial=initial, ask=("numbers", "agency"))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        agency = places.agency(data["agency"])
        try:
            count = issue_seals(
                data["numbers"], data["agency"], region=agency.region if agency else "", by=actor
            )
        except Refused as refused:
            _refuse(form, refused)
        else:
            messages.success(request, _("%(count)s seals were issued.") % {"count": count})
            return redirect("inspection_seals")
    lead = _("Numbers as printed on the seals. What was never issued here is refused on a sample.")
    return _page(request, form, _("Issue seals"), lead)


@require_http_methods(["GET", "POST"])
def seals_hand(request: HttpRequest) -> HttpResponse:
    """Hand a range to an inspector or laboratory, or take it back into store."""
    actor = actor_of(request)
    require_keeping(actor)
    initial = {
        "on": clock.today(),
        "region": own_region(actor),
        "holder": request.GET.get("holder", "")[:64],
        "numbers": request.GET.get("numbers", "")[:200],
    }
    form = SealsForm(
        request.POST or None,
        initial=initial,
        ask=("numbers", "holder", "on", "region"),
        holders=holder_choices(actor),
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            count = hand_seals(
                data["numbers"], data["holder"], region=data["region"], on=data["on"], by=actor
            )
        except Refused as refused:
            _refuse(form, refused)
        else:
            said = (
                _("%(count)s seals were handed over.")
                if data["holder"]
                else _("%(count)s seals are back in store.")
            )
            messages.success(request, said % {"count": count})
            return redirect("inspection_seals")
    lead = _("Seals that somebody holds are taken on samples of theirs only.")
    return _page(request, form, _("Hand seals out or take them back"), lead)


def holder_choices(actor: Actor) -> list[tuple[str, str]]:
    """Inspectors who can be drawn, and laboratories whose capability holds."""
    people = [
        (row.code, f"{row.name} {row.code}")
        for row in queries_lists.inspectors(by=actor, active="yes").order_by("region", "code")[:500]
    ]
    bodies = [
        (str(row["body_code"]), f"{row['name']} {row['body_code']}")
        for row in queries_lists.laboratories(by=actor, held="yes")[:200]
    ]
    return [*people, *bodies]


@require_http_methods(["GET", "POST"])
def seals_report(request: HttpRequest) -> HttpResponse:
    """Report unused seals stolen, lost or spoilt."""
    actor = actor_of(request)
    require_keeping(actor)
    form = SealsForm(
        request.POST or None, initial={"region": own_region(actor)}, ask=("numbers", "what", "region")
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            count = report_seals(
                data["numbers"], stolen=data["what"] == "stolen", region=data["region"], by=actor
            )
        except Refused as refused:
            _refuse(form, refused)
        else:
            messages.success(
                request, _("%(count)s seals are noted; whoever uses one now is refused.") % {"count": count}
            )
            return redirect("inspection_seals")
    lead = _("Report at once: from now on a sample or a report that names one of them is refused.")
    return _page(request, form, _("Report seals lost or spoilt"), lead)
