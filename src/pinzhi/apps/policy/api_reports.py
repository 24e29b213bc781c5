"""Progress reports and major matters by API (P06): the figures of a period, what an official writes, papers, answers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, File, Form, Path, Query, Router, Schema, UploadedFile

from pinzhi.apps.policy import evidence
from pinzhi.apps.policy.access import may_edit, may_see_matter, require_official
from pinzhi.apps.policy.actions.report_major_matter import reply, report_major_matter
from pinzhi.apps.policy.actions.write_report import write_report
from pinzhi.apps.policy.api_common import Code, document_of
from pinzhi.apps.policy.models import Document, MajorMatter, ReportText
from pinzhi.apps.policy.reports import papers, progress
from pinzhi.apps.policy.reports.figures import Figures, figures
from pinzhi.apps.policy.reports.period import parse, periods
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor, actor_of
from pinzhi.kernel.errors import NotFound, NotPermitted
from pinzhi.kernel.web.api import Page, PageParams, sequence_page, with_etag

router = Router()
PeriodCode = Path(..., max_length=8, description="2024-06, 2024Q2, 2024H1 or 2024")
Matter = Path(..., max_length=40, pattern=r"^[0-9A-Za-z-]+$", description="number of the matter")
FILE = {200: {"description": "the file", "content": {"application/octet-stream": {}}}}


class PeriodOut(Schema):
    """A period of a plan for which a report can be made; `written`: an official has added to its figures."""

    period: str
    title: dict[str, str]
    starts_on: dt.date
    ends_on: dt.date
    written: bool


class ReportTextOut(Schema):
    """What an official adds to the counted part: no number stands here."""

    opening: str = ""
    problems: str = ""
    next_steps: str = ""
    addressee: str = ""
    doc_number: str = ""
    signatory: str = ""
    signed_on: dt.date | None = None


class ReportTextIn(Schema):
    """What is to be written; what is left out stays."""

    opening: str | None = Field(None, max_length=8000)
    problems: str | None = Field(None, max_length=8000)
    next_steps: str | None = Field(None, max_length=8000)
    addressee: str | None = Field(None, max_length=120)
    doc_number: str | None = Field(None, max_length=80)
    signatory: str | None = Field(None, max_length=40)
    signed_on: dt.date | None = None


class TargetLineOut(Schema):
    """A target as it stood at the end of the period; `stale`: nothing was counted within it."""

    target: str
    name: str
    status: str
    value: Decimal | None
    unit: str
    gap: Decimal | None
    provisional: bool
    stale: bool


class UnitOut(Schema):
    """A unit's tasks by state, and how many are past their day."""

    unit: str
    tasks: int
    states: dict[str, int]
    overdue: int


class ReportOut(Schema):
    """A progress report: what is counted, sentences that say it, and what an official has added."""

    document: str
    period: str
    title: dict[str, str]
    as_of: dt.date
    over: bool
    sentences: list[str]
    tally: dict[str, int]
    states: dict[str, int]
    overdue: int
    notes: int
    targets: list[TargetLineOut]
    units: list[UnitOut]
    matters: list[str]
    text: ReportTextOut
    may_write: bool


class MatterOut(Schema):
    """A major matter reported to the government, and its answer."""

    code: str
    document: str
    region: str
    unit: str
    title: str
    text: str
    urgency: str
    reported_to: str
    doc_number: str
    signatory: str
    duty: int | None
    files: list[dict[str, Any]]
    at: dt.datetime
    reply: str
    replied_at: dt.datetime | None


class ReplyIn(Schema):
    text: str = Field(min_length=1, max_length=20_000)


class PeriodParams(PageParams):
    kind: Literal["month", "quarter", "half", "year"] = "quarter"


class MatterParams(PageParams):
    document: str = Field("", max_length=40)
    answered: bool | None = None


