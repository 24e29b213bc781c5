"""The console's first page of checks, and its pages of samples, reports and publication."""

from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pinzhi.apps.inspection import (
    access,
    clock_lines,
    contents,
    further,
    joint,
    queries,
    queries_outside,
    rulebook,
    tables,
)
from pinzhi.apps.inspection.actions.correct_result import correct_result
from pinzhi.apps.inspection.actions.enter_reports import enter_reports
from pinzhi.apps.inspection.actions.import_reports import import_reports
from pinzhi.apps.inspection.actions.publish_results import publish_results
from pinzhi.apps.inspection.forms import CorrectForm, UploadForm, report_form
from pinzhi.apps.inspection.models import Capability, ImportFile, Inspector, Report, Sample
from pinzhi.apps.inspection.report_files import COLUMNS
from pinzhi.apps.inspection.reporting import GivenItem, GivenReport, Refusal
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor, actor_of
from pinzhi.kernel.errors import NotPermitted, Refused
from pinzhi.kernel.transfer.writing import write_template
from pinzhi.kernel.web.lists import Asked, Found, from_queryset, render_list
from pinzhi.kernel.web.texts import reads_english

FIRST = Prefetch("reports", Report.objects.filter(test="first"), to_attr="first_reports")


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Spot checks"), reverse("inspection_index")), *more]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Numbers first, then the parts in the order of the work; an enterprise or laboratory sees its own."""
    actor = actor_of(request)
    year = clock.today().year
    samples = queries.samples(by=actor)
    tally = queries.tally(samples.filter(programme__year=year))
    cases = queries.cases(by=actor)
    figures = [
        {
            "title": _("Batches sampled this year"),
            "value": tally.checked,
            "url": reverse("inspection_samples"),
        },
        {"title": _("Passed the first test"), "value": tally.passed, "note": _rate(tally)},
        {
            "title": _("Open cases"),
            "value": cases.filter(closed_on=None).count(),
            "url": reverse("inspection_cases"),
        },
        {
            "title": _("Overdue"),
            "value": cases.filter(closed_on=None, due_on__lt=clock.today()).count(),
            "url": reverse("inspection_cases") + "?due=late",
        },
    ]
    official = actor.speaks_for not in ("enterprise", "body")
    context = {"figures": figures, "sections": contents.sections(actor), "own": not official}
    return render(request, "inspection/index.html", context)


def _rate(tally: queries.Tally) -> str:
    return "" if tally.rate is None else f"{tally.rate:.1f} %"


def refusal_text(one: Refusal) -> str:
    """Why a report was refused and what helps, in the reader's language."""
    said = f"{one.en}." if reads_english() else f"{one.zh}。"
    return f"{said} {one.remedy}".strip()


def form_page(request: HttpRequest, form: Any, title: str, trail: Any, **more: Any) -> HttpResponse:
    context = {"form": form, "form_title": title, "crumbs": trail, **more}
    return render(request, "inspection/form.html", context, status=422 if form.errors else 200)


# --- samples and reports ----------------------------------------------------------------------------------


