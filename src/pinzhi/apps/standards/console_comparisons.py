"""Pages of comparisons: choose documents, the matrix, downloads, studies."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.apps.standards import access, tables_limits
from pinzhi.apps.standards import queries_limits as queries
from pinzhi.apps.standards.access_verbs_limits import APPROVE_STUDY, STUDY
from pinzhi.apps.standards.actions.draw_up_study import (
    approve_study,
    draw_up_study,
    return_study,
    submit_study,
)
from pinzhi.apps.standards.console_limits import MEDIA, home
from pinzhi.apps.standards.forms_limits import CompareForm, StudyForm
from pinzhi.apps.standards.limit_columns import VERDICT_COLUMNS
from pinzhi.apps.standards.models.limits import ComparisonStudy, LimitDocument
from pinzhi.apps.standards.publishing_limits import STUDIES
from pinzhi.apps.standards.wording_limits import OUTCOME_MARKS, OUTCOME_TITLES, limit_text
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.errors import NotFound, Refused
from pinzhi.kernel.transfer.writing import csv_chunks, write_xlsx
from pinzhi.kernel.web.lists import Asked, Found, from_queryset, render_list
from pinzhi.kernel.web.texts import in_lang, reads_english
from pinzhi.rules.standards.limits import Limit, Verdict
from pinzhi.rules.standards.limits.matching import Pair

#: So many documents a page may compare; a table with more columns is read by nobody.
MOST_OURS, MOST_THEIRS = 6, 12


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (_("Standards"), reverse("standards_index")),
        (_("Comparison of standards"), reverse("standards_comparisons")),
        *more,
    ]


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Choose what is compared with what; the choice stands in the address, so a comparison can be shared."""
    families = queries.families()
    family = request.GET.get("family", "")
    chosen = {*request.GET.getlist("a"), *request.GET.getlist("b")}
    rows = queries.limit_documents(family=family if family in families else "").order_by("market", "number")
    documents = [row for row in rows[:400] if row.confirmed]  # type: ignore[attr-defined]
    initial = {
        "a": request.GET.getlist("a") or [str(d.pk) for d in documents if d.domestic and family],
        "b": request.GET.getlist("b") or [str(d.pk) for d in documents if not d.domestic and family],
    }
    form = CompareForm(initial=initial, documents=documents)
    context = {
        "form": form,
        "families": families,
        "family": family,
        "chosen": bool(chosen),
        "documents": documents,
        "studies": queries.studies().order_by("-year", "-id")[:5],
        "crumbs": crumbs()[:1],
        "may_study": access.anywhere(actor_of(request), STUDY, register=STUDIES),
    }
    return render(request, "standards/compare.html", context)


def _sides(request: HttpRequest) -> tuple[list[LimitDocument], list[LimitDocument], date | None, bool]:
    def documents(name: str, most: int) -> list[LimitDocument]:
        pks = [int(pk) for pk in dict.fromkeys(request.GET.getlist(name)) if pk.isdigit()][:most]
        found = {d.pk: d for d in LimitDocument.objects.filter(pk__in=pks)}
        return [found[pk] for pk in pks if pk in found]

    ours, theirs = documents("a", MOST_OURS), documents("b", MOST_THEIRS)
    if request.GET.get("all") and ours:
        # One document against all markets' rules: every other document of its product family.
        others = LimitDocument.objects.filter(family__in={d.family for d in ours if d.family})
        theirs = list(others.exclude(pk__in=[d.pk for d in ours]).exclude(market="CN")[:MOST_THEIRS])
    theirs = [d for d in theirs if d.pk not in {one.pk for one in ours}]
    if not ours or not theirs:
        raise Refused(
            "nothing_chosen",
            zh="请在两边各选至少一份文件。",
            en="Choose at least one document on each side.",
            remedy_zh="同一文件不能放在两边",
            remedy_en="a document cannot stand on both sides",
        )
    try:
        on = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        on = None
    return ours, theirs, on, not request.GET.get("times")


@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    """The table: an indicator a row, the domestic side first, every other document beside it with its verdict."""
    try:
        ours, theirs, on, same_time = _sides(request)
    except Refused as refused:
        messages.error(request, refused.text)
        return redirect(f"{reverse('standards_comparisons')}?{request.GET.urlencode()}")
    table = queries.compare_documents(ours, theirs, on=on, same_time=same_time)
    kind = request.GET.get("download", "")
    if kind:
        return _download(queries.flat(table), kind, "comparison")
    context = {
        **matrix_context(table),
        "on": on,
        "same_time": same_time,
        "query": request.GET.urlencode(),
        "crumbs": crumbs(),
        "may_study": access.anywhere(actor_of(request), STUDY, register=STUDIES),
        "today": clock.today(),
    }
    return render(request, "standards/comparison.html", context)


