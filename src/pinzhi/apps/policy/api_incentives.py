"""Rewards and restraints by API (P05): the rules, what they propose, what was decided."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from pinzhi.apps.policy.access import may_read_award, may_see_appraisal, require_official
from pinzhi.apps.policy.actions.decide_award import decide_award
from pinzhi.apps.policy.actions.propose_awards import propose_for_appraisal, propose_for_targets
from pinzhi.apps.policy.actions.set_incentive_rule import set_incentive_rule
from pinzhi.apps.policy.api_common import Id, document_of
from pinzhi.apps.policy.models import Appraisal, Award, IncentiveRule
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.web.api import Page, PageParams, sequence_page, with_etag

router = Router()
Amount = Field(None, ge=0, lt=10**10, decimal_places=2, description="10,000 yuan")


class RuleOut(Schema):
    """What follows from a result: a trigger and a reward or restraint."""

    id: int
    region: str
    title: str
    document: str | None
    trigger: str
    threshold: str
    measure: str
    amount: Decimal | None
    active: bool


class RuleIn(Schema):
    """A new rule; `threshold` says how many ranks, or which grade."""

    region: str = Field(max_length=12)
    title: str = Field(min_length=1, max_length=200)
    trigger: str = Field(max_length=16)
    threshold: str = Field("", max_length=8)
    measure: str = Field(max_length=12)
    amount: Decimal | None = Amount
    document: str = Field("", max_length=40)


class RuleUse(Schema):
    active: bool


class AwardOut(Schema):
    """A reward or restraint that a rule proposes for somebody, and the decision on it."""

    id: int
    rule: int
    appraisal: str | None
    target: str | None
    year: int
    recipient_kind: str
    recipient: str
    name: str
    because: dict[str, str]
    amount: Decimal | None
    state: str
    reason: str
    decided_at: dt.datetime | None
    published_at: dt.datetime | None


class ProposeIn(Schema):
    """Apply the rules to a confirmed appraisal, or to where the targets of a plan stand."""

    appraisal: str = Field("", max_length=40)
    document: str = Field("", max_length=40)


class DecideIn(Schema):
    do: bool
    reason: str = Field("", max_length=300)
    amount: Decimal | None = Amount


class AwardParams(PageParams):
    recipient: str = Field("", max_length=64)
    appraisal: str = Field("", max_length=40)
    state: str = Field("", pattern="^(|proposed|decided|dropped)$")


@router.get("/incentives/rules", response=Page[RuleOut], summary="Rules of rewards and restraints")
def rules(request: HttpRequest, params: Query[PageParams]) -> HttpResponse:
    """The rules of the regions in which the caller takes part in appraisals."""
    actor = actor_of(request)
    require_official(actor)
    found = IncentiveRule.objects.select_related("document").defer("document__text", "document__reading")
    rows = [rule for rule in found if may_see_appraisal(actor, rule.region)]
    return with_etag(request, sequence_page(rows, params, shape=rule_out))


@router.post("/incentives/rules", response=RuleOut, summary="Set a rule")
def set_rule(request: HttpRequest, body: RuleIn) -> dict[str, Any]:
    """A new rule for a region; an approver's."""
    places.known_region(body.region)
    return rule_out(set_incentive_rule(by=actor_of(request), **body.model_dump()))


@router.patch("/incentives/rules/{rule_id}", response=RuleOut, summary="Take a rule in or out of use")
def use_rule(request: HttpRequest, body: RuleUse, rule_id: int = Id) -> dict[str, Any]:
    """What has been applied stays."""
    rule = IncentiveRule.objects.filter(pk=rule_id).first()
    if rule is None:
        raise NotFound("no_such_rule", zh="没有这条规则。", en="There is no such rule.", place=str(rule_id))
    done = set_incentive_rule(
        by=actor_of(request),
        region=rule.region,
        title="",
        trigger="",
        measure="",
        rule_id=rule.pk,
        active=body.active,
    )
    return rule_out(done)


@router.get("/incentives", response=Page[AwardOut], summary="Rewards and restraints")
def awards(request: HttpRequest, params: Query[AwardParams]) -> HttpResponse:
    """Proposals for those who decide; decisions also for those whom they concern. The newest first."""
    actor = actor_of(request)
    require_official(actor)
    found = Award.objects.select_related("rule", "appraisal", "target__document").defer(
        "target__document__text", "target__document__reading"
    )
    if params.recipient:
        found = found.filter(recipient=params.recipient)
    if params.appraisal:
        found = found.filter(appraisal__code=params.appraisal)
    if params.state:
        found = found.filter(state=params.state)
    rows = [award for award in found if may_read_award(actor, award)]
    return with_etag(request, sequence_page(rows, params, shape=award_out))


@router.post("/incentives/propose", response=list[AwardOut], summary="Apply the rules to a result")
def propose(request: HttpRequest, body: ProposeIn) -> list[dict[str, Any]]:
    """What is new is proposed; a second person decides on each."""
    actor = actor_of(request)
    require_official(actor)
    if body.document:
        return [award_out(one) for one in propose_for_targets(document_of(actor, body.document).pk, by=actor)]
    found = Appraisal.objects.filter(code=body.appraisal).first()
    if found is None:
        shown = body.appraisal
        raise NotFound(
            "no_such_appraisal",
            zh=f"没有编号为“{shown}”的考核。",
            en=f"There is no appraisal {shown}.",
            place="appraisal",
        )
    return [award_out(one) for one in propose_for_appraisal(found.pk, by=actor)]


@router.post("/incentives/{award_id}/decide", response=AwardOut, summary="Decide on a proposal")
def decide(request: HttpRequest, body: DecideIn, award_id: int = Id) -> dict[str, Any]:
    """Do it, or drop it with a reason; not by whoever proposed it."""
    award = Award.objects.filter(pk=award_id).first()
    if award is None:
        raise NotFound(
            "no_such_award", zh="没有这项建议。", en="There is no such proposal.", place=str(award_id)
        )
    return award_out(
        decide_award(award.pk, by=actor_of(request), do=body.do, reason=body.reason, amount=body.amount)
    )


def rule_out(rule: IncentiveRule) -> dict[str, Any]:
    names = ("region", "title", "trigger", "threshold", "measure", "amount", "active")
    return {
        "id": rule.pk,
        **{name: getattr(rule, name) for name in names},
        "document": rule.document.code if rule.document else None,
    }


def award_out(award: Award) -> dict[str, Any]:
    names = (
        "year", "recipient_kind", "recipient", "name", "amount", "state", "reason", "decided_at", "published_at",
    )  # fmt: skip
    return {
        "id": award.pk,
        "rule": award.rule_id,
        **{name: getattr(award, name) for name in names},
        "because": {"zh": award.because, "en": award.because_en or award.because},
        "appraisal": award.appraisal.code if award.appraisal else None,
        "target": award.target.key if award.target else None,
    }
