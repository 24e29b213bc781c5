"""A draw's design, and where one firm stands in it, in words for pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from pinzhi.apps.inspection import frames, tables
from pinzhi.apps.inspection.models import Draw
from pinzhi.apps.inspection.models.programme import Channel
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.web.texts import in_lang
from pinzhi.rules.inspection.draws.beacon import CHAINS

MOST_TRADES = 8


def stratum(draw: Draw, key: str) -> str:
    """A stratum by its name."""
    return in_lang(frames.stratum_title(frames.Scope.of(draw.scope).strata, key))


def design_lines(draw: Draw) -> list[tuple[str, str]]:
    """What a draw is made of and how it is drawn; risk classes themselves are in nobody's line."""
    scope, design = frames.Scope.of(draw.scope), draw.design
    units = {"enterprise": _("Enterprises"), "product": _("Products")}
    strata = {
        "city": _("Cities"),
        "size": _("Sizes of enterprises"),
        "trade": _("Trades"),
        "sector": _("Fields of goods"),
        "none": _("None"),
    }
    methods = {"equal": _("Equal probability inside a stratum"), "pps": _("In proportion to size")}
    lines = [
        (_("What is drawn"), units.get(scope.unit, scope.unit)),
        (_("Class of goods"), str(draw.product.rules) if draw.product else ""),
        (_("Region"), tables.place(scope.region)),
        (_("Where sampled"), str(dict(Channel.choices).get(scope.channel, scope.channel))),
        (_("Trades"), "、".join(_trade(code) for code in scope.trades) or _("all")),
        (_("Strata"), strata.get(scope.strata, scope.strata)),
        (_("How many"), _numbers(draw, design)),
        (_("At least of each stratum"), str(design.get("minimum") or 1)),
        (_("At most of a stratum"), _mapping(draw, design.get("capacity") or {})),
        (_("At most of one enterprise"), str(design.get("per_firm") or "")),
        (_("Method"), methods.get(design.get("method") or "equal", "")),
        (_("Drawn for sure"), str(len(scope.certain) or "")),
        (
            _("Left out by a written decision"),
            f"{len(scope.exempt)} ({scope.exempt_reason})" if scope.exempt else "",
        ),
    ]
    return [(title, value) for title, value in lines if value]


def _trade(code: str) -> str:
    found = places.trade(code)
    return f"{code} {in_lang({'zh': found.zh, 'en': found.en})}" if found else code


def coming(draw: Draw) -> list[tuple[str, str]]:
    """What the frame would hold if it were frozen now."""
    found = frames.coming(draw)
    named = [
        f"{_trade(code) if code else _('no trade')} {count:,}" for code, count in found.trades[:MOST_TRADES]
    ]
    more = found.trades[MOST_TRADES:]
    if more:
        rest = {"trades": len(more), "firms": f"{sum(count for _code, count in more):,}"}
        named.append(_("%(trades)s further divisions %(firms)s") % rest)
    lines = [
        (_("Enterprises"), f"{found.firms:,}"),
        (_("Products"), f"{found.units:,}" if draw.scope.get("unit") == "product" else ""),
        (_("Divisions of trade"), str(len(found.trades)) if found.trades else ""),
        (_("Enterprises by trade"), "、".join(named)),
    ]
    return [(title, value) for title, value in lines if value]


def public_value(declaration: Mapping[str, Any], of: str) -> str:
    """The value that a declaration names as its `source` or `fallback`, in the reader's words; "" before it is named."""
    found = (declaration.get("document") or {}).get(of)
    if not found:
        return ""
    if found["kind"] == "drand":
        chain = CHAINS.get(found["chain"])
        named = {"name": chain.name if chain else found["chain"], "number": found["round"]}
        return _("%(name)s, round %(number)s") % named
    return _("%(name)s, issue %(number)s") % {"name": found["name"], "number": found["issue"]}


def _numbers(draw: Draw, design: Mapping[str, Any]) -> str:
    n = design.get("n")
    if isinstance(n, int):
        return _("%(n)s in all, shared over the strata by their size") % {"n": f"{n:,}"}
    if design.get("kind") == "strata":
        return _mapping(draw, n or {})
    unclassified = _("not classified")
    shares = [
        f"{name or unclassified} {float(share) * 100:g} %"
        for name, share in sorted((n or {}).items(), key=lambda one: (one[0] == "", one[0]))
    ]
    return _("of each risk class: %(shares)s") % {"shares": "、".join(shares)}


def _mapping(draw: Draw, numbers: Mapping[str, int]) -> str:
    return "、".join(f"{stratum(draw, key)} {count}" for key, count in numbers.items())


REASONS = {
    "no_repeat": {"zh": "六个月内已抽查", "en": "checked within six months"},
    "closed": {"zh": "注销、停业等", "en": "closed"},
    "recused": {"zh": "回避", "en": "recused"},
    "capacity": {"zh": "承检能力", "en": "capacity"},
    "exempt": {"zh": "书面决定免于本次抽查", "en": "left out by a written decision"},
}


def standing(proof: Mapping[str, Any]) -> tuple[str, str]:
    """Where a firm stands by its own proof: a tone for the mark (good, warn, course), and the words."""
    status = str(proof["row"]).split("\t")[5]
    if status:
        reason, _sign, note = status.partition(":")
        named = in_lang(REASONS.get(reason, {"zh": reason, "en": reason}))
        return "warn", _("Left out: %(reason)s") % {"reason": f"{named} {note}".strip()}
    if proof["opened"] is None:
        return "course", _("In the frame; the draw is not open yet")
    drawn = [str(n) for n, one in enumerate(proof["opened"]["rounds"], 1) if one["drawn"] is not None]
    if drawn:
        return "good", _("In the frame and drawn (round %(round)s)") % {"round": ", ".join(drawn)}
    return "good", _("In the frame, not drawn")
