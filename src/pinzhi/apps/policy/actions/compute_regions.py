"""Count targets for every region directly below theirs, as background work that can be watched and left."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from procrastinate.contrib.django import app

from pinzhi.apps.policy.access import require_counter
from pinzhi.apps.policy.actions.compute_readings import compute_readings
from pinzhi.apps.policy.models import Document, Review, Target
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.queries import actor_for_user
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.jobs.progress import start, track
from pinzhi.kernel.places import queries as places


def compute_regions(target_ids: Sequence[int], *, by: Actor, link: str = "") -> UUID:
    """Put the counting of these targets for all regions directly below in the queue; returns the number of the job to watch.

    Raises NotPermitted; Refused where none of them is confirmed and bound, or no region lies below.
    """
    targets = list(_countable(target_ids))
    for target in targets:
        require_counter(by, target.document.region)
    total = sum(len(places.children(target.region)) for target in targets)
    if not total:
        raise Refused(
            "nothing_to_count",
            zh="没有可按地区计算的目标：目标应已确认并绑定指标，且其地区有下级地区。",
            en="Nothing to count by region: targets must be confirmed and bound, and regions lie below theirs.",
        )
    job = start(
        "policy.compute_regions",
        title_zh=f"按地区计算 {len(targets)} 个目标",
        title_en=f"Counting {len(targets)} targets by region",
        by=by,
        task=count_regions,
        total=total,
        link=link,
        target_ids=[target.pk for target in targets],
        user_id=by.user_id,
    )
    return UUID(str(job.pk))


def _countable(target_ids: Sequence[int]) -> Sequence[Target]:
    found = Target.objects.filter(
        pk__in=target_ids, review=Review.CONFIRMED, document__status=Document.Status.IN_FORCE
    )
    return list(found.exclude(indicator="").select_related("document").order_by("pk"))


@app.task(name="policy.count_regions")
def count_regions(job_id: str, target_ids: list[int], user_id: int | None) -> None:
    """The work itself: all of it or nothing."""
    with track(job_id) as progress:
        if progress.finished:
            return
        by = _who(user_id)
        with transaction.atomic():
            made = 0
            for target in _countable(target_ids):
                progress.say(target.name, target.name)
                below = [region.code for region in places.children(target.region)]
                made += len(compute_readings([target], by=by, regions=below))
                progress.advance(len(below))
            progress.finish({"readings": made})


def _who(user_id: int | None) -> Actor:
    """The account that asked for the work, with the rights that it has now."""
    user = get_user_model().objects.filter(pk=user_id).first() if user_id else None
    return actor_for_user(user, clock.today()) if user is not None else Actor.system("jobs")