@router.get("/documents/{code}/reports", response=Page[PeriodOut], summary="Periods to report on")
def reports(request: HttpRequest, params: Query[PeriodParams], code: str = Code) -> HttpResponse:
    """The periods of a plan that have begun, the newest first."""
    found = _document(actor_of(request), code)
    rows = []
    if found.plan_from and found.plan_until:
        rows = [
            p for p in periods(found.plan_from, found.plan_until, params.kind) if p.start <= clock.today()
        ]
    rows.sort(key=lambda p: p.start, reverse=True)
    written = set(found.report_texts.values_list("period", flat=True))
    return with_etag(
        request,
        sequence_page(
            rows,
            params,
            shape=lambda p: {
                "period": p.code,
                "title": {"zh": p.zh, "en": p.en},
                "starts_on": p.start,
                "ends_on": p.end,
                "written": p.code in written,
            },
        ),
    )


@router.get("/documents/{code}/reports/{period}", response=ReportOut, summary="Progress report")
def report(request: HttpRequest, code: str = Code, period: str = PeriodCode) -> HttpResponse:
    """The report of a period: the same figures as the page and the official paper."""
    actor = actor_of(request)
    document = _document(actor, code)
    return with_etag(request, _report(actor, document, figures(document, parse(period))))


@router.patch("/documents/{code}/reports/{period}", response=ReportOut, summary="Write a report's text")
def write(
    request: HttpRequest, body: ReportTextIn, code: str = Code, period: str = PeriodCode
) -> dict[str, Any]:
    """Situation, problems, next steps, head and date; a clerk of the plan's region."""
    actor = actor_of(request)
    document = _document(actor, code)
    write_report(document.pk, period, body.model_dump(exclude_unset=True), by=actor)
    return _report(actor, document, figures(document, parse(period)))


@router.get(
    "/documents/{code}/reports/{period}/paper.{kind}",
    summary="The report as an official paper",
    openapi_extra={"responses": FILE},
)
def paper(
    request: HttpRequest,
    code: str = Code,
    period: str = PeriodCode,
    kind: Literal["docx", "pdf"] = Path(...),
    head: bool = Query(False, description="with the red head"),
) -> HttpResponse:
    """A Word or PDF file in the official layout."""
    actor = actor_of(request)
    return papers.report(_document(actor, code), parse(period), kind, by=actor, red_head=head)


@router.get("/matters", response=Page[MatterOut], summary="Major matters")
def matters(request: HttpRequest, params: Query[MatterParams]) -> HttpResponse:
    """The major matters that the caller may see, the newest first."""
    actor = actor_of(request)
    require_official(actor)
    found = MajorMatter.objects.select_related("document").defer("document__text", "document__reading")
    if params.document:
        found = found.filter(document__code=params.document)
    if params.answered is not None:
        found = found.filter(replied_at__isnull=not params.answered)
    rows = [matter for matter in found if may_see_matter(actor, matter)]
    return with_etag(request, sequence_page(rows, params, shape=matter_out))


@router.post("/documents/{code}/matters", response=MatterOut, summary="Report a major matter")
def report_matter(
    request: HttpRequest,
    code: str = Code,
    title: str = Form(..., min_length=1, max_length=200),
    text: str = Form(..., min_length=1, max_length=20_000),
    reported_to: str = Form(..., min_length=1, max_length=120),
    urgency: str = Form("normal", pattern="^(normal|urgent|most_urgent)$"),
    duty: int | None = Form(None, ge=1, le=2**53, description="id of the duty that it is about"),
    doc_number: str = Form("", max_length=80),
    signatory: str = Form("", max_length=40),
    files: list[UploadedFile] = File(default_factory=list, description="evidence"),
) -> dict[str, Any]:
    """A unit with a duty in the plan, or the clerk of the lead bureau."""
    actor = actor_of(request)
    document = _document(actor, code)
    evidence.refuse_many(files)
    kept = [evidence.keep(file, by=actor) for file in files]
    made = report_major_matter(
        document.pk,
        by=actor,
        title=title,
        text=text,
        reported_to=reported_to,
        urgency=urgency,
        duty_id=duty,
        doc_number=doc_number,
        signatory=signatory,
        files=kept,
    )
    return matter_out(made)


