"""Pages of declarations: list, declaring with the check as one types, one declaration, its changes, the rate."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.apps.standards import access, tables_declarations
from pinzhi.apps.standards import cleaning_declarations as cleaning
from pinzhi.apps.standards import queries_declarations as queries
from pinzhi.apps.standards.actions.declare import declare
from pinzhi.apps.standards.actions.revise_declaration import revise_declaration
from pinzhi.apps.standards.actions.withdraw_declaration import withdraw_declaration
from pinzhi.apps.standards.forms_declarations import WithdrawForm, declaration_form, typed
from pinzhi.apps.standards.loading_declarations import refuse_withdrawn
from pinzhi.apps.standards.models import Declaration
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor, actor_of
from pinzhi.kernel.errors import NotPermitted, Refused
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.registers import queries as registers
from pinzhi.kernel.registers.console.forms import as_initial
from pinzhi.kernel.web.lists import Asked, Found, from_queryset, render_list
from pinzhi.kernel.web.names import region_name
from pinzhi.kernel.web.texts import in_lang, reads_english
from pinzhi.kernel.web.values import field_html
from pinzhi.rules.standards.declarations import Checked, Cited


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (_("Standards"), reverse("standards_index")),
        (_("Declarations"), reverse("standards_declarations")),
        *more,
    ]


def may_declare(actor: Actor) -> bool:
    if actor.speaks_for == "enterprise":
        return actor.is_subject(actor.party, cleaning.REGISTER)
    return access.anywhere(actor, "standards.declare", register=cleaning.REGISTER)


@require_safe
def declarations(request: HttpRequest) -> HttpResponse:
    """The declarations that the account reads."""
    actor = actor_of(request)
    own = actor.speaks_for == "enterprise"

    def fetch(asked: Asked) -> Found:
        rows = queries.declarations(by=actor, search=asked.search, **asked.filters)
        return from_queryset(rows, asked)

    context = {
        "list_title": _("Declarations"),
        "crumbs": crumbs()[:1],
        "may_declare": may_declare(actor),
        "may_rate": not own and access.anywhere(actor, queries.READ, register=cleaning.REGISTER),
    }
    return render_list(
        request,
        tables_declarations.declarations(own),
        fetch,
        template="standards/declarations.html",
        context=context,
    )


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Declare: one form, checked as one types; nothing typed is lost."""
    actor = actor_of(request)
    if not may_declare(actor):
        raise NotPermitted(
            "not_permitted",
            zh="声明由企业自己作出，或由主管部门代为录入。",
            en="Enterprises declare for themselves, or an official enters it for them.",
        )
    kind = cleaning.COMMITMENT if request.GET.get("kind") == cleaning.COMMITMENT else cleaning.DECLARATION
    own = actor.speaks_for == "enterprise"
    form_class = declaration_form(kind, {"commitment": ""}, ask_subject=not own)
    form = form_class(request.POST, request.FILES) if request.method == "POST" else form_class()
    if request.method == "POST" and form.is_valid():
        row = {
            **form.record_values(),
            "kind": kind,
            "uscc": actor.party if own else form.cleaned_data.get("subject"),
        }
        try:
            (done,) = declare([row], by=actor)
        except Refused as error:
            form.add_refusal(error)
        else:
            messages.success(request, _("Declared: it is public from now on."))
            return redirect("standards_declaration", done.number)
    context = {
        "form": form,
        "kind": kind,
        "crumbs": crumbs(),
        "title": _title(kind),
        "autosave": f"declare-{kind}",
    }
    return _form_page(request, context)


def _title(kind: str) -> str:
    return _("Promise quality") if kind == cleaning.COMMITMENT else _("Declare the standard of a product")


def _form_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    context["checks"] = context["kind"] == cleaning.DECLARATION
    context["classes"] = queries.product_classes()
    form = context["form"]
    if context["checks"] and form.is_bound:
        context |= _check_context(request)
    return render(request, "standards/declaration_form.html", context, status=422 if form.errors else 200)


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """The check of what stands in the form now; answers with a part of the page."""
    actor = actor_of(request)
    if not may_declare(actor):
        raise NotPermitted("not_permitted", zh="没有声明的权限。", en="You may not declare.")
    return render(request, "standards/_declaration_check.html", _check_context(request))


