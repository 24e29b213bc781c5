"""The draw itself: a settled round over a frozen frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from pinzhi.rules.inspection.draws.design import Cell
from pinzhi.rules.inspection.draws.seed import Round
from pinzhi.rules.inspection.verify_draw import digest


class Drawn(NamedTuple):
    """A drawn unit. `probability` is exact; 1 for units drawn with certainty."""

    key: str
    firm: str
    name: str
    cell: Cell
    ticket: str
    probability: Fraction


@dataclass(frozen=True, slots=True)
class Result:
    """What a round drew. `document` is result-R.json, public at once; the rest is closed until the opening."""

    document: Mapping[str, Any]
    drawn: Sequence[Drawn]

    @property
    def digest(self) -> str:
        return digest("result", dict(self.document))

    def joint(self, first: str, second: str) -> Fraction:
        """The exact probability that both drawn units are in the sample."""
        raise NotImplementedError


def draw(folder: Path, settled: Round, *, workers: int = 1) -> Result:
    """Draw round `settled` in the frozen folder; writes its files there. Raises DrawError: no commitment, files
    that are not the frozen ones, a round out of turn, a round drawn before."""
    raise NotImplementedError


def load(folder: Path, number: int = 0) -> Result:
    """The result of a round drawn before."""
    raise NotImplementedError


def settled(folder: Path, number: int) -> dict[str, Any]:
    """round-R.json of a round drawn before."""
    raise NotImplementedError
