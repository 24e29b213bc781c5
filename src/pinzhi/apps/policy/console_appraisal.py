"""Pages of the yearly appraisal: criteria, scores, result with what it hangs on, confirmation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.apps.policy import evidence, rank_chart
from pinzhi.apps.policy.access import may_appraise, may_read_appraisal, may_see_appraisal, require_official
from pinzhi.apps.policy.actions.compute_appraisal import compute_appraisal
from pinzhi.apps.policy.actions.confirm_appraisal import (
    confirm_appraisal,
    hands,
    publish_appraisal,
    reopen_appraisal,
)
from pinzhi.apps.policy.actions.create_appraisal import change_appraisee, create_appraisal
from pinzhi.apps.policy.actions.enter_expert_score import enter_expert_score
from pinzhi.apps.policy.actions.propose_awards import propose_for_appraisal
from pinzhi.apps.policy.actions.set_criteria import set_criteria
from pinzhi.apps.policy.appraisal import METHODS
from pinzhi.apps.policy.cascade import region_title
from pinzhi.apps.policy.console_cascade import table_download
from pinzhi.apps.policy.forms_appraisal import AppraisalForm, CriterionForm, MethodForm, ScoreForm, UnitForm
from pinzhi.apps.policy.models import Appraisal, Appraisee, Award, Criterion
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.access.queries import holds_any
from pinzhi.kernel.errors import NotFound, NotPermitted, Refused, in_language
from pinzhi.kernel.transfer.columns import Column
from pinzhi.kernel.web.editing import sent_form
from pinzhi.rules.appraisal.ranking import MISSING_TITLES


def _found(request: HttpRequest, code: str) -> Appraisal:
    found = Appraisal.objects.select_related("document").filter(code=code).first()
    if found is None:
        raise NotFound(
            "no_such_appraisal",
            zh=f"没有编号为“{code}”的考核。",
            en=f"There is no appraisal {code}.",
            place=code,
        )
    if not may_read_appraisal(actor_of(request), found):
        raise NotPermitted(
            "not_confirmed",
            zh="考核结果确认前不公开。",
            en="Before it is confirmed an appraisal is not shown.",
        )
    return found


@require_safe
def appraisals(request: HttpRequest) -> HttpResponse:
    """The appraisals that this account may see."""
    actor = actor_of(request)
    require_official(actor)
    rows = [
        found
        for found in Appraisal.objects.select_related("document")[:200]
        if may_read_appraisal(actor, found)
    ]
    return render(
        request, "policy/appraisals.html", {"appraisals": rows, "may_create": holds_any(actor, ("clerk",))}
    )


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin an appraisal."""
    actor = actor_of(request)
    require_official(actor)
    home = next((right.region for right in actor.rights if right.region), "")
    year = clock.today().year - 1
    initial = {
        "year": year,
        "title": _("Quality-work appraisal %(year)s") % {"year": year},
        "region": home,
        "graded": True,
    }
    form = AppraisalForm(request.POST or None, initial=initial)

    def save() -> str:
        return reverse("policy_appraisal", args=[create_appraisal(by=actor, **form.cleaned_data).code])

    context = {"heading": _("New appraisal"), "back": reverse("policy_appraisals")}
    return sent_form(request, form, save, "policy/form.html", context)


@require_safe
def appraisal(request: HttpRequest, code: str) -> HttpResponse:
    """One appraisal: criteria, result, what the ranking hangs on."""
    actor = actor_of(request)
    found = _found(request, code)
    units = named(found, list(found.appraisees.prefetch_related("scores__criterion")))
    criteria = list(found.criteria.select_related("target"))
    total = sum(criterion.weight for criterion in criteria)
    open_state = found.state != Appraisal.State.CONFIRMED
    approver = may_appraise(actor, "approver", found.region)
    ranges = {one["unit"]: one for one in found.sensitivity.get("units", [])}
    return render(
        request,
        "policy/appraisal.html",
        {
            "appraisal": found,
            "criteria": [(c, 100 * c.weight / total, METHODS[c.method]) for c in criteria],
            "units": [(unit, scores_of(unit, criteria), ranges.get(unit.key)) for unit in _by_rank(units)],
            "missing": MISSING_TITLES[found.missing],  # type: ignore[index]
            "computed": found.state != Appraisal.State.DRAFT,
            "bars": rank_chart.scores(found, units),
            "intervals": rank_chart.intervals(_by_rank(units)),
            "sentences": rank_chart.in_words(found, units),
            "may_edit": open_state and may_appraise(actor, "clerk", found.region),
            "may_confirm": found.state == Appraisal.State.COMPUTED
            and approver
            and actor.username not in hands(found),
            "may_publish": found.state == Appraisal.State.CONFIRMED
            and approver
            and found.published_at is None,
            "may_reopen": found.state == Appraisal.State.CONFIRMED and approver,
            "may_propose": found.state == Appraisal.State.CONFIRMED
            and may_appraise(actor, "clerk", found.region),
            "awards": found.awards.count(),
        },
    )


