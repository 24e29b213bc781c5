"""Pages of the degree of conformity: the rates with their bases, the lists they stand on, every line behind them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.apps.standards import access
from pinzhi.apps.standards import queries_limits as queries
from pinzhi.apps.standards.access_verbs_limits import CONFORMITY, PUBLISH_CONFORMITY
from pinzhi.apps.standards.actions.compute_conformity import compute_conformity, publish_conformity
from pinzhi.apps.standards.actions.keep_key_lists import (
    save_international_standard,
    save_key_field,
    save_key_standard,
    take_off_list,
)
from pinzhi.apps.standards.console_limits import home
from pinzhi.apps.standards.forms_limits import InternationalForm, KeyFieldForm, KeyStandardForm
from pinzhi.apps.standards.limit_words import conformity_methods
from pinzhi.apps.standards.models.limits import (
    ConformityLine,
    ConformityRun,
    InternationalStandard,
    KeyField,
    KeyStandard,
    LimitDocument,
)
from pinzhi.apps.standards.publishing_limits import CONFORMITY as REGISTER
from pinzhi.apps.standards.wording_limits import OUTCOME_MARKS, OUTCOME_TITLES
from pinzhi.kernel.access.actor import Actor, actor_of
from pinzhi.kernel.errors import NotFound, Refused
from pinzhi.kernel.web import charts
from pinzhi.kernel.web.texts import in_lang, reads_english

State = ConformityRun.State
RATES = ("r1", "r2", "r2_ordered", "r3")


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (_("Standards"), reverse("standards_index")),
        (_("Degree of conformity"), reverse("standards_conformity")),
        *more,
    ]


def rate_titles() -> dict[str, str]:
    return {
        "r1": _(
            "R1 documents: key standards with a current IDT or MOD ÷ key standards that have an international counterpart"
        ),
        "r2": _("R2 indicators: stricter or equal ÷ all compared"),
        "r2_ordered": _("R2 without those that cannot be ordered"),
        "r3": _("R3 conversion: international standards converted ÷ those that can be"),
    }


def percent(pair: list[int]) -> float | None:
    """Per cent of a rate kept as [numerator, denominator], for showing only."""
    return 100 * pair[0] / pair[1] if len(pair) == 2 and pair[1] else None


def _shown(run: ConformityRun) -> list[dict[str, Any]]:
    titles = rate_titles()
    return [
        {
            "name": name,
            "title": titles[name],
            "value": percent(getattr(run, name)),
            "numerator": getattr(run, name)[0],
            "denominator": getattr(run, name)[1],
        }
        for name in RATES
    ]


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The newest result with its method, the years before it, the list of key fields."""
    actor = actor_of(request)
    runs = list(queries.conformity_runs()[:40])
    published = [run for run in runs if run.state == State.PUBLISHED]
    waiting = next((run for run in runs if run.state == State.COMPUTED), None)
    fields = list(KeyField.objects.filter(ended_on=None).prefetch_related("standards", "international"))
    context = {
        "newest": published[0] if published else None,
        "rates": _shown(published[0]) if published else [],
        "outcomes": _outcomes(published[0]) if published else [],
        "waiting": waiting,
        "history": [{"run": run, "rates": _shown(run)} for run in published],
        "trend": _trend(published),
        "fields": [
            {
                "field": field,
                "standards": sum(one.ended_on is None for one in field.standards.all()),
                "international": sum(one.ended_on is None for one in field.international.all()),
            }
            for field in fields
        ],
        "methods": conformity_methods(),
        "crumbs": crumbs()[:1],
        "may_compute": access.anywhere(actor, CONFORMITY, register=REGISTER),
        "may_publish": bool(
            waiting
            and access.allowed(actor, PUBLISH_CONFORMITY, waiting.region, register=REGISTER)
            and waiting.computed_by != actor.username
        ),
    }
    return render(request, "standards/conformity.html", context)


