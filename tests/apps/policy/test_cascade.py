"""A plan carried down: what the city takes up of the province, what is missing, the regions counted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from procrastinate.contrib.django.models import ProcrastinateJob

from pinzhi.apps.policy import cascade, queries
from pinzhi.apps.policy.actions.compute_regions import compute_regions, count_regions
from pinzhi.apps.policy.actions.map_child import map_child, map_measure, map_target
from pinzhi.apps.policy.models import Document, Measure, Target
from pinzhi.kernel import clock
from pinzhi.kernel.errors import NotPermitted, Refused
from pinzhi.kernel.jobs.models import JobProgress
from tests.apps.policy.world import BOSS, FUJIAN, FUZHOU, XIAMEN, chief_officers, login, official, plans, user

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.apps.policy.urls")]


@pytest.fixture
def both() -> tuple[Document, Document]:
    return plans()


def pairs(child: Document) -> dict[str, str]:
    return {
        str(row.row): str(pairing.parent) if pairing.parent else "—"
        for part in cascade.mapping(child)
        for pairing in part
        for row in pairing.children
    }


def test_the_likeliest_row_is_put_forward_and_nothing_counts_before_it_is_saved(
    both: tuple[Document, Document],
) -> None:
    upper, lower = both
    assert lower.parent_id == upper.pk
    found = pairs(lower)
    named = {name[:6]: parent[:6] for name, parent in found.items()}
    assert (
        named["推行首席质量"] == "推行首席质量"
        and named["强化监督抽查"] == "加强监督抽查"
        and named["举办食品节"] == "—"
    )
    assert all(parent != "—" for name, parent in found.items() if "首席质量官" in name or "合格率" in name)
    taken = cascade.cascade(upper)
    assert not any(row.children for row in taken.targets) and taken.waiting == 5
    assert [row.code for row in taken.regions if row.plans] == [FUZHOU] and XIAMEN in [
        r.code for r in taken.without_plan
    ]


def decide_all(child: Document) -> int:
    chosen: dict[str, dict[int, int | None]] = {"targets": {}, "measures": {}}
    for kind, part in zip(("targets", "measures"), cascade.mapping(child), strict=True):
        for pairing in part:
            for row in pairing.children:
                chosen[kind][row.row.pk] = row.chosen
    return map_child(child.pk, by=BOSS, **chosen)


def test_coverage_sums_and_gaps(both: tuple[Document, Document]) -> None:
    upper, lower = both
    assert decide_all(lower) == 5
    assert decide_all(lower) == 0, "what is decided already is no new decision"
    found = cascade.cascade(upper)
    officers = next(row for row in found.targets if row.parent.unit == "家")
    assert (officers.total, officers.verdict, officers.short) == (Decimal(25), "short", Decimal(15))
    rate = next(row for row in found.targets if row.parent.unit == "%")
    assert rate.total is None and rate.verdict == "enough" and found.waiting == 0
    lines = list(cascade.gaps(upper))
    assert {"kind": "无配套方案", "region": "厦门市"} in lines
    assert any(line["kind"] == "合计不足" and line["short"] == 15 for line in lines)
    assert any(
        line["kind"] == "任务未承接" and "知名品牌" in line["title"] and line["region"] == "福州市"
        for line in lines
    )


def test_none_is_a_decision_and_can_be_changed(both: tuple[Document, Document]) -> None:
    upper, lower = both
    row, above = lower.targets.first(), upper.targets.first()
    assert row and above
    map_target(row.pk, None, by=BOSS)
    row.refresh_from_db()
    assert row.parent_target_id is None and row.mapped_by == "boss"
    map_target(row.pk, above.pk, by=BOSS)
    row.refresh_from_db()
    assert row.parent_target_id == above.pk
    task, other = lower.measures.first(), upper.measures.last()
    assert task and other
    map_measure(task.pk, other.pk, by=BOSS)
    assert Measure.objects.get(pk=task.pk).parent_measure_id == other.pk


def test_who_maps_and_what_is_refused(both: tuple[Document, Document]) -> None:
    upper, lower = both
    row, above = lower.targets.first(), upper.targets.first()
    assert row and above
    for stranger in (
        official("x", "clerk", region=XIAMEN),
        official("y", "auditor"),
        official("z", "clerk", region="350102"),
    ):
        with pytest.raises(NotPermitted):
            map_target(row.pk, above.pk, by=stranger)
    map_target(row.pk, above.pk, by=official("city", "clerk", region=FUZHOU))
    with pytest.raises(Refused, match="no_such_row"):
        map_target(row.pk, row.pk, by=BOSS)
    with pytest.raises(Refused, match="no_parent_plan"):
        map_target(above.pk, None, by=BOSS)
    with pytest.raises(Refused, match="no_such_row"):
        map_child(lower.pk, by=BOSS, targets={row.pk: None, above.pk: None})
    assert Target.objects.get(pk=row.pk).parent_target_id == above.pk, "all or nothing"


def test_regions_are_counted_as_background_work(both: tuple[Document, Document]) -> None:
    upper, lower = both
    decide_all(lower)
    chief_officers(FUZHOU, 3, date(2024, 2, 1))
    chief_officers(XIAMEN, 5, date(2024, 2, 1))
    target = upper.targets.get(unit="家")
    with pytest.raises(NotPermitted):
        compute_regions([target.pk], by=official("x", "auditor"))
    who = user("clerk", "clerk")
    with clock.at(date(2024, 6, 1)):
        job = compute_regions(
            [target.pk],
            by=official("clerk", "clerk").__class__("clerk", "agency", user_id=who.pk, rights=BOSS.rights),
        )
        queued = ProcrastinateJob.objects.get(task_name="policy.count_regions")
        count_regions(**queued.args)
    done = JobProgress.objects.get(pk=job)
    assert done.state == "done" and done.done == 10 and done.result == {"readings": 11}
    values = {reading.region: reading.value for reading in queries.by_region(target)}
    assert values[FUZHOU] == 3 and values[XIAMEN] == 5 and len(values) == 10
    assert queries.scoreboard_row(target).reading.value == 8  # type: ignore[union-attr]


def test_pages(both: tuple[Document, Document], settings: Any) -> None:
    settings.DEMO = True
    upper, lower = both
    clerk = login(user("clerk", "clerk"))
    page = clerk.get(f"/console/policy/{lower.code}/mapping/")
    text = page.content.decode()
    assert page.status_code == 200 and "建议" in text and "5 行待确定" in text
    typed = {}
    for part in cascade.mapping(lower):
        for pairing in part:
            for row in pairing.children:
                typed[row.field] = str(row.chosen or "none")
    typed["target-x"] = "1"
    saved = clerk.post(f"/console/policy/{lower.code}/mapping/", typed)
    assert saved.status_code == 302 and Target.objects.filter(document=lower, parent_target=None).count() == 0
    overview = clerk.get(f"/console/policy/{upper.code}/cascade/").content.decode()
    assert "没有配套方案" in overview and "合计相差" in overview and "厦门市" in overview
    book = load_workbook(BytesIO(clerk.get(f"/console/policy/{upper.code}/cascade/gaps.xlsx").content))
    assert book.active["A1"].value == "缺口类型" and book.active.max_row > 10
    assert "无配套方案" in clerk.get(f"/console/policy/{upper.code}/cascade/gaps.csv").content.decode()
    refused = login(user("out", "clerk", region=XIAMEN)).post(f"/console/policy/{lower.code}/mapping/", typed)
    assert refused.status_code == 403
    number = upper.targets.get(unit="家").number
    started = clerk.post(f"/console/policy/{upper.code}/targets/{number}/regions/compute/")
    assert started.status_code == 302 and "/jobs/" in started["Location"]
    assert clerk.get(f"/console/policy/{upper.code}/targets/{number}/regions/").status_code == 200
    firm = login(user("firm", speaks_for="enterprise", party="91350100MA2XTEST1K"))
    assert firm.get(f"/console/policy/{upper.code}/cascade/").status_code == 403


def test_few_queries(both: tuple[Document, Document], django_assert_max_num_queries: Any) -> None:
    upper, lower = both
    decide_all(lower)
    with django_assert_max_num_queries(9):
        cascade.cascade(upper)
    with django_assert_max_num_queries(4):
        cascade.mapping(lower)
    assert upper.region == FUJIAN
