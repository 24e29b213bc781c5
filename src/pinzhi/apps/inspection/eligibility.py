"""What decisions on awards, brands and certificates ask of spot checks: did the firm fail one of late?

No rule of law says how far back to look, or that one failure bars: each award says so itself. So a firm without a
failure fits, and of a firm with one the facts are told for the official to judge by that award's conditions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Max, Q

from pinzhi.apps.inspection.models import Result
from pinzhi.kernel.registers import eligibility
from pinzhi.kernel.registers.eligibility import Verdict
from pinzhi.rules.dates import add_months

NAME = "no_failed_spot_check"
YEARS = 3
"""How far back the facts reach that are told."""


def no_failed_spot_check(subjects: Sequence[str], on: date) -> dict[str, Verdict]:
    """Of each firm as producer: batches checked in the last years whose results are published, and those that failed."""
    rows = (
        Result.objects.filter(
            sample__producer_code__in=list(subjects),
            sample__sampled_on__gt=add_months(on, -12 * YEARS),
            sample__sampled_on__lte=on,
            published_on__lte=on,
        )
        .values("sample__producer_code")
        .annotate(
            checked=Count("pk"),
            failed=Count("pk", filter=Q(final="fail")),
            last=Max("sample__sampled_on", filter=Q(final="fail")),
        )
    )
    found = {row["sample__producer_code"]: row for row in rows}
    return {subject: _verdict(found.get(subject)) for subject in subjects}


def _verdict(row: Mapping[str, Any] | None) -> Verdict:
    if row is None:
        return Verdict(
            NAME, True, f"近{YEARS}年没有监督抽查结果。", f"No result of a spot check within {YEARS} years."
        )
    checked, failed, last = row["checked"], row["failed"], row["last"]
    if not failed:
        return Verdict(
            NAME,
            True,
            f"近{YEARS}年监督抽查 {checked} 批次，无不合格。",
            f"{checked} batches in spot checks within {YEARS} years, none failed.",
        )
    return Verdict(
        NAME,
        None,
        f"近{YEARS}年监督抽查 {checked} 批次，不合格 {failed} 批次，最近一次抽样于 {last}；是否影响，按本项评选的条件判断。",
        f"{checked} batches in spot checks within {YEARS} years, {failed} failed, the last sampled on {last}; whether that "
        "bars is for the conditions of this award.",
    )


def offer() -> None:
    eligibility.offer(NAME, no_failed_spot_check)
