"""Progress reports for a period, and major matters with their answers: as pages and as official papers."""

from __future__ import annotations

from typing import Any, get_args

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.apps.policy import evidence, queries
from pinzhi.apps.policy.access import may_count, may_edit, may_see_matter, require_official
from pinzhi.apps.policy.actions.compute_readings import compute_readings, targets_in_force
from pinzhi.apps.policy.actions.report_major_matter import may_report_matter, reply, report_major_matter
from pinzhi.apps.policy.actions.write_report import write_report
from pinzhi.apps.policy.forms_reports import MatterForm, ReplyForm, ReportForm
from pinzhi.apps.policy.models import Document, MajorMatter, ReportText
from pinzhi.apps.policy.reports import papers, progress
from pinzhi.apps.policy.reports.figures import figures
from pinzhi.apps.policy.reports.period import Kind, Period, parse, periods
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.errors import NotPermitted, Refused


@require_safe
def reports(request: HttpRequest, code: str) -> HttpResponse:
    """The periods of a plan for which a report can be made."""
    require_official(actor_of(request))
    document = queries.document(code)
    kinds: tuple[tuple[Kind, Any], ...] = (
        ("month", _("By month")),
        ("quarter", _("By quarter")),
        ("half", _("By half-year")),
        ("year", _("By year")),
    )
    chosen = request.GET.get("kind", "quarter")
    kind: Kind = chosen if chosen in get_args(Kind) else "quarter"  # type: ignore[assignment]
    found: list[Period] = []
    if document.plan_from and document.plan_until:
        # A plan's last report is written after it has ended.
        found = [
            p for p in periods(document.plan_from, document.plan_until, kind) if p.start <= clock.today()
        ]
    written = set(document.report_texts.values_list("period", flat=True))
    context = {
        "document": document,
        "kinds": kinds,
        "kind": kind,
        "periods": [(p, p.code in written) for p in found],
    }
    return render(request, "policy/reports.html", context)


@require_safe
def report(request: HttpRequest, code: str, period: str) -> HttpResponse:
    """One report as a page: what the Word file says, with links."""
    actor = actor_of(request)
    require_official(actor)
    document = queries.document(code)
    found = figures(document, parse(period))
    text = ReportText.objects.filter(document=document, period=period).first()
    return render(
        request,
        "policy/report.html",
        {
            "document": document,
            "period": found.period,
            "figures": found,
            "text": text,
            "sentences": progress.summary(found),
            "tally": found.tally,
            "states": found.states,
            "may_write": may_edit(actor, document),
            "may_count": may_count(actor, document.region),
        },
    )


@require_POST
def report_count(request: HttpRequest, code: str, period: str) -> HttpResponse:
    """Count the targets as they stood at the end of the period; what was counted for later days stays."""
    actor = actor_of(request)
    document, chosen = queries.document(code), parse(period)
    mine = [target for target in targets_in_force() if target.document_id == document.pk]
    try:
        made = compute_readings(mine, by=actor, on=min(chosen.end, clock.today()))
    except Refused as refused:
        messages.error(request, f"{refused.text} {refused.remedy}")
    else:
        messages.success(request, _("Counted: %(n)s targets.") % {"n": len(made)})
    return redirect("policy_report", code, period)


@require_safe
def report_paper(request: HttpRequest, code: str, period: str, kind: papers.Kind) -> HttpResponse:
    """The report as an official paper; `?head=1` with the red head."""
    actor = actor_of(request)
    require_official(actor)
    return papers.report(
        queries.document(code), parse(period), kind, by=actor, red_head=request.GET.get("head") == "1"
    )


@require_http_methods(["GET", "POST"])
def report_text(request: HttpRequest, code: str, period: str) -> HttpResponse:
    """Write what goes with the counted part."""
    actor = actor_of(request)
    require_official(actor)
    document = queries.document(code)
    chosen = parse(period)
    text = ReportText.objects.filter(document=document, period=period).first()
    initial = {name: getattr(text, name) or "" for name in ReportForm.base_fields} if text else {}
    form = ReportForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            write_report(document.pk, period, form.cleaned_data, by=actor)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect("policy_report", code, period)
    back = reverse("policy_report", args=[code, period])
    context = {
        "form": form,
        "document": document,
        "back": back,
        "heading": _("Text of the report: %(period)s") % {"period": chosen},
    }
    return render(request, "policy/form.html", context, status=422 if form.errors else 200)


@require_safe
def matters(request: HttpRequest) -> HttpResponse:
    """Major matters that this account may see, the newest first."""
    actor = actor_of(request)
    require_official(actor)
    found = MajorMatter.objects.select_related("document").defer("document__text", "document__reading")[:500]
    rows = [matter for matter in found if may_see_matter(actor, matter)]
    in_force = Document.objects.filter(status=Document.Status.IN_FORCE).defer("text", "reading")
    context = {"matters": rows, "documents": [d for d in in_force if may_report_matter(actor, d)]}
    return render(request, "policy/matters.html", context)


@require_http_methods(["GET", "POST"])
def new_matter(request: HttpRequest, code: str) -> HttpResponse:
    """Report a major matter."""
    actor = actor_of(request)
    require_official(actor)
    document = queries.document(code)
    form = MatterForm(request.POST or None, request.FILES or None, document=document, by=actor)
    if request.method == "POST" and form.is_valid():
        try:
            matter = report_major_matter(document.pk, by=actor, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("Reported."))
            return redirect("policy_matter", matter.code)
    context = {
        "form": form,
        "document": document,
        "back": reverse("policy_matters"),
        "heading": _("Report a major matter"),
        "files": True,
    }
    return render(request, "policy/form_files.html", context, status=422 if form.errors else 200)


def _matter(request: HttpRequest, code: str) -> MajorMatter:
    matter = get_object_or_404(MajorMatter.objects.select_related("document", "duty__measure"), code=code)
    if not may_see_matter(actor_of(request), matter):
        raise NotPermitted("not_your_matter", zh="您无权查看该事项。", en="This matter is not yours to see.")
    return matter


@require_http_methods(["GET", "POST"])
def matter(request: HttpRequest, code: str) -> HttpResponse:
    """One major matter, and the form to keep its answer."""
    actor = actor_of(request)
    found = _matter(request, code)
    form = ReplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reply(found.pk, by=actor, text=form.cleaned_data["text"])
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect("policy_matter", code)
    context = {
        "matter": found,
        "form": form,
        "may_reply": may_edit(actor, found.document) and not found.replied_at,
    }
    return render(request, "policy/matter.html", context, status=422 if form.errors else 200)


@require_safe
def matter_paper(request: HttpRequest, code: str, paper: str, kind: papers.Kind) -> HttpResponse:
    """The report, or the answer as a letter."""
    return papers.matter(_matter(request, code), paper, kind)


@require_safe
def matter_file(request: HttpRequest, code: str, sha256: str) -> Any:
    """A file that the matter names."""
    found = _matter(request, code)
    return evidence.download(found.files, sha256, by=actor_of(request), of=found.code, region=found.region)
