"""Where a verb on standards is allowed: by the function of government that keeps the register, and by region subtree."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from pinzhi.kernel import clock
from pinzhi.kernel.access import matrix
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.queries import regions_held
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers import catalogue

STANDARDS = "s01_standards"
SYSTEMS = "s01_system_tables"
PROGRAMME = "s03_local_programme"


def function_of(register: str) -> str:
    """The function of government that keeps a register; that of standards where the register is not there yet."""
    known = catalogue.registers().get(register)
    return known.definition.function if known else "standards"


def allowed(
    actor: Actor, verb: str, region: str = "", *, register: str = STANDARDS, subject: str = ""
) -> bool:
    """Whether the actor may do the verb in this region; `subject`: the enterprise that the matter is about."""
    own = bool(subject) and actor.is_subject(subject, register)
    return matrix.allowed(
        actor, verb, register=register, function=function_of(register), region=region, own=own
    )


def require(
    actor: Actor, verb: str, regions: Iterable[str], *, register: str = STANDARDS, subject: str = ""
) -> None:
    """Raise NotPermitted, naming what is missing, unless the verb is allowed in all these regions."""
    own = bool(subject) and actor.is_subject(subject, register)
    for region in sorted(set(regions)):
        matrix.require(actor, verb, register=register, function=function_of(register), region=region, own=own)


def held(actor: Actor, verb: str, *, register: str = STANDARDS) -> frozenset[str] | None:
    """The regions in which the verb is allowed, subtrees included; None means everywhere."""
    if actor.is_system:
        return None
    everywhere: set[str] = set()
    for role in _roles(verb):
        regions = regions_held(actor, role, register=register, function=function_of(register))
        if regions is None:
            return None
        everywhere |= regions
    return frozenset(everywhere)


def anywhere(actor: Actor, verb: str, *, register: str = STANDARDS) -> bool:
    """Whether the verb is allowed in some region: a page offers it, the action decides."""
    regions = held(actor, verb, register=register)
    return regions is None or bool(regions)


def within(actor: Actor, verb: str, *, register: str = STANDARDS, field: str = "region") -> Q:
    """A filter for the rows on which the verb is allowed; nothing passes where it is allowed nowhere."""
    if actor.is_system:
        return Q()
    roles, function = _roles(verb), function_of(register)
    condition = Q(pk__in=[])
    for right in actor.rights:
        if (
            right.role in roles
            and right.function in ("*", function)
            and right.register in ("*", register)
            and right.in_force(clock.today())
        ):
            if not right.region:
                return Q()
            condition |= places.region_q(right.region, field)
    return condition


def _roles(verb: str) -> frozenset[str]:
    return next(v.roles for v in matrix.verbs() if v.name == verb)
