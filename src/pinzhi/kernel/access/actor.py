"""Who acts: what every action takes as `by=`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from pinzhi.kernel import clock

if TYPE_CHECKING:
    from pinzhi.kernel.access.models import User

Speaks = Literal["agency", "enterprise", "body", "system"]


@dataclass(frozen=True)
class Right:
    """One grant as a value: `*` and the empty region mean all."""

    function: str
    register: str
    role: str
    region: str
    starts_on: date
    ends_on: date | None = None

    def in_force(self, on: date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)


@dataclass(frozen=True)
class Actor:
    """An account in its party's name, or the system itself (jobs, the demonstration).

    `via` says by which door the account came: "" (a person's session) or the prefix of an access token.
    `own_registers` are those in which a token lets an enterprise or body act in its own matters; None: all.
    """

    username: str
    speaks_for: Speaks
    party: str = ""
    display_name: str = ""
    rights: tuple[Right, ...] = ()
    user_id: int | None = None
    via: str = ""
    own_registers: frozenset[str] | None = None

    @classmethod
    def system(cls, name: str = "system") -> Actor:
        """The product's own hand: it may carry out `system` transitions and everything that a loader does."""
        return cls(username=name, speaks_for="system", display_name=name)

    @property
    def is_system(self) -> bool:
        return self.speaks_for == "system"

    def is_subject(self, party: str, register: str = "*") -> bool:
        """Whether the actor is the enterprise or body itself, in this register: what `who: subject` asks."""
        if self.speaks_for not in ("enterprise", "body") or not party or self.party != party:
            return False
        return self.own_registers is None or bool(self.own_registers & {"*", register})


def user_of(request: HttpRequest) -> User:
    """The logged-in account. Raises PermissionDenied (403) where nobody is logged in."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user


def actor_of(request: HttpRequest) -> Actor:
    """The logged-in account with the rights in force today. Call it behind a login check only.

    Behind a token (API) it is the account narrowed to the token's scopes.
    """
    from pinzhi.kernel.access.queries import actor_for_user

    cached = getattr(request, "_pinzhi_actor", None)
    if cached is None:
        cached = actor_for_user(user_of(request), clock.today())
        request._pinzhi_actor = cached  # type: ignore[attr-defined]
    return cached
