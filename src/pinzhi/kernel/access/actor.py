"""Who acts: what every action takes as `by=`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.http import HttpRequest

from pinzhi.kernel import clock

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
    """

    username: str
    speaks_for: Speaks
    party: str = ""
    display_name: str = ""
    rights: tuple[Right, ...] = ()
    user_id: int | None = None
    via: str = ""

    @classmethod
    def system(cls, name: str = "system") -> Actor:
        """The product's own hand: it may carry out `system` transitions and everything that a loader does."""
        return cls(username=name, speaks_for="system", display_name=name)

    @property
    def is_system(self) -> bool:
        return self.speaks_for == "system"


def actor_of(request: HttpRequest) -> Actor:
    """The logged-in account with the rights in force today. Call it behind a login check only.

    Behind a token (API) it is the account narrowed to the token's scopes.
    """
    from pinzhi.kernel.access.queries import actor_for_user

    cached = getattr(request, "_pinzhi_actor", None)
    if cached is None:
        cached = actor_for_user(request.user, clock.today())  # type: ignore[arg-type]
        request._pinzhi_actor = cached  # type: ignore[attr-defined]
    return cached