@router.get("/matters/{code}", response=MatterOut, summary="Major matter")
def matter(request: HttpRequest, code: str = Matter) -> HttpResponse:
    """One major matter with its answer."""
    return with_etag(request, matter_out(_matter(actor_of(request), code)))


@router.post("/matters/{code}/reply", response=MatterOut, summary="Keep the answer")
def answer(request: HttpRequest, body: ReplyIn, code: str = Matter) -> dict[str, Any]:
    """Keep the government's answer, once."""
    actor = actor_of(request)
    return matter_out(reply(_matter(actor, code).pk, by=actor, text=body.text))


@router.get(
    "/matters/{code}/{paper}.{kind}", summary="Report or reply as a paper", openapi_extra={"responses": FILE}
)
def matter_paper(
    request: HttpRequest,
    code: str = Matter,
    paper: Literal["report", "reply"] = Path(...),
    kind: Literal["docx", "pdf"] = Path(...),
) -> HttpResponse:
    """A Word or PDF file in the official layout."""
    return papers.matter(_matter(actor_of(request), code), paper, kind)


@router.get(
    "/matters/{code}/files/{sha256}", summary="Evidence of a matter", openapi_extra={"responses": FILE}
)
def matter_file(
    request: HttpRequest, code: str = Matter, sha256: str = Path(..., pattern=r"^[0-9a-f]{64}$")
) -> Any:
    """A file that the matter names; the reading is noted."""
    actor = actor_of(request)
    found = _matter(actor, code)
    return evidence.download(found.files, sha256, by=actor, of=found.code, region=found.region)


def _document(actor: Actor, code: str) -> Document:
    require_official(actor)
    return document_of(actor, code)


def _matter(actor: Actor, code: str) -> MajorMatter:
    require_official(actor)
    found = MajorMatter.objects.select_related("document", "duty__measure").filter(code=code).first()
    if found is None:
        raise NotFound("no_such_matter", zh="没有这个事项。", en="There is no such matter.", place=code)
    if not may_see_matter(actor, found):
        raise NotPermitted("not_your_matter", zh="您无权查看该事项。", en="This matter is not yours to see.")
    return found


def _report(actor: Actor, document: Document, found: Figures) -> dict[str, Any]:
    text = ReportText.objects.filter(document=document, period=found.period.code).first()
    names = ReportTextOut.model_fields
    return {
        "document": document.code,
        "period": found.period.code,
        "title": {"zh": found.period.zh, "en": found.period.en},
        "as_of": found.as_of,
        "over": found.over,
        "sentences": progress.summary(found),
        "tally": found.tally,
        "states": found.states,
        "overdue": found.overdue,
        "notes": found.notes,
        "targets": [
            {
                "target": line.target.key,
                "name": line.target.name,
                "status": line.status,
                "value": line.reading.value if line.reading else None,
                "unit": line.target.unit,
                "gap": line.reading.gap if line.reading else None,
                "provisional": bool(line.reading and line.reading.provisional),
                "stale": line.stale,
            }
            for line in found.targets
        ],
        "units": [
            {
                "unit": part.unit,
                "tasks": len(part.lines),
                "states": {state: part.count(state) for state in found.states},
                "overdue": part.overdue,
            }
            for part in found.units
        ],
        "matters": [one.code for one in found.matters if may_see_matter(actor, one)],
        "text": {name: getattr(text, name) for name in names} if text else {},
        "may_write": may_edit(actor, document),
    }


def matter_out(found: MajorMatter) -> dict[str, Any]:
    names = (
        "code", "region", "unit", "title", "text", "urgency", "reported_to", "doc_number", "signatory", "files", "at",
        "reply", "replied_at",
    )  # fmt: skip
    return {
        **{name: getattr(found, name) for name in names},
        "document": found.document.code,
        "duty": found.duty_id,
    }
