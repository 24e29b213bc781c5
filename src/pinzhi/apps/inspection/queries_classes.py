"""Graded supervision: what the law asks for each risk class, what the plan means to do, what was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from django.db.models import Count, Max, Q, Sum

from pinzhi.apps.inspection import access
from pinzhi.apps.inspection.models import Draw, ProgrammeProduct, Sample
from pinzhi.apps.inspection.publishing import SPOT_KINDS
from pinzhi.apps.parties import queries as parties
from pinzhi.kernel import clock, law
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotPermitted
from pinzhi.kernel.places import queries as places

CLASSES = ("A", "B", "C", "D")
RATIOS, FREQUENCY = "inspection_draw.class_ratios", "inspection_draw.class_frequency"


@dataclass(frozen=True)
class ClassLine:
    """One class in one region and year."""

    name: str
    firms: int
    least: Decimal
    most: Decimal
    """Share of the firms to be checked, per cent."""
    times_least: int
    times_most: int
    checked: int
    batches: int
    failed: int
    over: int
    """Firms checked more often than the class allows."""

    @property
    def load(self) -> tuple[int, int]:
        """Firms to be checked in the year, at least and at most."""
        return (
            int((self.firms * self.least / 100).to_integral_value(ROUND_CEILING)),
            int((self.firms * self.most / 100).to_integral_value(ROUND_FLOOR)),
        )

    @property
    def share(self) -> Decimal | None:
        return Decimal(100 * self.checked) / self.firms if self.firms else None

    @property
    def stands(self) -> str:
        """below, within or above the share that the class asks for."""
        if self.share is None or self.least <= self.share <= self.most:
            return "within"
        return "below" if self.share < self.least else "above"


@dataclass(frozen=True)
class LastDraw:
    """How the newest draw fell among the classes."""

    draw: Draw
    drawn: Mapping[str, int]
    unclassed: int


@dataclass(frozen=True)
class Graded:
    """All of it for one region and year."""

    year: int
    region: str
    lines: tuple[ClassLine, ...]
    unclassed: int
    """Enterprises checked in the year that have no class."""
    planned: int
    """Batches of the year's programmes."""
    last: LastDraw | None
    ratios: law.LawValue
    frequency: law.LawValue


def _classes(by: Actor, on: date, region: str) -> dict[str, str]:
    """Class by credit code. Raises NotPermitted for who may not see classes anywhere."""
    if not access.anywhere(by, "inspection.read") or by.speaks_for not in ("agency", "system"):
        raise NotPermitted(
            "class_not_public",
            zh="企业信用风险类别不公开，仅供监管部门使用。",
            en="The risk class of an enterprise is not public: departments of supervision alone see it.",
        )
    found = parties.risk_classes_on(on, by=by)
    if not region:
        return found
    mine = parties.enterprises(by=by, region=region).values_list("uscc", flat=True)
    known = set(mine.iterator(chunk_size=20_000))
    return {code: name for code, name in found.items() if code in known}


def _checks(by: Actor, year: int, region: str) -> dict[str, dict[str, Any]]:
    """Batches taken, visits and failures of the year by producer: a day is one visit."""
    rows = Sample.objects.filter(
        access.within(by, "inspection.read"),
        programme__year=year,
        programme__kind__in=SPOT_KINDS,
        outcome=Sample.Outcome.TAKEN,
    ).exclude(producer_code="")
    if region:
        rows = rows.filter(places.region_q(region))
    found = (
        rows.order_by()
        .values("producer_code")
        .annotate(
            batches=Count("pk", distinct=True),
            days=Count("sampled_on", distinct=True),
            failed=Count("pk", filter=Q(reports__test="first", reports__verdict="fail"), distinct=True),
            last=Max("sampled_on"),
        )
    )
    return {str(one["producer_code"]): dict(one) for one in found}


def graded(*, by: Actor, year: int, region: str = "") -> Graded:
    """The classes of a region's enterprises, the shares asked for and what was checked in a year."""
    today = clock.today()
    day = min(today, date(year, 12, 31))
    ratios, frequency = law.value(RATIOS, day), law.value(FREQUENCY, day)
    classes, checks = _classes(by, day, region), _checks(by, year, region)
    size = Counter(classes.values())
    lines = []
    for name in CLASSES:
        mine = [one for code, one in checks.items() if classes.get(code) == name]
        times = frequency.value[name]
        lines.append(
            ClassLine(
                name,
                size[name],
                Decimal(ratios.value[name]["least"]),
                Decimal(ratios.value[name]["most"]),
                int(times["least"]),
                int(times["most"]),
                len(mine),
                sum(one["batches"] for one in mine),
                sum(one["failed"] for one in mine),
                sum(one["days"] > times["most"] for one in mine),
            )
        )
    plan = ProgrammeProduct.objects.filter(
        access.within(by, "inspection.read", "programme__region"),
        programme__year=year,
        programme__kind__in=SPOT_KINDS,
    )
    if region:
        plan = plan.filter(places.region_q(region, "programme__region"))
    return Graded(
        year,
        region,
        tuple(lines),
        sum(code not in classes for code in checks),
        plan.aggregate(sum=Sum("batches"))["sum"] or 0,
        _last(by, classes, region),
        ratios,
        frequency,
    )


def _last(by: Actor, classes: Mapping[str, str], region: str) -> LastDraw | None:
    """The newest draw whose result the actor may know by now: opened ones alone."""
    rows = Draw.objects.filter(access.within(by, "inspection.read"), stage=Draw.Stage.OPENED)
    if region:
        rows = rows.filter(places.region_q(region))
    draw = rows.order_by("-drawn_at").first()
    if draw is None:
        return None
    found = Counter(classes.get(code, "") for code in draw.units.values_list("uscc", flat=True))
    return LastDraw(draw, {name: found[name] for name in CLASSES}, found[""])


@dataclass(frozen=True)
class ClassFirm:
    """An enterprise of a class and its checks of the year."""

    uscc: str
    name: str
    region: str
    batches: int
    failed: int
    last: date | None


def firms_of(name: str, *, by: Actor, year: int, region: str = "") -> list[ClassFirm]:
    """The enterprises of a class, those not yet checked first. The reading is for the caller to note."""
    day = min(clock.today(), date(year, 12, 31))
    codes = [code for code, of in _classes(by, day, region).items() if of == name]
    checks = _checks(by, year, region)
    rows = parties.enterprises(by=by).filter(uscc__any_of=codes).values_list("uscc", "name", "region")
    found = [
        ClassFirm(
            uscc,
            title,
            where,
            checks[uscc]["batches"] if uscc in checks else 0,
            checks[uscc]["failed"] if uscc in checks else 0,
            checks[uscc]["last"] if uscc in checks else None,
        )
        for uscc, title, where in rows
    ]
    return sorted(found, key=lambda one: (one.batches, one.last or date.min, one.uscc))
