"""The eligibility check that awards, brands and bids for local standards ask for: does the firm declare its standards?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pinzhi.apps.standards.models import Declaration
from pinzhi.kernel.registers import eligibility
from pinzhi.kernel.registers.eligibility import Verdict

NAME = "declares_standards"


def declares_standards(subjects: Sequence[str], on: date) -> dict[str, Verdict]:
    """Whether each firm has a declaration in public on the day whose standard has not lapsed."""
    rows = Declaration.objects.filter(
        uscc__any_of=list(subjects), kind=Declaration.Kind.DECLARATION, declared_on__lte=on
    ).exclude(withdrawn_on__lte=on)
    valid: dict[str, int] = {}
    lapsed: dict[str, str] = {}
    for uscc, state, standard in rows.values_list("uscc", "standard_state", "standard"):
        if state == "withdrawn":
            lapsed[uscc] = standard
        else:
            valid[uscc] = valid.get(uscc, 0) + 1
    return {subject: _verdict(valid.get(subject, 0), lapsed.get(subject, "")) for subject in subjects}


def _verdict(valid: int, lapsed: str) -> Verdict:
    if valid:
        return Verdict(
            NAME, True, f"已声明公开执行的标准 {valid} 项。", f"Declares the standards it works to ({valid})."
        )
    if lapsed:
        return Verdict(
            NAME,
            False,
            f"声明的标准 {lapsed} 已废止，没有有效声明。",
            f"The declared standard {lapsed} was withdrawn: no valid declaration.",
        )
    return Verdict(NAME, False, "没有声明公开执行的标准。", "Does not declare the standards it works to.")


def offer() -> None:
    eligibility.offer(NAME, declares_standards)
