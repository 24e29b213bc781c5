"""The product-quality file of an enterprise on one page: for the bureau and for the firm itself; prints on paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pinzhi.apps.inspection import following, queries
from pinzhi.apps.inspection.models import Case, Report, Sample
from pinzhi.apps.inspection.wording import stage_title
from pinzhi.apps.parties import queries as parties
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.registers import public
from pinzhi.rules.inspection.follow_up import ENDED

#: Records, checks and products shown of each kind; the rest is one step away.
FEW = 20
#: What a register says of a firm, by the part of the catalogue that its number stands in.
PARTS = {"D": "declarations", "C": "credit", "M": "supervision", "Q": "certificates"}
ORDER = ("certificates", "declarations", "credit", "supervision", "honours")


@dataclass
class Part:
    """One section of the file: registers with their records, each marked as public or not."""

    name: str
    title: str
    empty: str
    registers: list[dict[str, Any]] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(one["count"] for one in self.registers)


def _part_of(register: Any) -> str:
    if register.name in ("e02_management_systems", "f02_farm_certification"):
        return "certificates"
    mission = register.definition.mission
    return PARTS.get(mission[0][:1] if mission else "", "honours")


def _parts(records: Iterable[parties.InRegister], open_keys: set[tuple[str, str]]) -> list[Part]:
    titles = {
        "certificates": (_("Licences, certificates and management systems"), _("None on record.")),
        "declarations": (_("Standards declared"), _("No standard was declared.")),
        "credit": (_("Credit listings"), _("On no list.")),
        "supervision": (_("Lists of checks by year"), _("On no list of checks.")),
        "honours": (_("Honours, projects and other records"), _("None on record.")),
    }
    found = {name: Part(name, *titles[name]) for name in ORDER}
    for one in records:
        found[_part_of(one.register)].registers.append(
            {
                "register": one.register,
                "count": one.count,
                "records": [(row, (one.register.name, row.key) in open_keys) for row in one.records],
            }
        )
    return list(found.values())


def _public_keys(subjects: Sequence[str]) -> set[tuple[str, str]]:
    """What of it stands on the public side today."""
    rows = public.records().filter(subject__in=list(subjects))
    return set(rows.values_list("register", "key")[:5000])


def _failures(rows: Sequence[Case]) -> list[dict[str, Any]]:
    """Each failure with what failed, where it stands and what is due next."""
    found = []
    for row in rows:
        standing = following.standing(row)
        nearest = next((c for c in standing.clocks if c.status in ("running", "overdue")), None)
        found.append(
            {
                "case": row,
                "stage": stage_title(row.stage),
                "items": "、".join(row.report.failed_items),
                "open": row.stage not in ENDED,
                "due": standing.due,
                "source": nearest.rule.article if nearest else "",
            }
        )
    return found


@require_safe
def page(request: HttpRequest, uscc: str) -> HttpResponse:
    """Products, licences and declarations, checks, failures and corrections, listings; what is public is marked.

    Who may read neither the enterprise nor its checks is told that there is none.
    """
    actor = actor_of(request)
    firm = parties.enterprise(uscc, by=actor)
    found = queries.quality_file(uscc, by=actor)
    products = parties.products(by=actor, producer=uscc)
    count = products.count()
    checks = list(
        found.checks.select_related("programme", "result").prefetch_related(
            Prefetch("reports", Report.objects.filter(test=Report.Test.FIRST), to_attr="first_reports")
        )[:FEW]
    )
    cases = (
        queries.cases(by=actor)
        .filter(uscc=uscc)
        .select_related("sample", "report")
        .prefetch_related("events")[:50]
    )
    failures = _failures(list(cases))
    checked = sum(year["checked"] for year in found.by_year)
    judged = sum(year["passed"] + year["failed"] for year in found.by_year)
    passed = sum(year["passed"] for year in found.by_year)
    records = parties.records_about([uscc], by=actor, few=FEW)
    own = actor.speaks_for == "enterprise"
    context = {
        "firm": firm,
        "own": own,
        "crumbs": [(_("Spot checks"), reverse("inspection_index"))],
        "as_of": clock.today(),
        "figures": [
            {"title": _("Products on the roster"), "value": count},
            {"title": _("Batches checked"), "value": checked},
            {"title": _("Failed the first test"), "value": judged - passed},
            {"title": _("Matters still open"), "value": sum(one["open"] for one in failures)},
        ],
        "rate": {"value": 100 * passed / judged if judged else None, "n": passed, "d": judged},
        "products": products.order_by("sort_key")[:FEW],
        "products_count": count,
        "years": found.by_year,
        "checks": [(row, _word(row), _is_public(row)) for row in checks],
        "checks_count": checked,
        "failures": failures,
        "outside": found.outside,
        "parts": _parts(records, _public_keys([uscc])),
        "risk": None if own else parties.risk_classes(firm, by=actor),
        "on_roster": public.records("p_enterprises").filter(key=uscc).exists(),
    }
    return render(request, "inspection/firm_file.html", context)


def _word(row: Sample) -> str:
    if row.outcome != Sample.Outcome.TAKEN:
        return str(row.get_outcome_display())
    report = next(iter(row.first_reports), None)  # type: ignore[attr-defined]
    return str(report.get_verdict_display()) if report else _("No report yet")


def _is_public(row: Sample) -> bool:
    result = getattr(row, "result", None)
    return bool(result and result.published_on)
