"""The terms of a sample, from its taking to the publication of its result.

Food (总局令第15号): shipped within so many working days, reported within so many, the backup sample kept for months after
the report, longer where it failed. The result of a joint check is published within so many working days
(国发〔2019〕5号), counted from the day on which it may be: of a failed one when nobody can object any more. The numbers are
dated law; one that nobody has compared with the text makes the term provisional.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pinzhi.rules.dates import add_months
from pinzhi.rules.inspection.deadlines import Calendar, Due, Party, days_late, due, state_on, term
from pinzhi.rules.law import LawAsOf

Status = Literal["met", "late", "running", "overdue", "unknown", "keeping", "kept", "early"]
LawOn = Callable[[date], LawAsOf]


@dataclass(frozen=True, slots=True)
class SampleDays:
    """What is known of a sample; days are None where it has not happened.

    `publishable_from`: the first day on which the result may be published. `disposed_on`: of the backup sample.
    """

    sampled_on: date
    food: bool
    joint: bool = False
    received_on: date | None = None
    reported_on: date | None = None
    failed: bool = False
    publishable_from: date | None = None
    published_on: date | None = None
    disposed_on: date | None = None


@dataclass(frozen=True, slots=True)
class SampleTerm:
    """A term as it stands. `length` with `unit` (day, working_day, month) as the law has it."""

    name: str
    who: Party
    article: str
    started: date
    length: int
    unit: str
    due: Due
    done_on: date | None
    status: Status
    late: int
    provisional: bool


FOOD, JOINT = "《食品安全抽样检验管理办法》（总局令第15号）", "国发〔2019〕5号"


def terms(sample: SampleDays, *, today: date, law_on: LawOn, calendar: Calendar) -> list[SampleTerm]:
    """The terms that have begun, in their order."""

    def within(name: str, key: str, who: Party, article: str, start: date, done: date | None) -> SampleTerm:
        length, unit, provisional = term(law_on(start), key)
        last = due(start, length, unit, calendar)
        return SampleTerm(
            name, who, article, start, length, unit, last, done, state_on(last, done, today),
            days_late(last, done, today), provisional,
        )  # fmt: skip

    found: list[SampleTerm] = []
    if sample.food:
        found.append(
            within(
                "shipping",
                "inspection.food_shipping_days",
                "agency",
                FOOD,
                sample.sampled_on,
                sample.received_on,
            )
        )
        if sample.received_on is not None:
            found.append(
                within(
                    "report",
                    "inspection.food_report_days",
                    "laboratory",
                    FOOD,
                    sample.received_on,
                    sample.reported_on,
                )
            )
        if sample.reported_on is not None:
            found.append(_backup(sample, sample.reported_on, today, law_on))
    if sample.joint and sample.publishable_from is not None and sample.publishable_from <= today:
        found.append(
            within(
                "publication", "inspection.publication_days", "agency", JOINT, sample.publishable_from,
                sample.published_on,
            )
        )  # fmt: skip
    return found


def _backup(sample: SampleDays, reported: date, today: date, law_on: LawOn) -> SampleTerm:
    """How long the backup sample is kept: its last day, and whether it was thrown away before."""
    key = "inspection.food_backup_months_fail" if sample.failed else "inspection.food_backup_months_pass"
    value = law_on(reported).get(key)
    months = int(value.number)
    last = add_months(reported, months)
    gone = sample.disposed_on
    status: Status = "early" if gone is not None and gone <= last else "keeping" if today <= last else "kept"
    return SampleTerm(
        "backup", "laboratory", FOOD, reported, months, "month", Due(last, last), gone, status,
        (last - gone).days + 1 if gone is not None and gone <= last else 0, value.provisional,
    )  # fmt: skip
