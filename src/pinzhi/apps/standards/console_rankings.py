"""Pages of rankings: the plan, the lists as computed, publication, front runners."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.apps.standards import access, tables_declarations
from pinzhi.apps.standards import queries_rankings as queries
from pinzhi.apps.standards.actions.compute_ranking import compute_ranking
from pinzhi.apps.standards.actions.publish_ranking import publish_ranking
from pinzhi.apps.standards.actions.record_fulfilment import record_fulfilment
from pinzhi.apps.standards.actions.save_ranking import save_ranking
from pinzhi.apps.standards.actions.select_front_runners import select_front_runners, usual_end
from pinzhi.apps.standards.actions.withdraw_ranking import withdraw_ranking
from pinzhi.apps.standards.forms_rankings import FIELDS, plan_form
from pinzhi.apps.standards.loading_declarations import ranking as load
from pinzhi.apps.standards.models import Declaration, FrontRunner, Ranking
from pinzhi.apps.standards.publishing_rankings import FRONT_RUNNERS, RANKINGS
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.errors import NotPermitted, Refused
from pinzhi.kernel.web.lists import Asked, Found, from_queryset, render_list
from pinzhi.kernel.web.texts import reads_english


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (_("Standards"), reverse("standards_index")),
        (_("Rankings"), reverse("standards_rankings")),
        *more,
    ]


@require_safe
def rankings(request: HttpRequest) -> HttpResponse:
    """All rankings that the account reads; what is published everybody does."""
    actor = actor_of(request)

    def fetch(asked: Asked) -> Found:
        rows = queries.rankings(by=actor, search=asked.search, state=asked.filters.get("state", ""))
        return from_queryset(rows, asked)

    context = {
        "list_title": _("Rankings"),
        "crumbs": crumbs()[:1],
        "may_rank": access.anywhere(actor, "standards.rank", register=RANKINGS),
    }
    return render_list(
        request, tables_declarations.rankings(), fetch, template="standards/rankings.html", context=context
    )


def _classes() -> list[str]:
    rows = Declaration.objects.filter(status=Declaration.Status.DECLARED).exclude(product_class="")
    return list(rows.order_by("product_class").values_list("product_class", flat=True).distinct()[:100])


@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, number: str = "") -> HttpResponse:
    """Draw up a plan, or change it."""
    actor = actor_of(request)
    row = load(number) if number else None
    if not access.anywhere(actor, "standards.rank", register=RANKINGS) or (
        row and not access.allowed(actor, "standards.rank", row.region, register=RANKINGS)
    ):
        raise NotPermitted("not_permitted", zh="没有编制排行榜的权限。", en="You may not draw up rankings.")
    initial: dict[str, Any] = {name: getattr(row, name) for name in FIELDS} if row else {}
    if row is None:
        initial["region"] = next((r.region for r in actor.rights if r.region), "")
    form_class = plan_form(initial, _classes())
    form = form_class(request.POST) if request.method == "POST" else form_class()
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_ranking(number or None, form.cleaned_data, by=actor)
        except Refused as error:
            form.add_refusal(error)
        else:
            messages.success(request, _("The plan is saved."))
            return redirect("standards_ranking", saved.number)
    context = {"form": form, "row": row, "crumbs": crumbs(), "classes": _classes()}
    return render(request, "standards/ranking_form.html", context, status=422 if form.errors else 200)


@require_safe
def ranking(request: HttpRequest, number: str) -> HttpResponse:
    """One ranking: plan, lists, who is not entered and why, what can be done next."""
    actor = actor_of(request)
    row = queries.ranking(number, by=actor)
    inside = access.allowed(actor, "standards.read_declarations", row.region, register=RANKINGS)
    result = row.result or {
        "lists": [],
        "refused": [],
        "entered": [],
        "leaders": [],
        "innovative": [],
        "notes": [],
    }
    keys = set(result["entered"]) | {one["key"] for one in result["refused"]}
    names = {d.number: d for d in Declaration.objects.filter(number__any_of=sorted(keys))}
    chosen = set(row.front_runners.values_list("declaration", flat=True))
    english = reads_english()
    lists = [
        {
            **one,
            "none": one["none"][1 if english else 0] if one["none"] else "",
            "tiers": [
                {**tier, "places": [{**place, "row": names.get(place["key"])} for place in tier["places"]]}
                for tier in one["tiers"]
            ],
        }
        for one in result["lists"]
    ]
    context = {
        "row": row,
        "crumbs": crumbs(),
        "lists": lists,
        "refused": [
            {**one, "why": one["en" if english else "zh"], "row": names.get(one["key"])}
            for one in result["refused"]
        ]
        if inside
        else [],
        "entered": len(result["entered"]),
        "leaders": [
            {"row": names[key], "chosen": key in chosen} for key in result["leaders"] if key in names
        ],
        "notes": [note[1 if english else 0] for note in result["notes"]],
        "may_rank": access.allowed(actor, "standards.rank", row.region, register=RANKINGS)
        and row.state in (Ranking.State.DRAFT, Ranking.State.COMPUTED),
        "may_publish": access.allowed(actor, "standards.publish_ranking", row.region, register=RANKINGS),
        "second": row.computed_by == actor.username,
        "usual_end": usual_end(),
        "runners": [
            {"one": one, "row": names.get(one.declaration), "kept": _kept(one)}
            for one in row.front_runners.all()
        ],
        "answers": FrontRunner.Kept.choices,
        "may_check": access.allowed(actor, "standards.rank", row.region, register=FRONT_RUNNERS),
        "today": clock.today(),
    }
    return render(request, "standards/ranking.html", context)


def _kept(one: FrontRunner) -> tuple[str, str, str]:
    """Word, mark and tone of the fulfilment of a commitment."""
    icon, tone = {"kept": ("circle-check", "good"), "broken": ("x", "bad")}.get(
        one.commitment_kept, ("help-circle", "")
    )
    return one.get_commitment_kept_display(), icon, tone


@require_POST
def step(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Compute, publish, take down, or choose front runners; what is refused is said on the ranking's page."""
    actor = actor_of(request)
    try:
        if verb == "compute":
            compute_ranking(number, by=actor)
            messages.success(request, _("Computed."))
        elif verb == "publish":
            publish_ranking(number, by=actor)
            messages.success(request, _("Published: shoppers can read it now."))
        elif verb == "fulfilment":
            record_fulfilment(
                request.POST.get("front_runner", ""),
                request.POST.get("kept", ""),
                request.POST.get("note", ""),
                checked_on=_day(request, "checked_on"),
                by=actor,
            )
            messages.success(request, _("Recorded: the public reads it beside the front runner."))
        elif verb == "withdraw":
            withdraw_ranking(number, request.POST.get("reason", ""), by=actor)
            messages.success(request, _("Taken down."))
        else:
            found = select_front_runners(
                number, request.POST.getlist("declaration"), _day(request, "until"), by=actor
            )
            messages.success(
                request,
                ngettext(
                    "%(count)s front runner published.", "%(count)s front runners published.", len(found)
                )
                % {"count": len(found)},
            )
    except NotPermitted:
        raise
    except Refused as error:
        messages.error(request, f"{error.text} {error.remedy}".strip())
    return redirect("standards_ranking", number)


def _day(request: HttpRequest, name: str) -> date | None:
    """The day typed in a field; None where it is none, which the action then refuses in words."""
    try:
        return date.fromisoformat(request.POST.get(name, "").strip())
    except ValueError:
        return None
