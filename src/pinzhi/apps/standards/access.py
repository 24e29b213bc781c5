"""Where a verb on standards is allowed: by the function of government that keeps the register, and by region subtree."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from pinzhi.kernel.access import matrix
from pinzhi.kernel.access.actor import Actor
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
    return matrix.held(actor, verb, register=register, function=function_of(register))


def anywhere(actor: Actor, verb: str, *, register: str = STANDARDS) -> bool:
    """Whether the verb is allowed in some region: a page offers it, the action decides."""
    regions = held(actor, verb, register=register)
    return regions is None or bool(regions)


def within(actor: Actor, verb: str, *, register: str = STANDARDS, field: str = "region") -> Q:
    """A filter for the rows on which the verb is allowed; nothing passes where it is allowed nowhere."""
    return matrix.within(actor, verb, register=register, function=function_of(register), field=field)