def _check_context(request: HttpRequest) -> dict[str, Any]:
    said = typed(request.POST)
    begun = bool(said.get("standard_no")) or any(any(row.values()) for row in said["indicators"])
    if not begun:
        return {"begun": False}
    checked, cited = cleaning.check_one(said, clock.today())
    return {"begun": True, **shown(checked, cited, says_missing=False)}


def shown(checked: Checked, cited: Cited, *, says_missing: bool = True) -> dict[str, Any]:
    """What the check found as the pages show it: by weight, each with its clause."""
    english = reads_english()
    marks = {
        "refuse": (_("To be put right"), "x", "bad"),
        "flag": (_("The public will be told"), "alert-triangle", "warn"),
        "warn": (_("For you to consider"), "info-circle", "course"),
        "note": (_("To know"), "info-circle", ""),
    }
    groups = []
    for level, (title, icon, tone) in marks.items():
        rows = [
            {
                "text": f.en[:1].upper() + f.en[1:] if english else f.zh,
                "right": f.right_en if english else f.right_zh,
                "article": f.article,
                "provisional": f.provisional,
            }
            for f in checked.findings
            # While a form is being filled in what was not typed yet is no fault.
            if f.level == level
            and (says_missing or f.code not in ("cell_missing", "no_title", "no_standard"))
        ]
        if rows:
            groups.append({"title": title, "icon": icon, "tone": tone, "rows": rows, "level": level})
    return {
        "groups": groups,
        "cited": cited,
        "cited_state": _state(cited),
        "compared": [
            {
                "row": c.row,
                "bound": c.bound,
                "applies": c.bound.limit.applies,
                "relation": c.relation,
                "word": _relation(c.relation),
                "reason": c.reason[1] if english else c.reason[0],
            }
            for c in checked.compared
        ],
    }


def _state(cited: Cited) -> tuple[str, str, str]:
    return {
        "in_force": (_("In force"), "circle-check", "good"),
        "own": (_("Own standard"), "circle-check", "good"),
        "withdrawn": (_("No longer in force"), "x", "bad"),
        "not_yet": (_("Not yet in force"), "hourglass", "warn"),
        "draft": (_("Draft"), "edit", "warn"),
        "unreadable": (_("Cannot be read"), "x", "bad"),
    }.get(cited.state, (_("Not in the catalogue"), "help-circle", "warn"))


def _relation(relation: str) -> tuple[str, str, str]:
    return {
        "stricter": (_("Stricter"), "circle-check", "good"),
        "equal": (_("Equal"), "circle-check", "good"),
        "laxer": (_("Lower"), "x", "bad"),
    }.get(relation, (_("Cannot be compared"), "help-circle", ""))