def matrix_context(table: queries.Comparison) -> dict[str, Any]:
    """What the template of the matrix reads: cells as values with clause, mark, word and reason."""
    lang = "en" if reads_english() else "zh"
    rows = []
    for row in table.rows:
        side = row.ours or next((p.b for cell in row.cells for p in cell.pairs if p.b), None)
        rows.append(
            {
                "indicator": row.indicator,
                "kind": in_lang(side.kind.title) if side else "",
                "aggregate": side.aggregate if side and side.aggregate != "each" else "",
                "ours": _side(row.ours, lang),
                "document": row.document,
                "cells": [
                    {"document": cell.document, "pairs": [_pair(pair, lang) for pair in cell.pairs]}
                    for cell in row.cells
                ],
            }
        )
    counted = ("stricter", "equal", "laxer", "different")
    figures = [{"title": in_lang(OUTCOME_TITLES[name]), "value": table.counts[name]} for name in counted]
    gaps: dict[tuple[str, int], dict[str, Any]] = {}
    for who, other, limit in table.gaps:
        if limit is not None:
            entry: dict[str, Any] = {
                "side": who,
                "documents": [],
                "limit": _side(limit, lang),
                "indicator": limit.analyte,
            }
            gaps.setdefault((who, id(limit)), entry)["documents"].append(other)
    return {
        "table": table,
        "rows": rows,
        "figures": figures,
        "heads": [{"document": d, "market": tables_limits.market_name(d.market)} for d in table.foreign],
        "ours_gaps": [gap for gap in gaps.values() if gap["side"] == "ours"],
        "theirs_gaps": [gap for gap in gaps.values() if gap["side"] == "theirs"],
        "by_document": [
            {"document": d, "market": tables_limits.market_name(d.market), **table.by_document[d.pk]}
            for d in table.foreign
        ],
        "several": len(table.domestic) > 1,
        "compared": sum(table.counts[name] for name in counted),
    }


def _side(limit: Limit | None, lang: str) -> dict[str, str] | None:
    if limit is None:
        return None
    return {
        "text": limit_text(limit, lang),
        "clause": limit.clause,
        "method": limit.method,
        "products": " · ".join(filter(None, (limit.scope, limit.applies))),
        "edition": limit.edition,
    }


def _pair(pair: Pair, lang: str) -> dict[str, Any]:
    outcome = queries.outcome_of(pair)
    icon, tone = OUTCOME_MARKS[outcome]
    verdict = pair.verdict
    return {
        "theirs": _side(pair.b, lang),
        "outcome": outcome,
        "word": in_lang(OUTCOME_TITLES[outcome]),
        "icon": icon,
        "tone": tone,
        "reason": _reason(verdict, lang) if verdict else "",
    }


def _reason(verdict: Verdict, lang: str) -> str:
    """Why two cannot be ordered; of those that can, only what a reader must know besides."""
    if verdict.relation == "incomparable":
        return verdict.reason.en if lang == "en" else verdict.reason.zh
    return verdict.caveats_en if lang == "en" else verdict.caveats_zh


def _download(rows: list[dict[str, Any]], kind: str, name: str) -> HttpResponse:
    if kind not in ("csv", "xlsx"):
        raise NotFound("no_such_format", zh=f"没有“{kind}”格式。", en=f"There is no format {kind}.")
    lang = "en" if reads_english() else "zh"
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    if kind == "csv":
        return HttpResponse(
            b"".join(csv_chunks(VERDICT_COLUMNS, rows, lang=lang)), content_type=MEDIA[kind], headers=headers
        )
    out = io.BytesIO()
    write_xlsx(VERDICT_COLUMNS, rows, out, lang=lang)
    return HttpResponse(out.getvalue(), content_type=MEDIA[kind], headers=headers)


@require_safe
def studies(request: HttpRequest) -> HttpResponse:
    def fetch(asked: Asked) -> Found:
        year = asked.filters.get("year")
        rows = queries.studies(year=int(year) if year else None, state=asked.filters.get("state", ""))
        return from_queryset(rows.defer("result"), asked)

    context = {
        "list_title": _("Comparison studies"),
        "crumbs": crumbs(),
        "may_study": access.anywhere(actor_of(request), STUDY, register=STUDIES),
    }
    return render_list(
        request, tables_limits.studies(), fetch, template="standards/studies.html", context=context
    )


