"""Pages of those whom draws choose from: inspectors, laboratories and what they may test, recusals."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pinzhi.apps.inspection import access, frames, history, queries, queries_lists, tables_lists
from pinzhi.apps.inspection.actions.keep_lists import (
    declare_capabilities,
    end_recusal,
    list_inspectors,
    recuse,
)
from pinzhi.apps.inspection.console import crumbs, form_page
from pinzhi.apps.inspection.console_rules import own_region
from pinzhi.apps.inspection.forms_people import CapabilityForm, EndForm, InspectorForm, RecusalForm, TermForm
from pinzhi.apps.inspection.models import Recusal
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor, actor_of
from pinzhi.kernel.errors import NotFound, NotPermitted, Refused
from pinzhi.kernel.web.lists import Asked, Found, from_queryset, from_sequence, render_list
from pinzhi.kernel.web.names import agency_name, region_name
from pinzhi.kernel.web.pickers import name_of

PLAN = "inspection.plan"


def require_reading(actor: Actor) -> None:
    """Lists of people are for officials of the work."""
    if not access.anywhere(actor, queries.READ):
        raise NotPermitted("not_permitted", zh="您没有查看名录的权限。", en="You may not read these lists.")


def require_planning(actor: Actor) -> None:
    if not access.anywhere(actor, PLAN):
        raise NotPermitted("not_permitted", zh="您没有维护名录的权限。", en="You may not change these lists.")


def _list_context(actor: Actor, title: str, new: str, new_title: str) -> dict[str, Any]:
    may = bool(new) and access.anywhere(actor, PLAN)
    return {
        "list_title": title,
        "crumbs": crumbs(),
        "new_url": reverse(new) if may else "",
        "new_title": new_title,
    }


# --- inspectors -------------------------------------------------------------------------------------------


@require_safe
def inspectors(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require_reading(actor)

    def found(asked: Asked) -> Found:
        return from_queryset(queries_lists.inspectors(by=actor, search=asked.search, **asked.filters), asked)

    context = _list_context(actor, _("Inspectors"), "inspection_inspector_new", _("List an inspector"))
    return render_list(
        request, tables_lists.inspectors(), found, template="inspection/list.html", context=context
    )


def _inspectors_trail(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs((_("Inspectors"), reverse("inspection_inspectors")), *more)


@require_safe
def inspector(request: HttpRequest, code: str) -> HttpResponse:
    """One inspector: where they may be sent, what waits for them, seals they hold, recusals, what happened."""
    actor = actor_of(request)
    require_reading(actor)
    row = queries_lists.inspector(code, by=actor)
    held = queries_lists.seals(by=actor, holder=row.code, status="out").count()
    waiting = queries_lists.open_tasks(row.code)
    may = access.allowed(actor, PLAN, row.region)
    return render(
        request,
        "inspection/person.html",
        {
            "title": row.name,
            "code": row.code,
            "state": tables_lists.inspector_state(row),
            "facts": [
                (_("Certificate no."), row.code),
                (_("Department"), agency_name(row.agency)),
                (_("Region"), region_name(row.region)),
                (_("User name"), row.username or _("none: records nothing on a phone")),
            ],
            "figures": [
                {"title": _("Tasks that wait"), "value": waiting},
                {"title": _("Seals in hand"), "value": held, "url": reverse("inspection_seals") + f"?holder={row.code}"},
            ],
            "recusals": recusal_lines(queries_lists.recusals(by=actor, who=row.code)),
            "edit_url": reverse("inspection_inspector_edit", args=[row.code]) if may else "",
            "recuse_url": reverse("inspection_recusal_new") + f"?who={row.code}" if may else "",
            "events": history.of("inspector", row.code),
            "crumbs": _inspectors_trail(),
        },
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def inspector_edit(request: HttpRequest, code: str = "") -> HttpResponse:
    """List somebody, or change what the list says of them."""
    actor = actor_of(request)
    require_planning(actor)
    row = queries_lists.inspector(code, by=actor) if code else None
    if row is not None:
        access.require(actor, PLAN, [row.region])
    initial: dict[str, Any] = {"region": own_region(actor), "agency": actor.party or ""}
    if row is not None:
        initial = {name: getattr(row, name) for name in ("name", "agency", "region", "username", "active")}
    form = InspectorForm(request.POST or None, initial=initial, fixed=row is not None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        number = row.code if row is not None else data["code"]
        try:
            list_inspectors([{**data, "code": number}], new=row is None, by=actor)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("inspection_inspector", number.strip())
    title = _("Change the inspector") if row else _("List an inspector")
    trail = _inspectors_trail(
        *([(row.name, reverse("inspection_inspector", args=[row.code]))] if row else [])
    )
    return form_page(request, form, title, trail)


# --- laboratories -----------------------------------------------------------------------------------------


def _laboratories_trail(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs((_("Laboratories"), reverse("inspection_laboratories")), *more)


@require_safe
def laboratories(request: HttpRequest) -> HttpResponse:
    """Who may test what; a laboratory goes straight to itself."""
    actor = actor_of(request)
    if actor.speaks_for == "body" and actor.party and not access.anywhere(actor, queries.READ):
        return redirect("inspection_laboratory", actor.party)
    require_reading(actor)

    def found(asked: Asked) -> Found:
        return from_sequence(
            queries_lists.laboratories(by=actor, search=asked.search, **asked.filters), asked
        )

    spec = tables_lists.laboratories(rules_choices(actor))
    context = _list_context(actor, _("Laboratories"), "inspection_capability_new", _("Note a capability"))
    return render_list(request, spec, found, template="inspection/list.html", context=context)


def rules_choices(actor: Actor) -> list[tuple[str, str]]:
    return [(row.code, str(row)) for row in queries.rules(by=actor)]


@require_safe
def laboratory(request: HttpRequest, code: str) -> HttpResponse:
    """One laboratory: what it may test and until when, how much of its capacity is used, recusals, seals."""
    actor = actor_of(request)
    official = access.anywhere(actor, queries.READ)
    try:
        terms = queries_lists.laboratory(code, by=actor)
    except NotFound:
        if actor.speaks_for != "body" or actor.party != code:
            raise
        terms = []
    today = clock.today()
    name = terms[0].name if terms else name_of("uscc", code) or code
    used = queries_lists.batches_of_year([code]).get(code, 0)
    lines = [
        {
            "row": term,
            "past": term.valid_until is not None and term.valid_until < today,
            "coming": term.valid_from > today,
            "may": official and access.allowed(actor, PLAN, term.region),
        }
        for term in terms
    ]
    may = official and access.anywhere(actor, PLAN)
    figures = [
        {"title": _("Rules it may test after"), "value": sum(not (one["past"] or one["coming"]) for one in lines)},
        {"title": _("Batches this year"), "value": used},
    ]  # fmt: skip
    if official:
        held = queries_lists.seals(by=actor, holder=code, status="out").count()
        url = reverse("inspection_seals") + f"?holder={code}"
        figures.append({"title": _("Seals in hand"), "value": held, "url": url})
    return render(
        request,
        "inspection/laboratory.html",
        {
            "name": name,
            "code": code,
            "region": region_name(terms[0].region) if terms else "",
            "figures": figures,
            "lines": lines,
            "own": not official,
            "recusals": recusal_lines(queries_lists.recusals(by=actor, who=code)) if official else [],
            "new_url": reverse("inspection_capability_new") + f"?laboratory={code}" if may else "",
            "recuse_url": reverse("inspection_recusal_new") + f"?who={code}" if may else "",
            "events": history.of("laboratory", code) if official else [],
            "crumbs": _laboratories_trail() if official else crumbs(),
        },
    )


@require_http_methods(["GET", "POST"])
def capability_new(request: HttpRequest) -> HttpResponse:
    """Say what a laboratory may test, after several rules at once."""
    actor = actor_of(request)
    require_planning(actor)
    known = request.GET.get("laboratory", "")[:18]
    terms = queries_lists.capabilities(by=actor).filter(body_code=known) if known else None
    first = terms.first() if terms is not None else None
    initial = {
        "laboratory": known,
        "name": first.name if first else "",
        "region": first.region if first else own_region(actor),
        "valid_from": clock.today(),
    }
    form = CapabilityForm(request.POST or None, initial=initial, rules=rules_choices(actor))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        name = data["name"].strip() or name_of("uscc", data["laboratory"])
        if not name:
            form.add_error("name", _("It is not on the roster of technical bodies: give its name."))
        elif _declare(form, data, name, actor):
            messages.success(request, _("Noted."))
            return redirect("inspection_laboratory", data["laboratory"])
    return form_page(request, form, _("Note a capability"), _laboratories_trail())


def _declare(form: CapabilityForm, data: dict[str, Any], name: str, actor: Actor) -> bool:
    shared = {key: data[key] for key in ("laboratory", "region", "valid_from", "valid_until", "capacity")}
    rows = [{**shared, "name": name, "rules": code} for code in data["rules"]]
    try:
        declare_capabilities(rows, by=actor)
    except Refused as refused:
        form.add_refusal(refused)
        return False
    return True


@require_http_methods(["GET", "POST"])
def capability(request: HttpRequest, pk: int) -> HttpResponse:
    """End a term of a laboratory, or change its capacity."""
    actor = actor_of(request)
    require_planning(actor)
    row = queries_lists.capabilities(by=actor).select_related("rules").filter(pk=pk).first()
    if row is None:
        raise NotFound("no_such_capability", zh="没有这项承检能力。", en="There is no such capability.")
    access.require(actor, PLAN, [row.region])
    form = TermForm(request.POST or None, initial={"valid_until": row.valid_until, "capacity": row.capacity})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        given = {
            "laboratory": row.body_code, "name": row.name, "region": row.region, "rules": row.rules.code,
            "valid_from": row.valid_from, "valid_until": data["valid_until"], "capacity": data["capacity"],
        }  # fmt: skip
        try:
            declare_capabilities([given], by=actor)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("inspection_laboratory", row.body_code)
    trail = _laboratories_trail((row.name, reverse("inspection_laboratory", args=[row.body_code])))
    return form_page(request, form, _("Change the capability"), trail, lead=f"{row.rules} · {row.valid_from}")


# --- recusals ---------------------------------------------------------------------------------------------


def recusal_lines(rows: QuerySet[Recusal]) -> list[dict[str, Any]]:
    """Recusals with the names of their enterprises, and whether they hold."""
    found = list(rows[:50])
    firms, today = frames.names([row.uscc for row in found]), clock.today()
    return [
        {"row": row, "firm": firms.get(row.uscc, ""), "past": bool(row.until and row.until < today)}
        for row in found
    ]


@require_safe
def recusals(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require_reading(actor)
    names: dict[str, str] = {}
    firms: dict[str, str] = {}

    def found(asked: Asked) -> Found:
        shown = from_queryset(queries_lists.recusals(by=actor, search=asked.search, **asked.filters), asked)
        names.update(queries_lists.names_of_holders({row.who for row in shown.rows}))
        firms.update(frames.names([row.uscc for row in shown.rows]))
        for row in shown.rows:
            row.may_end = access.allowed(actor, PLAN, row.region)
        return shown

    context = _list_context(actor, _("Recusals"), "inspection_recusal_new", _("Note a recusal"))
    return render_list(
        request, tables_lists.recusals(names, firms), found, template="inspection/list.html", context=context
    )


@require_http_methods(["GET", "POST"])
def recusal_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require_planning(actor)
    initial = {
        "who": request.GET.get("who", "")[:64],
        "since": clock.today(),
        "region": own_region(actor),
    }
    form = RecusalForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            recuse(
                data["who"], data["uscc"], reason=data["reason"], since=data["since"],
                region=data["region"] or own_region(actor), by=actor,
            )  # fmt: skip
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("Noted: they are not drawn for this enterprise."))
            return redirect("inspection_recusals")
    trail = crumbs((_("Recusals"), reverse("inspection_recusals")))
    return form_page(request, form, _("Note a recusal"), trail)


@require_http_methods(["GET", "POST"])
def recusal_end(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    require_planning(actor)
    row = queries_lists.recusal(pk, by=actor)
    access.require(actor, PLAN, [row.region])
    form = EndForm(request.POST or None, initial={"until": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            end_recusal(row.pk, form.cleaned_data["until"], by=actor)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("It ends with that day; it can still be read."))
            return redirect("inspection_recusals")
    trail = crumbs((_("Recusals"), reverse("inspection_recusals")))
    firm = frames.names([row.uscc]).get(row.uscc, row.uscc)
    names = queries_lists.names_of_holders({row.who})
    return form_page(
        request, form, _("End the recusal"), trail, lead=f"{names.get(row.who, row.who)} · {firm}"
    )
