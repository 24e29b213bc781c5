"""Who may do what with policies. The work is the function of government `quality`, the register name `policy`."""

from __future__ import annotations

from pinzhi.apps.policy.models import Document, Duty
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.queries import may, require
from pinzhi.kernel.places import queries as places

FUNCTION, WORK = "quality", "policy"


def require_clerk(actor: Actor, region: str) -> None:
    """To bring in, correct and bind."""
    require(actor, "clerk", register=WORK, function=FUNCTION, region=region)


def require_approver(actor: Actor, region: str) -> None:
    """To confirm a document, and so to publish it."""
    require(actor, "approver", register=WORK, function=FUNCTION, region=region)


def may_edit(actor: Actor, document: Document) -> bool:
    return may(actor, "clerk", register=WORK, function=FUNCTION, region=document.region)


def may_report(actor: Actor, duty: Duty) -> bool:
    """The unit itself reports on its duty; the lead bureau's clerk may do it for a unit without an account."""
    if actor.speaks_for == "agency" and duty.agency:
        heirs = {heir.code for heir in places.successors(duty.agency, clock.today())}
        if actor.party in heirs | {duty.agency}:
            return True
    return may_edit(actor, duty.measure.document)
