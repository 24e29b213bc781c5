"""Standards that enterprises declare: without a declaration no award and no brand is granted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from random import Random
from typing import Any

from pinzhi.apps.standards.actions.declare import declare
from pinzhi.doors.cli.demonstration import names
from pinzhi.doors.cli.demonstration.lots import pool
from pinzhi.doors.cli.demonstration.parties import SEED, Firm
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor

BY = Actor.system("demonstration")
#: Before the first decision that asks for a declaration.
DAY = date(2018, 3, 1)
AT_ONCE = 1000


def batches() -> Iterator[Callable[[], Any]]:
    """One declaration for each firm that honours draw upon."""
    rng = Random(SEED + 13)
    found = list({firm.code: firm for name in ("firms", "linjiang") for firm in pool(name)}.values())
    rows = [_row(firm, rng) for firm in found]
    for start in range(0, len(rows), AT_ONCE):
        yield lambda part=rows[start : start + AT_ONCE]: _declare(part)  # type: ignore[misc]


def _declare(rows: list[dict[str, Any]]) -> None:
    with clock.at(DAY):
        declare(rows, by=BY)


def _row(firm: Firm, rng: Random) -> dict[str, Any]:
    sector = names.SECTOR[firm.sector]
    goods = rng.choice(sector.goods)
    return {
        "uscc": firm.code,
        "kind": "declaration",
        "product_name": f"{firm.brand}牌{goods}",
        "brand": firm.brand,
        "sector": firm.sector,
        "standard_no": rng.choice(sector.standards),
        "standard_name": goods,
    }
