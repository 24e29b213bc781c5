"""Pages of the documents: import, reading set beside the text, confirmation, targets and measures corrected."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.apps.policy import binding, charts, indicators, queries, review
from pinzhi.apps.policy.access import home_region, may_change
from pinzhi.apps.policy.actions.change_document import change_document
from pinzhi.apps.policy.actions.change_measure import add_measure, as_named, change_measure, drop_measure
from pinzhi.apps.policy.actions.change_target import add_target, change_target, drop_target, keep_target
from pinzhi.apps.policy.actions.compute_readings import compute_readings, targets_in_force
from pinzhi.apps.policy.actions.confirm_document import confirm_document
from pinzhi.apps.policy.actions.import_document import import_document
from pinzhi.apps.policy.forms import DocumentForm, ImportForm, MeasureForm, TargetForm
from pinzhi.apps.policy.models import Document, Duty, Measure, Review, Target
from pinzhi.apps.policy.readings import REPORTED
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.access.queries import may
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers.values import Wrong, parse_date
from pinzhi.rules.policy.units import split_unit_list


def _status(form: Any) -> int:
    return 422 if form.errors else 200


@require_safe
def documents(request: HttpRequest) -> HttpResponse:
    """All policy documents, newest first."""
    actor = actor_of(request)
    return render(
        request,
        "policy/documents.html",
        {
            "documents": queries.documents(),
            "may_import": may(
                actor, "clerk", register="policy", function="quality", region=home_region(actor_of(request))
            ),
        },
    )


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Bring in a document."""
    actor = actor_of(request)
    form = ImportForm(
        request.POST or None, request.FILES or None, initial={"region": home_region(actor_of(request))}
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            document = import_document(
                file.read(),
                file.name,
                region=form.cleaned_data["region"],
                by=actor,
                title=form.cleaned_data["title"],
            )
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("The document has been read. Check every row against the text."))
            return redirect("policy_review", document.code)
    return render(request, "policy/new.html", {"form": form}, status=_status(form))


@require_safe
def document(request: HttpRequest, code: str) -> HttpResponse:
    """One document: its head, its targets with where they stand, its tasks and units."""
    found = queries.document(code)
    if found.status == Document.Status.READ:
        return redirect("policy_review", code)
    targets, measures = queries.coverage(found)
    return render(
        request,
        "policy/document.html",
        {
            "document": found,
            "rows": [(row, charts.spark(row)) for row in queries.scoreboard(found)],
            "measures": queries.matrix(found),
            "chain": queries.chain(found),
            "children": found.children.defer("text", "reading"),
            "covered_targets": targets,
            "covered_measures": measures,
            "may_edit": may_change(actor_of(request), found),
        },
    )


@require_safe
def review_page(request: HttpRequest, code: str) -> HttpResponse:
    """The original text with every span marked, beside the rows read from it."""
    found = queries.document(code)
    actor = actor_of(request)
    named = indicators.indicators()
    targets = [
        (target, binding.missing(target), named.get(target.indicator), binding.nearest(target))
        for target in found.targets.all()
    ]
    kept = [target for target, *_rest in targets if target.review != Review.DROPPED]
    measures = list(found.measures.prefetch_related("duties"))
    leads = Counter(d.unit for m in measures for d in m.duties.all() if d.role != Duty.Role.SUPPORT)
    return render(
        request,
        "policy/review.html",
        {
            "without_lead": sum(1 for t in kept if not t.lead_agency and not t.lead_unit),
            "without_indicator": sum(1 for t in kept if not t.indicator),
            "units": [unit for unit, _times in leads.most_common(12)],
            "document": found,
            "pieces": review.marked(found),
            "targets": targets,
            "measures": measures,
            "may_edit": may_change(actor, found),
            "may_confirm": may(actor, "approver", register="policy", function="quality", region=found.region)
            and found.status == Document.Status.READ,
            "undecided": sum(
                1 for target, _lacking, _named, _near in targets if target.review == Review.READ
            ),
        },
    )


@require_POST
def title(request: HttpRequest, code: str) -> HttpResponse:
    """Keep the title that was proposed for a text without one, or the one typed instead."""
    found = queries.document(code)
    try:
        change_document(found.pk, {"title": request.POST.get("title", "")}, by=actor_of(request))
    except Refused as refused:
        messages.error(request, f"{_('Title')}: {refused.text} {refused.remedy}")
    return redirect("policy_review", code)


@require_POST
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """Put the document in force."""
    found = queries.document(code)
    actor = actor_of(request)
    try:
        confirm_document(found.pk, by=actor)
        rows = [t for t in targets_in_force() if t.document_id == found.pk]
        compute_readings(rows, by=actor)
    except Refused as refused:
        messages.error(request, f"{refused.text} {refused.remedy}")
        return redirect("policy_review", code)
    messages.success(request, _("The plan is in force. Its targets are counted and public."))
    return redirect("policy_document", code)


