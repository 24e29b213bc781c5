"""Pages of rewards and restraints: rules, what they propose, decisions."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.apps.policy import queries
from pinzhi.apps.policy.access import may_appraise, may_read_award, may_see_appraisal, require_official
from pinzhi.apps.policy.actions.decide_award import decide_award
from pinzhi.apps.policy.actions.propose_awards import propose_for_targets
from pinzhi.apps.policy.actions.set_incentive_rule import set_incentive_rule
from pinzhi.apps.policy.forms_appraisal import RuleForm
from pinzhi.apps.policy.models import Award, Document, IncentiveRule
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.access.queries import holds_any
from pinzhi.kernel.errors import Refused


@require_safe
def incentives(request: HttpRequest) -> HttpResponse:
    """Rules, and rewards and restraints, by recipient or appraisal."""
    actor = actor_of(request)
    require_official(actor)
    found = Award.objects.select_related("rule", "appraisal", "target__document").defer(
        "target__document__text", "target__document__reading"
    )
    recipient, appraisal = request.GET.get("recipient", ""), request.GET.get("appraisal", "")
    if recipient:
        found = found.filter(recipient=recipient)
    if appraisal:
        found = found.filter(appraisal__code=appraisal)
    rows = [
        (award, may_appraise(actor, "approver", award.rule.region) and award.proposed_by != actor.username)
        for award in found[:500]
        if may_read_award(actor, award)
    ]
    rules = [
        (rule, may_appraise(actor, "approver", rule.region))
        for rule in IncentiveRule.objects.select_related("document")
        if may_see_appraisal(actor, rule.region)
    ]
    documents = Document.objects.filter(status=Document.Status.IN_FORCE).defer("text", "reading")
    context = {
        "awards": rows,
        "rules": rules,
        "filtered": bool(recipient or appraisal),
        "may_rule": holds_any(actor, ("approver",)),
        "documents": [d for d in documents if may_appraise(actor, "clerk", d.region)],
    }
    return render(request, "policy/incentives.html", context)


@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest) -> HttpResponse:
    """A new rule."""
    actor = actor_of(request)
    require_official(actor)
    home = next((right.region for right in actor.rights if right.region), "")
    form = RuleForm(request.POST or None, initial={"region": home})
    if request.method == "POST" and form.is_valid():
        try:
            set_incentive_rule(by=actor, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect("policy_incentives")
    context = {"form": form, "heading": _("New rule"), "back": reverse("policy_incentives")}
    return render(request, "policy/form.html", context, status=422 if form.errors else 200)


@require_POST
def rule_use(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Take a rule out of use, or into use again."""
    found = get_object_or_404(IncentiveRule, pk=rule_id)
    try:
        set_incentive_rule(
            by=actor_of(request),
            region=found.region,
            title="",
            trigger="",
            measure="",
            rule_id=found.pk,
            active=not found.active,
        )
    except Refused as refused:
        messages.error(request, f"{refused.text} {refused.remedy}")
    return redirect("policy_incentives")


@require_POST
def propose(request: HttpRequest, code: str) -> HttpResponse:
    """Apply the rules to where a plan's targets stand."""
    try:
        made = propose_for_targets(queries.document(code).pk, by=actor_of(request))
    except Refused as refused:
        messages.error(request, f"{refused.text} {refused.remedy}")
    else:
        messages.success(request, _("Proposed: %(n)s.") % {"n": len(made)})
    return redirect("policy_incentives")


@require_POST
def decide(request: HttpRequest, award_id: int) -> HttpResponse:
    """Do it, or not."""
    award = get_object_or_404(Award, pk=award_id)
    try:
        typed = request.POST.get("amount", "").strip()
        amount = Decimal(typed) if typed else None
        decide_award(
            award.pk,
            by=actor_of(request),
            do=request.POST.get("decision") == "do",
            reason=request.POST.get("reason", ""),
            amount=amount,
        )
    except InvalidOperation:
        messages.error(request, _("The amount is not a number."))
    except Refused as refused:
        messages.error(request, f"{refused.text} {refused.remedy}")
    else:
        messages.success(request, _("Decided."))
    return redirect("policy_incentives")
