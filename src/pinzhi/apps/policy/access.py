"""Who may do what with policies. The work is the function of government `quality`, the register name `policy`."""

from __future__ import annotations

from pinzhi.apps.policy.models import Appraisal, Award, Document, Duty, MajorMatter, YearPlan
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.queries import may, require
from pinzhi.kernel.errors import NotPermitted
from pinzhi.kernel.places import queries as places

FUNCTION, WORK = "quality", "policy"


def require_clerk(actor: Actor, region: str) -> None:
    """To bring in, correct and bind."""
    require(actor, "clerk", register=WORK, function=FUNCTION, region=region)


def require_approver(actor: Actor, region: str) -> None:
    """To confirm a document, and so to publish it."""
    require(actor, "approver", register=WORK, function=FUNCTION, region=region)


def may_count(actor: Actor, region: str) -> bool:
    """Counting decides nothing: who keeps the plan may do it, and who confirms it."""
    return any(
        may(actor, role, register=WORK, function=FUNCTION, region=region) for role in ("clerk", "approver")
    )


def require_counter(actor: Actor, region: str) -> None:
    if not may_count(actor, region):
        require_clerk(actor, region)


def may_edit(actor: Actor, document: Document) -> bool:
    return may(actor, "clerk", register=WORK, function=FUNCTION, region=document.region)


def may_change(actor: Actor, document: Document) -> bool:
    """Rows under review are the clerk's; of a document in force only the approver changes any."""
    if document.status == Document.Status.READ:
        return may_edit(actor, document)
    return may(actor, "approver", register=WORK, function=FUNCTION, region=document.region)


def may_report(actor: Actor, duty: Duty) -> bool:
    """The unit itself reports on its duty; the lead bureau's clerk may do it for a unit without an account."""
    if actor.speaks_for == "agency" and duty.agency:
        heirs = {heir.code for heir in places.successors(duty.agency, clock.today())}
        if actor.party in heirs | {duty.agency}:
            return True
    return may_edit(actor, duty.measure.document)


def may_see_evidence(actor: Actor, duty: Duty) -> bool:
    """The unit that reported, and those who keep the plan, decide on it or look over it."""
    region = duty.measure.document.region
    roles = ("reviewer", "approver", "auditor")
    return may_report(actor, duty) or any(
        may(actor, role, register=WORK, function=FUNCTION, region=region) for role in roles
    )


APPRAISALS, YEAR_PLANS = "appraisals", "annual_plans"
#: The appraisal is the government office's, done by the quality bureau: a right for either will do.
APPRAISAL_FUNCTIONS = ("quality", "government_office")
OFFICIAL_ROLES = ("clerk", "reviewer", "approver", "auditor", "administrator")


def is_official(actor: Actor) -> bool:
    """Whether the account speaks for an agency: plans under work are not for enterprises."""
    return actor.is_system or actor.speaks_for == "agency"


def require_official(actor: Actor) -> None:
    """Pages of the bureau's own work are for agencies."""
    if not is_official(actor):
        raise NotPermitted(
            "not_an_agency",
            zh="此页面仅供行政机关使用。",
            en="This page is for agencies.",
            remedy_zh="公开的内容请在门户查看。",
            remedy_en="What is public stands in the portal.",
        )


def may_map(actor: Actor, child: Document) -> bool:
    """Who maps a child plan: the clerk of its own region or of the region whose plan it takes up."""
    return may_edit(actor, child) or (child.parent is not None and may_edit(actor, child.parent))


def may_appraise(actor: Actor, role: str, region: str) -> bool:
    return any(may(actor, role, register=APPRAISALS, function=f, region=region) for f in APPRAISAL_FUNCTIONS)


def require_appraiser(actor: Actor, role: str, region: str) -> None:
    """To prepare (clerk) and to confirm (approver) an appraisal, and what follows from it."""
    if not may_appraise(actor, role, region):
        require(actor, role, register=APPRAISALS, function=FUNCTION, region=region)


def may_see_appraisal(actor: Actor, region: str) -> bool:
    """Before it is confirmed an appraisal is seen by those who do it, not by those whom it ranks."""
    return any(may_appraise(actor, role, region) for role in OFFICIAL_ROLES)


def may_plan(actor: Actor, region: str, role: str = "clerk") -> bool:
    return may(actor, role, register=YEAR_PLANS, function=FUNCTION, region=region)


def require_planner(actor: Actor, region: str, role: str = "clerk") -> None:
    """To draw up (clerk) and publish (approver) a yearly plan."""
    require(actor, role, register=YEAR_PLANS, function=FUNCTION, region=region)


def answers_for(actor: Actor, agency: str) -> bool:
    """Whether the account speaks for the agency or for who has taken its place."""
    if actor.speaks_for != "agency" or not agency:
        return False
    return actor.party in {heir.code for heir in places.successors(agency, clock.today())} | {agency}


def may_read_appraisal(actor: Actor, found: Appraisal) -> bool:
    """Those who do it; once confirmed, every official."""
    return may_see_appraisal(actor, found.region) or (
        is_official(actor) and found.state == Appraisal.State.CONFIRMED
    )


def may_read_award(actor: Actor, award: Award) -> bool:
    """Proposals are seen by those who decide; what was decided also by whom it concerns."""
    if may_see_appraisal(actor, award.rule.region):
        return True
    return award.state == Award.State.DECIDED and award.recipient in {
        actor.party,
        *(right.region for right in actor.rights),
    }


def may_read_year_plan(actor: Actor, plan: YearPlan) -> bool:
    """A draft is for those who draw it up; a published plan for every official."""
    if not is_official(actor):
        return False
    return (
        plan.state == YearPlan.State.PUBLISHED
        or may_plan(actor, plan.region)
        or may_plan(actor, plan.region, "approver")
    )


def may_change_year_plan(actor: Actor, plan: YearPlan) -> bool:
    """The clerk's while it is drawn up, the approver's once it is published."""
    return may_plan(actor, plan.region, "approver" if plan.state == YearPlan.State.PUBLISHED else "clerk")


def may_see_matter(actor: Actor, matter: MajorMatter) -> bool:
    """The reporting unit, and those who keep the plan or look over it."""
    if not is_official(actor):
        return False
    roles = ("clerk", "reviewer", "approver", "auditor")
    kept = any(may(actor, role, register=WORK, function=FUNCTION, region=matter.region) for role in roles)
    return kept or answers_for(actor, matter.agency)


def home_region(actor: Actor) -> str:
    """The region that a form offers first: that of the account's first right."""
    return next((right.region for right in actor.rights if right.region), "")
