"""Rounds of drand, a public randomness beacon, with their BLS signatures checked (py_ecc does the curves)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chain:
    """A drand network: hash (hex), scheme, public key (hex), genesis (POSIX seconds), period (seconds)."""

    name: str
    hash: str
    scheme: str
    public_key: str
    genesis: int
    period: int

    def time_of(self, round_: int) -> dt.datetime:
        """When a round (from 1) is published."""
        return dt.datetime.fromtimestamp(self.genesis + (round_ - 1) * self.period, dt.UTC)

    def round_after(self, moment: dt.datetime) -> int:
        """The first round published after `moment`."""
        return max(1, int((moment.timestamp() - self.genesis) // self.period) + 2)


CHAINS: dict[str, Chain] = {}


def verify(
    scheme: str, public_key: bytes, round_: int, signature: bytes, previous: bytes | None = None
) -> bool:
    """Whether `signature` is the beacon's for this round."""
    raise NotImplementedError
