"""Every role × operation × scope of the policy's part of the API, against a table of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from pinzhi.apps.policy.actions.change_year_plan import create_year_plan, publish_year_plan, save_products
from pinzhi.apps.policy.actions.compute_appraisal import compute_appraisal
from pinzhi.apps.policy.actions.confirm_appraisal import confirm_appraisal
from pinzhi.apps.policy.actions.create_appraisal import create_appraisal
from pinzhi.apps.policy.actions.propose_awards import propose_for_appraisal
from pinzhi.apps.policy.actions.report_major_matter import report_major_matter
from pinzhi.apps.policy.actions.set_criteria import set_criteria
from pinzhi.apps.policy.actions.set_incentive_rule import set_incentive_rule
from pinzhi.kernel import clock
from pinzhi.kernel.registers import catalogue
from tests.apps.policy.world import FUJIAN, FUZHOU, XIAMEN, chief_officers, official, plans
from tests.doors.api.test_permissions import OWN, ROLES, Who, token

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ONE, TWO = official("one", "clerk", "approver"), official("two", "clerk", "approver")
EVERYBODY = frozenset(ROLES)
CLERK, APPROVER = frozenset({"clerk"}), frozenset({"approver"})
POLICY, APPRAISALS, PLANS = "policy", "appraisals", "annual_plans"


@dataclass(frozen=True)
class Operation:
    """What is sent, which register's right it needs, and which roles may."""

    method: str
    address: str
    register: str
    roles: frozenset[str]
    body: Any = None
    form: bool = False

    def should(self, who: Who) -> bool:
        if who.speaks_for != "agency" or (who.scopes == ("read",) and self.method != "get"):
            return False
        functions = {"quality", "government_office"} if self.register == APPRAISALS else {"quality"}
        fits = who.register in ("*", self.register) and (who.function == "*" or who.function in functions)
        return who.role in self.roles and fits and who.region in ("", FUJIAN)

    @property
    def name(self) -> str:
        return f"{self.method} {self.address}"


def people() -> list[Who]:
    found = [Who(f"{role}-province", role=role, region=FUJIAN) for role in ROLES]
    for role, other in (("clerk", "elsewhere"), ("approver", "city")):
        found += [
            Who(f"{role}-{other}", role=role, region="110000" if other == "elsewhere" else FUZHOU),
            Who(f"{role}-other-function", role=role, region=FUJIAN, function="commerce"),
            Who(f"{role}-office", role=role, region=FUJIAN, function="government_office"),
            Who(f"{role}-reading-token", role=role, region=FUJIAN, scopes=("read",)),
        ]
    found += [
        Who(f"clerk-{one}", role="clerk", region=FUJIAN, register=one)
        for one in (POLICY, APPRAISALS, PLANS, "e01_cqo")
    ]
    found.append(Who("clerk-city", role="clerk", region=FUZHOU))
    return [*found, Who("firm", "enterprise", OWN), Who("body", "body", OWN), Who("no-rights")]


@pytest.fixture(autouse=True)
def quick(settings: Any) -> Iterator[None]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.REQUIRE_TOTP = False
    cache.clear()
    catalogue.sync()
    yield


def appraisal(state: str) -> str:
    made = create_appraisal(by=ONE, year=2024, title="考核", region=FUJIAN, appraisees=[FUZHOU, XIAMEN])
    row = {"title": "官", "source": "indicator", "indicator": "i18_firms_with_cqo", "weight": 1, "goal": "20"}
    set_criteria(made.pk, [row], by=ONE)
    if state != "draft":
        compute_appraisal(made.pk, by=ONE)
    if state == "confirmed":
        confirm_appraisal(made.pk, by=TWO)
    return made.code


