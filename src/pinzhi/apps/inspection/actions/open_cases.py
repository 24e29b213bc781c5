"""Open the case of a failed batch: from here on the clocks of what follows run on its events."""

from __future__ import annotations

from collections.abc import Sequence

from pinzhi.apps.inspection import joint, numbering
from pinzhi.apps.inspection.models import Sample
from pinzhi.apps.inspection.reporting import Judged
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.registers.rows import insert_all

CASE = (
    "number", "sample_id", "report_id", "uscc", "name", "region", "agency", "food", "microbiological", "serious", "stage",
    "opened_on",
)  # fmt: skip


def insert_cases(failed: Sequence[tuple[Judged, int]], *, by: Actor) -> int:
    """One case for each failed first test, in the caller's transaction and permission; of a joint check with the
    department whose items failed.
    """
    if not failed:
        return 0
    today, serials = clock.today(), numbering.serials(len(failed))
    joint_samples = Sample.objects.filter(pk__in=[one.sample.id for one, _ in failed], programme__joint=True)
    split = joint.of_samples(joint_samples.select_related("programme"))
    rows = []
    for (one, report), serial in zip(failed, serials, strict=True):
        sample = one.sample
        rows.append(
            (
                f"HC-{today.year}-{serial:06d}", sample.id, report, sample.producer_code or sample.place_code,
                (sample.producer_name or sample.place_name)[:200], sample.region,
                joint.responsible(split.get(sample.id, ())) or sample.agency, sample.food,
                one.microbiological, one.serious, "to_serve", today,
            )
        )  # fmt: skip
    insert_all([("inspection_case", CASE, rows)])
    return len(rows)
