"""Issue an official paper: it gets the agency's next number of the year, once and for good."""

from __future__ import annotations

from django.db import transaction

from pinzhi.apps.inspection import access, letters, numbering
from pinzhi.apps.inspection.models import Case, Paper
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotFound, Refused
from pinzhi.kernel.registers import papers

CASE_KINDS = (
    "result_notice",
    "correction_order",
    "re_inspection_notice",
    "second_failure_notice",
    letters.KIND,
)


@transaction.atomic
def issue_paper(kind: str, *, case: Case, by: Actor) -> Paper:
    """The paper of that kind for a case; the same one when it was issued before.

    Raises NotFound for a kind that there is not, NotPermitted, Refused for a letter to nobody.
    """
    if kind not in CASE_KINDS:
        raise NotFound("no_such_paper", zh=f"没有文书“{kind}”。", en=f"There is no paper {kind}.", place=kind)
    access.require(by, "inspection.handle_case", [case.region])
    known = Paper.objects.filter(kind=kind, case=case).first()
    if known is not None:
        return known
    if kind == letters.KIND and letters.recipient(case) is None:
        raise Refused(
            "not_elsewhere",
            zh="生产企业在本地区或所在地不明，不需要通报函。",
            en="The producer is of this region, or of none that is known: there is nobody to write to.",
        )
    agency = case.agency
    year = clock.today().year
    (serial,) = numbering.paper_serials(kind, agency, year, 1)
    mark = papers.templates("inspection")[kind].mark
    row = Paper.objects.create(
        kind=kind,
        agency=agency,
        year=year,
        serial=serial,
        text=f"{mark}〔{year}〕{serial}号",
        case=case,
        issued_on=clock.today(),
        issued_by=by.username,
    )
    audit.record(
        "inspection.issue_paper",
        by=by,
        subject_kind="case",
        subject_key=case.number,
        register=access.RESULTS,
        region=case.region,
        detail={"number": row.text},
    )
    return row
