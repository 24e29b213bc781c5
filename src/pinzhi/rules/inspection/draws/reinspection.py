"""The laboratory of a re-inspection: who could do it is committed, a future public value is named, then it is drawn.

All laboratories that are capable are in the committed list, those that may not act with the reason. The one that tested
first is left out unless it is the only one that may act. The draw orders the list once: where one declines the next in
line follows, so that nobody can ask for another public value. With the document of a draw (`record`) and
`verify_assignment.py` a stranger finds the same laboratory.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pinzhi.rules.inspection.draws import assign
from pinzhi.rules.inspection.draws.design import DrawError
from pinzhi.rules.inspection.draws.seed import Round, assignment_seed, instant
from pinzhi.rules.inspection.verify_draw import digest

__all__ = ["Candidate", "commitment", "in_line", "pool", "record"]

Why = Literal["", "first", "recused", "declined"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A laboratory that is capable of the test. `why`: it tested first, must not act in matters of the firm, or declined
    when it was drawn before."""

    id: str
    name: str
    why: Why = ""


def pool(key: str, asked: str, candidates: Iterable[Candidate]) -> dict[str, Any]:
    """The list as it is committed: `key` is the case, `asked` what a laboratory must be capable of.

    Raises DrawError where nobody may do it, or an id stands twice.
    """
    listed = sorted(candidates, key=lambda c: c.id)
    if len({c.id for c in listed}) != len(listed):
        raise DrawError("机构重复", "a laboratory stands twice")
    found = {
        "v": 1,
        "task": key,
        "asked": asked,
        "laboratories": [{"id": c.id, "name": c.name, "why": c.why} for c in listed],
    }
    _able(found)
    return found


def _able(pools: Mapping[str, Any]) -> list[assign.Laboratory]:
    """Those that may do it: all that are not recused but the first; the first where it is alone."""
    rows = pools["laboratories"]
    free = [row["id"] for row in rows if not row["why"]] or [
        row["id"] for row in rows if row["why"] == "first"
    ]
    if not free:
        raise DrawError(
            "没有可以复检的机构：没有具备能力的机构，或都须回避、已谢绝",
            "no laboratory may do the re-inspection: none is capable, or all that are were recused or declined",
        )
    return [assign.Laboratory(name) for name in free]


def commitment(number: str, pools: Mapping[str, Any], frozen_at: dt.datetime) -> dict[str, Any]:
    """What is published before the public value is known."""
    return {
        "v": 1,
        "draw": number,
        "what": "laboratory",
        "root": digest("pools", dict(pools)),
        "size": len(pools["laboratories"]),
        "frozen_at": instant(frozen_at),
    }


def in_line(pools: Mapping[str, Any], round_: Round, declined: Collection[str] = ()) -> str:
    """The laboratory that the settled round gives; where some declined, the next in line. Raises DrawError: none left."""
    # Nothing of it is kept back: the list, the value and the order are open from the draw on, so there is no veil.
    seed = assignment_seed(round_, "", pools)
    task = assign.Task(pools["task"], "")
    return assign.draw_laboratory(task, _able(pools), seed, declined=dict.fromkeys(declined, "declined"))


def record(
    committed: Mapping[str, Any], pools: Mapping[str, Any], round_: Round, declined: Sequence[str] = ()
) -> dict[str, Any]:
    """All of a draw in one document, for verify_assignment.py; `laboratory` is the one in line after `declined`."""
    return {
        "v": 1,
        "what": "laboratory",
        "commitment": dict(committed),
        "pools": dict(pools),
        "round": dict(round_.document),
        "declined": list(declined),
        "laboratory": in_line(pools, round_, declined),
    }
