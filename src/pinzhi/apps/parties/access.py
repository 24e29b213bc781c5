"""Where a verb on parties is allowed: by the function of government that keeps the roster, and by region subtree."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from pinzhi.kernel.access import matrix
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.registers import catalogue

ENTERPRISES, PRODUCTS, BODIES = (catalogue.ROSTERS[about] for about in ("enterprise", "product", "body"))


def _function(roster: str) -> str:
    return catalogue.get(roster).definition.function


def allowed(actor: Actor, verb: str, roster: str, region: str, *, subject: str = "") -> bool:
    """Whether the actor may do the verb for a party of this region; `subject`: the enterprise's or body's code."""
    own = bool(subject) and actor.is_subject(subject, roster)
    return matrix.allowed(actor, verb, register=roster, function=_function(roster), region=region, own=own)


def require(actor: Actor, verb: str, roster: str, regions: Iterable[str], *, subject: str = "") -> None:
    """Raise NotPermitted, naming what is missing, unless the verb is allowed in all these regions."""
    own = bool(subject) and actor.is_subject(subject, roster)
    for region in sorted(set(regions)):
        matrix.require(actor, verb, register=roster, function=_function(roster), region=region, own=own)


def held(actor: Actor, verb: str, roster: str) -> frozenset[str] | None:
    """The regions in which the verb is allowed, subtrees included; None means everywhere."""
    return matrix.held(actor, verb, register=roster, function=_function(roster))


def within(actor: Actor, verb: str, roster: str, field: str = "region", own_field: str = "") -> Q:
    """A filter for the parties on which the verb is allowed; nothing passes where it is allowed nowhere."""
    if actor.speaks_for in ("enterprise", "body"):
        fits = own_field and actor.party and actor.is_subject(actor.party, roster)
        return Q(**{own_field: actor.party}) if fits else Q(pk__in=[])
    return matrix.within(actor, verb, register=roster, function=_function(roster), field=field)