@require_safe
def samples(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    named = request.GET.get("programme", "")[:64]

    def found(asked: Asked) -> Found:
        rows = queries.samples(by=actor, search=asked.search, programme=named, **asked.filters)
        shown = from_queryset(rows.select_related("programme").prefetch_related(FIRST), asked)
        split = joint.of_samples(shown.rows)
        for row in shown.rows:
            row.parties = split.get(row.pk, [])
            row.own_party = actor.party
        return shown

    context = {"list_title": _("Samples and results"), "crumbs": crumbs()}
    return render_list(request, tables.samples(), found, template="inspection/list.html", context=context)


@require_safe
def sample(request: HttpRequest, number: str) -> HttpResponse:
    """The batch, its seals, its reports item by item, what was published of it, what came of it."""
    actor = actor_of(request)
    row = queries.sample(number, by=actor)
    reports = queries.reports_of(row)
    result = queries.published(row)
    book = rulebook.books([row.rules_id])[row.rules_id]
    terms = queries.sample_terms(row)
    return render(
        request,
        "inspection/sample.html",
        {
            "clocks": [clock_lines.of_sample(one) for one in terms],
            "provisional": any(one.provisional for one in terms),
            "row": row,
            "crumbs": crumbs((_("Samples and results"), reverse("inspection_samples"))),
            # How it was bought is for offices: a seller who knows account and address knows the next buyer.
            "facts": sample_facts(row) + (online_facts(row) if actor.speaks_for == "agency" else []),
            "reports": reports,
            "wordings": {item.id: item.wording for item in book.items},
            "result": result,
            "cases": queries.cases(by=actor).filter(sample=row),
            "elsewhere": queries_outside.also_checked(row, by=actor) if row.outcome == "taken" else [],
            "goods_key": row.product_key
            if row.outcome == "taken" and access.anywhere(actor, queries.READ)
            else "",
            "parties": joint.of_samples([row]).get(row.pk, []),
            "again": further.links(row, queries.further_tests(row, by=actor)),
            "may_report": row.outcome == "taken" and not reports and _may_report_on(actor, row),
            "may_publish": bool(reports)
            and (result is None or result.published_on is None)
            and access.allowed(actor, "inspection.publish", row.programme.region),
            "may_correct": result is not None
            and result.published_on is not None
            and access.allowed(actor, "inspection.correct", row.programme.region),
        },
    )


def sample_facts(row: Sample) -> list[tuple[str, Any]]:
    names = dict(Inspector.objects.filter(code__in=row.inspectors).values_list("code", "name"))
    found = [
        (_("Sample number"), row.number),
        (_("Programme"), row.programme.title),
        (_("Detailed rules"), str(row.rules.rules)),
        (_("Product"), row.product_name),
        (_("Producer"), f"{row.producer_name} {row.producer_code}".strip()),
        (_("GTIN"), row.gtin),
        (_("Trade mark"), row.trademark),
        (_("Specification and model"), row.specification),
        (_("Standard executed"), row.standard_executed),
        (_("Batch or production date"), row.batch_no),
        (_("Where sampled"), f"{row.get_channel_display()} · {row.sampled_at_name}"),
        (_("Sampled on"), row.sampled_on.isoformat()),
        (_("Samples"), f"{row.test_samples} + {row.backup_samples} {row.rules.sample_unit}"),
        (_("Inspectors"), "、".join(names.get(code, code) for code in row.inspectors)),
        (_("Price (yuan)"), row.price),
        (_("Seal numbers"), "、".join(row.seals.values_list("number", flat=True))),
        (_("Refusal"), row.refusal),
    ]
    return [(title, value) for title, value in found if value not in ("", None)]


def online_facts(row: Sample) -> list[tuple[str, Any]]:
    """How a sample was bought on a platform: order, payment, account, days."""
    titles = {
        "platform": _("Platform"),
        "shop": _("Shop on the platform"),
        "order": _("Order number"),
        "payment": _("Payment: how, and its number"),
        "account": _("Account it was bought with"),
        "delivered_to": _("Delivered to"),
        "ordered_on": _("Ordered on"),
        "received_on": _("Parcel received on"),
    }
    return [(title, row.online[name]) for name, title in titles.items() if row.online.get(name)]


def _may_report_on(actor: Actor, row: Sample) -> bool:
    own = (
        actor.speaks_for == "body"
        and bool(row.laboratory)
        and actor.is_subject(row.laboratory, access.RESULTS)
    )
    return access.allowed(actor, "inspection.report", row.region, own=own)


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, number: str) -> HttpResponse:
    """A laboratory's report on one sample, by form: refused with the reason at the top, and the attempt kept."""
    actor = actor_of(request)
    row = queries.sample(number, by=actor)
    if not _may_report_on(actor, row):
        raise NotPermitted(
            "not_permitted", zh="您不能录入这个样品的报告。", en="You may not report on this sample."
        )
    book = rulebook.books([row.rules_id])[row.rules_id]
    able = Capability.objects.filter(rules_id=book.rules).order_by("name")
    if actor.speaks_for == "body":
        able = able.filter(body_code=actor.party)
    laboratories = list(dict.fromkeys(able.values_list("body_code", "name")))
    cls = report_form(book.items, laboratories)
    form = cls(request.POST or None, initial={"laboratory": row.laboratory})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        given = GivenReport(
            sample=row.number,
            number=data["number"],
            laboratory=data.get("laboratory") or (laboratories[0][0] if laboratories else ""),
            received_on=data["received_on"],
            tested_on=data["tested_on"],
            issued_on=data["issued_on"],
            said=data["said"],
            seals=[
                part
                for part in data["seals"].replace("，", ",").replace("、", ",").split(",")
                if part.strip()
            ],
            items=[
                GivenItem(
                    i.code, data[f"value_{i.id}"], data[f"unit_{i.id}"], "", data[f"uncertainty_{i.id}"]
                )
                for i in book.items
            ],
        )
        outcome = enter_reports([given], by=actor, door="form")
        if outcome.refused:
            one = outcome.refused[0]
            form.add_error(None, refusal_text(one))
        else:
            messages.success(request, _("The report was taken and judged."))
            return redirect("inspection_sample", number)
    trail = crumbs(
        (_("Samples and results"), reverse("inspection_samples")),
        (row.number, reverse("inspection_sample", args=[number])),
    )
    return form_page(
        request, form, _("Enter the test report"), trail, lead=f"{row.product_name} · {row.producer_name}"
    )


