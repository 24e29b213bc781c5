"""Freezing a frame: the whole roster, each unit eligible or excluded, as salted leaves under one root."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from pinzhi.rules.inspection.draws.design import Design
from pinzhi.rules.inspection.verify_draw import digest

REASONS = ("no_repeat", "closed", "recused", "capacity", "exempt")


class FrameUnit(NamedTuple):
    """A unit of the roster: an enterprise, or one product of an enterprise.

    `key` is unique in the frame (credit code, or credit code + ":" + product key); `firm` the enterprise's
    credit code; `size` a whole number ≥ 0 (PPS needs ≥ 1); `risk_class` is never public; `certainty` units are
    drawn for sure.
    """

    key: str
    firm: str
    name: str
    stratum: str
    size: int = 1
    risk_class: str = ""
    certainty: bool = False


class Exclusion(NamedTuple):
    """Why a unit of the roster is not eligible: `reason` is one of REASONS, `detail` a short public note."""

    key: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Commitment:
    """A frozen frame: commitment.json and where its files are."""

    folder: Path
    document: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """What is published and goes into the seed."""
        return digest("commitment", dict(self.document))

    @property
    def root(self) -> str:
        return str(self.document["root"])


def freeze(
    units: Iterable[FrameUnit],
    exclusions: Iterable[Exclusion],
    design: Design,
    folder: Path,
    *,
    draw: str,
    roster: Mapping[str, Any],
    frozen_at: dt.datetime,
    random_bytes: Callable[[int], bytes],
    workers: int = 1,
) -> Commitment:
    """Freeze `units` (in any order) into `folder`, which must be empty or absent.

    `draw` is the draw's registered number; `roster` says where the roster comes from: {"register": …,
    "checkpoint": …, "size": number of units}. Raises DrawError: a key twice, an exclusion of a unit that is not
    in the roster, a text that is not canonical, an allocation that cannot be done, a roster of another size.
    """
    raise NotImplementedError
