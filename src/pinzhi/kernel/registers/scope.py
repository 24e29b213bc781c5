"""Which records of which registers an account reads, as one condition for one query over many registers."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.registers.definitions import Register
from pinzhi.kernel.registers.queries import READERS, in_regions

NOTHING = Q(pk__in=[])


def regions_read(actor: Actor, register: Register) -> frozenset[str]:
    """The region codes (each with its subtree) in which an official reads the register; the empty code is all."""
    regions = frozenset(
        right.region
        for right in actor.rights
        if right.role in READERS
        and right.register in ("*", register.name)
        and right.function in ("*", register.definition.function)
    )
    return frozenset([""]) if "" in regions or actor.is_system else regions


def readable_q(actor: Actor, registers: Iterable[Register], states: dict[str, list[str]] | None = None) -> Q:
    """Records of these registers that the actor reads whole; `states`: by register, only those in these states.

    Registers with the same regions and states share a condition, so the query stays short for sixty registers.
    """
    groups: dict[tuple[frozenset[str], tuple[str, ...]], list[str]] = {}
    own = actor.speaks_for in ("enterprise", "body")
    for register in registers:
        regions = frozenset([""]) if own else regions_read(actor, register)
        if regions:
            wanted = tuple(states[register.name]) if states is not None else ()
            groups.setdefault((regions, wanted), []).append(register.name)
    condition = NOTHING
    for (regions, wanted), names in groups.items():
        part = Q(register__in=names)
        if wanted:
            part &= Q(state__in=wanted)
        elif states is not None:
            continue
        if "" not in regions:
            part &= in_regions(sorted(regions))
        condition |= part
    if own:
        return condition & Q(subject=actor.party) if actor.party else NOTHING
    return condition
