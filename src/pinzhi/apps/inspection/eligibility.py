"""What decisions on awards, brands and certificates ask of spot checks: did the firm fail one of late?

No rule of law says how far back to look, or that one failure bars: each award says so itself. So a firm without a
failure fits, and of a firm with one the facts are told for the official to judge by that award's conditions. Whose
check it was makes no difference: one test is accepted by all, so results of other levels and regions count like our own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from pinzhi.apps.inspection.models import OutsideResult, Result
from pinzhi.apps.inspection.models.results import Verdict as Judged
from pinzhi.apps.parties import queries as parties
from pinzhi.kernel import clock
from pinzhi.kernel.registers import eligibility
from pinzhi.kernel.registers.eligibility import Verdict
from pinzhi.rules.dates import add_months

NAME = "no_failed_spot_check"
YEARS = 3
"""How far back the facts reach that are told."""


@dataclass
class _Facts:
    """Batches of one producer with a published result; `named`: failures told elsewhere of the name alone."""

    checked: int = 0
    failed: int = 0
    elsewhere: int = 0
    failed_elsewhere: int = 0
    last: date | None = None
    named: int = 0

    def add(self, checked: int, failed: int, last: date | None, *, elsewhere: bool) -> None:
        self.checked += checked
        self.failed += failed
        if elsewhere:
            self.elsewhere, self.failed_elsewhere = checked, failed
        if last is not None:
            self.last = max(last, self.last) if self.last else last


def no_failed_spot_check(subjects: Sequence[str], on: date) -> dict[str, Verdict]:
    """Of each firm as producer: batches checked in the last years whose results are published, and those that failed.

    A result from elsewhere was published there; it counts from the day on which it was taken in here. One that names
    its producer without a credit code is no firm's for sure: it is told, and an official compares.
    """
    codes = list(subjects)
    found = {code: _Facts() for code in codes}
    since = add_months(on, -12 * YEARS)
    ours = (
        Result.objects.filter(
            sample__producer_code__in=codes,
            sample__sampled_on__gt=since,
            sample__sampled_on__lte=on,
            published_on__lte=on,
        )
        .values_list("sample__producer_code")
        .annotate(n=Count("pk"), x=Count("pk", filter=_FAILED), day=Max("sample__sampled_on", filter=_FAILED))
    )
    for code, checked, failed, last in ours:
        found[code].add(checked, failed, last, elsewhere=False)
    theirs = _elsewhere(since, on)
    by_code = (
        theirs.filter(producer_code__in=codes)
        .values_list("producer_code")
        .annotate(
            n=Count("pk"),
            x=Count("pk", filter=_FAILED_THERE),
            day=Max("sampled_on", filter=_FAILED_THERE),
        )
    )
    for code, checked, failed, last in by_code:
        found[code].add(checked, failed, last, elsewhere=True)
    names = parties.names_of(codes)
    by_name = (
        theirs.filter(_FAILED_THERE, producer_code="", producer_name__in=set(names.values()))
        .values_list("producer_name")
        .annotate(n=Count("pk"))
    )
    counts = dict(by_name)
    for code, name in names.items():
        found[code].named = counts.get(name, 0)
    return {code: _verdict(facts) for code, facts in found.items()}


_FAILED, _FAILED_THERE = Q(final=Judged.FAIL), Q(verdict=Judged.FAIL)


def _elsewhere(since: date, on: date) -> QuerySet[OutsideResult]:
    """Results from elsewhere known on a day, without those of our own batches that came back."""
    known_until = datetime.combine(on + timedelta(days=1), time(), clock.SHANGHAI)
    own = Result.objects.filter(
        sample__product_key=OuterRef("product_key"),
        sample__sampled_on=OuterRef("sampled_on"),
        published_on__lte=on,
    )
    rows = OutsideResult.objects.filter(sampled_on__gt=since, sampled_on__lte=on, entered_at__lt=known_until)
    return rows.exclude(Exists(own)).order_by()


def _verdict(facts: _Facts) -> Verdict:
    checked, failed = facts.checked, facts.failed
    other = (f"（其中其他层级或地区 {facts.elsewhere} 批次）", f" ({facts.elsewhere} of them elsewhere)")
    zh, en = other if facts.elsewhere else ("", "")
    if failed:
        other = (
            f"（其中 {facts.failed_elsewhere} 批次在其他层级或地区）",
            f" ({facts.failed_elsewhere} of them elsewhere)",
        )
        in_zh, in_en = other if facts.failed_elsewhere else ("", "")
        zh = (
            f"近{YEARS}年监督抽查 {checked} 批次{zh}，不合格 {failed} 批次{in_zh}，最近一次抽样于 {facts.last}；"
            "是否影响，按本项评选的条件判断。"
        )
        en = (
            f"{checked} batches in spot checks within {YEARS} years{en}, {failed} failed{in_en}, the last sampled on "
            f"{facts.last}; whether that bars is for the conditions of this award."
        )
    elif checked:
        zh = f"近{YEARS}年监督抽查 {checked} 批次{zh}，无不合格。"
        en = f"{checked} batches in spot checks within {YEARS} years{en}, none failed."
    else:
        zh = f"近{YEARS}年没有监督抽查结果。"
        en = f"No result of a spot check within {YEARS} years."
    if facts.named:
        zh += f"另有其他层级或地区不合格 {facts.named} 批次只写同名生产者、无信用代码，请核对是否为该企业。"
        en += (
            f" Besides, {facts.named} batches that failed elsewhere name a producer of this name without its credit "
            "code: compare whether it is this one."
        )
    return Verdict(NAME, None if failed or facts.named else True, zh, en)


def offer() -> None:
    eligibility.offer(NAME, no_failed_spot_check)
