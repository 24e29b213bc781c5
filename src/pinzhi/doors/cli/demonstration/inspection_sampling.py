"""Sampling of the demonstration: the clerk is one of the samplers drawn, and there are seals to put on."""

from __future__ import annotations

from collections import Counter
from datetime import date

from pinzhi.apps.inspection import queries
from pinzhi.apps.inspection.actions.keep_lists import list_inspectors
from pinzhi.apps.inspection.actions.keep_seals import issue_seals, report_seals
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor

BY = Actor.system("demonstration")
PROVINCE, AGENCY = "990000", "990000-market_supervision"
SEALS = [f"YL{number:06d}" for number in range(1, 61)]


def hand_out(today: date) -> None:
    """The provincial sampler with most open tasks is demo-clerk; sixty seals are issued, the last one is stolen."""
    drawn: Counter[str] = Counter()
    for task in queries.tasks(by=BY, status="assigned"):
        drawn.update(code for code in task.inspectors if code.startswith(f"ZF{PROVINCE[:4]}"))
    with clock.at(today):
        if drawn:
            code = drawn.most_common(1)[0][0]
            sampler = {"code": code, "name": "陈思远", "agency": AGENCY, "region": PROVINCE}
            list_inspectors([sampler | {"username": "demo-clerk"}], by=BY)
        issue_seals(SEALS, AGENCY, region=PROVINCE, by=BY)
        report_seals(SEALS[-1:], stolen=True, region=PROVINCE, by=BY)
