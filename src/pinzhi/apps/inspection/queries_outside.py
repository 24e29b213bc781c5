"""What may be asked of results from elsewhere, and of all checks of the same goods: one test, accepted by all."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from pinzhi.apps.inspection import access, queries
from pinzhi.apps.inspection.models import ImportFile, OutsideResult, Sample
from pinzhi.apps.inspection.models.programme import Level
from pinzhi.kernel import clock, law
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotFound, NotPermitted
from pinzhi.rules.dates import add_months
from pinzhi.rules.inspection.draws.repeats import readings


def require_reading(by: Actor) -> None:
    if not access.anywhere(by, queries.READ):
        raise NotPermitted("not_permitted", zh="您没有查看监督抽查的权限。", en="You may not read checks.")


def outside(*, by: Actor, search: str = "", level: str = "", verdict: str = "") -> QuerySet[OutsideResult]:
    """Results of other levels and regions; they were published there, so every official of the work reads them."""
    if not (by.is_system or access.anywhere(by, queries.READ)):
        return OutsideResult.objects.none()
    rows = OutsideResult.objects.all()
    for name, value in (("level", level), ("verdict", verdict)):
        if value:
            rows = rows.filter(**{name: value})
    if search:
        rows = rows.filter(
            Q(product_name__icontains=search)
            | Q(producer_name__icontains=search)
            | Q(source__icontains=search)
            | Q(reference=search)
            | Q(gtin=search)
            | Q(producer_code=search)
        )
    return rows


def uploads(*, by: Actor) -> QuerySet[ImportFile]:
    """Files of results from elsewhere that the actor handed in."""
    return ImportFile.objects.filter(what=ImportFile.What.OUTSIDE, by=by.username)


@dataclass(frozen=True)
class Checked:
    """One check of the goods, ours or another's; `result` is pass, fail or empty (none yet, or it cannot be judged)."""

    day: date
    level: str
    level_title: str
    by: str
    result: str
    laboratory: str
    failed: list[str]
    number: str
    ours: bool


@dataclass(frozen=True)
class Bar:
    """That a check forbids another: by whom, until which day; `provisional`: the number was not compared yet."""

    by_all: bool
    check: Checked
    until: date
    provisional: bool


@dataclass
class Goods:
    """What was checked of the same goods (producer, standard, trade mark, specification), newest first."""

    name: str
    producer: str
    producer_code: str
    trademark: str
    specification: str
    standard: str
    checks: list[Checked] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)


def goods(key: str, *, by: Actor) -> Goods:
    """The goods of a key of the no-repeat rule with every check that the actor may see. Raises NotFound."""
    ours = list(
        queries.samples(by=by)
        .filter(product_key=key, outcome=Sample.Outcome.TAKEN)
        .select_related("programme", "result")
        .prefetch_related("reports")[:200]
    )
    others = list(outside(by=by).filter(product_key=key).order_by("-sampled_on")[:200])
    if not key or not (ours or others):
        raise NotFound(
            "no_such_goods", zh="没有这种产品的抽查记录。", en="No check of such goods is on record."
        )
    one: Any = ours[0] if ours else others[0]
    found = Goods(
        one.product_name, one.producer_name, one.producer_code, one.trademark, one.specification, one.standard_executed
    )  # fmt: skip
    found.checks = sorted(
        [*(_ours(row) for row in ours), *(_outside(row) for row in others)], key=lambda c: c.day, reverse=True
    )
    found.bars = bars(found.checks, clock.today())
    return found


def also_checked(row: Sample, *, by: Actor) -> list[Checked]:
    """Checks of the same goods besides this sample's."""
    if not row.product_key:
        return []
    try:
        return [c for c in goods(row.product_key, by=by).checks if not (c.ours and c.number == row.number)]
    except NotFound:
        return []


def _ours(row: Sample) -> Checked:
    first = next((r for r in row.reports.all() if r.test == "first"), None)
    result = getattr(row, "result", None)
    verdict = result.final if result else first.verdict if first else ""
    return Checked(
        day=row.sampled_on,
        level=row.level,
        level_title=row.get_level_display(),
        by=row.programme.title,
        result=verdict if verdict in ("pass", "fail") else "",
        laboratory="",
        failed=list(first.failed_items) if first else [],
        number=row.number,
        ours=True,
    )


def _outside(row: OutsideResult) -> Checked:
    return Checked(
        day=row.sampled_on,
        level=row.level,
        level_title=row.get_level_display(),
        by=row.agency or row.source,
        result=row.verdict,
        laboratory=row.laboratory,
        failed=list(row.failed_items),
        number=f"{row.source} {row.reference}",
        ours=False,
    )


def bars(checks: list[Checked], today: date) -> list[Bar]:
    """Which of the checks forbid another one today, by both readings of the rule; the one that binds longest of each."""
    known = readings(law.as_of(today))
    found: list[Bar] = []
    for name, by_all in (("passed_national", True), ("same_department", False)):
        reading = known[name]
        binding = [
            Bar(by_all, check, until, reading.provisional)
            for check in checks
            if (not by_all or (check.level == Level.NATIONAL and check.result == "pass"))
            and check.day <= today < (until := add_months(check.day, reading.months))
        ]
        if binding:
            found.append(max(binding, key=lambda bar: bar.until))
    return found
