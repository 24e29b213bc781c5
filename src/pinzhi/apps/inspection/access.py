"""Where a verb on checks is allowed: by the function of government that keeps the results, and by region subtree."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from pinzhi.kernel import clock
from pinzhi.kernel.access import matrix
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers import catalogue

RESULTS, ENTERPRISE_LIST, PRODUCT_LIST = "m01_results", "m01_enterprises", "m01_products"
DRAWS = "m02_draws"


def _function() -> str:
    return catalogue.get(RESULTS).definition.function


def allowed(actor: Actor, verb: str, region: str, *, own: bool = False) -> bool:
    """Whether the actor may do the verb in a region; `own`: it is a matter of the actor's own party."""
    return matrix.allowed(actor, verb, register=RESULTS, function=_function(), region=region, own=own)


def require(actor: Actor, verb: str, regions: Iterable[str], *, own: bool = False) -> None:
    """Raise NotPermitted, naming what is missing, unless the verb is allowed in all these regions."""
    for region in sorted(set(regions)):
        matrix.require(actor, verb, register=RESULTS, function=_function(), region=region, own=own)


def roles_of(verb: str) -> frozenset[str]:
    return next(v.roles for v in matrix.verbs() if v.name == verb)


def regions(actor: Actor, verb: str) -> list[str] | None:
    """The regions in which the verb is allowed, subtrees meant; None: everywhere, an empty list: nowhere."""
    if actor.is_system:
        return None
    roles, function, found = roles_of(verb), _function(), []
    for right in actor.rights:
        if (
            right.role in roles
            and right.function in ("*", function)
            and right.register in ("*", RESULTS)
            and right.in_force(clock.today())
        ):
            if not right.region:
                return None
            found.append(right.region)
    return found


def anywhere(actor: Actor, verb: str) -> bool:
    """Whether the verb is allowed in some region at all."""
    found = regions(actor, verb)
    return found is None or bool(found)


def within(actor: Actor, verb: str, field: str = "region") -> Q:
    """A filter for rows whose region is one in which the verb is allowed; nothing passes where it is nowhere."""
    found = regions(actor, verb)
    if found is None:
        return Q()
    condition = Q(pk__in=[])
    for region in found:
        condition |= places.region_q(region, field)
    return condition
