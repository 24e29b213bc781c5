"""A laboratory's spreadsheet: read as people write it, refused report by report, and no slower than an eighth of COPY."""

from __future__ import annotations

import io
import os
import time
from datetime import date

import pytest
from django.db import connection

from pinzhi.apps.inspection.actions.enter_reports import ITEM, REPORT
from pinzhi.apps.inspection.actions.import_reports import import_reports
from pinzhi.apps.inspection.models import Attempt, Report, ReportItem, RulesVersion
from pinzhi.kernel import clock
from pinzhi.kernel.errors import Conflict, NotPermitted, Refused
from tests.apps.inspection import world
from tests.apps.inspection.world import CLERK, LABORATORY, sampled

HEAD = "样品编号,报告编号,检验机构统一社会信用代码,收样日期,检验日期,签发日期,检验项目,检验结果,单位,结论\n"


@pytest.fixture
def plan():
    world.rules()
    return world.programme("XZ-TEX")


def bring_in(text: str, by=CLERK, name: str = "报告.csv"):
    with clock.at(date(2026, 5, 1)):
        return import_reports(io.BytesIO(text.encode("gb18030")), filename=name, by=by)


def lines(
    sample: str, number: str, value: str = "20", unit: str = "mg/kg", said: str = "合格", items: int = 3
) -> str:
    given = [("甲醛含量", value, unit), ("pH值", "6.5", ""), ("纤维含量", "符合", "")][:items]
    return "".join(
        f"{sample},{number},{LABORATORY},2026/4/10,2026年4月15日,2026-4-20,{name},{v},{u},{said}\n"
        for name, v, u in given
    )


def test_good_reports_are_taken_and_each_wrong_one_is_named(plan) -> None:
    one, two, three = sampled(plan, 3)
    text = (
        HEAD
        + lines(one, "A1")
        + lines(two, "A2", unit="")
        + lines("CY-0", "A3")
        + lines(three, "A4", "90", said="不合格")
    )
    imported = bring_in(text)
    assert (imported.row.reports, imported.row.items, imported.row.refused) == (2, 6, 2)
    assert [(r.given.row, r.code) for r in imported.refused] == [(5, "unit_missing"), (8, "no_such_sample")]
    assert Attempt.objects.filter(source=str(imported.row.pk)).count() == 2
    assert Report.objects.get(number="A1").tested_on == date(2026, 4, 15)
    with pytest.raises(Conflict):
        bring_in(text)


def test_no_table_and_no_right(plan) -> None:
    with pytest.raises(Refused):
        bring_in("一些文字，不是表格")
    with pytest.raises(NotPermitted):
        bring_in(HEAD, by=world.REVIEWER)


@pytest.mark.slow
def test_at_least_an_eighth_of_copy() -> None:
    """Into the same tables, with their indexes; PINZHI_IMPORT_BATCHES=100000 is the size that is promised."""
    batches = int(os.environ.get("PINZHI_IMPORT_BATCHES", "4000"))
    items = [
        {"code": f"I{n}", "name": f"项目{n}", "kind": "max", "upper": "75", "unit": "mg/kg"}
        for n in range(10)
    ]
    world.rules("XZ-BIG", items=items)
    programme = world.programme("XZ-BIG")
    numbers = [
        n for _ in range(0, batches, 5000) for n in sampled(programme, min(5000, batches), code="XZ-BIG")
    ]
    text = io.StringIO()
    text.write(HEAD)
    for row, number in enumerate(numbers):
        for n in range(10):
            value = 90 if row % 10 == 0 and n == 3 else 10 + (row + n) % 60
            text.write(
                f"{number},R{row},{LABORATORY},,2026-04-15,2026-04-20,项目{n},{value}.{row % 10},mg/kg,\n"
            )
    began = time.perf_counter()
    with clock.at(date(2026, 5, 1)):
        imported = import_reports(io.BytesIO(text.getvalue().encode()), filename="big.csv", by=CLERK)
    with connection.cursor() as cursor:  # what a commit checks
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    ours = time.perf_counter() - began
    assert (imported.row.reports, imported.row.refused) == (batches, 0)

    with connection.cursor() as cursor:
        columns = [
            ("inspection_report", ", ".join(REPORT)),
            ("inspection_reportitem", "id, " + ", ".join(f'"{name}"' for name in ITEM)),
        ]
        kept = []
        for table, names in columns:
            with cursor.copy(f"COPY {table} ({names}) TO STDOUT") as out:
                kept.append(b"".join(bytes(part) for part in out))
        cursor.execute("DELETE FROM inspection_case")
        ReportItem.objects.all().delete()
        Report.objects.all().delete()
        began = time.perf_counter()
        for (table, names), data in zip(columns, kept, strict=True):
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                copy.write(data)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        plain = time.perf_counter() - began
    assert ReportItem.objects.count() == 10 * batches
    print(f"{batches} batches: import {ours:.1f} s, COPY {plain:.1f} s, {plain / ours:.2f} of COPY")
    assert plain / ours >= 1 / 8
    assert RulesVersion.objects.exists()
