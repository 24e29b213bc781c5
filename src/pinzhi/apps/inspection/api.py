"""Checks by API: laboratories send reports, inspectors' systems samples, other departments their results."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Path, Query, Router, Schema
from pydantic import ConfigDict

from pinzhi.apps.inspection import api_cases, api_draws, api_lists, queries
from pinzhi.apps.inspection.actions.enter_reports import enter_reports
from pinzhi.apps.inspection.actions.receive_sheets import receive_sheets
from pinzhi.apps.inspection.actions.record_case_event import Given, record_case_event
from pinzhi.apps.inspection.report_files import day_of, test_of, verdict_of
from pinzhi.apps.inspection.reporting import GivenItem, GivenReport
from pinzhi.apps.inspection.wording import CLOCKS
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.web.api import Page, PageParams, cursor_page, with_etag

router = Router()
router.add_router("/cases", api_cases.router)
router.add_router("/draws", api_draws.router)
router.add_router("", api_lists.router)
Number = Path(..., max_length=64, pattern=r"^[0-9A-Za-z._-]+$", description="number given here")
MOST = 1000


LONG = 10_000
Text = Annotated[str, Field(max_length=LONG)]
"""Read widely: what is too long or no date refuses its own report, and is kept as an attempt, not the whole list."""
Day = Annotated[str | None, Field(max_length=LONG, description="YYYY-MM-DD")]


class ItemIn(Schema):
    """One item: `item` is its code or name in the detailed rules; a value may be sent as a JSON number."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    item: Text = ""
    value: Text = ""
    unit: Text | None = ""
    method: Text | None = ""
    uncertainty: Text | None = ""


