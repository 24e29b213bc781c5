"""Publish the shares of graded supervision and what was done: by class, never by enterprise."""

from __future__ import annotations

from django.db import transaction

from pinzhi.apps.inspection import access
from pinzhi.apps.inspection.queries_classes import graded
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers.publish import Publication, publish

REGISTER = "m06_supervision"
#: A class with fewer enterprises than this could be guessed at: its counts are left out.
FEWEST = 5


@transaction.atomic
def publish_classes(year: int, region: str, *, by: Actor) -> int:
    """Returns how many lines were published. A number of the law that nobody has compared is left out of them.

    Raises NotPermitted, and Refused where the shares themselves are provisional.
    """
    access.require(by, "inspection.publish", [region])
    found = graded(by=by, year=year, region=region)
    if found.ratios.provisional:
        raise Refused(
            "provisional",
            zh="抽查比例尚未与文本核对，不能公布。",
            en="The shares were not compared with their text yet and cannot be published.",
        )
    place = places.region_name(region)
    where = place.zh if place else ""
    items = []
    for line in found.lines:
        values = {
            "title": f"{year}年{where}{line.name}类企业抽查比例与频次",
            "year": year,
            "risk_class": line.name,
            "ratio_low": f"{line.least:f}",
            "ratio_high": f"{line.most:f}",
            "basis": found.ratios.source[:300],
        }
        if not found.frequency.provisional:
            values["times_a_year"] = line.times_most
        if line.firms >= FEWEST:
            values |= {
                "enterprises": line.firms,
                "checked": min(line.checked, line.firms),
                "batches": line.batches,
                "batches_failed": line.failed,
                "counted_on": clock.today().isoformat(),
            }
        items.append(
            Publication(key=f"{region}-{year}-{line.name}", subject=region, region=region, values=values)
        )
    refs = publish(REGISTER, items, by=by, trusted=True)
    audit.record("inspection.publish_classes", by=by, register=REGISTER, region=region, count=len(refs))
    return len(refs)
