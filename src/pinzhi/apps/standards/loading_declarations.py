"""Declarations and rankings for the actions: loaded, locked, or said to be missing."""

from __future__ import annotations

from typing import Any

from pinzhi.apps.standards.cleaning_declarations import REGISTER
from pinzhi.apps.standards.models import Declaration, Ranking
from pinzhi.kernel.errors import NotFound, Refused
from pinzhi.kernel.registers.models import Record


def declaration(number: str, *, lock: bool = False) -> Declaration:
    """One declaration; raises NotFound."""
    rows = Declaration.objects.select_for_update() if lock else Declaration.objects.all()
    row = rows.filter(number=number).first()
    if row is None:
        raise NotFound(
            "no_such_declaration",
            zh=f"没有编号为“{number[:40]}”的声明。",
            en=f"There is no declaration {number[:40]}.",
            place=number[:40],
        )
    return row


def present_values(row: Declaration) -> dict[str, Any]:
    """All that the register says of a declaration now."""
    found: dict[str, Any] = Record.objects.get(register=REGISTER, key=row.number).values
    return dict(found)


def refuse_withdrawn(row: Declaration) -> None:
    if row.status == Declaration.Status.WITHDRAWN:
        raise Refused(
            "declaration_withdrawn",
            zh=f"这项声明已于 {row.withdrawn_on} 撤回。",
            en=f"The declaration was withdrawn on {row.withdrawn_on}.",
            remedy_zh="需要的请重新声明。",
            remedy_en="Declare anew if need be.",
        )


def ranking(number: str, *, lock: bool = False) -> Ranking:
    """One ranking; raises NotFound."""
    rows = Ranking.objects.select_for_update() if lock else Ranking.objects.all()
    row = rows.filter(number=number).first()
    if row is None:
        raise NotFound(
            "no_such_ranking",
            zh=f"没有编号为“{number[:40]}”的排行榜。",
            en=f"There is no ranking {number[:40]}.",
            place=number[:40],
        )
    return row
