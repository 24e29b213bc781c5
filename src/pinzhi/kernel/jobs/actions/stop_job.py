"""Ask a piece of background work to stop."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from pinzhi.kernel import audit
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict
from pinzhi.kernel.jobs.models import JobProgress
from pinzhi.kernel.jobs.queries import get_job


@transaction.atomic
def stop_job(*, job_id: UUID | str, by: Actor) -> JobProgress:
    """It ends at its next step and saves nothing. Raises NotFound, Conflict where it is over already."""
    job = get_job(job_id, by=by)
    if job.is_over:
        raise Conflict("job_is_over", zh="这项任务已经结束。", en="This work is over already.")
    JobProgress.objects.filter(pk=job.pk).update(stop_asked=True)
    audit.record("jobs.stop", by=by, subject_kind="job", subject_key=str(job.pk), detail={"kind": job.kind})
    job.stop_asked = True
    return job
