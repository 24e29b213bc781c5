"""Calculators for quality engineers: sampling plans of GB/T 2828.1, their characteristic, plan search, net content.

The same rules as `pinzhi sampling`; every answer stands in the address, so that it can be shared and come back to.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pinzhi.kernel import clock, law
from pinzhi.kernel.web import charts
from pinzhi.kernel.web.formats import as_date
from pinzhi.kernel.web.texts import in_lang
from pinzhi.rules import yaml_text
from pinzhi.rules.inspection import net_content as rule
from pinzhi.rules.inspection.acceptance import names, oc, search, tables
from pinzhi.rules.inspection.errors import InputError

#: Points of a characteristic's curve.
POINTS = 60
LARGEST = 10**9
LONGEST = 20_000


@lru_cache(maxsize=1)
def plans() -> tables.Tables:
    """The tables of GB/T 2828.1-2012."""
    path = Path(settings.CATALOGUE_DIR) / "inspection" / "gbt2828_1_2012.yaml"
    return tables.parse(yaml_text.load(path.read_text(encoding="utf-8")))


def _said(request: HttpRequest, *fields: str) -> dict[str, str]:
    return {name: request.GET.get(name, "").replace("\x00", "").strip()[:LONGEST] for name in fields}


def _wrong(error: Exception) -> dict[str, str]:
    if isinstance(error, InputError):
        return {"field": error.field, "text": in_lang({"zh": error.zh, "en": error.en})}
    return {"field": "", "text": _("This cannot be computed. Compare the numbers.")}


def _crumbs() -> list[tuple[str, str]]:
    return [
        (_("Spot checks"), reverse("inspection_index")),
        (_("Calculators"), reverse("inspection_calculators")),
    ]


@require_safe
def single(request: HttpRequest) -> HttpResponse:
    """A single plan of GB/T 2828.1 for a lot, and its characteristic."""
    said = _said(request, "lot_size", "code_letter", "level", "aql", "severity")
    context: dict[str, Any] = {
        "crumbs": _crumbs()[:1],
        "said": said,
        "tables": plans(),
        "levels": names.LEVELS,
    }
    context["severities"] = [
        ("normal", _("Normal inspection")),
        ("tightened", _("Tightened inspection")),
        ("reduced", _("Reduced inspection")),
    ]
    if said["lot_size"] or said["code_letter"]:
        try:
            asked = {name: value for name, value in said.items() if value}
            plan, level = tables.look_up(plans(), asked)
            percent = Decimal(plan.aql) <= plans().highest_percent
            context |= {
                "plan": plan,
                "level": level,
                "moved": plan.code_letter != plan.asked_letter,
                "chart": _curve("binomial" if percent else "poisson", plan.n, plan.ac, None),
                "per_hundred": not percent,
                "oc_url": _oc_url(plan.n, plan.ac, "binomial" if percent else "poisson"),
            }
        except (InputError, ArithmeticError, ValueError) as error:
            context["wrong"] = _wrong(error)
    return render(request, "inspection/calculator_single.html", context)


def _oc_url(n: int, c: int, kind: str) -> str:
    query = urlencode({"n": n, "c": c, "type": kind, "pd": "0.5 1 2 5 10"})
    return f"{reverse('inspection_calculator_oc')}?{query}"


def _curve(kind: str, n: int, c: int, lot: int | None) -> charts.Chart:
    """Acceptance against quality, up to where hardly a lot is accepted any more."""
    top = _top(kind, n, c, lot)
    levels = [top * Decimal(i) / POINTS for i in range(POINTS + 1)]
    accepted = [oc.acceptance(kind, n, c, p, lot).accepted for p in levels]
    x = [f"{float(100 * p):.3g}" for p in levels]
    half = next((x[at] for at, pa in enumerate(accepted) if pa <= 0.5), "")
    return charts.trend(
        _("Probability of acceptance"),
        x,
        [(_("Accepted (%)"), [100 * pa for pa in accepted])],
        unit="%",
        precision=2,
        zero=True,
        says=_("Half of the lots are accepted at about %(p)s %% nonconforming.") % {"p": half}
        if half
        else "",
    )


def _top(kind: str, n: int, c: int, lot: int | None) -> Decimal:
    """The quality at which fewer than one lot in two hundred is accepted."""
    low, high = Decimal(0), Decimal(1) if kind != "poisson" else Decimal(c + 20) / n
    for _step in range(24):
        middle = (low + high) / 2
        if oc.acceptance(kind, n, c, middle, lot).accepted > 0.005:
            low = middle
        else:
            high = middle
    return high


@require_safe
def characteristic(request: HttpRequest) -> HttpResponse:
    """The operating characteristic of any single plan, and the plan that keeps two risks."""
    said = _said(request, "type", "N", "n", "c", "pd", "prp", "crp", "alpha", "beta", "find")
    said["type"] = said["type"] or "binomial"
    context: dict[str, Any] = {
        "crumbs": _crumbs()[:1],
        "said": said,
        "kinds": [
            ("binomial", _("Binomial: nonconforming items, large lot")),
            ("poisson", _("Poisson: nonconformities per item")),
            ("hypergeom", _("Hypergeometric: nonconforming items of one lot")),
        ],
    }
    try:
        if said["find"]:
            context |= _found(said)
        elif said["n"]:
            context |= _of_plan(said)
    except (InputError, ArithmeticError, ValueError) as error:
        context["wrong"] = _wrong(error)
    return render(request, "inspection/calculator_oc.html", context)


def _lot(said: dict[str, str], kind: str) -> int | None:
    return names.whole(said["N"] or None, "N", 2, LARGEST) if kind == "hypergeom" else None


def _of_plan(said: dict[str, str]) -> dict[str, Any]:
    kind = names.kind(said["type"])
    n, c = names.whole(said["n"], "n", 1, LARGEST), names.whole(said["c"] or "0", "c", 0, LARGEST)
    lot = _lot(said, kind)
    if lot is not None and n > lot:
        raise InputError("n", f"样本量 {n} 大于批量 {lot}。", f"A sample of {n} exceeds the lot of {lot}.")
    if c > n and kind != "poisson":
        raise InputError(
            "c", f"接收数 {c} 大于样本量 {n}。", f"An acceptance number of {c} exceeds the sample of {n}."
        )
    top = None if kind == "poisson" else 1
    asked = [names.share(_percent(p), "pd", top) for p in re.split(r"[\s,，、;；]+", said["pd"]) if p][:50]
    points = [(f"{float(100 * p):.4g}", oc.acceptance(kind, n, c, p, lot)) for p in asked]
    return {
        "n": n,
        "c": c,
        "points": [(p, 100 * a.accepted, 100 * a.rejected) for p, a in points],
        "chart": _curve(kind, n, c, lot),
    }


def _percent(text: str) -> str:
    """Quality is typed in per cent here, with or without the sign."""
    return text if text.endswith(("%", "％")) else f"{text}%"


def _found(said: dict[str, str]) -> dict[str, Any]:
    kind = names.kind(said["type"])
    top = None if kind == "poisson" else 1
    producer = names.share(_percent(said["prp"]) if said["prp"] else None, "prp", top)
    consumer = names.share(_percent(said["crp"]) if said["crp"] else None, "crp", top)
    alpha = names.risk(_percent(said["alpha"] or "5"), "alpha")
    beta = names.risk(_percent(said["beta"] or "10"), "beta")
    lot = _lot(said, kind)
    plan = search.find(kind, producer, consumer, alpha, beta, lot)
    return {
        "found": plan,
        "at_producer": 100 * plan.accepted_at_producer,
        "at_consumer": 100 * plan.accepted_at_consumer,
        "chart": _curve(kind, plan.n, plan.c, lot),
    }


@require_safe
def net_content(request: HttpRequest) -> HttpResponse:
    """Is a lot of prepackaged goods short? By JJF 1070, with the mark of what has lapsed."""
    said = _said(request, "nominal", "unit", "lot_size", "values", "gross", "tare", "density", "on")
    day = as_date(said["on"]) or clock.today()
    context: dict[str, Any] = {
        "crumbs": _crumbs()[:1],
        "said": said,
        "day": day,
        "units": ["g", "kg", "mL", "L", "cm", "m", "m2", "个"],
    }
    try:
        if said["nominal"] and said["lot_size"]:
            context |= _judged(said, day)
    except (InputError, ArithmeticError, ValueError) as error:
        context["wrong"] = _wrong(error)
    return render(request, "inspection/calculator_net_content.html", context)


def _numbers(text: str) -> list[str]:
    return [part for part in re.split(r"[\s,，、;；]+", text) if part]


def _judged(said: dict[str, str], day: date) -> dict[str, Any]:
    as_of = law.as_of(day)
    lot = names.whole(said["lot_size"], "lot_size", 1)
    plan, table = rule.plan(lot, as_of)
    kind, nominal = rule.quantity(said["nominal"], said["unit"] or "g", "nominal")
    tolerable, laws = rule.tolerable_deficiency(kind, nominal, as_of)
    shown: dict[str, Any] = {
        "plan": plan,
        "tolerable": tolerable.normalize(),
        "base_unit": rule.BASE_UNIT[kind],
        "provisional": table.provisional or any(one.provisional for one in laws),
        "sources": list(dict.fromkeys([table.source, *(one.source for one in laws)])),
    }
    asked: dict[str, Any] = {"nominal": said["nominal"], "unit": said["unit"] or "g", "lot_size": lot}
    if said["values"]:
        asked["values"] = _numbers(said["values"])
    elif said["gross"]:
        tares = _numbers(said["tare"])
        asked |= {"gross": _numbers(said["gross"]), "tare": tares[0] if len(tares) == 1 else tares or None}
        if said["density"]:
            asked["density"] = said["density"]
    else:
        return shown
    found = rule.inspect(asked, as_of)
    mean = found.mean
    return shown | {
        "verdict": found,
        "mean": float(mean.mean),
        "deviation": mean.deviation,
        "limit": mean.limit,
        "t1": len(found.t1),
        "t2": len(found.t2),
        "t1_items": "、".join(str(i + 1) for i in found.t1),
        "t2_items": "、".join(str(i + 1) for i in found.t2),
        "provisional": found.provisional,
        "sources": found.sources,
    }
