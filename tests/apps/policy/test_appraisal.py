"""A yearly appraisal: counted and judged criteria, ranks and what they hang on, two persons, provisional grades."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pinzhi.apps.policy import appraisal as adapter
from pinzhi.apps.policy.actions.compute_appraisal import compute_appraisal
from pinzhi.apps.policy.actions.confirm_appraisal import (
    confirm_appraisal,
    publish_appraisal,
    reopen_appraisal,
)
from pinzhi.apps.policy.actions.create_appraisal import change_appraisee, create_appraisal
from pinzhi.apps.policy.actions.enter_expert_score import enter_expert_score
from pinzhi.apps.policy.actions.map_child import map_target
from pinzhi.apps.policy.actions.report_progress import report_progress
from pinzhi.apps.policy.actions.set_criteria import set_criteria
from pinzhi.apps.policy.models import Appraisal, Document, Duty
from pinzhi.kernel import clock, law
from pinzhi.kernel.errors import Conflict, NotPermitted, Refused
from pinzhi.kernel.registers import sequencer
from pinzhi.kernel.registers.models import PublicRecord
from pinzhi.rules.law import LawValue
from tests.apps.policy.world import BOSS, FUJIAN, FUZHOU, XIAMEN, chief_officers, official, plans

pytestmark = pytest.mark.django_db

QUANZHOU = "350500"
AFTER = date(2025, 2, 10)
CLERK, SCORER, SECOND = (
    official("clerk", "clerk"),
    official("scorer", "clerk"),
    official("second", "approver"),
)
PAPER = ({"sha256": "0" * 64, "name": "评议表.pdf", "size": 10},)


@pytest.fixture
def upper() -> Document:
    with clock.at(date(2024, 1, 5)):
        found, lower = plans()
    for region, number in ((FUZHOU, 20), (XIAMEN, 10), (QUANZHOU, 5)):
        chief_officers(region, number, date(2024, 3, 1))
    chief_officers(XIAMEN, 30, date(2025, 1, 20), first=50)  # after the year: not counted
    own = lower.targets.get(unit="家")
    map_target(own.pk, found.targets.get(unit="家").pk, by=BOSS)
    return found


@pytest.fixture
def begun(upper: Document) -> Appraisal:
    """Officers by attainment (weight 50), by indicator against the others (30), and by officials (20)."""
    with clock.at(AFTER):
        made = create_appraisal(
            by=CLERK,
            year=2024,
            title="2024年度质量工作考核",
            region=FUJIAN,
            appraisees=[FUZHOU, XIAMEN, QUANZHOU],
            document=upper.code,
        )
        criteria = [
            {
                "title": "首席质量官",
                "source": "target",
                "target": upper.targets.get(unit="家").pk,
                "weight": 50,
                "goal": "10",
            },
            {
                "title": "首席质量官规模",
                "source": "indicator",
                "indicator": "i18_firms_with_cqo",
                "weight": "30",
                "method": "min_max",
            },
            {"title": "群众满意", "source": "expert", "weight": 20},
        ]
        return set_criteria(made.pk, criteria, by=CLERK)


@pytest.fixture
def judged(begun: Appraisal) -> Appraisal:
    with clock.at(AFTER):
        for unit, score in zip(begun.appraisees.order_by("key"), (80, 95, 60), strict=True):
            enter_expert_score(
                begun.criteria.get(source="expert").pk,
                unit.pk,
                by=SCORER,
                score=Decimal(score),
                note_text="评议",
                files=PAPER,
            )
        return compute_appraisal(begun.pk, by=CLERK)


def scores_of(appraisal: Appraisal) -> dict[str, tuple[Decimal | None, int | None]]:
    return {unit.key: (unit.score, unit.rank) for unit in appraisal.appraisees.all()}


def test_scores_are_those_of_the_end_of_the_year(judged: Appraisal) -> None:
    """福州 20 of its own 25: 80; of the common goal 10 厦门 100, 泉州 50. Against the others: 100, 33.33, 0."""
    assert judged.as_of == date(2024, 12, 31) and judged.state == "computed"
    assert scores_of(judged) == {
        FUZHOU: (Decimal("86.00"), 1),  # .5 × 80 + .3 × 100 + .2 × 80
        XIAMEN: (Decimal("79.00"), 2),  # .5 × 100 + .3 × 33.33 + .2 × 95
        QUANZHOU: (Decimal("37.00"), 3),  # .5 × 50 + .3 × 0 + .2 × 60
    }
    first = judged.appraisees.get(key=FUZHOU).scores.get(criterion__title="首席质量官")
    assert (first.value, first.goal, first.score) == (20, 25, 80) and first.specs
    assert [unit.grade for unit in judged.appraisees.order_by("rank")] == ["B", "C", "D"]


def test_what_the_ranking_hangs_on(judged: Appraisal) -> None:
    kept = judged.sensitivity
    assert kept["draws"] == 2000 and len(kept["units"]) == 3 and len(kept["flips"]) == 2
    by_unit = {one["unit"]: one for one in kept["units"]}
    assert by_unit[QUANZHOU]["best"] == by_unit[QUANZHOU]["worst"] == 3 and by_unit[QUANZHOU]["kept"] == 1
    assert all(one["best"] <= one["rank"] <= one["worst"] for one in kept["units"])
    flip = kept["flips"][0]
    assert (flip["ahead"], flip["behind"], Decimal(flip["lead"])) == (FUZHOU, XIAMEN, Decimal(7))
    with clock.at(AFTER):
        again = compute_appraisal(judged.pk, by=CLERK)
    assert again.sensitivity == kept, "the same seed, the same draws"


def test_grades_that_nobody_compared_with_the_law_are_not_published(judged: Appraisal) -> None:
    assert [reason["code"] for reason in judged.provisional] == [adapter.GRADES]
    with clock.at(AFTER):
        done = confirm_appraisal(judged.pk, by=SECOND)
        assert done.state == "confirmed" and done.published_at is None
        with pytest.raises(Refused, match="provisional"):
            publish_appraisal(done.pk, by=SECOND)
    assert not PublicRecord.objects.filter(register="appraisals").exists()


def test_published_once_the_grades_are_verified(judged: Appraisal, verified: Callable[[], None]) -> None:
    with clock.at(AFTER):
        confirm_appraisal(judged.pk, by=SECOND, announced_in="闽质强办〔2025〕2号")
        verified()
        assert (
            isinstance(law.value(adapter.GRADES, AFTER), LawValue)
            and law.value(adapter.GRADES, AFTER).verified
        )
        done = publish_appraisal(judged.pk, by=SECOND)
        sequencer.drain()
        shown = PublicRecord.objects.get(register="appraisals", key=f"{done.code}@{FUZHOU}")
        assert shown.values["score"] == "86" and shown.values["rank"] == 1 and shown.values["grade"] == "good"
        assert shown.values["published_document"] == "闽质强办〔2025〕2号" and shown.region == FUZHOU
        assert json.loads(shown.values["weights"]) == {
            "首席质量官": "0.5000",
            "首席质量官规模": "0.3000",
            "群众满意": "0.2000",
        }
        assert PublicRecord.objects.filter(register="appraisals").count() == 3
        with pytest.raises(Conflict):
            publish_appraisal(done.pk, by=SECOND)
        reopened = reopen_appraisal(done.pk, by=SECOND, reason="数据更正")
        sequencer.drain()
    assert reopened.state == "draft" and scores_of(reopened)[FUZHOU] == (None, None)
    assert not PublicRecord.objects.filter(register="appraisals").exists()
    assert reopened.criteria.get(source="expert").scores.filter(entered_by="scorer").count() == 3, (
        "what officials gave stays"
    )


def test_two_persons(judged: Appraisal) -> None:
    with clock.at(AFTER):
        for name in ("clerk", "scorer"):
            with pytest.raises(NotPermitted, match="two_persons"):
                confirm_appraisal(judged.pk, by=official(name, "approver"))
        with pytest.raises(NotPermitted):
            confirm_appraisal(judged.pk, by=official("other", "clerk"))
        confirm_appraisal(judged.pk, by=SECOND)
        with pytest.raises(Conflict):
            compute_appraisal(judged.pk, by=CLERK)
        with pytest.raises(Conflict):
            set_criteria(judged.pk, [], by=CLERK)


def test_a_change_takes_the_result_back(judged: Appraisal) -> None:
    unit = judged.appraisees.get(key=FUZHOU)
    with clock.at(AFTER):
        change_appraisee(unit.pk, by=CLERK, veto="发生区域性质量安全事件")
        assert Appraisal.objects.get().state == "draft" and scores_of(judged)[FUZHOU] == (None, None)
        with pytest.raises(Refused, match="not_computed"):
            confirm_appraisal(judged.pk, by=SECOND)
        again = compute_appraisal(judged.pk, by=CLERK)
    assert again.appraisees.get(key=FUZHOU).grade == "D" and again.appraisees.get(key=FUZHOU).rank == 1


def test_the_year_must_be_over(begun: Appraisal) -> None:
    with clock.at(date(2024, 11, 1)):
        found = compute_appraisal(begun.pk, by=CLERK)
        assert "year_not_over" in [reason["code"] for reason in found.provisional] and found.as_of == date(
            2024, 11, 1
        )
        with pytest.raises(Refused, match="year_not_over"):
            confirm_appraisal(begun.pk, by=SECOND)


def test_missing_scores_are_dealt_with_as_declared(begun: Appraisal) -> None:
    """Nobody has given a score: as zero it costs 20 points, left out the others count for more."""
    criteria = [
        {
            "title": c.title,
            "source": c.source,
            "target": c.target_id,
            "indicator": c.indicator,
            "weight": c.weight,
            "method": c.method,
            "goal": c.goal,
        }
        for c in begun.criteria.all()
    ]
    found = {}
    with clock.at(AFTER):
        for missing in ("zero", "reweight", "leave_out"):
            set_criteria(begun.pk, criteria, by=CLERK, missing=missing)
            found[missing] = scores_of(compute_appraisal(begun.pk, by=CLERK))[FUZHOU][0]
    assert found == {"zero": Decimal("70.00"), "reweight": Decimal("87.50"), "leave_out": None}


def test_duties_on_time_as_a_criterion(upper: Document) -> None:
    with clock.at(AFTER):
        made = create_appraisal(
            by=CLERK,
            year=2024,
            title="省直部门考核",
            region=FUJIAN,
            kind="unit",
            appraisees=["350000-market_supervision", "350000-industry"],
        )
        set_criteria(made.pk, [{"title": "任务完成", "source": "duties", "weight": 100}], by=CLERK)
    lead = Duty.objects.filter(measure__document=upper, role="lead", agency="350000-market_supervision")
    with clock.at(date(2024, 6, 1)):
        report_progress(lead[0].pk, by=BOSS, text="滞后", state="behind")
    with clock.at(date(2025, 1, 15)):
        report_progress(lead[0].pk, by=BOSS, text="补上了", state="done")
    with clock.at(AFTER):
        found = compute_appraisal(made.pk, by=CLERK)
    assert scores_of(found) == {
        "350000-market_supervision": (Decimal("50.00"), 2),
        "350000-industry": (Decimal("100.00"), 1),
    }


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"title": ""}, "title"),
        ({"source": "guess"}, "source"),
        ({"weight": "0"}, "weight"),
        ({"weight": "many"}, "weight"),
        ({"source": "target", "target": 0}, "target"),
        ({"source": "indicator", "indicator": "i18_firms_with_cqo", "goal": ""}, "goal"),
        ({"method": "luck"}, "method"),
        ({"source": "duties", "method": "points", "table": [["90", "200"]]}, "table"),
        ({"direction": "sideways"}, "direction"),
    ],
)
def test_criteria_that_are_refused(begun: Appraisal, change: dict[str, Any], place: str) -> None:
    with pytest.raises(Refused) as refused:
        set_criteria(begun.pk, [{"title": "某项", "source": "expert", "weight": 10, **change}], by=CLERK)
    assert refused.value.place == place
    assert begun.criteria.count() == 3, "nothing is half set"


def test_a_goal_that_is_missing_is_named(begun: Appraisal, upper: Document) -> None:
    criteria = [
        {"title": "首席质量官", "source": "target", "target": upper.targets.get(unit="家").pk, "weight": 1}
    ]
    with clock.at(AFTER):
        set_criteria(begun.pk, criteria, by=CLERK)
        with pytest.raises(Refused) as refused:
            compute_appraisal(begun.pk, by=CLERK)
    assert (
        refused.value.code == "no_goal" and "厦门市" in refused.value.zh and "福州市" not in refused.value.zh
    )


def test_who_may(begun: Appraisal) -> None:
    expert, unit = begun.criteria.get(source="expert"), begun.appraisees.first()
    assert unit
    for stranger in (
        official("x", "auditor"),
        official("y", "clerk", region=FUZHOU),
        official("z", "approver"),
    ):
        with pytest.raises(NotPermitted):
            set_criteria(begun.pk, [], by=stranger)
        with pytest.raises(NotPermitted):
            compute_appraisal(begun.pk, by=stranger)
        with pytest.raises(NotPermitted):
            enter_expert_score(expert.pk, unit.pk, by=stranger, score=Decimal(1), note_text="x", files=PAPER)
        with pytest.raises(NotPermitted):
            create_appraisal(by=stranger, year=2024, title="t", region=FUJIAN)
    for score, note, files, place in (
        (101, "x", PAPER, "score"),
        (50, " ", PAPER, "note_text"),
        (50, "x", (), "files"),
    ):
        with pytest.raises(Refused) as refused:
            enter_expert_score(
                expert.pk, unit.pk, by=SCORER, score=Decimal(score), note_text=note, files=files
            )
        assert refused.value.place == place
    counted = begun.criteria.get(source="indicator")
    with pytest.raises(Refused, match="invalid_appraisal"):
        enter_expert_score(counted.pk, unit.pk, by=SCORER, score=Decimal(1), note_text="x", files=PAPER)


def test_who_is_appraised(upper: Document) -> None:
    whole = create_appraisal(by=CLERK, year=2024, title="全部", region=FUJIAN)
    assert whole.appraisees.count() == 10 and whole.code == "KH-350000-2024-01"
    for keys in ([FUZHOU], [FUZHOU, "110000"], [FUZHOU, FUJIAN], [FUZHOU, "xyz"]):
        with pytest.raises(Refused, match="invalid_appraisal"):
            create_appraisal(by=CLERK, year=2024, title="t", region=FUJIAN, appraisees=keys)
