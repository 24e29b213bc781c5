"""Let months that have become whole count in pass rates: by the daily job, for a month may ripen without anybody's doing."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from pinzhi.apps.inspection import access, counting_in, publishing
from pinzhi.apps.inspection.models import Sample
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.places import queries as places


@transaction.atomic
def count_months(*, by: Actor, on: date | None = None) -> int:
    """Publish anew what counts from now on, and the lists with it; returns how many batches. Raises NotPermitted."""
    access.require(by, "inspection.publish", [places.ROOT])
    on = on or clock.today()
    samples = counting_in.count_in(on)
    if not samples:
        return 0
    publishing.publish_samples(samples, by=by, effective_on=on)
    publish_lists_of(samples, by=by, on=on)
    audit.record(
        "inspection.publish_results",
        by=by,
        register=access.RESULTS,
        count=len(samples),
        detail={"counted": True},
    )
    return len(samples)


def publish_lists_of(samples: list[int], *, by: Actor, on: date) -> None:
    """The lists of enterprises and products that these samples stand in, brought up to date."""
    years: dict[int, tuple[set[str], set[str]]] = {}
    rows = Sample.objects.filter(pk__in=samples)
    for year, producer, product in rows.values_list("programme__year", "producer_code", "product_number"):
        found = years.setdefault(year, (set(), set()))
        found[0].add(producer)
        found[1].add(product)
    for year, (enterprises, products) in years.items():
        publishing.publish_lists(year, enterprises=enterprises, products=products, by=by, effective_on=on)
