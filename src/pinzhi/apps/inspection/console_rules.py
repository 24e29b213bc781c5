"""Pages of detailed rules: the list, one with its versions, drawing up from a template, release by another person."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pinzhi.apps.inspection import access, history, queries_lists, rulebook, tables_lists
from pinzhi.apps.inspection.actions.save_rules import release_rules, save_rules
from pinzhi.apps.inspection.console import crumbs
from pinzhi.apps.inspection.forms_rules import (
    COLUMNS,
    ReleaseForm,
    RulesForm,
    TemplateForm,
    row_of,
    sectors,
    template_initial,
)
from pinzhi.apps.inspection.models import DetailedRules, RuleItem, RulesVersion
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor, actor_of
from pinzhi.kernel.errors import NotPermitted, Refused
from pinzhi.kernel.web.lists import Asked, Found, from_queryset, render_list
from pinzhi.kernel.web.names import region_name


def trail(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs((_("Detailed rules"), reverse("inspection_rules_list")), *more)


def own_region(actor: Actor) -> str:
    """The region that a form begins with: the first in which the actor holds a right."""
    return next((right.region for right in actor.rights if right.region), "")


def may_plan(actor: Actor, rules: DetailedRules) -> bool:
    if rules.region:
        return access.allowed(actor, "inspection.plan", rules.region)
    return access.anywhere(actor, "inspection.plan")


def may_release(actor: Actor, rules: DetailedRules) -> bool:
    if rules.region:
        return access.allowed(actor, "inspection.release", rules.region)
    return access.anywhere(actor, "inspection.release")


@require_safe
def rules_list(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)

    def found(asked: Asked) -> Found:
        return from_queryset(queries_lists.rules(by=actor, search=asked.search, **asked.filters), asked)

    context = {
        "list_title": _("Detailed rules"),
        "crumbs": crumbs(),
        "new_url": reverse("inspection_rules_new") if access.anywhere(actor, "inspection.plan") else "",
        "new_title": _("Draw up rules"),
    }
    return render_list(request, tables_lists.rules(), found, template="inspection/list.html", context=context)


@require_safe
def rules(request: HttpRequest, code: str) -> HttpResponse:
    """The versions of detailed rules with their items, what comes next, and what happened."""
    actor = actor_of(request)
    row, versions = queries_lists.rules_versions(code, by=actor)
    draft = next((v for v in versions if not v.released_at), None)
    official = actor.speaks_for not in ("enterprise", "body")
    return render(
        request,
        "inspection/rules.html",
        {
            "row": row,
            "versions": [_shown(v) for v in versions if official or v.released_at],
            "draft": draft if official else None,
            "second": draft is not None and draft.drafted_by == actor.username,
            "may_edit": may_plan(actor, row),
            "may_release": draft is not None and may_release(actor, row),
            "facts": [
                (_("Number"), row.code),
                (_("Kind of check"), row.get_kind_display()),
                (_("Field of consumer goods"), dict(sectors()).get(row.sector, row.sector)),
                (_("Region"), region_name(row.region) if row.region else "—"),
                (_("Risk class of the goods"), row.risk),
                (_("Laboratories"), queries_lists.able_laboratories(row)),
            ],
            "events": history.of("rules", row.code) if official else [],
            "crumbs": trail(),
        },
    )


def _shown(version: RulesVersion) -> dict[str, Any]:
    today = clock.today()
    held = bool(version.released_at) and version.valid_from <= today
    return {
        "version": version,
        "items": [(item, rulebook.wording(item)) for item in version.items.all()],
        "standards": "、".join(version.standards),
        "state": "draft"
        if not version.released_at
        else "coming"
        if not held
        else "past"
        if version.valid_until and version.valid_until < today
        else "held",
    }


@require_http_methods(["GET", "POST"])
def rules_new(request: HttpRequest) -> HttpResponse:
    """Choose a kind of check, then draw the rules up from the items that it proposes."""
    actor = actor_of(request)
    if not access.anywhere(actor, "inspection.plan"):
        raise NotPermitted(
            "not_permitted", zh="您没有编制实施细则的权限。", en="You may not draw up detailed rules."
        )
    choosing = TemplateForm(request.GET or None, initial={"kind": request.GET.get("kind") or "spot_check"})
    title = _("Draw up rules")
    if request.method == "GET" and not (choosing.is_bound and choosing.is_valid()):
        return render(
            request,
            "inspection/rules_begin.html",
            {"form": choosing, "form_title": title, "crumbs": trail()},
            status=422 if choosing.errors else 200,
        )
    kind = choosing.cleaned_data.get("kind", "") if choosing.is_bound and choosing.is_valid() else ""
    template = choosing.template
    initial = {"region": own_region(actor), **template_initial(kind, template)}
    form = RulesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        saved = _save(form, data["code"], data["region"], actor, new=True)
        if saved:
            messages.success(request, _("Saved as a draft; another person releases it."))
            return redirect("inspection_rules", saved.rules.code)
    return _rules_page(request, form, title, trail(), template=template, autosave="rules-new")


def _rules_page(request: HttpRequest, form: RulesForm, title: str, path: Any, **more: Any) -> HttpResponse:
    context = {"form": form, "form_title": title, "crumbs": path, **more}
    return render(request, "inspection/rules_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def rules_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change the draft, or draw up the next version from the one before."""
    actor = actor_of(request)
    row, versions = queries_lists.rules_versions(code, by=actor)
    if not may_plan(actor, row):
        access.require(actor, "inspection.plan", [row.region])
    newest = versions[0] if versions else None
    items = list(newest.items.all()) if newest else []
    initial: dict[str, Any] = {
        name: getattr(row, name)
        for name in ("kind", "product_class", "sector", "risk", "food", "consumer_goods")
    }
    initial |= (newest.head if newest and not newest.released_at else None) or {}
    if newest:
        initial |= {
            name: getattr(newest, name)
            for name in ("test_samples", "backup_samples", "sample_unit", "standards", "judgement", "basis")
        }
    form = RulesForm(
        request.POST or None, fixed=True, initial=initial | {"rows": [row_of(item) for item in items]}
    )
    if request.method == "POST" and form.is_valid():
        typed = request.POST.get("seen", "")
        seen = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 18 else None
        saved = _save(form, row.code, row.region or own_region(actor), actor, before=items, seen=seen)
        if saved:
            messages.success(request, _("Saved as a draft; another person releases it."))
            return redirect("inspection_rules", row.code)
    drafted = newest is not None and not newest.released_at
    title = _("Change the draft") if drafted else _("Draw up the next version")
    path = trail((row.code, reverse("inspection_rules", args=[row.code])))
    shown = request.POST.get("seen") or (newest.pk if newest else "")
    return _rules_page(
        request, form, title, path, lead=row.product_class, autosave=f"rules-{row.code}", seen=shown
    )