class ReportIn(Schema):
    """A laboratory's report on one sample; `verdict` (pass, fail) is held against what the items say."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    sample: Text = ""
    number: Text = ""
    laboratory: Text | None = Field("", description="its credit code; of a laboratory's account its own")
    received_on: Day = None
    tested_on: Day = None
    issued_on: Day = None
    verdict: Text | None = Field("", description="pass, fail or empty")
    test: Text | None = Field("first", description="first, re_inspection or re_check")
    re_sampled_on: Day = Field(None, description="of a re-check: when its own sample was taken")
    seals: list[Text] = Field([], max_length=1000)
    items: list[ItemIn] = Field([], max_length=1000)

    def given(self, row: int, own: str) -> GivenReport:
        """As the action takes it, with what cannot be read among its faults."""
        faults: list[tuple[str, str, str]] = []
        days = {
            name: getattr(self, name) for name in ("received_on", "tested_on", "issued_on", "re_sampled_on")
        }
        read = {name: day_of(days, name, faults) for name in days}
        return GivenReport(
            sample=self.sample.strip(),
            number=self.number.strip(),
            laboratory=(self.laboratory or "").strip() or own,
            received_on=read["received_on"],
            tested_on=read["tested_on"],
            issued_on=read["issued_on"],
            said=verdict_of((self.verdict or "").strip(), faults),
            seals=self.seals,
            row=row,
            test=test_of(self.test or "", faults),
            sampled_on=read["re_sampled_on"],
            faults=faults,
            items=[
                GivenItem(
                    i.item.strip(),
                    i.value.strip(),
                    (i.unit or "").strip(),
                    i.method or "",
                    i.uncertainty or "",
                )
                for i in self.items
            ],
        )


class ReportsIn(Schema):
    reports: list[ReportIn] = Field(..., min_length=1, max_length=MOST)


class RefusedOut(Schema):
    """A report that was not taken: its place in the list from 1, a stable code, the reason in both languages."""

    row: int
    sample: str
    code: str
    zh: str
    en: str
    remedy: str = ""


class ReportsOut(Schema):
    taken: int
    failed: int
    refused: list[RefusedOut]


class SamplesIn(Schema):
    """Sampling sheets by field name, as `record_samples` takes them; all are taken or none.

    `id`: a UUID that the sender gives each sheet, the same when it is sent again; needed where there is no `task`.
    """

    rows: list[dict[str, Any]] = Field(..., min_length=1, max_length=MOST)


class SamplesOut(Schema):
    """Numbers in the order of the sheets; `again`: how many of them had been received before and were left as they are."""

    numbers: list[str]
    again: int


class SampleLine(Schema):
    number: str
    product_name: str
    producer_name: str
    producer_code: str
    gtin: str
    level: str
    sampled_on: dt.date
    outcome: str


class CaseLine(Schema):
    number: str
    name: str
    uscc: str
    stage: str
    due_on: dt.date | None
    opened_on: dt.date
    closed_on: dt.date | None


class ClockOut(Schema):
    """A term of a case: from which day, until which (None: it cannot be told), who, how it stands, days late."""

    name: str
    title: dict[str, str]
    who: str
    article: str
    started: dt.date
    days: int
    unit: str
    due: dt.date | None
    not_before: dt.date
    done_on: dt.date | None
    status: str
    late: int
    provisional: bool


class CaseOut(CaseLine):
    sample: str
    clocks: list[ClockOut]
    next_steps: list[str]


class EventIn(Schema):
    kind: str = Field(..., max_length=32)
    on: dt.date | None = None
    method: str = Field("", max_length=16)
    proof: str = Field("", max_length=200)
    note: str = Field("", max_length=500)
    laboratory: str = Field("", max_length=18)


@router.post("/reports", response=ReportsOut, summary="Hand test reports in")
def send_reports(request: HttpRequest, data: ReportsIn) -> ReportsOut:
    """Each report is taken whole or refused whole; what is refused is kept with its reason."""
    actor = actor_of(request)
    own = actor.party if actor.speaks_for == "body" else ""
    given = [one.given(row, own or "") for row, one in enumerate(data.reports, 1)]
    outcome = enter_reports(given, by=actor, door="api")
    refused = [
        RefusedOut(row=r.given.row, sample=r.given.sample, code=r.code, zh=r.zh, en=r.en, remedy=r.remedy)
        for r in outcome.refused
    ]
    return ReportsOut(taken=outcome.taken, failed=outcome.failed, refused=refused)


@router.post("/samples", response=SamplesOut, summary="Record samples")
def send_samples(request: HttpRequest, data: SamplesIn) -> SamplesOut:
    """The same sheet (its `id` and content) sent again is the same sample, however often."""
    numbers, again = receive_sheets(data.rows, by=actor_of(request))
    return SamplesOut(numbers=numbers, again=again)


@router.get("/samples", response=Page[SampleLine], summary="List samples")
def list_samples(
    request: HttpRequest,
    params: Query[PageParams],
    search: str = Query("", max_length=100),
    state: str = Query("", max_length=12),
) -> Any:
    rows = queries.samples(by=actor_of(request), search=search, state=state)
    return cursor_page(rows, params, order=("-sampled_on", "number"))


@router.get("/cases", response=Page[CaseLine], summary="List cases of failed batches")
def list_cases(request: HttpRequest, params: Query[PageParams], stage: str = Query("", max_length=24)) -> Any:
    return cursor_page(
        queries.cases(by=actor_of(request), stage=stage), params, order=("-opened_on", "number")
    )


@router.get("/cases/{number}", response=CaseOut, summary="Read a case with its clocks")
def read_case(request: HttpRequest, number: str = Number) -> HttpResponse:
    row = queries.case(number, by=actor_of(request))
    now = queries.standing(row)
    out = CaseOut(
        number=row.number,
        name=row.name,
        uscc=row.uscc,
        stage=now.stage,
        due_on=now.due,
        opened_on=row.opened_on,
        closed_on=row.closed_on,
        sample=row.sample.number,
        next_steps=queries.offered(row, now),
        clocks=[
            ClockOut(
                name=c.name, title=dict(CLOCKS[c.name]), who=c.rule.who, article=c.rule.article, started=c.started,
                days=c.days, unit=c.unit, due=c.due.day, not_before=c.due.not_before, done_on=c.done_on, status=c.status,
                late=c.late, provisional=c.provisional,
            )
            for c in now.clocks
        ],
    )  # fmt: skip
    return with_etag(request, out)


@router.post("/cases/{number}/events", response=CaseLine, summary="Note an event of a case")
def note_event(request: HttpRequest, data: EventIn, number: str = Number) -> Any:
    detail = {"laboratory": data.laboratory} if data.laboratory else {}
    given = Given(data.kind, data.on, data.method, data.proof, data.note, detail)
    return record_case_event(number, given, by=actor_of(request))
