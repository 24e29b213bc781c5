"""The report of a re-inspection or re-check by form, item by item beside what was found first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from pinzhi.apps.inspection import queries, rulebook
from pinzhi.apps.inspection.actions.enter_reports import enter_reports
from pinzhi.apps.inspection.console import crumbs, form_page, refusal_text
from pinzhi.apps.inspection.forms import REQUIRED, ReportForm, day
from pinzhi.apps.inspection.further import test_title
from pinzhi.apps.inspection.models import Capability, Sample
from pinzhi.apps.inspection.reporting import RE_CHECK, RE_INSPECTION, GivenItem, GivenReport
from pinzhi.apps.inspection.rulebook import Item
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.errors import NotPermitted


class AgainForm(ReportForm):
    """The head of a report that is no first test."""


def again_form(
    items: Sequence[Item],
    laboratories: Sequence[tuple[str, str]],
    required: set[int],
    first: Mapping[int, str],
    test: str,
) -> type[AgainForm]:
    """The form for these items; what was found first stands beside each."""
    made: dict[str, forms.Field] = {
        "laboratory": forms.ChoiceField(label=gettext_lazy("Laboratory"), choices=list(laboratories)),
    }
    head = ["laboratory", "number", "received_on", "tested_on", "issued_on", "said", "seals"]
    if test == RE_CHECK:
        made["re_sampled_on"] = day(
            gettext_lazy("Sampled for the re-check on"),
            help_text=gettext_lazy("The rules in force on this day judge it."),
        )
        head.insert(2, "re_sampled_on")
    sections: list[tuple[Any, list[str]]] = [(gettext_lazy("Report"), head)]
    for item in items:
        names = [f"{part}_{item.id}" for part in ("value", "unit", "method", "uncertainty")]
        before = _("first test: %(value)s") % {"value": first[item.id]} if item.id in first else ""
        made[names[0]] = forms.CharField(
            label=gettext_lazy("Value"), max_length=60, required=item.id in required, error_messages=REQUIRED,
            help_text=" · ".join(part for part in (item.wording, before) if part),
        )  # fmt: skip
        made[names[1]] = forms.CharField(
            label=gettext_lazy("Unit"), max_length=24, required=False, initial=item.limit.unit
        )
        made[names[2]] = forms.CharField(
            label=gettext_lazy("Method"), max_length=120, required=False, initial=item.method
        )
        made[names[3]] = forms.CharField(label=gettext_lazy("Uncertainty"), max_length=40, required=False)
        sections.append((item.name, names))
    return type("AnAgain", (AgainForm,), {"sections_of": sections, **made})


@require_http_methods(["GET", "POST"])
def report_again(request: HttpRequest, number: str, test: str) -> HttpResponse:
    """Refused with the reason at the top, and the attempt kept; taken, it goes on in the case."""
    actor = actor_of(request)
    row = queries.sample(number, by=actor)
    if test not in (RE_INSPECTION, RE_CHECK):
        raise Http404
    if test not in queries.further_tests(row, by=actor):
        raise NotPermitted(
            "not_permitted",
            zh="现在没有待录入的该类报告，或不由您录入。",
            en="No such report is awaited now, or it is not yours to enter.",
        )
    case = row.cases.order_by("-pk")[0]
    book = rulebook.books([row.rules_id])[row.rules_id]
    first = {i.item_id: i for i in case.report.items.all()}
    failed = {i.id for i in book.items if i.id in first and first[i.id].verdict == "fail"}
    named = case.events.filter(kind="laboratory_named").last() if test == RE_INSPECTION else None
    code = str(named.detail.get("laboratory", "")) if named else ""
    able = Capability.objects.filter(rules_id=book.rules).order_by("name")
    if code:
        able = able.filter(body_code=code)
    elif actor.speaks_for == "body":
        able = able.filter(body_code=actor.party)
    shown = [i for i in book.items if i.id in failed] if test == RE_INSPECTION else list(book.items)
    said = {pk: f"{i.value} {i.unit}".strip() for pk, i in first.items()}
    cls = again_form(
        shown,
        list(dict.fromkeys(able.values_list("body_code", "name"))),
        failed if test == RE_CHECK or len(failed) == 1 else set(),
        said,
        test,
    )
    form = cls(request.POST or None, initial={"laboratory": code or row.laboratory})
    if request.method == "POST" and form.is_valid():
        outcome = enter_reports([_given(row, test, shown, form.cleaned_data)], by=actor)
        if outcome.taken:
            messages.success(request, _("The report is in; the case goes on by it."))
            own = queries.cases(by=actor).filter(pk=case.pk).exists()
            target = ("inspection_case", case.number) if own else ("inspection_sample", row.number)
            return redirect(*target)
        refused = outcome.refused[0]
        form.add_error(None, refusal_text(refused))
    trail = crumbs(
        (_("Samples and results"), reverse("inspection_samples")),
        (row.number, reverse("inspection_sample", args=[number])),
    )
    return form_page(request, form, test_title(test), trail, lead=row.product_name)


def _given(row: Sample, test: str, items: Sequence[Item], data: Mapping[str, Any]) -> GivenReport:
    seals = data["seals"].replace("，", ",").replace("、", ",").split(",")
    return GivenReport(
        sample=row.number,
        number=data["number"],
        laboratory=data["laboratory"],
        received_on=data["received_on"],
        tested_on=data["tested_on"],
        issued_on=data["issued_on"],
        said=data["said"],
        seals=[part.strip() for part in seals if part.strip()],
        items=[
            GivenItem(
                i.code,
                data[f"value_{i.id}"],
                data[f"unit_{i.id}"],
                data[f"method_{i.id}"],
                data[f"uncertainty_{i.id}"],
            )
            for i in items
            if data[f"value_{i.id}"]
        ],
        test=test,
        sampled_on=data.get("re_sampled_on"),
    )
