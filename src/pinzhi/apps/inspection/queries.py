"""What may be asked of checks by those who are logged in; the public reads the registers instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from pinzhi.apps.inspection import access, following
from pinzhi.apps.inspection.models import (
    Attempt,
    Case,
    CaseEvent,
    DetailedRules,
    Draw,
    Programme,
    Report,
    Result,
    RulesVersion,
    Sample,
    Task,
)
from pinzhi.apps.inspection.models.results import Verdict
from pinzhi.apps.parties import queries as parties
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.places import queries as places
from pinzhi.rules.inspection.follow_up import ENDED, Standing
from pinzhi.rules.inspection.sample_clocks import SampleTerm

READ = "inspection.read"


def _none(what_zh: str, what_en: str, key: str) -> NotFound:
    return NotFound(
        "no_such_" + what_en.replace(" ", "_"),
        zh=f"没有{what_zh}“{key}”，或不在您的管辖范围。",
        en=f"There is no {what_en} {key}, or it is not yours to see.",
        place=key,
    )


def _visible(by: Actor, enterprise: str = "", body: str = "") -> Q:
    """Rows of the regions that the actor reads, and the own ones of an enterprise or laboratory."""
    if access.regions(by, READ) is None:
        return Q()
    return access.within(by, READ) | _own(by, enterprise, body)


def _own(by: Actor, enterprise: str = "", body: str = "") -> Q:
    """What an enterprise or laboratory sees of its own."""
    if by.speaks_for == "enterprise" and enterprise and by.party and by.is_subject(by.party, access.RESULTS):
        return Q(**{enterprise: by.party})
    if by.speaks_for == "body" and body and by.party and by.is_subject(by.party, access.RESULTS):
        return Q(**{body: by.party})
    return Q(pk__in=[])


def _re_inspected_by(by: Actor) -> Q:
    """Samples of which a laboratory is the one of the re-inspection."""
    if by.speaks_for != "body" or not by.party or not by.is_subject(by.party, access.RESULTS):
        return Q(pk__in=[])
    named = CaseEvent.objects.filter(kind="laboratory_named", detail__laboratory=by.party)
    return Q(pk__in=named.values("case__sample_id"))


def programmes(
    *, by: Actor, year: int | None = None, kind: str = "", level: str = "", search: str = ""
) -> QuerySet[Programme]:
    """Programmes of the regions that the actor reads."""
    rows = Programme.objects.filter(access.within(by, READ))
    for name, value in (("year", year), ("kind", kind), ("level", level)):
        if value:
            rows = rows.filter(**{name: value})
    if search:
        rows = rows.filter(Q(title__icontains=search) | Q(number__icontains=search))
    return rows


def programme(number: str, *, by: Actor) -> Programme:
    row = programmes(by=by).filter(number=number).first()
    if row is None:
        raise _none("抽查计划", "programme", number)
    return row


def rules(*, by: Actor) -> QuerySet[DetailedRules]:
    """Detailed rules are no secret among those who check and test."""
    if not (by.is_system or by.speaks_for == "body" or access.anywhere(by, READ)):
        return DetailedRules.objects.none()
    return DetailedRules.objects.all()


def rules_version(
    code: str, *, by: Actor, on: date | None = None
) -> tuple[DetailedRules, list[RulesVersion]]:
    row = rules(by=by).filter(code=code).first()
    if row is None:
        raise _none("实施细则", "detailed rules", code)
    return row, list(row.versions.prefetch_related("items"))


def samples(
    *,
    by: Actor,
    search: str = "",
    region: str = "",
    level: str = "",
    channel: str = "",
    state: str = "",
    programme: str = "",
) -> QuerySet[Sample]:
    """Samples of the regions that the actor reads; an enterprise sees its own, a laboratory those it tests."""
    rows = Sample.objects.filter(_visible(by, "producer_code", "laboratory") | _re_inspected_by(by))
    if region:
        rows = rows.filter(places.region_q(region))
    for name, value in (("level", level), ("channel", channel), ("programme__number", programme)):
        if value:
            rows = rows.filter(**{name: value})
    if state == "open":
        rows = rows.filter(outcome="taken", reports__isnull=True)
    elif state in ("pass", "fail"):
        rows = rows.filter(reports__test="first", reports__verdict=state)
    elif state == "unpublished":
        rows = rows.filter(reports__test="first", result__published_on=None)
    elif state in ("refused", "absent"):
        rows = rows.filter(outcome=state)
    if search:
        rows = rows.filter(
            Q(number=search)
            | Q(product_name__icontains=search)
            | Q(producer_name__icontains=search)
            | Q(gtin=search)
            | Q(producer_code=search)
        )
    return rows


def sample(number: str, *, by: Actor) -> Sample:
    row = samples(by=by).select_related("programme", "rules__rules", "result").filter(number=number).first()
    if row is None:
        raise _none("样品", "sample", number)
    return row


def reports_of(row: Sample) -> list[Report]:
    return list(row.reports.prefetch_related("items__item").order_by("id"))


def further_tests(row: Sample, *, by: Actor) -> list[str]:
    """Of re-inspection and re-check those whose report may come now and be entered by the actor."""
    case = row.cases.order_by("-pk").first()
    if case is None:
        return []
    steps = set(standing(case).next_steps)
    found = []
    if "re_inspection_passed" in steps:
        named = case.events.filter(kind="laboratory_named").last()
        code = str(named.detail.get("laboratory", "")) if named else ""
        own = by.speaks_for == "body" and bool(code) and by.is_subject(code, access.RESULTS)
        if access.allowed(by, "inspection.report", row.region, own=own):
            found.append("re_inspection")
    if {"re_check_passed", "second_re_check_passed"} & steps:
        own = by.speaks_for == "body" and by.is_subject(row.laboratory, access.RESULTS)
        if access.allowed(by, "inspection.report", row.region, own=own):
            found.append("re_check")
    return found


def cases(*, by: Actor, search: str = "", region: str = "", stage: str = "", due: str = "") -> QuerySet[Case]:
    """Cases of the regions that the actor reads; an enterprise sees its own."""
    rows = Case.objects.filter(_visible(by, "uscc"))
    if region:
        rows = rows.filter(places.region_q(region))
    if stage == "open":
        rows = rows.filter(closed_on=None)
    elif stage:
        rows = rows.filter(stage=stage)
    if due == "late":
        rows = rows.filter(closed_on=None, due_on__lt=clock.today())
    if search:
        rows = rows.filter(
            Q(number=search) | Q(name__icontains=search) | Q(uscc=search) | Q(sample__number=search)
        )
    return rows


def case(number: str, *, by: Actor) -> Case:
    row = (
        cases(by=by)
        .select_related("sample__programme", "sample__rules__rules", "report")
        .filter(number=number)
        .first()
    )
    if row is None:
        raise _none("案件", "case", number)
    return row


def standing(row: Case, on: date | None = None) -> Standing:
    """How a case stands on a day, replayed from its events."""
    return following.standing(row, on)


def offered(row: Case, now: Standing) -> list[str]:
    """The kinds of event that may come next in this case."""
    return following.offered(row, now)


def sample_terms(row: Sample, on: date | None = None) -> list[SampleTerm]:
    """The terms of a sample, from its taking to the publication of its result."""
    return following.sample_terms(row, on)


def draws(*, by: Actor, stage: str = "") -> QuerySet[Draw]:
    rows = Draw.objects.filter(access.within(by, READ))
    return rows.filter(stage=stage) if stage else rows


def draws_of_firm(uscc: str) -> Iterator[tuple[Draw, list[tuple[str, str]]]]:
    """Frozen draws over the place of an enterprise, the newest first, each with the keys under which it can stand in
    the frame and what they are called. For the enterprise itself, which proves by them where it stands.
    """
    by = Actor.system("draws")
    firm = parties.enterprises(by=by).filter(uscc=uscc).first()
    if firm is None:
        return
    own = list(parties.products(by=by).filter(producer_code=uscc).values_list("number", "name")[:200])
    within = [firm.region, *places.ancestors(firm.region)]
    rows = Draw.objects.filter(region__in=within, frozen_at__isnull=False).order_by("-frozen_at")
    for row in rows.iterator():
        if row.scope.get("unit") == "product":
            yield row, [(f"{uscc}:{number}", name) for number, name in own]
        else:
            yield row, [(uscc, firm.name)]


def draw(number: str, *, by: Actor) -> Draw:
    row = draws(by=by).select_related("programme").filter(number=number).first()
    if row is None:
        raise _none("抽取", "draw", number)
    return row


def tasks(*, by: Actor, status: str = "", programme: str = "") -> QuerySet[Task]:
    """Tasks: of a draw that is not open yet only those who must act see them (`inspection.read_draw`)."""
    rows = Task.objects.filter(access.within(by, READ))
    if access.regions(by, "inspection.read_draw") is not None:
        rows = rows.filter(
            Q(draw__isnull=True)
            | Q(draw__stage=Draw.Stage.OPENED)
            | access.within(by, "inspection.read_draw")
        )
    for name, value in (("status", status), ("programme__number", programme)):
        if value:
            rows = rows.filter(**{name: value})
    return rows


def attempts(*, by: Actor, what: str = "", code: str = "") -> QuerySet[Attempt]:
    """Refused attempts: the own ones; for who publishes results, all."""
    rows = Attempt.objects.all()
    if not access.anywhere(by, "inspection.publish") and not access.anywhere(by, "inspection.plan"):
        rows = rows.filter(Q(by=by.username) | (Q(party=by.party) if by.party else Q(pk__in=[])))
    for name, value in (("what", what), ("code", code)):
        if value:
            rows = rows.filter(**{name: value})
    return rows


def ready_for_publication(
    *, by: Actor, on: date | None = None, most: int = 5000, reported_until: date | None = None
) -> list[str]:
    """Sample numbers whose results may be published on a day: passed, or failed with no objection left. With
    `reported_until` those alone whose report was signed by then.
    """
    day = on or clock.today()
    scope = access.within(by, "inspection.publish", "sample__programme__region")
    until = min(day, reported_until or day)
    rows = Report.objects.filter(scope, test=Report.Test.FIRST, issued_on__lte=until).filter(
        Q(sample__result__isnull=True) | Q(sample__result__published_on=None)
    )
    passed = list(
        rows.filter(verdict=Verdict.PASS)
        .order_by("sample__sampled_on")
        .values_list("sample__number", flat=True)[:most]
    )
    failed = rows.filter(verdict=Verdict.FAIL).values_list("sample_id", flat=True)
    waiting = Case.objects.filter(sample_id__in=failed).select_related("sample").prefetch_related("events")
    return passed + [
        row.sample.number for row in waiting[:most] if following.waits_for_publication(row, day) is None
    ]


@dataclass(frozen=True)
class Tally:
    """Batches of a set: checked, passed and failed at the first test."""

    checked: int
    passed: int
    failed: int

    @property
    def rate(self) -> float | None:
        judged = self.passed + self.failed
        return 100 * self.passed / judged if judged else None


def tally(rows: QuerySet[Sample]) -> Tally:
    """Counts of first tests among samples."""
    found = rows.order_by().aggregate(
        checked=Count("pk", filter=Q(outcome="taken")),
        passed=Count("pk", filter=Q(reports__test="first", reports__verdict="pass")),
        failed=Count("pk", filter=Q(reports__test="first", reports__verdict="fail")),
    )
    return Tally(**found)


def programme_progress(rows: Sequence[Programme]) -> dict[int, dict[str, int]]:
    """For each programme: batches planned, sampled, reported, failed."""
    ids = [row.pk for row in rows]
    from pinzhi.apps.inspection.models import ProgrammeProduct

    planned: dict[int, int] = {}
    for pk, batches in ProgrammeProduct.objects.filter(programme__in=ids).values_list(
        "programme_id", "batches"
    ):
        planned[pk] = planned.get(pk, 0) + batches
    taken = Sample.objects.filter(programme__in=ids, outcome="taken").order_by().values("programme_id")
    done = taken.annotate(
        sampled=Count("pk", distinct=True),
        reported=Count("reports", filter=Q(reports__test="first")),
        failed=Count("reports", filter=Q(reports__test="first", reports__verdict="fail")),
    )
    found: dict[int, Any] = {row["programme_id"]: row for row in done}
    return {
        pk: {
            "planned": planned.get(pk, 0),
            "sampled": found.get(pk, {}).get("sampled", 0),
            "reported": found.get(pk, {}).get("reported", 0),
            "failed": found.get(pk, {}).get("failed", 0),
        }
        for pk in ids
    }


@dataclass(frozen=True)
class QualityFile:
    """The product-quality file of an enterprise (E03): what was checked, what failed, what came of it."""

    checks: QuerySet[Sample]
    by_year: list[dict[str, Any]]
    cases: list[Case]
    open_cases: int
    outside: list[Any]


def quality_file(uscc: str, *, by: Actor) -> QualityFile:
    """What checks say of an enterprise, as far as the actor may see it."""
    from pinzhi.apps.inspection.models import OutsideResult

    mine = samples(by=by).filter(producer_code=uscc)
    years = (
        mine.order_by()
        .values(year=F("programme__year"))
        .annotate(
            checked=Count("pk", filter=Q(outcome="taken"), distinct=True),
            passed=Count("pk", filter=Q(reports__test="first", reports__verdict="pass"), distinct=True),
            failed=Count("pk", filter=Q(reports__test="first", reports__verdict="fail"), distinct=True),
            final=Count("pk", filter=Q(result__final="fail"), distinct=True),
        )
        .order_by("-year")
    )
    rows = list(cases(by=by).filter(uscc=uscc).select_related("sample")[:50])
    return QualityFile(
        checks=mine,
        by_year=[dict(year) for year in years],
        cases=rows,
        open_cases=sum(row.stage not in ENDED for row in rows),
        outside=list(OutsideResult.objects.filter(producer_code=uscc).order_by("-sampled_on")[:50]),
    )


def published(row: Sample) -> Result | None:
    return Result.objects.filter(sample=row).first()


def sample_lines(rows: QuerySet[Sample]) -> Iterator[dict[str, Any]]:
    """Samples as values for a download."""
    fields = (
        "number", "sampled_on", "product_name", "producer_name", "producer_code", "gtin", "trademark", "specification",
        "standard_executed", "level", "channel", "sampled_at_name", "laboratory", "outcome",
    )  # fmt: skip
    return iter(rows.values(*fields).iterator(chunk_size=2000))
