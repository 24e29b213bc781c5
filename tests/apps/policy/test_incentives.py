"""What follows from a result: rules, proposals, decisions by a second person, the public register."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pinzhi.apps.policy.actions.compute_appraisal import compute_appraisal
from pinzhi.apps.policy.actions.compute_readings import compute_readings, targets_in_force
from pinzhi.apps.policy.actions.confirm_appraisal import (
    confirm_appraisal,
    publish_appraisal,
    reopen_appraisal,
)
from pinzhi.apps.policy.actions.create_appraisal import create_appraisal
from pinzhi.apps.policy.actions.decide_award import decide_award
from pinzhi.apps.policy.actions.map_child import map_target
from pinzhi.apps.policy.actions.propose_awards import propose_for_appraisal, propose_for_targets
from pinzhi.apps.policy.actions.set_criteria import set_criteria
from pinzhi.apps.policy.actions.set_incentive_rule import set_incentive_rule
from pinzhi.apps.policy.models import Appraisal, Award, Document, IncentiveRule
from pinzhi.kernel import clock
from pinzhi.kernel.errors import Conflict, NotPermitted, Refused
from pinzhi.kernel.registers import sequencer
from pinzhi.kernel.registers.models import PublicRecord
from tests.apps.policy.world import BOSS, FUJIAN, FUZHOU, XIAMEN, chief_officers, official, plans

pytestmark = pytest.mark.django_db
AFTER = date(2025, 2, 10)
CLERK, SECOND = official("clerk", "clerk"), official("second", "approver")


@pytest.fixture
def both() -> tuple[Document, Document]:
    with clock.at(date(2024, 1, 5)):
        found = plans()
    for region, number in ((FUZHOU, 20), (XIAMEN, 10), ("350500", 5), ("350600", 5)):
        chief_officers(region, number, date(2024, 3, 1))
    return found


@pytest.fixture
def confirmed(both: tuple[Document, Document]) -> Appraisal:
    with clock.at(AFTER):
        made = create_appraisal(
            by=CLERK, year=2024, title="考核", region=FUJIAN, appraisees=[FUZHOU, XIAMEN, "350500", "350600"]
        )
        criterion = {
            "title": "数量",
            "source": "indicator",
            "indicator": "i18_firms_with_cqo",
            "weight": 1,
            "method": "min_max",
        }
        set_criteria(made.pk, [criterion], by=CLERK)
        compute_appraisal(made.pk, by=CLERK)
        return confirm_appraisal(made.pk, by=SECOND)


def rule(**changes: Any) -> IncentiveRule:
    kwargs: dict[str, Any] = {
        "region": FUJIAN,
        "title": "规则",
        "trigger": "rank_top",
        "threshold": "2",
        "measure": "praise",
    }
    return set_incentive_rule(by=SECOND, **{**kwargs, **changes})


def names(awards: list[Award]) -> list[str]:
    return sorted(award.recipient for award in awards)


@pytest.mark.parametrize(
    ("trigger", "threshold", "hit"),
    [
        ("rank_top", "1", [FUZHOU]),
        ("rank_top", "2", [FUZHOU, XIAMEN]),
        ("rank_top", "3", [FUZHOU, XIAMEN, "350500", "350600"]),  # two share the third place
        ("rank_bottom", "1", ["350500", "350600"]),
        ("rank_bottom", "3", [XIAMEN, "350500", "350600"]),
        ("grade", "a", [FUZHOU]),
        ("grade", "D", [XIAMEN, "350500", "350600"]),
    ],
)
def test_who_is_hit(confirmed: Appraisal, trigger: str, threshold: str, hit: list[str]) -> None:
    rule(trigger=trigger, threshold=threshold)
    rule(trigger=trigger, threshold=threshold, title="other region", region=FUZHOU)
    retired = rule(trigger=trigger, threshold=threshold, title="retired")
    set_incentive_rule(
        by=SECOND, region=FUJIAN, title="", trigger="", measure="", rule_id=retired.pk, active=False
    )
    made = propose_for_appraisal(confirmed.pk, by=CLERK)
    assert names(made) == sorted(hit)
    assert propose_for_appraisal(confirmed.pk, by=CLERK) == [], "nothing is proposed twice"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"title": " "}, "title"),
        ({"trigger": "luck"}, "trigger"),
        ({"threshold": "first"}, "threshold"),
        ({"trigger": "grade", "threshold": "E"}, "threshold"),
        ({"measure": "gift"}, "measure"),
        ({"measure": "money"}, "amount"),
        ({"amount": Decimal(-1)}, "amount"),
        ({"document": "none"}, "document"),
    ],
)
def test_rules_that_are_refused(db: None, change: dict[str, Any], place: str) -> None:
    with pytest.raises(Refused) as refused:
        rule(**change)
    assert refused.value.place == place
    with pytest.raises(NotPermitted):
        set_incentive_rule(
            by=CLERK, region=FUJIAN, title="x", trigger="rank_top", threshold="1", measure="praise"
        )


def test_a_second_person_decides_and_it_is_published_with_the_result(
    confirmed: Appraisal, verified: Any
) -> None:
    rule(measure="money", amount=Decimal(50))
    both = official("both", "clerk", "approver")
    with clock.at(AFTER):
        first, second = propose_for_appraisal(confirmed.pk, by=both)
        with pytest.raises(NotPermitted, match="two_persons"):
            decide_award(first.pk, by=both, do=True)
        with pytest.raises(NotPermitted):
            decide_award(first.pk, by=CLERK, do=True)
        with pytest.raises(Refused, match="no_reason"):
            decide_award(second.pk, by=SECOND, do=False)
        done = decide_award(first.pk, by=SECOND, do=True, amount=Decimal(80))
        decide_award(second.pk, by=SECOND, do=False, reason="已另有奖励")
        with pytest.raises(Conflict):
            decide_award(first.pk, by=SECOND, do=False, reason="x")
        assert done.published_at is None, "the grades are provisional, so nothing of it is published"
        with pytest.raises(Conflict, match="has_awards"):
            reopen_appraisal(confirmed.pk, by=SECOND, reason="x")
        verified()
        publish_appraisal(confirmed.pk, by=SECOND)
        sequencer.drain()
    shown = PublicRecord.objects.get(register="appraisals", record_type="incentive")
    assert (
        shown.values["amount"] == "80"
        and shown.values["recipient"] == "福州市"
        and "第1名" in shown.values["trigger"]
    )
    assert PublicRecord.objects.filter(register="appraisals", record_type="result").count() == 4


def test_targets_trigger_for_the_lead_unit_and_for_regions(both: tuple[Document, Document]) -> None:
    upper, lower = both
    own, above = lower.targets.get(unit="家"), upper.targets.get(unit="家")
    map_target(own.pk, above.pk, by=BOSS)
    type(above).objects.filter(pk=above.pk).update(lead_agency="350000-market_supervision")
    chief_officers(FUZHOU, 10, date(2024, 4, 1), first=70)
    rule(trigger="target_reached", threshold="")
    rule(trigger="target_behind", threshold="", measure="talk")
    with clock.at(AFTER):
        compute_readings(targets_in_force(), by=BOSS)
        made = propose_for_targets(upper.pk, by=CLERK)
        found = {(award.recipient, award.rule.trigger) for award in made}
        assert found == {("350000-market_supervision", "target_reached"), (FUZHOU, "target_reached")}, (
            "50 of 40, and 30 of its own 25"
        )
        assert propose_for_targets(upper.pk, by=CLERK) == []
        done = decide_award(made[0].pk, by=SECOND, do=True)
        sequencer.drain()
    assert (
        done.published_at is not None
        and PublicRecord.objects.filter(register="appraisals", record_type="incentive").count() == 1
    )
    with pytest.raises(NotPermitted):
        propose_for_targets(upper.pk, by=official("x", "auditor"))
