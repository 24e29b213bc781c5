"""Small frames and draws for tests: rounds settled with a lottery, so no signature has to be computed."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

from pinzhi.rules.identifiers import uscc
from pinzhi.rules.inspection.draws.design import Design
from pinzhi.rules.inspection.draws.frame import Commitment, Exclusion, FrameUnit, freeze
from pinzhi.rules.inspection.draws.seed import Declaration, Lottery, Replaced, Round, Value, declare, settle
from pinzhi.rules.inspection.draws.select import Result, draw

T0 = dt.datetime(2026, 1, 5, 1, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
CODES = [uscc.make(number, region="350102").text for number in range(600)]


def firms(count: int = 120, seed: int = 3) -> list[FrameUnit]:
    """Firms of three strata and four classes, in no order."""
    dice = random.Random(seed)
    units = [
        FrameUnit(
            code, code, f"福州鑫{at}有限公司", f"35010{at % 3}", dice.randint(1, 60), dice.choice("ABCD")
        )
        for at, code in enumerate(CODES[:count])
    ]
    dice.shuffle(units)
    return units


EQUAL_FIRMS = firms(20)


def products(count: int = 60, seed: int = 5) -> list[FrameUnit]:
    """One to five products of each firm."""
    dice = random.Random(seed)
    return [
        u._replace(key=f"{u.key}:{at}", size=1)
        for u in firms(count, seed)
        for at in range(dice.randint(1, 5))
    ]


def frozen(
    folder: Path, design: Design, units: Iterable[FrameUnit], exclusions: Sequence[Exclusion] = ()
) -> Commitment:
    units = list(units)
    return freeze(
        units,
        exclusions,
        design,
        folder,
        draw="2026-01",
        roster={"register": "m01_enterprises", "checkpoint": "…/m01_enterprises 120", "size": len(units)},
        frozen_at=T0,
    )


def declared(
    commitment: Commitment,
    number: int = 0,
    previous: str | None = None,
    replaced: Sequence[str] = (),
) -> Declaration:
    begin = T0 + 10 * number * DAY
    return declare(
        commitment.document,
        announced_at=begin + dt.timedelta(hours=1),
        source=Lottery("双色球", f"2026{number:03d}", begin + DAY),
        fallback=Lottery("双色球", f"2026{number:03d}b", begin + 3 * DAY),
        round=number,
        previous=previous,
        replaced=[Replaced(key, "已停业") for key in replaced],
    )


def settled(declaration: Declaration, numbers: str = "3 7 12 22 28 31 5") -> Round:
    return settle(declaration, Value(numbers=numbers))


def drawn(folder: Path, commitment: Commitment, numbers: str = "3 7 12 22 28 31 5") -> Result:
    return draw(folder, settled(declared(commitment), numbers))