@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Spreadsheets of reports: what came in, and one more."""
    actor = actor_of(request)
    if not contents.may_report(actor):
        raise NotPermitted("not_permitted", zh="您没有录入检验报告的权限。", en="You may not enter reports.")
    form = UploadForm(request.POST or None, request.FILES or None)
    imported = None
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            imported = import_reports(upload, filename=upload.name, by=actor)
        except Refused as refused:
            form.add_refusal(refused)
    return render(
        request,
        "inspection/imports.html",
        {
            "form": form,
            "imported": imported,
            "english": reads_english(),
            "earlier": ImportFile.objects.filter(by=actor.username, what=ImportFile.What.REPORTS)[:20],
            "crumbs": crumbs(),
        },
        status=422 if form.errors else 200,
    )


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """An empty spreadsheet with the columns that the import reads."""
    out = io.BytesIO()
    write_template(COLUMNS, out, lang="en" if reads_english() else "zh")
    return HttpResponse(
        out.getvalue(),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": 'attachment; filename="reports.xlsx"'},
    )


@require_safe
def attempts(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)

    def found(asked: Asked) -> Found:
        return from_queryset(queries.attempts(by=actor, **asked.filters).defer("said"), asked)

    context = {"list_title": _("What was refused"), "crumbs": crumbs()}
    return render_list(request, tables.attempts(), found, template="inspection/list.html", context=context)


# --- publication ------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest) -> HttpResponse:
    """What may be published today, and the button that does it."""
    actor = actor_of(request)
    if not access.anywhere(actor, "inspection.publish"):
        raise NotPermitted("not_permitted", zh="您没有公布结果的权限。", en="You may not publish results.")
    most = 500
    if request.method == "POST":
        numbers = [n for n in request.POST.getlist("sample") if n][:most]
        if not numbers:
            messages.info(request, _("Choose at least one."))
            return redirect("inspection_publish")
        publish_results(numbers, by=actor)
        # What was ticked: entries of earlier batches that begin to count by this are not what was asked for.
        messages.success(request, _("%(count)s results were published.") % {"count": len(set(numbers))})
        return redirect("inspection_publish")
    numbers = queries.ready_for_publication(by=actor, most=most)
    rows = Sample.objects.filter(number__in=numbers).select_related("programme", "rules__rules")
    lines = [
        (row, tables.result_word(row), _publication_term(row) if row.programme.joint else None)
        for row in rows.prefetch_related(FIRST).order_by("sampled_on", "number")
    ]
    return render(request, "inspection/publish.html", {"lines": lines, "most": most, "crumbs": crumbs()})


def _publication_term(row: Sample) -> dict[str, Any] | None:
    """Until when the result of a joint check is to be public."""
    found = next((one for one in queries.sample_terms(row) if one.name == "publication"), None)
    return clock_lines.of_sample(found) if found else None


@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, number: str) -> HttpResponse:
    """Correct a published result: the old entry stays to be read."""
    actor = actor_of(request)
    row = queries.sample(number, by=actor)
    access.require(actor, "inspection.correct", [row.programme.region])
    names = ("product_name", "producer_name", "trademark", "specification", "batch_no")
    result = queries.published(row)
    before = {"seen": str(result.entry_id) if result else ""}
    form = CorrectForm(
        request.POST or None, initial={**before, **{name: getattr(row, name) for name in names}}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        changes = {name: data[name] for name in names if data[name] != getattr(row, name)}
        try:
            correct_result(number, changes, reason=data["reason"], seen=data["seen"] or None, by=actor)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("Corrected; what stood before can still be read."))
            return redirect("inspection_sample", number)
    trail = crumbs(
        (_("Samples and results"), reverse("inspection_samples")),
        (row.number, reverse("inspection_sample", args=[number])),
    )
    return form_page(request, form, _("Correct the published result"), trail, lead=row.product_name)
