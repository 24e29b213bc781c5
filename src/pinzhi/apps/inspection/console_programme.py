"""Pages of programmes: the list, one with its progress, drawing up by kind of check, release by another person."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.apps.inspection import access, history, queries, queries_lists, tables
from pinzhi.apps.inspection.actions.save_programme import RULES_OF, release_programme, save_programme
from pinzhi.apps.inspection.console import crumbs
from pinzhi.apps.inspection.console_rules import own_region
from pinzhi.apps.inspection.forms_programme import KindForm, ProgrammeForm, programme_form
from pinzhi.apps.inspection.models import Programme
from pinzhi.apps.inspection.models.programme import CheckKind
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor, actor_of
from pinzhi.kernel.errors import Conflict, NotPermitted, Refused
from pinzhi.kernel.web.lists import Asked, Found, from_queryset, render_list
from pinzhi.kernel.web.names import agency_name


def trail(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs((_("Programmes"), reverse("inspection_programmes")), *more)


@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)

    def found(asked: Asked) -> Found:
        chosen = dict(asked.filters)
        year = chosen.pop("year", None)
        rows = queries.programmes(by=actor, search=asked.search, year=int(year) if year else None, **chosen)
        return from_queryset(rows, asked)

    context = {
        "list_title": _("Programmes"),
        "crumbs": crumbs(),
        "new_url": reverse("inspection_programme_new") if access.anywhere(actor, "inspection.plan") else "",
        "new_title": _("Draw up a programme"),
    }
    return render_list(request, tables.programmes(), found, template="inspection/list.html", context=context)


@require_safe
def programme(request: HttpRequest, number: str) -> HttpResponse:
    actor = actor_of(request)
    row = queries.programme(number, by=actor)
    progress = queries.programme_progress([row])[row.pk]
    products = list(row.products.select_related("rules"))
    may_release = row.status == "draft" and access.allowed(actor, "inspection.release", row.region)
    return render(
        request,
        "inspection/programme.html",
        {
            "row": row,
            "crumbs": trail(),
            "facts": [
                (_("Number"), row.number),
                (_("Kind of check"), row.get_kind_display()),
                (_("Level of the check"), row.get_level_display()),
                (_("Region"), tables.place(row.region)),
                (_("Budget (yuan)"), f"{row.budget:,.2f}" if row.budget else _("not limited")),
                (_("Planned cost (yuan)"), f"{sum((p.unit_cost * p.batches for p in products), Decimal(0)):,.2f}"),
                (_("Basis"), row.basis or "—"),
                (_("Released"), row.released_on.isoformat() if row.released_on else "—"),
            ],
            "figures": [
                {"title": _("Planned"), "value": progress["planned"]},
                {"title": _("Sampled"), "value": progress["sampled"], "url": reverse("inspection_samples") + f"?programme={number}"},
                {"title": _("Reported"), "value": progress["reported"]},
                {"title": _("Failed"), "value": progress["failed"]},
            ],
            "products": products,
            "parties": [(one, agency_name(one.agency)) for one in row.parties.order_by("-lead", "pk")],
            "draws": row.draws.all(),
            "may_release": may_release and row.updated_by != actor.username,
            "second": may_release and row.updated_by == actor.username,
            "may_edit": row.status == "draft" and access.allowed(actor, "inspection.plan", row.region),
            "may_draw": row.status == "released" and access.allowed(actor, "inspection.draw", row.region),
            "events": history.of("programme", row.number),
        },
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def programme_new(request: HttpRequest) -> HttpResponse:
    """Choose the kind of check; then draw the programme up with what that kind proposes."""
    actor = actor_of(request)
    if not access.anywhere(actor, "inspection.plan"):
        raise NotPermitted(
            "not_permitted", zh="您没有编制抽查计划的权限。", en="You may not draw up programmes."
        )
    choosing = KindForm(request.GET or None, initial={"kind": Programme.Kind.SPOT})
    if not (choosing.is_bound and choosing.is_valid()):
        return render(
            request,
            "inspection/programme_begin.html",
            {"form": choosing, "crumbs": trail()},
            status=422 if choosing.errors else 200,
        )
    kind = str(choosing.cleaned_data["kind"])
    form_class = programme_form(rules_of_kind(actor, kind))
    initial = {"year": clock.today().year, "region": own_region(actor), "channels": ["plant"]}
    form = form_class(request.POST or None, initial={**initial, **proposal(actor, kind)})
    return _handle(request, actor, form, kind, "")


@require_http_methods(["GET", "POST"])
def programme_edit(request: HttpRequest, number: str) -> HttpResponse:
    """Change a draft."""
    actor = actor_of(request)
    row = queries.programme(number, by=actor)
    access.require(actor, "inspection.plan", [row.region])
    if row.status != Programme.Status.DRAFT:
        raise Conflict("released_already", zh="计划已发布，不能再改。", en="It has been released.")
    products = list(row.products.select_related("rules"))
    initial = {
        name: getattr(row, name)
        for name in ("title", "year", "level", "region", "budget", "basis", "targeted")
    } | {
        "channels": sorted({c for p in products for c in p.channels}),
        "products": [_line(p.rules.code, p.batches, p.unit_cost) for p in products],
        "parties": [
            {"agency": p.agency, "items": "、".join(p.items)} for p in row.parties.order_by("-lead", "pk")
        ],
    }
    form = programme_form(rules_of_kind(actor, row.kind))(request.POST or None, initial=initial)
    return _handle(request, actor, form, row.kind, number, row.revision)


def _line(rules: str, batches: Any, cost: Any) -> dict[str, Any]:
    return {"rules": rules, "batches": batches, "unit_cost": cost}


def rules_of_kind(actor: Actor, kind: str) -> list[tuple[str, str]]:
    """Detailed rules that a programme of the kind may name, those without a released version marked."""
    wanted = RULES_OF.get(kind, CheckKind.SPOT.value)
    return [
        (row.code, str(row) if row.newest else _("%(rules)s (not released)") % {"rules": row})
        for row in queries_lists.rules(by=actor, kind=wanted)
    ]


def proposal(actor: Actor, kind: str) -> dict[str, Any]:
    """What a new programme begins with: the broadest of the newest year of the same kind, else every rule of the kind
    where the kind has rules of its own.
    """
    before = (
        queries.programmes(by=actor, kind=kind)
        .filter(region=own_region(actor), targeted=False)
        .exclude(status=Programme.Status.DRAFT)
        .annotate(classes=Count("products"))
        .order_by("-year", "-classes", "-pk")
        .first()
    )
    if before is not None:
        products = list(before.products.select_related("rules"))
        return {
            "level": before.level,
            "channels": sorted({c for p in products for c in p.channels}) or ["plant"],
            "products": [_line(p.rules.code, p.batches, p.unit_cost) for p in products],
            "before": before,
        }
    if kind in RULES_OF:
        rows = queries_lists.rules(by=actor, kind=RULES_OF[kind]).filter(newest__isnull=False)
        return {"products": [_line(row.code, "", "") for row in rows[:50]]}
    return {}


def _handle(
    request: HttpRequest,
    actor: Actor,
    form: ProgrammeForm,
    kind: str,
    number: str,
    revision: int | None = None,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        typed = request.POST.get("revision", "")
        seen = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else None
        try:
            saved = save_programme(
                number, title=data["title"], year=data["year"], kind=kind, level=data["level"], region=data["region"],
                budget=data["budget"] or "0", basis=data["basis"], targeted=data["targeted"],
                products=form.product_rows(), parties=form.party_rows(), revision=seen if number else None, by=actor,
            )  # fmt: skip
        except Refused as refused:
            _refuse(form, refused)
        else:
            messages.success(request, _("Saved as a draft; another person releases it."))
            return redirect("inspection_programme", saved.number)
    own_rules = kind in RULES_OF
    back = [(number, reverse("inspection_programme", args=[number]))] if number else []
    return render(
        request,
        "inspection/programme_form.html",
        {
            "form": form,
            "form_title": _("Change the programme") if number else _("Draw up a programme"),
            "kind_title": Programme.Kind(kind).label,
            "before": form.initial.get("before"),
            "no_rules": not rules_of_kind(actor, kind),
            "rules_url": reverse("inspection_rules_new") + f"?kind={RULES_OF[kind]}" if own_rules else "",
            "revision": revision,
            "autosave": f"programme-{number or kind}",
            "crumbs": trail(*back),
        },
        status=422 if form.errors else 200,
    )


def _refuse(form: ProgrammeForm, refused: Refused) -> None:
    """Wrong products at their cells; what concerns the parties or the whole at its field."""
    rows = getattr(refused, "rows", None)
    parties = rows and rows[0].column in ("agency", "lead")
    form.refuse(refused, "parties" if parties else "products", {"channels": "rules"})


@require_POST
def programme_release(request: HttpRequest, number: str) -> HttpResponse:
    typed = request.POST.get("revision", "")
    seen = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else None
    try:
        release_programme(number, revision=seen, by=actor_of(request))
    except Conflict as refused:
        messages.error(request, f"{refused.text} {refused.remedy}".strip())
    else:
        messages.success(request, _("Released."))
    return redirect("inspection_programme", number)
