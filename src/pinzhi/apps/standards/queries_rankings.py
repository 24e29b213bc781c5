"""What may be asked of rankings by those who are logged in; the public reads the register."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from pinzhi.apps.standards import access
from pinzhi.apps.standards.models import Declaration, Ranking
from pinzhi.apps.standards.publishing_rankings import RANKINGS
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotFound


def rankings(
    *, by: Actor, year: int | None = None, product_class: str = "", state: str = "", search: str = ""
) -> QuerySet[Ranking]:
    """Those that are published, and the others of the regions whose declarations the actor reads."""
    mine = access.within(by, "standards.read_declarations", register=RANKINGS)
    rows = Ranking.objects.filter(mine | Q(state=Ranking.State.PUBLISHED))
    for name, value in (("year", year), ("product_class", product_class), ("state", state)):
        if value:
            rows = rows.filter(**{name: value})
    if search:
        rows = rows.filter(Q(title__icontains=search) | Q(product_class__icontains=search))
    return rows


def ranking(number: str, *, by: Actor) -> Ranking:
    """One of them; NotFound."""
    row = rankings(by=by).filter(number=number).first()
    if row is None:
        raise NotFound(
            "no_such_ranking", zh=f"没有排行榜“{number[:40]}”。", en=f"There is no ranking {number[:40]}."
        )
    return row


def tiers(row: Ranking) -> dict[str, Any]:
    """Lists with tiers and places, and the front runners: plain values. Who was not entered is not named."""
    result = row.result
    rows = {d.number: d for d in Declaration.objects.filter(number__any_of=result.get("entered", []))}

    def place(found: dict[str, Any]) -> dict[str, Any]:
        declared = rows.get(found["key"])
        names = ("enterprise", "product", "brand", "standard")
        return {
            "declaration": found["key"],
            "value": found["value"],
            **{name: getattr(declared, name, "") for name in names},
        }

    lists = [
        {
            "indicator": one["indicator"],
            "none_zh": one["none"][0] if one["none"] else "",
            "none_en": one["none"][1] if one["none"] else "",
            "tiers": [
                {"tier": tier["tier"], "text": tier["text"], "places": [place(p) for p in tier["places"]]}
                for tier in one["tiers"]
            ],
        }
        for one in result.get("lists", ())
    ]
    names = ("number", "declaration", "uscc", "selected_on", "valid_until", "commitment_kept")
    chosen = [{name: getattr(one, name) for name in names} for one in row.front_runners.all()]
    return {"lists": lists, "front_runners": chosen}