@require_http_methods(["GET", "POST"])
def head(request: HttpRequest, code: str) -> HttpResponse:
    """Correct the document's head."""
    found = queries.document(code)
    initial = {
        **{name: getattr(found, name) or "" for name in ("title", "doc_number", "index_number", "issuer")},
        **{name: getattr(found, name) or "" for name in ("issued_on", "plan_from", "plan_until")},
        "basis_numbers": "\n".join(found.bases.values_list("number", flat=True)),
        "parent": found.parent.code if found.parent else "",
    }
    form = DocumentForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        changes = {**form.cleaned_data, "basis_numbers": form.cleaned_data["basis_numbers"].splitlines()}
        try:
            change_document(found.pk, changes, by=actor_of(request))
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect("policy_document", code)
    context = {
        "form": form,
        "document": found,
        "back": reverse("policy_document", args=[code]),
        "heading": _("Document details"),
    }
    return render(request, "policy/form.html", context, status=_status(form))


@require_http_methods(["GET", "POST"])
def target_form(request: HttpRequest, code: str, number: str = "") -> HttpResponse:
    """Correct and bind a target, or add one that was missed."""
    found = queries.document(code)
    target = get_object_or_404(Target, document=found, number=number) if number else None
    names = [*TargetForm.base_fields]
    initial = {name: getattr(target, name) for name in names if target and getattr(target, name) is not None}
    for name in ("value", "value_max", "tolerance", "base_value"):
        if name in initial:
            initial[name] = format(initial[name].normalize(), "f")
    form = TargetForm(request.POST or None, initial=initial or {"region": found.region}, target=target)
    if request.method == "POST" and form.is_valid():
        changes = form.changes()
        lead = changes.get("lead_unit")
        if lead:
            agency = places.resolve_agency(lead, found.region, found.issued_on).agency
            changes["lead_agency"] = agency.code if agency else ""
        try:
            actor = actor_of(request)
            saved = (
                change_target(target.pk, changes, by=actor)
                if target
                else add_target(found.pk, changes, by=actor)
            )
        except Refused as refused:
            form.add_refusal(refused)
        else:
            if found.status == Document.Status.IN_FORCE:
                compute_readings([saved], by=actor)
                return redirect("policy_target", code, saved.number)
            return redirect(reverse("policy_review", args=[code]) + f"#row-{saved.number}")
    back = reverse("policy_review", args=[code])
    context = {
        "form": form,
        "document": found,
        "target": target,
        "back": back,
        "heading": _("Target") if target else _("Add a target"),
    }
    return render(request, "policy/target_form.html", context, status=_status(form))


@require_POST
def decide_target(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """Drop a row that is no target, take it back, or have its figure reported."""
    target = get_object_or_404(Target, document__code=code, number=number)
    try:
        if request.POST.get("decision") == "drop":
            drop_target(target.pk, by=actor_of(request), reason=request.POST.get("reason", ""))
        elif request.POST.get("decision") == "report":
            change_target(target.pk, {"indicator": REPORTED}, by=actor_of(request))
        else:
            keep_target(target.pk, by=actor_of(request))
    except Refused as refused:
        messages.error(request, f"{refused.text} {refused.remedy}")
    return HttpResponseRedirect(reverse("policy_review", args=[code]) + f"#row-{number}")


@require_http_methods(["GET", "POST"])
def measure_form(request: HttpRequest, code: str, position: int = 0) -> HttpResponse:
    """Correct a task and its units, or add one."""
    found = queries.document(code)
    measure = get_object_or_404(Measure, document=found, position=position) if position else None
    initial: dict[str, Any] = {}
    if measure:
        named = {role: "、".join(units) for role, units in as_named(measure).items()}
        first = measure.duties.first()
        initial = {"title": measure.title, **named, "due_on": first.due_on if first else ""}
    form = MeasureForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data, actor = form.cleaned_data, actor_of(request)
        try:
            if request.POST.get("decision") == "drop" and measure:
                drop_measure(measure.pk, by=actor)
            else:
                row = measure or add_measure(found.pk, by=actor, title=data["title"])
                units = {role: split_unit_list(data[role]) for role in ("lead", "support", "responsible")}
                due_on = parse_date(data["due_on"]) if data["due_on"] else None
                change_measure(row.pk, by=actor, title=data["title"], units=units, due_on=due_on)
        except Wrong as wrong:
            form.add_error("due_on", wrong.args4[0])
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect(
                "policy_review" if found.status == Document.Status.READ else "policy_document", code
            )
    context = {
        "form": form,
        "document": found,
        "measure": measure,
        "back": reverse("policy_document", args=[code]),
        "heading": _("Task") if measure else _("Add a task"),
        "may_drop": measure is not None,
    }
    return render(request, "policy/form.html", context, status=_status(form))