def operations() -> list[Operation]:
    with clock.at(date(2024, 1, 5)):
        upper, lower = plans()
    chief_officers(FUZHOU, 5, date(2024, 3, 1))
    draft, computed, confirmed = appraisal("draft"), appraisal("computed"), appraisal("confirmed")
    proposing = appraisal("confirmed")
    rule = set_incentive_rule(
        by=ONE, region=FUJIAN, title="表扬", trigger="rank_top", threshold="1", measure="praise"
    )
    from pinzhi.apps.policy.models import Appraisal

    (award,) = propose_for_appraisal(Appraisal.objects.get(code=proposing).pk, by=ONE)
    definition = catalogue.get("annual_plans").definition.by_name
    product = {
        "product_name": "鞋",
        "sector": definition["sector"].options[0].value,  # type: ignore[index]
        "tools": [definition["tools"].options[0].value],  # type: ignore[index]
        "lead_unit": "省工信厅",
    }
    year = []
    for is_published in (False, True):
        plan = create_year_plan(by=ONE, year=2026, title="计划", region=FUJIAN)
        save_products(plan.pk, [product], by=ONE)
        if is_published:
            publish_year_plan(plan.pk, by=TWO)
        year.append(plan.code)
    matter = report_major_matter(upper.pk, by=ONE, title="事", text="情", reported_to="省政府").code
    row = lower.targets.first()
    assert row is not None
    rule_body = {"region": FUJIAN, "title": "a", "trigger": "grade", "threshold": "A", "measure": "praise"}
    appraisals_, plans_, documents = "/policy/appraisals", "/policy/year-plans", "/policy/documents"
    criteria = {"criteria": [{"title": "官", "source": "expert", "weight": "1"}]}
    begin = {"year": 2024, "title": "a", "region": FUJIAN}
    said = {"title": "a", "text": "b", "reported_to": "c"}
    looked = frozenset({"clerk", "reviewer", "approver", "auditor"})
    return [
        Operation("get", f"{appraisals_}/{draft}", APPRAISALS, EVERYBODY),
        Operation("get", f"{appraisals_}/{computed}/ranking", APPRAISALS, EVERYBODY),
        Operation("get", f"{appraisals_}/{computed}/sensitivity", APPRAISALS, EVERYBODY),
        Operation("post", appraisals_, APPRAISALS, CLERK, begin),
        Operation("put", f"{appraisals_}/{draft}/criteria", APPRAISALS, CLERK, criteria),
        Operation("patch", f"{appraisals_}/{draft}/units/{FUZHOU}", APPRAISALS, CLERK, {"problems": "a"}),
        Operation("post", f"{appraisals_}/{draft}/compute", APPRAISALS, CLERK),
        Operation("post", f"{appraisals_}/{computed}/confirm", APPRAISALS, APPROVER, {}),
        Operation("post", f"{appraisals_}/{confirmed}/publish", APPRAISALS, APPROVER),
        Operation("post", f"{appraisals_}/{confirmed}/reopen", APPRAISALS, APPROVER, {"reason": "a"}),
        Operation("post", "/policy/incentives/rules", APPRAISALS, APPROVER, rule_body),
        Operation("patch", f"/policy/incentives/rules/{rule.pk}", APPRAISALS, APPROVER, {"active": False}),
        Operation("post", "/policy/incentives/propose", APPRAISALS, CLERK, {"appraisal": confirmed}),
        Operation("post", f"/policy/incentives/{award.pk}/decide", APPRAISALS, APPROVER, {"do": True}),
        Operation("post", plans_, PLANS, CLERK, {**begin, "year": 2026}),
        Operation("get", f"{plans_}/{year[0]}", PLANS, CLERK | APPROVER),
        Operation("post", f"{plans_}/{year[0]}/products", PLANS, CLERK, {"products": [product]}),
        Operation("post", f"{plans_}/{year[1]}/products", PLANS, APPROVER, {"products": [product]}),
        Operation("delete", f"{plans_}/{year[0]}/products/1", PLANS, CLERK),
        Operation("post", f"{plans_}/{year[0]}/publish", PLANS, APPROVER),
        Operation("post", f"{plans_}/{year[1]}/products/1/report", PLANS, CLERK, {"status": "done"}),
        Operation(
            "post",
            f"{documents}/{lower.code}/mapping",
            POLICY,
            CLERK,
            {"targets": [{"row": row.pk, "takes_up": None}]},
        ),
        Operation("patch", f"{documents}/{upper.code}/reports/2024", POLICY, CLERK, {"opening": "a"}),
        Operation("post", f"{documents}/{upper.code}/matters", POLICY, CLERK, said, form=True),
        Operation("get", f"/policy/matters/{matter}", POLICY, looked),
        Operation("post", f"/policy/matters/{matter}/reply", POLICY, CLERK, {"text": "a"}),
    ]


def test_walk() -> None:
    tokens = {who: token(who) for who in people()}
    wrong, done = [], 0
    for operation in operations():
        for who, text in tokens.items():
            # The city's plan is also mapped by its own clerk.
            own_city = operation.address.endswith("/mapping") and who.region == FUZHOU and who.role == "clerk"
            body = operation.body if operation.form else json.dumps(operation.body or {})
            kind = {} if operation.form else {"content_type": "application/json"}
            with transaction.atomic():
                response = getattr(Client(), operation.method)(
                    f"/api/v1{operation.address}",
                    *([] if operation.method == "get" else [body]),
                    **({} if operation.method == "get" else kind),
                    headers={"Authorization": f"Bearer {text}", "Accept-Language": "en"},
                )
                transaction.set_rollback(True)
            assert response.status_code in (200, 403, 422, 404, 409), response.content
            should = operation.should(who) or own_city
            if should == (response.status_code in (403, 404)):
                wrong.append(f"{who.name}: {operation.name} gave {response.status_code}")
            done += response.status_code == 200
    assert not wrong, "\n".join(wrong[:30])
    assert done > 60, "the steps were really done"
