"""Who may do which step on which record: the lifecycle's `who`, the account's rights, the two-person rule."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.queries import may
from pinzhi.kernel.registers.definitions import Register, Transition


def may_step(
    actor: Actor, register: Register, step: Transition, *, subject: str, region: str, on: date | None = None
) -> bool:
    """Whether the actor may do this step for a record of this subject in this region."""
    if actor.is_system:
        return True
    for who in step.who:
        if who == "subject":
            # Nobody is the subject of a figure, a place or a document: there an official enters what is handed in.
            if actor.speaks_for == register.definition.about and actor.is_subject(subject, register.name):
                return True
        elif (
            who != "system"
            and actor.speaks_for == "agency"
            and may(
                actor,
                who,
                register=register.name,
                function=register.definition.function,
                region=region,
                on=on,
            )
        ):
            return True
    return False


def second_person(actor: Actor, step: Transition, actors: Mapping[str, str]) -> str | None:
    """The earlier step that keeps this account from doing this one (two-person rule), or None."""
    if actor.is_system:
        return None
    return next((verb for verb in step.not_same_as if actors.get(verb) == actor.username), None)


def may_read(actor: Actor, register: Register, *, subject: str, region: str) -> bool:
    """Whether the actor may read what is not public of a record."""
    if actor.is_system:
        return True
    if actor.speaks_for in ("enterprise", "body"):
        return actor.is_subject(subject, register.name)
    function = register.definition.function
    return any(
        may(actor, role, register=register.name, function=function, region=region)
        for role in ("clerk", "reviewer", "approver", "auditor", "administrator")
    )
