"""Eligibility checks that this app offers to decisions on awards, funds and certificates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.registers import catalogue, eligibility, queries
from pinzhi.kernel.registers.eligibility import Verdict

NAME = "not_abnormal_operation"
LIST = "c05_abnormal_operation"


def not_abnormal_operation(subjects: Sequence[str], on: date) -> dict[str, Verdict]:
    """Whether each firm stands on the list of abnormal operation on the day."""
    register = catalogue.registers().get(LIST)
    if register is None:
        return {}
    rows = queries.readable(Actor.system("eligibility"), register).filter(
        subject__in=list(subjects), state__in=register.life.valid_states
    )
    listed = {
        row.subject: row
        for row in rows
        if row.effective_on <= on and (row.valid_until is None or on <= row.valid_until)
    }
    return {
        subject: Verdict(
            NAME,
            False,
            f"在经营异常名录中（{listed[subject].key}）。",
            f"Is on the list of abnormal operation ({listed[subject].key}).",
        )
        if subject in listed
        else Verdict(NAME, True, "不在经营异常名录中。", "Is not on the list of abnormal operation.")
        for subject in subjects
    }


def offer() -> None:
    eligibility.offer(NAME, not_abnormal_operation)