def _save(
    form: RulesForm,
    code: str,
    region: str,
    actor: Actor,
    *,
    before: list[RuleItem] | None = None,
    new: bool = False,
    seen: int | None = None,
) -> RulesVersion | None:
    data = form.cleaned_data
    try:
        return save_rules(
            code, product_class=data["product_class"], sector=data["sector"], items=form.item_rows(before or ()),
            food=data["food"], consumer_goods=data["consumer_goods"], risk=data["risk"],
            test_samples=data["test_samples"], backup_samples=data["backup_samples"], sample_unit=data["sample_unit"],
            standards=data["standards"], judgement=data["judgement"], basis=data["basis"], kind=data["kind"],
            region=region, new=new, seen=seen, by=actor,
        )  # fmt: skip
    except Refused as refused:
        form.refuse(refused, "rows", COLUMNS)
        return None


@require_http_methods(["GET", "POST"])
def rules_release(request: HttpRequest, code: str) -> HttpResponse:
    """Confirm the draft: what changes against the version before, and from which day it holds."""
    actor = actor_of(request)
    row, versions = queries_lists.rules_versions(code, by=actor)
    draft = next((v for v in versions if not v.released_at), None)
    if not may_release(actor, row):
        access.require(actor, "inspection.release", [row.region])
    if draft is None:
        messages.info(request, _("There is no draft that waits."))
        return redirect("inspection_rules", code)
    before = next((v for v in versions if v.released_at), None)
    form = ReleaseForm(request.POST or None, initial={"valid_from": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            typed = request.POST.get("seen", "")
            seen = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 18 else None
            release_rules(
                code, form.cleaned_data["valid_from"], region=own_region(actor), seen=seen, by=actor
            )
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("Released."))
            return redirect("inspection_rules", code)
    return render(
        request,
        "inspection/rules_release.html",
        {
            "row": row,
            "form": form,
            "changes": changes(draft, before),
            "before": before,
            "draft": draft,
            "second": draft.drafted_by == actor.username,
            "crumbs": trail((row.code, reverse("inspection_rules", args=[code]))),
        },
        status=422 if form.errors else 200,
    )


def changes(draft: RulesVersion, before: RulesVersion | None) -> list[dict[str, str]]:
    """What a draft changes: items added, left out, or with another requirement or method; samples, judgement."""
    if before is None:
        return [
            {"what": item.name, "old": "", "new": _said(item), "kind": "new"} for item in draft.items.all()
        ]
    found = []
    old, new = ({item.code: item for item in version.items.all()} for version in (before, draft))
    for code in [*new, *(c for c in old if c not in new)]:
        one, other = (_said(side[code]) if code in side else "" for side in (old, new))
        if one != other or old[code].name != new[code].name:
            name = (new.get(code) or old[code]).name
            kind = "new" if not one else "gone" if not other else "changed"
            renamed = kind == "changed" and old[code].name != new[code].name
            what = f"{old[code].name} → {name}" if renamed else name
            found.append({"what": what, "old": one, "new": other, "kind": kind})
    rules, titles = draft.rules, dict(sectors())
    for name, value in (draft.head or {}).items():
        if getattr(rules, name) != value:
            title = str(RulesForm.base_fields[name].label)
            said_as = [_shown_value(titles, one) for one in (getattr(rules, name), value)]
            found.append({"what": title, "old": said_as[0], "new": said_as[1], "kind": "changed"})
    heads = (
        (_("Samples"), lambda v: f"{v.test_samples} + {v.backup_samples} {v.sample_unit}"),
        (_("Standards"), lambda v: "、".join(v.standards)),
        (_("How a batch is judged"), lambda v: v.judgement),
    )
    for title, said in heads:
        if said(before) != said(draft):
            found.append({"what": title, "old": said(before), "new": said(draft), "kind": "changed"})
    return found


def _shown_value(titles: dict[str, Any], value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(titles.get(value, value))


def _said(item: RuleItem) -> str:
    marks = [
        word
        for word, held in (
            (_("serious"), item.serious),
            (RuleItem._meta.get_field("microbiological").verbose_name, item.microbiological),
            (RuleItem._meta.get_field("label").verbose_name, item.label),
        )
        if held
    ]
    rounded = (
        [] if item.rounded is None else [f"{RuleItem._meta.get_field('rounded').verbose_name} {item.rounded}"]
    )
    parts = [
        rulebook.wording(item),
        item.method,
        item.standard,
        *map(str, marks),
        *map(str, rounded),
    ]
    return " · ".join(filter(None, parts))
