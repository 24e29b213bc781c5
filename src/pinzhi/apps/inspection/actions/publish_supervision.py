"""Publish ratio and frequency of checks by risk class, and how many of each class were checked; never whose class."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from pinzhi.apps.inspection import access
from pinzhi.apps.inspection.models import Sample
from pinzhi.apps.parties import queries as parties
from pinzhi.kernel import audit, clock, law
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers.publish import Publication, publish

REGISTER = "m06_supervision"
RATIOS = "inspection_draw.class_ratios"


@transaction.atomic
def publish_supervision(year: int, region: str, *, on: date | None = None, by: Actor) -> int:
    """One record a class for a region and year; returns how many entries were made. Raises NotPermitted."""
    access.require(by, "inspection.publish", [region])
    on = on or clock.today()
    ratios = law.value(RATIOS, on)
    system = Actor.system("supervision")
    area = places.area(region)
    classes = parties.risk_classes_on(on, by=system)
    homes = dict(parties.enterprises(by=system, region=region).values_list("uscc", "region"))
    of_class: dict[str, set[str]] = {}
    for code, name in classes.items():
        if code in homes and homes[code] in area:
            of_class.setdefault(name, set()).add(code)
    samples = Sample.objects.filter(
        places.region_q(region), outcome="taken", programme__year=year, sampled_on__lte=on
    )
    checked: dict[str, list[Any]] = {}
    for code, verdict in samples.filter(reports__test="first").values_list(
        "producer_code", "reports__verdict"
    ):
        checked.setdefault(code, []).append(verdict)
    title = places.region_name(region)
    items = []
    for name, span in sorted(ratios.value.items()):
        codes = of_class.get(name, set())
        verdicts = [v for code in codes for v in checked.get(code, ())]
        values = {
            "title": f"{title.zh if title else region}{year}年{name}类企业抽查比例与频次",
            "year": year,
            "risk_class": name,
            "ratio_low": str(span["least"]),
            "ratio_high": str(span["most"]),
            "basis": ratios.source[:300],
            "enterprises": len(codes),
            "checked": sum(code in checked for code in codes),
            "batches": len(verdicts),
            "batches_failed": sum(v == "fail" for v in verdicts),
            "counted_on": on.isoformat(),
        }
        items.append(
            Publication(
                key=f"FLJG-{region}-{year}-{name}",
                subject=region,
                region=region,
                values=values,
                effective_on=on,
            )
        )
    made = publish(REGISTER, items, by=by, trusted=True)
    audit.record("inspection.publish_results", by=by, register=REGISTER, region=region, count=len(made))
    return len(made)
