"""Choose front runners (领跑者) from a published ranking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction

from pinzhi.apps.standards import access
from pinzhi.apps.standards.loading_declarations import ranking as load
from pinzhi.apps.standards.models import Declaration, FrontRunner, Ranking
from pinzhi.apps.standards.publishing_rankings import (
    FRONT_RUNNERS,
    publish_front_runners,
)
from pinzhi.apps.standards.saving_declarations import numbers
from pinzhi.kernel import audit, clock, law
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused, RefusedRows, RowError
from pinzhi.rules.dates import add_months


@transaction.atomic
def select_front_runners(number: str, chosen: Sequence[str], until: date | None, *, by: Actor) -> list[str]:
    """Choose front runners among those in the first tier of every list of a published ranking; returns their numbers.

    `until` is the last day of their term, which the decision names: what is usual (`usual_end`) rests on a number that
    nobody has held against its text. Raises NotPermitted, NotFound, RefusedRows, Refused.
    """
    row = load(number, lock=True)
    access.require(by, "standards.publish_ranking", [row.region], register=FRONT_RUNNERS)
    if row.state != Ranking.State.PUBLISHED:
        raise Refused(
            "not_published",
            zh="榜单发布后才能遴选“领跑者”。",
            en="Front runners are chosen from a published ranking.",
        )
    wanted = list(dict.fromkeys(chosen))
    if not wanted:
        raise Refused(
            "nothing_chosen",
            zh="没有选择任何声明。",
            en="Nothing was chosen.",
            remedy_zh="在名单中勾选。",
            remedy_en="Tick some.",
        )
    rows = {d.number: d for d in Declaration.objects.filter(number__any_of=wanted)}
    there = set(row.front_runners.values_list("declaration", flat=True))
    errors = []
    for at, one in enumerate(wanted, 1):
        found = rows.get(one)
        if one not in row.result["leaders"]:
            errors.append(
                RowError(at, "声明", one, "不在每个榜单的第一档", "is not in the first tier of every list")
            )
        elif one in there:
            errors.append(RowError(at, "声明", one, "已是“领跑者”", "is a front runner already"))
        elif (
            found is None
            or found.status == Declaration.Status.WITHDRAWN
            or found.standard_state == "withdrawn"
        ):
            errors.append(
                RowError(
                    at, "声明", one, "声明已撤回或标准已废止", "was withdrawn, or its standard has lapsed"
                )
            )
    if errors:
        raise RefusedRows(errors)
    today = clock.today()
    if until is None or until <= today:
        raise Refused(
            "no_term",
            zh="须写明“领跑者”的有效期，且晚于今天。",
            en="Say until when the front runners stand; the day lies after today.",
            place="until",
            remedy_zh="填写截止日期，例如 2027-11-01。",
            remedy_en="Fill in the last day, e.g. 2027-11-01.",
        )
    given = numbers(len(wanted), "LP", "standards_ranking_serial")
    made = [
        FrontRunner(
            number=key,
            ranking=row,
            declaration=one,
            uscc=rows[one].uscc,
            selected_on=today,
            valid_until=until,
            selected_by=by.username,
        )
        for key, one in zip(given, wanted, strict=True)
    ]
    FrontRunner.objects.bulk_create(made)
    publish_front_runners(row, made, rows, by=by)
    audit.record(
        "standards.select_front_runners",
        by=by,
        register=FRONT_RUNNERS,
        subject_kind="ranking",
        subject_key=number,
        region=row.region,
        count=len(made),
    )
    return given


def usual_end() -> date:
    """The last day of the usual term that begins today, as a proposal."""
    today = clock.today()
    months = int(law.value("ranking.front_runner_months", today).number)
    return add_months(today, months) - timedelta(days=1)
