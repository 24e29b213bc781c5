"""From a public value that nobody knew beforehand to the seed of a round.

A round is declared (which future value, which fallback, which units are replaced) after the commitment is
published; the declaration's digest is published too. When the value has come it is settled: refused when it
is not the one named, or is older than commitment or declaration. The seed also takes a secret that was
committed with the rules, so that nobody can work out tickets before the draw is opened.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pinzhi.rules.inspection.draws import beacon
from pinzhi.rules.inspection.verify_draw import digest

__all__ = [
    "Declaration",
    "Drand",
    "HmacDrbg",
    "Lottery",
    "Replaced",
    "Round",
    "Value",
    "declare",
    "instant",
    "settle",
]


def instant(moment: dt.datetime) -> str:
    """2026-01-05T01:02:03Z. Raises ValueError for a time without zone."""
    if moment.utcoffset() is None:
        raise ValueError("an instant needs a time zone")
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class Drand:
    """A round to come of a drand chain (see `beacon.CHAINS`)."""

    chain: beacon.Chain
    round: int

    @property
    def at(self) -> dt.datetime:
        return self.chain.time_of(self.round)

    def source(self) -> dict[str, Any]:
        chain = self.chain
        return {
            "kind": "drand",
            "chain": chain.hash,
            "genesis": chain.genesis,
            "period": chain.period,
            "round": self.round,
        }


@dataclass(frozen=True, slots=True)
class Lottery:
    """A lottery's draw to come: its name, issue and when it is drawn (aware)."""

    name: str
    issue: str
    at: dt.datetime

    def source(self) -> dict[str, Any]:
        return {"kind": "lottery", "name": self.name, "issue": self.issue, "at": instant(self.at)}


Source = Drand | Lottery


@dataclass(frozen=True, slots=True)
class Value:
    """The public value once it is there: a drand `signature` (hex; `previous` too for chained schemes) or a
    lottery's `numbers` as announced, separated by single spaces. `of="fallback"` needs a `reason`."""

    signature: str | None = None
    previous: str | None = None
    numbers: str | None = None
    of: Literal["source", "fallback"] = "source"
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Replaced:
    """A drawn unit that could not be sampled, and why (closed, no stock, refused …)."""

    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Declaration:
    """A round declared, its value still to come. `digest` is what is published."""

    document: Mapping[str, Any]
    source: Source
    fallback: Source | None

    @property
    def digest(self) -> str:
        return digest("declaration", dict(self.document))


@dataclass(frozen=True, slots=True)
class Round:
    """A settled round: round-R.json."""

    document: Mapping[str, Any]

    @property
    def number(self) -> int:
        return int(self.document["round"])

    @property
    def digest(self) -> str:
        return digest("round", dict(self.document))


def declare(
    commitment: Mapping[str, Any] | None,
    *,
    announced_at: dt.datetime,
    source: Source,
    fallback: Source | None,
    round: int = 0,
    previous: str | None = None,
    replaced: Sequence[Replaced] = (),
) -> Declaration:
    """Declare a round: `round` 0 is the draw, later ones replace units. `previous` is the digest of the result of
    the round before. Raises DrawError: an unfrozen frame, a value that is not in the future, no fallback for a
    source that can fail, a replacement of nothing."""
    raise NotImplementedError


def settle(declaration: Declaration, value: Value) -> Round:
    """The round with its public value, verified. Raises DrawError naming why it is refused."""
    raise NotImplementedError