def _by_rank(units: list[Appraisee]) -> list[Appraisee]:
    return sorted(units, key=lambda unit: (unit.rank is None, unit.rank or 0, unit.key))


def named(found: Appraisal, units: list[Appraisee]) -> list[Appraisee]:
    """The units as this reader calls them; kept is the Chinese name of their day."""
    if found.kind == Appraisal.Kind.REGION and in_language("zh", "en") == "en":
        for unit in units:
            unit.name = region_title(unit.key)
    return units


def scores_of(unit: Appraisee, criteria: list[Criterion]) -> list[Any]:
    """A unit's scores in the order of the criteria, None where there is none."""
    known = {score.criterion_id: score for score in unit.scores.all()}
    return [(criterion, known.get(criterion.pk)) for criterion in criteria]


@require_http_methods(["GET", "POST"])
def criterion(request: HttpRequest, code: str, position: int = 0) -> HttpResponse:
    """Add, change or strike one criterion; the set is what is saved."""
    actor = actor_of(request)
    found = _found(request, code)
    rows = list(found.criteria.all())
    old = next((row for row in rows if row.position == position), None)
    if position and old is None:
        raise NotFound("no_such_criterion", zh="没有这项考核指标。", en="There is no such criterion.")
    form = CriterionForm(request.POST or None, appraisal=found, initial=_typed(old) if old else None)
    strike = request.method == "POST" and request.POST.get("decision") == "drop"
    if strike or (request.method == "POST" and form.is_valid()):
        kept = [(row, as_data(row)) for row in rows]
        if strike:
            data = [one for row, one in kept if row is not old]
        elif old is None:
            data = [*(one for _row, one in kept), form.criterion()]
        else:
            data = [form.criterion() if row is old else one for row, one in kept]
        try:
            set_criteria(found.pk, data, by=actor)
        except Refused as refused:
            if strike:
                messages.error(request, f"{refused.text} {refused.remedy}")
                return redirect("policy_appraisal", code)
            form.add_refusal(refused)
        else:
            return redirect("policy_appraisal", code)
    context = {
        "form": form,
        "document": found,
        "back": reverse("policy_appraisal", args=[code]),
        "may_drop": old is not None,
        "drop_word": _("Strike this criterion"),
        "heading": _("Criterion") if old else _("Add a criterion"),
    }
    return render(request, "policy/form.html", context, status=422 if form.errors else 200)


def as_data(row: Criterion) -> dict[str, Any]:
    """A criterion as the action takes it."""
    names = (
        "title",
        "source",
        "indicator",
        "choices",
        "weight",
        "method",
        "direction",
        "goal",
        "cap",
        "table",
    )
    return {**{name: getattr(row, name) for name in names}, "target": row.target_id}


def _typed(row: Criterion) -> dict[str, Any]:
    key = row.target_id if row.source == "target" else row.indicator if row.source == "indicator" else ""
    return {
        "title": row.title,
        "what": f"{row.source}:{key}",
        "weight": format(row.weight.normalize(), "f"),
        "method": row.method,
        "direction": row.direction,
        "goal": "" if row.goal is None else format(row.goal.normalize(), "f"),
        "cap": format(row.cap.normalize(), "f"),
        "table": "\n".join(" ".join(line) for line in row.table),
    }


@require_http_methods(["GET", "POST"])
def method(request: HttpRequest, code: str) -> HttpResponse:
    """How what is missing is treated, and how far the weights are varied."""
    found = _found(request, code)
    form = MethodForm(request.POST or None, initial={"missing": found.missing, "spread": found.spread})
    back = reverse("policy_appraisal", args=[code])

    def save() -> str:
        criteria = [as_data(row) for row in found.criteria.all()]
        set_criteria(found.pk, criteria, by=actor_of(request), **form.cleaned_data)
        return back

    context = {"document": found, "back": back, "heading": _("Method")}
    return sent_form(request, form, save, "policy/form.html", context)