@require_safe
def study(request: HttpRequest, number: str) -> HttpResponse:
    """A study: facts, figures, the table as it was when it was submitted (before: as it is now), conclusion, follow-up."""
    actor = actor_of(request)
    row = queries.study(number)
    domestic, foreign = list(row.domestic.all()), list(row.foreign.all())
    live = row.state == ComparisonStudy.State.DRAFT
    result = row.result
    counts = row.counts
    if live:
        table = queries.compare_documents(domestic, foreign, on=row.compared_on)
        result, counts = queries.flat(table), table.counts
    kind = request.GET.get("download", "")
    if kind:
        return _download(result, kind, row.number)
    lang = "en" if reads_english() else "zh"
    lines = [
        one
        | {
            "word": one[f"verdict_{lang}"],
            "icon": OUTCOME_MARKS[one["verdict"]][0],
            "tone": OUTCOME_MARKS[one["verdict"]][1],
            "reason": one[f"reason_{lang}"],
        }
        for one in result
    ]
    names = ("stricter", "equal", "laxer", "different", "ours")
    approves = access.allowed(actor, APPROVE_STUDY, row.region, register=STUDIES)
    context = {
        "study": row,
        "domestic": domestic,
        "foreign": [(d, tables_limits.market_name(d.market)) for d in foreign],
        "lines": lines,
        "figures": [{"title": in_lang(OUTCOME_TITLES[name]), "value": counts.get(name, 0)} for name in names],
        "live": live,
        "crumbs": crumbs((_("Comparison studies"), reverse("standards_studies"))),
        "may_change": live and access.allowed(actor, STUDY, row.region, register=STUDIES),
        "may_approve": row.state == ComparisonStudy.State.SUBMITTED
        and approves
        and row.made_by != actor.username,
        "own": row.state == ComparisonStudy.State.SUBMITTED and approves and row.made_by == actor.username,
    }
    return render(request, "standards/study.html", context)


@require_http_methods(["GET", "POST"])
def new_study(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    access.require(actor, STUDY, [home(request)], register=STUDIES)
    try:
        ours, theirs, on, _same = _sides(request)
    except Refused as refused:
        messages.error(request, refused.text)
        return redirect("standards_comparisons")
    family = next((d.family for d in ours if d.family), "")
    initial = {
        "year": clock.today().year,
        "compared_on": on or clock.today(),
        "family": family,
        "title": _("Comparison of limits at home and abroad: %(family)s")
        % {"family": family or ours[0].number},
    }
    return _study_form(request, None, initial, ours, theirs)


@require_http_methods(["GET", "POST"])
def edit_study(request: HttpRequest, number: str) -> HttpResponse:
    row = queries.study(number)
    access.require(actor_of(request), STUDY, [row.region], register=STUDIES)
    names = (
        "title",
        "year",
        "lead_unit",
        "family",
        "compared_on",
        "purpose",
        "conclusion",
        "follow_up",
        "follow_up_due",
    )
    initial = {name: getattr(row, name) for name in names}
    return _study_form(request, row, initial, list(row.domestic.all()), list(row.foreign.all()))


def _study_form(
    request: HttpRequest,
    row: ComparisonStudy | None,
    initial: dict[str, Any],
    ours: list[LimitDocument],
    theirs: list[LimitDocument],
) -> HttpResponse:
    actor = actor_of(request)
    form = StudyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        typed = request.POST.get("revision", "")
        try:
            saved = draw_up_study(
                form.values(),
                domestic=[d.pk for d in ours],
                foreign=[d.pk for d in theirs],
                region=row.region if row else home(request),
                number=row.number if row else "",
                revision=int(typed) if typed.isdigit() else None,
                by=actor,
            )
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("standards_study", saved.number)
    context = {
        "form": form,
        "form_title": _("Change the study") if row else _("New comparison study"),
        "study": row,
        "domestic": ours,
        "foreign": theirs,
        "back": reverse("standards_study", args=[row.number]) if row else reverse("standards_comparisons"),
        "crumbs": crumbs((_("Comparison studies"), reverse("standards_studies"))),
    }
    return render(request, "standards/study_form.html", context, status=422 if form.errors else 200)


@require_POST
def study_step(request: HttpRequest, number: str) -> HttpResponse:
    """Submit, approve or send back a study."""
    steps = {"submit": submit_study, "approve": approve_study, "return": return_study}
    step = steps.get(request.POST.get("step", ""))
    if step is None:
        raise NotFound("no_such_step", zh="没有这个操作。", en="There is no such step.")
    try:
        step(number, by=actor_of(request))
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        messages.error(request, refused.told)
    else:
        done = {
            "submit": _("Submitted; somebody else approves it."),
            "approve": _("Approved and published."),
            "return": _("Sent back to who drew it up."),
        }
        messages.success(request, done[request.POST["step"]])
    return redirect("standards_study", number)
