"""Count where targets stand, keep the readings and publish them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from pinzhi.apps.policy import publishing, readings
from pinzhi.apps.policy.access import require_counter
from pinzhi.apps.policy.models import Document, Review, Target, TargetReading
from pinzhi.apps.policy.queries import latest_readings
from pinzhi.kernel import audit
from pinzhi.kernel.access.actor import Actor


def compute_readings(
    targets: Iterable[Target], *, by: Actor, on: date | None = None, regions: Iterable[str] = ()
) -> list[TargetReading]:
    """Readings of confirmed, bound targets on a day (today), for their own region and for `regions` besides.

    The own region's reading is published; a region's comparison is kept for the console. A target that cannot be counted
    (another unit or kind than its indicator's) stops no other: its reading says why. Raises NotPermitted.
    """
    extra = list(regions)
    made: list[TargetReading] = []
    with transaction.atomic():
        own: list[TargetReading] = []
        for target in targets:
            if target.review != Review.CONFIRMED or not target.indicator:
                continue
            require_counter(by, target.document.region)
            own.append(readings.compute_or_say(target, on))
            made += [readings.compute_or_say(target, on, region) for region in extra]
        # Counted for a day gone by (a report's period), it does not take the place of a newer one in public.
        known = latest_readings([reading.target for reading in own])
        newest = [r for r in own if not _newer(known.get(r.target_id), r)]
        TargetReading.objects.bulk_create([*own, *made])
        publishing.publish_readings(newest, by=by)
        audit.record("policy.compute_readings", by=by, count=len(own) + len(made))
    return own + made


def _newer(known: TargetReading | None, reading: TargetReading) -> bool:
    return bool(known and known.asked_on and reading.asked_on and known.asked_on > reading.asked_on)


def targets_in_force() -> list[Target]:
    """All confirmed and bound targets of documents in force."""
    found = Target.objects.filter(document__status=Document.Status.IN_FORCE, review=Review.CONFIRMED)
    return list(found.exclude(indicator="").select_related("document"))
