"""Pages of standards-system tables: what a product field should have, held against the catalogue."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.apps.standards import access, loading
from pinzhi.apps.standards.actions.edit_system import edit_system
from pinzhi.apps.standards.actions.publish_system import publish_system
from pinzhi.apps.standards.fields_system import HEAD, places_field
from pinzhi.apps.standards.models import SystemTable
from pinzhi.apps.standards.systems import FINDINGS, TONES, hold
from pinzhi.apps.standards.tables_catalogue import status_html
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor, actor_of
from pinzhi.kernel.errors import NotPermitted, Refused, RefusedRows, in_language
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.registers.models import Record
from pinzhi.kernel.web.drawing import badge_html
from pinzhi.kernel.web.editing import FieldsForm, revision_seen
from pinzhi.kernel.web.formats import as_date
from pinzhi.kernel.web.widgets import form_field


def _crumbs() -> list[tuple[str, str]]:
    return [
        (_("Standards"), reverse("standards_index")),
        (_("Standards-system tables"), reverse("standards_systems")),
    ]


def _may(actor: Actor, verb: str, region: str) -> bool:
    return access.allowed(actor, verb, region, register=access.SYSTEMS)


@require_safe
def systems(request: HttpRequest) -> HttpResponse:
    """All tables with their figures of today."""
    actor, today = actor_of(request), clock.today()
    shown = [
        (table, hold(table, today, few=0).figures) for table in SystemTable.objects.order_by("code")[:200]
    ]
    return render(
        request,
        "standards/systems.html",
        {
            "tables": shown,
            "may_edit": access.anywhere(actor, "standards.edit_system", register=access.SYSTEMS),
            "crumbs": _crumbs()[:1],
        },
    )


@require_safe
def system(request: HttpRequest, code: str) -> HttpResponse:
    """One table as of a day (today): the tree with what there is, gaps and overlaps; it prints as it stands."""
    actor = actor_of(request)
    table = loading.system_table(code, lock=False)
    on = as_date(request.GET.get("on", "")) or clock.today()
    held = hold(table, on)
    rows = [
        {
            "place": place,
            "depth": place.depth,
            "members": [(one, status_html(one.status) if one.status else "") for one in place.members],
            "finding": badge_html(FINDINGS[place.finding], *TONES[place.finding])
            if place.finding in TONES
            else "",
            "notes": [in_language(zh, en) for zh, en in place.notes],
        }
        for place in held.places
    ]
    published = Record.objects.filter(register=access.SYSTEMS, key=table.code, state="listed").first()
    return render(
        request,
        "standards/system.html",
        {
            "table": table,
            "title": in_language(table.title_zh, table.title_en or table.title_zh),
            "field": catalogue.get(access.SYSTEMS).definition.by_name["sector"].option_title(table.field),
            "held": held,
            "on": on,
            "figures": held.figures,
            "rows": rows,
            "may_edit": _may(actor, "standards.edit_system", table.region),
            "may_publish": _may(actor, "standards.publish_system", table.region),
            "published": published,
            "public_url": _public_url(table.code) if published else "",
            "crumbs": _crumbs(),
        },
    )


def _public_url(code: str) -> str:
    try:
        return reverse("portal:record", args=[access.SYSTEMS, code])
    except NoReverseMatch:
        return ""


def _form(initial: dict[str, Any], *, new: bool) -> type[FieldsForm]:
    made: dict[str, forms.Field] = {}
    if new:
        made["code"] = forms.CharField(
            label=_("Code of the table"),
            max_length=40,
            help_text=_("Capital letters, digits and hyphens, such as KIDS-CLOTHING."),
        )
    for field in HEAD():
        made[field.name] = form_field(field, required=field.required, initial=initial.get(field.name))
    places = places_field()
    made["places"] = form_field(places, required=False, initial=initial.get("places"))
    sections = [
        (_("The table"), [name for name in made if name != "places"]),
        (_("Places of the tree"), ["places"]),
    ]
    return type("ASystemForm", (FieldsForm,), {"sections_of": sections, **made})


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, code: str = "") -> HttpResponse:
    """Draw a table up, or change it."""
    actor = actor_of(request)
    initial: dict[str, Any] = {}
    revision, crumbs = None, _crumbs()
    if code:
        table = loading.system_table(code, lock=False)
        access.require(actor, "standards.edit_system", [table.region], register=access.SYSTEMS)
        held = hold(table, clock.today(), few=0)
        initial = {field.name: getattr(table, field.name) for field in HEAD()}
        initial["places"] = [
            {
                "place": place.node.code,
                "title_zh": place.node.title_zh,
                "title_en": place.node.title_en,
                "wanted": place.node.wanted,
                "level": place.node.level,
                "numbers": "；".join(place.node.numbers),
                "plan": place.node.plan,
            }
            for place in held.places
        ]
        initial["places"] = [
            {k: v for k, v in row.items() if v not in (None, "")} for row in initial["places"]
        ]
        revision = table.revision
        crumbs.append((table.code, reverse("standards_system", args=[table.code])))
    elif not access.anywhere(actor, "standards.edit_system", register=access.SYSTEMS):
        raise NotPermitted(
            "not_permitted", zh="您没有编制标准体系表的权限。", en="You may not draw up tables."
        )
    form = _form(initial, new=not code)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.values()
        try:
            saved = edit_system(
                code or values.get("code", ""),
                values,
                values.get("places") or [],
                revision=revision_seen(request),
                by=actor,
            )
        except RefusedRows as refused:
            for error in refused.rows:
                known = error.column in (
                    "位置",
                    "主题",
                    "标准",
                    "应有标准数",
                    "应有级别",
                    "待办工作",
                    "英文",
                    "条目",
                )
                text = f"{in_language('第', 'row ')}{error.row}{in_language('行', '')} {error.column}{_(': ')}{error.wrong}"
                form.add_error("places" if known else None, f"{text} {error.right or ''}".strip())
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("standards_system", saved)
    context = {
        "form": form,
        "form_title": _("Change the table") if code else _("Draw up a table"),
        "crumbs": crumbs,
        "revision": revision,
        "wide": True,
    }
    return render(request, "web/form_page.html", context, status=422 if form.errors else 200)


@require_POST
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """Publish it as it stands today."""
    try:
        publish_system(code, by=actor_of(request))
    except Refused as refused:
        if refused.status == 404:
            raise
        messages.error(request, refused.told)
    else:
        messages.success(request, _("The table is published."))
    return redirect("standards_system", code)
