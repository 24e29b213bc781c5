"""Issue the sampling sheet of a sample: its number is the agency's, of the year, and given once."""

from __future__ import annotations

from django.db import transaction

from pinzhi.apps.inspection import access, numbering
from pinzhi.apps.inspection.models import Paper, Sample
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotFound

KIND = "sampling_sheet"


@transaction.atomic
def issue_sampling_sheet(number: str, *, by: Actor) -> Paper:
    """The sheet of a sample; the one that was issued where it was. Raises NotFound, NotPermitted."""
    sample = (
        Sample.objects.select_for_update(of=("self",))
        .select_related("programme")
        .filter(number=number)
        .first()
    )
    if sample is None:
        raise NotFound("no_such_sample", zh=f"没有样品“{number}”。", en=f"There is no sample {number}.")
    issued = Paper.objects.filter(kind=KIND, sample=sample).first()
    access.require(by, "inspection.read" if issued else "inspection.issue_sampling_paper", [sample.region])
    if issued is not None:
        return issued
    agency, year = sample.programme.agency, sample.sampled_on.year
    serial = numbering.paper_serials(KIND, agency, year, 1)[0]
    paper = Paper.objects.create(
        kind=KIND,
        agency=agency,
        year=year,
        serial=serial,
        text=f"{numbering.agency_mark(agency)}抽样〔{year}〕{serial}号"[:80],
        sample=sample,
        issued_on=clock.today(),
        issued_by=by.username,
    )
    audit.record(
        "inspection.issue_sampling_sheet",
        by=by,
        subject_kind="sample",
        subject_key=number,
        register=access.RESULTS,
        region=sample.region,
        detail={"number": paper.text},
    )
    return paper