def _outcomes(run: ConformityRun) -> list[dict[str, Any]]:
    return [
        {
            "title": in_lang(OUTCOME_TITLES[name]),
            "value": run.outcomes.get(name, 0),
            "url": reverse("standards_conformity_run", args=[run.pk]) + f"?rate=verdict&outcome={name}",
        }
        for name in ("stricter", "equal", "laxer", "different")
    ]


def _trend(runs: list[ConformityRun]) -> Any:
    """The rates of each year's last result; None where there are not two years."""
    by_year: dict[int, float] = {}
    for run in reversed(runs):
        value = percent(run.r1)
        if value is not None:
            by_year[run.as_of.year] = value
    if len(by_year) < 2:
        return None
    years = sorted(by_year)
    series = []
    for name, title in (("r1", "R1"), ("r2", "R2"), ("r3", "R3")):
        last = {row.as_of.year: percent(getattr(row, name)) for row in reversed(runs)}
        series.append((title, [None if last[y] is None else round(last[y] or 0, 1) for y in years]))
    return charts.trend(_("R1, R2 and R3 by year"), years, series, unit="%", precision=1)


@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One computation: its rates, and every standard and every pair of limits that they were counted from."""
    row = _run(pk)
    rate, outcome, field = (request.GET.get(name, "") for name in ("rate", "outcome", "field"))
    lines = row.lines.all()
    if rate in ConformityLine.Rate.values:
        lines = lines.filter(rate=rate)
    if field:
        lines = lines.filter(field=field)
    if outcome in OUTCOME_TITLES:
        lines = lines.filter(rate=ConformityLine.Rate.VERDICT, values__outcome=outcome)
    lang = "en" if reads_english() else "zh"
    grouped: dict[str, list[dict[str, Any]]] = {}
    total = lines.count()
    for line in lines[:1000]:
        values = dict(line.values)
        if line.rate == ConformityLine.Rate.VERDICT:
            icon, tone = OUTCOME_MARKS[values["outcome"]]
            values |= {"word": in_lang(OUTCOME_TITLES[values["outcome"]]), "icon": icon, "tone": tone}
            values["reason"] = values.get(f"reason_{lang}", "")
        grouped.setdefault(line.rate, []).append(values)
    method = next((one for one in conformity_methods() if one.version == row.method), None)
    fields = KeyField.objects.filter(region=row.region, code__in=row.lines.values("field"))
    context = {
        "run": row,
        "rates": _shown(row),
        "method": method,
        "standards": grouped.get("standard", []),
        "verdicts": grouped.get("verdict", []),
        "conversions": grouped.get("conversion", []),
        "fields": fields,
        "field": field,
        "rate": rate,
        "outcome": outcome,
        "more": max(total - 1000, 0),
        "filtered": bool(rate or outcome or field),
        "crumbs": crumbs(),
    }
    return render(request, "standards/conformity_run.html", context)


def _run(pk: int) -> ConformityRun:
    row = ConformityRun.objects.filter(pk=pk).first()
    if row is None:
        raise NotFound("no_such_run", zh="没有这次测算。", en="There is no such computation.")
    return row


@require_POST
def compute(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    try:
        made = compute_conformity(region=home(request), by=actor)
    except Refused as refused:
        if refused.status == 403:
            raise
        messages.error(request, refused.told)
        return redirect("standards_conformity")
    messages.success(request, _("Computed. Somebody else checks and publishes it."))
    return redirect("standards_conformity_run", made.pk)


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    publish_conformity(pk, by=actor_of(request))
    messages.success(request, _("Published."))
    return redirect("standards_conformity")


@require_http_methods(["GET", "POST"])
def new_field(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    access.require(actor, CONFORMITY, [home(request)], register=REGISTER)
    form = KeyFieldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_key_field(form.values(), region=home(request), by=actor)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect("standards_key_field", saved.pk)
    context = {"form": form, "form_title": _("Put a key field on the list"), "crumbs": crumbs()}
    return render(request, "web/form_page.html", context, status=422 if form.errors else 200)


def _field(pk: int) -> KeyField:
    row = KeyField.objects.filter(pk=pk).first()
    if row is None:
        raise NotFound("no_such_field", zh="没有这个重点领域。", en="There is no such key field.")
    return row


@require_safe
def key_field(request: HttpRequest, pk: int) -> HttpResponse:
    """A key field: its key standards with counterpart and degree, the international standards of the field."""
    row = _field(pk)
    standards = row.standards.filter(ended_on=None).select_related("document").prefetch_related("benchmarks")
    context = {
        "field": row,
        "standards": standards,
        "international": row.international.filter(ended_on=None),
        "crumbs": crumbs(),
        "may_change": access.allowed(actor_of(request), CONFORMITY, row.region, register=REGISTER),
    }
    return render(request, "standards/key_field.html", context)


@require_http_methods(["GET", "POST"])
def key_standard(request: HttpRequest, pk: int, standard: int | None = None) -> HttpResponse:
    """Put a key standard on the field's list, or change it."""
    actor: Actor = actor_of(request)
    field = _field(pk)
    access.require(actor, CONFORMITY, [field.region], register=REGISTER)
    row = KeyStandard.objects.filter(pk=standard, field=field).first() if standard else None
    initial: dict[str, Any] = {}
    if row:
        initial = {n: getattr(row, n) for n in ("number", "title_zh", "counterpart", "degree", "source")}
        initial["current"] = "" if row.current is None else "yes" if row.current else "no"
        initial["benchmarks"] = [str(d.pk) for d in row.benchmarks.all()]
    documents = list(LimitDocument.objects.exclude(market="CN").order_by("market", "number")[:300])
    form = KeyStandardForm(request.POST or None, initial=initial, documents=documents)
    if row:
        form.fields["number"].disabled = True
    if request.method == "POST" and form.is_valid():
        values = form.values()
        try:
            save_key_standard(field, values, benchmarks=[int(one) for one in values["benchmarks"]], by=actor)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect("standards_key_field", field.pk)
    back = reverse("standards_key_field", args=[field.pk])
    context = {"form": form, "form_title": _("Key standard"), "crumbs": crumbs((field.title_zh, back))}
    return render(request, "web/form_page.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def international(request: HttpRequest, pk: int, standard: int | None = None) -> HttpResponse:
    """Put an international standard on the field's list, or change it."""
    actor = actor_of(request)
    field = _field(pk)
    access.require(actor, CONFORMITY, [field.region], register=REGISTER)
    row = InternationalStandard.objects.filter(pk=standard, field=field).first() if standard else None
    names = ("number", "title", "convertible", "why_not", "converted_by", "source")
    form = InternationalForm(
        request.POST or None, initial={n: getattr(row, n) for n in names} if row else {"convertible": True}
    )
    if row:
        form.fields["number"].disabled = True
    if request.method == "POST" and form.is_valid():
        try:
            save_international_standard(field, form.values(), by=actor)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect("standards_key_field", field.pk)
    back = reverse("standards_key_field", args=[field.pk])
    context = {
        "form": form,
        "form_title": _("International standard of the field"),
        "crumbs": crumbs((field.title_zh, back)),
    }
    return render(request, "web/form_page.html", context, status=422 if form.errors else 200)


@require_POST
def off_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a key standard, an international standard or the whole field off its list."""
    field = _field(pk)
    what, chosen = request.POST.get("what", ""), request.POST.get("pk", "")
    row: KeyField | KeyStandard | InternationalStandard | None = field if what == "field" else None
    if what == "standard" and chosen.isdigit():
        row = KeyStandard.objects.filter(pk=int(chosen), field=field).first()
    if what == "international" and chosen.isdigit():
        row = InternationalStandard.objects.filter(pk=int(chosen), field=field).first()
    if row is None:
        raise NotFound("not_listed", zh="清单中没有。", en="It is not on the list.")
    take_off_list(row, by=actor_of(request))
    messages.success(request, _("Taken off the list."))
    return redirect("standards_conformity") if what == "field" else redirect("standards_key_field", field.pk)
