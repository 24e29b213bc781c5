"""Name a draw before anything of it is made, or give it up: either way it stays to be seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinzhi.apps.inspection import access, drawing, frames, numbering
from pinzhi.apps.inspection.models import Draw, Programme, ProgrammeProduct
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotFound, Refused
from pinzhi.kernel.places import queries as places
from pinzhi.rules.inspection.draws.design import Allocation, Design

MOST_UNITS = 1_000_000


def name_draw(
    programme: str, *, title: str, rules: str, scope: Mapping[str, Any], design: Mapping[str, Any], by: Actor
) -> Draw:
    """Register a draw for a product of a released programme.

    `scope`: see `frames.Scope`; products are by default those of the field of the rules. `design`: `kind` (total,
    strata, ratios), `n`, `method`, `per_firm`, `minimum`, `capacity`. Raises NotFound, NotPermitted, Refused (a design
    that cannot be).
    """

    def work() -> Draw:
        row = Programme.objects.filter(number=programme, status=Programme.Status.RELEASED).first()
        if row is None:
            raise NotFound(
                "no_such_programme", zh=f"没有已发布的计划“{programme}”。", en=f"No programme {programme}."
            )
        access.require(by, "inspection.draw", [row.region])
        product = ProgrammeProduct.objects.filter(programme=row, rules__code=rules).first()
        if product is None:
            raise NotFound(
                "no_such_product", zh=f"计划中没有“{rules}”。", en=f"The programme has no {rules}."
            )
        given = {"region": row.region, **scope}
        if given.get("unit") == "product":
            given = {"sector": product.rules.sector, **given}
        asked = frames.Scope.of(given)
        if asked.unit not in ("enterprise", "product") or asked.strata not in frames.STRATA:
            raise Refused(
                "no_such_scope", zh="抽取对象或分层方式不在范围内。", en="There is no such unit or stratum."
            )
        if not places.contains(row.region, asked.region):
            raise Refused(
                "scope_beyond",
                zh="抽取范围超出计划的地区。",
                en="The scope lies beyond the programme's region.",
            )
        trades = _trades(asked)
        design_of(design)
        n = design.get("n")
        size = n if isinstance(n, int) else sum(n.values()) if design.get("kind") == "strata" and n else 0
        if size > MOST_UNITS:
            raise Refused(
                "too_many_units",
                zh=f"抽取数量超过 {MOST_UNITS}。",
                en=f"A draw is of {MOST_UNITS} units at most.",
                place="n",
            )
        if not title.strip():
            raise Refused("draw_unnamed", zh="请填写抽取名称。", en="Give the draw a name.", place="title")
        (number,) = numbering.numbers("CQ", row.year, row.region)
        draw = Draw(
            number=number,
            title=title.strip()[:200],
            programme=row,
            product=product,
            region=row.region,
            agency=row.agency,
            scope={**given, "region": asked.region, "trades": trades},
            design=dict(design),
            size=size,
        )
        drawing.save(draw, by=by)
        drawing.note(draw, "name_draw", by=by)
        drawing.publish_draw(draw, by=by)
        return draw

    return drawing.step("named", programme, by, work)


def _trades(scope: frames.Scope) -> list[str]:
    """The trades as the roster has them, without their section's letter.

    Enterprises are drawn of the trades that make the goods: all of them are meant only where that is said. Products need
    none: the field of the rules narrows them. Raises Refused.
    """
    parsed = {code: places.trade(code) for code in scope.trades}
    unknown = [code for code, trade in parsed.items() if trade is None]
    if unknown:
        raise Refused(
            "no_such_trade",
            zh=f"国民经济行业分类中没有“{unknown[0]}”。",
            en=f"GB/T 4754 has no trade {unknown[0]}.",
            place="trades",
            remedy_zh="填写行业代码，例如 2451、C24。",
            remedy_en="Give codes such as 2451 or C24.",
        )
    if scope.unit == "enterprise" and bool(scope.trades) == scope.all_trades:
        both = bool(scope.trades)
        raise Refused(
            "trades_and_all" if both else "trades_missing",
            zh="既写了行业，又选了全部行业。" if both else "没有写明行业：名单会包括各行各业的企业。",
            en="Trades are named, and all of them are asked for."
            if both
            else "No trade is named: the frame would hold enterprises of every trade.",
            place="trades",
            remedy_zh="填写生产（经营）这类产品的行业；确需全部行业的，选“全部行业”。",
            remedy_en="Name the trades that make or sell these goods; where all are meant, say “all trades”.",
        )
    return list(dict.fromkeys(trade.code for trade in parsed.values() if trade))


def design_of(raw: Mapping[str, Any]) -> Design:
    """The design as the rules take it. Raises DrawError."""
    n = raw.get("n")
    return Design(
        Allocation(raw.get("kind") or "total", n if isinstance(n, int) else dict(n or {})),
        method=raw.get("method") or "equal",
        per_firm=raw.get("per_firm") or None,
        minimum=int(raw.get("minimum") or 1),
        capacity=dict(raw.get("capacity") or {}),
    )


def abandon_draw(number: str, reason: str, *, by: Actor) -> Draw:
    """Give a draw up before it is open; the reason is public. Raises NotFound, NotPermitted, Conflict, Refused."""

    def work() -> Draw:
        draw = drawing.locked(
            number, Draw.Stage.NAMED, Draw.Stage.FROZEN, Draw.Stage.AWAITED, Draw.Stage.DRAWN
        )
        access.require(by, "inspection.open_draw", [draw.region])
        if not reason.strip():
            raise Refused(
                "no_reason",
                zh="放弃抽取应公开说明原因。",
                en="Say why; the reason is public.",
                place="reason",
            )
        draw.stage, draw.abandoned_reason = Draw.Stage.ABANDONED, reason.strip()[:500]
        drawing.save(draw, by=by)
        drawing.note(draw, "abandon_draw", by=by)
        drawing.publish_draw(draw, by=by)
        return draw

    return drawing.step("abandoned", number, by, work)