@require_http_methods(["GET", "POST"])
def unit(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """One unit's result: each criterion with value, goal, score and contribution; evidence; rewards and restraints."""
    actor = actor_of(request)
    found = _found(request, code)
    one = get_object_or_404(Appraisee.objects.prefetch_related("scores__criterion"), appraisal=found, key=key)
    form = UnitForm(request.POST or None, initial={"veto": one.veto, "problems": one.problems})

    def save() -> str:
        data = form.cleaned_data
        # Only a change of what decides the grade takes the result back.
        veto = data["veto"] if data["veto"] != one.veto else None
        change_appraisee(one.pk, by=actor, veto=veto, problems=data["problems"])
        return reverse("policy_appraisal_unit", args=[code, key])

    may_edit = found.state != Appraisal.State.CONFIRMED and may_appraise(actor, "clerk", found.region)
    context = {
        "appraisal": found,
        "unit": named(found, [one])[0],
        "scores": scores_of(one, list(found.criteria.select_related("target__document"))),
        "may_edit": may_edit,
        "awards": Award.objects.filter(recipient=key, recipient_kind=found.kind).select_related(
            "rule", "appraisal", "target"
        ),
    }
    return sent_form(request, form, save, "policy/appraisal_unit.html", context)


@require_http_methods(["GET", "POST"])
def score(request: HttpRequest, code: str, key: str, position: int) -> HttpResponse:
    """Give a unit its score for a criterion that officials judge."""
    actor = actor_of(request)
    found = _found(request, code)
    one = get_object_or_404(Appraisee, appraisal=found, key=key)
    row = get_object_or_404(Criterion, appraisal=found, position=position)
    old = one.scores.filter(criterion=row).first()
    initial = {"score": old.value, "note_text": old.note} if old else None
    form = ScoreForm(request.POST or None, request.FILES or None, by=actor, initial=initial)
    back = reverse("policy_appraisal_unit", args=[code, key])

    def save() -> str:
        data = form.cleaned_data
        enter_expert_score(
            row.pk,
            one.pk,
            by=actor,
            score=data["score"],
            note_text=data["note_text"],
            files=data["files"] or (),
        )
        return back

    heading = f"{one.name}：{row.title}" if in_language("zh", "en") == "zh" else f"{one.name}: {row.title}"
    context = {"document": found, "back": back, "heading": heading}
    return sent_form(request, form, save, "policy/form_files.html", context)


@require_safe
def score_file(request: HttpRequest, code: str, key: str, position: int, sha256: str) -> Any:
    """The evidence of a score: for those who do the appraisal, and for the unit that it is about."""
    actor = actor_of(request)
    found = _found(request, code)
    one = get_object_or_404(Appraisee, appraisal=found, key=key)
    if not may_see_appraisal(actor, found.region) and actor.party != key:
        raise NotPermitted("not_yours", zh="您无权查看评分材料。", en="This evidence is not yours to see.")
    row = get_object_or_404(one.scores, criterion__position=position)
    return evidence.download(row.files, sha256, by=actor, of=f"{found.code}@{key}", region=found.region)


@require_POST
def step(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """Compute, confirm, publish, reopen, propose what follows."""
    found = _found(request, code)
    actor = actor_of(request)
    text = request.POST.get("text", "")
    try:
        if verb == "compute":
            compute_appraisal(found.pk, by=actor)
            messages.success(request, _("Computed."))
        elif verb == "confirm":
            done = confirm_appraisal(found.pk, by=actor, announced_in=text)
            if done.published_at is None:
                messages.warning(request, _("Confirmed, but not published: the result is provisional."))
            else:
                messages.success(request, _("Confirmed and published."))
        elif verb == "publish":
            publish_appraisal(found.pk, by=actor)
            messages.success(request, _("Published."))
        elif verb == "reopen":
            reopen_appraisal(found.pk, by=actor, reason=text)
            messages.success(request, _("Sent back."))
        elif verb == "propose":
            made = propose_for_appraisal(found.pk, by=actor)
            messages.success(request, _("Proposed: %(n)s.") % {"n": len(made)})
            return redirect(reverse("policy_incentives") + f"?appraisal={found.code}")
        else:
            raise NotFound("no_such_step", zh="没有这个步骤。", en="There is no such step.")
    except Refused as refused:
        if refused.status == 404:
            raise
        messages.error(request, f"{refused.text} {refused.remedy}")
    return redirect("policy_appraisal", code)


@require_safe
def download(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The result as a spreadsheet: a line a unit, a column a criterion."""
    found = _found(request, code)
    criteria = list(found.criteria.all())
    columns = [
        Column("rank", "名次", "Rank", type="integer"),
        Column("name", "考核对象", "Unit"),
        Column("key", "代码", "Code", format="code"),
        Column("score", "得分", "Score", type="number"),
        Column("grade", "等级", "Grade"),
        Column("rank_low", "名次上限（权重变动）", "Best rank over weights", type="integer"),
        Column("rank_high", "名次下限（权重变动）", "Worst rank over weights", type="integer"),
        *(Column(c.name, f"{c.title}得分", f"{c.title}: score", type="number") for c in criteria),
        *(Column(f"{c.name}_value", f"{c.title}数值", f"{c.title}: value", type="number") for c in criteria),
        Column("note", "说明", "Note"),
    ]
    provisional = in_language("暂定", "provisional") if found.provisional else ""
    rows = []
    for one in _by_rank(named(found, list(found.appraisees.prefetch_related("scores__criterion")))):
        row: dict[str, Any] = {
            name: getattr(one, name)
            for name in ("rank", "name", "key", "score", "grade", "rank_low", "rank_high")
        }
        for crit, kept in scores_of(one, criteria):
            row[crit.name] = kept.score if kept else None
            row[f"{crit.name}_value"] = kept.value if kept else None
        rows.append({**row, "note": provisional})
    return table_download(f"appraisal-{found.code}", kind, columns, rows, found.title)