@require_safe
def declaration(request: HttpRequest, number: str) -> HttpResponse:
    """One declaration: what it says, what the check says of it today, its versions."""
    actor = actor_of(request)
    row = queries.declaration(number, by=actor)
    kept = queries.declared_values(number)
    definition = catalogue.get(cleaning.REGISTER).definition
    sections: dict[str, list[tuple[Any, Any]]] = {}
    for field in definition.fields:
        if field.name in kept and field.name not in ("flags", "remarks", "checked_on"):
            sections.setdefault(in_lang(field.group), []).append(
                (field.title, field_html(field, kept[field.name]))
            )
    events = []
    for view in reversed(registers.history(cleaning.REGISTER, number)):
        title = _("Version %(number)s") % {"number": view.values.get("version", "")}
        if view.entry.kind != "publish" and view.step is not None:
            title = in_lang(view.step.title)
        events.append(
            {
                "title": title,
                "when": view.entry.recorded_at,
                "who": view.entry.by,
                "text": view.said.get("reason", ""),
            }
        )
    context: dict[str, Any] = {
        "row": row,
        "kept": kept,
        "status": tables_declarations.status_mark(row),
        "sections": list(sections.items()),
        "events": events,
        "crumbs": crumbs(),
        "may_change": row.status == Declaration.Status.DECLARED and queries.may_change(row, actor),
        "public_url": f"/registers/{cleaning.REGISTER}/records/{number}/",
        "begun": row.kind == Declaration.Kind.DECLARATION,
    }
    if context["begun"]:
        checked, cited = cleaning.check_one(kept, clock.today())
        context |= shown(checked, cited)
    return render(request, "standards/declaration.html", context)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, number: str) -> HttpResponse:
    """A new version."""
    actor = actor_of(request)
    row = queries.declaration(number, by=actor)
    refuse_withdrawn(row)
    access.require(actor, "standards.declare", [row.region], register=cleaning.REGISTER, subject=row.uscc)
    kept = queries.declared_values(number)
    initial = as_initial(cleaning.definition(), {n: kept[n] for n in cleaning.SAID if n in kept})
    form_class = declaration_form(row.kind, initial)
    form = form_class(request.POST, request.FILES) if request.method == "POST" else form_class()
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data.get(name) for name in cleaning.SAID if name in form.fields}
        version = request.POST.get("version", "")
        try:
            revise_declaration(number, values, version=int(version) if version.isdigit() else None, by=actor)
        except Refused as error:
            form.add_refusal(error)
        else:
            messages.success(request, _("Changed: the new version is public."))
            return redirect("standards_declaration", number)
    context = {
        "form": form,
        "kind": row.kind,
        "row": row,
        "title": _("Change the declaration %(number)s") % {"number": number},
        "crumbs": crumbs((number, reverse("standards_declaration", args=[number]))),
        "autosave": f"declaration-{number}-{row.version}",
    }
    return _form_page(request, context)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Withdraw with a reason."""
    actor = actor_of(request)
    row = queries.declaration(number, by=actor)
    refuse_withdrawn(row)
    access.require(actor, "standards.declare", [row.region], register=cleaning.REGISTER, subject=row.uscc)
    form = WithdrawForm(request.POST) if request.method == "POST" else WithdrawForm()
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_declaration(number, form.cleaned_data["reason"], by=actor)
        except Refused as error:
            form.add_refusal(error)
        else:
            messages.success(request, _("Withdrawn: the reason is public."))
            return redirect("standards_declaration", number)
    context = {
        "form": form,
        "row": row,
        "crumbs": crumbs((number, reverse("standards_declaration", args=[number]))),
    }
    return render(request, "standards/declaration_withdraw.html", context, status=422 if form.errors else 200)


@require_safe
def rate(request: HttpRequest) -> HttpResponse:
    """The rate of self-declaration with its two lists: who is counted, and who declares."""
    actor = actor_of(request)
    access_regions = access.held(actor, queries.READ, register=cleaning.REGISTER)
    if access_regions is not None and not access_regions:
        raise NotPermitted(
            "not_permitted", zh="没有查看公开率名单的权限。", en="You may not read these lists."
        )
    home = min(access_regions) if access_regions else ""
    region = str(request.GET.get("region") or home)
    if region != home and not access.allowed(actor, queries.READ, region, register=cleaning.REGISTER):
        region = home
    codes = queries.declaring(region)

    def fetch(asked: Asked) -> Found:
        rows = queries.main_producers(region)
        chosen = asked.filters.get("declares")
        if chosen:
            rows = rows.filter(key__any_of=sorted(codes)) if chosen == "yes" else rows.exclude(key__in=codes)
        if asked.search:
            from pinzhi.kernel.search.queries import find

            rows = find(rows, "search_text", asked.search)
        return from_queryset(rows, asked)

    found = queries.declaration_rate(region)
    context = {
        "list_title": _("Rate of self-declaration"),
        "crumbs": crumbs(),
        "rate": found,
        "missing": found.producers - found.declaring,
        "missing_text": ngettext(
            "%(count)s main producer has no valid declaration.",
            "%(count)s main producers have no valid declaration.",
            found.producers - found.declaring,
        )
        % {"count": found.producers - found.declaring},
        "regions": [
            {**one, "name": region_name(one["region"])}
            for one in (queries.rate_by_region(region) if region else [])
        ],
    }
    return render_list(
        request,
        tables_declarations.producers(codes),
        fetch,
        template="standards/declaration_rate.html",
        context=context,
    )
